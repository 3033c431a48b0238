//! The one lock of the stand-in, and the words that its tasks pass each other.

use std::sync::{Mutex, PoisonError};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use crate::{options::Options, world::World};

/// Whether the server takes connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    /// New connections are refused; open watches stay open and are silent.
    Draining,
    /// Everything is closed; connections are refused.
    Closed,
}

/// What the tasks of one stand-in share.
pub(crate) struct Shared {
    world: Mutex<World>,
    revision: watch::Sender<u64>,
    door: watch::Sender<Door>,
    /// What the server has made of it so far.
    reached: watch::Sender<Door>,
    /// The controllers stand still while there is no API server.
    planned: Notify,
    server_speed: u32,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Self {
        let server_speed = options.server_speed.0.max(1);
        let world = World::new(options);
        Self {
            revision: watch::Sender::new(world.store.revision()),
            world: Mutex::new(world),
            door: watch::Sender::new(Door::Open),
            reached: watch::Sender::new(Door::Open),
            planned: Notify::new(),
            server_speed,
        }
    }

    /// Works on the world at the present time. Never keeps it over an await.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.now = world.clock.now();
        let (before, planned) = (world.store.revision(), world.timers.next());
        let out = work(&mut world);
        let (after, next) = (world.store.revision(), world.timers.next());
        drop(world);
        if after != before {
            self.revision.send_replace(after);
        }
        if next.is_some_and(|next| planned.is_none_or(|it| next < it)) {
            self.planned.notify_one();
        }
        out
    }

    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    pub(crate) fn server_speed(&self) -> u32 {
        self.server_speed
    }

    pub(crate) fn door(&self) -> watch::Receiver<Door> {
        self.door.subscribe()
    }

    /// Turns the door and waits until the server has done so.
    pub(crate) async fn turn(&self, door: Door) {
        let mut reached = self.reached.subscribe();
        self.door.send_replace(door);
        let _gone = reached.wait_for(|it| *it == door).await;
    }

    /// The server has turned the door.
    pub(crate) fn turned(&self, door: Door) {
        self.reached.send_replace(door);
    }

    /// Waits while the server is being stopped and says nothing any more.
    pub(crate) async fn audible(&self) {
        let mut door = self.door.subscribe();
        let _closed = door.wait_for(|it| *it != Door::Draining).await;
    }

    /// Lets controllers and kubelets act when their time comes. Never ends.
    pub(crate) async fn run(&self) {
        let mut door = self.door.subscribe();
        loop {
            if door.wait_for(|it| *it == Door::Open).await.is_err() {
                return;
            }
            let next = self.with(|world| {
                world.run_due();
                world.timers.next().map(|it| world.clock.instant(it))
            });
            let due = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => {}
                () = self.planned.notified() => {}
                alive = door.changed() => if alive.is_err() { return },
            }
        }
    }

    /// Real time from now on until a simulated moment.
    pub(crate) fn instant(&self, moment: std::time::Duration) -> Instant {
        self.with(|world| world.clock.instant(moment))
    }
}

//! One queue as this worker sees it: the orders to those who hold attempts, and the work list.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;
use weir_core::ids::QueueStream;
use weir_log::{
    ClaimItem, LogError, QueueLog, Tail as _, TailEvent, WorkList, traits::ClaimAck as _,
};
use weir_runtime::{Backoff, Clock};

use super::{Claims, Heard, hub::Message, lease::Live};

/// One pull of an idle queue.
const PULL_WAIT: Duration = Duration::from_secs(30);
/// The most claims of one pull, so that other workers find some too.
const PULL_MAX: usize = 128;
/// How long a pull that is under way when the worker begins to stop may bring claims, which are given back at once.
const LAST_PULL: Duration = Duration::from_millis(100);
/// Where the session has stopped to be good for a start, until it is renewed or replaced.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// How long a claim waits here for a place before it is given back.
const PROMISED_PLACE: Duration = Duration::from_millis(20);

/// What the tasks of a queue share with the rest of the worker.
#[derive(Debug)]
pub(super) struct QueueTask<L: QueueLog> {
    pub(super) log: L,
    pub(super) clock: Clock,
    pub(super) stream: QueueStream,
    pub(super) hub: mpsc::Sender<Message<Claims<L>>>,
}

impl<L: QueueLog> QueueTask<L> {
    /// Follows the orders of the queue until it is dropped. The hub hears first that they are followed, and from where.
    pub(super) async fn follow_orders(self) {
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
        loop {
            match self.follow_once().await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(weir.queue = %self.stream.key, %error, "the queue's orders cannot be followed; trying again");
                }
            }
            self.clock.sleep(backoff.next_delay()).await;
        }
    }

    async fn follow_once(&self) -> Result<(), LogError> {
        let mut orders = self.log.orders(&self.stream).await?;
        let from = self.log.usage(&self.stream).await?.last;
        if !self
            .tell(Message::Following {
                stream: self.stream.clone(),
                from,
            })
            .await
        {
            return Ok(());
        }
        loop {
            match orders.next().await? {
                TailEvent::Records(records) => {
                    if !self
                        .tell(Message::Orders {
                            stream: self.stream.clone(),
                            records,
                        })
                        .await
                    {
                        return Ok(());
                    }
                }
                TailEvent::CaughtUp => {}
            }
        }
    }

    /// `false`: the worker is over.
    async fn tell(&self, message: Message<Claims<L>>) -> bool {
        self.hub.send(message).await.is_ok()
    }

    /// Pulls claims as long as there is room, until `stop`.
    pub(super) async fn pull_claims(
        self,
        room: Arc<Semaphore>,
        session: watch::Receiver<Option<Arc<Live>>>,
        stop: CancellationToken,
    ) {
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
        let mut list = None;
        loop {
            let ready = self.may_pull(&room, &session);
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = ready => {}
            }
            match self.pull_once(&mut list, &room, &session, &stop).await {
                Ok(()) => backoff.reset(),
                Err(error) => {
                    list = None;
                    tracing::warn!(weir.queue = %self.stream.key, %error, "claims cannot be pulled; trying again");
                    self.clock.sleep(backoff.next_delay()).await;
                }
            }
        }
    }

    /// Waits for a free place and for a session under which something may be started.
    async fn may_pull(&self, room: &Semaphore, session: &watch::Receiver<Option<Arc<Live>>>) {
        loop {
            let Ok(place) = room.acquire().await else {
                return std::future::pending().await;
            };
            drop(place);
            // Looked at, not waited for: a watch wakes its waiters in random order, and a simulation is to be repeatable.
            if session
                .borrow()
                .as_ref()
                .is_some_and(|live| live.may_start())
            {
                return;
            }
            self.clock.sleep(LOOK_AGAIN).await;
        }
    }

    async fn pull_once(
        &self,
        list: &mut Option<L::Claims>,
        room: &Arc<Semaphore>,
        session: &watch::Receiver<Option<Arc<Live>>>,
        stop: &CancellationToken,
    ) -> Result<(), LogError> {
        let list = match list {
            Some(list) => list,
            None => list.insert(self.log.claims(&self.stream).await?),
        };
        let max = room.available_permits().clamp(1, PULL_MAX);
        let items = {
            let mut pull = pin!(list.pull(max, PULL_WAIT));
            tokio::select! {
                biased;
                items = &mut pull => items?,
                () = stop.cancelled() => match self.clock.timeout(LAST_PULL, pull).await {
                    Ok(items) => items?,
                    Err(_nothing_came) => return Ok(()),
                },
            }
        };
        for item in items {
            self.hand_on(item, room, session, stop).await;
        }
        Ok(())
    }

    /// To the hub if there is a place for it, else back to whoever has one.
    async fn hand_on(
        &self,
        item: ClaimItem<Heard<L>>,
        room: &Arc<Semaphore>,
        session: &watch::Receiver<Option<Arc<Live>>>,
        stop: &CancellationToken,
    ) {
        // A place that is free may be promised to another queue's task that only looks whether there is one. Were the
        // claim given back at once, the two could hand one claim and one place to each other for ever.
        let place = room.clone().acquire_owned();
        let place = self.clock.timeout(PROMISED_PLACE, place).await;
        let live = session
            .borrow()
            .clone()
            .filter(|live| live.may_start() && !stop.is_cancelled());
        match (live, place) {
            (Some(session), Ok(Ok(place))) => {
                // If the hub is gone, so is the worker, and the claim is offered again.
                self.tell(Message::Claim {
                    item,
                    room: place,
                    session,
                })
                .await;
            }
            (None, _) | (Some(_), Err(_) | Ok(Err(_))) => {
                tracing::debug!(weir.run = %item.run, "no place for a claim; given back");
                item.ack.back(Duration::ZERO).await;
            }
        }
    }
}

//! A worker at work: the loop that brings its parts together, from the first claim to the last end.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use weir_core::ids::QueueStream;
use weir_log::Log;
use weir_runtime::Part;

use super::{
    Claims, Shared, WorkerError,
    cell::Served,
    hub::{Hub, Message},
    lease::Live,
    queue::QueueTask,
};
use crate::executor::{Executor, StopCause};

pub(super) type Ended = Result<(), WorkerError>;

/// A worker at work.
pub(super) struct Running<'a, L: Log, E> {
    pub(super) shared: Arc<Shared<L, E>>,
    pub(super) part: &'a Part,
    pub(super) hub: Hub<L, E>,
    pub(super) hub_tx: mpsc::Sender<Message<Claims<L>>>,
    pub(super) hub_rx: mpsc::Receiver<Message<Claims<L>>>,
    pub(super) room: Arc<Semaphore>,
    pub(super) session: watch::Receiver<Option<Arc<Live>>>,
    pub(super) served: watch::Receiver<Served>,
    /// The session's task and the cell's. None of them ends by itself but by an error.
    pub(super) tasks: JoinSet<Ended>,
    /// One follower of orders per queue.
    pub(super) queues: JoinSet<()>,
    /// What ends a queue's tasks when the queue is closed, and whether its claims are pulled yet.
    pub(super) open: BTreeMap<QueueStream, Open>,
    pub(super) pullers: JoinSet<()>,
    pub(super) draining: CancellationToken,
}

pub(super) struct Open {
    follower: tokio::task::AbortHandle,
    stop_pulling: CancellationToken,
    pulling: bool,
}

impl<L: Log, E: Executor> Running<'_, L, E> {
    /// The worker's loop, until it has drained. Gives back the tasks that are still needed for the farewell.
    pub(super) async fn work(
        mut self,
        stop: CancellationToken,
    ) -> Result<JoinSet<Ended>, WorkerError> {
        let clock = self.shared.clock.clone();
        self.served.mark_changed();
        let mut deadline: Option<Duration> = None;
        loop {
            let drain_over = async {
                match deadline {
                    Some(at) => clock.sleep_until_monotonic(at).await,
                    None => std::future::pending().await,
                }
            };
            // In a fixed order, so that a simulation is the same every time: the rare before the frequent, and ends, of
            // which there are never more than places, before the claims that take those places.
            tokio::select! {
                biased;
                () = stop.cancelled(), if !self.draining.is_cancelled() => {
                    deadline = Some(clock.monotonic().saturating_add(self.shared.config.settings.drain.wait));
                    self.begin_drain();
                }
                () = drain_over => {
                    deadline = None;
                    let grace = self.shared.config.settings.drain.grace;
                    tracing::info!(attempts = self.hub.held(), ?grace, "stopping the attempts that still run");
                    self.hub.stop_all(StopCause::WorkerStopping, grace);
                }
                Some(ended) = self.tasks.join_next() => {
                    self.hub.stop_all(StopCause::SessionLost, Duration::ZERO);
                    ended.map_err(|error| WorkerError::Task(error.to_string()))??;
                    return Err(WorkerError::Task("it said that all was well".to_owned()));
                }
                Some(ended) = self.pullers.join_next(), if !self.pullers.is_empty() => {
                    ended.map_err(|error| WorkerError::Task(error.to_string()))?;
                }
                Ok(()) = self.session.changed() => self.on_session(),
                Ok(()) = self.served.changed() => self.on_served(),
                () = self.hub.next_end() => {}
                Some(message) = self.hub_rx.recv() => self.on_message(message).await,
            }
            if self.draining.is_cancelled() && self.is_drained() {
                return Ok(self.tasks);
            }
        }
    }

    fn is_drained(&self) -> bool {
        self.hub.is_idle() && self.pullers.is_empty() && self.hub_rx.is_empty()
    }

    async fn on_message(&mut self, message: Message<Claims<L>>) {
        match message {
            Message::Claim {
                item,
                room,
                session,
            } => self.hub.on_claim(item, room, session).await,
            Message::Orders { stream, records } => self.hub.on_orders(&stream, records),
            Message::Following { stream, from } => {
                self.hub.on_following(stream.clone(), from);
                self.begin_pulling(&stream);
            }
        }
    }

    fn queue_task(&self, stream: &QueueStream) -> QueueTask<L> {
        QueueTask {
            log: self.shared.log.clone(),
            clock: self.shared.clock.clone(),
            stream: stream.clone(),
            hub: self.hub_tx.clone(),
        }
    }

    /// Claims are pulled only where orders are heard.
    fn begin_pulling(&mut self, stream: &QueueStream) {
        let task = self.queue_task(stream);
        let draining = self.draining.is_cancelled();
        let Some(open) = self
            .open
            .get_mut(stream)
            .filter(|open| !open.pulling && !draining)
        else {
            return;
        };
        open.pulling = true;
        tracing::info!(weir.queue = %stream.key, "taking claims");
        let pull = task.pull_claims(
            self.room.clone(),
            self.session.clone(),
            open.stop_pulling.clone(),
        );
        self.pullers.spawn(pull);
    }

    fn on_served(&mut self) {
        let served = self.served.borrow_and_update().clone();
        let gone: Vec<_> = self
            .open
            .keys()
            .filter(|open| !served.queues.contains(open))
            .cloned()
            .collect();
        for stream in gone {
            if let Some(open) = self.open.remove(&stream) {
                tracing::info!(weir.queue = %stream.key, "the queue was closed");
                open.stop_pulling.cancel();
                open.follower.abort();
            }
        }
        // It is made before the first queue is opened and never changes.
        if let Some(installation) = served.installation {
            self.shared
                .revisions
                .installation
                .get_or_init(|| installation);
        }
        for stream in served.queues {
            if !self.open.contains_key(&stream) {
                let follower = self.queues.spawn(self.queue_task(&stream).follow_orders());
                let open = Open {
                    follower,
                    stop_pulling: self.draining.child_token(),
                    pulling: false,
                };
                self.open.insert(stream, open);
            }
        }
        self.show();
    }

    fn on_session(&mut self) {
        let session = self.session.borrow_and_update().clone();
        self.hub.stop_other_sessions(
            session.as_deref(),
            self.shared.config.settings.process.grace,
        );
        self.show();
    }

    fn begin_drain(&mut self) {
        let wait = self.shared.config.settings.drain.wait;
        tracing::info!(
            attempts = self.hub.held(),
            ?wait,
            "taking no more claims; waiting for the attempts that run"
        );
        self.hub.drain();
        self.draining.cancel();
        self.show();
    }

    /// What stands in the way of working.
    fn show(&self) {
        let mut reasons = Vec::new();
        if self.draining.is_cancelled() {
            reasons.push("is being stopped".to_owned());
        }
        if self.session.borrow().is_none() {
            reasons.push("has no session with the broker".to_owned());
        }
        let missing = &self.served.borrow().missing;
        if !missing.is_empty() {
            let pool = &self.shared.config.pool;
            reasons.push(format!(
                "waits for work queue {} of pool {pool}: `weir work-queue create NAME --pool {pool}`",
                missing.join(", ")
            ));
        }
        self.part.not_ready(reasons);
    }
}

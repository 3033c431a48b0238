//! The worker service: it takes claims of its pool's queues, has the executor run them, and reports.
//!
//! ```text
//! cell ──► hub ◄── one task per queue: orders
//!           │  ◄── one task per queue: work list (pulls as much as there is room for, over all queues together)
//!           │  ──► one task per attempt: take, render, execute, report
//! session ──┘      heartbeat and lease; everything that runs is bound to it
//! ```
//! No state outlives the process: what a worker held when it died is found by the scheduler in the log.

mod attempt;
mod beside;
mod cell;
mod hub;
mod lease;
mod measure;
mod orders;
mod queue;
mod report;
mod revisions;
mod running;
mod session;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use weir_core::{
    cell::PoolType,
    ids::{PoolName, SessionId, WorkerName},
};
use weir_log::{Log, QueueLog, WorkList};
use weir_runtime::{Clock, Meter, Part};

pub use self::cell::Served;
use self::{hub::Hub, measure::Measures, revisions::Revisions, running::Running, session::Keeping};
use crate::{
    config::WorkerConfig,
    executor::{Executor, Serving},
};

/// How a claim of this log is answered.
type Heard<L> = <<L as QueueLog>::Claims as WorkList>::Ack;
type Claims<L> = Heard<L>;

/// How many messages may wait for the hub.
const HUB_QUEUE: usize = 1_024;

/// Why a worker cannot go on. `Display` fits after "failed to run the worker: ".
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// Another worker has this name and is alive.
    #[error(
        "worker {name} is online already (session {session}); choose another --name, or stop that one first; were it \
         dead, its name would be free after {lease:?}"
    )]
    NameTaken {
        /// The name.
        name: WorkerName,
        /// The other's session.
        session: SessionId,
        /// The other's lease.
        lease: Duration,
    },
    /// Another worker has taken the name while this one could not renew its session.
    #[error(
        "another worker took the name {name} over (session {session}); everything here is stopped"
    )]
    NameLost {
        /// The name.
        name: WorkerName,
        /// The other's session.
        session: SessionId,
    },
    /// The executor is for other pools.
    #[error(
        "work pool {pool} is of type {kind}, which this worker cannot serve; start a worker of that type"
    )]
    WrongPoolType {
        /// The pool.
        pool: PoolName,
        /// Its type.
        kind: &'static str,
    },
    /// A part of the worker has failed: a bug.
    #[error("a task of the worker ended unexpectedly: {0}")]
    Task(String),
}

/// What all parts share.
#[derive(Debug)]
struct Shared<L, E> {
    log: L,
    executor: E,
    clock: Clock,
    config: WorkerConfig,
    revisions: Revisions,
    measures: Measures,
}

/// A worker, not yet running.
#[derive(Debug)]
pub struct Worker<L, E> {
    shared: Arc<Shared<L, E>>,
    part: Part,
}

impl<L: Log, E: Executor> Worker<L, E> {
    /// Puts a worker together. `part` is its voice in the program's readiness.
    pub fn new(config: WorkerConfig, log: L, executor: E, clock: Clock, part: Part) -> Self {
        let measures = Measures::of(&Meter::new(), &config.pool);
        let shared = Shared {
            log,
            executor,
            clock,
            config,
            revisions: Revisions::default(),
            measures,
        };
        Self {
            shared: Arc::new(shared),
            part,
        }
    }

    /// Counts and measures there; without it, nowhere that anybody reads. To be said before it runs.
    #[must_use]
    pub fn measured(mut self, meter: &Meter) -> Self {
        let shared = Arc::get_mut(&mut self.shared);
        debug_assert!(shared.is_some(), "nobody else has it before it runs");
        if let Some(shared) = shared {
            shared.measures = Measures::of(meter, &shared.config.pool);
        }
        self
    }

    /// Works until `stop` is cancelled, then drains: takes nothing new, lets what runs end within the settings' bounds,
    /// and ends its session in order. Dropping the future stops at once: keepers end their processes when their pipe
    /// closes.
    pub async fn run(self, stop: CancellationToken) -> Result<(), WorkerError> {
        let shared = &self.shared;
        let mut tasks = JoinSet::new();
        let (served_view, mut served) = watch::channel(Served::default());
        let (log, clock, config) = (
            shared.log.clone(),
            shared.clock.clone(),
            shared.config.clone(),
        );
        tasks.spawn(async move {
            cell::follow(log, clock, config, served_view).await;
            Ok(())
        });
        let kind = tokio::select! {
            biased;
            kind = self.pool_kind(&mut served) => kind?,
            () = stop.cancelled() => return Ok(()),
        };
        let limit = shared.config.settings.limit.get();
        shared.measures.attempts_max.add(limit.into());
        let room = Arc::new(Semaphore::new(limit as usize));
        let (view, session) = watch::channel(None);
        let (draining, end) = (CancellationToken::new(), CancellationToken::new());
        let keeping = Keeping {
            log: shared.log.clone(),
            clock: shared.clock.clone(),
            config: shared.config.clone(),
            measures: shared.measures.clone(),
            kind,
            room: room.clone(),
            view,
            draining: draining.clone(),
            end: end.clone(),
        };
        tasks.spawn(keeping.run());
        let (beside, serving) = (self.shared.clone(), self.serving(&served, &draining));
        tasks.spawn(async move {
            beside.executor.beside(serving).await;
            Ok(())
        });
        let (hub_tx, hub_rx) = mpsc::channel(HUB_QUEUE);
        let running = Running {
            hub: Hub::new(shared.clone()),
            hub_tx,
            hub_rx,
            shared: shared.clone(),
            part: &self.part,
            room,
            session,
            served,
            tasks,
            queues: JoinSet::new(),
            open: BTreeMap::new(),
            pullers: JoinSet::new(),
            draining,
        };
        let mut tasks = running.work(stop).await?;
        end.cancel();
        // The session's last word; the cell's follower is dropped with the set.
        match tasks.join_next().await {
            Some(ended) => ended.map_err(|error| WorkerError::Task(error.to_string()))?,
            None => Ok(()),
        }
    }

    fn serving(&self, served: &watch::Receiver<Served>, draining: &CancellationToken) -> Serving {
        let config = &self.shared.config;
        Serving {
            worker: config.name.clone(),
            pool: config.pool.clone(),
            served: served.clone(),
            stop: draining.clone(),
        }
    }

    /// Waits for the pool and looks whether it is one that can be served here.
    async fn pool_kind(
        &self,
        served: &mut watch::Receiver<Served>,
    ) -> Result<PoolType, WorkerError> {
        let pool = &self.shared.config.pool;
        if served.borrow().kind.is_none() {
            let text = format!(
                "waits for work pool {pool}: `weir work-pool create {pool} --type process` makes it, unless the broker \
                 cannot be reached"
            );
            tracing::info!("{text}");
            self.part.not_ready([text]);
        }
        let kind = match served.wait_for(|served| served.kind.is_some()).await {
            Ok(served) => served.kind,
            Err(_closed) => None,
        };
        let kind = kind.ok_or_else(|| WorkerError::Task("the cell log's follower".to_owned()))?;
        if self.shared.executor.supports(kind) {
            Ok(kind)
        } else {
            Err(WorkerError::WrongPoolType {
                pool: pool.clone(),
                kind: kind.as_str(),
            })
        }
    }
}

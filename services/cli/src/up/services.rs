//! The services that `weir up` and `weir bench` run in this program: a scheduler and workers, on connections of their
//! own, that end in order.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio_util::sync::DropGuard;
use weir_client::{PoolName, WorkerName};
use weir_core::ids::SchedulerName;
use weir_log::{ConnectSettings, JetStream};
use weir_runtime::{CancellationToken, Clock, Tasks, Telemetry, health::Health};
use weir_scheduler::{Scheduler, SchedulerConfig};
use weir_worker::{Executor, Worker, WorkerConfig, WorkerSettings};

use crate::cmd::{scheduler::tell_health, serve::process_name, tracer};

/// What the scheduler and everybody's last words may take once the runs have ended.
const LAST_WORDS: Duration = Duration::from_secs(15);

/// The services of one local stack.
#[derive(Debug)]
pub(crate) struct Services {
    url: String,
    clock: Clock,
    tasks: Tasks,
    health: Health,
    telemetry: Telemetry,
    /// The scheduler's stop, and what cancels it when it is dropped for the last time: each worker holds it, because as
    /// long as runs end somebody must decide about them.
    workers_gone: CancellationToken,
    worker_is_here: Arc<DropGuard>,
    workers: usize,
    drain: Duration,
}

impl Services {
    /// None yet, for the broker at this URL.
    pub(crate) fn new(url: &str, clock: Clock, telemetry: Telemetry) -> Self {
        let mut tasks = Tasks::new();
        telemetry.start(&mut tasks);
        let workers_gone = CancellationToken::new();
        Self {
            url: url.to_owned(),
            clock,
            tasks,
            health: Health::new(),
            telemetry,
            worker_is_here: Arc::new(workers_gone.clone().drop_guard()),
            workers_gone,
            workers: 0,
            drain: Duration::ZERO,
        }
    }

    /// Tells all of them to end in order.
    pub(crate) fn stop_token(&self) -> CancellationToken {
        self.tasks.stop_token()
    }

    /// Who is ready, and why not.
    pub(crate) fn health(&self) -> Health {
        self.health.clone()
    }

    /// A connection to the broker of its own.
    pub(crate) async fn connect(&self, name: &str) -> anyhow::Result<JetStream> {
        connect(&self.url, name).await
    }

    /// Starts a scheduler. It stops after the workers.
    pub(crate) async fn start_scheduler(&mut self, config: SchedulerConfig) -> anyhow::Result<()> {
        let log = self.connect("weir-scheduler").await?;
        let name: SchedulerName = process_name().parse()?;
        let scheduler = Scheduler::new(log, name.clone(), config, self.clock.clone())
            .measured(self.telemetry.meter());
        let url = self.url.clone();
        tracer::beside(
            &mut self.tasks,
            &self.telemetry,
            name,
            self.clock.clone(),
            scheduler.tap(),
            Some(self.workers_gone.clone()),
            || async move { connect(&url, "weir-traces").await },
        );
        let (status, part) = (scheduler.status(), self.health.part("scheduler"));
        let stop = self.workers_gone.clone();
        self.tasks.spawn("scheduler", |_stop| async move {
            Ok(scheduler.run(stop).await?)
        });
        self.tasks
            .spawn("readiness", |stop| tell_health(status, part, stop));
        Ok(())
    }

    /// Starts a worker for all queues of the pool.
    pub(crate) async fn start_worker<E: Executor>(
        &mut self,
        pool: &PoolName,
        settings: WorkerSettings,
        executor: E,
    ) -> anyhow::Result<()> {
        let log = self.connect("weir-worker").await?;
        self.workers += 1;
        let name: WorkerName = match self.workers {
            1 => process_name().parse()?,
            n => format!("{}-{n}", process_name()).parse()?,
        };
        self.drain = self.drain.max(settings.drain.wait + settings.drain.grace);
        let config = WorkerConfig {
            name,
            pool: pool.clone(),
            queues: BTreeSet::new(),
            settings,
        };
        let worker = Worker::new(
            config,
            log,
            executor,
            self.clock.clone(),
            self.health.part("worker"),
        )
        .measured(self.telemetry.meter());
        let here = Arc::clone(&self.worker_is_here);
        self.tasks.spawn("worker", |stop| async move {
            let _here = here;
            Ok(worker.run(stop).await?)
        });
        Ok(())
    }

    /// Waits until all have ended: by the stop token, or because one of them cannot go on.
    pub(crate) async fn join(self) -> anyhow::Result<()> {
        drop(self.worker_is_here);
        self.tasks.join(self.drain + LAST_WORDS).await
    }
}

async fn connect(url: &str, name: &str) -> anyhow::Result<JetStream> {
    let settings = ConnectSettings::new(url, name);
    JetStream::connect(settings)
        .await
        .with_context(|| format!("cannot use the broker at {url}"))
}

//! One program on a machine of its own: a runtime that the world lets run for a while, lets stand still, or throws away.
//!
//! A runtime for each, and not one for all, so that freezing and killing are what they are in life: nothing of the
//! program runs while it is frozen, all its clocks have moved when it wakes, and nothing of it is left when it is killed.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::FutureExt as _;
use tokio::{runtime::Runtime, task::JoinHandle};
use weir_core::{ids::WorkerName, state::State as Folded, time::Timestamp};
use weir_runtime::{CancellationToken, Clock, Health};
use weir_scheduler::{Scheduler, SchedulerConfig};
use weir_worker::{Drain, Worker, WorkerConfig, WorkerSettings};

use super::{
    executor::Scripted,
    net::Net,
    wire::{Weather, Wire},
};

/// How a program ended.
#[derive(Debug)]
pub(super) enum End {
    /// What the scheduler had folded.
    Scheduler(Result<Box<Folded>, String>),
    Worker(Result<(), String>),
}

/// What a program is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Scheduler(SchedulerConfig),
    Worker(Box<WorkerConfig>),
}

/// A program that runs.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) kind: Kind,
    runtime: Runtime,
    clock: Clock,
    weather: Arc<Mutex<Weather>>,
    pub(super) stop: CancellationToken,
    task: JoinHandle<End>,
    /// What its programs draw from.
    random: u64,
    behind: Duration,
    pub(super) frozen_until: Timestamp,
}

impl Node {
    /// Starts a program now. `skew` is how wrong its wall clock is, in seconds.
    pub(super) fn start(
        net: &Net,
        name: &str,
        kind: Kind,
        weather: Weather,
        seed: u64,
        skew: i64,
    ) -> Self {
        fastrand::seed(seed);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime without IO needs nothing");
        let born = net.now();
        let wall = Timestamp(born.0 + skew * 1_000_000_000);
        let clock = runtime.block_on(async { Clock::virtual_from(wall) });
        let weather = Arc::new(Mutex::new(weather));
        let wire = Wire::new(net.clone(), clock.clone(), weather.clone());
        let stop = CancellationToken::new();
        let task = match &kind {
            Kind::Scheduler(config) => {
                let name = name.parse().expect("a legal name");
                let scheduler = Scheduler::new(wire, name, config.clone(), clock.clone());
                runtime.spawn(lead(scheduler, stop.clone()))
            }
            Kind::Worker(config) => {
                let executor = Scripted {
                    net: net.clone(),
                    clock: clock.clone(),
                    seed: config_seed(seed),
                    born,
                };
                let part = Health::new().part("worker");
                let worker =
                    Worker::new(config.as_ref().clone(), wire, executor, clock.clone(), part);
                let stop = stop.clone();
                runtime.spawn(async move {
                    End::Worker(worker.run(stop).await.map_err(|error| error.to_string()))
                })
            }
        };
        net.state().say(format_args!("{name} starts"));
        Self {
            name: name.to_owned(),
            kind,
            runtime,
            clock,
            weather,
            stop,
            task,
            random: fastrand::get_seed(),
            behind: Duration::ZERO,
            frozen_until: Timestamp::MIN,
        }
    }

    pub(super) fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets it live through the next `span`, which begins at `now`.
    pub(super) fn live(&mut self, now: Timestamp, span: Duration) {
        if self.frozen_until > now {
            self.behind += span;
            return;
        }
        fastrand::seed(self.random);
        let behind = std::mem::take(&mut self.behind);
        let clock = self.clock.clone();
        self.runtime.block_on(async move {
            if !behind.is_zero() {
                tokio::time::advance(behind).await;
            }
            clock.sleep(span).await;
        });
        self.random = fastrand::get_seed();
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<Result<End, String>> {
        if !self.task.is_finished() {
            return None;
        }
        (&mut self.task)
            .now_or_never()
            .map(|ended| ended.map_err(|error| error.to_string()))
    }
}

async fn lead(scheduler: Scheduler<Wire>, stop: CancellationToken) -> End {
    let folded = scheduler.run_to_state(stop).await;
    End::Scheduler(folded.map(Box::new).map_err(|error| error.to_string()))
}

/// What a run does must not hang on which worker runs it.
const fn config_seed(seed: u64) -> u64 {
    seed >> 32
}

/// A worker's configuration with these settings.
pub(super) fn worker(
    name: &str,
    pool: &str,
    queues: &[String],
    limit: u32,
    lease: Duration,
) -> WorkerConfig {
    let name: WorkerName = name.parse().expect("a legal name");
    WorkerConfig {
        name,
        pool: pool.parse().expect("a legal name"),
        queues: queues
            .iter()
            .map(|queue| queue.parse().expect("a legal name"))
            .collect(),
        settings: WorkerSettings {
            limit: NonZeroU32::new(limit).unwrap_or(NonZeroU32::MIN),
            heartbeat_interval: lease / 4,
            lease,
            drain: Drain {
                wait: Duration::from_secs(2),
                grace: Duration::from_secs(1),
            },
            ..WorkerSettings::default()
        },
    }
}

//! The test stand: a scheduler and workers that do nothing, a pool for them, and the ways to publish and to look.

use std::{num::NonZeroU32, time::Duration};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use weir_client::{
    Client, PoolName, PoolSpec, PoolType, QueueKey, QueueSpec, QueueView, Record, RunId, Seq,
};
use weir_core::ids::QueueStream;
use weir_log::{
    Append, Entry, JetStream, QueueLog as _, Tail as _, TailEvent, jetstream::JetStreamTail,
};
use weir_runtime::Clock;
use weir_worker::{Executor, NullExecutor};

use crate::{context::Context, settings::Settings, up::Services};

/// How long all parts may take to be ready.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// Requests that are published at once without an acknowledgement.
const PUBLISHES_IN_FLIGHT: usize = 2_000;
/// How often it is asked whether all runs have ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long nothing may move before the bench is given up.
const STUCK_AFTER: Duration = Duration::from_secs(30);

/// What the stand is to be.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) url: String,
    pub(super) broker_pid: u32,
    pub(super) workers: NonZeroU32,
    /// The pool's concurrency limit.
    pub(super) limit: u32,
    /// What all workers together have room for: at least the limit.
    pub(super) room: u32,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Stand {
    pub(super) setting: Setting,
    pub(super) clock: Clock,
    client: Client,
}

/// The request of every run where nothing else is said: small, as most are.
const REQUEST: &[u8] = br#"{"parameters":{"day":"2026-11-23"}}"#;

pub(super) fn pool() -> PoolName {
    "bench".parse().expect("a literal that is a legal label")
}

impl Stand {
    /// Starts scheduler and workers and waits until they are ready.
    pub(super) async fn start(
        context: &Context,
        services: &mut Services,
        setting: Setting,
        settings: Settings,
    ) -> anyhow::Result<Self> {
        let executor = || NullExecutor::new(context.clock.clone());
        let kind = PoolType::Null;
        Self::start_with(context, services, setting, settings, kind, executor).await
    }

    /// The same with a pool of another type and workers that do something.
    pub(super) async fn start_with<E: Executor>(
        context: &Context,
        services: &mut Services,
        setting: Setting,
        settings: Settings,
        kind: PoolType,
        executor: impl Fn() -> E,
    ) -> anyhow::Result<Self> {
        let client = Client::over(services.connect("weir-bench").await?, context.author());
        let mut spec = PoolSpec::new(pool(), kind);
        spec.concurrency_limit = Some(setting.limit);
        client.create_pool(spec).await?;
        services.start_scheduler(settings.scheduler).await?;
        let mut worker = settings.worker;
        let share = setting.room.div_ceil(setting.workers.get());
        worker.limit = NonZeroU32::new(share).unwrap_or(NonZeroU32::MIN);
        for _ in 0..setting.workers.get() {
            services
                .start_worker(&pool(), worker.clone(), executor())
                .await?;
        }
        let health = services.health();
        if context
            .clock
            .timeout(READY_WITHIN, health.ready())
            .await
            .is_err()
        {
            bail!(
                "scheduler and workers are not ready: {:?}",
                health.readiness().reasons
            );
        }
        Ok(Self {
            setting,
            clock: context.clock.clone(),
            client,
        })
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn log(&self) -> &JetStream {
        self.client.log()
    }

    /// A queue of its own for what is to be measured, opened by the scheduler.
    pub(super) async fn queue(
        &self,
        name: &str,
        limit: Option<u32>,
    ) -> anyhow::Result<QueueStream> {
        let key = QueueKey::new(pool(), name.parse()?);
        let mut spec = QueueSpec::new(key.clone());
        spec.concurrency_limit = limit;
        self.client.create_queue(spec).await?;
        let stream = self.client.cell().await?.present_life(&key);
        self.first_life(&stream).await?;
        Ok(stream)
    }

    /// A life that is not measured: it finds out whether everything is in place.
    pub(super) async fn first_life(&self, stream: &QueueStream) -> anyhow::Result<()> {
        self.publish(stream, 1, "first").await?;
        self.all_ended(stream, 1).await
    }

    /// Publishes one request, and waits for its acknowledgement.
    pub(super) async fn publish_one(
        &self,
        stream: &QueueStream,
        id: &str,
    ) -> anyhow::Result<RunId> {
        self.publish_this(stream, id, Bytes::from_static(REQUEST))
            .await
    }

    async fn publish_this(
        &self,
        stream: &QueueStream,
        id: &str,
        payload: Bytes,
    ) -> anyhow::Result<RunId> {
        let run_id: RunId = id.parse()?;
        let entry = Entry::Request {
            run_id: run_id.clone(),
            payload,
            traceparent: None,
        };
        self.log()
            .append(
                stream,
                Append {
                    entry,
                    fence: None,
                    msg_id: None,
                },
            )
            .await?;
        Ok(run_id)
    }

    /// Publishes so many requests as fast as they are taken.
    pub(super) async fn publish(
        &self,
        stream: &QueueStream,
        runs: u32,
        prefix: &str,
    ) -> anyhow::Result<()> {
        let request = |n| {
            let id = format!("{prefix}-{n:07}");
            (stream.clone(), id, Bytes::from_static(REQUEST))
        };
        self.publish_all((0..runs).map(request)).await
    }

    /// The same with a queue, an id and a payload for each.
    pub(super) async fn publish_all(
        &self,
        requests: impl Iterator<Item = (QueueStream, String, Bytes)>,
    ) -> anyhow::Result<()> {
        stream::iter(requests)
            .map(|(stream, id, payload)| async move {
                let published = self.publish_this(&stream, &id, payload).await;
                published.map(drop)
            })
            .buffer_unordered(PUBLISHES_IN_FLIGHT)
            .try_collect::<()>()
            .await
    }

    /// Waits until so many runs of the queue have ended.
    pub(super) async fn all_ended(&self, stream: &QueueStream, runs: u64) -> anyhow::Result<()> {
        let mut look = self.clock.ticks(LOOK_EVERY);
        let mut moved = (self.clock.monotonic(), 0);
        loop {
            let ended = self.view(stream).await.map_or(0, |queue| queue.ended);
            if ended >= runs {
                return Ok(());
            }
            if ended > moved.1 {
                moved = (self.clock.monotonic(), ended);
            } else if self.clock.monotonic().saturating_sub(moved.0) > STUCK_AFTER {
                bail!(
                    "{ended} of {runs} runs of {} have ended, and nothing has moved for {STUCK_AFTER:?}",
                    stream.key
                );
            }
            look.tick().await;
        }
    }

    /// Waits until the scheduler knows of so many waiting runs of the queue.
    pub(super) async fn all_wait(&self, stream: &QueueStream, runs: u64) -> anyhow::Result<()> {
        let mut look = self.clock.ticks(LOOK_EVERY);
        let wait = async {
            while self.view(stream).await.map_or(0, |queue| queue.waiting) < runs {
                look.tick().await;
            }
        };
        let waited = self.clock.timeout(STUCK_AFTER, wait).await;
        waited.with_context(|| format!("not all of {runs} runs of {} wait", stream.key))
    }

    /// The queue as the scheduler sees it.
    async fn view(&self, stream: &QueueStream) -> Option<QueueView> {
        let list = self.client.queues(Some(&pool())).await.ok()?;
        let mut queues = list.queues.into_iter();
        queues.find(|queue| queue.key == stream.key)
    }

    /// The queue's records from the first, and what follows.
    pub(super) async fn tail(&self, stream: &QueueStream) -> anyhow::Result<JetStreamTail<Record>> {
        self.log()
            .tail(stream, Seq(0))
            .await
            .context("cannot read the queue's log")
    }

    /// All records that the queue holds now.
    pub(super) async fn records(&self, stream: &QueueStream) -> anyhow::Result<Vec<Record>> {
        let mut tail = self.tail(stream).await?;
        let mut records = Vec::new();
        while let TailEvent::Records(batch) = tail.next().await? {
            records.extend(batch);
        }
        Ok(records)
    }
}

//! A cell with one pool and one queue in the in-memory log, and the scheduler's voice in it, spoken by the test.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use tokio::task::JoinHandle;
use weir_core::{
    cell::{CellBody, CellState, ConfigObject, PoolConfig, PoolType},
    event::{
        Basis, CancelCause, Claim, Claimed, Decided, Decision, EpochRecord, RevokeCause, Revoked,
    },
    ids::{
        Attempt, DecisionId, Epoch, InstallationId, Lane, QueueKey, QueueName, QueueStream,
        Revision, RunId, Seq,
    },
    json::JsonObject,
    time::Timestamp,
};
use weir_log::{Append, CellAppend, CellFence, CellLog as _, Entry, Fence, Memory, QueueLog as _};
use weir_runtime::{CancellationToken, Clock, Health};
use weir_worker::{
    Drain, KeeperCommand, LocalExecutor, NullExecutor, ProcessConfig, ProcessExecutor, Worker,
    WorkerConfig, WorkerError, WorkerSettings,
};

/// No test waits longer for anything.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

const NULL_TEMPLATE: &str = r#"{"job_configuration": {}, "variables": {"type": "object", "properties": {"sleep": {}, "exit_code": {}}}}"#;

/// Job variables of a run that ends when it is stopped.
pub(crate) const FOR_EVER: &str = r#"{"sleep": 100000000}"#;

pub(crate) struct Stage {
    pub(crate) log: Memory,
    pub(crate) clock: Clock,
    pub(crate) queue: QueueStream,
    pub(crate) env: BTreeMap<String, String>,
    pool_revision: Revision,
    lane: Seq,
}

/// A worker at work.
pub(crate) struct Running {
    pub(crate) stop: CancellationToken,
    pub(crate) health: Health,
    pub(crate) task: JoinHandle<Result<(), WorkerError>>,
}

impl Running {
    pub(crate) async fn ended(self) -> Result<(), WorkerError> {
        tokio::time::timeout(DEADLINE, self.task)
            .await
            .expect("in time")
            .expect("no panic")
    }
}

pub(crate) fn queue_key() -> QueueKey {
    QueueKey::new("pool".parse().unwrap(), "queue".parse().unwrap())
}

pub(crate) fn default_template() -> String {
    weir_core::template::DEFAULT_PROCESS_TEMPLATE.to_owned()
}

impl Stage {
    pub(crate) async fn null() -> Self {
        Self::new(
            PoolType::Null,
            NULL_TEMPLATE,
            Clock::virtual_from(Timestamp(1_700_000_000_000_000_000)),
        )
        .await
    }

    pub(crate) async fn process() -> Self {
        Self::new(PoolType::Process, &default_template(), Clock::system()).await
    }

    pub(crate) async fn new(kind: PoolType, template: &str, clock: Clock) -> Self {
        let mut stage = Self::without_pool(clock).await;
        stage.pool_revision = stage.configure_pool(kind, template).await;
        stage.open_queue().await;
        stage
    }

    pub(crate) async fn without_pool(clock: Clock) -> Self {
        let stamps = clock.clone();
        let log = Memory::new(move || stamps.now());
        log.create_cell().await.unwrap();
        let queue = QueueStream {
            key: queue_key(),
            incarnation: 1,
        };
        let env = BTreeMap::from([("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned())]);
        Self {
            log,
            clock,
            queue,
            env,
            pool_revision: Revision(0),
            lane: Seq(0),
        }
    }

    /// Which installation it is, by its cell log.
    pub(crate) async fn installation(&self) -> Option<InstallationId> {
        let mut cell = CellState::default();
        for record in self.log.read_cell(Seq(0)).await.unwrap() {
            cell.apply(record);
        }
        cell.installation().cloned()
    }

    async fn say_in_cell(&self, body: CellBody, fence: CellFence) -> Seq {
        self.log
            .append_cell(CellAppend {
                body,
                fence,
                msg_id: None,
            })
            .await
            .unwrap()
            .seq
    }

    pub(crate) async fn configure_pool(&self, kind: PoolType, template: &str) -> Revision {
        let pool = PoolConfig {
            base_job_template: JsonObject::parse(template).unwrap(),
            ..PoolConfig::new(queue_key().pool, kind)
        };
        let body = CellBody::Config {
            author: "test".to_owned(),
            object: ConfigObject::Pool(pool),
        };
        Revision(self.say_in_cell(body, CellFence::Own(Seq(0))).await.0)
    }

    pub(crate) async fn open_queue(&mut self) {
        let (epoch, leader) = (
            Epoch(1),
            "leader".parse::<weir_core::ids::SchedulerName>().unwrap(),
        );
        let at = self
            .say_in_cell(
                CellBody::Epoch {
                    epoch,
                    leader: leader.clone(),
                },
                CellFence::Own(Seq(0)),
            )
            .await;
        self.log.create_queue(&self.queue, 64 << 20).await.unwrap();
        self.say_in_cell(
            CellBody::QueueOpened {
                queue: self.queue.clone(),
                epoch,
            },
            CellFence::Epoch(at),
        )
        .await;
        let entry = Entry::Epoch(EpochRecord {
            lane: Lane(0),
            epoch,
            leader,
        });
        self.lane = self.say(entry, Some(Fence::Own(Seq(0)))).await;
    }

    async fn say(&self, entry: Entry, fence: Option<Fence>) -> Seq {
        self.log
            .append(
                &self.queue,
                Append {
                    entry,
                    fence,
                    msg_id: None,
                },
            )
            .await
            .unwrap()
            .seq
    }

    fn lane(&self) -> Fence {
        Fence::Lane {
            lane: Lane(0),
            seq: self.lane,
        }
    }

    pub(crate) async fn request(&self, run: &str, json: &str) -> Seq {
        let payload = json.as_bytes().to_vec().into();
        self.say(
            Entry::Request {
                run_id: run_id(run),
                payload,
                traceparent: None,
            },
            None,
        )
        .await
    }

    /// Requests a run with these job variables and claims its first attempt.
    pub(crate) async fn submit(&self, run: &str, variables: &str) -> Seq {
        let request = self
            .request(run, &format!(r#"{{"jobVariables": {variables}}}"#))
            .await;
        self.claim(run, 1, request).await
    }

    pub(crate) async fn claim(&self, run: &str, attempt: u32, request: Seq) -> Seq {
        self.claim_with(run, attempt, request, None).await
    }

    pub(crate) async fn claim_with(
        &self,
        run: &str,
        attempt: u32,
        request: Seq,
        timeout: Option<Duration>,
    ) -> Seq {
        let claimed = Claimed {
            pool_revision: self.pool_revision,
            timeout,
            ..Claimed::bare(Attempt(attempt), request)
        };
        self.say_claim(run, Claim::Claimed(claimed)).await
    }

    pub(crate) async fn revoke(&self, run: &str, attempt: u32, cause: RevokeCause) -> Seq {
        let revoked = Revoked {
            attempt: Attempt(attempt),
            cause,
            grace: Duration::from_secs(1),
        };
        self.say_claim(run, Claim::Revoked(revoked)).await
    }

    async fn say_claim(&self, run: &str, claim: Claim) -> Seq {
        self.say(
            Entry::Claim {
                run_id: run_id(run),
                decided: self.decided(claim),
            },
            Some(self.lane()),
        )
        .await
    }

    pub(crate) async fn order_cancel(&self, run: &str, attempt: u32) {
        let decision = Decision::CancelOrdered {
            attempt: Attempt(attempt),
            grace: Duration::from_secs(5),
            reason: "enough".to_owned(),
            cause: CancelCause::Asked,
        };
        self.say(
            Entry::Decision {
                run_id: run_id(run),
                decided: self.decided(decision),
            },
            Some(self.lane()),
        )
        .await;
    }

    fn decided<T>(&self, what: T) -> Decided<T> {
        let id = DecisionId {
            epoch: Epoch(1),
            n: 1,
        };
        Decided {
            id,
            at: self.clock.now(),
            basis: Basis::default(),
            what,
        }
    }

    pub(crate) fn settings(limit: u32) -> WorkerSettings {
        WorkerSettings {
            limit: NonZeroU32::new(limit).unwrap(),
            lease: Duration::from_secs(3),
            drain: Drain {
                wait: Duration::from_secs(5),
                grace: Duration::from_secs(1),
            },
            process: ProcessConfig {
                grace: Duration::from_millis(300),
                leftover_grace: Duration::from_millis(200),
            },
            ..WorkerSettings::default()
        }
    }

    pub(crate) fn start(&self, name: &str, limit: u32) -> Running {
        self.start_with(name, Self::settings(limit), [])
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the test owns the worker's task, and aborts it as a kill would"
    )]
    pub(crate) fn start_with<const N: usize>(
        &self,
        name: &str,
        settings: WorkerSettings,
        queues: [QueueName; N],
    ) -> Running {
        let keeper = KeeperCommand {
            program: env!("CARGO_BIN_EXE_weir-keeper").into(),
            args: Vec::new(),
        };
        let process = ProcessExecutor::new(keeper, self.env.clone(), settings.process.clone());
        let executor = LocalExecutor::new(process, NullExecutor::new(self.clock.clone()));
        let config = WorkerConfig {
            name: name.parse().unwrap(),
            pool: queue_key().pool,
            queues: queues.into(),
            settings,
        };
        let health = Health::new();
        let part = health.part("worker");
        let worker = Worker::new(config, self.log.clone(), executor, self.clock.clone(), part);
        let stop = CancellationToken::new();
        Running {
            task: tokio::spawn(worker.run(stop.clone())),
            stop,
            health,
        }
    }
}

pub(crate) fn run_id(run: &str) -> RunId {
    run.parse().unwrap()
}

//! A cell on the in-memory log and on virtual time, with the worker's part spoken by hand.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use tokio::task::JoinSet;
use weir_core::{
    cell::{CellBody, CellState, ConfigObject, PoolConfig, PoolType, QueueConfig},
    event::{Outcome, OutcomeClass, Record, Report, Reported},
    ids::{Attempt, QueueKey, QueueStream, RunId, SchedulerName, Seq, SessionId},
    json::JsonObject,
    request::{Request, RunRequest},
    session::Session,
    state::{QueueState, StateName},
    time::Timestamp,
};
use weir_log::{
    Append, CellAppend, CellFence, CellLog, Entry, Fence, Leases, Memory, QueueLog, Tail, TailEvent,
};
use weir_runtime::{CancellationToken, Clock, Meter};
use weir_scheduler::{Scheduler, SchedulerConfig};

/// A cell without workers, with one pool of two queues, on virtual time.
pub(crate) struct Cell {
    pub(crate) log: Memory,
    pub(crate) clock: Clock,
    pub(crate) schedulers: JoinSet<()>,
    pub(crate) folded: QueueState,
    pub(crate) tail: <Memory as QueueLog>::Records,
    pub(crate) queue: QueueStream,
    pub(crate) session_seq: Seq,
}

pub(crate) fn queue() -> QueueStream {
    let key = QueueKey::new("pool".parse().unwrap(), "default".parse().unwrap());
    QueueStream {
        key,
        incarnation: 1,
    }
}
pub(crate) fn session() -> SessionId {
    "session".parse().unwrap()
}
pub(crate) fn id(run: &str) -> RunId {
    run.parse().unwrap()
}

impl Cell {
    pub(crate) async fn new(limit: Option<u32>) -> Self {
        Self::stamped(limit, Clock::now).await
    }

    /// The same with a broker whose clock shows something else.
    pub(crate) async fn stamped(
        limit: Option<u32>,
        stamps: impl Fn(&Clock) -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        let clock = Clock::virtual_from(Timestamp(1_000_000_000_000));
        let stamped = clock.clone();
        let log = Memory::new(move || stamps(&stamped));
        log.create_cell().await.unwrap();
        let queue = queue();
        log.create_queue(&queue, 1 << 30).await.unwrap();
        let tail = log.tail(&queue, Seq(0)).await.unwrap();
        let cell = Self {
            log,
            clock,
            schedulers: JoinSet::new(),
            folded: QueueState::default(),
            tail,
            queue,
            session_seq: Seq(0),
        };
        cell.configure(ConfigObject::Pool(PoolConfig {
            concurrency_limit: limit,
            base_job_template: JsonObject::parse(
                r#"{"job_configuration": {"size": "{{ size }}"}, "variables": {"type": "object", "properties": {"size": {"type": "integer"}}}}"#,
            )
            .unwrap(),
            ..PoolConfig::new("pool".parse().unwrap(), PoolType::Null)
        }))
        .await;
        cell.configure(cell.queue_config()).await;
        cell
    }

    pub(crate) async fn configure(&self, object: ConfigObject) {
        self.configure_over(Seq(0), object).await;
    }
    pub(crate) async fn configure_over(&self, last: Seq, object: ConfigObject) -> Seq {
        let body = CellBody::Config {
            author: "test".to_owned(),
            object,
        };
        let append = CellAppend {
            body,
            fence: CellFence::Own(last),
            msg_id: None,
        };
        self.log.append_cell(append).await.unwrap().seq
    }
    /// Reads the cell log until it says so, or for ten virtual minutes.
    pub(crate) async fn until_cell(
        &self,
        what: &str,
        wanted: impl Fn(&CellState) -> bool,
    ) -> CellState {
        let mut state = CellState::default();
        let mut tail = self.log.tail_cell(Seq(0)).await.unwrap();
        let reading = async {
            while !wanted(&state) {
                if let TailEvent::Records(records) = tail.next().await.unwrap() {
                    for record in records {
                        state.apply(record);
                    }
                }
            }
        };
        let read = self.clock.timeout(Duration::from_mins(10), reading).await;
        assert!(read.is_ok(), "did not happen within ten minutes: {what}");
        state
    }
    /// Speaks about another life of the queue from here on.
    pub(crate) async fn turn_to(&mut self, queue: QueueStream) {
        self.tail = self.log.tail(&queue, Seq(0)).await.unwrap();
        self.folded = QueueState::default();
        self.queue = queue;
    }
    pub(crate) fn queue_config(&self) -> ConfigObject {
        ConfigObject::Queue(QueueConfig {
            key: self.queue.key.clone(),
            description: String::new(),
            concurrency_limit: None,
            priority: NonZeroU32::MIN,
            max_bytes: 1 << 30,
            paused: false,
            start_rate: None,
            weight: NonZeroU32::MIN,
        })
    }

    /// Starts a scheduler; dropped by the token's holder or with the cell.
    pub(crate) fn schedule(&mut self, name: &str) -> CancellationToken {
        self.schedule_measured(name, &Meter::new())
    }

    /// The same, with its instruments where the test reads them.
    pub(crate) fn schedule_measured(&mut self, name: &str, meter: &Meter) -> CancellationToken {
        let name: SchedulerName = name.parse().unwrap();
        let scheduler = Scheduler::new(
            self.log.clone(),
            name,
            SchedulerConfig::default(),
            self.clock.clone(),
        )
        .measured(meter);
        let stop = CancellationToken::new();
        let token = stop.clone();
        self.schedulers.spawn(async move {
            let killed = token.clone();
            // A kill, not a stop in order: the future is dropped where it stands.
            tokio::select! {
                () = killed.cancelled() => {}
                ended = scheduler.run(CancellationToken::new()) => ended.unwrap(),
            }
        });
        stop
    }

    pub(crate) async fn worker(&mut self, capacity: u32) {
        self.worker_of(PoolType::Null, capacity).await;
    }

    pub(crate) async fn worker_of(&mut self, kind: PoolType, capacity: u32) {
        let session = Session {
            worker: "worker".parse().unwrap(),
            session: session(),
            pool: "pool".parse().unwrap(),
            queues: std::collections::BTreeSet::new(),
            kind: kind.as_str().to_owned(),
            capacity,
            in_use: 0,
            lease: Duration::from_secs(15),
            version: "0".to_owned(),
            started_at: Timestamp(0),
            draining: false,
            ended: false,
        };
        self.session_seq = self
            .log
            .put_session(&session, self.session_seq)
            .await
            .unwrap();
    }

    pub(crate) async fn request(&self, run: &str, request: Request) {
        let payload = weir_proto::encode_request(&request);
        let entry = Entry::Request {
            run_id: id(run),
            payload,
            traceparent: None,
        };
        self.log
            .append(
                &self.queue,
                Append {
                    entry,
                    fence: None,
                    msg_id: None,
                },
            )
            .await
            .unwrap();
    }
    pub(crate) async fn run(&self, run: &str) {
        self.request(run, Request::Run(Arc::new(RunRequest::default())))
            .await;
    }

    /// Reads on until `wanted` says so, or for ten virtual minutes.
    #[expect(
        clippy::panic,
        reason = "a test that cannot go on says so by panicking"
    )]
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&QueueState, Option<&Record>) -> Option<T>,
    ) -> T {
        if let Some(found) = wanted(&self.folded, None) {
            return found;
        }
        let deadline = self.clock.monotonic() + Duration::from_mins(10);
        while let Ok(event) = self
            .clock
            .timeout(
                deadline.saturating_sub(self.clock.monotonic()),
                self.tail.next(),
            )
            .await
        {
            let TailEvent::Records(records) = event.unwrap() else {
                continue;
            };
            let mut found = None;
            for record in records {
                self.folded.apply(record.clone());
                assert_eq!(self.folded.violation(), None);
                found = found.or_else(|| wanted(&self.folded, Some(&record)));
            }
            if let Some(found) = found {
                return found;
            }
        }
        panic!(
            "did not happen within ten minutes: {what}; {:#?}",
            self.folded
        );
    }
    pub(crate) async fn until_state(&mut self, run: &str, state: StateName) {
        let run = id(run);
        let what = format!("{run} is {state}");
        self.until(&what, |folded, _| {
            folded
                .run(&run)
                .is_some_and(|run| run.state_name() == state)
                .then_some(())
        })
        .await;
    }
    /// Waits for the claim of a run's attempt and gives its position.
    pub(crate) async fn until_claimed(&mut self, run: &str, attempt: u32) -> Seq {
        let run = id(run);
        self.until(&format!("claim {attempt} of {run}"), |folded, _| {
            let live = folded.run(&run)?.live.as_deref()?;
            (live.attempt == Attempt(attempt)).then_some(live.claim_seq)
        })
        .await
    }

    pub(crate) async fn report(&self, run: &str, attempt: u32, n: u32, claim: Seq, what: Reported) {
        let report = Report {
            attempt: Attempt(attempt),
            session: session(),
            n,
            what,
        };
        let entry = Entry::Report {
            run_id: id(run),
            report,
        };
        self.log
            .append(
                &self.queue,
                Append {
                    entry,
                    fence: Some(Fence::Claim(claim)),
                    msg_id: None,
                },
            )
            .await
            .unwrap();
    }
    pub(crate) async fn take(&self, run: &str, attempt: u32, claim: Seq) {
        let lease = Duration::from_secs(15);
        let taken = Reported::Taken {
            worker: "worker".parse().unwrap(),
            lease,
        };
        self.report(run, attempt, 1, claim, taken).await;
    }
    pub(crate) async fn finish(&self, run: &str, attempt: u32, claim: Seq, class: OutcomeClass) {
        let outcome = Outcome::of(class);
        self.report(
            run,
            attempt,
            2,
            claim,
            Reported::Finished {
                outcome,
                gone: true,
            },
        )
        .await;
    }
}

pub(crate) fn live(folded: &QueueState) -> usize {
    folded.runs().filter(|(_, run)| run.live.is_some()).count()
}

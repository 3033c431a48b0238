//! Two queues with their worker, spoken by hand: it takes all that is claimed, and stops what it is told to stop.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use weir_core::{
    awaits::{WaitId, Waits},
    cell::{ConfigObject, Deletion, PoolType, QueueConfig},
    event::{Outcome, OutcomeClass, Report, Reported},
    ids::{Attempt, QueueKey, QueueStream, RunKey, Seq},
    request::{Request, RunRequest},
    session::Session,
    state::{QueueState, Run, State, StateName, Stop},
    time::Timestamp,
};
use weir_log::{Append, Entry, Fence, Leases, Memory, QueueLog, Tail, TailEvent};
use weir_runtime::CancellationToken;

use crate::cell::{Cell, id, session};

/// So long nothing may come for all to be done: longer than it takes another leader to take over.
const QUIET: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_secs(2);

pub(crate) struct World {
    cell: Cell,
    queues: Vec<QueueStream>,
    tails: Vec<<Memory as QueueLog>::Records>,
    /// What has been read, related as a scheduler does.
    pub(crate) state: State,
    leader: CancellationToken,
    leaders: u32,
    /// Whether the worker stops what it is told to.
    pub(crate) obey: bool,
    /// Whether the worker says of what it has taken that it runs.
    pub(crate) starts: bool,
    done: BTreeSet<(RunKey, Attempt, &'static str)>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::limited(None).await
    }

    /// With so many slots of the pool of both queues.
    pub(crate) async fn limited(slots: Option<u32>) -> Self {
        let mut cell = Cell::new(slots).await;
        let pool = cell.queue.key.pool.clone();
        let other = QueueStream {
            key: QueueKey::new(pool, "other".parse().unwrap()),
            incarnation: 1,
        };
        cell.configure(ConfigObject::Queue(QueueConfig {
            key: other.key.clone(),
            description: String::new(),
            concurrency_limit: None,
            priority: NonZeroU32::MIN,
            max_bytes: 1 << 30,
            paused: false,
            start_rate: None,
            weight: NonZeroU32::MIN,
        }))
        .await;
        cell.log.create_queue(&other, 1 << 30).await.unwrap();
        let queues = vec![cell.queue.clone(), other];
        let mut tails = Vec::new();
        let mut state = State::default();
        for queue in &queues {
            tails.push(cell.log.tail(queue, Seq(0)).await.unwrap());
            state
                .queues
                .insert(queue.key.clone(), QueueState::default());
        }
        let session = Session {
            worker: "worker".parse().unwrap(),
            session: session(),
            pool: queues[0].key.pool.clone(),
            queues: BTreeSet::new(),
            kind: PoolType::Null.as_str().to_owned(),
            capacity: 100_000,
            in_use: 0,
            lease: Duration::from_hours(1_000),
            version: "0".to_owned(),
            started_at: Timestamp(0),
            draining: false,
            ended: false,
        };
        cell.log.put_session(&session, Seq(0)).await.unwrap();
        let leader = cell.schedule("leader-0");
        Self {
            cell,
            queues,
            tails,
            state,
            leader,
            leaders: 0,
            obey: true,
            starts: true,
            done: BTreeSet::new(),
        }
    }

    /// Kills the leader where it stands; another one starts.
    pub(crate) fn change_leader(&mut self) {
        self.leader.cancel();
        self.leaders += 1;
        self.leader = self.cell.schedule(&format!("leader-{}", self.leaders));
    }

    pub(crate) async fn configure(&self, object: ConfigObject) {
        self.cell.configure(object).await;
    }

    pub(crate) async fn delete(&self, queue: usize) {
        let key = self.queues[queue].key.clone();
        let held = self
            .cell
            .until_cell("the queue is configured", |state| {
                state.queue(&key).is_some()
            })
            .await;
        let last = held.queue(&key).unwrap().revision;
        let deletion = ConfigObject::Deletion(Deletion::Queue(key));
        self.cell.configure_over(Seq(last.0), deletion).await;
    }

    /// A run's program says that it waits for others, and gives its slots back meanwhile.
    pub(crate) async fn waits(&self, queue: usize, run: &str, runs: &[&str]) {
        let live = self.run(queue, run).live.as_deref().unwrap();
        let id = WaitId {
            attempt: live.attempt,
            session: session(),
            k: live.last_k + 1,
        };
        let runs = runs.iter().map(|run| run.parse().unwrap()).collect();
        let waits = Waits {
            id,
            runs,
            yields: true,
        };
        self.say(queue, run, Request::Waits(Arc::new(waits))).await;
    }

    pub(crate) async fn request(&self, queue: usize, run: &str, request: RunRequest) {
        self.say(queue, run, super::plain(request)).await;
    }

    pub(crate) async fn say(&self, queue: usize, run: &str, request: Request) {
        let entry = Entry::Request {
            run_id: id(run),
            payload: weir_proto::encode_request(&request),
            traceparent: None,
        };
        self.append(queue, entry, None).await;
    }

    async fn append(&self, queue: usize, entry: Entry, fence: Option<Fence>) {
        let append = Append {
            entry,
            fence,
            msg_id: None,
        };
        // A report may be refused, where its claim has been taken back meanwhile.
        let report = matches!(append.entry, Entry::Report { .. });
        let appended = self.cell.log.append(&self.queues[queue], append).await;
        assert!(report || appended.is_ok(), "{appended:?}");
    }

    async fn report(
        &self,
        queue: usize,
        run: &str,
        fence: Seq,
        n: u32,
        attempt: Attempt,
        what: Reported,
    ) {
        let report = Report {
            attempt,
            session: session(),
            n,
            what,
        };
        let entry = Entry::Report {
            run_id: id(run),
            report,
        };
        self.append(queue, entry, Some(Fence::Claim(fence))).await;
    }

    /// A run that the worker holds ends by itself.
    pub(crate) async fn end(&self, queue: usize, run: &str, class: OutcomeClass) {
        let live = self.run(queue, run).live.as_deref().unwrap();
        let what = Reported::Finished {
            outcome: Outcome::of(class),
            gone: true,
        };
        let (fence, n, attempt) = (live.fence, live.last_n + 1, live.attempt);
        self.report(queue, run, fence, n, attempt, what).await;
    }

    pub(crate) fn run(&self, queue: usize, run: &str) -> &Run {
        let folded = &self.state.queues[&self.queues[queue].key];
        folded.run(&id(run)).unwrap()
    }
    pub(crate) fn state_of(&self, queue: usize, run: &str) -> StateName {
        self.run(queue, run).state_name()
    }
    pub(crate) fn is_known(&self, queue: usize, run: &str) -> bool {
        let folded = &self.state.queues[&self.queues[queue].key];
        folded.run(&id(run)).is_some()
    }
    pub(crate) fn void_decisions(&self) -> u64 {
        let queues = self.state.queues.values();
        queues.map(|queue| queue.anomalies().void_decisions).sum()
    }

    /// Reads until nothing has come for a while, and does the worker's part.
    pub(crate) async fn settle(&mut self) {
        let mut quiet = Duration::ZERO;
        while quiet < QUIET {
            // What it is to do may have changed without a record.
            if self.some_records().await {
                quiet = Duration::ZERO;
            } else {
                quiet += LOOK;
            }
        }
    }

    /// Reads what there is, or waits a moment for some. Whether there was any.
    pub(crate) async fn some_records(&mut self) -> bool {
        let mut any = false;
        for queue in 0..self.queues.len() {
            self.work(queue).await;
            let clock = self.cell.clock.clone();
            let Ok(event) = clock.timeout(LOOK / 2, self.tails[queue].next()).await else {
                continue;
            };
            if let TailEvent::Records(records) = event.unwrap() {
                any = true;
                let key = self.queues[queue].key.clone();
                for record in records {
                    let folded = self.state.queues.get_mut(&key).unwrap();
                    let touched = folded.apply(record);
                    self.state.relate(&key, &touched.kin);
                }
                assert_eq!(self.state.queues[&key].violation(), None);
                assert_eq!(self.state.violation(), None);
            }
            self.work(queue).await;
        }
        any
    }

    async fn work(&mut self, queue: usize) {
        let key = self.queues[queue].key.clone();
        let mut todo = BTreeMap::new();
        for (run_id, run) in self.state.queues[&key].runs() {
            let Some(live) = run.live.as_deref() else {
                continue;
            };
            let stopped = Outcome::of(OutcomeClass::Stopped);
            let (name, what) = match (&live.holder, live.stop) {
                (None, _) => (
                    "taken",
                    Reported::Taken {
                        worker: "worker".parse().unwrap(),
                        lease: Duration::from_hours(1_000),
                    },
                ),
                (Some(_), Some(Stop::Ordered)) if self.obey => (
                    "finished",
                    Reported::Finished {
                        outcome: stopped,
                        gone: true,
                    },
                ),
                (Some(_), Some(Stop::Revoked)) if self.obey => (
                    "gone",
                    Reported::Gone {
                        outcome: Some(stopped),
                    },
                ),
                (Some(_), None) if self.starts && live.started_at.is_none() => (
                    "started",
                    Reported::Started {
                        infrastructure: String::new(),
                    },
                ),
                (Some(_), _) => continue,
            };
            let run_key = RunKey {
                queue: key.clone(),
                run_id: run_id.clone(),
            };
            if !self.done.contains(&(run_key.clone(), live.attempt, name)) {
                let word = (live.fence, live.last_n + 1, live.attempt, what);
                todo.insert((run_key, live.attempt, name), word);
            }
        }
        for (key, (fence, n, attempt, what)) in todo {
            let run = key.0.run_id.clone();
            self.done.insert(key);
            self.report(queue, run.as_str(), fence, n, attempt, what)
                .await;
        }
    }
}

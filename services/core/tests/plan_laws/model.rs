//! A broker, a leader and workers, as small as they can be, that live through random histories.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use weir_core::{
    cell::{
        CellBody, CellRecord, ConfigObject, DeploymentConfig, PoolConfig, PoolType, QueueConfig,
        TagLimitConfig,
    },
    event::{
        Basis, Body, Claim, Claimed, Decided, EpochRecord, Outcome, OutcomeClass, Record, Report,
        Reported, RevokeCause, Revoked,
    },
    ids::{DecisionId, Epoch, LANES, Lane, QueueKey, QueueStream, Revision, RunId, RunKey, Seq},
    json::JsonObject,
    limit::LimitKey,
    plan::{Openings, Overlay, Proposal, plan},
    request::{Request, RunRequest},
    session::{Session, SessionRecord},
    state::{QueueState, State},
    time::Timestamp,
};

use crate::steps::{Step, deployment, queues, tags};

pub(crate) const NOW: Timestamp = Timestamp(1_000);

/// A broker, a leader and workers, as small as they can be.
pub(crate) struct Model {
    pub(crate) state: State,
    pub(crate) overlay: Overlay,
    /// What is in flight, and how far the cell log was folded when it was decided.
    pub(crate) flights: Vec<(u64, Proposal)>,
    pub(crate) known: BTreeSet<QueueKey>,
    pub(crate) lanes: BTreeMap<QueueKey, usize>,
    pub(crate) cell: u64,
    pub(crate) runs: u64,
    /// The value of each limit that is in force: that of the latest decision which has been stored. Appends overtake each
    /// other, so a decision may be stored behind a later one that rests on a newer configuration.
    pub(crate) in_force: BTreeMap<LimitKey, (u64, Option<u32>)>,
}

impl Model {
    pub(crate) fn new(capacity: u32) -> Self {
        let mut model = Self {
            state: State::default(),
            overlay: Overlay::default(),
            flights: Vec::new(),
            known: queues().into(),
            lanes: queues()
                .into_iter()
                .map(|key| (key, usize::from(LANES)))
                .collect(),
            cell: 0,
            runs: 0,
            in_force: BTreeMap::new(),
        };
        model.cell(CellBody::Epoch {
            epoch: Epoch(1),
            leader: "leader".parse().unwrap(),
        });
        model.pool_limit(Some(3));
        for (at, key) in queues().into_iter().enumerate() {
            model.queue_limit(at, None);
            let queue = QueueStream {
                key: key.clone(),
                incarnation: 1,
            };
            model.cell(CellBody::QueueOpened {
                queue,
                epoch: Epoch(1),
            });
            let mut folded = QueueState::default();
            for lane in 0..LANES {
                let record = EpochRecord {
                    lane: Lane(lane),
                    epoch: Epoch(1),
                    leader: "leader".parse().unwrap(),
                };
                let seq = Seq(u64::from(lane) + 1);
                folded.apply(Record {
                    seq,
                    at: Timestamp(0),
                    body: Body::Epoch(record),
                });
            }
            model.state.queues.insert(key, folded);
        }
        model.state.sessions.apply(SessionRecord {
            seq: Seq(1),
            at: Timestamp(0),
            session: worker(capacity),
        });
        model
    }

    pub(crate) fn cell(&mut self, body: CellBody) {
        self.cell += 1;
        self.state.cell.apply(CellRecord {
            seq: Seq(self.cell),
            at: Timestamp(0),
            body,
        });
    }
    fn object(&mut self, object: ConfigObject) {
        let author = String::new();
        self.cell(CellBody::Config { author, object });
    }
    pub(crate) fn pool_limit(&mut self, concurrency_limit: Option<u32>) {
        let pool = PoolConfig {
            name: "pool".parse().unwrap(),
            kind: PoolType::Null,
            description: String::new(),
            concurrency_limit,
            base_job_template: JsonObject::empty(),
            paused: false,
            fair_share: None,
            start_rate: None,
        };
        self.object(ConfigObject::Pool(pool));
    }
    pub(crate) fn queue_limit(&mut self, at: usize, concurrency_limit: Option<u32>) {
        let held = self.state.cell.queue(&queues()[at]);
        let paused = held.is_some_and(|held| held.value.paused);
        let queue = QueueConfig {
            key: queues()[at].clone(),
            description: String::new(),
            concurrency_limit,
            priority: NonZeroU32::new(u32::try_from(at).unwrap() + 1).unwrap(),
            max_bytes: 1 << 30,
            paused,
            start_rate: None,
            weight: NonZeroU32::MIN,
        };
        self.object(ConfigObject::Queue(queue));
    }
    pub(crate) fn append(&mut self, key: &QueueKey, body: Body) {
        let queue = self.state.queues.get_mut(key).unwrap();
        queue.apply(Record {
            seq: Seq(queue.applied().0 + 1),
            at: Timestamp(1),
            body,
        });
    }
    pub(crate) fn plan(&self) -> Vec<Proposal> {
        plan(
            &self.state,
            &self.overlay,
            &Openings {
                known: self.known.clone(),
                lanes: self.lanes.clone(),
            },
            NOW,
        )
    }
    pub(crate) fn live(&self, taken: Option<bool>) -> Vec<RunKey> {
        let mut live = Vec::new();
        for (key, queue) in &self.state.queues {
            for (id, run) in queue.runs() {
                if let Some(attempt) = &run.live
                    && taken.is_none_or(|taken| attempt.holder.is_some() == taken)
                {
                    live.push(RunKey {
                        queue: key.clone(),
                        run_id: id.clone(),
                    });
                }
            }
        }
        live
    }
    pub(crate) fn report(&mut self, run: &RunKey, n: u32, what: Reported) {
        let attempt = self.state.queues[&run.queue]
            .run(&run.run_id)
            .unwrap()
            .attempt;
        let report = Report {
            attempt,
            session: "session".parse().unwrap(),
            n,
            what,
        };
        self.append(
            &run.queue,
            Body::Report {
                run_id: run.run_id.clone(),
                report,
            },
        );
    }
    pub(crate) fn claim(&mut self, run: &RunKey, what: Claim) {
        let id = DecisionId {
            epoch: Epoch(1),
            n: 1,
        };
        let decided = Decided {
            id,
            at: NOW,
            basis: Basis::default(),
            what,
        };
        self.append(
            &run.queue,
            Body::Claim {
                run_id: run.run_id.clone(),
                decided,
            },
        );
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each step, each a line or two before formatting"
    )]
    pub(crate) fn step(&mut self, step: &Step) {
        let step = step.clone();
        let pick = |n: usize, of: &[RunKey]| (!of.is_empty()).then(|| of[n % of.len()].clone());
        match step {
            Step::Request {
                queue,
                priority,
                tags: bits,
                deployed,
            } => {
                self.runs += 1;
                let run_id: RunId = format!("run-{}", self.runs).parse().unwrap();
                let request = Request::Run(Arc::new(RunRequest {
                    priority,
                    tags: tags(bits),
                    deployment: deployed.then(deployment),
                    ..RunRequest::default()
                }));
                self.append(
                    &queues()[queue],
                    Body::Request {
                        run_id,
                        request,
                        digest: 0,
                        traceparent: None,
                    },
                );
            }
            Step::Plan => {
                for proposal in self.plan() {
                    self.overlay.reserve(&proposal.run, &proposal.slots);
                    self.flights.push((self.cell, proposal));
                }
            }
            Step::Store(n) if !self.flights.is_empty() => {
                let (decided, flight) = self.flights.remove(n % self.flights.len());
                for slot in &flight.slots {
                    let held = self
                        .in_force
                        .entry(slot.limit.clone())
                        .or_insert((decided, slot.value));
                    if held.0 <= decided {
                        *held = (decided, slot.value);
                    }
                }
                let claimed = Claimed {
                    attempt: flight.attempt,
                    request: flight.request,
                    slots: flight.slots.clone(),
                    pool_revision: Revision(1),
                    queue_revision: Revision(1),
                    deployment_revision: None,
                    retries: 0,
                    retry_delay: Duration::ZERO,
                    timeout: None,
                    take_within: Duration::from_secs(5),
                    copy: None,
                    waits: Vec::new(),
                };
                self.claim(&flight.run, Claim::Claimed(claimed));
                self.overlay.settle(&flight.run, &flight.slots);
            }
            Step::Lose(n) if !self.flights.is_empty() => {
                let (_, flight) = self.flights.remove(n % self.flights.len());
                self.overlay.settle(&flight.run, &flight.slots);
            }
            Step::Store(_) | Step::Lose(_) => {}
            Step::Take(n) => {
                if let Some(run) = pick(n, &self.live(Some(false))) {
                    let lease = Duration::from_secs(15);
                    self.report(
                        &run,
                        1,
                        Reported::Taken {
                            worker: "worker".parse().unwrap(),
                            lease,
                        },
                    );
                }
            }
            Step::End(n) => {
                if let Some(run) = pick(n, &self.live(Some(true))) {
                    let outcome = Outcome::of(OutcomeClass::Completed);
                    self.report(
                        &run,
                        2,
                        Reported::Finished {
                            outcome,
                            gone: true,
                        },
                    );
                }
            }
            Step::Revoke(n) => {
                if let Some(run) = pick(n, &self.live(Some(false))) {
                    let attempt = self.state.queues[&run.queue]
                        .run(&run.run_id)
                        .unwrap()
                        .attempt;
                    let revoked = Revoked {
                        attempt,
                        cause: RevokeCause::NotTaken,
                        grace: Duration::ZERO,
                    };
                    self.claim(&run, Claim::Revoked(revoked));
                }
            }
            Step::PoolLimit(limit) => self.pool_limit(limit),
            Step::Pause { queue, paused } => {
                let held = self.state.cell.queue(&queues()[queue]).unwrap();
                let mut value = held.value.clone();
                value.paused = paused;
                self.object(ConfigObject::Queue(value));
            }
            Step::TagLimit { tag, limit } => self.object(ConfigObject::TagLimit(TagLimitConfig {
                tag: tags(1 << tag).remove(0),
                concurrency_limit: limit,
                start_rate: None,
            })),
            Step::Deploy {
                limit,
                tags: bits,
                paused,
            } => {
                self.object(ConfigObject::Deployment(Box::new(DeploymentConfig {
                    name: deployment(),
                    queue: queues()[0].clone(),
                    description: String::new(),
                    entrypoint: None,
                    job_variables: JsonObject::empty(),
                    parameters: JsonObject::empty(),
                    tags: tags(bits),
                    retries: 0,
                    retry_delay: Duration::ZERO,
                    timeout: None,
                    concurrency_limit: limit,
                    paused,
                    collision_strategy: weir_core::cell::CollisionStrategy::Enqueue,
                    limits: BTreeMap::new(),
                })));
            }
            Step::QueueLimit { queue, limit } => self.queue_limit(queue, limit),
        }
    }
}

pub(crate) fn worker(capacity: u32) -> Session {
    Session {
        worker: "worker".parse().unwrap(),
        session: "session".parse().unwrap(),
        pool: "pool".parse().unwrap(),
        queues: BTreeSet::new(),
        kind: "null".to_owned(),
        capacity,
        in_use: 0,
        lease: Duration::from_hours(1),
        version: String::new(),
        started_at: Timestamp(0),
        draining: false,
        ended: false,
    }
}

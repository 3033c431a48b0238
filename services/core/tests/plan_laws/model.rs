//! A broker, a leader and workers, as small as they can be, that live through random histories.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use weir_core::{
    cell::{
        CellBody, CellRecord, ConfigObject, DeploymentConfig, NamedLimitConfig, PoolConfig,
        PoolType, QueueConfig, TagLimitConfig,
    },
    event::{
        Basis, Body, Claim, Claimed, Decided, EpochRecord, Outcome, OutcomeClass, Record, Report,
        Reported, RevokeCause, Revoked,
    },
    ids::{DecisionId, Epoch, LANES, Lane, QueueKey, QueueStream, RunId, RunKey, Seq},
    limit::LimitKey,
    plan::{self, Lines, Openings, Overlay, Plan, Proposal},
    request::{Request, RunRequest},
    session::SessionRecord,
    state::{QueueState, State},
    time::Timestamp,
    wait::{LogName, Place},
};

use crate::{
    bug::Bug,
    steps::{Step, deployment, named, queues, tags},
    worker::worker,
};

/// A broker, a leader and workers, as small as they can be.
pub(crate) struct Model {
    pub(crate) state: State,
    pub(crate) overlay: Overlay,
    pub(crate) lines: Lines,
    pub(crate) now: Timestamp,
    /// What is in flight, and how far the cell log was folded when it was decided.
    pub(crate) flights: Vec<(u64, Proposal)>,
    pub(crate) known: BTreeSet<QueueKey>,
    pub(crate) lanes: BTreeMap<QueueKey, usize>,
    pub(crate) cell: u64,
    pub(crate) runs: u64,
    /// The numbers of the decisions, by run the number of the last one.
    decisions: u64,
    numbers: BTreeMap<RunKey, u64>,
    /// The value of each limit that is in force: that of the latest decision which has been stored. Appends overtake each
    /// other, so a decision may be stored behind a later one that rests on a newer configuration.
    pub(crate) in_force: BTreeMap<LimitKey, (u64, Option<u32>)>,
    /// What this leader does wrong.
    pub(crate) bug: Option<Bug>,
}

impl Model {
    pub(crate) fn new(capacity: u32) -> Self {
        let mut model = Self {
            state: State::default(),
            overlay: Overlay::default(),
            lines: Lines::default(),
            now: Timestamp(1_000),
            flights: Vec::new(),
            known: queues().into(),
            lanes: queues()
                .into_iter()
                .map(|key| (key, usize::from(LANES)))
                .collect(),
            cell: 0,
            runs: 0,
            decisions: 0,
            numbers: BTreeMap::new(),
            in_force: BTreeMap::new(),
            bug: None,
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
    pub(crate) fn object(&mut self, object: ConfigObject) {
        let author = String::new();
        self.cell(CellBody::Config { author, object });
    }
    pub(crate) fn pool_limit(&mut self, concurrency_limit: Option<u32>) {
        let pool = PoolConfig {
            concurrency_limit,
            ..PoolConfig::new("pool".parse().unwrap(), PoolType::Null)
        };
        self.object(ConfigObject::Pool(pool));
    }
    pub(crate) fn queue_limit(&mut self, at: usize, concurrency_limit: Option<u32>) {
        let held = self.state.cell.queue(&queues()[at]);
        let paused = held.is_some_and(|held| held.value.paused);
        let queue = QueueConfig {
            concurrency_limit,
            priority: NonZeroU32::new(u32::try_from(at).unwrap() + 1).unwrap(),
            paused,
            ..QueueConfig::new(queues()[at].clone())
        };
        self.object(ConfigObject::Queue(queue));
    }
    pub(crate) fn append(&mut self, key: &QueueKey, body: Body) {
        let queue = self.state.queues.get_mut(key).unwrap();
        let touched = queue.apply(Record {
            seq: Seq(queue.applied().0 + 1),
            at: self.now,
            body,
        });
        let place = self.place(key);
        self.lines.touch(&self.state, key, touched, &place);
    }
    pub(crate) fn place(&self, key: &QueueKey) -> Place {
        let late = self.bug == Some(Bug::ForgetsTime);
        Place {
            log: LogName::Queue(key.clone()),
            seq: self.state.queues[key].applied(),
            at: if late { Timestamp(0) } else { self.now },
        }
    }
    fn plan_with(&self, lines: &mut Lines) -> Plan {
        let openings = Openings {
            known: self.known.clone(),
            lanes: self.lanes.clone(),
            ..Openings::default()
        };
        lines.plan(&plan::Basis {
            state: &self.state,
            overlay: &self.overlay,
            openings: &openings,
            now: self.now,
            place: &self.place(&queues()[0]),
        })
    }
    /// The next plan, by lines that have been kept along the whole history.
    pub(crate) fn plan_on(&mut self) -> Vec<Proposal> {
        let mut lines = std::mem::take(&mut self.lines);
        if self.bug == Some(Bug::ForgetsTurns) {
            lines = Lines::of(&self.state, &self.place(&queues()[0]));
        }
        let mut claims = self.plan_with(&mut lines).claims;
        self.lines = lines;
        for claim in &mut claims {
            if self.bug == Some(Bug::ClaimsInPart) {
                claim.slots.pop();
            }
            if self.bug == Some(Bug::ForgetsStarts) {
                claim.slots.iter_mut().for_each(|slot| slot.pace = None);
            }
        }
        if self.bug == Some(Bug::SendsBackwards) {
            claims.reverse();
        }
        claims
    }
    /// All of the next plan.
    pub(crate) fn plan_whole(&mut self) -> Plan {
        let mut lines = std::mem::take(&mut self.lines);
        let plan = self.plan_with(&mut lines);
        self.lines = lines;
        plan
    }
    /// The plan by lines that are made from the state as it is.
    pub(crate) fn plan(&self) -> Vec<Proposal> {
        let mut lines = Lines::of(&self.state, &self.place(&queues()[0]));
        self.plan_with(&mut lines).claims
    }
    /// Nothing is being decided about a run any more.
    pub(crate) fn settle(&mut self, flight: &Proposal) {
        self.overlay.settle(&flight.run, &flight.slots);
        let place = self.place(&flight.run.queue);
        self.lines.restore(&self.state, &flight.run, &place);
        if self.bug != Some(Bug::ForgetsTheWoken) {
            self.lines.stir(&flight.slots);
        }
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
            n: self.numbers.get(run).copied().unwrap_or(1),
        };
        let decided = Decided {
            id,
            at: self.now,
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
                slots,
                ahead,
            } => {
                self.runs += 1;
                let run_id: RunId = format!("run-{}", self.runs).parse().unwrap();
                let request = Request::Run(Arc::new(RunRequest {
                    priority,
                    tags: tags(bits),
                    deployment: deployed.then(deployment),
                    limits: (slots > 0).then(|| (named(), slots)).into_iter().collect(),
                    scheduled_time: (ahead != 0).then(|| Timestamp(self.now.0 + ahead)),
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
                self.wake();
                for proposal in self.plan_on() {
                    let forgets = self.bug == Some(Bug::ForgetsFlights);
                    let slots = if forgets { &[] } else { &proposal.slots[..] };
                    self.overlay.reserve(&proposal.run, slots);
                    self.decisions += 1;
                    self.numbers.insert(proposal.run.clone(), self.decisions);
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
                    slots: flight.slots.clone(),
                    ..Claimed::bare(flight.attempt, flight.request)
                };
                self.claim(&flight.run, Claim::Claimed(claimed));
                self.settle(&flight);
            }
            Step::Lose(n) if !self.flights.is_empty() => {
                let (_, flight) = self.flights.remove(n % self.flights.len());
                self.settle(&flight);
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
            Step::NamedLimit(limit) => self.object(ConfigObject::NamedLimit(NamedLimitConfig {
                name: named(),
                concurrency_limit: limit,
            })),
            Step::Deploy {
                limit,
                tags: bits,
                paused,
            } => {
                self.object(ConfigObject::Deployment(Box::new(DeploymentConfig {
                    tags: tags(bits),
                    concurrency_limit: limit,
                    paused,
                    ..DeploymentConfig::new(deployment(), queues()[0].clone())
                })));
            }
            Step::QueueLimit { queue, limit } => self.queue_limit(queue, limit),
        }
    }
}

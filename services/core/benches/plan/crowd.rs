//! A crowd of waiting runs behind limits that are all used up, and what happens each time that a slot comes free.

use std::{collections::VecDeque, sync::Arc};

use weir_core::{
    cell::{CellBody, CellRecord, ConfigObject, PoolConfig, PoolType, QueueConfig, TagLimitConfig},
    event::{
        Basis as DecisionBasis, Body, Claim, Claimed, Decided, Outcome, OutcomeClass, Record,
        Report, Reported,
    },
    ids::{DecisionId, Epoch, QueueKey, QueueStream, RunId, RunKey, Seq, Tag},
    plan::{Basis, Lines, Openings, Overlay, Plan},
    request::{Request, RunRequest},
    session::{Session, SessionRecord},
    state::{QueueState, State},
    time::Timestamp,
    wait::{LogName, Place},
};

/// Slots of each limit.
const SLOTS: u32 = 1;

/// Waiting runs, and runs that hold every slot of every limit.
pub(crate) struct Crowd {
    state: State,
    overlay: Overlay,
    openings: Openings,
    lines: Lines,
    queue: QueueKey,
    clock: i64,
    made: usize,
    limits: usize,
    holders: VecDeque<RunKey>,
}

impl Crowd {
    /// `waiting` runs on `limits` limits: one is the pool's own; more are of tags, each run having one of them.
    pub(crate) fn new(waiting: usize, limits: usize) -> Self {
        let queue: QueueKey = QueueKey::new(name("crowd"), name("default"));
        let mut crowd = Self {
            state: State::default(),
            overlay: Overlay::default(),
            openings: Openings::default(),
            lines: Lines::default(),
            queue: queue.clone(),
            clock: 0,
            made: 0,
            limits,
            holders: VecDeque::new(),
        };
        crowd.configure();
        crowd
            .state
            .queues
            .insert(queue.clone(), QueueState::of_one_run());
        crowd.openings.known.insert(queue.clone());
        crowd.openings.lanes.insert(queue, usize::MAX);
        for _ in 0..limits {
            crowd.request();
        }
        let plan = crowd.plan();
        assert_eq!(plan.claims.len(), limits, "each limit has its one holder");
        crowd.carry_out(plan);
        for _ in 0..waiting {
            crowd.request();
        }
        assert_eq!(crowd.plan(), Plan::default(), "every slot is held");
        crowd
    }

    /// The oldest holder ends, its slot is handed on, and another run comes to wait.
    ///
    /// Returns how many were claimed.
    #[inline(never)]
    pub(crate) fn hand_over(&mut self) -> usize {
        let holder = self.holders.pop_front().expect("every limit has a holder");
        let report = Report {
            attempt: weir_core::ids::Attempt(1),
            session: name("s"),
            n: 2,
            what: Reported::Finished {
                outcome: Outcome::of(OutcomeClass::Completed),
                gone: true,
            },
        };
        self.fold(Body::Report {
            run_id: holder.run_id,
            report,
        });
        let plan = self.plan();
        let claimed = plan.claims.len();
        self.carry_out(plan);
        self.request();
        claimed
    }

    /// The planner's part of it.
    #[inline(never)]
    fn plan(&mut self) -> Plan {
        let place = self.place();
        self.lines.plan(&Basis {
            state: &self.state,
            overlay: &self.overlay,
            openings: &self.openings,
            now: Timestamp(self.clock),
            place: &place,
        })
    }

    fn carry_out(&mut self, plan: Plan) {
        for proposal in plan.claims {
            self.overlay.reserve(&proposal.run, &proposal.slots);
            let claimed = Claimed {
                slots: proposal.slots.clone(),
                ..Claimed::bare(proposal.attempt, proposal.request)
            };
            let id = DecisionId {
                epoch: Epoch(1),
                n: 1,
            };
            let decided = Decided {
                id,
                at: Timestamp(self.clock),
                basis: DecisionBasis::default(),
                what: Claim::Claimed(claimed),
            };
            let run_id = proposal.run.run_id.clone();
            self.fold(Body::Claim { run_id, decided });
            self.overlay.settle(&proposal.run, &proposal.slots);
            let taken = Report {
                attempt: proposal.attempt,
                session: name("s"),
                n: 1,
                what: Reported::Taken {
                    worker: name("w"),
                    lease: std::time::Duration::from_secs(15),
                },
            };
            self.fold(Body::Report {
                run_id: proposal.run.run_id.clone(),
                report: taken,
            });
            self.holders.push_back(proposal.run);
        }
    }

    fn request(&mut self) {
        let tags = if self.limits > 1 {
            vec![tag(self.made % self.limits)]
        } else {
            Vec::new()
        };
        let run_id: RunId = name(&format!("run-{}", self.made));
        self.made += 1;
        let request = Request::Run(Arc::new(RunRequest {
            tags,
            ..RunRequest::default()
        }));
        self.fold(Body::Request {
            run_id,
            request,
            digest: 0,
            traceparent: None,
        });
    }

    fn fold(&mut self, body: Body) {
        self.clock += 1;
        let Some(folded) = self.state.queues.get_mut(&self.queue) else {
            return;
        };
        let seq = Seq(folded.applied().0 + 1);
        let at = Timestamp(self.clock);
        let touched = folded.apply(Record { seq, at, body });
        let place = self.place();
        self.lines.touch(&self.state, &self.queue, touched, &place);
    }

    fn place(&self) -> Place {
        Place {
            log: LogName::Queue(self.queue.clone()),
            seq: Seq(u64::try_from(self.clock).unwrap_or_default()),
            at: Timestamp(self.clock),
        }
    }

    fn configure(&mut self) {
        let one = (self.limits == 1).then_some(SLOTS);
        let mut objects = vec![
            ConfigObject::Pool(PoolConfig {
                concurrency_limit: one,
                ..PoolConfig::new(self.queue.pool.clone(), PoolType::Null)
            }),
            ConfigObject::Queue(QueueConfig::new(self.queue.clone())),
        ];
        if self.limits > 1 {
            objects.extend((0..self.limits).map(|n| {
                ConfigObject::TagLimit(TagLimitConfig {
                    tag: tag(n),
                    concurrency_limit: Some(SLOTS),
                    start_rate: None,
                })
            }));
        }
        let epoch = CellBody::Epoch {
            epoch: Epoch(1),
            leader: name("leader"),
        };
        let opened = CellBody::QueueOpened {
            queue: QueueStream {
                key: self.queue.clone(),
                incarnation: 1,
            },
            epoch: Epoch(1),
        };
        let objects = objects.into_iter().map(|object| CellBody::Config {
            author: String::new(),
            object,
        });
        for (n, body) in [epoch]
            .into_iter()
            .chain(objects)
            .chain([opened])
            .enumerate()
        {
            let seq = Seq(n as u64 + 1);
            self.state.cell.apply(CellRecord {
                seq,
                at: Timestamp(0),
                body,
            });
        }
        self.state.sessions.apply(SessionRecord {
            seq: Seq(1),
            at: Timestamp(0),
            session: worker(&self.queue),
        });
    }
}

fn worker(queue: &QueueKey) -> Session {
    Session {
        worker: name("w"),
        session: name("s"),
        pool: queue.pool.clone(),
        queues: std::collections::BTreeSet::new(),
        kind: "null".to_owned(),
        capacity: u32::MAX,
        in_use: 0,
        lease: std::time::Duration::from_hours(24),
        version: String::new(),
        started_at: Timestamp(0),
        draining: false,
        ended: false,
    }
}

fn tag(n: usize) -> Tag {
    name(&format!("tag-{n}"))
}

fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a legal name")
}

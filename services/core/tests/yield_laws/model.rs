//! A leader, a worker and programs that wait, as small as they can be.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use weir_core::{
    awaits::{WaitId, Waits},
    cell::{CellBody, CellRecord, ConfigObject, PoolConfig, PoolType, QueueConfig, TagLimitConfig},
    event::{
        Basis, Body, Claim, Claimed, Decided, Decision, EpochRecord, Outcome, OutcomeClass, Record,
        Report, Reported,
    },
    ids::{DecisionId, Epoch, LANES, Lane, QueueKey, QueueStream, RunKey, Seq},
    limit::{LimitKey, Slot},
    plan::{self, Lines, Openings, Overlay, Plan, Proposal, Regrant, Regrants, regrants},
    request::{Request, RunRequest},
    session::{Session, SessionRecord},
    state::{QueueState, State},
    time::Timestamp,
    wait::{LogName, Place},
};

use crate::steps::Step;

pub(crate) enum Flight {
    Claim(Proposal),
    Regrant(Regrant),
}

impl Flight {
    fn run(&self) -> &RunKey {
        match self {
            Self::Claim(proposal) => &proposal.run,
            Self::Regrant(regrant) => &regrant.run,
        }
    }
    fn slots(&self) -> &[Slot] {
        match self {
            Self::Claim(proposal) => &proposal.slots,
            Self::Regrant(regrant) => &regrant.slots,
        }
    }
}

pub(crate) struct Model {
    pub(crate) state: State,
    pub(crate) overlay: Overlay,
    pub(crate) lines: Lines,
    pub(crate) flights: Vec<Flight>,
    pub(crate) kept: BTreeMap<LimitKey, u64>,
    pub(crate) claimed: Vec<Proposal>,
    cell: u64,
    pub(crate) runs: usize,
    pub(crate) records: BTreeMap<QueueKey, Vec<Record>>,
}

pub(crate) fn queues() -> [QueueKey; 2] {
    ["a", "b"].map(|name| QueueKey::new("pool".parse().unwrap(), name.parse().unwrap()))
}

impl Model {
    pub(crate) fn new() -> Self {
        let mut model = Self {
            state: State::default(),
            overlay: Overlay::default(),
            lines: Lines::default(),
            flights: Vec::new(),
            kept: BTreeMap::new(),
            claimed: Vec::new(),
            cell: 0,
            runs: 0,
            records: BTreeMap::new(),
        };
        let (epoch, leader) = (Epoch(1), "leader".parse().unwrap());
        model.cell(CellBody::Epoch { epoch, leader });
        model.step(&Step::PoolLimit(2));
        model.step(&Step::TagLimit(1));
        for key in queues() {
            model.object(ConfigObject::Queue(QueueConfig::new(key.clone())));
            let queue = QueueStream {
                key: key.clone(),
                incarnation: 1,
            };
            model.cell(CellBody::QueueOpened { queue, epoch });
            model
                .state
                .queues
                .insert(key.clone(), QueueState::default());
            for lane in (0..LANES).map(Lane) {
                let leader = "leader".parse().unwrap();
                let record = EpochRecord {
                    lane,
                    epoch,
                    leader,
                };
                model.append(&key, Body::Epoch(record));
            }
        }
        model.state.sessions.apply(SessionRecord {
            seq: Seq(1),
            at: Timestamp(0),
            session: worker(),
        });
        model
    }

    fn cell(&mut self, body: CellBody) {
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
    pub(crate) fn place(&self) -> Place {
        let key = &queues()[0];
        Place {
            log: LogName::Queue(key.clone()),
            seq: self
                .state
                .queues
                .get(key)
                .map_or(Seq(0), QueueState::applied),
            at: Timestamp(1),
        }
    }
    fn append(&mut self, key: &QueueKey, body: Body) {
        let queue = self.state.queues.get_mut(key).unwrap();
        let record = Record {
            seq: Seq(queue.applied().0 + 1),
            at: Timestamp(1),
            body,
        };
        let records = self.records.entry(key.clone()).or_default();
        records.push(record.clone());
        let touched = queue.apply(record);
        let moved = self.state.relate(key, &touched.kin);
        let place = self.place();
        self.lines.touch(&self.state, key, touched, &place);
        for (key, touched) in moved {
            self.lines.touch(&self.state, &key, touched, &place);
        }
    }
    pub(crate) fn request(&mut self, run: &RunKey, request: Request) {
        let body = Body::Request {
            run_id: run.run_id.clone(),
            request,
            digest: 0,
            traceparent: None,
        };
        self.append(&run.queue, body);
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
        let run_id = run.run_id.clone();
        self.append(&run.queue, Body::Report { run_id, report });
    }
    fn decide(&mut self, run: &RunKey, what: Decision) {
        let (run_id, decided) = (run.run_id.clone(), decided(what));
        self.append(&run.queue, Body::Decision { run_id, decided });
    }

    /// Runs of which an attempt is under way.
    pub(crate) fn live(&self) -> Vec<RunKey> {
        let runs = self.state.queues.iter().flat_map(|(key, queue)| {
            let live = queue.runs().filter(|(_, run)| run.live.is_some());
            live.map(|(run_id, _)| RunKey {
                queue: key.clone(),
                run_id: run_id.clone(),
            })
        });
        runs.collect()
    }
    fn some(&self, n: usize) -> Option<RunKey> {
        let live = self.live();
        (!live.is_empty()).then(|| live[n % live.len()].clone())
    }
    pub(crate) fn wait_id(&self, run: &RunKey, next: u32) -> Option<WaitId> {
        let live = self.state.queues[&run.queue]
            .run(&run.run_id)?
            .live
            .as_deref()?;
        Some(WaitId {
            attempt: live.attempt,
            session: "session".parse().unwrap(),
            k: live.last_k + next,
        })
    }

    fn openings(&self) -> Openings {
        let lanes = queues().map(|key| (key, usize::from(LANES)));
        Openings {
            known: queues().into(),
            lanes: lanes.into(),
            kept: self.kept.clone(),
        }
    }
    pub(crate) fn plan_with(&self, lines: &mut Lines) -> Plan {
        lines.plan(&plan::Basis {
            state: &self.state,
            overlay: &self.overlay,
            openings: &self.openings(),
            now: Timestamp(1),
            place: &self.place(),
        })
    }
    pub(crate) fn regrants(&self) -> Regrants {
        let openings = self.openings();
        let basis = plan::Basis {
            state: &self.state,
            overlay: &self.overlay,
            openings: &Openings {
                kept: BTreeMap::new(),
                ..openings.clone()
            },
            now: Timestamp(1),
            place: &self.place(),
        };
        regrants(&basis, &openings.lanes)
    }
    pub(crate) fn plan(&mut self) {
        let Regrants { now, kept } = self.regrants();
        for regrant in now {
            self.overlay.regrant(&regrant.run, &regrant.slots);
            self.flights.push(Flight::Regrant(regrant));
        }
        self.kept = kept;
        let mut lines = std::mem::take(&mut self.lines);
        let plan = self.plan_with(&mut lines);
        self.lines = lines;
        self.claimed.clone_from(&plan.claims);
        for proposal in plan.claims {
            self.overlay.reserve(&proposal.run, &proposal.slots);
            self.flights.push(Flight::Claim(proposal));
        }
    }
    pub(crate) fn land(&mut self, n: usize, stored: bool) {
        if self.flights.is_empty() {
            return;
        }
        let flight = self.flights.remove(n % self.flights.len());
        let run = flight.run().clone();
        match &flight {
            Flight::Claim(proposal) if stored => {
                let claimed = Claimed {
                    slots: proposal.slots.clone(),
                    ..Claimed::bare(proposal.attempt, proposal.request)
                };
                let (run_id, decided) = (run.run_id.clone(), decided(Claim::Claimed(claimed)));
                self.append(&run.queue, Body::Claim { run_id, decided });
                let (worker, lease) = ("worker".parse().unwrap(), Duration::from_secs(15));
                self.report(&run, 1, Reported::Taken { worker, lease });
                let infrastructure = String::new();
                self.report(&run, 2, Reported::Started { infrastructure });
            }
            Flight::Regrant(regrant) if stored => {
                let regranted = Decision::Regranted {
                    attempt: regrant.attempt,
                    k: regrant.k,
                    slots: regrant.slots.clone(),
                };
                self.decide(&run, regranted);
            }
            Flight::Claim(_) | Flight::Regrant(_) => {}
        }
        self.overlay.settle(&run, flight.slots());
        let place = self.place();
        self.lines.restore(&self.state, &run, &place);
        self.lines.stir(flight.slots());
    }

    fn waits(&mut self, run: usize, child: usize, yields: bool) {
        let child = format!("run-{}", child % self.runs.max(1) + 1);
        if let Some(run) = self.some(run)
            && let Some(id) = self.wait_id(&run, 1)
        {
            let runs = vec![child.parse().unwrap()];
            let waits = Waits { id, runs, yields };
            self.request(&run, Request::Waits(Arc::new(waits)));
        }
    }

    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Submit { queue, tagged } => {
                self.runs += 1;
                let run = RunKey {
                    queue: queues()[*queue].clone(),
                    run_id: format!("run-{}", self.runs).parse().unwrap(),
                };
                let tags = tagged.then(|| "db".parse().unwrap());
                let request = RunRequest {
                    tags: tags.into_iter().collect(),
                    ..RunRequest::default()
                };
                self.request(&run, Request::Run(Arc::new(request)));
            }
            Step::Plan => self.plan(),
            Step::Store(n) => self.land(*n, true),
            Step::Lose(n) => self.land(*n, false),
            Step::Waits { run, child, yields } => self.waits(*run, *child, *yields),
            Step::Owed => {
                for run in self.live() {
                    let folded = self.state.queues[&run.queue].run(&run.run_id).unwrap();
                    let live = folded.live.as_deref().unwrap();
                    if live.yields() {
                        let (attempt, k) = (live.attempt, live.last_k);
                        self.decide(&run, Decision::Yielded { attempt, k });
                    }
                }
            }
            Step::GoesOn(n) => {
                if let Some(run) = self.some(*n)
                    && let Some(id) = self.wait_id(&run, 0)
                {
                    self.request(&run, Request::GoesOn(id));
                }
            }
            Step::End(n) => {
                if let Some(run) = self.some(*n) {
                    let (outcome, gone) = (Outcome::of(OutcomeClass::Completed), true);
                    self.report(&run, 3, Reported::Finished { outcome, gone });
                }
            }
            // What is in flight rests on the values before: they land first.
            Step::PoolLimit(_) | Step::TagLimit(_) if !self.flights.is_empty() => {}
            Step::PoolLimit(value) => {
                let pool = "pool".parse().unwrap();
                if self.state.used(&LimitKey::Pool(pool)) <= u64::from(*value) {
                    let pool = PoolConfig {
                        concurrency_limit: Some(*value),
                        ..PoolConfig::new("pool".parse().unwrap(), PoolType::Null)
                    };
                    self.object(ConfigObject::Pool(pool));
                }
            }
            Step::TagLimit(value) => {
                let tag = "db".parse().unwrap();
                if self.state.used(&LimitKey::Tag(tag)) <= u64::from(*value) {
                    self.object(ConfigObject::TagLimit(TagLimitConfig {
                        tag: "db".parse().unwrap(),
                        concurrency_limit: Some(*value),
                        start_rate: None,
                    }));
                }
            }
        }
    }
}

fn decided<T>(what: T) -> Decided<T> {
    Decided {
        id: DecisionId {
            epoch: Epoch(1),
            n: 1,
        },
        at: Timestamp(1),
        basis: Basis::default(),
        what,
    }
}

fn worker() -> Session {
    Session {
        worker: "worker".parse().unwrap(),
        session: "session".parse().unwrap(),
        pool: "pool".parse().unwrap(),
        queues: std::collections::BTreeSet::new(),
        kind: "null".to_owned(),
        capacity: 1_000,
        in_use: 0,
        lease: Duration::from_hours(1),
        version: String::new(),
        started_at: Timestamp(0),
        draining: false,
        ended: false,
    }
}

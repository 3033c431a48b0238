//! The checker: a small replay of its own over the records in the order in which they were stored. It shares no code
//! with the scheduler or the fold, so that a mistake there does not hide here.

mod attempt;
mod cell;
mod family;
mod finale;
mod limits;
mod report;
mod run;
mod schedule;
mod time;
mod wait;
mod waits;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use weir_core::{
    event::{
        Basis, Body, Claim, Decided, Decision, EpochRecord, Outcome, Record, Report, Reported,
    },
    ids::{
        Attempt, DecisionId, DeploymentName, Epoch, Lane, PoolName, QueueKey, QueueStream, RunId,
        RunKey, Seq, SessionId, Tag,
    },
    limit::LimitKey,
    request::Request,
    session::Session,
    time::Timestamp,
};
use weir_log::Fence;

pub(super) use finale::Expected;
use limits::{Limits, Need};
use run::RunCheck;
use time::{Lateness, TimeCheck};

use super::procs::Procs;

/// A limit's values by the position at which they were written.
type Values = BTreeMap<Seq, Option<u32>>;

/// What the log says, and what of it must not be.
#[derive(Debug, Default)]
pub(super) struct Checker {
    /// Broken invariants, and how many of them have been told.
    pub(super) broken: Vec<String>,
    pub(super) told: usize,
    /// The last position of each configuration object, for those who write it.
    pub(super) written: BTreeMap<String, Seq>,
    pub(super) pools: BTreeMap<PoolName, Values>,
    pub(super) queues: BTreeMap<QueueKey, Values>,
    /// The same of deployments and tags.
    others: BTreeMap<LimitKey, Values>,
    /// The tags of each deployment by the position at which it was written.
    deployed: BTreeMap<DeploymentName, BTreeMap<Seq, Vec<Tag>>>,
    lateness: Lateness,
    /// What the world knows of its own requests.
    pub(super) expected: BTreeMap<RunKey, Expected>,
    pub(super) stored: u64,
    /// Queues that somebody has deleted, and whether they are closed.
    pub(super) deleted: BTreeMap<QueueKey, bool>,
    cell_epoch: Epoch,
    logs: BTreeMap<QueueKey, QueueCheck>,
    limits: Limits,
    /// How far the cell log had been folded for each decision.
    decisions: BTreeMap<DecisionId, Seq>,
    sessions: BTreeMap<SessionId, (Timestamp, Duration, bool)>,
    schedules: schedule::ScheduleCheck,
}

/// One queue's log.
#[derive(Debug, Default)]
struct QueueCheck {
    runs: BTreeMap<RunId, RunCheck>,
    early: BTreeSet<RunId>,
    lanes: BTreeMap<Lane, (Epoch, Seq)>,
}

/// A run's slots are free from here on.
struct Freed(Attempt);

impl Checker {
    fn breaks(&mut self, what: String) {
        self.broken.push(what);
    }

    /// Whether it is news, other than a renewal.
    pub(super) fn on_session(&mut self, session: &Session, at: Timestamp) -> bool {
        let before = self
            .sessions
            .insert(session.session.clone(), (at, session.lease, session.ended));
        before.is_none_or(|(_, _, ended)| ended != session.ended)
    }

    pub(super) fn on_record(
        &mut self,
        queue: &QueueStream,
        record: &Record,
        fence: Option<Fence>,
        procs: &Procs,
    ) {
        self.stored += 1;
        let (key, at) = (&queue.key, record.at);
        let whence = format!("{key} {:?}", record.seq);
        match &record.body {
            Body::Request {
                run_id, request, ..
            } => self.on_request(key, run_id, (record.seq, at), request),
            Body::Epoch(EpochRecord {
                lane,
                epoch,
                leader: _,
            }) => {
                let log = self.logs.entry(key.clone()).or_default();
                let held = log
                    .lanes
                    .insert(*lane, (*epoch, record.seq))
                    .unwrap_or_default();
                if held.0 > *epoch {
                    self.breaks(format!(
                        "{whence}: {epoch:?} stands behind {:?} on lane {lane}",
                        held.0
                    ));
                }
            }
            Body::Claim { run_id, decided } => {
                self.on_decided(key, &whence, decided.id, &decided.basis, fence);
                let run = RunKey {
                    queue: key.clone(),
                    run_id: run_id.clone(),
                };
                self.on_claim(&whence, &run, record.seq, at, decided, procs);
            }
            Body::Decision { run_id, decided } => {
                self.on_decided(key, &whence, decided.id, &decided.basis, fence);
                let run = RunKey {
                    queue: key.clone(),
                    run_id: run_id.clone(),
                };
                self.on_decision(&whence, &run, decided);
            }
            Body::Report { run_id, report } => {
                let run = RunKey {
                    queue: key.clone(),
                    run_id: run_id.clone(),
                };
                let given = outcome_given(procs, &run, report);
                let check = self.run(&run);
                let (legal, freed) = check.on_report(record.seq, record.at, report, given.as_ref());
                self.legal(&whence, legal);
                self.free(&whence, &run, freed.as_ref(), procs);
            }
            Body::Malformed { voice, detail } => {
                self.breaks(format!("{whence} is malformed ({voice:?}): {detail}"));
            }
        }
        self.note_schedule(key, record);
    }

    fn on_decision(&mut self, whence: &str, run: &RunKey, decided: &Decided<Decision>) {
        let decision = &decided.what;
        let deleted = self.deleted.contains_key(&run.queue);
        if deleted && matches!(*decision, Decision::Cancelled { .. }) {
            self.run(run).goes_with_its_queue();
        }
        if let Decision::Rejected(fault) = decision
            && !deleted
            && !self
                .expected
                .get(run)
                .is_some_and(|expected| expected.may_be_rejected)
        {
            self.breaks(format!("{whence}: a good request is rejected: {fault}"));
        }
        if let Some(what) = self.without_cause(run, decision) {
            self.breaks(format!("{whence}: {what}"));
        }
        self.recall_lateness(run, decided.id);
        let legal = self.run(run).on_decision(decided.at, decision);
        self.legal(whence, legal);
        self.on_slots(whence, run, decided.id, decision);
    }

    fn on_claim(
        &mut self,
        whence: &str,
        run: &RunKey,
        seq: Seq,
        at: Timestamp,
        decided: &Decided<Claim>,
        procs: &Procs,
    ) {
        match &decided.what {
            Claim::Claimed(claimed) => {
                if self.is_held(run) {
                    self.breaks(format!("{whence}: {run} does not wait for others"));
                }
                self.recall_lateness(run, decided.id);
                let legal = self.run(run).on_claimed(seq, at, decided.at, claimed);
                self.legal(whence, legal);
                let cell = self.decisions.get(&decided.id).copied().unwrap_or_default();
                let mut configured =
                    limits::configured(&self.pools, &self.queues, &run.queue, cell);
                configured.extend(self.asked(run, cell));
                let broken = self.limits.claim(run, decided, &claimed.slots, &configured);
                self.broken
                    .extend(broken.into_iter().map(|what| format!("{whence}: {what}")));
            }
            Claim::Revoked(revoked) => {
                let log = self.logs.entry(run.queue.clone()).or_default();
                let check = log.runs.entry(run.run_id.clone()).or_default();
                let (legal, freed) = check.on_revoked(decided.at, revoked, &self.sessions);
                self.legal(whence, legal);
                self.free(whence, run, freed.as_ref(), procs);
            }
        }
    }

    /// The limits that the run's own request asks for, as of a position of the cell log.
    fn asked(&self, run: &RunKey, cell: Seq) -> Vec<Need> {
        let check = self
            .logs
            .get(&run.queue)
            .and_then(|log| log.runs.get(&run.run_id));
        let Some(request) = check.and_then(|check| check.asked.as_ref()) else {
            return Vec::new();
        };
        let mut tags: BTreeSet<Tag> = request.tags.iter().cloned().collect();
        let deployment = request.deployment.as_ref();
        let deployed = deployment
            .and_then(|name| self.deployed.get(name))
            .and_then(|values| values.range(..=cell).next_back());
        tags.extend(
            deployed
                .into_iter()
                .flat_map(|(_, tags)| tags.iter().cloned()),
        );
        let limits = deployment.cloned().map(LimitKey::Deployment).into_iter();
        let limits = limits.chain(tags.into_iter().map(LimitKey::Tag));
        let named = request.limits.iter();
        let named = named.map(|(name, slots)| (LimitKey::Named(name.clone()), *slots));
        limits
            .map(|limit| (limit, 1))
            .chain(named)
            .map(|(limit, slots)| {
                let value = limits::at(self.others.get(&limit), cell);
                (limit, value, slots)
            })
            .collect()
    }

    fn run(&mut self, run: &RunKey) -> &mut RunCheck {
        self.logs
            .entry(run.queue.clone())
            .or_default()
            .runs
            .entry(run.run_id.clone())
            .or_default()
    }

    fn legal(&mut self, whence: &str, legal: Result<(), String>) {
        if let Err(what) = legal {
            self.breaks(format!("{whence}: {what}"));
        }
    }

    fn free(&mut self, whence: &str, run: &RunKey, freed: Option<&Freed>, procs: &Procs) {
        let Some(Freed(attempt)) = freed else { return };
        self.limits.free(run);
        if procs.is_there(&(run.clone(), *attempt)) {
            self.breaks(format!(
                "{whence}: the slots of {run} {attempt:?} are free while its process is there"
            ));
        }
    }

    fn on_request(
        &mut self,
        key: &QueueKey,
        run_id: &RunId,
        (seq, at): (Seq, Timestamp),
        request: &Request,
    ) {
        let log = self.logs.entry(key.clone()).or_default();
        match (log.runs.get_mut(run_id), request) {
            (Some(run), Request::Cancel(_)) => run.cancel(),
            (Some(run), Request::Retry(after)) => run.retry(seq, *after),
            (Some(run), Request::Waits(_) | Request::GoesOn(_)) => run.says(request),
            (Some(_), Request::Run(_) | Request::Bad(_))
            | (None, Request::Waits(_) | Request::GoesOn(_) | Request::Retry(_))
            | (_, Request::SetPriority(_)) => {}
            (None, Request::Cancel(_)) => {
                log.early.insert(run_id.clone());
            }
            (None, Request::Run(_) | Request::Bad(_)) => {
                let cancelled = log.early.remove(run_id);
                let asked = match request {
                    Request::Run(asked) => Some(asked.clone()),
                    Request::Cancel(_)
                    | Request::SetPriority(_)
                    | Request::Retry(_)
                    | Request::Waits(_)
                    | Request::GoesOn(_)
                    | Request::Bad(_) => None,
                };
                let time = asked.as_ref().map(|asked| TimeCheck::of(asked, at));
                let run = RunCheck::requested(seq, asked, cancelled, time.unwrap_or_default());
                log.runs.insert(run_id.clone(), run);
            }
        }
    }

    /// A decision: by whom, under which lane, and on which configuration it rests.
    fn on_decided(
        &mut self,
        key: &QueueKey,
        whence: &str,
        id: DecisionId,
        basis: &Basis,
        fence: Option<Fence>,
    ) {
        let lanes = &self.logs.entry(key.clone()).or_default().lanes;
        match fence {
            Some(Fence::Lane { lane, .. }) => {
                let held = lanes
                    .get(&lane)
                    .map(|(epoch, _)| *epoch)
                    .unwrap_or_default();
                if held != id.epoch {
                    self.breaks(format!(
                        "{whence}: a decision {id:?} on {lane:?}, which {held:?} holds"
                    ));
                }
            }
            Some(Fence::Claim(_) | Fence::Own(_)) | None => {
                self.breaks(format!("{whence}: a decision without a lane"));
            }
        }
        let since = basis.since.and_then(|n| {
            self.decisions
                .get(&DecisionId { epoch: id.epoch, n })
                .copied()
        });
        if basis.since.is_some() && since.is_none() {
            self.breaks(format!(
                "{whence}: {id:?} rests on a decision that is not stored"
            ));
        }
        let cell = basis.cell.or(since).unwrap_or_default();
        if self.decisions.insert(id, cell).is_some() {
            self.breaks(format!("{whence}: {id:?} is stored twice"));
        }
    }

    /// Whether this attempt may run now: its claim stands, and this session's `Taken` is the first report behind it.
    pub(super) fn may_run(
        &self,
        run: &RunKey,
        attempt: Attempt,
        claim: Seq,
        session: &SessionId,
    ) -> Result<(), String> {
        let check = self
            .logs
            .get(&run.queue)
            .and_then(|log| log.runs.get(&run.run_id));
        check
            .ok_or("it was never requested")?
            .may_run(attempt, claim, session)
    }
}

/// What the executor gave for this attempt, where the report tells an outcome.
fn outcome_given(procs: &Procs, run: &RunKey, report: &Report) -> Option<Outcome> {
    match &report.what {
        Reported::Finished { .. } | Reported::Gone { .. } => {
            let proc = procs.0.get(&(run.clone(), report.attempt))?;
            proc.exited.as_ref().map(|(_, outcome)| outcome.clone())
        }
        Reported::Taken { .. }
        | Reported::Submitted { .. }
        | Reported::Started { .. }
        | Reported::Waiting { .. } => None,
        Reported::HandedBack => {
            let proc = procs.0.get(&(run.clone(), report.attempt))?;
            Some(proc.exited.as_ref().map_or_else(
                || Outcome::of(weir_core::event::OutcomeClass::Lost),
                |(_, outcome)| outcome.clone(),
            ))
        }
    }
}

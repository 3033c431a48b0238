//! The fold of one queue's log.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    event::{Body, EpochRecord, Record, Voice},
    ids::{Attempt, DecisionId, DeploymentName, Epoch, LANES, Lane, RunId, Seq, SessionId},
    limit::LimitKey,
    rate::Pace,
    request::{CancelRequest, Fault},
    schedule::{ScheduleCursor, ScheduleKey},
    state::{
        FailedStarts, StateName, Touched, Word,
        index::{Facets, Index, ReadyKey, Use},
        past::Before,
        run::Run,
    },
    time::Timestamp,
};

/// Records that changed nothing, by why. A rising number is worth a look; none of them is an error of the fold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anomalies {
    /// Decisions under an epoch that no lane holds.
    pub foreign_epoch: u64,
    /// Decisions that their run's stage does not allow.
    pub void_decisions: u64,
    /// Reports that are late, doubled or not of the holder.
    pub void_reports: u64,
    /// Reports that cannot be decoded.
    pub malformed_reports: u64,
    /// Unreadable requests about runs that exist.
    pub bad_requests: u64,
    /// Changes of priority for runs that have ended or were never requested.
    pub void_priorities: u64,
    /// Requests for another attempt of runs that have not ended, were never requested, or have had another since.
    pub void_retries: u64,
    /// Words of runs' own programs about waits that do not fit the attempt that is under way.
    pub void_waits: u64,
    /// Cancels that came before their request and gave way to later ones.
    pub early_cancels_dropped: u64,
}

/// What one queue's log folds into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueState {
    pub(super) applied: Seq,
    pub(super) applied_at: Timestamp,
    lanes: BTreeMap<Lane, (Epoch, Seq)>,
    /// Decisions are taken as they come: the records of one run, without the queue's epochs.
    trusting: bool,
    /// It has no indexes, and remembers how the run of the last record stood before it.
    pub(super) looks_back: bool,
    pub(super) before: Before,
    pub(super) runs: BTreeMap<RunId, Run>,
    pub(super) index: Index,
    pub(super) woken: Timestamp,
    /// Late is what was to start before this.
    pub(super) late: Timestamp,
    pub(super) early_cancels: BTreeMap<RunId, (Seq, Timestamp, CancelRequest)>,
    pub(super) anomalies: Anomalies,
    stopped: Option<String>,
    /// What the record under the fold has changed; empty between two.
    pub(super) touched: Touched,
    /// How far start rates are used up, as the latest decision says that counted here.
    pub(super) paces: BTreeMap<LimitKey, (DecisionId, Pace)>,
    pub(super) failed_starts: BTreeMap<DeploymentName, FailedStarts>,
    /// How far each schedule has come here.
    pub(super) schedules: BTreeMap<(DeploymentName, ScheduleKey), ScheduleCursor>,
    /// The first step that the table of transitions does not have; there is none.
    pub(super) illegal: Option<(StateName, Word, StateName)>,
}

impl QueueState {
    /// A state for the records of a single run, read without the rest of the queue: for watching and inspecting.
    pub fn of_one_run() -> Self {
        Self {
            trusting: true,
            ..Self::default()
        }
    }

    /// Folds one record. Total and deterministic; a record seen twice changes nothing. Returned is what planners go by.
    pub fn apply(&mut self, record: Record) -> Touched {
        let Record { seq, at, body } = record;
        if seq <= self.applied {
            return Touched::default();
        }
        self.applied = seq;
        // The broker's clock may step back between leaders of a stream; what is computed from stamps must not.
        let at = at.max(self.applied_at);
        self.applied_at = at;
        match body {
            Body::Request {
                run_id,
                request,
                digest,
                traceparent,
            } => {
                self.on_request(seq, at, run_id, request, digest, traceparent);
            }
            Body::Claim { run_id, decided } => {
                if self.speaks(decided.id.epoch) {
                    self.on_claim(seq, at, &run_id, decided.id, decided.what);
                }
            }
            Body::Decision { run_id, decided } => {
                if self.speaks(decided.id.epoch) {
                    self.on_decision(seq, at, &run_id, decided.what);
                }
            }
            Body::Report { run_id, report } => self.on_report(seq, at, &run_id, report),
            Body::Epoch(EpochRecord {
                lane,
                epoch,
                leader: _,
            }) => self.on_epoch(seq, lane, epoch),
            Body::Malformed { voice, detail } => self.on_malformed(seq, voice, &detail),
        }
        std::mem::take(&mut self.touched)
    }

    fn speaks(&mut self, epoch: Epoch) -> bool {
        let speaks = self.is_heard(epoch);
        if !speaks {
            self.anomalies.foreign_epoch += 1;
        }
        speaks
    }

    /// Whether a leader of this number may speak here.
    pub(super) fn is_heard(&self, epoch: Epoch) -> bool {
        // While a new leader writes its lanes, the old one may still be heard on the others.
        self.trusting || self.lanes.values().any(|(held, _)| *held == epoch)
    }

    fn on_epoch(&mut self, seq: Seq, lane: Lane, epoch: Epoch) {
        if lane.0 >= LANES {
            self.anomalies.foreign_epoch += 1;
            return;
        }
        let held = self.lanes.entry(lane).or_default();
        // A carried epoch is the same number at a new position.
        if epoch >= held.0 {
            *held = (epoch, seq);
        } else {
            self.anomalies.foreign_epoch += 1;
        }
    }

    fn on_malformed(&mut self, seq: Seq, voice: Voice, detail: &str) {
        match voice {
            Voice::Request => self.anomalies.bad_requests += 1,
            Voice::Report => self.anomalies.malformed_reports += 1,
            Voice::Claim | Voice::Decision | Voice::Epoch => {
                let stopped =
                    format!("record {seq} in the scheduler's own voice cannot be read: {detail}");
                self.stopped.get_or_insert(stopped);
            }
        }
    }

    /// Lets what is due by `now` be ready. Changes where runs stand in the indexes and nothing else.
    pub fn wake(&mut self, now: Timestamp) -> Touched {
        if now <= self.woken {
            return Touched::default();
        }
        let before = self.woken;
        self.woken = now;
        let due: Vec<RunId> = self
            .index
            .due
            .range(..)
            .take_while(|(due, _)| *due <= now)
            .map(|(_, run_id)| run_id.clone())
            .collect();
        for run_id in due {
            if let Some(run) = self.runs.get(&run_id) {
                let (was, is) = (
                    Facets::of(run, before, self.late),
                    Facets::of(run, now, self.late),
                );
                self.index.shift(&run_id, Some(&was), Some(&is));
                self.note(&run_id, was, is);
            }
        }
        std::mem::take(&mut self.touched)
    }
    /// Until when all that is due has been woken.
    pub fn woken(&self) -> Timestamp {
        self.woken
    }

    /// How far the log has been folded.
    pub fn applied(&self) -> Seq {
        self.applied
    }
    /// The stamp of the last record that was folded, held so that it never steps back.
    pub fn applied_at(&self) -> Timestamp {
        self.applied_at
    }
    /// The epoch on a lane and its position, if there is one.
    pub fn lane(&self, lane: Lane) -> Option<(Epoch, Seq)> {
        self.lanes.get(&lane).copied()
    }
    /// The highest epoch on any lane.
    pub fn epoch(&self) -> Epoch {
        self.lanes
            .values()
            .map(|(epoch, _)| *epoch)
            .max()
            .unwrap_or_default()
    }
    /// Why nothing may be decided on this queue any more, if so.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }
    /// A run.
    pub fn run(&self, run_id: &RunId) -> Option<&Run> {
        self.runs.get(run_id)
    }
    /// All runs that are remembered, by id.
    pub fn runs(&self) -> impl Iterator<Item = (&RunId, &Run)> {
        self.runs.iter()
    }
    /// How many runs are remembered.
    pub fn len(&self) -> usize {
        self.runs.len()
    }
    /// Whether no run is remembered.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }
    /// Runs that may be claimed, in the order of planning.
    pub fn ready(&self) -> impl Iterator<Item = (&ReadyKey, &RunId)> {
        self.index.ready.iter()
    }
    /// How many runs may be claimed.
    pub fn ready_len(&self) -> usize {
        self.index.ready.len()
    }
    /// The place of a run that may be claimed: how many stand before it.
    pub fn ready_before(&self, key: &ReadyKey) -> usize {
        self.index.ready.range(..key).count()
    }
    /// Waiting runs behind a request's position, in the order of the log.
    pub fn waiting_after(&self, seq: Seq) -> impl Iterator<Item = (Seq, &RunId)> {
        self.index
            .waiting
            .range((std::ops::Bound::Excluded(seq), std::ops::Bound::Unbounded))
            .map(|(seq, id)| (*seq, id))
    }
    /// How many runs wait, those that are not due yet included.
    pub fn waiting_len(&self) -> usize {
        self.index.waiting.len()
    }
    /// The oldest waiting run.
    pub fn oldest_waiting(&self) -> Option<&Run> {
        self.index
            .waiting
            .values()
            .next()
            .and_then(|run_id| self.runs.get(run_id))
    }
    /// Runs that are owed a decision whatever the clock says.
    pub fn owed(&self) -> impl Iterator<Item = (&RunId, &Run)> {
        self.index
            .owed
            .iter()
            .filter_map(|run_id| self.runs.get_key_value(run_id))
    }
    /// Attempts that should have come further by `now` and have not: been taken, submitted, started, or ended.
    pub fn overdue(&self, now: Timestamp) -> impl Iterator<Item = (&RunId, &Run)> {
        self.index
            .deadlines
            .iter()
            .take_while(move |(by, _)| *by <= now)
            .filter_map(|(_, run_id)| self.runs.get_key_value(run_id))
    }
    /// The next point after `now` at which the clock alone changes something here.
    pub fn next_timer(&self, now: Timestamp) -> Option<Timestamp> {
        let (due, deadlines) = (&self.index.due, &self.index.deadlines);
        let from = (Timestamp(now.0.saturating_add(1)), RunId::least());
        let first =
            |timers: &BTreeSet<(Timestamp, RunId)>| timers.range(&from..).next().map(|(at, _)| *at);
        first(due).into_iter().chain(first(deadlines)).min()
    }
    /// How many claims are not taken yet.
    pub fn untaken_len(&self) -> usize {
        usize::try_from(self.index.untaken).unwrap_or(usize::MAX)
    }
    /// Who holds attempts here that end with their worker, and which runs' they are.
    pub fn held_by_session(
        &self,
    ) -> impl Iterator<Item = (&SessionId, impl Iterator<Item = &RunId>)> {
        self.index
            .sessions
            .iter()
            .map(|(session, runs)| (session, runs.iter()))
    }
    /// How many attempts a session holds here, those included that live on without it.
    pub fn held_by(&self, session: &SessionId) -> usize {
        let outliving = self.index.outliving.get(session).copied().unwrap_or(0);
        self.index.sessions.get(session).map_or(0, BTreeSet::len) + outliving
    }
    /// The attempts that live on without their workers and are not over.
    pub fn outliving(&self) -> impl Iterator<Item = (&RunId, Attempt)> {
        let live = self.index.outlived.iter();
        live.filter_map(|run_id| Some((run_id, self.runs.get(run_id)?.attempt)))
    }
    /// The use of a limit by this queue's runs.
    pub fn use_of(&self, limit: &LimitKey) -> Option<&Use> {
        self.index.used.get(limit)
    }
    /// The limits that this queue's runs hold slots of.
    pub fn limits_in_use(&self) -> impl Iterator<Item = &LimitKey> {
        self.index.used.keys()
    }
    /// Slots of a limit that this queue's runs hold.
    pub fn used(&self, limit: &LimitKey) -> u64 {
        self.index.used.get(limit).map_or(0, |used| used.total)
    }
    /// How many runs are in each state.
    pub fn states(&self) -> impl Iterator<Item = (StateName, u64)> {
        self.index
            .states
            .iter()
            .map(|(state, count)| (*state, *count))
    }
    /// How far a limit's start rate is used up, as the latest claim here says that was paced by it.
    pub fn pace(&self, limit: &LimitKey) -> Option<(DecisionId, Pace)> {
        self.paces.get(limit).copied()
    }
    /// Records that changed nothing.
    pub fn anomalies(&self) -> Anomalies {
        self.anomalies
    }
    /// Cancels that wait for their request.
    pub fn early_cancels(&self) -> usize {
        self.early_cancels.len()
    }

    /// Runs that have not ended.
    pub fn unended_len(&self) -> u64 {
        let unended = self
            .states()
            .filter(|(name, _)| !name.state().is_terminal());
        unended.map(|(_, count)| count).sum()
    }
    /// How many runs have an attempt of which something is left, whether it holds slots or not.
    pub fn live_len(&self) -> usize {
        let taken: usize = self.index.sessions.values().map(BTreeSet::len).sum();
        self.untaken_len() + taken + self.index.outlived.len()
    }
    /// Whether all runs have ended and nothing of them is left.
    pub fn is_done(&self) -> bool {
        self.unended_len() == 0 && self.live_len() == 0
    }
    /// The queue is closed: what slipped in behind all decisions ends here, for nobody can say any more that it does.
    pub fn close(&mut self, at: Timestamp, fault: &Fault) -> Touched {
        let unended: Vec<RunId> = self
            .runs
            .iter()
            .filter(|(_, run)| !run.is_ended() || run.live.is_some())
            .map(|(run_id, _)| run_id.clone())
            .collect();
        let seq = self.applied;
        for run_id in unended {
            self.change(&run_id, Word::Closed, |run| {
                run.close(seq, at, fault);
                true
            });
        }
        self.unreach();
        std::mem::take(&mut self.touched)
    }

    /// The first broken invariant, if any: the indexes are what the runs say, and the runs make sense.
    pub fn violation(&self) -> Option<String> {
        if let Some((from, word, to)) = self.illegal {
            return Some(format!("{word:?} has led from {from} to {to}"));
        }
        let mut index = Index::default();
        for (run_id, run) in &self.runs {
            index.shift(run_id, None, self.facets(run).as_ref());
            if let Some(broken) = run.violation() {
                return Some(format!("run {run_id}: {broken}"));
            }
        }
        (index != self.index).then(|| "the indexes are not what the runs say".to_owned())
    }
}

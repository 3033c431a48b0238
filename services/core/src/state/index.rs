//! The indexes of a queue: each run's place in them is a function of the run alone, and one routine keeps them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    ids::{Attempt, DeploymentName, RunId, Seq, SessionId},
    limit::{LimitKey, Slot},
    schedule::ScheduleKey,
    state::{
        Ready, Standing,
        live::Live,
        name::StateName,
        run::{Run, Stage},
    },
    time::Timestamp,
};

/// The order in which runs of a queue are planned: larger priority first, then by the time from which on they stand in
/// line, then by the order of the log.
pub type ReadyKey = (Reverse<i32>, Timestamp, Seq);

/// What of one limit is held by the runs of one queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Who holds how many of its slots.
    pub holders: BTreeMap<RunId, u32>,
    /// Their sum.
    pub total: u64,
}

/// All indexes of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// May be claimed.
    pub(super) ready: BTreeMap<ReadyKey, RunId>,
    /// May be claimed later.
    pub(super) due: BTreeSet<(Timestamp, RunId)>,
    /// `Scheduled` and not ended, and not after others, by when they were to start.
    pub(super) expected: BTreeSet<(Timestamp, RunId)>,
    /// Lapse, should they not have started by then: as their requests say.
    pub(super) lapses: BTreeSet<(Timestamp, RunId)>,
    /// Lapse as their deployments may say, by when they were to start.
    pub(super) lapses_of: BTreeMap<DeploymentName, BTreeSet<(Timestamp, RunId)>>,
    /// A decision is owed, whatever the clock says.
    pub(super) owed: BTreeSet<RunId>,
    /// Claimed and not taken, by the end of the time for that.
    pub(super) deadlines: BTreeSet<(Timestamp, RunId)>,
    /// How many claims nobody has taken.
    pub(super) untaken: u64,
    /// Who holds what is taken, not gone, and ends with its worker.
    pub(super) sessions: BTreeMap<SessionId, BTreeSet<RunId>>,
    /// How much each session has taken that is not gone and lives on without it.
    pub(super) outliving: BTreeMap<SessionId, usize>,
    /// Whose these are.
    pub(super) outlived: BTreeSet<RunId>,
    /// Attempts whose programs wait for other runs.
    pub(super) awaiting: BTreeSet<RunId>,
    /// Attempts that have given their slots back and are to have them again, in the order in which they came.
    pub(super) wanting: BTreeMap<Seq, RunId>,
    /// Waiting runs by request, for those who judge each once.
    pub(super) waiting: BTreeMap<Seq, RunId>,
    /// The use of each limit.
    pub(super) used: BTreeMap<LimitKey, Use>,
    /// Runs of schedules that have not ended.
    pub(super) scheduled: BTreeMap<(DeploymentName, ScheduleKey), BTreeSet<RunId>>,
    /// How many runs are in each state.
    pub(super) states: BTreeMap<StateName, u64>,
}

/// By when a run must have started.
#[derive(Clone, PartialEq, Eq)]
enum Lapse {
    /// By then, as its request says.
    By(Timestamp),
    /// As its deployment may say; it was to start then.
    As(DeploymentName, Timestamp),
}

impl Lapse {
    fn of(run: &Run) -> Option<Self> {
        let request = run.request.as_deref().filter(|_| run.may_lapse())?;
        let expected = run.expected_start();
        match (request.max_lateness, &request.deployment) {
            (Some(lateness), _) => Some(Self::By(expected.after(lateness))),
            (None, Some(deployment)) => Some(Self::As(deployment.clone(), expected)),
            (None, None) => None,
        }
    }
}

/// A run's place in the indexes.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Facets {
    state: StateName,
    pub(super) ready: Option<Ready>,
    due: Option<Timestamp>,
    expected: Option<Timestamp>,
    lapse: Option<Lapse>,
    owed: bool,
    deadline: Option<Timestamp>,
    untaken: bool,
    session: Option<SessionId>,
    outlived: Option<SessionId>,
    waiting: Option<Seq>,
    awaiting: bool,
    pub(super) wanting: Option<(Seq, Arc<[Slot]>)>,
    scheduled: Option<(DeploymentName, ScheduleKey)>,
    /// What kin go by.
    pub(super) kin: (Standing, bool, Option<Seq>),
    pub(super) slots: Option<(Attempt, Arc<[Slot]>)>,
}

impl Facets {
    /// Where `run` belongs, when all that is due until `woken` has been woken, and late is what was to start before `late`.
    pub(super) fn of(run: &Run, woken: Timestamp, late: Timestamp) -> Self {
        let live = run.live.as_deref();
        let waits = live.is_none() && run.cancel.is_none();
        let due = match run.stage {
            Stage::Waiting { due, .. } if waits => Some(due.filter(|due| *due > woken)),
            Stage::Waiting { .. }
            | Stage::Unreadable(_)
            | Stage::Live
            | Stage::RetryOwed
            | Stage::Ended(_) => None,
        };
        let owed = match &run.stage {
            Stage::Unreadable(_) | Stage::RetryOwed => true,
            Stage::Waiting { .. } => run.cancel.is_some(),
            // A cancelled attempt is revoked where nobody holds it and ordered to stop where somebody does.
            Stage::Live => {
                let cancelled = run.cancel.is_some();
                live.is_some_and(|live| {
                    let open = live.stop.is_none() && live.finished.is_none();
                    cancelled && open || !cancelled && live.yields()
                })
            }
            Stage::Ended(_) => false,
        };
        let awaits = live.filter(|live| waits_for_others(run, live));
        let session_if = |ends_with_it: bool| {
            live.filter(|live| live.ends_with_worker() == ends_with_it)
                .and_then(|live| live.holder.as_ref())
                .map(|holder| holder.session.clone())
        };
        let expected = run.could_start();
        let is_late = expected.is_some_and(|expected| expected < late);
        let state = if is_late {
            StateName::Late
        } else {
            run.state_name()
        };
        Self {
            state,
            expected,
            lapse: Lapse::of(run),
            ready: run.ready(woken),
            due: due.flatten(),
            owed,
            deadline: live.and_then(Live::deadline),
            untaken: live.is_some_and(|live| live.holder.is_none()),
            session: session_if(true),
            outlived: session_if(false),
            waiting: due.map(|_| run.request_seq),
            awaiting: awaits.is_some(),
            wanting: awaits.and_then(|live| Some((run.wants()?.1, Arc::clone(&live.slots)))),
            scheduled: run.schedule().filter(|_| !run.is_ended()),
            kin: (
                run.standing(),
                run.is_ended(),
                run.given().map(|awaits| awaits.from),
            ),
            slots: live.map(|live| (live.attempt, live.holds())),
        }
    }
}

impl Index {
    /// Moves a run from where it was to where it is now.
    pub(super) fn shift(
        &mut self,
        run_id: &RunId,
        before: Option<&Facets>,
        after: Option<&Facets>,
    ) {
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.remove(run_id, before);
        }
        if let Some(after) = after {
            self.insert(run_id, after);
        }
    }

    fn remove(&mut self, run_id: &RunId, facets: &Facets) {
        if let Some(ready) = &facets.ready {
            self.ready.remove(&ready.key());
        }
        self.remove_times(run_id, facets);
        if facets.owed {
            self.owed.remove(run_id);
        }
        if let Some(by) = facets.deadline {
            self.deadlines.remove(&(by, run_id.clone()));
        }
        self.untaken = self.untaken.saturating_sub(u64::from(facets.untaken));
        if let Some(session) = &facets.session
            && let Some(held) = self.sessions.get_mut(session)
        {
            held.remove(run_id);
            if held.is_empty() {
                self.sessions.remove(session);
            }
        }
        if let Some(session) = &facets.outlived
            && let Some(held) = self.outliving.get_mut(session)
        {
            self.outlived.remove(run_id);
            *held = held.saturating_sub(1);
            if *held == 0 {
                self.outliving.remove(session);
            }
        }
        if let Some(seq) = facets.waiting {
            self.waiting.remove(&seq);
        }
        if let Some(schedule) = &facets.scheduled
            && let Some(unended) = self.scheduled.get_mut(schedule)
        {
            unended.remove(run_id);
            if unended.is_empty() {
                self.scheduled.remove(schedule);
            }
        }
        if facets.awaiting {
            self.awaiting.remove(run_id);
        }
        if let Some((from, _)) = &facets.wanting {
            self.wanting.remove(from);
        }
        for slot in facets.slots.iter().flat_map(|(_, slots)| slots.iter()) {
            if let Some(used) = self.used.get_mut(&slot.limit) {
                let held = used.holders.remove(run_id).unwrap_or(0);
                used.total = used.total.saturating_sub(u64::from(held));
                if used.holders.is_empty() {
                    self.used.remove(&slot.limit);
                }
            }
        }
        if let Some(count) = self.states.get_mut(&facets.state) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.states.remove(&facets.state);
            }
        }
    }

    fn remove_times(&mut self, run_id: &RunId, facets: &Facets) {
        if let Some(due) = facets.due {
            self.due.remove(&(due, run_id.clone()));
        }
        if let Some(expected) = facets.expected {
            self.expected.remove(&(expected, run_id.clone()));
        }
        match &facets.lapse {
            Some(Lapse::By(by)) => {
                self.lapses.remove(&(*by, run_id.clone()));
            }
            Some(Lapse::As(deployment, expected)) => {
                if let Some(of) = self.lapses_of.get_mut(deployment) {
                    of.remove(&(*expected, run_id.clone()));
                    if of.is_empty() {
                        self.lapses_of.remove(deployment);
                    }
                }
            }
            None => {}
        }
    }

    fn insert(&mut self, run_id: &RunId, facets: &Facets) {
        if let Some(ready) = &facets.ready {
            self.ready.insert(ready.key(), run_id.clone());
        }
        self.insert_times(run_id, facets);
        if facets.owed {
            self.owed.insert(run_id.clone());
        }
        if let Some(by) = facets.deadline {
            self.deadlines.insert((by, run_id.clone()));
        }
        self.untaken = self.untaken.saturating_add(u64::from(facets.untaken));
        if let Some(session) = &facets.session {
            self.sessions
                .entry(session.clone())
                .or_default()
                .insert(run_id.clone());
        }
        if let Some(session) = &facets.outlived {
            *self.outliving.entry(session.clone()).or_default() += 1;
            self.outlived.insert(run_id.clone());
        }
        if let Some(seq) = facets.waiting {
            self.waiting.insert(seq, run_id.clone());
        }
        if let Some(schedule) = &facets.scheduled {
            let unended = self.scheduled.entry(schedule.clone()).or_default();
            unended.insert(run_id.clone());
        }
        if facets.awaiting {
            self.awaiting.insert(run_id.clone());
        }
        if let Some((from, _)) = &facets.wanting {
            self.wanting.insert(*from, run_id.clone());
        }
        for slot in facets.slots.iter().flat_map(|(_, slots)| slots.iter()) {
            let used = self.used.entry(slot.limit.clone()).or_default();
            let before = used
                .holders
                .insert(run_id.clone(), slot.weight)
                .unwrap_or(0);
            used.total = used
                .total
                .saturating_sub(u64::from(before))
                .saturating_add(u64::from(slot.weight));
        }
        *self.states.entry(facets.state).or_default() += 1;
    }

    fn insert_times(&mut self, run_id: &RunId, facets: &Facets) {
        if let Some(due) = facets.due {
            self.due.insert((due, run_id.clone()));
        }
        if let Some(expected) = facets.expected {
            self.expected.insert((expected, run_id.clone()));
        }
        match &facets.lapse {
            Some(Lapse::By(by)) => {
                self.lapses.insert((*by, run_id.clone()));
            }
            Some(Lapse::As(deployment, expected)) => {
                let of = self.lapses_of.entry(deployment.clone()).or_default();
                of.insert((*expected, run_id.clone()));
            }
            None => {}
        }
    }
}

/// Whether a run is under way, is not about to end, and its program waits for other runs.
fn waits_for_others(run: &Run, live: &Live) -> bool {
    run.stage == Stage::Live && run.cancel.is_none() && live.awaiting().is_some()
}

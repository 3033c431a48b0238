//! What a queue keeps beside its runs: cancels that came before their request, how far start rates are used up, and
//! which deployments cannot be started.

use crate::{
    bounds,
    event::OutcomeClass,
    ids::{Attempt, DecisionId, DeploymentName, Revision, RunId, Seq},
    limit::LimitKey,
    rate::Pace,
    request::CancelRequest,
    state::{queue::QueueState, run::Run},
    time::Timestamp,
};

/// Attempts of a deployment in a row that could not be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedStarts {
    /// The revision of the deployment under which they were claimed.
    pub revision: Revision,
    /// How many.
    pub count: u32,
    /// The last one.
    pub run_id: RunId,
    /// Why that could not be started: reason and message.
    pub why: (String, String),
}

/// What a record has said about whether a deployment's attempts start.
enum Start {
    Done,
    Failed(Revision, (String, String)),
}

/// What of an attempt tells whether it has started since.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    over: Option<Attempt>,
    started: bool,
}

impl Mark {
    /// `None` for a run without a deployment, whose starts nobody counts.
    pub(super) fn of_deployed(run: &Run) -> Option<Self> {
        run.class.deployment.as_ref().map(|_| Self::of(run))
    }
    pub(super) fn of(run: &Run) -> Self {
        Self {
            over: run.last.as_deref().map(|last| last.attempt),
            started: run
                .live
                .as_deref()
                .is_some_and(|live| live.started_at.is_some()),
        }
    }
}

/// What has become clear since `before`.
fn start_of(run: &Run, before: Mark) -> Option<Start> {
    if let Some(live) = run.live.as_deref() {
        let started = live.started_at.is_some() && !before.started;
        return started.then_some(Start::Done);
    }
    let last = run.last.as_deref()?;
    if before.over == Some(last.attempt) {
        return None;
    }
    let outcome = last.finished.as_ref()?;
    match outcome.class {
        OutcomeClass::StartFailed => Some(Start::Failed(
            last.deployment_revision?,
            (outcome.reason.clone(), outcome.message.clone()),
        )),
        OutcomeClass::Completed
        | OutcomeClass::Failed
        | OutcomeClass::Signaled
        | OutcomeClass::TimedOut
        | OutcomeClass::Crashed => Some(Start::Done),
        // Nobody knows how far it had come.
        OutcomeClass::Stopped | OutcomeClass::Lost => None,
    }
}

impl QueueState {
    /// Counts starts that fail, once a record about a run has been folded.
    pub(super) fn keep_starts(&mut self, run_id: &RunId, before: Mark) {
        let Some(run) = self.runs.get(run_id) else {
            return;
        };
        let Some(deployment) = run.class.deployment.clone() else {
            return;
        };
        match start_of(run, before) {
            None => {}
            Some(Start::Done) => {
                self.failed_starts.remove(&deployment);
            }
            Some(Start::Failed(revision, why)) => {
                self.failed_start(deployment, revision, run_id, why);
            }
        }
    }

    fn failed_start(
        &mut self,
        deployment: DeploymentName,
        revision: Revision,
        run_id: &RunId,
        why: (String, String),
    ) {
        let held = self.failed_starts.get(&deployment);
        let count = match held {
            Some(held) if held.revision > revision => return,
            Some(held) if held.revision == revision => held.count.saturating_add(1),
            Some(_) | None => 1,
        };
        self.failed_starts.insert(
            deployment,
            FailedStarts {
                revision,
                count,
                run_id: run_id.clone(),
                why,
            },
        );
    }

    /// Deployments whose last attempts here could not be started.
    pub fn failed_starts(&self) -> impl Iterator<Item = (&DeploymentName, &FailedStarts)> {
        self.failed_starts.iter()
    }

    /// A claim counts. A leader's decisions each know of those before them, so the latest number is the one to go by.
    pub(super) fn keep_paces(&mut self, id: DecisionId, paced: Vec<(LimitKey, Pace)>) {
        for (limit, pace) in paced {
            let held = self.paces.entry(limit).or_insert((id, pace));
            if held.0 < id {
                *held = (id, pace);
            }
        }
    }

    pub(super) fn keep_early_cancel(
        &mut self,
        seq: Seq,
        at: Timestamp,
        run_id: RunId,
        cancel: CancelRequest,
    ) {
        let kept = bounds::EARLY_CANCEL_KEPT;
        let before = self.early_cancels.len();
        self.early_cancels
            .retain(|_, (_, since, _)| at.since(*since) < kept);
        if self.early_cancels.len() >= bounds::EARLY_CANCELS_MAX
            && let Some(oldest) = self
                .early_cancels
                .iter()
                .min_by_key(|(_, (seq, ..))| *seq)
                .map(|(id, _)| id.clone())
        {
            self.early_cancels.remove(&oldest);
        }
        self.anomalies.early_cancels_dropped += (before - self.early_cancels.len()) as u64;
        self.early_cancels
            .entry(run_id)
            .or_insert((seq, at, cancel));
    }
}

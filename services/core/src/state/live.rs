//! One attempt, from its claim until nothing of it is left.

use std::{sync::Arc, time::Duration};

use crate::{
    event::{Outcome, OutcomeClass, Reported},
    ids::{Attempt, Revision, Seq, SessionId, WorkerName},
    limit::Slot,
    retry::RetryPolicy,
    state::{awaits::Awaiting, name::StateName},
    time::Timestamp,
};

/// How much longer than its timeout an attempt may run before it is taken from a holder that has not ended it: the
/// time for the polite signal, the grace and the forced one.
const RUN_SLACK: Duration = Duration::from_mins(5);

/// An attempt from its claim on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Which.
    pub attempt: Attempt,
    /// The position of its claim.
    pub claim_seq: Seq,
    /// The last record on its run's `.claim`, which fences what is reported of it: its claim, or its revocation.
    pub fence: Seq,
    /// When the claim was stored.
    pub claimed_at: Timestamp,
    /// Until when it is to be taken.
    pub take_by: Timestamp,
    /// What it holds, while it has not given it back ([`Live::holds`]).
    pub slots: Arc<[Slot]>,
    /// The revision of the deployment that it was claimed with.
    pub deployment_revision: Option<Revision>,
    /// Retries in force.
    pub retries: u32,
    /// Delay before a retry in force.
    pub retry_delay: Duration,
    /// The retry policy in force; `None`: every failure, after the delay.
    pub retry_policy: Option<Arc<RetryPolicy>>,
    /// How long its holder may take to make its infrastructure.
    pub submit_within: Option<Duration>,
    /// How long it may take to start from then on.
    pub start_within: Option<Duration>,
    /// How long it may run.
    pub timeout: Option<Duration>,
    /// Its infrastructure lives on without its worker, and nothing of it runs before it is submitted.
    pub outlives_worker: bool,
    /// Who has taken it.
    pub holder: Option<Holder>,
    /// The number of the last report that counted.
    pub last_n: u32,
    /// When its infrastructure was made.
    pub submitted_at: Option<Timestamp>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// What it is called on its infrastructure.
    pub infrastructure: String,
    /// Why it cannot start yet: reason and message.
    pub waiting: Option<(String, String)>,
    /// How it ended, when its infrastructure is still to go.
    pub finished: Option<Outcome>,
    /// Its program waits for other runs.
    pub awaits: Option<Box<Awaiting>>,
    /// The number of the last wait of it that counted; 0: none.
    pub last_k: u32,
    /// It is being stopped.
    pub stop: Option<Stop>,
    /// It is being stopped because its time is up.
    pub overdue: Option<Overdue>,
}

/// Which of its times is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// That to make its infrastructure.
    Submit,
    /// That to start.
    Start,
    /// That to run.
    Run,
}

/// Who has taken an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The session.
    pub session: SessionId,
    /// The worker.
    pub worker: WorkerName,
    /// When.
    pub taken_at: Timestamp,
    /// The lease that binds it.
    pub lease: Duration,
}

/// An order to stop an attempt that somebody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// `CancelOrdered`: the holder still speaks under its claim.
    Ordered,
    /// `Revoked`: only `Gone` is accepted from the holder.
    Revoked,
}

impl Live {
    /// Whether it ends with its worker: always, but for what has a life of its own by now.
    pub fn ends_with_worker(&self) -> bool {
        !self.outlives_worker || !self.has_begun()
    }

    /// Whether its infrastructure has been made.
    pub fn has_begun(&self) -> bool {
        self.submitted_at.is_some() || self.started_at.is_some() || self.finished.is_some()
    }

    /// Until when it must have come further, as its claim says; `None` where it may take its time.
    pub fn deadline(&self) -> Option<Timestamp> {
        let Some(holder) = &self.holder else {
            return Some(self.take_by);
        };
        if self.stop == Some(Stop::Revoked) || self.finished.is_some() {
            return None;
        }
        match (self.started_at, self.submitted_at) {
            // Whoever holds it ends it in time; this is for when that one does not.
            (Some(started), _) => self
                .timeout
                .map(|timeout| started.after(timeout.saturating_add(RUN_SLACK))),
            (None, Some(submitted)) => self.start_within.map(|within| submitted.after(within)),
            (None, None) => self
                .submit_within
                .map(|within| holder.taken_at.after(within)),
        }
    }

    /// Which of its times that deadline is the end of.
    pub fn overdue(&self) -> Overdue {
        match (self.started_at, self.submitted_at) {
            (Some(_), _) => Overdue::Run,
            (None, Some(_)) => Overdue::Start,
            (None, None) => Overdue::Submit,
        }
    }

    /// How it really ended, where it was stopped because a time of its was up.
    pub(super) fn judged(&self, outcome: Outcome) -> Outcome {
        let Some(overdue) = self.overdue else {
            return outcome;
        };
        match outcome.class {
            OutcomeClass::Stopped | OutcomeClass::Lost => {}
            // It ended by itself before it was stopped.
            OutcomeClass::Completed
            | OutcomeClass::Failed
            | OutcomeClass::Signaled
            | OutcomeClass::TimedOut
            | OutcomeClass::StartFailed
            | OutcomeClass::Crashed => return outcome,
        }
        let (class, reason, message) = match (overdue, &self.waiting) {
            (Overdue::Run, _) => (
                OutcomeClass::TimedOut,
                "TimedOut".to_owned(),
                format!(
                    "it ran for longer than {:?}",
                    self.timeout.unwrap_or_default()
                ),
            ),
            // It had what it needs, so nobody has said what kept it from its start.
            (Overdue::Start, Some((reason, place))) if reason == Reported::SCHEDULED => (
                OutcomeClass::StartFailed,
                "StartTimeout".to_owned(),
                format!(
                    "it did not start within {:?}: it came as far as {place}",
                    self.start_within.unwrap_or_default()
                ),
            ),
            (Overdue::Start | Overdue::Submit, Some((reason, message))) => (
                OutcomeClass::StartFailed,
                reason.clone(),
                format!("it did not start in time: {message}"),
            ),
            (Overdue::Start, None) => (
                OutcomeClass::StartFailed,
                "StartTimeout".to_owned(),
                format!(
                    "it did not start within {:?}",
                    self.start_within.unwrap_or_default()
                ),
            ),
            (Overdue::Submit, None) => (
                OutcomeClass::StartFailed,
                "SubmitTimeout".to_owned(),
                format!(
                    "its worker did not start it within {:?}",
                    self.submit_within.unwrap_or_default()
                ),
            ),
        };
        // What came up too late and was stopped has a code, and the run, which did not start, has none.
        let ran = class == OutcomeClass::TimedOut;
        Outcome {
            class,
            exit_code: outcome.exit_code.filter(|_| ran),
            signal: outcome.signal.filter(|_| ran),
            reason,
            message,
        }
    }

    pub(super) fn state_name(&self, cancelled: bool) -> StateName {
        if self.finished.is_none() {
            // The wish is on the log and survives everything: what follows is a matter of time.
            match self.stop {
                _ if cancelled => return StateName::Cancelling,
                Some(Stop::Revoked | Stop::Ordered) => return StateName::Revoking,
                None => {}
            }
        }
        match (
            self.holder.is_some(),
            self.submitted_at.is_some(),
            self.started_at.is_some(),
        ) {
            (_, _, true) => StateName::Running,
            (_, true, false) => StateName::InfrastructurePending,
            (true, false, false) => StateName::Submitting,
            (false, false, false) => StateName::Pending,
        }
    }
}

#[cfg(test)]
mod tests;

//! One run, as its records have made it.

use std::sync::Arc;

use crate::{
    class::Class,
    event::{CancelCause, Outcome, OutcomeClass},
    failure::FailureClass,
    family::{After, Parent},
    ids::{Attempt, Seq},
    request::{CancelRequest, Fault, RunRequest},
    state::{Ready, Standing, live::Live, name::StateName},
    time::Timestamp,
    wait::Wait,
};

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The position of its request.
    pub request_seq: Seq,
    /// When the request was stored.
    pub requested_at: Timestamp,
    /// What was asked; `None` where it could not be read.
    pub request: Option<Arc<RunRequest>>,
    /// The digest of the request's payload.
    pub digest: u64,
    /// The publisher's trace.
    pub traceparent: Option<String>,
    /// Larger goes first within the queue.
    pub priority: i32,
    /// What decides which limits it needs.
    pub class: Arc<Class>,
    /// Where it stands.
    pub stage: Stage,
    /// The attempt that holds slots, from its claim until its infrastructure is gone.
    pub live: Option<Box<Live>>,
    /// The last attempt that is over, for people.
    pub last: Option<Box<Live>>,
    /// The last attempt claimed; 0 for none.
    pub attempt: Attempt,
    /// Attempts that failed and count against the retries; those since somebody asked for another.
    pub tries: u32,
    /// How often somebody asked for another attempt after the end.
    pub again: u32,
    /// Another attempt was asked for while something of the last one was still there: it waits for that.
    pub again_owed: bool,
    /// Since when it is in the state that it is in.
    pub since: Timestamp,
    /// Its name for people, as its deployment's template gave it to the last attempt.
    pub name: Option<String>,
    /// The first cancel that was asked for.
    pub cancel: Option<CancelRequest>,
    /// Whose cancel that is, where the scheduler has ordered it.
    pub cancel_cause: CancelCause,
    /// When somebody last asked for another attempt after the end, and it began to wait.
    pub again_at: Option<Timestamp>,
    /// When the last of the runs that it comes after ended, once all have as it asked. Not of its own log: it is told by
    /// [`QueueState::reach`].
    ///
    /// [`QueueState::reach`]: crate::state::QueueState::reach
    pub reached: Option<Timestamp>,
    /// It holds nothing while its program waits, and all that it waits for has ended, the last of it then. Not of its own
    /// log: it is told by [`QueueState::outwait`].
    ///
    /// [`QueueState::outwait`]: crate::state::QueueState::outwait
    pub outwaited: Option<Timestamp>,
    /// An attempt of it has started, as far as anybody has told.
    pub has_started: bool,
    /// Requests under the same id with other content; they changed nothing.
    pub other_requests: u32,
    /// It moves the cursor of the schedule that its request names.
    pub of_schedule: bool,
    /// How the last wait was spent, as the decision tells that ended it.
    pub waits: Vec<Wait>,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits to be claimed.
    Waiting {
        /// Since when.
        since: Timestamp,
        /// The record that made it wait.
        from: Seq,
        /// Not before this.
        due: Option<Timestamp>,
    },
    /// Its request cannot be read: a `Rejected` is owed.
    Unreadable(Fault),
    /// An attempt is under way.
    Live,
    /// Its last attempt failed and is gone, and it may be tried again: a `RetryScheduled` is owed.
    RetryOwed,
    /// It has ended. Its last attempt's infrastructure may still be there: then `live` is.
    Ended(End),
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The state that it ended in.
    pub name: StateName,
    /// When the record was stored that ended it.
    pub at: Timestamp,
    /// That record's position.
    pub seq: Seq,
    /// A reason as a code; empty for none.
    pub reason: String,
    /// The reason for people.
    pub message: String,
}

impl Run {
    /// Whether it has ended. Slots may still be held.
    pub fn is_ended(&self) -> bool {
        match self.stage {
            Stage::Ended(_) => true,
            Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed => false,
        }
    }

    /// The run that has asked for it.
    pub fn parent(&self) -> Option<&Parent> {
        self.request.as_deref()?.parent.as_ref()
    }

    /// The runs that its request says it comes after.
    pub fn after(&self) -> Option<&After> {
        self.request.as_deref()?.after.as_ref()
    }

    /// Whether it still waits for others, if it waits: nothing has been tried of it, and nobody has asked for it once more.
    pub fn comes_after(&self) -> bool {
        self.attempt == Attempt(0) && self.again == 0 && self.after().is_some()
    }

    /// What decides where it stands among those that may be claimed when all that is due until `woken` has been woken;
    /// `None` where it may not.
    pub fn ready(&self, woken: Timestamp) -> Option<Ready> {
        let due = match self.stage {
            Stage::Waiting { due, .. } => due,
            Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed | Stage::Ended(_) => return None,
        };
        let follows = self.standing() == Standing::Following;
        let reached = self.reached.is_some() || !follows;
        let ready = self.live.is_none() && self.cancel.is_none() && reached;
        (ready && due.is_none_or(|due| due <= woken)).then(|| Ready {
            priority: self.priority,
            since: self.in_line_since(),
            seq: self.request_seq,
            class: Arc::clone(&self.class),
        })
    }

    /// How it stands, as its kin see it.
    pub fn standing(&self) -> Standing {
        match &self.stage {
            Stage::Ended(end) if !self.again_owed => Standing::Ended(end.name),
            Stage::Ended(_) => Standing::Open,
            _ if self.cancel.is_some() => Standing::Stopping,
            Stage::Waiting { .. } if self.comes_after() => Standing::Following,
            Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed => {
                Standing::Open
            }
        }
    }

    /// When it was to start: at its scheduled time, else at once.
    pub fn expected_start(&self) -> Timestamp {
        let request = self.request.as_deref();
        let scheduled = request.and_then(|request| request.scheduled_time);
        scheduled.unwrap_or(self.requested_at)
    }

    /// From when on it could have started, while it waits for its first attempt and for nobody's end: what comes after others
    /// is not late before they have ended.
    pub fn could_start(&self) -> Option<Timestamp> {
        let from = if self.comes_after() {
            self.reached?.max(self.expected_start())
        } else {
            self.expected_start()
        };
        (self.state_name() == StateName::Scheduled).then_some(from)
    }

    /// From when on it stands in line, among runs of its priority. Nobody gets ahead by naming a time that is past.
    pub fn in_line_since(&self) -> Timestamp {
        self.expected_start().max(self.requested_at)
    }

    /// Whether it ends should it not start in time: nothing of it has started, nobody has asked for its end, and nobody
    /// has asked for it once more.
    pub fn may_lapse(&self) -> bool {
        let open = match self.stage {
            Stage::Waiting { .. } | Stage::RetryOwed => true,
            Stage::Live => self
                .live
                .as_deref()
                .is_some_and(|live| live.finished.is_none()),
            Stage::Unreadable(_) | Stage::Ended(_) => false,
        };
        open && !self.has_started && self.again == 0 && self.cancel.is_none()
    }

    /// The state that it is in.
    pub fn state_name(&self) -> StateName {
        match &self.stage {
            Stage::Waiting { .. }
                if self.again == 0 && (self.attempt == Attempt(0) || self.tries == 0) =>
            {
                StateName::Scheduled
            }
            Stage::Unreadable(_) => StateName::Scheduled,
            Stage::Waiting { .. } | Stage::RetryOwed => StateName::AwaitingRetry,
            Stage::Live => self.live.as_deref().map_or(StateName::Pending, |live| {
                live.state_name(self.cancel.is_some())
            }),
            Stage::Ended(end) => end.name,
        }
    }

    /// The run's queue is closed.
    pub(super) fn close(&mut self, seq: Seq, at: Timestamp, fault: &Fault) {
        self.release();
        if !self.is_ended() {
            self.stage = Stage::Ended(End {
                name: StateName::Rejected,
                at,
                seq,
                reason: fault.code.as_str().to_owned(),
                message: fault.to_string(),
            });
        }
    }

    /// The live attempt is over and nothing of it is left.
    pub(super) fn release(&mut self) {
        self.last = self.live.take().or(self.last.take());
    }

    /// The live attempt is over, gone, and ended like this: its slots are free from this position on.
    pub(super) fn remember(&mut self, outcome: Outcome, seq: Seq, at: Timestamp) {
        if let Some(live) = self.live.as_deref_mut() {
            live.finished = Some(outcome);
        }
        self.release();
        if self.again_owed {
            self.begin_again(seq, at);
        }
    }

    /// It waits for one more attempt, though it had ended.
    pub(super) fn begin_again(&mut self, seq: Seq, at: Timestamp) {
        self.again_owed = false;
        self.again = self.again.saturating_add(1);
        self.tries = 0;
        self.cancel = None;
        self.cancel_cause = CancelCause::Asked;
        self.again_at = Some(at);
        self.stage = Stage::Waiting {
            since: at,
            from: seq,
            due: None,
        };
    }

    /// What the live attempt's ending means for the run: its end, or another try once it is gone.
    pub(super) fn conclude(&mut self, outcome: &Outcome, seq: Seq, at: Timestamp) {
        let name = self.ending(outcome);
        self.has_started |= ran(outcome.class);
        if is_failure(name) {
            let again = self.is_tried_again(outcome);
            self.tries = self.tries.saturating_add(1);
            if again {
                self.stage = Stage::RetryOwed;
                return;
            }
        }
        // The user's own words come before ours.
        let words = self.cancel.as_ref().map(|cancel| cancel.reason.clone());
        let cancelled = matches!(
            name,
            StateName::Cancelled | StateName::ChildFailed | StateName::Lapsed
        );
        let words = words.filter(|words| cancelled && !words.is_empty());
        let reason = match self.cancel_cause {
            CancelCause::ParentEnded | CancelCause::ChildFailed | CancelCause::Lapsed
                if cancelled =>
            {
                self.cancel_cause.as_str().to_owned()
            }
            CancelCause::Asked
            | CancelCause::Collision
            | CancelCause::Lapsed
            | CancelCause::ParentEnded
            | CancelCause::ChildFailed
            | CancelCause::NotReached => outcome.reason.clone(),
        };
        self.stage = Stage::Ended(End {
            name,
            at,
            seq,
            reason,
            message: words.unwrap_or_else(|| outcome.message.clone()),
        });
    }

    /// Whether the live attempt, having ended like this, is tried again.
    pub(super) fn is_tried_again(&self, outcome: &Outcome) -> bool {
        let (Some(live), Some(failure)) = (self.live.as_deref(), FailureClass::of(outcome)) else {
            return false;
        };
        let policy = live.retry_policy.as_deref();
        self.cancel.is_none()
            && self.tries < live.retries
            && policy.is_none_or(|policy| policy.retries(failure))
    }

    fn ending(&self, outcome: &Outcome) -> StateName {
        let cancelled = self.cancel.is_some();
        match outcome.class {
            OutcomeClass::Completed => StateName::Completed,
            OutcomeClass::Stopped | OutcomeClass::Lost if cancelled => self.cancel_cause.end(),
            OutcomeClass::Failed => StateName::Failed,
            OutcomeClass::TimedOut => StateName::TimedOut,
            OutcomeClass::Signaled | OutcomeClass::Crashed => StateName::Crashed,
            OutcomeClass::StartFailed => StateName::StartFailed,
            OutcomeClass::Stopped => StateName::WorkerStopped,
            OutcomeClass::Lost => StateName::WorkerLost,
        }
    }
}

/// Whether an attempt that ended like this had started, though nobody may have said so.
fn ran(class: OutcomeClass) -> bool {
    match class {
        OutcomeClass::Completed
        | OutcomeClass::Failed
        | OutcomeClass::Signaled
        | OutcomeClass::TimedOut
        | OutcomeClass::Crashed => true,
        OutcomeClass::StartFailed | OutcomeClass::Stopped | OutcomeClass::Lost => false,
    }
}

fn is_failure(name: StateName) -> bool {
    use crate::state::StateType;
    match name.state() {
        StateType::Failed | StateType::Crashed => true,
        StateType::Scheduled
        | StateType::Pending
        | StateType::Running
        | StateType::Completed
        | StateType::Cancelling
        | StateType::Cancelled
        | StateType::Paused => false,
    }
}

impl Run {
    /// The first broken invariant of this run, if any.
    pub(super) fn violation(&self) -> Option<String> {
        let live = self.live.is_some();
        let broken = match &self.stage {
            Stage::Live if !live => Some("an attempt is under way and none is held"),
            Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::RetryOwed if live => {
                Some("it waits while an attempt of it lives")
            }
            Stage::Ended(end) if !end.name.state().is_terminal() => {
                Some("it ended in a state that is not an end")
            }
            Stage::Waiting { .. }
            | Stage::Unreadable(_)
            | Stage::Live
            | Stage::RetryOwed
            | Stage::Ended(_) => None,
        };
        let attempts = self
            .live
            .as_deref()
            .is_some_and(|live| live.attempt != self.attempt);
        broken
            .or(attempts.then_some("the attempt that lives is not the last one claimed"))
            .map(str::to_owned)
    }
}

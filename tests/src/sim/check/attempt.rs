//! An attempt by its records, from its claim until nothing of it is left.

use std::sync::Arc;

use weir_core::{
    event::{Claimed, Outcome, OutcomeClass, RevokeCause},
    ids::{Attempt, Seq, SessionId},
    time::Timestamp,
};

use super::{
    run::{Legal, RunCheck},
    waits::WaitCheck,
};

/// An attempt that holds slots.
#[derive(Debug)]
pub(super) struct LiveCheck {
    pub(super) attempt: Attempt,
    pub(super) claim: Seq,
    pub(super) take_by: Timestamp,
    /// What was in force.
    pub(super) by: Arc<Claimed>,
    pub(super) holder: Option<SessionId>,
    /// The first report behind the claim, whatever it says.
    pub(super) first: Option<Seq>,
    pub(super) n: u32,
    pub(super) revoked: bool,
    /// Somebody was told to stop it because its run is cancelled.
    pub(super) ordered: bool,
    /// Its program waits for others.
    pub(super) wait: Option<WaitCheck>,
    pub(super) last_k: u32,
    /// The class that an end by our signal has, where its time was up.
    pub(super) overdue: Option<OutcomeClass>,
    pub(super) taken: Timestamp,
    pub(super) started: Option<Timestamp>,
    pub(super) finished: Option<Outcome>,
}

impl LiveCheck {
    /// How it ended, where it was stopped because a time of its was up.
    pub(super) fn overdue(&self, outcome: Outcome) -> Outcome {
        match (self.overdue, outcome.class) {
            (Some(class), OutcomeClass::Stopped | OutcomeClass::Lost) => Outcome::of(class),
            _ => outcome,
        }
    }

    /// Whether its time was up when that was decided, and what an end by our signal is then.
    pub(super) fn time_is_up(&mut self, cause: &RevokeCause, decided: Timestamp) -> Legal {
        let (until, class) = match cause {
            RevokeCause::NotSubmitted => (
                self.by.submit_within.map(|within| self.taken.after(within)),
                OutcomeClass::StartFailed,
            ),
            RevokeCause::RanTooLong => (
                self.started
                    .zip(self.by.timeout)
                    .map(|(at, timeout)| at.after(timeout)),
                OutcomeClass::TimedOut,
            ),
            // Nothing is submitted before it starts here.
            RevokeCause::NotStarted => (None, OutcomeClass::StartFailed),
            RevokeCause::NotTaken | RevokeCause::Cancel | RevokeCause::WorkerLost { .. } => {
                return Ok(());
            }
        };
        self.overdue = Some(class);
        if until.is_some_and(|until| until <= decided) {
            Ok(())
        } else {
            Err(format!("{cause:?} of {:?} comes too early", self.attempt))
        }
    }
}

impl RunCheck {
    /// An attempt that has come to its end: an order to it that was on its way so long is void, though nobody asks for the
    /// run's end any more, since somebody has asked for it once more meanwhile.
    pub(super) fn is_over(&self, attempt: Attempt) -> bool {
        let lives = self
            .live
            .as_ref()
            .is_some_and(|live| live.attempt == attempt);
        self.time.again && attempt.0 <= self.attempts && !lives
    }
}

//! When a run may start, and when it never does any more.

use std::time::Duration;

use weir_core::{event::OutcomeClass, request::RunRequest, time::Timestamp};

/// What a run's request says about time, and what has come of it.
#[derive(Debug)]
pub(super) struct TimeCheck {
    pub(super) due: Timestamp,
    /// It lapses then, if it has not started.
    start_by: Option<Timestamp>,
    pub(super) has_started: bool,
}

impl Default for TimeCheck {
    fn default() -> Self {
        Self {
            due: Timestamp::MIN,
            start_by: None,
            has_started: false,
        }
    }
}

impl TimeCheck {
    /// `deployed` is how late its deployment's runs may start.
    pub(super) fn of(asked: &RunRequest, at: Timestamp, deployed: Option<Duration>) -> Self {
        let expected = asked.scheduled_time.unwrap_or(at);
        let lateness = asked.max_lateness.or(deployed);
        Self {
            due: asked.scheduled_time.unwrap_or(Timestamp::MIN),
            start_by: lateness.map(|lateness| expected.after(lateness)),
            ..Self::default()
        }
    }

    /// What somebody asks for once more starts whenever it can.
    pub(super) fn run_again(&mut self) {
        self.start_by = None;
    }

    pub(super) fn concluded(&mut self, class: OutcomeClass) {
        self.has_started |= match class {
            OutcomeClass::Completed
            | OutcomeClass::Failed
            | OutcomeClass::Signaled
            | OutcomeClass::Crashed
            | OutcomeClass::TimedOut => true,
            OutcomeClass::StartFailed | OutcomeClass::Stopped | OutcomeClass::Lost => false,
        };
    }

    pub(super) fn may_lapse(&self, decided: Timestamp) -> Result<(), String> {
        match self.start_by {
            Some(by) if by <= decided && !self.has_started => Ok(()),
            by => Err(format!(
                "it lapses at {decided:?} and was to start by {by:?} (started: {})",
                self.has_started
            )),
        }
    }

    pub(super) fn may_be_claimed(&self, decided: Timestamp) -> Result<(), String> {
        match self.start_by {
            Some(by) if by <= decided && !self.has_started => Err(format!(
                "it is claimed {:?} after it was to have started",
                decided.since(by)
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether it ends by itself though nothing lets it start.
    pub(super) fn lapses(&self) -> bool {
        self.start_by.is_some() && !self.has_started
    }
}

//! When a run may start, and when it never does any more.

use std::{collections::BTreeMap, time::Duration};

use weir_core::{
    event::OutcomeClass,
    ids::{DecisionId, DeploymentName, RunKey, Seq},
    request::RunRequest,
    time::Timestamp,
};

use super::Checker;

/// How late runs of each deployment may start, by the position at which it was said.
pub(super) type Lateness = BTreeMap<DeploymentName, BTreeMap<Seq, Option<Duration>>>;

/// What a run's request says about time, and what has come of it.
#[derive(Debug)]
pub(super) struct TimeCheck {
    pub(super) due: Timestamp,
    /// When it was to start.
    expected: Timestamp,
    /// How late it may, as its request says.
    own: Option<Duration>,
    /// The same of its deployment, as far as the last decision about it has heard.
    deployed: Option<Duration>,
    /// Somebody has asked for it once more.
    pub(super) again: bool,
    pub(super) has_started: bool,
}

impl Default for TimeCheck {
    fn default() -> Self {
        Self {
            due: Timestamp::MIN,
            expected: Timestamp::MIN,
            own: None,
            deployed: None,
            again: false,
            has_started: false,
        }
    }
}

impl TimeCheck {
    pub(super) fn of(asked: &RunRequest, at: Timestamp) -> Self {
        Self {
            due: asked.scheduled_time.unwrap_or(Timestamp::MIN),
            expected: asked.scheduled_time.unwrap_or(at),
            own: asked.max_lateness,
            ..Self::default()
        }
    }

    /// It lapses then, if it has not started.
    fn start_by(&self, deployed: Option<Duration>) -> Option<Timestamp> {
        let lateness = self.own.or(deployed).filter(|_| !self.again)?;
        Some(self.expected.after(lateness))
    }

    /// What somebody asks for once more starts whenever it can.
    pub(super) fn run_again(&mut self) {
        self.again = true;
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
        match self.start_by(self.deployed) {
            Some(by) if by <= decided && !self.has_started => Ok(()),
            by => Err(format!(
                "it lapses at {decided:?} and was to start by {by:?} (started: {})",
                self.has_started
            )),
        }
    }

    pub(super) fn may_be_claimed(&self, decided: Timestamp) -> Result<(), String> {
        match self.start_by(self.deployed) {
            Some(by) if by <= decided && !self.has_started => Err(format!(
                "it is claimed {:?} after it was to have started",
                decided.since(by)
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether it ends by itself though nothing lets it start.
    pub(super) fn lapses(&self, deployed: Option<Duration>) -> bool {
        self.start_by(deployed).is_some() && !self.has_started
    }
}

impl Checker {
    /// How late the runs of this request's deployment may start, as of a position of the cell log.
    pub(super) fn lateness(&self, asked: Option<&RunRequest>, cell: Seq) -> Option<Duration> {
        let said = self.lateness.get(asked?.deployment.as_ref()?)?;
        *said.range(..=cell).next_back()?.1
    }

    /// What is decided about a run rests on what its deployment said when it was decided.
    pub(super) fn recall_lateness(&mut self, run: &RunKey, id: DecisionId) {
        let cell = self.decisions.get(&id).copied().unwrap_or_default();
        let asked = self.run(run).asked.clone();
        let deployed = self.lateness(asked.as_deref(), cell);
        self.run(run).time.deployed = deployed;
    }
}

//! What is owed to runs on account of others, and whether their parents are known.

use weir_core::{
    bounds,
    event::Decision,
    ids::{QueueKey, RunId, RunKey},
    request::Fault,
    state::{Debt, QueueState, Stage, State},
};

use crate::{
    decide::Saying,
    doubts::{Parentage, parentage, unrequested},
    leader::Leader,
};

impl Leader {
    /// Runs that end because of their parents, their children, or those that they were to come after.
    pub(crate) fn owed_to_kin(
        &self,
        state: &State,
        key: &QueueKey,
        folded: &QueueState,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        for (run_id, debt) in state.kin.owed(key) {
            if sayings.len() >= most {
                return;
            }
            let Some(run) = folded.run(run_id) else {
                continue;
            };
            if !self.is_undecided(key, run_id, sayings) {
                continue;
            }
            let waits = match &run.stage {
                Stage::Waiting { .. } | Stage::RetryOwed => true,
                Stage::Live => false,
                Stage::Unreadable(_) | Stage::Ended(_) => continue,
            };
            let decision = match debt {
                Debt::Rejected(fault) => Decision::Rejected(fault.clone()),
                Debt::End { cause, reason } if waits => Decision::Cancelled {
                    reason: bounds::bounded_text(reason),
                    cause: *cause,
                    waits: self.waits_of(key, folded, run_id),
                },
                Debt::End { cause, reason } => Decision::CancelOrdered {
                    attempt: run.attempt,
                    grace: bounds::GRACE_DEFAULT,
                    reason: bounds::bounded_text(reason),
                    cause: *cause,
                },
            };
            sayings.push((run_id.clone(), Saying::Decision(decision)));
        }
    }

    /// What is wrong with the parent of a run that nobody has judged. Where that is not known yet, nobody may claim the run
    /// until it is.
    pub(crate) fn doubt(&mut self, state: &State, run: &RunKey) -> Option<Fault> {
        let folded = state.run(run)?;
        match parentage(state, run, folded) {
            Parentage::Known => None,
            Parentage::Unknown(fault) => Some(fault),
            Parentage::Ask(parents) => {
                self.overlay.reserve(run, &[]);
                self.doubts.suspect(parents, run.clone());
                None
            }
            Parentage::AskCell(_) => {
                self.overlay.reserve(run, &[]);
                self.barrier.suspect(run.clone());
                None
            }
        }
    }

    /// A run behind the cell log's barrier, with which nothing else is wrong: it is let go on, but for a parent whose queue
    /// is to tell first, or is none.
    pub(crate) fn disown_or_settle(&mut self, state: &State, run: RunKey) {
        let waits = state.run(&run).filter(|run| is_waiting(&run.stage));
        match waits.map(|folded| parentage(state, &run, folded)) {
            None | Some(Parentage::Known) => self.settle(run, Vec::new()),
            Some(Parentage::Unknown(fault) | Parentage::AskCell(fault)) => self.convict(run, fault),
            Some(Parentage::Ask(parents)) => self.doubts.suspect(parents, run),
        }
    }

    /// A run whose parent's queue has told: it knows the parent by now, or never will.
    pub(crate) fn disown(&mut self, state: &State, run: RunKey) {
        let waits = state.run(&run).filter(|run| is_waiting(&run.stage));
        let parent = waits.and_then(|folded| folded.parent());
        let parent = parent.map(|parent| parent.run.seen_from(&run.queue));
        match parent.filter(|parent| state.run(parent).is_none()) {
            Some(parent) => self.convict(run, unrequested(&parent)),
            None => self.settle(run, Vec::new()),
        }
    }
}

fn is_waiting(stage: &Stage) -> bool {
    matches!(stage, Stage::Waiting { .. })
}

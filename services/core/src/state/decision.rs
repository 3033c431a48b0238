//! Folding the scheduler's other decisions.

use crate::{
    event::Decision,
    ids::{RunId, Seq},
    request::Fault,
    state::{
        name::StateName,
        queue::QueueState,
        run::{End, Run, Stage, Stop},
    },
    time::Timestamp,
};

impl QueueState {
    pub(super) fn on_decision(
        &mut self,
        seq: Seq,
        at: Timestamp,
        run_id: &RunId,
        decision: Decision,
    ) {
        let counted = match decision {
            Decision::Rejected(fault) => {
                self.change(run_id, |run| on_rejected(run, seq, at, &fault))
            }
            Decision::RetryScheduled { attempt, due } => self.change(run_id, |run| {
                let owed = run.stage == Stage::RetryOwed && run.attempt == attempt;
                if owed {
                    run.stage = Stage::Waiting {
                        since: at,
                        due: Some(due),
                    };
                }
                owed
            }),
            Decision::CancelOrdered {
                attempt,
                grace: _,
                reason: _,
            } => self.change(run_id, |run| {
                let live = run
                    .live
                    .as_deref_mut()
                    .filter(|live| live.attempt == attempt && live.holder.is_some());
                live.map(|live| live.stop.get_or_insert(Stop::Ordered))
                    .is_some()
            }),
            Decision::Cancelled { reason } => {
                self.change(run_id, |run| on_cancelled(run, seq, at, reason))
            }
        };
        if counted != Some(true) {
            self.anomalies.void_decisions += 1;
        }
    }
}

fn on_rejected(run: &mut Run, seq: Seq, at: Timestamp, fault: &Fault) -> bool {
    if !may_end_without_an_attempt(run) {
        return false;
    }
    let message = fault.to_string();
    let reason = fault.code.as_str().to_owned();
    run.stage = Stage::Ended(End {
        name: StateName::Rejected,
        at,
        seq,
        reason,
        message,
    });
    true
}

fn on_cancelled(run: &mut Run, seq: Seq, at: Timestamp, reason: String) -> bool {
    if !may_end_without_an_attempt(run) {
        return false;
    }
    run.stage = Stage::Ended(End {
        name: StateName::Cancelled,
        at,
        seq,
        reason: String::new(),
        message: reason,
    });
    true
}

fn may_end_without_an_attempt(run: &Run) -> bool {
    match run.stage {
        Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::RetryOwed => run.live.is_none(),
        Stage::Live | Stage::Ended(_) => false,
    }
}

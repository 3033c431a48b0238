//! Folding the scheduler's other decisions.

use std::time::Duration;

use crate::{
    event::{CancelCause, Decision},
    ids::{Attempt, RunId, Seq},
    request::{CancelRequest, Fault},
    state::{
        awaits::{on_found_in_cycle, on_regranted, on_yielded},
        live::Stop,
        name::StateName,
        queue::QueueState,
        run::{End, Run, Stage},
        transition::Word,
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
        let word = Word::of_decision(&decision);
        let counted = match decision {
            Decision::Rejected(fault) => {
                self.change(run_id, word, |run| on_rejected(run, seq, at, &fault))
            }
            Decision::RetryScheduled { attempt, due } => self.change(run_id, word, |run| {
                let owed = run.stage == Stage::RetryOwed && run.attempt == attempt;
                if owed {
                    run.stage = Stage::Waiting {
                        since: at,
                        from: seq,
                        due: Some(due),
                    };
                }
                owed
            }),
            Decision::CancelOrdered {
                attempt,
                grace,
                reason,
                cause,
            } => self.change(run_id, word, |run| {
                // It has started meanwhile, or somebody wants it gone anyway.
                let void = cause == CancelCause::Lapsed && !run.may_lapse();
                !void && on_cancel_ordered(run, attempt, grace, reason, cause)
            }),
            Decision::Cancelled {
                reason,
                cause,
                waits,
            } => self.change(run_id, word, |run| {
                let counted = on_cancelled(run, seq, at, cause, reason);
                if counted {
                    run.waits = waits;
                }
                counted
            }),
            Decision::Yielded { attempt, k } => {
                self.change(run_id, word, |run| on_yielded(run, attempt, k))
            }
            Decision::Regranted { attempt, k, slots } => {
                self.change(run_id, word, |run| on_regranted(run, attempt, k, slots))
            }
            Decision::FoundInCycle { attempt, k, .. } => {
                self.change(run_id, word, |run| on_found_in_cycle(run, attempt, k))
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

/// Nobody may have asked: then the order itself is the cancel. An attempt that nobody holds has nobody to order, so a
/// revocation is owed from here on.
fn on_cancel_ordered(
    run: &mut Run,
    attempt: Attempt,
    grace: Duration,
    reason: String,
    cause: CancelCause,
) -> bool {
    let ended = run.is_ended();
    let Some(live) = run
        .live
        .as_deref_mut()
        .filter(|live| live.attempt == attempt)
    else {
        return false;
    };
    if live.holder.is_some() {
        live.stop.get_or_insert(Stop::Ordered);
    }
    if !ended && run.cancel.is_none() {
        run.cancel_cause = cause;
        run.cancel = Some(CancelRequest {
            grace: Some(grace),
            force: false,
            reason,
        });
    }
    true
}

fn on_cancelled(
    run: &mut Run,
    seq: Seq,
    at: Timestamp,
    cause: CancelCause,
    reason: String,
) -> bool {
    if !may_end_without_an_attempt(run) {
        return false;
    }
    run.stage = Stage::Ended(End {
        name: cause.end(),
        at,
        seq,
        reason: cause.as_str().to_owned(),
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

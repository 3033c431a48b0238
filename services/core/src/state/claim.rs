//! Folding grants and revocations.

use std::sync::Arc;

use crate::{
    event::{Claim, Claimed, Outcome, OutcomeClass, RevokeCause, Revoked},
    ids::{Attempt, DecisionId, RunId, Seq},
    state::{
        kept::Mark,
        live::{Live, Overdue, Stop},
        queue::QueueState,
        run::{Run, Stage},
        transition::Word,
    },
    time::Timestamp,
};

impl QueueState {
    pub(super) fn on_claim(
        &mut self,
        seq: Seq,
        at: Timestamp,
        run_id: &RunId,
        id: DecisionId,
        claim: Claim,
    ) {
        let word = Word::of_claim(&claim);
        let counted = match claim {
            Claim::Claimed(claimed) => {
                let paced = claimed.slots.iter();
                let paced: Vec<_> = paced
                    .filter_map(|slot| Some((slot.limit.clone(), slot.pace?)))
                    .collect();
                let counted = self.change(run_id, word, |run| on_claimed(run, seq, at, claimed));
                if counted == Some(true) {
                    self.keep_paces(id, paced);
                }
                counted
            }
            Claim::Revoked(revoked) => {
                let before = self.runs.get(run_id).map(Mark::of);
                let counted = self.change(run_id, word, |run| on_revoked(run, seq, at, revoked));
                if let Some(before) = before {
                    self.keep_starts(run_id, before);
                }
                counted
            }
        };
        if counted != Some(true) {
            self.anomalies.void_decisions += 1;
        }
    }
}

fn on_claimed(run: &mut Run, seq: Seq, at: Timestamp, claimed: Claimed) -> bool {
    let Claimed {
        attempt,
        request,
        slots,
        pool_revision: _,
        queue_revision: _,
        deployment_revision,
        retries,
        retry_delay,
        retry_policy,
        timeout,
        take_within,
        submit_within,
        start_within,
        name,
        outlives_worker,
        copy: _,
        waits: spent,
    } = claimed;
    let waits = match run.stage {
        Stage::Waiting { .. } => run.live.is_none(),
        Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed | Stage::Ended(_) => false,
    };
    if !waits || request != run.request_seq || attempt != Attempt(run.attempt.0.saturating_add(1)) {
        return false;
    }
    run.attempt = attempt;
    run.waits = spent;
    run.name = name;
    run.stage = Stage::Live;
    run.live = Some(Box::new(Live {
        attempt,
        claim_seq: seq,
        fence: seq,
        claimed_at: at,
        take_by: at.after(take_within),
        slots: Arc::from(slots),
        deployment_revision,
        retries,
        retry_delay,
        retry_policy,
        submit_within,
        start_within,
        timeout,
        outlives_worker,
        holder: None,
        last_n: 0,
        submitted_at: None,
        started_at: None,
        infrastructure: String::new(),
        waiting: None,
        finished: None,
        awaits: None,
        last_k: 0,
        stop: None,
        overdue: None,
    }));
    true
}

/// What a revocation does depends on where it stands: before the attempt was taken it undoes the claim (nobody can take
/// it any more: the fence); after that it is an order to stop; after the attempt's end it is void.
fn on_revoked(run: &mut Run, seq: Seq, at: Timestamp, revoked: Revoked) -> bool {
    let Revoked {
        attempt,
        cause,
        grace: _,
    } = revoked;
    let Some(live) = run
        .live
        .as_deref_mut()
        .filter(|live| live.attempt == attempt)
    else {
        return false;
    };
    live.fence = seq;
    let Some(holder) = &live.holder else {
        // No try is counted. The run waits again from where it stood in the log.
        run.release();
        run.stage = Stage::Waiting {
            since: at,
            from: seq,
            due: None,
        };
        return true;
    };
    match cause {
        // Its Job was made suspended, if at all, and whoever un-suspends it has told of it before: nothing has run, and
        // nothing will. No try is counted, unless its time was up.
        RevokeCause::WorkerLost { session }
            if session == holder.session && live.outlives_worker && live.overdue.is_none() =>
        {
            if live.has_begun() {
                live.stop = Some(Stop::Revoked);
                return true;
            }
            run.release();
            run.stage = Stage::Waiting {
                since: at,
                from: seq,
                due: None,
            };
            return true;
        }
        RevokeCause::WorkerLost { session } if session == holder.session => {
            // The lease that binds the holder's keepers has run out as a whole: nothing of the attempt is left.
            let outcome = live.finished.take().unwrap_or_else(|| Outcome {
                reason: "WorkerLost".to_owned(),
                message: format!("worker {} stopped renewing its lease", holder.worker),
                ..Outcome::of(OutcomeClass::Lost)
            });
            let outcome = live.judged(outcome);
            if !run.is_ended() {
                run.conclude(&outcome, seq, at);
            }
            run.remember(outcome, seq, at);
            return true;
        }
        RevokeCause::NotTaken | RevokeCause::Cancel | RevokeCause::WorkerLost { .. } => {}
        RevokeCause::NotSubmitted => live.overdue = Some(Overdue::Submit),
        RevokeCause::NotStarted => live.overdue = Some(Overdue::Start),
        RevokeCause::RanTooLong => live.overdue = Some(Overdue::Run),
    }
    live.stop = Some(Stop::Revoked);
    true
}

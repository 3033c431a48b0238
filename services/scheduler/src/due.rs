//! What is owed about single runs: because their records say so, because their time is up, because their worker is lost.

use std::time::Duration;

use weir_core::{
    cell::OnLostWorker,
    event::{CancelCause, Claim, Decision, RevokeCause, Revoked},
    ids::{PoolName, QueueKey, RunId},
    request::CancelRequest,
    state::{Holder, Live, Overdue, QueueState, Run, Stage, State},
    time::Timestamp,
};

use crate::{
    decide::{Moment, Saying},
    leader::Leader,
};

impl Leader {
    /// Attempts whose time is up: claims that nobody took, and what did not come further; and those whose worker is lost.
    pub(crate) fn overdue(
        &mut self,
        moment: &Moment<'_>,
        key: &QueueKey,
        folded: &QueueState,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        for (run_id, run) in folded.overdue(moment.now) {
            if sayings.len() >= most {
                return;
            }
            // Nobody hears an order to a worker that is lost, unless what it made lives on: that is followed by others.
            let (state, now) = (moment.state, moment.now);
            if let Some(live) = run.live.as_deref()
                && (!live.ends_with_worker()
                    || live.holder.as_ref().is_none_or(|holder| {
                        believed_until(state, self.since, &key.pool, holder) > now
                    }))
                && self.is_undecided(key, run_id, sayings)
            {
                let cause = match (&live.holder, live.overdue()) {
                    (None, _) => RevokeCause::NotTaken,
                    (Some(_), Overdue::Submit) => RevokeCause::NotSubmitted,
                    (Some(_), Overdue::Start) => RevokeCause::NotStarted,
                    (Some(_), Overdue::Run) => RevokeCause::RanTooLong,
                };
                let grace = match cause {
                    RevokeCause::NotTaken => Duration::ZERO,
                    RevokeCause::Cancel
                    | RevokeCause::WorkerLost { .. }
                    | RevokeCause::NotSubmitted
                    | RevokeCause::NotStarted
                    | RevokeCause::RanTooLong => weir_core::bounds::GRACE_DEFAULT,
                };
                sayings.push((run_id.clone(), revoked(run, cause, grace)));
            }
        }
        self.lost(moment, key, folded, most, sayings);
    }

    /// Attempts whose worker is lost, and of which nothing can be left any more, or somebody has said so.
    fn lost(
        &mut self,
        moment: &Moment<'_>,
        key: &QueueKey,
        folded: &QueueState,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        let (now, state) = (moment.now, moment.state);
        for (session, runs) in folded.held_by_session() {
            let known = state.sessions.get(session);
            if known.is_some_and(|presence| presence.believed_until(self.since) > now) {
                continue;
            }
            for run_id in runs {
                if sayings.len() >= most {
                    return;
                }
                let Some(run) = folded.run(run_id) else {
                    continue;
                };
                let holder = run.live.as_deref().and_then(|live| live.holder.as_ref());
                let lost = holder.is_some_and(|holder| {
                    believed_until(state, self.since, &key.pool, holder) <= now
                        && self.closings.is_closed(state, &key.pool, holder)
                        && (live_outlives(run) || is_released(state, &key.pool, holder))
                });
                if lost && self.is_undecided(key, run_id, sayings) {
                    let session = session.clone();
                    let cause = RevokeCause::WorkerLost { session };
                    sayings.push((run_id.clone(), revoked(run, cause, Duration::ZERO)));
                }
            }
        }
    }

    pub(crate) fn is_undecided(
        &self,
        key: &QueueKey,
        run_id: &RunId,
        sayings: &[(RunId, Saying)],
    ) -> bool {
        !self.overlay.has(key, run_id) && !sayings.iter().any(|(said, _)| said == run_id)
    }
}

/// Whether nothing of the attempt can have run, though its worker has taken it: it is told before anything does.
fn live_outlives(run: &Run) -> bool {
    run.live.as_deref().is_some_and(|live| live.outlives_worker)
}

fn revoked(run: &Run, cause: RevokeCause, grace: Duration) -> Saying {
    let attempt = run.attempt;
    let revoked = Revoked {
        attempt,
        cause,
        grace,
    };
    Saying::Claim(Claim::Revoked(revoked), Vec::new())
}

/// Whether what a lost worker held may be taken as gone: always, unless its pool holds it until somebody has looked.
fn is_released(state: &State, pool: &PoolName, holder: &Holder) -> bool {
    let holds = state.cell.pool(pool).map(|held| held.value.on_lost_worker);
    match holds {
        None | Some(OnLostWorker::Release) => true,
        Some(OnLostWorker::Hold) => {
            let forgotten = state.cell.forgotten(pool, &holder.worker);
            forgotten.is_some_and(|(_, at)| at >= holder.taken_at)
        }
    }
}

/// What is owed to a run whatever the clock says.
pub(crate) fn owed_to(run_id: &RunId, run: &Run, now: Timestamp) -> Option<Saying> {
    let cancel = run.cancel.as_ref();
    match (&run.stage, cancel) {
        (Stage::Unreadable(fault), _) => Some(Saying::Decision(Decision::Rejected(fault.clone()))),
        (Stage::Waiting { .. } | Stage::RetryOwed, Some(CancelRequest { reason, .. })) => {
            Some(Saying::Decision(Decision::Cancelled {
                reason: reason.clone(),
                cause: run.cancel_cause,
                waits: Vec::new(),
            }))
        }
        (Stage::RetryOwed, None) => {
            let last = run.last.as_deref();
            let delay = last.map_or(Duration::ZERO, |last| delay(run_id, run, last));
            Some(Saying::Decision(Decision::RetryScheduled {
                attempt: run.attempt,
                due: now.after(delay),
            }))
        }
        (Stage::Live, Some(cancel)) => {
            let live = run.live.as_deref()?;
            let grace = cancel.grace_in_force();
            // Nobody holds it as far as this log says. Should somebody have taken it meanwhile, the fold makes an order
            // to stop of the revocation.
            if live.holder.is_none() {
                let revoked = Revoked {
                    attempt: live.attempt,
                    cause: RevokeCause::Cancel,
                    grace,
                };
                return Some(Saying::Claim(Claim::Revoked(revoked), Vec::new()));
            }
            let reason = cancel.reason.clone();
            Some(Saying::Decision(Decision::CancelOrdered {
                attempt: live.attempt,
                grace,
                reason,
                cause: ordered_again(run.cancel_cause),
            }))
        }
        // Its program waits for other runs, and it is to hold nothing meanwhile.
        (Stage::Live, None) => {
            let live = run.live.as_deref().filter(|live| live.yields())?;
            let (attempt, k) = (live.attempt, live.last_k);
            Some(Saying::Decision(Decision::Yielded { attempt, k }))
        }
        (Stage::Waiting { .. }, None) | (Stage::Ended(_), _) => None,
    }
}

/// Why its holder is ordered to stop what is being cancelled already. A lapse that counted has been decided: said once more
/// it would be void, and void for a worker that has told of a start behind it.
fn ordered_again(cause: CancelCause) -> CancelCause {
    match cause {
        CancelCause::Lapsed => CancelCause::Asked,
        CancelCause::Asked
        | CancelCause::Collision
        | CancelCause::ParentEnded
        | CancelCause::ChildFailed
        | CancelCause::NotReached => cause,
    }
}

/// How long a run waits for its next attempt, after this one has failed.
fn delay(run_id: &RunId, run: &Run, last: &Live) -> Duration {
    let plain = last.retry_delay;
    let policy = last.retry_policy.as_deref();
    policy.map_or(plain, |policy| {
        policy.delay(run.tries, plain, run_id, last.attempt)
    })
}

/// Until when the holder of an attempt is to be believed. A session that a leader has never seen may have been renewed
/// just before it took over, or just before another of the same worker took its place, so its full lease counts from
/// then.
fn believed_until(state: &State, since: Timestamp, pool: &PoolName, holder: &Holder) -> Timestamp {
    if let Some(presence) = state.sessions.get(&holder.session) {
        return presence.believed_until(since);
    }
    let taken_at = holder.taken_at;
    let sessions = &state.sessions;
    let followed = sessions.followed_up(pool, &holder.worker, taken_at);
    let renewed = followed.map_or(taken_at, |at| at.max(taken_at));
    renewed.max(since).after(holder.lease)
}

#[cfg(test)]
mod tests;

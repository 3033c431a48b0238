//! Folding what workers report.

use crate::{
    event::{Outcome, OutcomeClass, Report, Reported},
    ids::{RunId, Seq},
    state::{
        kept::Mark,
        live::{Holder, Live, Stop},
        queue::QueueState,
        run::{Run, Stage},
        transition::Word,
    },
    time::Timestamp,
};

impl QueueState {
    pub(super) fn on_report(&mut self, seq: Seq, at: Timestamp, run_id: &RunId, report: Report) {
        let word = Word::of_report(&report.what);
        // Looked at where the run is in hand: a run among many is not found for nothing.
        let mut before = None;
        let counted = self.change(run_id, word, |run| {
            before = Mark::of_deployed(run);
            on_report(run, seq, at, report)
        });
        if let Some(before) = before {
            self.keep_starts(run_id, before);
        }
        if counted != Some(true) {
            self.anomalies.void_reports += 1;
        }
    }
}

fn on_report(run: &mut Run, seq: Seq, at: Timestamp, report: Report) -> bool {
    let Report {
        attempt,
        session,
        n,
        what,
    } = report;
    let Some(live) = run
        .live
        .as_deref_mut()
        .filter(|live| live.attempt == attempt && n > live.last_n)
    else {
        return false;
    };
    let revoked = live.stop == Some(Stop::Revoked);
    if let Reported::Taken { worker, lease } = what {
        // The first one wins. After a revocation nobody can take it: the fence refuses the report, and so does this.
        let first = live.holder.is_none() && !revoked;
        if first {
            live.holder = Some(Holder {
                session,
                worker,
                taken_at: at,
                lease,
            });
            live.last_n = n;
        }
        return first;
    }
    if live
        .holder
        .as_ref()
        .is_none_or(|holder| holder.session != session)
    {
        return false;
    }
    match what {
        Reported::Taken { .. } => return false,
        Reported::Submitted { .. }
        | Reported::Started { .. }
        | Reported::Waiting { .. }
        | Reported::Finished { .. }
        | Reported::HandedBack
            if revoked || live.finished.is_some() =>
        {
            return false;
        }
        Reported::Submitted { infrastructure } => {
            live.submitted_at.get_or_insert(at);
            live.infrastructure = infrastructure;
        }
        Reported::Started { infrastructure } => {
            live.started_at.get_or_insert(at);
            live.waiting = None;
            run.has_started = true;
            // What its maker calls it finds it again; where of it something runs does not.
            if live.infrastructure.is_empty() {
                live.infrastructure = infrastructure;
            }
        }
        Reported::Waiting { reason, message } => live.waiting = Some((reason, message)),
        Reported::Finished { outcome, gone } => return on_finished(run, seq, at, n, outcome, gone),
        Reported::HandedBack => return on_handed_back(run, seq, at),
        Reported::Gone { outcome } => return on_gone(run, seq, at, outcome),
    }
    live.last_n = n;
    true
}

fn on_finished(
    run: &mut Run,
    seq: Seq,
    at: Timestamp,
    n: u32,
    outcome: Outcome,
    gone: bool,
) -> bool {
    if gone {
        return on_gone(run, seq, at, Some(outcome));
    }
    let Some(live) = run.live.as_deref_mut() else {
        return false;
    };
    live.last_n = n;
    live.finished = Some(outcome.clone());
    // What ends the run ends it now; what is to be tried again waits until this attempt is gone.
    if !run.is_tried_again(&outcome) {
        run.conclude(&outcome, seq, at);
    }
    true
}

/// The run waits again from where it stood in the log. What has begun cannot be handed back.
fn on_handed_back(run: &mut Run, seq: Seq, at: Timestamp) -> bool {
    let begun = run.live.as_deref().is_none_or(Live::has_begun);
    if begun {
        return false;
    }
    run.release();
    run.stage = Stage::Waiting {
        since: at,
        from: seq,
        due: None,
    };
    true
}

fn on_gone(run: &mut Run, seq: Seq, at: Timestamp, told: Option<Outcome>) -> bool {
    let ended = run.is_ended();
    let Some(live) = run.live.as_deref_mut() else {
        return false;
    };
    let outcome = live.finished.take().or(told).unwrap_or_else(|| Outcome {
        reason: "NoOutcome".to_owned(),
        message: "the attempt is gone and nobody has told how it ended".to_owned(),
        ..Outcome::of(OutcomeClass::Lost)
    });
    let outcome = live.judged(outcome);
    if !ended {
        run.conclude(&outcome, seq, at);
    }
    run.remember(outcome, seq, at);
    true
}

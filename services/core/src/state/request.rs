//! Folding what users say.

use std::sync::Arc;

use crate::{
    bounds,
    class::Class,
    event::CancelCause,
    ids::{Attempt, RunId, Seq},
    request::{CancelRequest, Fault, FaultCode, Request, RunRequest},
    state::{
        queue::QueueState,
        run::{Run, Stage},
        transition::Word,
    },
    time::Timestamp,
};

impl QueueState {
    pub(super) fn on_request(
        &mut self,
        seq: Seq,
        at: Timestamp,
        run_id: RunId,
        request: Request,
        digest: u64,
        traceparent: Option<String>,
    ) {
        if self.runs.contains_key(&run_id) {
            self.on_further_request(seq, at, &run_id, &request, digest);
            return;
        }
        let (request, priority, stage) = match request {
            Request::Run(request) => {
                let (priority, stage) = (request.priority, first_stage(&request, seq, at));
                // What cannot be read can never be run, by hand neither; nor can this.
                let request = Some(request).filter(|_| !matches!(stage, Stage::Unreadable(_)));
                (request, priority, stage)
            }
            Request::Bad(fault) => (None, 0, Stage::Unreadable(fault)),
            Request::SetPriority(_) => {
                self.anomalies.void_priorities += 1;
                return;
            }
            Request::Cancel(cancel) => {
                self.keep_early_cancel(seq, at, run_id, cancel);
                return;
            }
            Request::Retry(_) => {
                self.anomalies.void_retries += 1;
                return;
            }
            Request::Waits(_) | Request::GoesOn(_) => {
                self.anomalies.void_waits += 1;
                return;
            }
        };
        let cancel = self
            .early_cancels
            .remove(&run_id)
            .map(|(_, _, cancel)| cancel);
        let of_schedule = request
            .as_deref()
            .is_some_and(|request| self.on_scheduled(at, request));
        let class = request.as_deref().map(Class::of).unwrap_or_default();
        self.add(
            run_id,
            Run {
                request_seq: seq,
                requested_at: at,
                request,
                digest,
                traceparent,
                priority,
                class: Arc::new(class),
                stage,
                live: None,
                last: None,
                attempt: Attempt(0),
                tries: 0,
                again: 0,
                again_owed: false,
                since: at,
                name: None,
                cancel,
                cancel_cause: CancelCause::Asked,
                again_at: None,
                reached: None,
                outwaited: None,
                has_started: false,
                other_requests: 0,
                of_schedule,
                waits: Vec::new(),
            },
        );
    }

    /// The first body wins: a further one changes nothing, and `inspect` shows that there was one.
    fn on_further_request(
        &mut self,
        seq: Seq,
        at: Timestamp,
        run_id: &RunId,
        request: &Request,
        digest: u64,
    ) {
        match request {
            Request::Run(_) => {
                self.amend(run_id, |run| {
                    if run.digest != digest {
                        run.other_requests = run.other_requests.saturating_add(1);
                    }
                });
            }
            Request::Bad(_) => {
                self.anomalies.bad_requests += 1;
                self.amend(run_id, |run| {
                    if run.digest != digest {
                        run.other_requests = run.other_requests.saturating_add(1);
                    }
                });
            }
            Request::SetPriority(priority) => {
                let changed = self.change(run_id, Word::SetPriority, |run| {
                    let open = !run.is_ended();
                    if open {
                        run.priority = *priority;
                    }
                    open
                });
                if changed != Some(true) {
                    self.anomalies.void_priorities += 1;
                }
            }
            Request::Cancel(cancel) => {
                self.change(run_id, Word::Cancel, |run| {
                    on_cancel(run, cancel);
                    true
                });
            }
            Request::Retry(attempt) => {
                let counted =
                    self.change(run_id, Word::Retry, |run| on_retry(run, seq, at, *attempt));
                if counted != Some(true) {
                    self.anomalies.void_retries += 1;
                }
            }
            Request::Waits(_) | Request::GoesOn(_) => self.on_wait(seq, at, run_id, request),
        }
    }
}

/// It waits, until its time has come if it names one that is to come. How far ahead that may be counts from the stamp.
fn first_stage(request: &RunRequest, seq: Seq, at: Timestamp) -> Stage {
    let due = request.scheduled_time.filter(|due| *due > at);
    if due.is_some_and(|due| due.since(at) > bounds::SCHEDULED_AHEAD_MAX) {
        let days = bounds::SCHEDULED_AHEAD_MAX.as_secs() / 86_400;
        let message = format!(
            "it is more than {days} days after the request: use an earlier time, or leave it out to start at once"
        );
        return Stage::Unreadable(Fault::new(FaultCode::TooLarge, "scheduledTime", message));
    }
    Stage::Waiting {
        since: at,
        from: seq,
        due,
    }
}

fn on_cancel(run: &mut Run, cancel: &CancelRequest) {
    if run.is_ended() {
        // Another attempt was asked for and has not begun: it never does.
        run.again_owed = false;
        return;
    }
    let sharper = run
        .cancel
        .as_ref()
        .is_some_and(|held| cancel.grace_in_force() < held.grace_in_force());
    if run.cancel.is_none() || sharper {
        run.cancel = Some(cancel.clone());
        // A second cancel with less grace is a new order to the holder.
        if sharper
            && let Some(live) = run.live.as_deref_mut()
            && live.stop == Some(crate::state::Stop::Ordered)
        {
            live.stop = None;
        }
    }
}

/// What has ended waits for another attempt, as soon as nothing of the last one is left.
fn on_retry(run: &mut Run, seq: Seq, at: Timestamp, attempt: Option<Attempt>) -> bool {
    let meant = attempt.is_none_or(|attempt| attempt == run.attempt);
    if !run.is_ended() || run.again_owed || !meant || run.request.is_none() {
        return false;
    }
    if run.live.is_some() {
        run.again_owed = true;
    } else {
        run.begin_again(seq, at);
    }
    true
}

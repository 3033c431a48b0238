//! Folding what users say.

use std::sync::Arc;

use crate::{
    class::Class,
    ids::{Attempt, RunId, Seq},
    request::{CancelRequest, Request},
    state::{
        queue::QueueState,
        run::{Run, Stage},
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
            self.on_further_request(&run_id, &request, digest);
            return;
        }
        let (request, priority, stage) = match request {
            Request::Run(request) => {
                let priority = request.priority;
                (
                    Some(request),
                    priority,
                    Stage::Waiting {
                        since: at,
                        from: seq,
                        due: None,
                    },
                )
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
        };
        let cancel = self
            .early_cancels
            .remove(&run_id)
            .map(|(_, _, cancel)| cancel);
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
                cancel,
                other_requests: 0,
                waits: Vec::new(),
            },
        );
    }

    /// The first body wins: a further one changes nothing, and `inspect` shows that there was one.
    fn on_further_request(&mut self, run_id: &RunId, request: &Request, digest: u64) {
        match request {
            Request::Run(_) => {
                self.change(run_id, |run| {
                    if run.digest != digest {
                        run.other_requests = run.other_requests.saturating_add(1);
                    }
                });
            }
            Request::Bad(_) => {
                self.anomalies.bad_requests += 1;
                self.change(run_id, |run| {
                    if run.digest != digest {
                        run.other_requests = run.other_requests.saturating_add(1);
                    }
                });
            }
            Request::SetPriority(priority) => {
                let changed = self.change(run_id, |run| {
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
                self.change(run_id, |run| on_cancel(run, cancel));
            }
        }
    }
}

fn on_cancel(run: &mut Run, cancel: &CancelRequest) {
    if run.is_ended() {
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
            && live.stop == Some(crate::state::run::Stop::Ordered)
        {
            live.stop = None;
        }
    }
}

//! A run as people are shown it.

use crate::{
    api::{FamilyView, RunView},
    cell::CellState,
    ids::{Attempt, RunKey},
    state::{
        name::StateName,
        run::{Run, Stage},
    },
    template::run_name,
    time::Timestamp,
};

/// The view of a run with the configuration at hand: one that was never claimed shows the name that it would get now.
pub fn run_view_by(cell: &CellState, key: RunKey, run: &Run) -> RunView {
    let mut view = run_view(key, run);
    view.start_by = start_by(cell, run);
    if view.name.is_none()
        && run.attempt == Attempt(0)
        && let Some(request) = run.request.as_deref()
        && let Some(held) = request
            .deployment
            .as_ref()
            .and_then(|name| cell.deployment(name))
    {
        view.name = run_name::given(&view.key, request, &held.value);
    }
    view
}

/// By when it must have started, if it lapses else.
fn start_by(cell: &CellState, run: &Run) -> Option<Timestamp> {
    let request = run.request.as_deref().filter(|_| run.may_lapse())?;
    let deployment = || {
        let held = cell.deployment(request.deployment.as_ref()?)?;
        held.value.max_lateness
    };
    let lateness = request.max_lateness.or_else(deployment)?;
    Some(run.expected_start().after(lateness))
}

/// The view of a run, by its own log alone.
pub fn run_view(key: RunKey, run: &Run) -> RunView {
    let state_name = run.state_name();
    let attempt = run.live.as_deref().or(run.last.as_deref());
    let outcome = attempt.and_then(|attempt| attempt.finished.as_ref());
    let (reason, message, ended_at) = match &run.stage {
        Stage::Ended(end) => (end.reason.clone(), end.message.clone(), Some(end.at)),
        Stage::Unreadable(fault) => (fault.code.as_str().to_owned(), fault.to_string(), None),
        Stage::Waiting { .. } | Stage::RetryOwed if run.tries > 0 => (
            outcome.map(|o| o.reason.clone()).unwrap_or_default(),
            outcome.map(|o| o.message.clone()).unwrap_or_default(),
            None,
        ),
        Stage::Live => {
            let (reason, message) = attempt
                .and_then(|live| live.waiting.clone())
                .unwrap_or_default();
            (reason, message, None)
        }
        Stage::Waiting { .. } | Stage::RetryOwed => (String::new(), String::new(), None),
    };
    let due = match run.stage {
        Stage::Waiting { due, .. } => due,
        Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed | Stage::Ended(_) => None,
    };
    // A request that was rejected never ran, whatever else stands here.
    let outcome = outcome.filter(|_| state_name != StateName::Rejected);
    let request = run.request.as_deref();
    RunView {
        deployment: request.and_then(|request| request.deployment.clone()),
        name: request
            .and_then(|request| request.name.clone())
            .or_else(|| run.name.clone()),
        tags: request
            .map(|request| request.tags.clone())
            .unwrap_or_default(),
        priority: run.priority,
        state: state_name.state(),
        state_name,
        reason,
        message,
        attempt: run.attempt,
        requested_at: run.requested_at,
        request_seq: run.request_seq,
        claimed_at: attempt.map(|attempt| attempt.claimed_at),
        started_at: attempt.and_then(|attempt| attempt.started_at),
        ended_at,
        due,
        exit_code: outcome.and_then(|outcome| outcome.exit_code),
        signal: outcome.and_then(|outcome| outcome.signal),
        worker: attempt
            .and_then(|attempt| attempt.holder.as_ref())
            .map(|holder| holder.worker.clone()),
        infrastructure: attempt
            .map(|attempt| attempt.infrastructure.clone())
            .unwrap_or_default(),
        holds: run
            .live
            .iter()
            .flat_map(|live| live.holds().to_vec())
            .map(|slot| slot.limit)
            .collect(),
        other_requests: run.other_requests,
        cancel_requested: run.cancel.is_some(),
        state_since: run.since,
        family: family_of(&key, run),
        scheduled_time: run
            .request
            .as_ref()
            .and_then(|request| request.scheduled_time),
        start_by: None,
        key,
    }
}

fn family_of(key: &RunKey, run: &Run) -> FamilyView {
    let mut view = FamilyView::default();
    if let Some(parent) = run.parent() {
        view.parent = Some(parent.run.seen_from(&key.queue));
        view.on_parent_end = parent.on_parent_end;
        view.on_failure = parent.on_failure;
    }
    if let Some(after) = run.after() {
        let runs = after.runs.iter();
        view.after = runs.map(|run| run.seen_from(&key.queue)).collect();
        view.after_outcome = after.outcome;
    }
    view
}

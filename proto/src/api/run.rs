//! Runs as a folded state knows them, and how to ask for them.

use weir_core::{
    api::{RunFilter, RunList, RunView},
    ids::{Attempt, QueueKey, RunKey, Seq},
    state::{StateName, StateType},
};

use super::{
    ListFilter, RunRef, Wire, all, answerer,
    family::{self, run_key_from_wire, run_key_to_wire},
};
use crate::{error::Wrong, field, wire};

fn state_to_wire(state: StateType) -> wire::run_view::State {
    use wire::run_view::State;
    match state {
        StateType::Scheduled => State::Scheduled,
        StateType::Pending => State::Pending,
        StateType::Running => State::Running,
        StateType::Completed => State::Completed,
        StateType::Failed => State::Failed,
        StateType::Crashed => State::Crashed,
        StateType::Cancelling => State::Cancelling,
        StateType::Cancelled => State::Cancelled,
        StateType::Paused => State::Paused,
    }
}

fn state_from_wire(field: &str, number: i32) -> Result<StateType, Wrong> {
    use wire::run_view::State;
    let state = match State::try_from(number) {
        Ok(State::Scheduled) => Some(StateType::Scheduled),
        Ok(State::Pending) => Some(StateType::Pending),
        Ok(State::Running) => Some(StateType::Running),
        Ok(State::Completed) => Some(StateType::Completed),
        Ok(State::Failed) => Some(StateType::Failed),
        Ok(State::Crashed) => Some(StateType::Crashed),
        Ok(State::Cancelling) => Some(StateType::Cancelling),
        Ok(State::Cancelled) => Some(StateType::Cancelled),
        Ok(State::Paused) => Some(StateType::Paused),
        Ok(State::Unspecified) | Err(_) => None,
    };
    field::known(field, number, state)
}

pub(super) fn state_name(text: &str) -> Result<StateName, Wrong> {
    let name = StateName::ALL
        .into_iter()
        .find(|name| name.as_str() == text);
    name.ok_or_else(|| {
        Wrong::new(
            "stateName",
            format_args!("{text:?} is a name that only a newer weir knows"),
        )
    })
}

impl Wire for RunFilter {
    type Message = wire::RunFilter;
    const WHAT: &'static str = "filter of runs";

    fn to_wire(&self) -> wire::RunFilter {
        let Self {
            pool,
            queue,
            run_id,
            deployment,
            states,
            tags,
            limit,
            parent,
        } = self;
        wire::RunFilter {
            pool: pool.as_ref().map(ToString::to_string),
            queue: queue.as_ref().map(ToString::to_string),
            run_id: run_id.as_ref().map(ToString::to_string),
            deployment: deployment.as_ref().map(ToString::to_string),
            states: states
                .iter()
                .map(|state| state_to_wire(*state).into())
                .collect(),
            tags: tags.iter().map(ToString::to_string).collect(),
            limit: *limit,
            parent: parent.as_ref().map(run_key_to_wire),
        }
    }

    fn from_wire(message: wire::RunFilter) -> Result<Self, Wrong> {
        let wire::RunFilter {
            pool,
            queue,
            run_id,
            deployment,
            states,
            tags,
            limit,
            parent,
        } = message;
        let states = states
            .into_iter()
            .enumerate()
            .map(|(at, state)| state_from_wire(&format!("states[{at}]"), state));
        Ok(Self {
            pool: field::optional_name("pool", pool.as_deref())?,
            queue: field::optional_name("queue", queue.as_deref())?,
            run_id: field::optional_name("runId", run_id.as_deref())?,
            deployment: field::optional_name("deployment", deployment.as_deref())?,
            states: states.collect::<Result<_, _>>()?,
            tags: field::names("tags", &tags)?,
            limit,
            parent: parent
                .map(|run| run_key_from_wire("parent", &run))
                .transpose()?,
        })
    }
}

impl Wire for RunRef {
    type Message = wire::RunRef;
    const WHAT: &'static str = "reference to a run";

    fn to_wire(&self) -> wire::RunRef {
        let Self {
            pool,
            queue,
            run_id,
        } = self;
        wire::RunRef {
            pool: pool.as_ref().map(ToString::to_string),
            queue: queue.as_ref().map(ToString::to_string),
            run_id: run_id.to_string(),
        }
    }

    fn from_wire(message: wire::RunRef) -> Result<Self, Wrong> {
        let wire::RunRef {
            pool,
            queue,
            run_id,
        } = message;
        Ok(Self {
            pool: field::optional_name("pool", pool.as_deref())?,
            queue: field::optional_name("queue", queue.as_deref())?,
            run_id: field::name("runId", &run_id)?,
        })
    }
}

impl Wire for ListFilter {
    type Message = wire::ListFilter;
    const WHAT: &'static str = "filter";

    fn to_wire(&self) -> wire::ListFilter {
        let Self { pool } = self;
        wire::ListFilter {
            pool: pool.as_ref().map(ToString::to_string),
        }
    }

    fn from_wire(message: wire::ListFilter) -> Result<Self, Wrong> {
        let wire::ListFilter { pool } = message;
        Ok(Self {
            pool: field::optional_name("pool", pool.as_deref())?,
        })
    }
}

impl Wire for RunView {
    type Message = wire::RunView;
    const WHAT: &'static str = "run";

    fn to_wire(&self) -> wire::RunView {
        let Self {
            key:
                RunKey {
                    queue: QueueKey { pool, queue },
                    run_id,
                },
            deployment,
            name,
            tags,
            priority,
            state,
            state_name,
            reason,
            message,
            attempt,
            requested_at,
            request_seq,
            claimed_at,
            started_at,
            ended_at,
            due,
            exit_code,
            signal,
            worker,
            infrastructure,
            holds,
            other_requests,
            cancel_requested,
            state_since,
            family,
            scheduled_time,
            start_by,
        } = self;
        let mut view = wire::RunView {
            pool: pool.to_string(),
            queue: queue.to_string(),
            run_id: run_id.to_string(),
            deployment: deployment.as_ref().map(ToString::to_string),
            name: name.clone(),
            tags: tags.iter().map(ToString::to_string).collect(),
            priority: *priority,
            state: state_to_wire(*state).into(),
            state_name: state_name.to_string(),
            reason: reason.clone(),
            message: message.clone(),
            attempt: attempt.0,
            requested_at: Some((*requested_at).into()),
            request_seq: request_seq.0,
            claimed_at: claimed_at.map(Into::into),
            started_at: started_at.map(Into::into),
            ended_at: ended_at.map(Into::into),
            due: due.map(Into::into),
            exit_code: *exit_code,
            signal: *signal,
            worker: worker.as_ref().map(ToString::to_string),
            infrastructure: infrastructure.clone(),
            holds: holds.iter().map(answerer::limit_key_to_wire).collect(),
            other_requests: *other_requests,
            cancel_requested: *cancel_requested,
            state_since: Some((*state_since).into()),
            scheduled_time: scheduled_time.map(Into::into),
            start_by: start_by.map(Into::into),
            ..wire::RunView::default()
        };
        family::to_wire(family, &mut view);
        view
    }

    fn from_wire(view: wire::RunView) -> Result<Self, Wrong> {
        let family = family::from_wire(&view)?;
        let wire::RunView {
            pool,
            queue,
            run_id,
            deployment,
            name,
            tags,
            priority,
            state,
            state_name: finer,
            reason,
            message,
            attempt,
            requested_at,
            request_seq,
            claimed_at,
            started_at,
            ended_at,
            due,
            exit_code,
            signal,
            worker,
            infrastructure,
            holds,
            other_requests,
            cancel_requested,
            state_since,
            scheduled_time,
            start_by,
            ..
        } = view;
        Ok(Self {
            key: RunKey {
                queue: answerer::queue_key(&pool, &queue)?,
                run_id: field::name("runId", &run_id)?,
            },
            deployment: field::optional_name("deployment", deployment.as_deref())?,
            name,
            tags: field::names("tags", &tags)?,
            priority,
            state: state_from_wire("state", state)?,
            state_name: state_name(&finer)?,
            reason,
            message,
            attempt: Attempt(attempt),
            requested_at: field::time("requestedAt", requested_at)?,
            request_seq: Seq(request_seq),
            claimed_at: field::optional_time("claimedAt", claimed_at)?,
            started_at: field::optional_time("startedAt", started_at)?,
            ended_at: field::optional_time("endedAt", ended_at)?,
            due: field::optional_time("due", due)?,
            exit_code,
            signal,
            worker: field::optional_name("worker", worker.as_deref())?,
            infrastructure,
            holds: all("holds", holds, answerer::limit_key_from_wire)?,
            other_requests,
            cancel_requested,
            state_since: field::optional_time("stateSince", state_since)?.unwrap_or_default(),
            family,
            scheduled_time: field::optional_time("scheduledTime", scheduled_time)?,
            start_by: field::optional_time("startBy", start_by)?,
        })
    }
}

impl Wire for RunList {
    type Message = wire::RunList;
    const WHAT: &'static str = "list of runs";

    fn to_wire(&self) -> wire::RunList {
        let Self { runs, more, from } = self;
        wire::RunList {
            runs: runs.iter().map(Wire::to_wire).collect(),
            more: *more,
            from: Some(from.to_wire()),
        }
    }

    fn from_wire(message: wire::RunList) -> Result<Self, Wrong> {
        let wire::RunList { runs, more, from } = message;
        Ok(Self {
            runs: all("runs", runs, RunView::from_wire)?,
            more,
            from: answerer::from(from)?,
        })
    }
}

//! Runs as tables and lines.

use weir_client::{LimitKey, OnFailure, OnParentEnd, RunView, StateName, StateType, Timestamp};

use super::{deployment::joined, time};
use crate::table::{Cell, Table, Tone, printable};

/// Runs in the order in which they come.
pub(crate) fn list(runs: &[RunView], now: Timestamp) -> Table {
    let mut table = Table::new(&[
        "ID",
        "POOL",
        "QUEUE",
        "STATE",
        "ATTEMPT",
        "WHAT",
        "REQUESTED",
        "WAITED",
        "RAN",
        "NOTE",
    ]);
    for run in runs {
        table.row([
            run.key.run_id.as_str().into(),
            run.key.queue.pool.as_str().into(),
            run.key.queue.queue.as_str().into(),
            state(run),
            if run.attempt.0 == 0 {
                "-".into()
            } else {
                run.attempt.to_string().into()
            },
            what(run).into(),
            format!("{} ago", time::span(now.since(run.requested_at))).into(),
            waited(run, now).into(),
            ran(run, now).into(),
            note(run, now).into(),
        ]);
    }
    table
}

/// A run's state in its tone.
pub(crate) fn state(run: &RunView) -> Cell {
    let mut words = run.state_name.to_string();
    if run.cancel_requested && !run.state.is_terminal() && run.state != StateType::Cancelling {
        words.push_str(" (cancel asked for)");
    }
    Cell::toned(words, tone(run.state))
}

const fn tone(state: StateType) -> Tone {
    match state {
        StateType::Completed => Tone::Good,
        StateType::Failed | StateType::Crashed => Tone::Bad,
        StateType::Pending | StateType::Running | StateType::Cancelling => Tone::Busy,
        StateType::Scheduled | StateType::Paused => Tone::Plain,
        StateType::Cancelled => Tone::Faint,
    }
}

fn what(run: &RunView) -> String {
    match (&run.name, &run.deployment) {
        (Some(name), Some(deployment)) => format!("{name} ({deployment})"),
        (Some(name), None) => name.clone(),
        (None, Some(deployment)) => deployment.to_string(),
        (None, None) => "-".to_owned(),
    }
}

pub(crate) fn waited(run: &RunView, now: Timestamp) -> String {
    let until = run.claimed_at.or(run.ended_at).unwrap_or(now);
    // Before its time it waits for nothing.
    let since = run.scheduled_time.unwrap_or(run.requested_at);
    time::span(until.since(since.max(run.requested_at)))
}

/// How it has ended, or when it starts.
fn note(run: &RunView, now: Timestamp) -> String {
    let to_come = run.due.filter(|due| !run.state.is_terminal() && *due > now);
    match to_come {
        Some(due) => {
            let parts = [ending(run), comes(run, due, now)];
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join("; ")
        }
        None => ending(run),
    }
}

fn comes(run: &RunView, due: Timestamp, now: Timestamp) -> String {
    let what = if run.state_name == StateName::AwaitingRetry {
        "next attempt"
    } else {
        "starts"
    };
    format!("{what} in {}", time::span(due.since(now)))
}

pub(crate) fn ran(run: &RunView, now: Timestamp) -> String {
    match run.started_at {
        Some(at)
            if run.state.is_terminal()
                || run.state == StateType::Running
                || run.state == StateType::Cancelling =>
        {
            time::span(run.ended_at.unwrap_or(now).since(at))
        }
        Some(_) | None => "-".to_owned(),
    }
}

/// How the last attempt ended, in a few words.
pub(crate) fn ending(run: &RunView) -> String {
    let code = match (run.exit_code, run.signal) {
        (_, Some(signal)) => format!("signal {signal}"),
        (Some(0), None) if run.state == StateType::Completed => String::new(),
        (Some(code), None) => format!("exit code {code}"),
        (None, None) => String::new(),
    };
    let told = !run.reason.is_empty() && run.reason != run.state_name.as_str();
    let reason = if told {
        run.reason.clone()
    } else {
        String::new()
    };
    // The worker says `exit code 1` too where it has nothing better to say.
    let message = if run.message == code {
        String::new()
    } else {
        run.message.clone()
    };
    [code, reason, message]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

/// One run in full.
pub(crate) fn one(run: &RunView, now: Timestamp) -> Table {
    let mut table = Table::of_fields();
    table.field("run", run.key.run_id.as_str());
    table.field("pool", run.key.queue.pool.as_str());
    table.field("queue", run.key.queue.queue.as_str());
    table.field("name", run.name.as_deref().unwrap_or_default());
    table.field(
        "deployment",
        run.deployment
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    table.field("tags", joined(&run.tags));
    if run.priority != 0 {
        table.field("priority", run.priority.to_string());
    }
    table.field("state", state(run));
    table.field(
        "type",
        if run.state.as_str() == run.state_name.as_str() {
            ""
        } else {
            run.state.as_str()
        },
    );
    table.field("reason", run.reason.as_str());
    table.field("message", run.message.as_str());
    table.field(
        "exit code",
        run.exit_code
            .map(|code| code.to_string())
            .unwrap_or_default(),
    );
    table.field(
        "signal",
        run.signal
            .map(|signal| signal.to_string())
            .unwrap_or_default(),
    );
    table.field(
        "attempt",
        if run.attempt.0 == 0 {
            String::new()
        } else {
            run.attempt.to_string()
        },
    );
    table.field(
        "worker",
        run.worker
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    table.field("infrastructure", run.infrastructure.as_str());
    times(&mut table, run, now);
    table.field(
        "holds slots of",
        run.holds
            .iter()
            .map(LimitKey::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    );
    asked(&mut table, run);
    family(&mut table, run);
    table
}

fn family(table: &mut Table, run: &RunView) {
    let family = &run.family;
    if let Some(parent) = &family.parent {
        table.field("parent", parent.to_string());
        if family.on_parent_end == OnParentEnd::Detach {
            table.field("on parent end", "detach");
        }
        if family.on_failure == OnFailure::FailParent {
            table.field("on failure", "fail parent");
        }
    }
    if family.children > 0 {
        table.field("children", family.children.to_string());
    }
    if !family.after.is_empty() {
        let runs: Vec<_> = family.after.iter().map(ToString::to_string).collect();
        let wanted = family.after_outcome.as_str().to_lowercase();
        table.field("after", format!("{wanted} of {}", runs.join(", ")));
    }
}

fn asked(table: &mut Table, run: &RunView) {
    if run.cancel_requested {
        table.field("cancel", "asked for");
    }
    if run.other_requests > 0 {
        let words = format!(
            "{} with other content came under this id; they changed nothing",
            run.other_requests
        );
        table.field("other requests", Cell::toned(words, Tone::Bad));
    }
}

fn times(table: &mut Table, run: &RunView, now: Timestamp) {
    let at = |at: Option<Timestamp>| at.map(|at| time::utc_and_ago(at, now)).unwrap_or_default();
    table.field("requested", time::utc_and_ago(run.requested_at, now));
    table.field("scheduled for", at(run.scheduled_time));
    table.field("lapses", at(run.start_by));
    table.field("claimed", at(run.claimed_at));
    table.field("started", at(run.started_at));
    table.field("ended", at(run.ended_at));
    table.field(
        "next attempt",
        at(run
            .due
            .filter(|due| !run.state.is_terminal() && run.scheduled_time != Some(*due))),
    );
    table.field("ran", ran(run, now).replace('-', ""));
}

/// A state as one line, for those who watch.
pub(crate) fn state_line(run: &RunView, now: Timestamp, colour: bool) -> String {
    let name = format!("{:21}", run.state_name.as_str());
    let mut line = format!(
        "{}  {}",
        time::utc(run.state_since),
        tone(run.state).paint(&name, colour)
    );
    if run.attempt.0 > 0 {
        line = format!("{line}  attempt {}", run.attempt);
    }
    if let Some(worker) = run.worker.as_ref().filter(|_| !run.state.is_terminal()) {
        line = format!("{line}  on {worker}");
    }
    let ending = ending(run);
    if !ending.is_empty() {
        line = format!("{line}  {}", printable(&ending));
    }
    if let Some(due) = run.due.filter(|due| !run.state.is_terminal() && *due > now) {
        line = format!("{line}  {}", comes(run, due, now));
    }
    if run.cancel_requested && !run.state.is_terminal() && run.state != StateType::Cancelling {
        line = format!("{line}  cancel asked for");
    }
    line.trim_end().to_owned()
}

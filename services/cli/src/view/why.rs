//! What a run waits for, in sentences.

use std::time::Duration;

use weir_client::{
    AfterOutcome, LimitKey, LimitView, LogName, Place, PoolName, RunKey, RunView, StateName,
    StateType, Timestamp, WaitCause, Why, WhyClause,
};

use super::{cycle, run, time};
use crate::table::printable;

/// The answer, line by line.
pub(crate) fn lines(why: &Why, now: Timestamp) -> Vec<String> {
    let mut lines = vec![headline(&why.run, now)];
    lines.extend(
        why.clauses
            .iter()
            .flat_map(|clause| clause_lines(clause, &why.run, now)),
    );
    if why.clauses.is_empty() && !why.run.state.is_terminal() {
        lines.push("it waits for nothing: it is under way".to_owned());
    }
    lines.extend(
        why.before
            .filter(|before| *before > 0)
            .map(|before| format!("{before} that wait for the same stand before it")),
    );
    lines.extend(spent_lines(why));
    lines
}

/// How its wait was spent, part by part, with the positions in the logs that prove it.
fn spent_lines(why: &Why) -> Vec<String> {
    let (Some(until), false) = (&why.until, why.spent.is_empty()) else {
        return Vec::new();
    };
    let whole: Duration = why.spent.iter().map(|part| part.lasted).sum();
    let whole = time::span(whole);
    let over = why.clauses.is_empty() || why.run.state != StateType::Scheduled;
    let mut lines = vec![if over {
        format!(
            "it waited {whole} for its last attempt, until {}:",
            place(until)
        )
    } else {
        format!("it has waited {whole} so far:")
    }];
    lines.extend(why.spent.iter().map(|part| {
        let parts = match part.parts {
            0 | 1 => String::new(),
            parts => format!(" ({parts} times)"),
        };
        let (lasted, from) = (time::span(part.lasted), place(&part.from));
        format!("  {lasted:>8}  {}{parts}, from {from}", cause(&part.cause))
    }));
    lines
}

fn place(place: &Place) -> String {
    let Place { log, seq, at } = place;
    let at = time::utc(*at);
    match log {
        LogName::Cell => format!("cell log {seq} ({at})"),
        LogName::Queue(queue) => format!("{queue} {seq} ({at})"),
    }
}

fn cause(cause: &WaitCause) -> String {
    match cause {
        WaitCause::Limit(limit, value) => format!("{limit} was full ({value} slots)"),
        WaitCause::Rate(limit) => format!("the start rate of {limit} was used up"),
        WaitCause::Paused(limit) => format!("{limit} was paused"),
        WaitCause::Kept(limit) => {
            format!("free slots of {limit} were kept for a run that needs several")
        }
        WaitCause::NoWorkers => "no worker with room was online".to_owned(),
        WaitCause::NotDue => "it was not due".to_owned(),
        WaitCause::After => "runs that it comes after had not ended".to_owned(),
        WaitCause::QueueNotReady => "the scheduler had not read every log that it needs".to_owned(),
        WaitCause::Deciding => "the scheduler was deciding".to_owned(),
        WaitCause::BeforeLeader => "this scheduler did not lead yet".to_owned(),
    }
}

fn headline(view: &RunView, now: Timestamp) -> String {
    let since = time::span(now.since(view.requested_at));
    let ending = run::ending(view);
    let ending = if ending.is_empty() {
        ending
    } else {
        format!(": {}", printable(&ending))
    };
    format!(
        "run {} is {}{ending} (requested {since} ago)",
        view.key, view.state_name
    )
}

fn awaits(
    runs: &[RunKey],
    since: &str,
    yielded: bool,
    goes_on: bool,
    view: &RunView,
) -> Vec<String> {
    let slots = if yielded {
        "; it holds no slots meanwhile"
    } else {
        ""
    };
    if goes_on {
        return vec![format!(
            "what it waited for has ended, and it waits for its slots, before all that have not started ({since} in all)"
        )];
    }
    let mut lines = vec![format!("it has waited {since} for other runs{slots}:")];
    let names = runs.iter().map(|run| holder_name(run, view));
    lines.extend(names.map(|name| format!("  run {name}")));
    lines
}

fn clause_lines(clause: &WhyClause, view: &RunView, now: Timestamp) -> Vec<String> {
    match clause {
        WhyClause::Limit {
            limit,
            holders,
            needs,
        } => limit_lines(limit, holders, *needs, view),
        WhyClause::Rate {
            limit,
            rate,
            opens_at,
        } => vec![format!(
            "the start rate of {limit} ({rate}) is used up for {}",
            time::span(opens_at.since(now))
        )],
        WhyClause::Kept { limit } => vec![format!(
            "free slots of {limit} are kept for a run before it that needs several, or that gave its own back while it waited"
        )],
        WhyClause::Awaits {
            runs,
            since,
            yielded,
            goes_on,
        } => awaits(
            runs,
            &time::span(now.since(*since)),
            *yielded,
            *goes_on,
            view,
        ),
        WhyClause::Cycle { links, runs } => {
            let mut lines = vec![format!(
                "{runs} runs wait for each other, and none of them can go on:"
            )];
            lines.extend(links.iter().map(|link| format!("  {}", cycle::link(link))));
            lines.push(
                "  raise the limit, cancel one of them, or let those that wait submit with --yield-slots"
                    .to_owned(),
            );
            lines
        }
        WhyClause::Behind { runs: 1 } => vec!["1 other run goes before it".to_owned()],
        WhyClause::Behind { runs } => vec![format!("{runs} other runs go before it")],
        WhyClause::NoWorker { online } => vec![no_worker(*online, &view.key.queue.pool)],
        WhyClause::After { run, state, wanted } => vec![after(run, *state, *wanted)],
        WhyClause::Due { at } => vec![format!(
            "it is due at {}, in {}",
            time::utc(*at),
            time::span(at.since(now))
        )],
        WhyClause::Closed { reason } => vec![format!(
            "nothing is decided for its queue at the moment: {}",
            printable(reason)
        )],
        WhyClause::Paused { what, reason } => vec![paused(what, reason)],
        WhyClause::Now => vec!["it is about to be decided".to_owned()],
    }
}

fn limit_lines(limit: &LimitView, holders: &[RunKey], needs: u32, view: &RunView) -> Vec<String> {
    let value = limit
        .value
        .map_or_else(|| "unlimited".to_owned(), |value| value.to_string());
    let slots = match needs {
        0 | 1 => "a slot".to_owned(),
        needs => format!("{needs} slots"),
    };
    let mut lines = vec![format!(
        "it waits for {slots} of {}: {} of {value} are held",
        limit.limit, limit.used
    )];
    if limit.value.is_some_and(|value| value > 0 && needs > value) {
        lines.push(format!(
            "  it can never start while the limit has fewer slots than it needs; {}",
            raise(&limit.limit)
        ));
    }
    if limit.value == Some(0) {
        lines.push(format!(
            "  a limit of 0 starts nothing; {}",
            raise(&limit.limit)
        ));
    }
    lines.extend(
        holders
            .iter()
            .map(|holder| format!("  held by {}", holder_name(holder, view))),
    );
    lines
}

fn no_worker(online: u32, pool: &PoolName) -> String {
    if online == 0 {
        return format!(
            "no worker that serves its queue is online: start one with `weir worker start --pool {pool}`"
        );
    }
    format!("all {online} workers that serve its queue are full: wait, or start another")
}

fn after(run: &RunKey, state: Option<StateName>, wanted: AfterOutcome) -> String {
    let wanted = match wanted {
        AfterOutcome::Success => "has completed",
        AfterOutcome::Failure => "has ended without success",
        AfterOutcome::Any => "has ended",
    };
    match state {
        Some(state) => format!("it is to start once run {run} {wanted}, which is {state} now"),
        None => format!("it is to start once run {run} {wanted}, which nobody has requested yet"),
    }
}

fn paused(what: &LimitKey, reason: &str) -> String {
    let resume = resume(what);
    if reason.is_empty() {
        return format!("{what} is paused: {resume}");
    }
    let reason = printable(reason);
    format!("{what} has paused itself, because {reason}: {resume}")
}

fn resume(what: &LimitKey) -> String {
    match what {
        LimitKey::Pool(pool) => format!("resume it with `weir work-pool resume {pool}`"),
        LimitKey::Queue(key) => format!(
            "resume it with `weir work-queue resume {} --pool {}`",
            key.queue, key.pool
        ),
        LimitKey::Deployment(name) => format!("resume it with `weir deployment resume {name}`"),
        LimitKey::Tag(_) | LimitKey::Named(_) => format!("{what} cannot be paused"),
    }
}

fn raise(limit: &LimitKey) -> String {
    match limit {
        LimitKey::Pool(pool) => {
            format!("raise it with `weir work-pool set-concurrency-limit {pool} N`")
        }
        LimitKey::Queue(key) => {
            format!(
                "raise it with `weir work-queue set-concurrency-limit --pool {} {} N`",
                key.pool, key.queue
            )
        }
        LimitKey::Deployment(_) => {
            "raise its concurrency_limit in the file and say `weir deploy` again".to_owned()
        }
        LimitKey::Tag(tag) => {
            format!("raise it with `weir concurrency-limit create {tag} N`")
        }
        LimitKey::Named(name) => {
            format!("raise it with `weir global-concurrency-limit update {name} --limit N`")
        }
    }
}

fn holder_name(holder: &RunKey, view: &RunView) -> String {
    if holder.queue == view.key.queue {
        holder.run_id.to_string()
    } else {
        holder.to_string()
    }
}

//! What a run waits for, in sentences.

use weir_client::{LimitKey, RunKey, RunView, Timestamp, Why, WhyClause};

use super::{run, time};
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
    lines
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

fn clause_lines(clause: &WhyClause, view: &RunView, now: Timestamp) -> Vec<String> {
    match clause {
        WhyClause::Limit { limit, holders } => {
            let value = limit
                .value
                .map_or_else(|| "unlimited".to_owned(), |value| value.to_string());
            let mut lines = vec![format!(
                "it waits for a slot of {}: {} of {value} are held",
                limit.limit, limit.used
            )];
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
        WhyClause::Behind { runs: 1 } => vec!["1 other run goes before it".to_owned()],
        WhyClause::Behind { runs } => vec![format!("{runs} other runs go before it")],
        WhyClause::NoWorker { online: 0 } => vec![format!(
            "no worker that serves its queue is online: start one with `weir worker start --pool {}`",
            view.key.queue.pool
        )],
        WhyClause::NoWorker { online } => {
            vec![format!(
                "all {online} workers that serve its queue are full: wait, or start another"
            )]
        }
        WhyClause::Due { at } => vec![format!(
            "it is to start in {} ({})",
            time::span(at.since(now)),
            time::utc(*at)
        )],
        WhyClause::Closed { reason } => vec![format!(
            "nothing is decided for its queue at the moment: {}",
            printable(reason)
        )],
        WhyClause::Paused { what } => vec![format!("{what} is paused: {}", resume(what))],
        WhyClause::Now => vec!["it is about to be decided".to_owned()],
    }
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

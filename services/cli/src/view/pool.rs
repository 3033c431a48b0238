//! Work pools as tables.

use weir_client::{Held, JobPolicy, OnLostWorker, PoolConfig, PoolView, bounds};

use super::{limit, status, time, used};
use crate::table::{Cell, Table, Tone};

/// All pools; `live` is what a scheduler knows of them.
pub(crate) fn list<'a>(
    pools: impl Iterator<Item = &'a Held<PoolConfig>>,
    live: Option<&[PoolView]>,
    verbose: bool,
) -> Table {
    let mut header = vec![
        "NAME",
        "TYPE",
        "IN USE/LIMIT",
        "WAITING",
        "WORKERS",
        "STATUS",
    ];
    if verbose {
        header.push("DESCRIPTION");
    }
    let mut table = Table::new(&header);
    for Held { value: pool, .. } in pools {
        let live = live.and_then(|live| live.iter().find(|view| view.name == pool.name));
        let waiting = live.map(|view| view.queues.iter().map(|queue| queue.waiting).sum::<u64>());
        table.row([
            pool.name.as_str().into(),
            pool.kind.as_str().into(),
            used(live.map(|view| &view.limit), pool.concurrency_limit).into(),
            waiting
                .map_or_else(|| "-".to_owned(), |waiting| waiting.to_string())
                .into(),
            workers(live, waiting),
            status(pool.paused),
            if verbose {
                pool.description.as_str().into()
            } else {
                Cell::default()
            },
        ]);
    }
    table
}

fn workers(live: Option<&PoolView>, waiting: Option<u64>) -> Cell {
    match live {
        None => "-".into(),
        Some(view) if view.workers == 0 && waiting.unwrap_or(0) > 0 => {
            Cell::toned("none", Tone::Bad)
        }
        Some(view) => view.workers.to_string().into(),
    }
}

/// One pool.
pub(crate) fn one(held: &Held<PoolConfig>, live: Option<&PoolView>) -> Table {
    let pool = &held.value;
    let mut table = Table::of_fields();
    table.field("name", pool.name.as_str());
    table.field("type", pool.kind.as_str());
    table.field("description", pool.description.as_str());
    table.field("concurrency limit", limit(pool.concurrency_limit));
    if let Some(rate) = &pool.start_rate {
        table.field("start rate", rate.to_string());
    }
    if let Some(share) = &pool.fair_share {
        let weights = share.weights.iter();
        let weights: Vec<String> = weights
            .map(|(key, weight)| format!("{key}={weight}"))
            .collect();
        let keys = if weights.is_empty() {
            String::new()
        } else {
            format!("; keys {}", weights.join(", "))
        };
        let aging = time::span(share.aging);
        table.field(
            "fair share",
            format!("a step of priority is worth {aging}{keys}"),
        );
    }
    let words = match pool.on_lost_worker {
        OnLostWorker::Release => "release: its runs end when its lease is over",
        OnLostWorker::Hold => "hold: its runs keep their slots until nothing of them is left",
    };
    table.field("on lost worker", words);
    let submit = pool
        .submit_timeout
        .unwrap_or(bounds::SUBMIT_TIMEOUT_DEFAULT);
    let start = pool.start_timeout.unwrap_or(bounds::START_TIMEOUT_DEFAULT);
    table.field("submit timeout", time::span(submit));
    table.field("start timeout", time::span(start));
    if let Some(policy) = &pool.policy {
        policy_fields(&mut table, policy);
    }
    if pool.paused {
        table.field("paused", "yes: nothing new starts");
    }
    if let Some(view) = live {
        table.field("slots in use", view.limit.used.to_string());
        table.field(
            "workers online",
            format!(
                "{} (room for {} runs together)",
                view.workers, view.capacity
            ),
        );
        for queue in &view.queues {
            table.field(
                &format!("queue {}", queue.key.queue),
                format!(
                    "{} waiting, {} under way, priority {}",
                    queue.waiting, queue.live, queue.priority
                ),
            );
        }
    }
    table.field("revision", held.revision.to_string());
    table.field("changed", time::utc(held.at));
    table.field("changed by", held.author.as_str());
    table
}

/// What the pool's Jobs may hold.
fn policy_fields(table: &mut Table, policy: &JobPolicy) {
    let JobPolicy {
        images,
        namespaces,
        service_accounts,
        host_paths,
        privileged,
    } = policy;
    for (name, allowed, otherwise) in [
        ("images", images, "any"),
        ("namespaces", namespaces, "any"),
        ("service accounts", service_accounts, "any"),
        ("host paths", host_paths, "none"),
    ] {
        let allowed = if allowed.is_empty() {
            otherwise.to_owned()
        } else {
            allowed.join(", ")
        };
        table.field(&format!("allowed {name}"), allowed);
    }
    let words = if *privileged {
        "allowed"
    } else {
        "not allowed"
    };
    table.field("privileged", words);
}

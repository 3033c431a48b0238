//! Work queues as tables.

use weir_client::{Held, QueueConfig, QueueView, Timestamp, Usage};

use super::{bytes, limit, time, used};
use crate::table::{Cell, Table, Tone};

/// All of these queues; `live` is what a scheduler knows of them.
pub(crate) fn list(
    queues: &[&Held<QueueConfig>],
    live: Option<&[QueueView]>,
    verbose: bool,
    now: Timestamp,
) -> Table {
    let mut header = vec![
        "POOL",
        "NAME",
        "PRIORITY",
        "IN USE/LIMIT",
        "WAITING",
        "OLDEST",
        "STATUS",
    ];
    if verbose {
        header.push("DESCRIPTION");
    }
    let mut table = Table::new(&header);
    for Held { value: queue, .. } in queues {
        let live = live.and_then(|live| live.iter().find(|view| view.key == queue.key));
        let number = |number: Option<u64>| {
            number.map_or_else(|| "-".to_owned(), |number| number.to_string())
        };
        let oldest = live
            .and_then(|view| view.oldest_waiting)
            .map(|at| time::span(now.since(at)));
        table.row([
            queue.key.pool.as_str().into(),
            queue.key.queue.as_str().into(),
            queue.priority.to_string().into(),
            used(live.map(|view| &view.limit), queue.concurrency_limit).into(),
            number(live.map(|view| view.waiting)).into(),
            oldest.unwrap_or_else(|| "-".to_owned()).into(),
            live.map_or_else(|| "-".into(), |view| view.status.as_str().into()),
            if verbose {
                queue.description.as_str().into()
            } else {
                Cell::default()
            },
        ]);
    }
    table
}

/// One queue; `usage` is what its stream says of itself.
pub(crate) fn one(
    held: &Held<QueueConfig>,
    live: Option<&QueueView>,
    usage: Option<&Usage>,
    now: Timestamp,
) -> Table {
    let queue = &held.value;
    let mut table = Table::of_fields();
    table.field("pool", queue.key.pool.as_str());
    table.field("name", queue.key.queue.as_str());
    table.field("description", queue.description.as_str());
    table.field("priority", queue.priority.to_string());
    table.field("concurrency limit", limit(queue.concurrency_limit));
    if let Some(rate) = &queue.start_rate {
        table.field("start rate", rate.to_string());
    }
    if queue.weight.get() != 1 {
        table.field("weight", queue.weight.to_string());
    }
    if queue.paused {
        table.field("paused", "yes: nothing new starts");
    }
    if let Some(view) = live {
        table.field("status", view.status.as_str());
        table.field("slots in use", view.limit.used.to_string());
        table.field("waiting", view.waiting.to_string());
        if let Some(at) = view.oldest_waiting {
            table.field("oldest waiting", time::utc_and_ago(at, now));
        }
        table.field("under way", view.live.to_string());
        table.field("ended", format!("{} (remembered)", view.ended));
    }
    table.field("request bound", bytes(queue.max_bytes));
    match usage {
        Some(usage) => {
            table.field("stream", fullness(queue, usage));
            table.field("stream bound", bytes(usage.bytes_max));
        }
        None => table.field(
            "stream",
            Cell::toned("not there, or not to be reached", Tone::Bad),
        ),
    }
    table.field("revision", held.revision.to_string());
    table.field("changed", time::utc(held.at));
    table.field("changed by", held.author.as_str());
    table
}

fn fullness(queue: &QueueConfig, usage: &Usage) -> Cell {
    let is = format!("{} in {} messages", bytes(usage.bytes), usage.messages);
    if usage.bytes < queue.max_bytes {
        return is.into();
    }
    let name = &queue.key;
    let more = format!(
        "weir work-queue update {} --pool {} --max-bytes",
        name.queue, name.pool
    );
    Cell::toned(
        format!("{is}: full, new requests are rejected; raise the bound with `{more}`"),
        Tone::Bad,
    )
}

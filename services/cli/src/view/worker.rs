//! Workers as a table.

use weir_client::{Timestamp, WorkerView};

use super::time;
use crate::table::{Cell, Table, Tone};

/// All workers.
pub(crate) fn list(workers: &[WorkerView], now: Timestamp) -> Table {
    let mut table = Table::new(&[
        "POOL",
        "NAME",
        "STATUS",
        "IN USE/LIMIT",
        "QUEUES",
        "SEEN",
        "VERSION",
    ]);
    for worker in workers {
        let queues: Vec<&str> = worker
            .queues
            .iter()
            .map(weir_client::QueueName::as_str)
            .collect();
        table.row([
            worker.pool.as_str().into(),
            worker.name.as_str().into(),
            status(worker),
            if worker.lost == 0 {
                format!("{}/{}", worker.in_use, worker.capacity).into()
            } else {
                // Held by sessions that are over: by a pool that holds them, or for the moment.
                Cell::toned(
                    format!(
                        "{}/{}, {} lost",
                        worker.in_use, worker.capacity, worker.lost
                    ),
                    Tone::Bad,
                )
            },
            if queues.is_empty() {
                "all".into()
            } else {
                queues.join(", ").into()
            },
            format!("{} ago", time::span(now.since(worker.seen_at))).into(),
            worker.version.as_str().into(),
        ]);
    }
    table
}

fn status(worker: &WorkerView) -> Cell {
    match (worker.online, worker.draining) {
        (true, false) => Cell::toned("online", Tone::Good),
        (true, true) => Cell::toned("draining", Tone::Busy),
        (false, _) => Cell::toned("offline", Tone::Bad),
    }
}

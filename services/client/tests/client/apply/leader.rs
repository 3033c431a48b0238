//! As much of a leader as deletions need: it opens queues, and closes those that are being deleted.

use std::time::Duration;

use weir_client::{CellState, Client, Seq};
use weir_core::{
    cell::CellBody,
    ids::{Epoch, QueueStream},
};
use weir_log::{CellAppend, CellFence, CellLog, Memory, QueueLog, TailEvent, Usage, traits::Tail};

/// Does what `work` does while a leader leads.
pub(super) async fn led<T>(log: &Memory, work: impl Future<Output = T>) -> T {
    tokio::select! {
        done = work => done,
        () = lead(log) => unreachable!("a leader leads for ever"),
    }
}

async fn lead(log: &Memory) {
    let client = Client::over(log.clone(), "leader");
    loop {
        let Ok(cell) = client.cell().await else {
            // Nobody has made the cell yet.
            tokio::time::advance(Duration::ZERO).await;
            tokio::task::yield_now().await;
            continue;
        };
        if cell.epoch().0 == Epoch(0) {
            let body = CellBody::Epoch {
                epoch: Epoch(1),
                leader: "leader".parse().expect("a legal name"),
            };
            append(log, body, CellFence::Own(Seq(0))).await;
            continue;
        }
        for body in owed(log, &cell).await {
            append(log, body, CellFence::Epoch(cell.epoch().1)).await;
        }
        let mut tail = log
            .tail_cell(cell.applied())
            .await
            .expect("there is a cell");
        while let Ok(TailEvent::CaughtUp) = tail.next().await {}
    }
}

async fn owed(log: &Memory, cell: &CellState) -> Vec<CellBody> {
    let epoch = cell.epoch().0;
    let opened = cell
        .unopened()
        .map(|queue| CellBody::QueueOpened { queue, epoch });
    let mut owed: Vec<CellBody> = opened.collect();
    for open in cell.all_opened() {
        let queue = &open.stream;
        if cell.deleting(&queue.key).is_some() {
            let last = sealed(log, queue).await.last;
            let queue = queue.clone();
            owed.push(CellBody::QueueClosed { queue, epoch, last });
        }
    }
    owed
}

async fn sealed(log: &Memory, queue: &QueueStream) -> Usage {
    log.seal_queue(queue).await.expect("it can be sealed");
    log.usage(queue).await.expect("it can be asked")
}

/// One that is lost is said again when the log has been looked at the next time.
async fn append(log: &Memory, body: CellBody, fence: CellFence) {
    let append = CellAppend {
        body,
        fence,
        msg_id: None,
    };
    let _lost_or_not = log.append_cell(append).await;
}

//! How a wait was spent: parts with one cause each, in order and without gaps.

use std::time::Duration;

use crate::{
    ids::{QueueKey, Seq},
    limit::LimitKey,
    time::Timestamp,
};

/// Why a run waits: the first thing that had to change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitCause {
    /// A limit has too few slots free. With the limit's value in force.
    Limit(LimitKey, u32),
    /// A start rate allows no further start yet.
    Rate(LimitKey),
    /// The pool, queue or deployment is paused.
    Paused(LimitKey),
    /// Slots of this limit are free and kept for a run that needs several and was passed over too often.
    Kept(LimitKey),
    /// No worker with room serves the queue.
    NoWorkers,
    /// Its time has not come.
    NotDue,
    /// The queue is not fenced and folded.
    QueueNotReady,
    /// As many decisions on the queue as there may be are under way.
    Deciding,
    /// The scheduler that tells did not lead yet.
    BeforeLeader,
    /// Runs that it is to come after have not ended.
    After,
}

/// A log of the cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogName {
    /// The cell log.
    Cell,
    /// A queue's.
    Queue(QueueKey),
}

/// A position in a log, with its stamp: where a part of a wait begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which log.
    pub log: LogName,
    /// The position.
    pub seq: Seq,
    /// The broker's stamp of the record there, held so that it never steps back.
    pub at: Timestamp,
}

/// A part of a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub cause: WaitCause,
    /// Where it began.
    pub from: Place,
    /// How long it lasted in all and in how many parts, where several parts of one cause were merged. `None`: it lasted
    /// to the beginning of the next one, or to the record that ends the wait.
    pub merged: Option<(Duration, u32)>,
}

/// A part of a wait that is over, with how long it lasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Why.
    pub cause: WaitCause,
    /// Where it began.
    pub from: Place,
    /// How long it lasted.
    pub lasted: Duration,
    /// How many parts were merged into it; at least 1.
    pub parts: u32,
}

/// How long each part lasted, where the wait ended at `until`: together just as long as the wait.
pub fn spent(waits: &[Wait], until: Timestamp) -> Vec<Spent> {
    let ends = waits.iter().skip(1).map(|wait| wait.from.at);
    waits
        .iter()
        .zip(ends.chain([until]))
        .map(|(wait, end)| {
            let (lasted, parts) = wait.merged.unwrap_or((end.since(wait.from.at), 1));
            Spent {
                cause: wait.cause.clone(),
                from: wait.from.clone(),
                lasted,
                parts,
            }
        })
        .collect()
}

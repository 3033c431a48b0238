//! What a record changes of what planning goes by.

use std::{cmp::Reverse, sync::Arc};

use crate::{
    class::Class,
    ids::{RunId, Seq},
    limit::Slot,
    state::ReadyKey,
    time::Timestamp,
};

/// A run that may be claimed: what decides where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Larger goes first within the queue.
    pub priority: i32,
    /// From when on it stands in line: when it was requested, or its scheduled time where that is later.
    pub since: Timestamp,
    /// The position of its request.
    pub seq: Seq,
    /// What decides which limits it needs.
    pub class: Arc<Class>,
}

impl Ready {
    /// Its place in its queue.
    pub fn key(&self) -> ReadyKey {
        (Reverse(self.priority), self.since, self.seq)
    }
}

/// What a record, or the passage of time, has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Runs that may be claimed now and could not before, or the other way round, or that stand elsewhere: how they
    /// stood and how they stand.
    pub runs: Vec<(RunId, Option<Ready>, Option<Ready>)>,
    /// Slots that have come free.
    pub freed: Vec<Arc<[Slot]>>,
    /// Runs that are new, or that stand otherwise for their kin.
    pub kin: Vec<RunId>,
    /// Slots that were kept for an attempt that had given them back, and are not any more.
    pub unkept: Vec<Arc<[Slot]>>,
}

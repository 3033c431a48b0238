//! What a record changes of what planning goes by.

use std::sync::Arc;

use crate::{
    class::Class,
    ids::{RunId, Seq},
    limit::Slot,
    time::Timestamp,
};

/// A run that may be claimed: what decides where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Larger goes first within the queue.
    pub priority: i32,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// The position of its request.
    pub seq: Seq,
    /// What decides which limits it needs.
    pub class: Arc<Class>,
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
}

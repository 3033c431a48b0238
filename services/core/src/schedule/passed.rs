//! Points in time that made no run: nobody sees them otherwise, so they are told with the next run and on request.

use crate::time::Timestamp;

/// Why a point in time of a schedule made no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassedReason {
    /// An earlier run had not ended, and the overlap policy lets none come then.
    Overlap,
    /// No scheduler was there for longer than the catch-up window.
    Missed,
    /// A run would have been too late to start: by more than its deployment lets its runs be.
    Late,
}

impl PassedReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Overlap, Self::Missed, Self::Late];

    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Missed => "missed",
            Self::Late => "late",
        }
    }
}

/// A point in time that made no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOver {
    /// When it was due.
    pub at: Timestamp,
    /// Why it made none.
    pub reason: PassedReason,
}

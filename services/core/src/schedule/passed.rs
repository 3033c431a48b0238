//! Points in time that made no run: nobody sees them otherwise, so they are told with the next run and on request.

use crate::time::Timestamp;

/// Why a point in time of a schedule made no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassedReason {
    /// An earlier run had not ended, and the overlap policy lets none come then.
    Overlap,
    /// No scheduler was there for longer than the catch-up window.
    Missed,
}

impl PassedReason {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Overlap, Self::Missed];

    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Missed => "missed",
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

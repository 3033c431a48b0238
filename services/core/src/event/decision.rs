//! What the scheduler decides about a run besides its grants.

use std::time::Duration;

use crate::{
    awaits::CycleLink, event::CancelCause, ids::Attempt, limit::Slot, request::Fault,
    time::Timestamp, wait::Wait,
};

/// The scheduler's word on `.decision`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The request cannot be run.
    Rejected(Fault),
    /// The last attempt failed and another will be made.
    RetryScheduled {
        /// The attempt that failed.
        attempt: Attempt,
        /// The earliest time of the next.
        due: Timestamp,
    },
    /// The holder of this attempt stops it. Where nobody has asked for a cancel, this is one, for its cause.
    CancelOrdered {
        /// Which attempt.
        attempt: Attempt,
        /// Between the polite signal and the forced one.
        grace: Duration,
        /// The user's reason, or the scheduler's.
        reason: String,
        /// Why.
        cause: CancelCause,
    },
    /// The run ends without another attempt.
    Cancelled {
        /// The user's reason, or the scheduler's.
        reason: String,
        /// Why.
        cause: CancelCause,
        /// How the wait was spent that this ends; without gaps, the last part up to here.
        waits: Vec<Wait>,
    },
    /// The attempt waits for other runs and holds nothing from here on.
    Yielded {
        /// Which attempt.
        attempt: Attempt,
        /// Which wait of it.
        k: u32,
    },
    /// An attempt that had given its slots back has them again, all of them. It is no start: no rate counts it.
    Regranted {
        /// Which attempt.
        attempt: Attempt,
        /// Which wait of it is over.
        k: u32,
        /// What it holds from here on.
        slots: Vec<Slot>,
    },
    /// The attempt waits for runs that, in the end, wait for it. It changes nothing but that it has been said.
    FoundInCycle {
        /// Which attempt.
        attempt: Attempt,
        /// Which wait of it.
        k: u32,
        /// One way round, beginning with this run.
        links: Vec<CycleLink>,
        /// How many runs wait for each other in all.
        runs: u32,
    },
}

//! What the controller manager does with Jobs: counting pods, making pods, ending Jobs, collecting what is left.

mod collect;
mod delete;
mod events;
mod job;
mod namespace;
mod pods;
mod policy;
mod quota;
mod status;

use std::time::Duration;

pub(crate) use delete::{DeleteOptions, Policy, bump};

/// What the Job controller remembers of a Job beside what is in its status.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// When it began, which its deadline counts from.
    pub(crate) started: Option<Duration>,
    /// When it finished, which its TTL counts from.
    pub(crate) finished: Option<Duration>,
    /// Pods that failed since the last one that did not.
    pub(crate) failures: u32,
    /// No new pod before this moment.
    pub(crate) retry_at: Duration,
    /// Creates of pods that were refused in a row.
    pub(crate) refused: u32,
}

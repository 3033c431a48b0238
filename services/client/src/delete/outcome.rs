//! How something is deleted, and what comes of it.

use std::time::Duration;

use weir_core::{
    ids::{QueueKey, Revision},
    request::CancelRequest,
};
use weir_log::LogError;

use crate::{CancelError, ConfigError};

/// How something is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteOptions {
    /// Cancels runs that have not ended, with this grace and reason; without it they are a reason to refuse.
    pub cancel_runs: Option<CancelRequest>,
    /// How long to wait until everything has ended: 5 minutes by default. The deletion goes on after that.
    pub within: Duration,
}

impl Default for DeleteOptions {
    fn default() -> Self {
        Self {
            cancel_runs: None,
            within: Duration::from_mins(5),
        }
    }
}

impl DeleteOptions {
    /// Cancels runs that have not ended.
    #[must_use]
    pub fn cancel_runs(mut self, cancel: CancelRequest) -> Self {
        self.cancel_runs = Some(cancel);
        self
    }
    /// Waits as long as that.
    #[must_use]
    pub fn within(mut self, span: Duration) -> Self {
        self.within = span;
        self
    }
}

/// What a deletion has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// The deletion's revision.
    pub revision: Revision,
    /// Runs that had not ended when it began.
    pub unended: u64,
}

/// Why something is not deleted, or not yet gone.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// Runs have not ended.
    #[error(
        "{what} has {runs} runs that have not ended: wait for them, or cancel them with --cancel-runs"
    )]
    Unended {
        /// What was to be deleted.
        what: String,
        /// How many.
        runs: u64,
    },
    /// It is marked, and not gone in time.
    #[error(
        "{what} is marked as deleted and not gone after {within:?} ({runs} runs have not ended): this goes on by itself as \
         long as a scheduler is online; say it again to wait for it"
    )]
    NotInTime {
        /// What is being deleted.
        what: String,
        /// How long was waited.
        within: Duration,
        /// How many runs had not ended at last.
        runs: u64,
    },
    /// It does not exist, or the deletion could not be written.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// A queue's log could not be read.
    #[error("the log of work queue {queue} could not be read")]
    Log {
        /// Which queue.
        queue: QueueKey,
        /// What went wrong.
        #[source]
        source: LogError,
    },
    /// A run could not be cancelled.
    #[error("a run could not be cancelled; the deletion stands, say it again")]
    Cancel(#[source] CancelError),
}

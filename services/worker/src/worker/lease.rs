//! A session as the rest of the worker sees it: which one it is, and until when it may act.

use std::time::Duration;

use tokio::sync::watch;
use weir_core::ids::SessionId;
use weir_runtime::Clock;

use crate::executor::LeaseDeadlines;

/// One session of this worker. There is one at a time, and an attempt stays with the one that took it.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) id: SessionId,
    /// Pushed on by each acknowledged renewal; closed when the session is over.
    pub(super) deadlines: watch::Receiver<LeaseDeadlines>,
    pub(super) clock: Clock,
}

impl Live {
    /// Whether something new may be started under it now. Asked right before each start, because the worker may have
    /// been frozen since it last knew.
    pub(super) fn may_start(&self) -> bool {
        self.deadlines.has_changed().is_ok()
            && self.clock.boottime() < self.deadlines.borrow().stop_at
    }
}

/// What a renewal that was sent at this point gives, once it is acknowledged.
///
/// The leader counts the whole lease from the moment when the record was stored, which is later than `sent`: what is
/// killed at five sixths is gone by then.
pub(super) fn deadlines(sent: Duration, lease: Duration) -> LeaseDeadlines {
    LeaseDeadlines {
        stop_at: sent + lease * 2 / 3,
        kill_at: sent + lease * 5 / 6,
    }
}

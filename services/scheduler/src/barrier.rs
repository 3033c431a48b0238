//! Nothing is rejected for what config lacks before the leader has read the cell log past a barrier that it set after the
//! request was stored: so `deploy && submit` always works, whatever reaches the leader first.

use std::{collections::BTreeSet, time::Duration};

use weir_core::ids::{RunKey, Seq};

/// Barriers go out no more often than this: a flood of bad requests must not flood the cell log.
const EVERY: Duration = Duration::from_millis(100);

/// Requests that would be rejected, and the barriers that they wait for.
#[derive(Debug, Default)]
pub(crate) struct Barrier {
    /// Not behind a barrier yet.
    fresh: BTreeSet<RunKey>,
    /// Behind the barrier that is on its way, or stored at this position.
    behind: BTreeSet<RunKey>,
    in_flight: bool,
    stored: Option<Seq>,
    next: Duration,
}

impl Barrier {
    pub(crate) fn suspect(&mut self, run: RunKey) {
        self.fresh.insert(run);
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.behind.is_empty()
    }
    /// Whether a barrier is to be written now.
    pub(crate) fn wanted(&mut self, now: Duration) -> bool {
        if self.in_flight || self.stored.is_some() || now < self.next || self.is_empty() {
            return false;
        }
        self.behind.append(&mut self.fresh);
        self.in_flight = true;
        self.next = now + EVERY;
        true
    }
    pub(crate) fn next(&self) -> Option<Duration> {
        (!self.in_flight && self.stored.is_none() && !self.is_empty()).then_some(self.next)
    }
    pub(crate) fn answered(&mut self, stored: Option<Seq>) {
        self.in_flight = false;
        self.stored = stored;
    }
    /// Requests whose barrier has been folded.
    pub(crate) fn passed(&mut self, folded: Seq) -> BTreeSet<RunKey> {
        if self.stored.is_some_and(|seq| seq <= folded) {
            self.stored = None;
            return std::mem::take(&mut self.behind);
        }
        BTreeSet::new()
    }
}

//! What the collector has been sent, and how it answers at the moment.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::read::{Point, Span};

/// How requests are answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Taken.
    #[default]
    Taken,
    /// Taken, and so many of each request thrown away.
    Partly {
        /// How many.
        rejected: i64,
        /// In these words.
        message: String,
    },
    /// Refused with this status, and nothing is kept.
    Status(u16),
    /// As [`Answer::Status`], with a `Retry-After` in seconds.
    RetryAfter(u16, u32),
    /// Never answered; nothing is kept.
    Never,
}

/// Whether anybody listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    Closed,
    Over,
}

#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) answer: Answer,
    pub(crate) spans: Vec<Span>,
    /// The latest point of each series.
    pub(crate) points: BTreeMap<(String, String), Point>,
    /// Requests that came, whatever came of them.
    pub(crate) requests: u64,
    /// The headers of the latest request.
    pub(crate) headers: BTreeMap<String, String>,
    /// What could not be read.
    pub(crate) wrong: Vec<String>,
    /// What the port does now.
    pub(crate) open: bool,
}

#[derive(Debug)]
pub(crate) struct Shared {
    kept: Mutex<Kept>,
    changed: Condvar,
    pub(crate) door: watch::Sender<Door>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            kept: Mutex::default(),
            changed: Condvar::new(),
            door: watch::Sender::new(Door::Open),
        }
    }

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Kept)) {
        change(&mut self.kept());
        self.changed.notify_all();
    }

    /// Waits until it is so; whether it came to be in time.
    pub(crate) fn until(&self, within: Duration, is_so: impl Fn(&Kept) -> bool) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.kept(), within, |kept| !is_so(kept));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

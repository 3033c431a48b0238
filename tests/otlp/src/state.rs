//! What the collector has been sent, and how it answers at the moment.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::{
    read::{Point, Span},
    shelf::Shelf,
};

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
    /// Taken, but for requests with a span that has this attribute: those are refused with 400, and nothing of them is kept.
    Invalid {
        /// The attribute.
        attribute: String,
        /// Its value.
        value: String,
    },
    /// Taken, but for requests with more spans than that: those are refused with 413, and nothing of them is kept.
    AtMost(usize),
    /// Refused with this status, and nothing is kept.
    Status(u16),
    /// As [`Answer::Status`], with a `Retry-After` in seconds.
    RetryAfter(u16, u32),
    /// Taken, and answered only after this long.
    After(Duration),
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

pub(crate) struct Shared {
    kept: Mutex<Kept>,
    changed: Condvar,
    /// Where spans are kept instead of in memory.
    pub(crate) shelf: Option<Shelf>,
    /// What whoever comes has to be spoken to with.
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) door: watch::Sender<Door>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            kept: Mutex::default(),
            changed: Condvar::new(),
            shelf: None,
            tls: None,
            door: watch::Sender::new(Door::Open),
        }
    }

    pub(crate) fn by(tls: Option<TlsAcceptor>) -> Self {
        Self { tls, ..Self::new() }
    }

    pub(crate) fn shelved(shelf: Shelf) -> Self {
        Self {
            shelf: Some(shelf),
            ..Self::new()
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

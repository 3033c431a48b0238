//! What can be counted and measured in this program, read by Prometheus and sent over OTLP from the same numbers.
//!
//! An instrument is a few atomic numbers: recording takes one addition and no look-up, because the set of labels is made
//! once ([`Family::with`]). What an instrument is called and what it means is said in one place for each crate, with
//! [`metrics!`](crate::metrics!), from which `deploy/METRICS.md` is printed.
//!
//! The OpenTelemetry SDK's meter is not used: it cannot forget a series (a deleted queue, a leader that leads no longer)
//! and finds a series by hashing its labels with each record, unless features are turned on that it calls experimental.

mod declare;
mod family;
mod instrument;
pub mod process;
mod text;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use declare::{Description, Kind, Metric, Unit, to_markdown};
pub use family::Family;
pub use instrument::{Counter, Gauge, Histogram, Instrument, Timer};

pub(crate) use family::{AnyFamily, Reading, Series, Value};
pub(crate) use text::TEXT_FORMAT;

type Hook = Arc<dyn Fn() + Send + Sync>;

/// All instruments of a program. Cheap to clone; all clones are one. One that nobody reads costs next to nothing, so
/// that whatever records needs no case for "not measured".
#[derive(Clone, Default)]
pub struct Meter(Arc<Inner>);

#[derive(Default)]
struct Inner {
    families: Mutex<BTreeMap<&'static str, AnyFamily>>,
    hooks: Mutex<Vec<Hook>>,
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("families", &locked(&self.0.families).len())
            .finish_non_exhaustive()
    }
}

impl Meter {
    /// No instruments yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The instruments of this metric, one for each set of labels.
    pub fn family<I: Instrument>(&self, metric: &'static Metric<I>) -> Family<I> {
        let description = metric.description();
        let mut families = locked(&self.0.families);
        let known = families
            .entry(description.name)
            .or_insert_with(|| I::wrap(Family::new(description)));
        I::unwrap(known).unwrap_or_else(|| {
            debug_assert!(
                false,
                "{} is declared twice, with two kinds",
                description.name
            );
            Family::new(description)
        })
    }

    /// The one instrument of a metric without labels. It shows from now on.
    pub fn single<I: Instrument>(&self, metric: &'static Metric<I>) -> I {
        self.family(metric).with(&[])
    }

    /// Calls `hook` before each reading: for numbers that somebody else counts, such as the kernel. It must not block.
    pub fn before_reading(&self, hook: impl Fn() + Send + Sync + 'static) {
        locked(&self.0.hooks).push(Arc::new(hook));
    }

    /// All that can be read now, in the text format of Prometheus (version 0.0.4).
    pub fn to_text(&self) -> String {
        text::render(&self.read())
    }

    /// All families that have a series, by name.
    pub(crate) fn read(&self) -> Vec<Reading> {
        let hooks = locked(&self.0.hooks).clone();
        for hook in hooks {
            hook();
        }
        let families: Vec<AnyFamily> = locked(&self.0.families).values().cloned().collect();
        families
            .iter()
            .map(AnyFamily::read)
            .filter(|reading| !reading.series.is_empty())
            .collect()
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

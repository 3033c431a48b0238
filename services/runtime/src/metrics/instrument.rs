//! The instruments: a few atomic numbers each.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{AnyFamily, Family, Kind, declare::Description, family::Value};
use crate::Clock;

use self::sealed::Sealed;

/// A kind of instrument. Nobody else can make one.
pub trait Instrument: Clone + Sealed {}

pub(super) mod sealed {
    use super::{AnyFamily, Description, Family, Value};

    pub trait Sealed: Sized {
        fn make(description: &Description) -> Self;
        fn value(&self) -> Value;
        fn wrap(family: Family<Self>) -> AnyFamily;
        fn unwrap(family: &AnyFamily) -> Option<Family<Self>>;
    }
}

/// Counts what happens. Starts at 0 and only grows.
#[derive(Clone, Debug, Default)]
pub struct Counter(pub(super) Arc<AtomicU64>);

impl Counter {
    /// One more.
    pub fn increment(&self) {
        self.add(1);
    }
    /// So many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }
    /// What somebody else has counted, such as the kernel; nanoseconds where the unit is seconds.
    pub fn copy(&self, counted: u64) {
        self.0.store(counted, Ordering::Relaxed);
    }
    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Shows how much there is now.
#[derive(Clone, Debug, Default)]
pub struct Gauge(pub(super) Arc<AtomicU64>);

impl Gauge {
    /// So many there are.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }
    /// So long it is; for gauges of seconds.
    pub fn set_span(&self, span: Duration) {
        self.set(nanos(span));
    }
    /// 1 or 0.
    pub fn set_flag(&self, flag: bool) {
        self.set(flag.into());
    }
    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }
    /// So many less.
    pub fn subtract(&self, less: u64) {
        self.0.fetch_sub(less, Ordering::Relaxed);
    }
    /// How much it shows.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts time spans by their length.
#[derive(Clone, Debug)]
pub struct Histogram(pub(super) Arc<Spans>);

/// One number for each bound and one for what is longer than all; a span is in the first bucket that it fits.
#[derive(Debug)]
pub(super) struct Spans {
    pub(super) bounds: &'static [Duration],
    pub(super) counts: Box<[AtomicU64]>,
    pub(super) nanos: AtomicU64,
}

impl Histogram {
    /// One more, of this length.
    pub fn record(&self, span: Duration) {
        let bucket = self.0.bounds.partition_point(|bound| *bound < span);
        if let Some(count) = self.0.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.0.nanos.fetch_add(nanos(span), Ordering::Relaxed);
    }
    /// Measures from now until [`Timer::stop`].
    pub fn timer(&self, clock: &Clock) -> Timer {
        Timer {
            histogram: self.clone(),
            clock: clock.clone(),
            began: clock.monotonic(),
        }
    }
    /// How many so far.
    pub fn count(&self) -> u64 {
        self.0
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .sum()
    }
}

/// A span that is being measured. Dropped without [`Timer::stop`] it counts as nothing.
#[derive(Debug)]
#[must_use = "only what is stopped is recorded"]
pub struct Timer {
    histogram: Histogram,
    clock: Clock,
    began: Duration,
}

impl Timer {
    /// Records how long it took.
    pub fn stop(self) {
        let span = self.clock.monotonic().saturating_sub(self.began);
        self.histogram.record(span);
    }
}

pub(super) fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

impl Instrument for Counter {}
impl Sealed for Counter {
    fn make(_: &Description) -> Self {
        Self::default()
    }
    fn value(&self) -> Value {
        Value::Counter(self.get())
    }
    fn wrap(family: Family<Self>) -> AnyFamily {
        AnyFamily::Counters(family)
    }
    fn unwrap(family: &AnyFamily) -> Option<Family<Self>> {
        match family {
            AnyFamily::Counters(family) => Some(family.clone()),
            AnyFamily::Gauges(_) | AnyFamily::Histograms(_) => None,
        }
    }
}

impl Instrument for Gauge {}
impl Sealed for Gauge {
    fn make(_: &Description) -> Self {
        Self::default()
    }
    fn value(&self) -> Value {
        Value::Gauge(self.get())
    }
    fn wrap(family: Family<Self>) -> AnyFamily {
        AnyFamily::Gauges(family)
    }
    fn unwrap(family: &AnyFamily) -> Option<Family<Self>> {
        match family {
            AnyFamily::Gauges(family) => Some(family.clone()),
            AnyFamily::Counters(_) | AnyFamily::Histograms(_) => None,
        }
    }
}

impl Instrument for Histogram {}
impl Sealed for Histogram {
    fn make(description: &Description) -> Self {
        let bounds = match description.kind {
            Kind::Histogram(bounds) => bounds,
            Kind::Counter | Kind::Gauge => &[],
        };
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Spans {
            bounds,
            counts,
            nanos: AtomicU64::new(0),
        }))
    }
    fn value(&self) -> Value {
        let counts = self.0.counts.iter();
        Value::Spans {
            bounds: self.0.bounds,
            counts: counts.map(|count| count.load(Ordering::Relaxed)).collect(),
            nanos: self.0.nanos.load(Ordering::Relaxed),
        }
    }
    fn wrap(family: Family<Self>) -> AnyFamily {
        AnyFamily::Histograms(family)
    }
    fn unwrap(family: &AnyFamily) -> Option<Family<Self>> {
        match family {
            AnyFamily::Histograms(family) => Some(family.clone()),
            AnyFamily::Counters(_) | AnyFamily::Gauges(_) => None,
        }
    }
}

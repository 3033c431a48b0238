//! All instruments of one metric, by the values of its labels.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{Counter, Gauge, Histogram, Instrument, declare::Description, locked};

/// The values of a metric's labels, in the order of their names.
pub(crate) type Labels = Vec<String>;

/// The instruments of one metric. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Family<I> {
    description: &'static Description,
    series: Arc<Mutex<BTreeMap<Labels, I>>>,
}

/// What a metric shows now.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) description: &'static Description,
    pub(crate) series: Vec<Series>,
}

/// One set of labels and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) labels: Labels,
    pub(crate) value: Value,
}

/// A number, in the smallest unit: nanoseconds where the unit is seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Counter(u64),
    Gauge(u64),
    /// How many spans are in each bucket alone; the last one has no bound.
    Spans {
        bounds: &'static [Duration],
        counts: Vec<u64>,
        nanos: u64,
    },
}

impl<I: Instrument> Family<I> {
    pub(super) fn new(description: &'static Description) -> Self {
        Self {
            description,
            series: Arc::default(),
        }
    }

    /// The instrument for these values, in the order of the labels' names; it shows from now on, at 0 if it is new.
    /// Keep it where much is recorded: this looks it up.
    pub fn with(&self, values: &[&str]) -> I {
        debug_assert_eq!(
            values.len(),
            self.description.labels.len(),
            "{} has the labels {:?}",
            self.description.name,
            self.description.labels
        );
        let labels: Labels = values.iter().map(|value| (*value).to_owned()).collect();
        locked(&self.series)
            .entry(labels)
            .or_insert_with(|| I::make(self.description))
            .clone()
    }

    /// Forgets the instruments whose values this does not want kept. Whoever still holds one records into nothing.
    pub fn keep(&self, mut wanted: impl FnMut(&[String]) -> bool) {
        locked(&self.series).retain(|labels, _| wanted(labels));
    }

    /// Forgets all.
    pub fn clear(&self) {
        locked(&self.series).clear();
    }

    fn read(&self) -> Reading {
        let series = locked(&self.series)
            .iter()
            .map(|(labels, instrument)| Series {
                labels: labels.clone(),
                value: instrument.value(),
            })
            .collect();
        Reading {
            description: self.description,
            series,
        }
    }
}

impl Family<Gauge> {
    /// Shows these values and no others, so that what is no more does not stay.
    pub fn replace(&self, values: impl IntoIterator<Item = (Vec<String>, u64)>) {
        let mut series = locked(&self.series);
        let mut fresh = BTreeMap::new();
        for (labels, value) in values {
            debug_assert_eq!(labels.len(), self.description.labels.len());
            let gauge = series.remove(&labels).unwrap_or_default();
            gauge.set(value);
            fresh.insert(labels, gauge);
        }
        *series = fresh;
    }
}

/// A family of any kind.
#[derive(Clone, Debug)]
pub enum AnyFamily {
    Counters(Family<Counter>),
    Gauges(Family<Gauge>),
    Histograms(Family<Histogram>),
}

impl AnyFamily {
    pub(super) fn read(&self) -> Reading {
        match self {
            Self::Counters(family) => family.read(),
            Self::Gauges(family) => family.read(),
            Self::Histograms(family) => family.read(),
        }
    }
}

//! `deploy/METRICS.md` as data. Another test holds it against the code, so what is in it is what weir shows.

use std::collections::{BTreeMap, BTreeSet};

use super::text;

/// The kind of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// May go down.
    Gauge,
    /// Goes up only, and begins anew with its program.
    Counter,
    /// Counted by bounds: `_bucket`, `_sum` and `_count`.
    Histogram,
}

/// One metric.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name without what a histogram adds.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its own labels: `job` and `instance` come from Prometheus.
    pub labels: BTreeSet<String>,
    /// The heading that it stands under, such as `Of the leader`.
    pub section: String,
}

/// All metrics, in the order of the list.
///
/// # Panics
/// When a row of the list is not as the others are.
pub fn metrics() -> Vec<Metric> {
    let mut section = String::new();
    let mut all = Vec::new();
    for line in text("deploy/METRICS.md").lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut section);
        }
        let Some(row) = line.strip_prefix("| `") else {
            continue;
        };
        let cells: Vec<&str> = row.split(" | ").collect();
        let kind = match cells.get(1).map(|kind| kind.trim()) {
            Some("gauge") => Some(Kind::Gauge),
            Some("counter") => Some(Kind::Counter),
            Some("histogram") => Some(Kind::Histogram),
            _ => None,
        };
        let labels = cells.get(2).into_iter().flat_map(|cell| cell.split(','));
        let labels = labels.map(|label| label.trim().trim_matches('`'));
        all.push(Metric {
            name: cells[0].trim_matches('`').to_owned(),
            kind: kind.expect("the second column says which kind it is"),
            labels: labels
                .filter(|label| !label.is_empty())
                .map(str::to_owned)
                .collect(),
            section: section.clone(),
        });
    }
    assert!(all.len() > 40, "the list has been read: {all:?}");
    all
}

/// What queries may ask for.
#[derive(Clone, Debug, Default)]
pub struct Known {
    metrics: BTreeMap<String, Metric>,
}

/// What Prometheus adds to each series.
const ADDED: [&str; 2] = ["job", "instance"];

impl Known {
    /// What weir shows, and what Prometheus says of its targets itself.
    pub fn of_weir() -> Self {
        let mut known = Self::default();
        for metric in metrics() {
            known.add(metric);
        }
        known.add(Metric {
            name: "up".to_owned(),
            kind: Kind::Gauge,
            labels: BTreeSet::new(),
            section: "Of Prometheus".to_owned(),
        });
        known
    }

    /// One more.
    pub fn add(&mut self, metric: Metric) {
        self.metrics.insert(metric.name.clone(), metric);
    }

    /// The metric behind the name of a series, and whether that is of a kind that only goes up.
    pub(super) fn find(&self, series: &str) -> Option<Series> {
        let plain = |name: &str, part: bool| {
            let metric = self.metrics.get(name)?;
            (part == (metric.kind == Kind::Histogram)).then_some(metric)
        };
        if let Some(metric) = plain(series, false) {
            return Some(Series {
                grows: metric.kind == Kind::Counter,
                labels: with_added(metric, None),
            });
        }
        let parts = [("_bucket", Some("le")), ("_sum", None), ("_count", None)];
        parts.into_iter().find_map(|(ending, more)| {
            let metric = plain(series.strip_suffix(ending)?, true)?;
            Some(Series {
                grows: true,
                labels: with_added(metric, more),
            })
        })
    }
}

/// What is known of a series.
pub(super) struct Series {
    /// Counters and the parts of histograms: only their rates mean anything.
    pub(super) grows: bool,
    /// All labels that it has.
    pub(super) labels: BTreeSet<String>,
}

fn with_added(metric: &Metric, more: Option<&str>) -> BTreeSet<String> {
    let mut labels = metric.labels.clone();
    // What a recording rule has added up has its own labels and no others.
    if !metric.name.contains(':') {
        labels.extend(ADDED.map(str::to_owned));
    }
    labels.extend(more.map(str::to_owned));
    labels
}

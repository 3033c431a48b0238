//! What a metric is called and means: the one place that names it, for the code, for readers and for dashboards.

use std::{marker::PhantomData, time::Duration};

use super::{Counter, Gauge, Histogram};

/// What a number counts, by the last word of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Time: kept in nanoseconds, shown in seconds (`_seconds`).
    Seconds,
    /// Bytes (`_bytes`).
    Bytes,
}

/// What can be done with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows, from 0 at the start of the program: look at its rate.
    Counter,
    /// It is what it is now.
    Gauge,
    /// Time spans, counted by length: the upper bounds of the buckets, in rising order. One without a bound follows.
    Histogram(&'static [Duration]),
}

impl Kind {
    /// Its word in the text format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

/// What a metric is called and means.
#[derive(Debug, PartialEq, Eq)]
pub struct Description {
    /// By the rules of Prometheus: `weir_` first, the unit last, `_total` behind it for counters.
    pub name: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// The names of its labels, in the order in which their values are given. The values must be few.
    pub labels: &'static [&'static str],
    /// Which kind of instrument it is.
    pub kind: Kind,
    /// Who has it.
    pub by: &'static str,
}

impl Description {
    /// The unit, which is told by the name.
    pub fn unit(&self) -> Unit {
        let base = self.name.strip_suffix("_total").unwrap_or(self.name);
        if base.ends_with("_seconds") {
            Unit::Seconds
        } else if base.ends_with("_bytes") {
            Unit::Bytes
        } else {
            Unit::Count
        }
    }

    /// What breaks the rules of names, if anything does.
    pub fn violation(&self) -> Option<String> {
        let name = self.name;
        let legal = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_lowercase())
                && text
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let wrong = if !legal(name) || !(name.starts_with("weir_") || name.starts_with("process_"))
        {
            "begins with weir_ or process_ and has small letters, digits and _"
        } else if (self.kind == Kind::Counter) != name.ends_with("_total") {
            "ends with _total if it is a counter, and only then"
        } else if matches!(self.kind, Kind::Histogram(_)) && self.unit() != Unit::Seconds {
            "ends with _seconds if it is a histogram, which has time spans"
        } else if ["_count", "_sum", "_bucket"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            "ends in no word that a histogram's parts end with"
        } else if self
            .labels
            .iter()
            .any(|label| !legal(label) || *label == "le")
        {
            "has labels of small letters, none of them le"
        } else if !self.help.ends_with('.') {
            "is explained by a sentence"
        } else {
            return None;
        };
        Some(format!("{name}: a metric's name {wrong}"))
    }
}

/// A metric, by the kind of its instruments. Made with [`metrics!`](crate::metrics!).
#[derive(Debug)]
pub struct Metric<I> {
    description: Description,
    kind: PhantomData<fn() -> I>,
}

impl<I> Metric<I> {
    const fn new(description: Description) -> Self {
        Self {
            description,
            kind: PhantomData,
        }
    }
    /// What it is called and means.
    pub const fn description(&self) -> &Description {
        &self.description
    }
}

/// The bounds that suit what takes between a millisecond and half an hour.
const SPANS: &[Duration] = &[
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_millis(2_500),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
];

macro_rules! declared {
    ($instrument:ty, $kind:expr) => {
        impl Metric<$instrument> {
            /// See [`metrics!`](crate::metrics!).
            pub const fn declare(
                name: &'static str,
                labels: &'static [&'static str],
                help: &'static str,
                by: &'static str,
            ) -> Self {
                Self::new(Description {
                    name,
                    help,
                    labels,
                    kind: $kind,
                    by,
                })
            }
        }
    };
}
declared!(Counter, Kind::Counter);
declared!(Gauge, Kind::Gauge);
declared!(Histogram, Kind::Histogram(SPANS));

/// Declares metrics, and a list of all that were declared together, so that none of them can be left out of it.
///
/// ```
/// weir_runtime::metrics! {
///     /// What a baker has to say.
///     pub BAKERY by "each baker";
///     LOAVES: Counter = "weir_loaves_total" ["kind"], "Loaves that were baked.";
///     HEAT: Gauge = "weir_oven_degrees" [], "How hot the oven is.";
/// }
/// let meter = weir_runtime::metrics::Meter::new();
/// meter.family(&LOAVES).with(&["rye"]).add(3);
/// assert!(meter.to_text().contains("weir_loaves_total{kind=\"rye\"} 3\n"));
/// assert_eq!(BAKERY.len(), 2);
/// ```
#[macro_export]
macro_rules! metrics {
    (
        $(#[$doc:meta])* $visible:vis $group:ident by $by:literal;
        $($metric:ident: $kind:ident = $name:literal [$($label:literal),*], $help:literal;)*
    ) => {
        $(
            #[doc = $help]
            $visible static $metric: $crate::metrics::Metric<$crate::metrics::$kind> =
                $crate::metrics::Metric::<$crate::metrics::$kind>::declare($name, &[$($label),*], $help, $by);
        )*
        $(#[$doc])*
        $visible static $group: &[&$crate::metrics::Description] = &[$($metric.description()),*];
    };
}

/// The metrics as tables, one for each who has them, in the order in which they are given.
pub fn to_markdown<'a>(metrics: impl IntoIterator<Item = &'a &'static Description>) -> String {
    let mut lines = Vec::new();
    let mut by = "";
    for metric in metrics {
        if metric.by != by {
            by = metric.by;
            lines.push(format!("\n## Of {by}\n"));
            lines.push("| name | kind | labels | meaning |".to_owned());
            lines.push("| --- | --- | --- | --- |".to_owned());
        }
        let labels = metric.labels.iter().map(|label| format!("`{label}`"));
        let labels: Vec<String> = labels.collect();
        let (name, kind, labels) = (metric.name, metric.kind.as_str(), labels.join(", "));
        lines.push(format!(
            "| `{name}` | {kind} | {labels} | {} |",
            metric.help
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

//! The text format of Prometheus, version 0.0.4.

use std::fmt::Write as _;

use super::{
    Unit,
    declare::Description,
    family::{Reading, Value},
};

/// The content type of what [`render`] makes.
pub(crate) const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn render(readings: &[Reading]) -> String {
    let mut out = String::new();
    for Reading {
        description,
        series,
    } in readings
    {
        let Description {
            name, help, kind, ..
        } = description;
        line(
            &mut out,
            format_args!("# HELP {name} {}", escaped(help, false)),
        );
        line(&mut out, format_args!("# TYPE {name} {}", kind.as_str()));
        for one in series {
            let labels = Pairs {
                names: description.labels,
                values: &one.labels,
            };
            match &one.value {
                Value::Counter(value) | Value::Gauge(value) => {
                    let value = number(*value, description.unit());
                    line(
                        &mut out,
                        format_args!("{name}{} {value}", labels.with(None)),
                    );
                }
                Value::Spans {
                    bounds,
                    counts,
                    nanos,
                } => {
                    let mut sum = 0;
                    let ends = bounds
                        .iter()
                        .map(|bound| number(super::instrument::nanos(*bound), Unit::Seconds));
                    for (end, count) in ends.chain(["+Inf".to_owned()]).zip(counts) {
                        sum += count;
                        line(
                            &mut out,
                            format_args!("{name}_bucket{} {sum}", labels.with(Some(&end))),
                        );
                    }
                    let nanos = number(*nanos, Unit::Seconds);
                    line(
                        &mut out,
                        format_args!("{name}_sum{} {nanos}", labels.with(None)),
                    );
                    line(
                        &mut out,
                        format_args!("{name}_count{} {sum}", labels.with(None)),
                    );
                }
            }
        }
    }
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a text can always grow");
}

struct Pairs<'a> {
    names: &'a [&'static str],
    values: &'a [String],
}

impl Pairs<'_> {
    fn with(&self, le: Option<&str>) -> String {
        let pairs = self
            .names
            .iter()
            .copied()
            .zip(self.values.iter().map(String::as_str));
        let pairs: Vec<String> = pairs
            .chain(le.map(|le| ("le", le)))
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value, true)))
            .collect();
        if pairs.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", pairs.join(","))
        }
    }
}

fn escaped(text: &str, quotes: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if quotes {
        text.replace('"', "\\\"")
    } else {
        text
    }
}

/// Nanoseconds as seconds, without a loss that a binary fraction would have.
fn number(value: u64, unit: Unit) -> String {
    match unit {
        Unit::Count | Unit::Bytes => value.to_string(),
        Unit::Seconds => {
            let text = format!("{}.{:09}", value / 1_000_000_000, value % 1_000_000_000);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

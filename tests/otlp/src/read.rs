//! The messages of the protocol as plain values.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::{
    collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
    common::v1::{AnyValue, KeyValue, any_value},
    metrics::v1::{Metric, metric, number_data_point},
    resource::v1::Resource,
    trace::v1::Span as Sent,
};

/// Names with values as texts; an array is its values with commas.
type Attributes = BTreeMap<String, String>;

/// A span, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "its id is called that everywhere"
)]
pub struct Span {
    /// In hexadecimal digits.
    pub trace_id: String,
    /// In hexadecimal digits.
    pub span_id: String,
    /// In hexadecimal digits; empty for a root.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// By the protocol: 1 is internal, 5 a consumer.
    pub kind: i32,
    /// The W3C flags and what OTLP adds.
    pub flags: u32,
    /// Nanoseconds since 1970-01-01 UTC.
    pub start: u64,
    /// Likewise.
    pub end: u64,
    /// By the protocol: 0 unset, 1 ok, 2 error.
    pub status: i32,
    /// The words of the status.
    pub message: String,
    /// What is known of it.
    pub attributes: Attributes,
    /// What happened in it.
    pub events: Vec<Event>,
    /// Other spans: trace and span.
    pub links: Vec<(String, String)>,
    /// Who has sent it.
    pub resource: Attributes,
}

/// Something that happened in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub name: String,
    /// When, in nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// What is known of it.
    pub attributes: Attributes,
}

/// The latest value of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The metric's name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The labels.
    pub labels: Attributes,
    /// The value.
    pub reading: Reading,
    /// Who has sent it.
    pub resource: Attributes,
}

/// The value of a series.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A sum that only grows.
    Sum(f64),
    /// A value as it is now.
    Gauge(f64),
    /// A distribution.
    Histogram {
        /// How many.
        count: u64,
        /// Of all together.
        sum: f64,
        /// The bounds and the count of each bucket, the last of which has no bound.
        buckets: Vec<(Option<f64>, u64)>,
    },
}

pub(crate) fn spans(request: ExportTraceServiceRequest) -> Vec<Span> {
    let mut spans = Vec::new();
    for of in request.resource_spans {
        let resource = resource(of.resource);
        for scope in of.scope_spans {
            spans.extend(scope.spans.into_iter().map(|sent| span(sent, &resource)));
        }
    }
    spans
}

fn span(sent: Sent, resource: &Attributes) -> Span {
    let status = sent.status.unwrap_or_default();
    let events = sent.events.into_iter().map(|event| Event {
        name: event.name,
        at: event.time_unix_nano,
        attributes: attributes(event.attributes),
    });
    let links = sent.links.iter();
    Span {
        trace_id: hex(&sent.trace_id),
        span_id: hex(&sent.span_id),
        parent: hex(&sent.parent_span_id),
        name: sent.name,
        kind: sent.kind,
        flags: sent.flags,
        start: sent.start_time_unix_nano,
        end: sent.end_time_unix_nano,
        status: status.code,
        message: status.message,
        attributes: attributes(sent.attributes),
        events: events.collect(),
        links: links
            .map(|link| (hex(&link.trace_id), hex(&link.span_id)))
            .collect(),
        resource: resource.clone(),
    }
}

pub(crate) fn points(request: ExportMetricsServiceRequest) -> Vec<Point> {
    let mut points = Vec::new();
    for of in request.resource_metrics {
        let resource = resource(of.resource);
        for metric in of.scope_metrics.into_iter().flat_map(|scope| scope.metrics) {
            points.extend(
                readings(&metric)
                    .into_iter()
                    .map(|(labels, reading)| Point {
                        name: metric.name.clone(),
                        unit: metric.unit.clone(),
                        labels,
                        reading,
                        resource: resource.clone(),
                    }),
            );
        }
    }
    points
}

fn readings(metric: &Metric) -> Vec<(Attributes, Reading)> {
    let number = |value: &Option<number_data_point::Value>| match value {
        #[expect(clippy::cast_precision_loss, reason = "tests have small numbers")]
        Some(number_data_point::Value::AsInt(number)) => *number as f64,
        Some(number_data_point::Value::AsDouble(number)) => *number,
        None => f64::NAN,
    };
    match &metric.data {
        Some(metric::Data::Sum(sum)) => sum
            .data_points
            .iter()
            .map(|point| {
                (
                    attributes(point.attributes.clone()),
                    Reading::Sum(number(&point.value)),
                )
            })
            .collect(),
        Some(metric::Data::Gauge(gauge)) => gauge
            .data_points
            .iter()
            .map(|point| {
                (
                    attributes(point.attributes.clone()),
                    Reading::Gauge(number(&point.value)),
                )
            })
            .collect(),
        Some(metric::Data::Histogram(histogram)) => histogram
            .data_points
            .iter()
            .map(|point| {
                let bounds = point
                    .explicit_bounds
                    .iter()
                    .copied()
                    .map(Some)
                    .chain([None]);
                let reading = Reading::Histogram {
                    count: point.count,
                    sum: point.sum.unwrap_or_default(),
                    buckets: bounds.zip(point.bucket_counts.iter().copied()).collect(),
                };
                (attributes(point.attributes.clone()), reading)
            })
            .collect(),
        Some(metric::Data::ExponentialHistogram(_) | metric::Data::Summary(_)) | None => Vec::new(),
    }
}

fn resource(resource: Option<Resource>) -> Attributes {
    attributes(resource.unwrap_or_default().attributes)
}

fn attributes(pairs: Vec<KeyValue>) -> Attributes {
    let pairs = pairs.into_iter();
    pairs
        .map(|pair| (pair.key, text(pair.value.unwrap_or_default())))
        .collect()
}

fn text(value: AnyValue) -> String {
    match value.value {
        Some(any_value::Value::StringValue(text)) => text,
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        Some(any_value::Value::DoubleValue(number)) => number.to_string(),
        Some(any_value::Value::BoolValue(flag)) => flag.to_string(),
        Some(any_value::Value::ArrayValue(array)) => {
            let texts: Vec<String> = array.values.into_iter().map(text).collect();
            texts.join(",")
        }
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    text
}

//! Sends the metrics, at a pace: what `/metrics` shows, as OTLP has it.

use std::{sync::Arc, time::Duration};

use opentelemetry_proto::tonic::{
    collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse},
    common::v1::KeyValue,
    metrics::v1::{
        AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
        ResourceMetrics, ScopeMetrics, Sum, metric, number_data_point,
    },
};
use tokio_util::sync::CancellationToken;

use super::{
    LAST_WORD,
    collector::{Answer, Collector, ExportError, Partial},
    resource::{self, Speaker},
    signal::{Numbers, Signal},
    wire::nanos,
};
use crate::{
    Clock, Meter,
    metrics::{Description, Kind, Reading, Series, Unit, Value},
};

/// How often they are sent at most.
const INTERVAL_MIN: Duration = Duration::from_secs(1);

/// The task that sends them.
#[derive(Debug)]
pub(super) struct Sender {
    pub(super) collector: Arc<Collector>,
    pub(super) speaker: Speaker,
    pub(super) meter: Meter,
    pub(super) clock: Clock,
    pub(super) interval: Duration,
}

impl Sender {
    /// Sends until `stop`, and then once more. A reading that is not taken is not kept: the next one has all that it had.
    pub(super) async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let numbers = self.collector.numbers(Signal::Metrics);
        let began = nanos(self.clock.now());
        let mut ticks = self.clock.ticks(self.interval.max(INTERVAL_MIN));
        let mut failing = false;
        loop {
            let stopped = tokio::select! {
                () = stop.cancelled() => true,
                () = ticks.tick() => false,
            };
            let sending = self.send(&numbers, began);
            if stopped {
                drop(self.clock.timeout(LAST_WORD, sending).await);
                return Ok(());
            }
            let sent = tokio::select! {
                () = stop.cancelled() => continue,
                sent = sending => sent,
            };
            let fails = sent.is_err();
            match sent {
                Ok(()) if failing => tracing::info!("the collector takes metrics again"),
                Ok(()) => {}
                Err(error) if failing => tracing::debug!(%error, "metrics are still not taken"),
                Err(error) => tracing::warn!(%error, "metrics are not taken; going on trying"),
            }
            failing = fails;
        }
    }

    async fn send(&self, numbers: &Numbers, began: u64) -> Result<(), ExportError> {
        let now = nanos(self.clock.now());
        let (metrics, points) = metrics(&self.meter.read(), began, now);
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(self.speaker.resource()),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(resource::scope()),
                    metrics,
                    ..ScopeMetrics::default()
                }],
                ..ResourceMetrics::default()
            }],
        };
        self.collector
            .send::<ExportMetricsServiceResponse>(numbers, &request, points)
            .await
    }
}

impl Answer for ExportMetricsServiceResponse {
    fn partial(self) -> Partial {
        let told = self.partial_success.unwrap_or_default();
        Partial {
            rejected: u64::try_from(told.rejected_data_points).unwrap_or_default(),
            message: told.error_message,
        }
    }
}

/// The metrics, and how many points they have.
fn metrics(readings: &[Reading], began: u64, now: u64) -> (Vec<Metric>, u64) {
    let points = readings
        .iter()
        .map(|reading| reading.series.len())
        .sum::<usize>();
    let metrics = readings.iter().map(|reading| {
        let Reading {
            description,
            series,
        } = reading;
        let span = Span { began, now };
        Metric {
            name: description.name.trim_end_matches("_total").to_owned(),
            description: description.help.to_owned(),
            unit: unit(description).to_owned(),
            data: Some(data(description, series, span)),
            ..Metric::default()
        }
    });
    (metrics.collect(), u64::try_from(points).unwrap_or(u64::MAX))
}

#[derive(Clone, Copy)]
struct Span {
    began: u64,
    now: u64,
}

/// By UCUM, as OpenTelemetry wants it.
fn unit(description: &Description) -> &'static str {
    match description.unit() {
        Unit::Count => "1",
        Unit::Seconds => "s",
        Unit::Bytes => "By",
    }
}

fn data(description: &Description, series: &[Series], span: Span) -> metric::Data {
    let temporality = i32::from(AggregationTemporality::Cumulative);
    match description.kind {
        Kind::Counter => metric::Data::Sum(Sum {
            data_points: series
                .iter()
                .filter_map(|one| number(description, one, span))
                .collect(),
            aggregation_temporality: temporality,
            is_monotonic: true,
        }),
        Kind::Gauge => metric::Data::Gauge(Gauge {
            data_points: series
                .iter()
                .filter_map(|one| number(description, one, span))
                .collect(),
        }),
        Kind::Histogram(_) => metric::Data::Histogram(Histogram {
            data_points: series
                .iter()
                .filter_map(|one| spans(description, one, span))
                .collect(),
            aggregation_temporality: temporality,
        }),
    }
}

fn number(description: &Description, series: &Series, span: Span) -> Option<NumberDataPoint> {
    let (began, value) = match series.value {
        Value::Counter(value) => (span.began, value),
        Value::Gauge(value) => (0, value),
        Value::Spans { .. } => return None,
    };
    let value = match description.unit() {
        Unit::Seconds => {
            number_data_point::Value::AsDouble(Duration::from_nanos(value).as_secs_f64())
        }
        Unit::Count | Unit::Bytes => {
            number_data_point::Value::AsInt(i64::try_from(value).unwrap_or(i64::MAX))
        }
    };
    Some(NumberDataPoint {
        attributes: labels(description, series),
        start_time_unix_nano: began,
        time_unix_nano: span.now,
        value: Some(value),
        ..NumberDataPoint::default()
    })
}

fn spans(description: &Description, series: &Series, span: Span) -> Option<HistogramDataPoint> {
    let Value::Spans {
        bounds,
        counts,
        nanos,
    } = &series.value
    else {
        return None;
    };
    Some(HistogramDataPoint {
        attributes: labels(description, series),
        start_time_unix_nano: span.began,
        time_unix_nano: span.now,
        count: counts.iter().sum(),
        sum: Some(Duration::from_nanos(*nanos).as_secs_f64()),
        bucket_counts: counts.clone(),
        explicit_bounds: bounds.iter().map(Duration::as_secs_f64).collect(),
        ..HistogramDataPoint::default()
    })
}

fn labels(description: &Description, series: &Series) -> Vec<KeyValue> {
    let pairs = description.labels.iter().zip(&series.labels);
    pairs
        .map(|(name, value)| resource::text(name, value))
        .collect()
}

#[cfg(test)]
mod tests;

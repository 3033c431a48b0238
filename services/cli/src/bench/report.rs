//! What `weir bench` reports: one object for programs, a few lines for people.

use std::time::Duration;

use serde::Serialize;

use super::percentiles::Samples;
use crate::table::Table;

/// All figures. A figure that was not measured is `null`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    /// Runs per round.
    pub(super) runs: u64,
    pub(super) rounds: u32,
    /// Whether one run was under way at a time.
    pub(super) idle: bool,
    pub(super) workers: u32,
    /// The pool's concurrency limit.
    pub(super) limit: u32,
    /// Records about runs in the streams, per run.
    pub(super) events_per_life: f64,
    pub(super) requests_per_s: f64,
    pub(super) lives_per_s: f64,
    pub(super) ceiling_events_per_s: Option<f64>,
    /// `lives_per_s` × `events_per_life` ÷ `ceiling_events_per_s`.
    pub(super) ceiling_ratio: Option<f64>,
    /// One plain publish after the other, the median, by our clock.
    pub(super) publish_round_trip_us: f64,
    pub(super) sync: &'static str,
    pub(super) server_version: String,
    pub(super) request_to_claimed_ms: Option<Latency>,
    pub(super) claimed_to_started_ms: Option<Latency>,
    pub(super) request_to_started_ms: Option<Latency>,
    /// From a slot's release to the claim that got it.
    pub(super) handover_ms: Option<Latency>,
    /// Processor time per run of this program and of the broker, in microseconds.
    pub(super) weir_cpu_us_per_life: Option<f64>,
    pub(super) broker_cpu_us_per_life: Option<f64>,
}

/// Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Latency {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
}

impl Latency {
    /// `None` if there are no samples.
    pub(super) fn of(samples: Vec<Duration>) -> Option<Self> {
        let samples = Samples::new(samples);
        Some(Self {
            p50: millis(samples.percentile(50)?),
            p99: millis(samples.percentile(99)?),
            max: millis(samples.max()?),
        })
    }
}

/// Milliseconds to the microsecond.
fn millis(span: Duration) -> f64 {
    round(span.as_secs_f64() * 1e3, 3)
}

/// Rounded to some decimals: no more than was measured.
pub(super) fn round(figure: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (figure * scale).round() / scale
}

/// How many per second.
pub(super) fn per_second(count: f64, span: Duration) -> f64 {
    if span.is_zero() {
        0.0
    } else {
        count / span.as_secs_f64()
    }
}

impl Report {
    /// For people.
    pub(super) fn table(&self) -> Table {
        let mut table = Table::of_fields();
        let mode = if self.idle {
            "one at a time"
        } else {
            "all at once"
        };
        table.field(
            "nats-server",
            format!("{}, sync: {}", self.server_version, self.sync),
        );
        let workers = if self.workers == 1 {
            "1 worker".to_owned()
        } else {
            format!("{} workers", self.workers)
        };
        table.field(
            "runs",
            format!(
                "{} × {}, {mode}; {workers}, limit {}",
                self.rounds, self.runs, self.limit
            ),
        );
        table.field(
            "requests accepted",
            format!("{:.0} /s", self.requests_per_s),
        );
        table.field(
            "complete lives",
            format!(
                "{:.0} /s of {:.2} events each",
                self.lives_per_s, self.events_per_life
            ),
        );
        if let (Some(ceiling), Some(ratio)) = (self.ceiling_events_per_s, self.ceiling_ratio) {
            table.field(
                "broker's ceiling",
                format!("{ceiling:.0} events/s, plain publishes"),
            );
            table.field("of the ceiling", format!("{ratio:.3}"));
        }
        table.field(
            "publish round trip",
            format!("{:.0} µs", self.publish_round_trip_us),
        );
        for (name, latency) in [
            ("request → claimed", self.request_to_claimed_ms),
            ("claimed → started", self.claimed_to_started_ms),
            ("request → started", self.request_to_started_ms),
            ("slot free → next claimed", self.handover_ms),
        ] {
            if let Some(Latency { p50, p99, max }) = latency {
                table.field(
                    name,
                    format!("p50 {p50:.2} ms   p99 {p99:.2} ms   max {max:.2} ms"),
                );
            }
        }
        if let (Some(weir), Some(broker)) = (self.weir_cpu_us_per_life, self.broker_cpu_us_per_life)
        {
            table.field(
                "processor per life",
                format!("{weir:.0} µs here, {broker:.0} µs in the broker"),
            );
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let latency = Latency::of((1..=100).map(Duration::from_micros).collect());
        Report {
            runs: 20_000,
            rounds: 3,
            idle: false,
            workers: 1,
            limit: 256,
            events_per_life: 5.0,
            requests_per_s: 9000.0,
            lives_per_s: 3000.0,
            ceiling_events_per_s: Some(60_000.0),
            ceiling_ratio: Some(0.25),
            publish_round_trip_us: 120.0,
            sync: "server default",
            server_version: "2.15.1".to_owned(),
            request_to_claimed_ms: latency,
            claimed_to_started_ms: latency,
            request_to_started_ms: latency,
            handover_ms: None,
            weir_cpu_us_per_life: None,
            broker_cpu_us_per_life: None,
        }
    }

    #[test]
    fn programs_find_every_figure_under_its_name() {
        let json = serde_json::to_value(report()).unwrap();
        for key in [
            "runs",
            "events_per_life",
            "requests_per_s",
            "lives_per_s",
            "ceiling_events_per_s",
            "ceiling_ratio",
            "publish_round_trip_us",
            "sync",
            "server_version",
            "request_to_claimed_ms",
            "claimed_to_started_ms",
            "request_to_started_ms",
            "handover_ms",
        ] {
            assert!(json.get(key).is_some(), "{key} is missing in {json}");
        }
        assert_eq!(
            json["request_to_claimed_ms"],
            serde_json::json!({ "p50": 0.05, "p99": 0.099, "max": 0.1 })
        );
    }

    #[test]
    fn people_see_what_was_measured_and_nothing_else() {
        let text = report().table().render(false);
        assert!(
            text.contains("3000 /s of 5.00 events each") && text.contains("0.250"),
            "{text}"
        );
        assert!(
            !text.contains("slot free") && !text.contains("processor"),
            "{text}"
        );
    }

    #[test]
    fn nothing_in_no_time_is_no_rate() {
        assert!(per_second(5.0, Duration::ZERO).abs() < f64::EPSILON);
        assert!((per_second(5.0, Duration::from_millis(500)) - 10.0).abs() < f64::EPSILON);
    }
}

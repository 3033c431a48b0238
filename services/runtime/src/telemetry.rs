//! What a program sends to an OTLP collector: its metrics, the spans of runs, and spans of its own work.
//!
//! Three ways with three promises. Spans of runs are made from the log and sent until they are accepted; whoever makes
//! them keeps its place in the log ([`RunSpans`]). Metrics are cumulative, so a reading that is lost is made good by the
//! next. The services' own spans are a sample, and may be dropped. None of them can hold up what the program is for.

mod collector;
mod config;
mod numbers;
mod resource;
mod runs;
mod sampling;
mod service;
mod signal;
mod wire;

use std::{sync::Arc, time::Duration};

use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, registry::LookupSpan};

pub use collector::{ExportError, SetUpError};
pub use config::{
    Endpoint, NotAnEndpoint, Pairs, Protocol, Rate, Ratio, SignalConfig, TelemetryConfig, VARIABLES,
};
pub use runs::RunSpans;

use self::{
    collector::Collector,
    config::Target,
    resource::Speaker,
    sampling::{Chosen, Gate, Sample},
    service::ServiceSpans,
    signal::Numbers,
};
use crate::{Clock, Meter, Tasks, metrics::process};

/// How long the last things that are sent at the end of a program may take.
const LAST_WORD: Duration = Duration::from_secs(2);

/// What a program tells of itself, and to whom. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Telemetry {
    meter: Meter,
    clock: Clock,
    interval: Duration,
    sample: (Ratio, Rate),
    speaker: Speaker,
    /// Where metrics go.
    metrics: Option<Arc<Collector>>,
    /// Where spans go.
    spans: Option<Out>,
}

impl Default for Telemetry {
    /// Instruments that nobody reads, and nothing is sent.
    fn default() -> Self {
        let config = TelemetryConfig::default();
        Self {
            meter: Meter::new(),
            clock: Clock::system(),
            interval: config.metrics_interval,
            sample: (config.sample_ratio, config.sample_rate),
            speaker: Speaker::new(&config, "weir", ""),
            metrics: None,
            spans: None,
        }
    }
}

#[derive(Clone, Debug)]
struct Out {
    collector: Arc<Collector>,
    service: Arc<ServiceSpans>,
}

impl Telemetry {
    /// For a program that is this service, such as `weir-scheduler`, in this instance, such as `host-3-4711`. Nothing is
    /// sent before [`Telemetry::start`].
    ///
    /// # Errors
    /// [`SetUpError`] when the settings lead nowhere.
    pub fn new(
        config: &TelemetryConfig,
        service: &str,
        instance: &str,
        clock: Clock,
    ) -> Result<Self, SetUpError> {
        let meter = Meter::new();
        process::observe(&meter, &clock);
        Numbers::show_all(&meter);
        let collector = |target: Option<Target>| {
            let made = target.map(|target| Collector::new(target, clock.clone(), meter.clone()));
            made.transpose().map(|made| made.map(Arc::new))
        };
        let metrics = collector(config.metrics_target())?;
        let spans = collector(config.traces_target())?.map(|collector| Out {
            collector,
            service: Arc::new(ServiceSpans::new(meter.single(&process::DROPPED))),
        });
        Ok(Self {
            speaker: Speaker::new(config, service, instance),
            interval: config.metrics_interval,
            sample: (config.sample_ratio, config.sample_rate),
            meter,
            clock,
            metrics,
            spans,
        })
    }

    /// The program's instruments.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The way of the spans of runs; `None` without a collector.
    pub fn run_spans(&self) -> Option<RunSpans> {
        let out = self.spans.as_ref()?;
        Some(RunSpans::new(Arc::clone(&out.collector), &self.speaker))
    }

    /// Begins to send; once.
    pub fn start(&self, tasks: &mut Tasks) {
        if let Some(collector) = &self.metrics {
            tracing::info!(url = %collector.url(), "sends metrics");
            let metrics = numbers::Sender {
                collector: Arc::clone(collector),
                speaker: self.speaker.clone(),
                meter: self.meter.clone(),
                clock: self.clock.clone(),
                interval: self.interval,
            };
            tasks.spawn("metrics", |stop| metrics.run(stop));
        }
        let Some(Out { collector, service }) = &self.spans else {
            return;
        };
        tracing::info!(url = %collector.url(), "sends traces");
        let spans = service.sender(Arc::clone(collector), &self.speaker, self.clock.clone());
        if let Some(spans) = spans {
            tasks.spawn("service spans", |stop| spans.run(stop));
        }
    }

    /// Makes spans of OpenTelemetry of some of the spans of weir's own code; and what keeps the others from being made, which
    /// has to be the outermost layer. `lines` is the most that the lines of the log may want.
    pub(crate) fn layers<S>(
        &self,
        lines: LevelFilter,
    ) -> Option<(impl Layer<S> + Send + Sync + use<S>, Gate)>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let (share, rate) = self.sample;
        let sample = Sample::of(share, rate.get(), self.clock.clone(), lines)?;
        let tracer = self.spans.as_ref()?.service.tracer();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        let gate = Gate(Arc::clone(&sample));
        Some((layer.with_filter(Chosen(sample)), gate))
    }
}

#[cfg(test)]
mod tests;

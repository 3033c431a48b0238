//! Sends the services' own spans: as many as there is room for. They are for whoever looks into weir itself, so what
//! would make it slower or larger is dropped, and counted.
//!
//! The SDK's batch processor is not used: it does not tell how much it drops, and it cannot work with an asynchronous
//! HTTP client.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry::{Context, trace::TracerProvider as _};
use opentelemetry_proto::{
    tonic::{
        Attributes,
        collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    },
    transform::{
        common::tonic::ResourceAttributesWithSchema,
        trace::tonic::group_spans_by_resource_and_scope,
    },
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{Sampler, SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    LAST_WORD,
    collector::{Collector, ExportError},
    resource::Speaker,
    signal::{Numbers, Signal},
};
use crate::{
    Backoff, Clock,
    metrics::{Counter, locked},
};

/// Spans that may wait for the collector. More are dropped.
const WAITING_MAX: usize = 4_096;
/// The most in one request.
const BATCH_MAX: usize = 512;
/// How long the first of a batch waits for others.
const BATCH_WAIT: Duration = Duration::from_secs(2);
/// How often a batch is tried before it is dropped.
const TRIES_MAX: u32 = 3;

/// Where spans wait, from the tracer's side.
#[derive(Debug)]
struct Queue {
    waiting: mpsc::Sender<SpanData>,
    dropped: Counter,
}

impl SpanProcessor for Queue {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.waiting.try_send(span).is_err() {
            self.dropped.increment();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// The services' own spans, from where they are made to where they wait.
#[derive(Debug)]
pub(super) struct ServiceSpans {
    provider: SdkTracerProvider,
    waiting: Mutex<Option<mpsc::Receiver<SpanData>>>,
    dropped: Counter,
}

impl ServiceSpans {
    /// Keeps all that it is given, as far as there is room.
    pub(super) fn new(dropped: Counter) -> Self {
        let (sender, waiting) = mpsc::channel(WAITING_MAX);
        let queue = Queue {
            waiting: sender,
            dropped: dropped.clone(),
        };
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::AlwaysOn)
            .with_resource(Resource::builder_empty().build())
            .with_span_processor(queue)
            .build();
        Self {
            provider,
            waiting: Mutex::new(Some(waiting)),
            dropped,
        }
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.provider.tracer("weir")
    }

    /// The task that sends them; once.
    pub(super) fn sender(
        &self,
        collector: Arc<Collector>,
        speaker: &Speaker,
        clock: Clock,
    ) -> Option<Sender> {
        let waiting = locked(&self.waiting).take()?;
        Some(Sender {
            waiting,
            numbers: collector.numbers(Signal::Service),
            collector,
            resource: ResourceAttributesWithSchema {
                attributes: Attributes(speaker.resource().attributes),
                schema_url: None,
            },
            clock,
            dropped: self.dropped.clone(),
        })
    }
}

/// See [`ServiceSpans::sender`].
#[derive(Debug)]
pub(super) struct Sender {
    waiting: mpsc::Receiver<SpanData>,
    numbers: Numbers,
    collector: Arc<Collector>,
    resource: ResourceAttributesWithSchema,
    clock: Clock,
    dropped: Counter,
}

impl Sender {
    /// Sends until `stop`, and then what is left, for a moment.
    pub(super) async fn run(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.fill(&mut batch) => {}
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.send(&batch) => batch.clear(),
            }
        }
        while batch.len() < WAITING_MAX
            && let Ok(span) = self.waiting.try_recv()
        {
            batch.push(span);
        }
        if !batch.is_empty() {
            drop(self.clock.timeout(LAST_WORD, self.try_once(&batch)).await);
        }
        Ok(())
    }

    /// Waits for the first and a while for others. Dropped, it leaves in the batch what it has.
    async fn fill(&mut self, batch: &mut Vec<SpanData>) {
        self.waiting.recv_many(batch, BATCH_MAX).await;
        let until = self.clock.monotonic() + BATCH_WAIT;
        while batch.len() < BATCH_MAX {
            let room = BATCH_MAX - batch.len();
            let left = until.saturating_sub(self.clock.monotonic());
            let more = self.waiting.recv_many(batch, room);
            if self.clock.timeout(left, more).await.is_err() {
                break;
            }
        }
    }

    async fn send(&self, batch: &[SpanData]) {
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
        for _ in 0..TRIES_MAX {
            match self.try_once(batch).await {
                Ok(()) => return,
                Err(ExportError::Unavailable { after, .. }) => {
                    let delay = backoff.next_delay().max(after.unwrap_or_default());
                    self.clock.sleep(delay).await;
                }
                Err(
                    error @ (ExportError::Refused { .. }
                    | ExportError::TooLarge { .. }
                    | ExportError::Invalid { .. }),
                ) => {
                    tracing::debug!(%error, "spans of this service are dropped");
                    break;
                }
            }
        }
        self.dropped
            .add(u64::try_from(batch.len()).unwrap_or(u64::MAX));
    }

    async fn try_once(&self, batch: &[SpanData]) -> Result<(), ExportError> {
        let request = ExportTraceServiceRequest {
            resource_spans: group_spans_by_resource_and_scope(batch.to_vec(), &self.resource),
        };
        let items = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        self.collector
            .send::<ExportTraceServiceResponse>(&self.numbers, &request, items)
            .await
    }
}

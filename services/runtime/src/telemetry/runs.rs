//! Sends the spans of runs: all of them, or it says that it has not.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use weir_core::trace::Span;

use super::{
    collector::{Answer, Collector, ExportError, Partial},
    resource::{self, Speaker},
    signal::{Numbers, Signal},
    wire::{Written, buffer_of},
};
use crate::metrics::locked;

/// The most spans in one request, and the most bytes of them: collectors bound what they take at once, by 20 MiB where
/// nothing else is said.
const SPANS_MAX: usize = 2_048;
const BYTES_MAX: usize = 4 << 20;

/// Takes the spans of runs to the collector. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RunSpans {
    collector: Arc<Collector>,
    /// What each request says of who sends it, as bytes.
    resource: Arc<[u8]>,
    scope: Arc<[u8]>,
    numbers: Numbers,
    /// What the last request was written into.
    buffer: Arc<Mutex<Vec<u8>>>,
}

impl RunSpans {
    pub(super) fn new(collector: Arc<Collector>, speaker: &Speaker) -> Self {
        Self {
            numbers: collector.numbers(Signal::Run),
            collector,
            resource: speaker.resource_of_runs().encode_to_vec().into(),
            scope: resource::scope().encode_to_vec().into(),
            buffer: Arc::default(),
        }
    }

    /// Sends these spans, in requests of a size that collectors take. `Ok`: the collector has accepted each request. What
    /// it says to have thrown away of one (partial success) is counted and logged and will not be asked for again.
    ///
    /// Nothing is tried again here, and nothing is kept: whoever calls does that, with the same spans.
    ///
    /// # Errors
    /// [`ExportError`] of the first request that was not accepted. Earlier ones were; they may be sent again, since the
    /// same spans have the same ids.
    pub async fn export(&self, spans: &[Span]) -> Result<(), ExportError> {
        let buffer = std::mem::take(&mut *locked(&self.buffer));
        for part in parts(spans, buffer, &self.resource, &self.scope) {
            let items = u64::try_from(part.spans()).unwrap_or(u64::MAX);
            let request = part.request(&self.resource, &self.scope);
            let sent = self
                .collector
                .send_bytes::<ExportTraceServiceResponse>(&self.numbers, request.clone(), items)
                .await;
            *locked(&self.buffer) = buffer_of(request);
            if let Err(error) = sent {
                return Err(self.understood(error).await);
            }
        }
        Ok(())
    }

    /// Whether it is what was sent that is refused. Not only collectors answer 400: so does a web server that is none, or one
    /// that wants TLS. A collector takes a request without anything in it (OTLP, "OTLP/HTTP Request"), and who refuses that
    /// too refuses us.
    async fn understood(&self, error: ExportError) -> ExportError {
        let ExportError::Invalid { url, detail } = error else {
            return error;
        };
        let nothing = ExportTraceServiceRequest::default();
        let asked = self
            .collector
            .send::<ExportTraceServiceResponse>(&self.numbers, &nothing, 0)
            .await;
        match asked {
            Ok(()) => ExportError::Invalid { url, detail },
            Err(error @ ExportError::Unavailable { .. }) => error,
            Err(_) => ExportError::Refused { url, detail },
        }
    }
}

impl Answer for ExportTraceServiceResponse {
    fn partial(self) -> Partial {
        let told = self.partial_success.unwrap_or_default();
        Partial {
            rejected: u64::try_from(told.rejected_spans).unwrap_or_default(),
            message: told.error_message,
        }
    }
}

/// The spans in as many parts as there are to be requests, the first of them in this buffer.
fn parts<'a>(
    spans: impl IntoIterator<Item = &'a Span>,
    buffer: Vec<u8>,
    resource: &[u8],
    scope: &[u8],
) -> Vec<Written> {
    let mut part = Written::into_buffer(buffer, resource, scope);
    let mut parts = Vec::new();
    for span in spans {
        let before = part.mark();
        part.add(span);
        if part.spans() > 1 && (part.spans() > SPANS_MAX || part.len() > BYTES_MAX) {
            let over = part.split(before);
            parts.push(std::mem::replace(&mut part, over));
        }
    }
    if part.spans() > 0 {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests;

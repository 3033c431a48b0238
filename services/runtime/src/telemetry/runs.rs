//! Sends the spans of runs: all of them, or it says that it has not.

use std::sync::Arc;

use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::{KeyValue, any_value},
    trace::v1::{ResourceSpans, ScopeSpans, Span as Sent, SpanFlags, Status, span, status},
};
use prost::Message as _;
use weir_core::{
    time::Timestamp,
    trace::{Key, Link, Span, SpanEvent, SpanKind, SpanStatus, Value},
};

use super::{
    collector::{Answer, Collector, ExportError, Partial},
    resource::{self, Speaker},
    signal::{Numbers, Signal},
};

/// The most spans in one request, and the most bytes of them: collectors bound what they take at once, by 20 MiB where
/// nothing else is said.
const SPANS_MAX: usize = 2_048;
const BYTES_MAX: usize = 4 << 20;

/// Takes the spans of runs to the collector. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RunSpans {
    collector: Arc<Collector>,
    speaker: Speaker,
    numbers: Numbers,
}

impl RunSpans {
    pub(super) fn new(collector: Arc<Collector>, speaker: Speaker) -> Self {
        Self {
            numbers: collector.numbers(Signal::Run),
            collector,
            speaker,
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
    pub async fn export(&self, spans: Vec<Span>) -> Result<(), ExportError> {
        for part in parts(spans.iter().map(sent)) {
            let items = u64::try_from(part.len()).unwrap_or(u64::MAX);
            let request = request(&self.speaker, part);
            let sent = self
                .collector
                .send::<ExportTraceServiceResponse>(&self.numbers, &request, items)
                .await;
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

fn parts(spans: impl Iterator<Item = Sent>) -> Vec<Vec<Sent>> {
    let mut parts = Vec::new();
    let (mut part, mut bytes) = (Vec::new(), 0);
    for span in spans {
        let more = span.encoded_len();
        if !part.is_empty() && (part.len() >= SPANS_MAX || bytes + more > BYTES_MAX) {
            parts.push(std::mem::take(&mut part));
            bytes = 0;
        }
        bytes += more;
        part.push(span);
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

fn request(speaker: &Speaker, spans: Vec<Sent>) -> ExportTraceServiceRequest {
    let scope_spans = ScopeSpans {
        scope: Some(resource::scope()),
        spans,
        ..ScopeSpans::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(speaker.resource_of_runs()),
            scope_spans: vec![scope_spans],
            ..ResourceSpans::default()
        }],
    }
}

fn sent(span: &Span) -> Sent {
    Sent {
        trace_id: span.trace_id.0.to_vec(),
        span_id: span.span_id.0.to_vec(),
        parent_span_id: span
            .parent
            .map(|parent| parent.0.to_vec())
            .unwrap_or_default(),
        flags: flags(span.sampled, span.parent_is_remote),
        name: span.name.to_owned(),
        kind: kind(span.kind).into(),
        start_time_unix_nano: nanos(span.start),
        end_time_unix_nano: nanos(span.end),
        attributes: attributes(&span.attributes),
        events: span.events.iter().map(event).collect(),
        links: span.links.iter().map(link).collect(),
        status: Some(status(&span.status)),
        ..Sent::default()
    }
}

/// The W3C flags in the lowest byte, and whether the parent is from elsewhere.
fn flags(sampled: bool, remote: bool) -> u32 {
    let known = SpanFlags::ContextHasIsRemoteMask as u32;
    let remote = if remote {
        SpanFlags::ContextIsRemoteMask as u32
    } else {
        0
    };
    u32::from(sampled) | known | remote
}

fn kind(kind: SpanKind) -> span::SpanKind {
    match kind {
        SpanKind::Internal => span::SpanKind::Internal,
        SpanKind::Consumer => span::SpanKind::Consumer,
    }
}

fn status(status: &SpanStatus) -> Status {
    let (code, message) = match status {
        SpanStatus::Unset => (status::StatusCode::Unset, ""),
        SpanStatus::Ok => (status::StatusCode::Ok, ""),
        SpanStatus::Error(message) => (status::StatusCode::Error, message.as_str()),
    };
    Status {
        code: code.into(),
        message: message.to_owned(),
    }
}

fn event(event: &SpanEvent) -> span::Event {
    span::Event {
        time_unix_nano: nanos(event.at),
        name: event.name.to_owned(),
        attributes: attributes(&event.attributes),
        ..span::Event::default()
    }
}

fn link(link: &Link) -> span::Link {
    span::Link {
        trace_id: link.trace_id.0.to_vec(),
        span_id: link.span_id.0.to_vec(),
        attributes: attributes(&link.attributes),
        ..span::Link::default()
    }
}

fn attributes(attributes: &[(Key, Value)]) -> Vec<KeyValue> {
    let attributes = attributes.iter().map(|(key, value)| {
        let value = match value {
            Value::Text(text) => any_value::Value::StringValue(text.clone()),
            Value::Int(number) => any_value::Value::IntValue(*number),
            Value::Bool(flag) => any_value::Value::BoolValue(*flag),
            Value::Texts(texts) => resource::texts(texts),
        };
        resource::pair(key, value)
    });
    attributes.collect()
}

/// A point before 1970 has no form in OTLP.
pub(super) fn nanos(at: Timestamp) -> u64 {
    u64::try_from(at.as_nanos()).unwrap_or_default()
}

#[cfg(test)]
mod tests;

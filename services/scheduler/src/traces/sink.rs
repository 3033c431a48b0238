//! Who takes spans, as the tracer sees it.

use std::{fmt, future::Future, pin::Pin};

use weir_core::trace::Span;
use weir_runtime::telemetry::RunSpans;

/// What [`SpanSink::export`] gives.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), NotAccepted>> + Send + 'a>>;

/// Takes spans.
pub trait SpanSink: fmt::Debug + Send + Sync + 'static {
    /// Hands them over. `Ok` means that they are taken for good: they are not handed over again, but after a crash. It may
    /// be dropped half-way.
    fn export(&self, spans: Vec<Span>) -> Sending<'_>;
}

/// They were not taken, or nobody has said so; they are handed over again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct NotAccepted {
    /// Why, for people.
    pub detail: String,
}

/// A collector.
impl SpanSink for RunSpans {
    fn export(&self, spans: Vec<Span>) -> Sending<'_> {
        Box::pin(async move {
            let exported = RunSpans::export(self, spans).await;
            exported.map_err(|error| NotAccepted {
                detail: error.to_string(),
            })
        })
    }
}

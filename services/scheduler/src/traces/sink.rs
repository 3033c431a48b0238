//! Who takes spans, as the tracer sees it.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use weir_core::trace::Span;
use weir_runtime::telemetry::{ExportError, RunSpans};

/// What [`SpanSink::export`] gives.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), NotAccepted>> + Send + 'a>>;

/// Takes spans.
pub trait SpanSink: fmt::Debug + Send + Sync + 'static {
    /// Hands them over. `Ok` means that they are taken for good: they are not handed over again, but after a crash. It may
    /// be dropped half-way.
    fn export<'a>(&'a self, spans: &'a [Span]) -> Sending<'a>;
}

/// They were not taken, or nobody has said so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct NotAccepted {
    /// Why, for people.
    pub detail: String,
    /// What is to be done about it.
    pub because: Because,
    /// How long whoever refuses wants not to be asked again.
    pub after: Option<Duration>,
}

/// Why spans are not taken, as far as it matters for what is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Nobody takes any at the moment. They are handed over again.
    NotNow,
    /// Whoever should take them is set up for others, or is somebody else. They are handed over again: somebody has to set
    /// it right.
    SetUp,
    /// They are too many at once. They are handed over again in parts.
    TooLarge,
    /// Something in them is not taken, however often: it is looked for and left out.
    Content,
}

/// A collector.
impl SpanSink for RunSpans {
    fn export<'a>(&'a self, spans: &'a [Span]) -> Sending<'a> {
        Box::pin(async move {
            let exported = RunSpans::export(self, spans).await;
            exported.map_err(|error| {
                let (because, after) = match &error {
                    ExportError::Unavailable { after, .. } => (Because::NotNow, *after),
                    ExportError::Refused { .. } => (Because::SetUp, None),
                    ExportError::TooLarge { .. } => (Because::TooLarge, None),
                    ExportError::Invalid { .. } => (Because::Content, None),
                };
                NotAccepted {
                    because,
                    after,
                    detail: error.to_string(),
                }
            })
        })
    }
}

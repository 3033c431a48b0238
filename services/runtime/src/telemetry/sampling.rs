//! Which of the services' own spans are made at all.
//!
//! The decision falls before a span is made, and not in the SDK's sampler behind it: a span that is made and thrown away
//! costs a microsecond, one that is not made a few nanoseconds, and of a hundred ninety-nine are thrown away.

use tracing::{Level, Metadata, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    layer::{Context, Filter},
    registry::LookupSpan,
};

use super::config::Ratio;

/// Lets through spans of weir's own code, down to `debug`: those below a span that was let through, and of the others a
/// share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    share: f64,
}

impl Sample {
    /// `None` where nothing is wanted.
    pub(super) fn of(share: Ratio) -> Option<Self> {
        let share = share.get();
        (share > 0.0).then_some(Self { share })
    }
}

/// Events stay in the log.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && *metadata.level() <= Level::DEBUG && metadata.target().starts_with("weir")
}

impl<S> Filter<S> for Sample
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        is_ours(metadata) && (context.lookup_current().is_some() || fastrand::f64() < self.share)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_ours(metadata) {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }
}

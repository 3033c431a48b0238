//! Which of the services' own spans are made at all.
//!
//! The decision falls before a span is made, and not in the SDK's sampler behind it: one that is not made costs a few
//! nanoseconds. One that is made costs far more than a benchmark of nothing else tells, since its code is cold wherever
//! other work is done: some 50 µs under load. So what is made is a rate first, whatever the load is, and a share of that.

use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

use tracing::{Level, Metadata, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    layer::{Context, Filter},
    registry::LookupSpan,
};
use weir_core::{
    rate::{Pace, StartRate},
    time::Timestamp,
};

use super::config::Ratio;
use crate::{Clock, metrics::locked};

/// Lets through spans of weir's own code. Their levels say what they are: `debug` is a piece of work, and of those a share
/// is let through, no more than so many in a period, with all that is below them; `trace` is a part that explains nothing
/// by itself, such as the publish of an append, and comes only below another; `info` is what lines of the log stand in,
/// for as long as a task or an attempt lives, and is none of this: all work there would be a part of it.
#[derive(Debug)]
pub(super) struct Sample {
    share: f64,
    budget: Budget,
}

/// How many spans may be made that are not below another.
#[derive(Debug)]
struct Budget {
    clock: Clock,
    pace: Mutex<Pace>,
    /// When the next one may be made: nearly always that is all that has to be known.
    opens_at: AtomicI64,
}

impl Budget {
    fn new(rate: StartRate, clock: Clock) -> Self {
        let pace = Pace::unused(rate);
        Self {
            clock,
            opens_at: AtomicI64::new(pace.opens_at().0),
            pace: Mutex::new(pace),
        }
    }

    fn take(&self) -> bool {
        let now = i64::try_from(self.clock.monotonic().as_nanos()).unwrap_or(i64::MAX);
        if now < self.opens_at.load(Ordering::Relaxed) {
            return false;
        }
        let mut pace = locked(&self.pace);
        let open = pace.opens_at().0 <= now;
        if open {
            *pace = pace.start(Timestamp(now));
            self.opens_at.store(pace.opens_at().0, Ordering::Relaxed);
        }
        open
    }
}

impl Sample {
    /// `None` where nothing is wanted.
    pub(super) fn of(share: Ratio, rate: StartRate, clock: Clock) -> Option<Self> {
        let share = share.get();
        (share > 0.0).then(|| Self {
            share,
            budget: Budget::new(rate, clock),
        })
    }

    fn draw(&self) -> bool {
        (self.share >= 1.0 || fastrand::f64() < self.share) && self.budget.take()
    }
}

/// Events stay in the log.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && *metadata.level() >= Level::DEBUG && metadata.target().starts_with("weir")
}

fn may_begin(metadata: &Metadata<'_>) -> bool {
    *metadata.level() == Level::DEBUG
}

impl<S> Filter<S> for Sample
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        is_ours(metadata)
            && (context.lookup_current().is_some() || may_begin(metadata) && self.draw())
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_ours(metadata) {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }
}

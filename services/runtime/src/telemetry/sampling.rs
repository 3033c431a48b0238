//! Which of the services' own spans are made at all.
//!
//! The decision falls before a span is made, and not in the SDK's sampler behind it: one that is made costs a microsecond
//! and one that is not a few nanoseconds, and a run's life has a dozen of them. What is made is a rate first, whatever the
//! load is, and a share of that: a quiet program is seen whole, a busy one floods nobody.
//!
//! It takes two. The filter of a layer says what that layer sees, and no more: where all of them say no, the registry
//! makes the span all the same, for nobody (tracing-subscriber 0.3). What is not to be made at all has to be refused by a
//! layer of its own, for all; which it may only do for spans that the lines of the log do not want.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use tracing::{Level, Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    Layer,
    layer::{Context, Filter},
    registry::LookupSpan,
};
use weir_core::{
    rate::{Pace, StartRate},
    time::Timestamp,
};

use super::config::Ratio;
use crate::{Clock, metrics::locked};

/// Chooses among spans of weir's own code. Their levels say what they are: `debug` is a piece of work, and of those a share
/// is chosen, no more than so many in a period, with all that is below them; `trace` is a part that explains nothing by
/// itself, such as the publish of an append, and comes only below another; `info` is what lines of the log stand in, for as
/// long as a task or an attempt lives, and is none of this: all work there would be a part of it.
#[derive(Debug)]
pub(super) struct Sample {
    share: f64,
    budget: Budget,
    /// What the lines of the log may want: such spans are made for them whatever is chosen here.
    lines: LevelFilter,
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
    pub(super) fn of(
        share: Ratio,
        rate: StartRate,
        clock: Clock,
        lines: LevelFilter,
    ) -> Option<Arc<Self>> {
        let share = share.get();
        // Where lines want some of them they may want any: a part must not be taken to be below what is not chosen.
        let lines = match lines {
            LevelFilter::DEBUG => LevelFilter::TRACE,
            other => other,
        };
        (share > 0.0).then(|| {
            Arc::new(Self {
                share,
                budget: Budget::new(rate, clock),
                lines,
            })
        })
    }

    fn draw(&self) -> bool {
        (self.share >= 1.0 || fastrand::f64() < self.share) && self.budget.take()
    }

    /// `below` one that was chosen?
    fn chooses(&self, metadata: &Metadata<'_>, below: impl FnOnce() -> bool) -> bool {
        below() || *metadata.level() == Level::DEBUG && self.draw()
    }

    /// Whether such a span is made only if it is chosen.
    fn decides_alone(&self, metadata: &Metadata<'_>) -> bool {
        is_work(metadata) && *metadata.level() > self.lines
    }
}

/// A span of ours that is a piece of work, or a part of one. Events stay in the log.
fn is_work(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && *metadata.level() >= Level::DEBUG && metadata.target().starts_with("weir")
}

/// Refuses what is not chosen, for all layers.
#[derive(Debug)]
pub(crate) struct Gate(pub(super) Arc<Sample>);

impl<S> Layer<S> for Gate
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.0.decides_alone(metadata) {
            Interest::sometimes()
        } else if *metadata.level() > self.0.lines {
            Interest::never()
        } else {
            Interest::always()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, context: Context<'_, S>) -> bool {
        // Those that are there have been chosen.
        let below = || {
            let current = context.lookup_current();
            current.is_some_and(|span| span.scope().any(|span| is_work(span.metadata())))
        };
        !self.0.decides_alone(metadata) || self.0.chooses(metadata, below)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }
}

/// What is sent: what the gate has let through, and of what is made for the lines what is chosen.
#[derive(Debug)]
pub(super) struct Chosen(pub(super) Arc<Sample>);

impl<S> Filter<S> for Chosen
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        let below = || context.lookup_current().is_some();
        let made = self.0.decides_alone(metadata);
        is_work(metadata) && (made || self.0.chooses(metadata, below))
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if !is_work(metadata) {
            Interest::never()
        } else if self.0.decides_alone(metadata) {
            Interest::always()
        } else {
            Interest::sometimes()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }
}

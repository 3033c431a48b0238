//! The kinds of things that are sent, and the counts of each.

use crate::{
    Meter,
    metrics::{Counter, process},
};

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Spans of runs.
    Run,
    /// Spans of the services themselves.
    Service,
    /// Points of metrics.
    Metrics,
}

impl Signal {
    const ALL: [Self; 3] = [Self::Run, Self::Service, Self::Metrics];

    fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Service => "service",
            Self::Metrics => "metrics",
        }
    }
}

/// How much of it was sent.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub(super) sent: Counter,
    pub(super) rejected: Counter,
    pub(super) failures: Counter,
}

impl Numbers {
    pub(super) fn of(meter: &Meter, signal: Signal) -> Self {
        let labels = [signal.as_str()];
        Self {
            sent: meter.family(&process::SENT).with(&labels),
            rejected: meter.family(&process::REJECTED).with(&labels),
            failures: meter.family(&process::FAILED).with(&labels),
        }
    }

    /// Shows that nothing was sent yet.
    pub(super) fn show_all(meter: &Meter) {
        for signal in Signal::ALL {
            drop(Self::of(meter, signal));
        }
        drop(meter.single(&process::DROPPED));
    }
}

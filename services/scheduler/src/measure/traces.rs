//! How the runs' traces come along, shown when it is read: a lag grows while nothing happens.

use tokio::sync::watch;
use weir_runtime::{Clock, Meter};

use crate::{metrics, traces::TraceProgress};

/// Shows it from now on.
pub(crate) fn show(meter: &Meter, progress: watch::Receiver<TraceProgress>, clock: Clock) {
    let active = meter.single(&metrics::TRACE_EMITS);
    let (lag, behind) = (
        meter.single(&metrics::TRACE_LAG),
        meter.single(&metrics::TRACE_BEHIND),
    );
    let (lost, dropped) = (
        meter.single(&metrics::TRACE_GAP),
        meter.single(&metrics::TRACE_DROPPED),
    );
    meter.before_reading(move || {
        let now = *progress.borrow();
        active.set_flag(now.active);
        behind.set(now.lag_records);
        let oldest = now.oldest.map(|oldest| clock.now().since(oldest));
        lag.set_span(oldest.unwrap_or_default());
        lost.copy(now.lost_records);
        dropped.copy(now.dropped);
    });
}

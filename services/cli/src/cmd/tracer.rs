//! What makes the runs' traces beside a scheduler, where there is a collector for them.

use std::sync::Arc;

use weir_core::ids::SchedulerName;
use weir_log::Log;
use weir_runtime::{Clock, Telemetry};
use weir_scheduler::{Error, Tracer};

/// The tracer of this scheduler; `None` where nobody would take the spans.
pub(crate) fn beside<L: Log>(
    telemetry: &Telemetry,
    log: &L,
    scheduler: &SchedulerName,
    clock: &Clock,
) -> Result<Option<Tracer<L>>, Error> {
    let Some(spans) = telemetry.run_spans() else {
        return Ok(None);
    };
    let tracer = Tracer::new(
        log.clone(),
        scheduler.clone(),
        Arc::new(spans),
        clock.clone(),
    )?;
    Ok(Some(tracer.measured(telemetry.meter())))
}

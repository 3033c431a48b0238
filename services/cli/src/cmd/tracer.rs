//! What makes the runs' traces beside a scheduler, where there is a collector for them.
//!
//! In the background and on a connection of its own: where others want the processors, whoever waits for a slot must not
//! wait for traces; they may lag, and say by how much.

use std::{future::Future, sync::Arc};

use weir_core::ids::SchedulerName;
use weir_log::JetStream;
use weir_runtime::{CancellationToken, Clock, Tasks, Telemetry, background};
use weir_scheduler::{Tap, Tracer};

/// Starts the tracer of this scheduler, unless nobody would take the spans. It takes what the scheduler reads from the tap;
/// `connect` makes its own connection; it ends by `stop`, or by the tasks' own token where there is none.
pub(crate) fn beside<C>(
    tasks: &mut Tasks,
    telemetry: &Telemetry,
    scheduler: SchedulerName,
    clock: Clock,
    tap: Tap,
    stop: Option<CancellationToken>,
    connect: impl FnOnce() -> C + Send + 'static,
) where
    C: Future<Output = anyhow::Result<JetStream>>,
{
    let Some(spans) = telemetry.run_spans() else {
        return;
    };
    let meter = telemetry.meter().clone();
    tasks.spawn("traces", |own| async move {
        let stop = stop.unwrap_or(own);
        let work = move || async move {
            let log = tokio::select! {
                log = connect() => log?,
                () = stop.cancelled() => return Ok(()),
            };
            let tracer = Tracer::new(log, scheduler, Arc::new(spans), clock)?;
            Ok(tracer.fed_by(tap).measured(&meter).run(stop).await?)
        };
        background("weir-traces", work).await?
    });
}

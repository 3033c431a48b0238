//! `weir scheduler`.

use clap::{Args, Subcommand};
use tracing::info;
use weir_core::ids::SchedulerName;
use weir_runtime::{
    CancellationToken, Tasks, Telemetry,
    health::{Health, Part},
};
use weir_scheduler::{Scheduler, Status};

use super::{
    serve::{ServeArgs, process_name, serve},
    tracer,
};
use crate::{context::Context, exit::Exit, settings::Settings};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a scheduler; of several one leads and the others stand by
    Start(Start),
}

#[derive(Debug, Args)]
pub(crate) struct Start {
    /// Its name, for people [default: the host's name and the process id]
    #[arg(short, long)]
    name: Option<SchedulerName>,
    #[command(flatten)]
    serve: ServeArgs,
}

pub(crate) async fn run(
    context: &Context,
    command: Command,
    telemetry: Telemetry,
) -> anyhow::Result<Exit> {
    let Command::Start(args) = command;
    let settings = Settings::load(context)?;
    let name = match args.name {
        Some(name) => name,
        None => process_name().parse()?,
    };
    let log = context.log("weir-scheduler").await?;
    info!(scheduler = %name, "scheduler starts");
    let scheduler = Scheduler::new(log, name.clone(), settings.scheduler, context.clock.clone())
        .measured(telemetry.meter());
    let mut tasks = Tasks::new();
    let broker = context.services_broker("weir-traces");
    tracer::beside(
        &mut tasks,
        &telemetry,
        name,
        context.clock.clone(),
        scheduler.tap(),
        None,
        || broker.connect(),
    );
    let health = Health::new();
    let part = health.part("scheduler");
    let status = scheduler.status();
    tasks.spawn(
        "scheduler",
        |stop| async move { Ok(scheduler.run(stop).await?) },
    );
    tasks.spawn("readiness", |stop| tell_health(status, part, stop));
    serve(tasks, health, &telemetry, &args.serve).await
}

/// Hands what a scheduler says of itself on to the health endpoint.
pub(crate) async fn tell_health(
    mut status: tokio::sync::watch::Receiver<Status>,
    part: Part,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    loop {
        {
            let status = status.borrow_and_update();
            if status.ready {
                part.ready();
            } else {
                part.not_ready(status.reasons.clone());
            }
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            changed = status.changed() => if changed.is_err() { return Ok(()) },
        }
    }
}

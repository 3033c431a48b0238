//! `weir bench`: this machine, its broker, and weir on it, measured side by side.
//!
//! Everything runs in this program beside a real nats-server that is started for it and thrown away. A run does nothing
//! (pool type `null`), so what is measured is what weir costs. The broker's own ceiling is measured in the same run, in
//! turns with weir, because machines change from one minute to the next.

mod cpu;
pub(crate) mod lives;
pub(crate) mod percentiles;
mod report;
mod rounds;
mod stand;

use std::{num::NonZeroU32, pin::pin};

use anyhow::{Context as _, bail};
use weir_broker::{Fsync, Want};
use weir_runtime::signals;

use self::{
    report::Report,
    rounds::Plan,
    stand::{Setting, Stand},
};
use crate::{
    context::Context,
    exit::Exit,
    settings::Settings,
    up::{Broker, Port, Services, find},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many runs each round has [default: 20000, or 500 with --idle]
    #[arg(long, value_name = "N")]
    runs: Option<NonZeroU32>,
    /// Measure the latencies at one run at a time, and no throughput
    #[arg(long)]
    idle: bool,
    /// Have the broker write each append to the disk before it acknowledges it, as `weir up` does
    #[arg(long)]
    sync_always: bool,
    /// How many workers take part
    #[arg(long, value_name = "N", default_value = "1")]
    workers: NonZeroU32,
    /// The pool's concurrency limit
    #[arg(long, value_name = "N", default_value = "1024")]
    limit: NonZeroU32,
    /// How many rounds there are; the figures are medians of theirs
    #[arg(long, value_name = "N", default_value = "3")]
    rounds: NonZeroU32,
}

const RUNS_DEFAULT: u32 = 20_000;
const RUNS_IDLE_DEFAULT: u32 = 500;

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let settings = Settings::load(context)?;
    let binary = find(context.out, Want::pinned()).await?;
    let server_version = binary.version.to_string();
    let sync = if args.sync_always {
        Fsync::Always
    } else {
        Fsync::ServerDefault
    };
    let folder = tempfile::Builder::new()
        .prefix("weir-bench-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    let mut broker =
        Broker::start(context.out, binary.path, folder.path(), Port::Free, sync).await?;
    let setting = Setting {
        url: broker.url(),
        broker_pid: broker.pid().unwrap_or_default(),
        workers: args.workers,
        limit: args.limit.get(),
    };
    let services = Services::new(&setting.url, context.clock.clone());
    let stop = services.stop_token();
    let mut second_signal = pin!(signals(stop.clone()).context("cannot handle signals")?);
    let plan = Plan {
        runs: args.runs.map_or(
            if args.idle {
                RUNS_IDLE_DEFAULT
            } else {
                RUNS_DEFAULT
            },
            NonZeroU32::get,
        ),
        rounds: if args.idle { 1 } else { args.rounds.get() },
        idle: args.idle,
        sync: words(sync),
        server_version,
    };
    context.out.note(&format!("sync: {}", plan.sync))?;
    let measured = tokio::select! {
        signal = &mut second_signal => return Ok(Exit::Signal(signal.exit_code())),
        measured = measure(context, services, setting, settings, plan) => measured,
    };
    broker.stop().await?;
    let report = measured?;
    if context.out.is_json() {
        context.out.json(&serde_json::to_string(&report)?)?;
    } else {
        context.out.table(&report.table(), "")?;
    }
    Ok(Exit::Ok)
}

const fn words(sync: Fsync) -> &'static str {
    match sync {
        Fsync::Always => "always",
        Fsync::ServerDefault => "server default",
    }
}

async fn measure(
    context: &Context,
    mut services: Services,
    setting: Setting,
    settings: Settings,
    plan: Plan,
) -> anyhow::Result<Report> {
    let stand = Stand::start(context, &mut services, setting, settings).await?;
    let stop = services.stop_token();
    let mut ended = pin!(services.join());
    let report = tokio::select! {
        report = rounds::run(context, &stand, plan) => report?,
        ended = &mut ended => {
            ended?;
            bail!("stopped before the end");
        }
    };
    stop.cancel();
    ended.await?;
    Ok(report)
}

//! `weir bench`: this machine, its broker, and weir on it, measured side by side.
//!
//! Everything runs in this program beside a real nats-server that is started for it and thrown away. A run does nothing
//! (pool type `null`), so what is measured is what weir costs. The broker's own ceiling is measured in the same run, in
//! turns with weir, because machines change from one minute to the next.

mod cpu;
mod hand_over;
mod held;
mod kubernetes;
pub(crate) mod lives;
pub(crate) mod percentiles;
mod report;
mod rounds;
mod scenario;
mod stand;

use std::{num::NonZeroU32, pin::pin};

use anyhow::{Context as _, bail};
use weir_broker::{Fsync, Want};
use weir_runtime::{Telemetry, signals};

use self::{
    rounds::Plan,
    stand::{Setting, Stand},
};
use crate::{
    context::Context,
    exit::Exit,
    settings::Settings,
    table::Table,
    up::{Broker, Port, Services, find},
};

#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Args {
    /// How many runs each round has [default: 20000, or 500 with --idle]
    #[arg(long, value_name = "N")]
    runs: Option<NonZeroU32>,
    /// Measure the latencies at one run at a time, and no throughput
    #[arg(long)]
    idle: bool,
    /// Send 500 mixed runs through three limits that overlap, and compare the time with what the limits alone need; ends
    /// with 1 above 1.15 times that
    #[arg(long, conflicts_with_all = ["runs", "idle", "hand_over", "limit"])]
    scenario: bool,
    /// Measure how much of a limit of 10 is held while 10,000 runs of 5 ms wait for it; ends with 1 below 0.9
    #[arg(long, conflicts_with_all = ["runs", "idle", "limit"])]
    hand_over: bool,
    #[command(flatten)]
    cluster: kubernetes::ClusterArgs,
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

pub(crate) async fn run(
    context: &Context,
    args: Args,
    telemetry: Telemetry,
) -> anyhow::Result<Exit> {
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
    let (workers, limit) = (args.workers, args.limit.get());
    let mode = Mode::of(context, args, &settings, words(sync), server_version).await?;
    let (limit, room) = mode.limit(limit);
    let setting = Setting {
        url: broker.url(),
        broker_pid: broker.pid().unwrap_or_default(),
        workers,
        limit,
        room,
    };
    let services = Services::new(&setting.url, context.clock.clone(), telemetry);
    let stop = services.stop_token();
    let mut second_signal = pin!(signals(stop.clone()).context("cannot handle signals")?);
    context.out.note(&format!("sync: {}", words(sync)))?;
    let measured = tokio::select! {
        signal = &mut second_signal => return Ok(Exit::Signal(signal.exit_code())),
        measured = measure(context, services, setting, settings, mode) => measured,
    };
    broker.stop().await?;
    let Figures {
        json,
        table,
        short_of,
    } = measured?;
    if context.out.is_json() {
        context.out.json(&json)?;
    } else {
        context.out.table(&table, "")?;
    }
    match short_of {
        None => Ok(Exit::Ok),
        Some(goal) => {
            context.out.note(&goal)?;
            Ok(Exit::Error)
        }
    }
}

/// What is measured.
#[derive(Debug)]
enum Mode {
    Rounds(Plan),
    Scenario { rounds: u32 },
    HandOver { rounds: u32 },
    Kubernetes(Box<kubernetes::Plan>),
}

impl Mode {
    async fn of(
        context: &Context,
        args: Args,
        settings: &Settings,
        sync: &'static str,
        server_version: String,
    ) -> anyhow::Result<Self> {
        let rounds = args.rounds.get();
        if args.scenario {
            return Ok(Self::Scenario { rounds });
        }
        if args.hand_over {
            return Ok(Self::HandOver { rounds });
        }
        if args.cluster.kubernetes {
            let settings = settings.worker.kubernetes.clone();
            let plan = kubernetes::Plan::of(context, args.cluster, rounds, settings).await?;
            return Ok(Self::Kubernetes(Box::new(plan)));
        }
        let runs = if args.idle {
            RUNS_IDLE_DEFAULT
        } else {
            RUNS_DEFAULT
        };
        Ok(Self::Rounds(Plan {
            runs: args.runs.map_or(runs, NonZeroU32::get),
            rounds: if args.idle { 1 } else { rounds },
            idle: args.idle,
            sync,
            server_version,
        }))
    }

    /// The pool's concurrency limit, and what the workers have room for. Where the limit itself is measured, a slot that
    /// comes free is not to wait until its worker has room as well.
    fn limit(&self, asked: u32) -> (u32, u32) {
        match self {
            Self::Rounds(_) => (asked, asked),
            Self::Scenario { .. } => (scenario::POOL_LIMIT, 2 * scenario::POOL_LIMIT),
            Self::HandOver { .. } => (hand_over::LIMIT, 2 * hand_over::LIMIT),
            Self::Kubernetes(plan) => (plan.jobs.get(), plan.jobs.get()),
        }
    }
}

/// What was measured, for programs and for people.
#[derive(Debug)]
struct Figures {
    json: String,
    table: Table,
    /// The goal that was missed, in words.
    short_of: Option<String>,
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
    mode: Mode,
) -> anyhow::Result<Figures> {
    let stand = match &mode {
        Mode::Kubernetes(plan) => {
            kubernetes::start(context, &mut services, setting, settings, plan).await?
        }
        Mode::Rounds(_) | Mode::Scenario { .. } | Mode::HandOver { .. } => {
            Stand::start(context, &mut services, setting, settings).await?
        }
    };
    let stop = services.stop_token();
    let mut ended = pin!(services.join());
    let figures = tokio::select! {
        figures = figures(context, &stand, mode) => figures?,
        ended = &mut ended => {
            ended?;
            bail!("stopped before the end");
        }
    };
    stop.cancel();
    ended.await?;
    Ok(figures)
}

async fn figures(context: &Context, stand: &Stand, mode: Mode) -> anyhow::Result<Figures> {
    match mode {
        Mode::Rounds(plan) => {
            let report = rounds::run(context, stand, plan).await?;
            Ok(Figures {
                json: serde_json::to_string(&report)?,
                table: report.table(),
                short_of: None,
            })
        }
        Mode::Scenario { rounds } => {
            let report = scenario::run(context, stand, rounds).await?;
            Ok(Figures {
                json: serde_json::to_string(&report)?,
                table: report.table(),
                short_of: report.short_of(),
            })
        }
        Mode::HandOver { rounds } => {
            let report = hand_over::run(context, stand, rounds).await?;
            Ok(Figures {
                json: serde_json::to_string(&report)?,
                table: report.table(),
                short_of: report.short_of(),
            })
        }
        Mode::Kubernetes(plan) => {
            let report = kubernetes::run(context, stand, &plan).await?;
            Ok(Figures {
                json: serde_json::to_string(&report)?,
                table: report.table(),
                short_of: report.short_of(),
            })
        }
    }
}

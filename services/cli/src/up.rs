//! `weir up`: a whole local stack in one program: broker, scheduler and a worker for processes.

mod broker;
mod demo;
mod pool;
mod services;
mod words;

use std::{num::NonZeroU32, path::PathBuf, pin::pin, time::Duration};

use anyhow::{Context as _, anyhow, bail};
use weir_broker::{Fsync, Want};
use weir_client::Client;
use weir_runtime::{Telemetry, signals};

pub(crate) use self::{
    broker::{Broker, Port, find},
    services::Services,
};
use crate::{
    cmd::worker::local_executor,
    context::Context,
    exit::Exit,
    local_stack::{self, LocalStack},
    settings::Settings,
};

/// How long all parts may take to be ready before it is said what is in the way.
const READY_WITHIN: Duration = Duration::from_secs(20);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Publish 20 runs, show how they go, and stop when all have ended
    #[arg(long)]
    demo: bool,
    /// Where everything is kept [default: the user's data folder, such as ~/.local/share/weir]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The port that the broker listens at, on this machine only; 0 is any free one [default: 4222, or a free one if
    /// that is taken]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Do not wait for the disk at each append: what the last two minutes brought may be lost when the power fails
    #[arg(long)]
    no_sync: bool,
    /// How many runs the worker holds at once, over all queues [default: 32]
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroU32>,
}

/// How many runs the worker holds at once: well above the pool's limit, which can be raised while the stack runs.
const LIMIT_DEFAULT: NonZeroU32 = NonZeroU32::new(32).expect("it is not zero");

pub(crate) async fn run(
    context: &Context,
    args: Args,
    telemetry: Telemetry,
) -> anyhow::Result<Exit> {
    let data = folder(&args)?;
    let mut settings = Settings::load(context)?;
    settings.worker.limit = args.limit.unwrap_or(LIMIT_DEFAULT);
    let binary = find(context.out, Want::minimum()).await?;
    let sync = if args.no_sync {
        Fsync::ServerDefault
    } else {
        Fsync::Always
    };
    let port = Port::of_flag(args.port);
    let mut broker =
        Broker::start(context.out, binary.path, &data.join("broker"), port, sync).await?;
    let stack = LocalStack {
        url: broker.url(),
        pid: std::process::id(),
        data,
        creds: None,
    };
    let registration = local_stack::register(&stack)
        .context("cannot write the file by which this stack is found")?;
    let services = Services::new(&stack.url, context.clock.clone(), telemetry);
    let mut second_signal = pin!(signals(services.stop_token()).context("cannot handle signals")?);
    let served = tokio::select! {
        // The broker is killed with us, and the keepers see that their worker is gone.
        signal = &mut second_signal => return Ok(Exit::Signal(signal.exit_code())),
        never = broker.keep(&context.clock) => match never {},
        served = serve(context, &args, &stack, settings, services) => served,
    };
    drop(registration);
    tokio::select! {
        signal = second_signal => return Ok(Exit::Signal(signal.exit_code())),
        stopped = broker.stop() => stopped?,
    }
    served
}

/// The data folder, if no other stack runs there.
fn folder(args: &Args) -> anyhow::Result<PathBuf> {
    let data = args.data.clone().or_else(local_stack::default_data_dir);
    let data = data.ok_or_else(|| {
        anyhow!("this user has no home folder: say where to keep the data with --data DIR")
    })?;
    let data =
        std::path::absolute(&data).with_context(|| format!("cannot use {}", data.display()))?;
    if let Some(other) = local_stack::find_in(&data).filter(|other| other.data == data) {
        bail!(
            "a local stack runs on {} already: process {}, broker at {}; use it as it is, stop it first, or start another one \
             elsewhere with --data DIR",
            data.display(),
            other.pid,
            other.url
        );
    }
    Ok(data)
}

/// Everything above the broker, from its start to its end.
async fn serve(
    context: &Context,
    args: &Args,
    stack: &LocalStack,
    settings: Settings,
    mut services: Services,
) -> anyhow::Result<Exit> {
    let client = Client::over(services.connect("weir-up").await?, context.author());
    pool::ensure(&client)
        .await
        .context("cannot set up the work pool")?;
    services.start_scheduler(settings.scheduler).await?;
    let executor = local_executor(&settings.worker, context.clock.clone());
    services
        .start_worker(&pool::name(), settings.worker, executor)
        .await?;
    let (stop, health) = (services.stop_token(), services.health());
    let mut ended = pin!(services.join());
    tokio::select! {
        ended = &mut ended => {
            ended?;
            return Ok(Exit::Ok);
        }
        ready = context.clock.timeout(READY_WITHIN, health.ready()) => if ready.is_err() {
            context.out.note(&words::not_ready(&health.readiness()))?;
        }
    }
    if !args.demo {
        words::ready(context, args, stack, &client).await?;
        tokio::select! {
            () = stop.cancelled() => context.out.note("stopping; runs that are under way may end; a second Ctrl-C stops them")?,
            ended = &mut ended => {
                ended?;
                return Ok(Exit::Ok);
            }
        }
        ended.await?;
        return Ok(Exit::Ok);
    }
    tokio::select! {
        exit = demo::run(context, &client, stack) => {
            let exit = exit?;
            stop.cancel();
            ended.await?;
            Ok(exit)
        }
        ended = &mut ended => {
            ended?;
            bail!("the demo was stopped before its end")
        }
    }
}

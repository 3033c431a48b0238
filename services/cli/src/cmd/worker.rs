//! `weir worker`.

use std::{collections::BTreeMap, num::NonZeroU32, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use tracing::info;
use weir_client::{Client, PoolName, PoolSpec, PoolType, QueueName, ReadCellError, WorkerName};
use weir_log::Log;
use weir_runtime::{Clock, Tasks, Telemetry, health::Health};
use weir_worker::{
    Executor, KeeperCommand, KubernetesExecutor, LocalExecutor, NullExecutor, ProcessExecutor,
    Worker, WorkerConfig, WorkerSettings,
    kubernetes::{self, Cluster, KubernetesConfig},
};

use super::{
    orphans::{self, Orphans},
    serve::{ServeArgs, process_name, serve},
};
use crate::{
    context::Context,
    exit::{Exit, not_found},
    settings::Settings,
    view,
};

/// What the end of a session may take once the runs have ended.
const LAST_WORD: Duration = Duration::from_secs(10);

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a worker
    Start(Start),
    /// List workers
    Ls {
        /// Only those of this pool
        #[arg(short, long)]
        pool: Option<PoolName>,
    },
    /// List Jobs that are labelled as this installation's and that its log does not know
    Orphans(Orphans),
    /// Say that nothing is left of what a lost worker held, in a pool that holds it
    Forget {
        /// The worker's name
        #[arg(value_name = "WORKER")]
        name: WorkerName,
        /// Its pool
        #[arg(short, long)]
        pool: PoolName,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Start {
    /// The pool to take runs from
    #[arg(short, long)]
    pool: PoolName,
    /// A queue of the pool; more than one may be given [default: all, also those still to come]
    #[arg(short = 'q', long = "work-queue", value_name = "QUEUE")]
    work_queue: Vec<QueueName>,
    /// At most so many runs at once
    #[arg(short, long, value_name = "N")]
    limit: Option<NonZeroU32>,
    /// Its name, unique among the pool's workers [default: the host's name and the process id]
    #[arg(short, long)]
    name: Option<WorkerName>,
    /// The pool's type: the pool is created if it is not there
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    kind: Option<PoolType>,
    /// For a pool of type kubernetes: the kubeconfig file [default: KUBECONFIG, else the pod's service account, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// For a pool of type kubernetes: the context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    #[command(flatten)]
    serve: ServeArgs,
}

pub(crate) async fn run(
    context: &Context,
    command: Command,
    telemetry: Telemetry,
) -> anyhow::Result<Exit> {
    match command {
        Command::Start(args) => start(context, args, &telemetry).await,
        Command::Ls { pool } => list(context, pool.as_ref()).await,
        Command::Orphans(args) => orphans::run(context, args).await,
        Command::Forget { name, pool } => forget(context, &pool, &name).await,
    }
}

async fn forget(context: &Context, pool: &PoolName, name: &WorkerName) -> anyhow::Result<Exit> {
    let lost = context.client().await?.forget_worker(pool, name).await?;
    context.out.note(&match lost {
        0 => format!("worker {name} of pool {pool} is given up; it held nothing"),
        1 => format!("worker {name} of pool {pool} is given up: the attempt that it held is taken as gone"),
        _ => format!(
            "worker {name} of pool {pool} is given up: the {lost} attempts that it held are taken as gone"
        ),
    })?;
    Ok(Exit::Ok)
}

async fn list(context: &Context, pool: Option<&PoolName>) -> anyhow::Result<Exit> {
    let list = context.client().await?.workers(pool).await?;
    if context.out.is_json() {
        context
            .out
            .json(&weir_proto::api::worker_list_json(&list))?;
    } else {
        let table = view::worker::list(&list.workers, context.clock.now());
        context.out.table(
            &table,
            "no worker has been online lately: start one with `weir worker start --pool NAME`",
        )?;
    }
    Ok(Exit::Ok)
}

async fn start(context: &Context, args: Start, telemetry: &Telemetry) -> anyhow::Result<Exit> {
    let Start {
        pool,
        work_queue,
        limit,
        name,
        kind,
        kubeconfig,
        context: kube_context,
        serve: mut how,
    } = args;
    let mut settings = Settings::load(context)?.worker;
    let name = match name {
        Some(name) => name,
        None => process_name().parse()?,
    };
    let log = context.log("weir-worker").await?;
    let client = Client::over(log.clone(), context.author());
    let kind = check_pool(&client, &pool, kind).await?;
    settings.limit = limit.unwrap_or(match kind {
        PoolType::Kubernetes => settings.kubernetes.limit,
        PoolType::Process | PoolType::Null => settings.limit,
    });
    let drained = settings.drain.wait + settings.drain.grace + LAST_WORD;
    how.shutdown_grace = how.shutdown_grace.or(Some(drained));
    info!(worker = %name, pool = %pool, "worker starts");
    let clock = context.clock.clone();
    let config = WorkerConfig {
        name,
        pool,
        queues: work_queue.into_iter().collect(),
        settings,
    };
    let settings = &config.settings;
    match kind {
        PoolType::Process | PoolType::Null => {
            let executor = local_executor(settings, clock);
            work(context, config, log, executor, (&how, telemetry)).await
        }
        PoolType::Kubernetes => {
            let kubernetes = settings.kubernetes.clone();
            let cluster = cluster(context, kubernetes, kubeconfig, kube_context).await?;
            let cluster = cluster.measured(telemetry.meter());
            let executor = KubernetesExecutor::new(cluster, log.clone(), clock);
            work(context, config, log, executor, (&how, telemetry)).await
        }
    }
}

/// The cluster of the settings, with what the command line says over them.
pub(crate) async fn cluster(
    context: &Context,
    mut settings: KubernetesConfig,
    kubeconfig: Option<PathBuf>,
    kube_context: Option<String>,
) -> anyhow::Result<Cluster> {
    settings.kubeconfig = kubeconfig.or(settings.kubeconfig);
    settings.context = kube_context.or(settings.context);
    let cluster = kubernetes::connect(&settings, &environment(), context.clock.clone()).await;
    cluster.context("cannot use a cluster")
}

/// Runs the worker until it is told to stop.
async fn work<L: Log, E: Executor>(
    context: &Context,
    config: WorkerConfig,
    log: L,
    executor: E,
    (how, telemetry): (&ServeArgs, &Telemetry),
) -> anyhow::Result<Exit> {
    let health = Health::new();
    let worker = Worker::new(
        config,
        log,
        executor,
        context.clock.clone(),
        health.part("worker"),
    )
    .measured(telemetry.meter());
    let mut tasks = Tasks::new();
    tasks.spawn("worker", |stop| async move { Ok(worker.run(stop).await?) });
    serve(tasks, health, telemetry, how).await
}

/// The worker's own environment. A variable that is not UTF-8 could not be named anywhere.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// What runs the attempts of a worker on this machine, with this program as the keeper of each.
pub(crate) fn local_executor(settings: &WorkerSettings, clock: Clock) -> LocalExecutor {
    let (keeper, process) = (KeeperCommand::this_program(), settings.process.clone());
    let process = ProcessExecutor::new(keeper, environment(), process);
    LocalExecutor::new(process, NullExecutor::new(clock))
}

/// The pool is there and of the type that is expected. With a type it is created if it is not there, as Prefect does.
async fn check_pool(
    client: &Client,
    pool: &PoolName,
    kind: Option<PoolType>,
) -> anyhow::Result<PoolType> {
    let is = match client.cell().await {
        Ok(cell) => cell.pool(pool).map(|held| held.value.kind),
        Err(ReadCellError::NoCell) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(match (is, kind) {
        (Some(is), Some(kind)) if is != kind => {
            bail!(
                "work pool {pool} is of type {}, not {}",
                is.as_str(),
                kind.as_str()
            )
        }
        (Some(is), _) => is,
        (None, Some(kind)) => {
            client
                .create_pool(PoolSpec::new(pool.clone(), kind))
                .await?;
            kind
        }
        (None, None) => {
            return Err(not_found(format!(
                "there is no work pool {pool}: create it with `weir work-pool create {pool} --type process`, or say --type"
            )));
        }
    })
}

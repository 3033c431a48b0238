//! `weir run cancel`: one run by its id, or all that match.

use std::time::Duration;

use anyhow::bail;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use weir_client::{
    CancelRequest, Client, DeploymentName, PoolName, QueueName, RunFilter, RunKey, RunName,
    StateType, Tag,
};

use super::Which;
use crate::{context::Context, exit::Exit, value, view};

/// Runs that one call cancels.
const RUNS_MAX: u32 = 10_000;
/// Cancels that are under way at once.
const AT_ONCE: usize = 64;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run's id, or POOL/QUEUE/ID; without one, all runs that match are cancelled
    #[arg(value_name = "RUN", conflicts_with_all = ["state", "deployment", "tag", "dry_run"])]
    run: Option<RunName>,
    /// Runs of this pool
    #[arg(short, long)]
    pool: Option<PoolName>,
    /// Runs of this queue
    #[arg(short, long, visible_alias = "work-queue")]
    queue: Option<QueueName>,
    /// Runs in this state, such as Scheduled; more than one may be given [default: all that have not ended]
    #[arg(long, visible_alias = "state-type", value_name = "STATE")]
    state: Vec<StateType>,
    /// Runs of this deployment, as FLOW/NAME
    #[arg(long, value_name = "FLOW/NAME")]
    deployment: Option<DeploymentName>,
    /// Runs with this tag; with all, if more than one is given
    #[arg(long)]
    tag: Vec<Tag>,
    /// Only list the runs that would be cancelled
    #[arg(long)]
    dry_run: bool,
    /// Between the polite signal and the forced one [default: 30s]
    #[arg(long, value_name = "SPAN", value_parser = value::span)]
    grace: Option<Duration>,
    /// Skip the grace
    #[arg(long, conflicts_with = "grace")]
    force: bool,
    /// Why; it is kept in the log
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let cancel = CancelRequest {
        grace: args.grace,
        force: args.force,
        reason: args.reason.clone(),
    };
    let client = context.client().await?;
    match args.run.clone() {
        Some(run) => {
            let (pool, queue) = (args.pool, args.queue);
            let run = Which { run, pool, queue }.find(&client).await?;
            one(context, &client, &run, cancel).await
        }
        None => matching(context, &client, args, cancel).await,
    }
}

async fn one(
    context: &Context,
    client: &Client,
    run: &RunKey,
    cancel: CancelRequest,
) -> anyhow::Result<Exit> {
    // A run that is not requested yet can be cancelled all the same, when it is named in full.
    let known = client.inspect(run).await.ok().map(|detail| detail.view);
    if let Some(view) = known.as_ref().filter(|view| view.state.is_terminal()) {
        context.out.note(&format!(
            "run {} has ended already: {}",
            run.run_id, view.state_name
        ))?;
        return Ok(Exit::Ok);
    }
    client.cancel(run, cancel).await?;
    let next = match known.map(|view| view.state) {
        None => {
            "nothing is known of that run yet; it will be cancelled if it is requested within the hour"
        }
        Some(StateType::Scheduled) => "it has not started and will not",
        Some(_) => "it is told to stop; follow it with `weir run watch`",
    };
    context.out.note(&format!(
        "cancel of run {} is on the log: {next}",
        run.run_id
    ))?;
    Ok(Exit::Ok)
}

async fn matching(
    context: &Context,
    client: &Client,
    args: Args,
    cancel: CancelRequest,
) -> anyhow::Result<Exit> {
    let filter = filter(&args)?;
    let list = client.runs(&filter).await?;
    if args.dry_run {
        if context.out.is_json() {
            context.out.json(&weir_proto::api::run_list_json(&list))?;
        } else {
            let table = view::run::list(&list.runs, context.clock.now());
            context.out.table(&table, "no runs match")?;
        }
        context.out.note(&format!(
            "{} runs would be cancelled; nothing was done",
            list.runs.len() as u64 + list.more
        ))?;
        return Ok(Exit::Ok);
    }
    let count = list.runs.len();
    stream::iter(list.runs)
        .map(|view| {
            let cancel = cancel.clone();
            async move { client.cancel(&view.key, cancel).await.map(drop) }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    context
        .out
        .note(&format!("the cancels of {count} runs are on the log"))?;
    if list.more > 0 {
        context
            .out
            .note(&format!("{} more match: say it again", list.more))?;
    }
    Ok(Exit::Ok)
}

fn filter(args: &Args) -> anyhow::Result<RunFilter> {
    let named = args.pool.is_some()
        || args.queue.is_some()
        || args.deployment.is_some()
        || !args.state.is_empty()
        || !args.tag.is_empty();
    if !named {
        bail!("name a run, or say which: --pool, --queue, --state, --deployment, --tag");
    }
    if let Some(ended) = args.state.iter().find(|state| state.is_terminal()) {
        bail!("--state {ended}: such runs have ended and cannot be cancelled");
    }
    let states = if args.state.is_empty() {
        let all = StateType::ALL.into_iter();
        all.filter(|state| !state.is_terminal()).collect()
    } else {
        args.state.clone()
    };
    Ok(RunFilter {
        pool: args.pool.clone(),
        queue: args.queue.clone(),
        run_id: None,
        deployment: args.deployment.clone(),
        states,
        tags: args.tag.clone(),
        limit: RUNS_MAX,
        parent: None,
    })
}

//! `weir run ls`.

use weir_client::{DeploymentName, PoolName, QueueName, RunFilter, RunName, StateType, Tag};

use super::find;
use crate::{context::Context, exit::Exit, view};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only runs in this state, such as Running; more than one may be given
    #[arg(long, visible_alias = "state-type", value_name = "STATE")]
    state: Vec<StateType>,
    /// Only runs of this pool
    #[arg(short, long)]
    pool: Option<PoolName>,
    /// Only runs of this queue
    #[arg(short, long, visible_alias = "work-queue")]
    queue: Option<QueueName>,
    /// Only runs of this deployment, as FLOW/NAME
    #[arg(long, value_name = "FLOW/NAME")]
    deployment: Option<DeploymentName>,
    /// Only runs with this tag; with all, if more than one is given
    #[arg(long)]
    tag: Vec<Tag>,
    /// Only children of this run: its id, or POOL/QUEUE/ID
    #[arg(long, value_name = "RUN")]
    parent: Option<RunName>,
    /// At most so many, the newest first
    #[arg(short, long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let parent = match &args.parent {
        Some(name) => Some(find(&client, name).await?),
        None => None,
    };
    let filter = RunFilter {
        pool: args.pool,
        queue: args.queue,
        run_id: None,
        deployment: args.deployment,
        states: args.state,
        tags: args.tag,
        limit: args.limit,
        parent,
    };
    let list = client.runs(&filter).await?;
    if context.out.is_json() {
        context.out.json(&weir_proto::api::run_list_json(&list))?;
        return Ok(Exit::Ok);
    }
    let table = view::run::list(&list.runs, context.clock.now());
    context.out.table(&table, "no runs match")?;
    if list.more > 0 {
        context.out.note(&format!(
            "{} more match: raise --limit, or ask for less",
            list.more
        ))?;
    }
    for impediment in &list.from.impediments {
        context
            .out
            .note(&format!("scheduler {}: {impediment}", list.from.scheduler))?;
    }
    Ok(Exit::Ok)
}

//! `weir concurrency-limit`: limits on all runs that have a tag, whatever their pool.

use clap::Subcommand;
use weir_client::{Configured, Held, LimitChange, Tag, TagLimitConfig};

use super::{pace::RateChange, pool::said};
use crate::{
    context::Context,
    exit::{Exit, not_found},
    value::Position,
    view,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set how many runs with a tag may be under way at once, in all pools together, or how often they may start
    Create {
        /// The tag; with :* at its end, each tag that begins so, for itself, such as 'customer:*'
        tag: Tag,
        /// At most so many runs at once; 0 starts nothing
        #[arg(required_unless_present_any = ["start_rate", "no_start_rate"])]
        limit: Option<u32>,
        #[command(flatten)]
        rate: RateChange,
    },
    /// Show every revision of a tag's limit: when, by whom, and what changed
    History {
        /// The tag
        tag: Tag,
    },
    /// List the limits on tags
    Ls,
    /// Show the limit on a tag
    #[command(visible_alias = "read")]
    Inspect {
        /// The tag
        tag: Tag,
        /// As it was in force at this position of a queue's log
        #[arg(long, value_name = "POOL/QUEUE:SEQ")]
        at: Option<Position>,
    },
    /// Let any number of runs with a tag be under way
    Delete {
        /// The tag
        tag: Tag,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let what = |tag: &Tag| format!("concurrency limit of tag {tag}");
    match command {
        Command::Create { tag, limit, rate } => {
            let limit = limit.map_or(LimitChange::Keep, LimitChange::Set);
            let saved = client.set_tag_limit(&tag, limit, rate.change()).await?;
            context.out.note(&said(&what(&tag), saved))?;
        }
        Command::Delete { tag } => {
            client.delete_tag_limit(&tag).await?;
            context.out.note(&format!("deleted {}", what(&tag)))?;
        }
        Command::Ls => list(context).await?,
        Command::History { tag } => {
            let name = what(&tag);
            return super::history::run(context, Configured::TagLimit(tag), &name).await;
        }
        Command::Inspect { tag, at } => inspect(context, &tag, at.as_ref()).await?,
    }
    Ok(Exit::Ok)
}

async fn list(context: &Context) -> anyhow::Result<()> {
    let client = context.client().await?;
    let cell = client.cell().await?;
    let limits: Vec<&Held<TagLimitConfig>> = cell.tag_limits().collect();
    if context.out.is_json() {
        let limits: Vec<String> = limits
            .into_iter()
            .map(weir_proto::api::held_tag_limit_json)
            .collect();
        context.out.json(&format!("[{}]", limits.join(",")))?;
        return Ok(());
    }
    let live = super::ask(context, client.limits().await)?.map(|list| list.limits);
    context.out.table(
        &view::limit::list(&limits, live.as_deref(), context.clock.now()),
        "no tag has a limit: set one with `weir concurrency-limit create TAG N`",
    )?;
    Ok(())
}

async fn inspect(context: &Context, tag: &Tag, at: Option<&Position>) -> anyhow::Result<()> {
    let client = context.client().await?;
    let cell = super::history::cell_at(context, &client, at).await?;
    let held = cell.tag_limits().find(|held| held.value.tag == *tag);
    let held = held.ok_or_else(|| {
        not_found(format!(
            "there is no concurrency limit on tag {tag}: list them with `weir concurrency-limit ls`"
        ))
    })?;
    if context.out.is_json() {
        context
            .out
            .json(&weir_proto::api::held_tag_limit_json(held))?;
        return Ok(());
    }
    let live = match at {
        None => super::ask(context, client.limits().await)?.map(|list| list.limits),
        Some(_) => None,
    };
    let table = view::limit::one(held, live.as_deref(), context.clock.now());
    context.out.table(&table, "")?;
    Ok(())
}

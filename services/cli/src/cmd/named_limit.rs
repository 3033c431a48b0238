//! `weir global-concurrency-limit`: limits of a name, whose slots runs ask for by number.

use clap::Subcommand;
use weir_client::{Configured, Held, LimitKey, LimitName, NamedLimitConfig};

use super::pool::said;
use crate::{
    context::Context,
    exit::{Exit, not_found},
    value::Position,
    view,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a limit that runs take slots of by its name
    Create {
        /// The limit's name
        name: LimitName,
        /// How many slots there are; 0 starts nothing that needs one
        #[arg(short, long, value_name = "N")]
        limit: u32,
    },
    /// Change how many slots there are
    Update {
        /// The limit's name
        name: LimitName,
        /// How many slots there are; 0 starts nothing that needs one
        #[arg(short, long, value_name = "N")]
        limit: u32,
    },
    /// Show every revision of a limit: when, by whom, and what changed
    History {
        /// The limit's name
        name: LimitName,
    },
    /// List the limits
    Ls,
    /// Show a limit
    Inspect {
        /// The limit's name
        name: LimitName,
        /// As it was in force at this position of a queue's log
        #[arg(long, value_name = "POOL/QUEUE:SEQ")]
        at: Option<Position>,
    },
    /// Take a limit away; runs that name it are not limited by it
    Delete {
        /// The limit's name
        name: LimitName,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let what = |name: &LimitName| format!("global concurrency limit {name}");
    match command {
        Command::Create { name, limit } => {
            let saved = client.set_named_limit(&name, limit).await?;
            context.out.note(&said(&what(&name), saved))?;
        }
        Command::Update { name, limit } => {
            let cell = client.cell().await?;
            found(cell.named_limits(), &name)?;
            let saved = client.set_named_limit(&name, limit).await?;
            context.out.note(&said(&what(&name), saved))?;
        }
        Command::Delete { name } => {
            client.delete_named_limit(&name).await?;
            context.out.note(&format!("deleted {}", what(&name)))?;
        }
        Command::Ls => list(context).await?,
        Command::History { name } => {
            let said = what(&name);
            return super::history::run(context, Configured::NamedLimit(name), &said).await;
        }
        Command::Inspect { name, at } => inspect(context, &name, at.as_ref()).await?,
    }
    Ok(Exit::Ok)
}

fn found<'a>(
    mut limits: impl Iterator<Item = &'a Held<NamedLimitConfig>>,
    name: &LimitName,
) -> anyhow::Result<&'a Held<NamedLimitConfig>> {
    limits.find(|held| held.value.name == *name).ok_or_else(|| {
        not_found(format!(
            "there is no global concurrency limit {name}: list them with `weir global-concurrency-limit ls`"
        ))
    })
}

async fn list(context: &Context) -> anyhow::Result<()> {
    let client = context.client().await?;
    let cell = client.cell().await?;
    let limits: Vec<&Held<NamedLimitConfig>> = cell.named_limits().collect();
    if context.out.is_json() {
        let limits = limits.into_iter();
        let limits: Vec<String> = limits.map(weir_proto::api::held_named_limit_json).collect();
        context.out.json(&format!("[{}]", limits.join(",")))?;
        return Ok(());
    }
    let live = super::ask(context, client.limits().await)?.map(|list| list.limits);
    context.out.table(
        &view::limit::list_named(&limits, live.as_deref(), context.clock.now()),
        "there are no global concurrency limits: make one with `weir global-concurrency-limit create NAME --limit N`",
    )?;
    Ok(())
}

async fn inspect(context: &Context, name: &LimitName, at: Option<&Position>) -> anyhow::Result<()> {
    let client = context.client().await?;
    let cell = super::history::cell_at(context, &client, at).await?;
    let held = found(cell.named_limits(), name)?;
    if context.out.is_json() {
        let json = weir_proto::api::held_named_limit_json(held);
        context.out.json(&json)?;
        return Ok(());
    }
    let live = match at {
        None => super::ask(context, client.limits().await)?.map(|list| list.limits),
        Some(_) => None,
    };
    let key = LimitKey::Named(name.clone());
    let live = live.and_then(|limits| view::limit::find(&limits, &key).cloned());
    let table = view::limit::one_named(held, live.as_ref(), context.clock.now());
    context.out.table(&table, "")?;
    Ok(())
}

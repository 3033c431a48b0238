//! `weir work-queue`.

mod preview;

use std::num::NonZeroU32;

use clap::{ArgGroup, Args, Subcommand};
use weir_client::{
    Configured, Deletion, LimitChange, PoolName, QueueKey, QueueName, QueueSpec, QueueUpdate,
};

use super::{
    pace::{RateArgs, RateChange},
    pool::said,
};
use crate::{
    context::Context,
    exit::{Exit, not_found},
    value::{self, Position},
    view,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a work queue
    Create(Create),
    /// Change a work queue
    Update(Update),
    /// Set how many runs of a queue may be under way at once
    SetConcurrencyLimit {
        #[command(flatten)]
        which: Which,
        /// At most so many runs at once; 0 starts nothing
        limit: u32,
    },
    /// Let any number of runs of a queue be under way, within the pool's limit
    ClearConcurrencyLimit {
        #[command(flatten)]
        which: Which,
    },
    /// Start nothing new of a queue; what is under way goes on and holds its slots
    Pause {
        #[command(flatten)]
        which: Which,
    },
    /// Pause a queue and say, or wait until, nothing of it is under way; `resume` ends it
    Drain {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        how: super::drain::Args,
    },
    /// Let runs of a paused queue start again
    Resume {
        #[command(flatten)]
        which: Which,
    },
    /// Delete a work queue; runs that have ended can still be inspected
    Delete {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        how: super::delete::Args,
    },
    /// Show every revision of a work queue's settings: when, by whom, and what changed
    History {
        #[command(flatten)]
        which: Which,
    },
    /// Show what comes next in a queue: the runs that schedules make, and those that wait for a time
    Preview {
        #[command(flatten)]
        which: Which,
        /// Over so many hours from now
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8_784))]
        hours: u32,
    },
    /// List work queues
    Ls {
        /// Only those of this pool
        #[arg(short, long)]
        pool: Option<PoolName>,
        /// Show descriptions too
        #[arg(short, long)]
        verbose: bool,
    },
    /// Show a work queue
    Inspect {
        #[command(flatten)]
        which: Which,
        /// As it was in force at this position of a queue's log
        #[arg(long, value_name = "POOL/QUEUE:SEQ")]
        at: Option<Position>,
    },
}

/// A queue of a pool.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The queue
    name: QueueName,
    /// Its pool
    #[arg(short, long)]
    pool: PoolName,
}

impl Which {
    fn key(self) -> QueueKey {
        QueueKey::new(self.pool, self.name)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    which: Which,
    /// At most so many runs at once; only the pool's limit if not given
    #[arg(short, long, visible_alias = "concurrency-limit", value_name = "N")]
    limit: Option<u32>,
    /// 1 is the highest, and the default; runs of a higher queue go before those of a lower one
    #[arg(short = 'q', long, value_name = "K")]
    priority: Option<NonZeroU32>,
    /// Past so many bytes in its stream new requests are rejected, such as 512MiB [default: 1GiB]
    #[arg(long, value_name = "BYTES", value_parser = value::bytes)]
    max_bytes: Option<u64>,
    /// Its share where the pool shares fairly, in proportion to the other queues' [default: 1]
    #[arg(long, value_name = "N")]
    weight: Option<NonZeroU32>,
    /// What it is for
    #[arg(short, long)]
    description: Option<String>,
    #[command(flatten)]
    rate: RateArgs,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true).args(["limit", "priority", "max_bytes", "description", "weight", "start_rate", "no_start_rate"]))]
pub(crate) struct Update {
    #[command(flatten)]
    which: Which,
    /// At most so many runs at once; 0 starts nothing
    #[arg(short, long, visible_alias = "concurrency-limit", value_name = "N")]
    limit: Option<u32>,
    /// 1 is the highest
    #[arg(short = 'q', long, value_name = "K")]
    priority: Option<NonZeroU32>,
    /// Past so many bytes in its stream new requests are rejected, such as 2GiB
    #[arg(long, value_name = "BYTES", value_parser = value::bytes)]
    max_bytes: Option<u64>,
    /// Its share where the pool shares fairly, in proportion to the other queues'
    #[arg(long, value_name = "N")]
    weight: Option<NonZeroU32>,
    /// What it is for
    #[arg(short, long)]
    description: Option<String>,
    #[command(flatten)]
    rate: RateChange,
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Create(args) => create(context, args).await,
        Command::Update(args) => {
            let update = QueueUpdate {
                start_rate: args.rate.change(),
                weight: args.weight,
                description: args.description,
                concurrency_limit: args.limit.map_or(LimitChange::Keep, LimitChange::Set),
                priority: args.priority,
                max_bytes: args.max_bytes,
                paused: None,
            };
            change(context, args.which, update).await
        }
        Command::SetConcurrencyLimit { which, limit } => {
            set_limit(context, which, LimitChange::Set(limit)).await
        }
        Command::ClearConcurrencyLimit { which } => {
            set_limit(context, which, LimitChange::Clear).await
        }
        Command::Pause { which } => pause(context, which, true).await,
        Command::Drain { which, how } => {
            let key = QueueKey::new(which.pool.clone(), which.name.clone());
            pause(context, which, true).await?;
            let (what, queue) = (format!("work queue {key}"), Some(&key.queue));
            super::drain::tell(context, &what, &key.pool, queue, &how).await
        }
        Command::Resume { which } => pause(context, which, false).await,
        Command::Delete { which, how } => {
            let key = which.key();
            let what = format!("work queue {key}");
            super::delete::run(context, Deletion::Queue(key), &what, how).await
        }
        Command::Preview { which, hours } => preview::run(context, &which.key(), hours).await,
        Command::Ls { pool, verbose } => list(context, pool.as_ref(), verbose).await,
        Command::History { which } => {
            let key = which.key();
            let what = format!("work queue {key}");
            super::history::run(context, Configured::Queue(key), &what).await
        }
        Command::Inspect { which, at } => inspect(context, &which.key(), at.as_ref()).await,
    }
}

async fn create(context: &Context, args: Create) -> anyhow::Result<Exit> {
    let key = args.which.key();
    let mut spec = QueueSpec::new(key.clone());
    spec.concurrency_limit = args.limit;
    spec.priority = args.priority;
    spec.max_bytes = args.max_bytes;
    spec.description = args.description;
    spec.start_rate = args.rate.rate();
    spec.weight = args.weight;
    let saved = context.client().await?.create_queue(spec).await?;
    context
        .out
        .note(&said(&format!("work queue {key}"), saved))?;
    Ok(Exit::Ok)
}

async fn pause(context: &Context, which: Which, paused: bool) -> anyhow::Result<Exit> {
    let update = QueueUpdate {
        paused: Some(paused),
        ..QueueUpdate::default()
    };
    change(context, which, update).await
}

async fn set_limit(
    context: &Context,
    which: Which,
    concurrency_limit: LimitChange,
) -> anyhow::Result<Exit> {
    change(
        context,
        which,
        QueueUpdate {
            concurrency_limit,
            ..QueueUpdate::default()
        },
    )
    .await
}

async fn change(context: &Context, which: Which, update: QueueUpdate) -> anyhow::Result<Exit> {
    let key = which.key();
    let saved = context.client().await?.update_queue(&key, &update).await?;
    context
        .out
        .note(&said(&format!("work queue {key}"), saved))?;
    Ok(Exit::Ok)
}

async fn list(context: &Context, pool: Option<&PoolName>, verbose: bool) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let cell = client.cell().await?;
    if let Some(name) = pool.filter(|name| cell.pool(name).is_none()) {
        return Err(not_found(format!(
            "there is no work pool {name}: list them with `weir work-pool ls`"
        )));
    }
    let queues: Vec<_> = match pool {
        Some(pool) => cell.queues_of(pool),
        None => cell.queues().collect(),
    };
    if context.out.is_json() {
        let queues: Vec<String> = queues
            .into_iter()
            .map(weir_proto::api::held_queue_json)
            .collect();
        context.out.json(&format!("[{}]", queues.join(",")))?;
        return Ok(Exit::Ok);
    }
    let live = super::ask(context, client.queues(pool).await)?.map(|list| list.queues);
    let table = view::queue::list(&queues, live.as_deref(), verbose, context.clock.now());
    context.out.table(
        &table,
        "there are no work queues: a pool is created with one, see `weir work-pool create --help`",
    )?;
    Ok(Exit::Ok)
}

async fn inspect(context: &Context, key: &QueueKey, at: Option<&Position>) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let cell = super::history::cell_at(context, &client, at).await?;
    let held = cell.queue(key).ok_or_else(|| {
        not_found(format!(
            "there is no work queue {key}: list them with `weir work-queue ls --pool {}`",
            key.pool
        ))
    })?;
    if context.out.is_json() {
        context.out.json(&weir_proto::api::held_queue_json(held))?;
        return Ok(Exit::Ok);
    }
    let live = match at {
        None => super::ask(context, client.queues(Some(&key.pool)).await)?,
        Some(_) => None,
    };
    let live = live.and_then(|list| list.queues.into_iter().find(|queue| queue.key == *key));
    // The stream itself is asked, so that a full queue shows even where no scheduler runs.
    let usage = client.queue_usage(key).await.ok();
    context.out.table(
        &view::queue::one(held, live.as_ref(), usage.as_ref(), context.clock.now()),
        "",
    )?;
    Ok(Exit::Ok)
}

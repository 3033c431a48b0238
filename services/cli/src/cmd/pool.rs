//! `weir work-pool`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, anyhow};
use clap::{ArgGroup, Args, Subcommand};
use weir_client::{
    Change, Client, Configured, Deletion, JobPolicy, JsonObject, LimitChange, PoolName, PoolSpec,
    PoolType, PoolUpdate, Saved,
};

use super::pace::{FairArgs, RateArgs, RateChange, WorkerArgs};
use crate::{
    context::Context,
    deploy_file, document,
    exit::{Exit, not_found},
    value::{Position, one_line},
    view,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a work pool, with its queue `default`
    Create(Create),
    /// Change a work pool
    Update(Update),
    /// Set how many runs of a pool may be under way at once
    SetConcurrencyLimit {
        /// The pool
        name: PoolName,
        /// At most so many runs at once; 0 starts nothing
        limit: u32,
    },
    /// Let any number of runs of a pool be under way
    ClearConcurrencyLimit {
        /// The pool
        name: PoolName,
    },
    /// Print the base job template that pools of a type begin with
    GetDefaultBaseJobTemplate(DefaultTemplate),
    /// Start nothing new in a pool; what is under way goes on
    Pause {
        /// The pool
        name: PoolName,
    },
    /// Pause a pool and say, or wait until, nothing of it is under way; `resume` ends it
    Drain {
        /// The pool
        name: PoolName,
        #[command(flatten)]
        how: super::drain::Args,
    },
    /// Let runs of a paused pool start again
    Resume {
        /// The pool
        name: PoolName,
    },
    /// Delete a work pool with all of its queues; runs that have ended can still be inspected
    Delete {
        /// The pool
        name: PoolName,
        #[command(flatten)]
        how: super::delete::Args,
    },
    /// Show every revision of a work pool's settings: when, by whom, and what changed
    History {
        /// The pool
        name: PoolName,
    },
    /// List work pools
    Ls {
        /// Show descriptions too
        #[arg(short, long)]
        verbose: bool,
    },
    /// Show a work pool
    Inspect {
        /// The pool
        name: PoolName,
        /// As it was in force at this position of a queue's log
        #[arg(long, value_name = "POOL/QUEUE:SEQ")]
        at: Option<Position>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The pool's name: lower-case letters, digits and '-', at most 40
    name: PoolName,
    /// What its runs become: process, kubernetes, or null (nothing at all, for benchmarks)
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    kind: PoolType,
    /// At most so many runs at once; unlimited if not given
    #[arg(long, value_name = "N")]
    concurrency_limit: Option<u32>,
    /// A file with the base job template (JSON); the default of the type if not given
    #[arg(long, value_name = "FILE")]
    base_job_template: Option<PathBuf>,
    /// What it is for
    #[arg(short, long)]
    description: Option<String>,
    #[command(flatten)]
    rate: RateArgs,
    #[command(flatten)]
    fair: FairArgs,
    #[command(flatten)]
    workers: WorkerArgs,
    /// A file with what the pool's Kubernetes Jobs may hold (YAML or JSON), with the keys of `policy` in weir.yaml
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true).args(["base_job_template", "concurrency_limit", "description", "start_rate", "no_start_rate", "fair_share", "no_fair_share", "on_lost_worker", "submit_timeout", "start_timeout", "policy", "no_policy"]))]
pub(crate) struct Update {
    /// The pool
    name: PoolName,
    /// A file with the new base job template (JSON), for runs that start from now on
    #[arg(long, value_name = "FILE")]
    base_job_template: Option<PathBuf>,
    /// At most so many runs at once; 0 starts nothing
    #[arg(long, value_name = "N")]
    concurrency_limit: Option<u32>,
    /// What it is for
    #[arg(short, long)]
    description: Option<String>,
    #[command(flatten)]
    rate: RateChange,
    #[command(flatten)]
    fair: FairArgs,
    /// Let queues go strictly by priority
    #[arg(long, conflicts_with = "fair_share")]
    no_fair_share: bool,
    #[command(flatten)]
    workers: WorkerArgs,
    /// A file with what the pool's Kubernetes Jobs may hold from now on (YAML or JSON)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Let Jobs hold whatever the template makes of them
    #[arg(long, conflicts_with = "policy")]
    no_policy: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DefaultTemplate {
    /// The type: process, kubernetes or null
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    kind: PoolType,
    /// Write it to this file instead
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Create(args) => create(context, args).await,
        Command::Update(args) => update(context, args).await,
        Command::SetConcurrencyLimit { name, limit } => {
            set_limit(context, &name, LimitChange::Set(limit)).await
        }
        Command::ClearConcurrencyLimit { name } => {
            set_limit(context, &name, LimitChange::Clear).await
        }
        Command::Pause { name } => pause(context, &name, true).await,
        Command::Drain { name, how } => {
            pause(context, &name, true).await?;
            let what = format!("work pool {name}");
            super::drain::tell(context, &what, &name, None, &how).await
        }
        Command::Resume { name } => pause(context, &name, false).await,
        Command::Delete { name, how } => {
            let what = format!("work pool {name}");
            super::delete::run(context, Deletion::Pool(name), &what, how).await
        }
        Command::GetDefaultBaseJobTemplate(args) => default_template(context, &args),
        Command::Ls { verbose } => list(context, verbose).await,
        Command::History { name } => {
            let what = format!("work pool {name}");
            super::history::run(context, Configured::Pool(name), &what).await
        }
        Command::Inspect { name, at } => inspect(context, &name, at.as_ref()).await,
    }
}

async fn create(context: &Context, args: Create) -> anyhow::Result<Exit> {
    let mut spec = PoolSpec::new(args.name.clone(), args.kind);
    spec.concurrency_limit = args.concurrency_limit;
    spec.description = args.description;
    spec.start_rate = args.rate.rate();
    spec.fair_share = args.fair.share()?;
    spec.on_lost_worker = args.workers.on_lost_worker;
    spec.submit_timeout = args.workers.submit_timeout;
    spec.start_timeout = args.workers.start_timeout;
    spec.policy = args.policy.as_deref().map(policy).transpose()?;
    spec.base_job_template = args
        .base_job_template
        .as_deref()
        .map(template)
        .transpose()?;
    let saved = context.client().await?.create_pool(spec).await?;
    context
        .out
        .note(&said(&format!("work pool {}", args.name), saved))?;
    if matches!(saved, Saved::Created(_)) {
        let name = &args.name;
        context.out.note(&format!(
            "publish runs to weir.run.{name}.default.<run id>.request, or with: weir run submit --pool {name} --queue default"
        ))?;
    }
    Ok(Exit::Ok)
}

async fn update(context: &Context, args: Update) -> anyhow::Result<Exit> {
    let WorkerArgs {
        on_lost_worker,
        submit_timeout,
        start_timeout,
    } = args.workers;
    let template = args.base_job_template.as_deref().map(template);
    let update = PoolUpdate {
        description: args.description,
        concurrency_limit: set(args.concurrency_limit),
        base_job_template: template.transpose()?,
        paused: None,
        start_rate: args.rate.change(),
        fair_share: match args.fair.share()? {
            Some(share) => Change::Set(share),
            None if args.no_fair_share => Change::Clear,
            None => Change::Keep,
        },
        on_lost_worker,
        submit_timeout: set(submit_timeout),
        start_timeout: set(start_timeout),
        policy: match args.policy.as_deref().map(policy).transpose()? {
            Some(policy) => Change::Set(policy),
            None if args.no_policy => Change::Clear,
            None => Change::Keep,
        },
    };
    change(context, &args.name, update).await
}

fn set<T>(given: Option<T>) -> Change<T> {
    given.map_or(Change::Keep, Change::Set)
}

/// What a write has done, in a sentence.
pub(crate) fn said(what: &str, saved: Saved) -> String {
    match saved {
        Saved::Created(revision) => format!("created {what} (revision {revision})"),
        Saved::Updated(revision) => format!("changed {what} (revision {revision})"),
        Saved::Unchanged(revision) => format!("{what} is so already (revision {revision})"),
    }
}

async fn pause(context: &Context, name: &PoolName, paused: bool) -> anyhow::Result<Exit> {
    let update = PoolUpdate {
        paused: Some(paused),
        ..PoolUpdate::default()
    };
    change(context, name, update).await
}

async fn set_limit(
    context: &Context,
    name: &PoolName,
    concurrency_limit: LimitChange,
) -> anyhow::Result<Exit> {
    change(
        context,
        name,
        PoolUpdate {
            concurrency_limit,
            ..PoolUpdate::default()
        },
    )
    .await
}

async fn change(context: &Context, name: &PoolName, update: PoolUpdate) -> anyhow::Result<Exit> {
    let saved = context.client().await?.update_pool(name, &update).await?;
    context
        .out
        .note(&said(&format!("work pool {name}"), saved))?;
    Ok(Exit::Ok)
}

fn template(file: &Path) -> anyhow::Result<JsonObject> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    JsonObject::parse(&text).map_err(|error| anyhow!("{}: {}", file.display(), one_line(&error)))
}

fn policy(file: &Path) -> anyhow::Result<Arc<JobPolicy>> {
    let written = document::read(file)?;
    let policy = deploy_file::policy(written);
    let policy = policy.map_err(|error| anyhow!("{}: {error}", file.display()))?;
    Ok(Arc::new(policy))
}

fn default_template(context: &Context, args: &DefaultTemplate) -> anyhow::Result<Exit> {
    let text = weir_client::default_base_job_template(args.kind);
    match &args.file {
        Some(file) => {
            fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
            context.out.note(&format!(
                "wrote the default base job template of type {} to {}",
                args.kind.as_str(),
                file.display()
            ))?;
        }
        None => context.out.text(&format!("{}\n", text.trim_end()))?,
    }
    Ok(Exit::Ok)
}

async fn list(context: &Context, verbose: bool) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let cell = client.cell().await?;
    let live = super::ask(context, client.pools(None).await)?;
    if context.out.is_json() {
        let pools: Vec<String> = cell.pools().map(weir_proto::api::held_pool_json).collect();
        context.out.json(&format!("[{}]", pools.join(",")))?;
    } else {
        let live = live.map(|list| list.pools);
        let table = view::pool::list(cell.pools(), live.as_deref(), verbose);
        context.out.table(
            &table,
            "there are no work pools: create one with `weir work-pool create NAME --type process`",
        )?;
    }
    Ok(Exit::Ok)
}

async fn inspect(
    context: &Context,
    name: &PoolName,
    at: Option<&Position>,
) -> anyhow::Result<Exit> {
    let client: Client = context.client().await?;
    let cell = super::history::cell_at(context, &client, at).await?;
    let held = cell.pool(name).ok_or_else(|| {
        not_found(format!(
            "there is no work pool {name}: list them with `weir work-pool ls`"
        ))
    })?;
    if context.out.is_json() {
        context.out.json(&weir_proto::api::held_pool_json(held))?;
        return Ok(Exit::Ok);
    }
    let live = match at {
        None => super::ask(context, client.pools(Some(name)).await)?,
        Some(_) => None,
    };
    let live = live.and_then(|list| list.pools.into_iter().find(|pool| pool.name == *name));
    context
        .out
        .table(&view::pool::one(held, live.as_ref()), "")?;
    context.out.line("base job template:")?;
    let template = serde_json::Value::Object(held.value.base_job_template.to_map());
    context
        .out
        .line(&serde_json::to_string_pretty(&template)?)?;
    Ok(Exit::Ok)
}

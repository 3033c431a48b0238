//! `weir run`, also called `flow-run`.

pub(crate) mod cancel;
pub(crate) mod family;
pub(crate) mod follow;
pub(crate) mod heir;
pub(crate) mod inside;
pub(crate) mod inspect;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod render;
pub(crate) mod retries;
pub(crate) mod retry;
pub(crate) mod submit;
pub(crate) mod wait;
pub(crate) mod when;

use clap::{Args, Subcommand};
use weir_client::{Client, FindScope, PoolName, QueueName, RunKey, RunName};

use crate::{context::Context, exit::Exit};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Submit a run
    Submit(Box<submit::Args>),
    /// Print what a run would be, without running it
    Render(render::Args),
    /// List runs, the newest first
    Ls(list::Args),
    /// Show a run, and the end of its output if it failed
    Inspect(inspect::Args),
    /// Print each state of a run as it comes, until its end
    Watch(follow::Args),
    /// Wait for the end of runs without a word; the exit code tells how the first of them ended that did not complete
    Wait(wait::Args),
    /// Print a run's output
    Logs(logs::Args),
    /// Cancel a run
    Cancel(cancel::Args),
    /// Run a run again that has ended: a new attempt of the same run
    Retry(retry::Args),
    /// End a wait whose program was killed: started by that, never by hand
    #[command(hide = true)]
    GoOn(heir::Args),
    /// Change a run's priority; larger goes first within its queue
    SetPriority {
        #[command(flatten)]
        which: Which,
        /// From -1000000 to 1000000; 0 is that of a run that names none
        #[arg(allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(-1_000_000..=1_000_000))]
        priority: i32,
    },
}

/// A run, by its id; pool and queue only where that is ambiguous.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The run's id, or POOL/QUEUE/ID
    #[arg(value_name = "RUN")]
    run: RunName,
    /// Its pool, where the id alone is ambiguous
    #[arg(short, long)]
    pool: Option<PoolName>,
    /// Its queue, where the id alone is ambiguous
    #[arg(short, long, visible_alias = "work-queue")]
    queue: Option<QueueName>,
}

impl Which {
    /// Finds the run.
    pub(crate) async fn find(&self, client: &Client) -> anyhow::Result<RunKey> {
        let scope = match &self.run.queue {
            Some(key) => FindScope {
                pool: Some(key.pool.clone()),
                queue: Some(key.queue.clone()),
            },
            None => FindScope {
                pool: self.pool.clone(),
                queue: self.queue.clone(),
            },
        };
        Ok(client.find(&self.run.run_id, &scope).await?)
    }
}

/// The run of a name; by its id alone wherever it is.
pub(crate) async fn find(client: &Client, name: &RunName) -> anyhow::Result<RunKey> {
    let scope = name.queue.as_ref().map(|key| FindScope {
        pool: Some(key.pool.clone()),
        queue: Some(key.queue.clone()),
    });
    Ok(client
        .find(&name.run_id, &scope.unwrap_or_default())
        .await?)
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Submit(args) => submit::run(context, *args).await,
        Command::Render(args) => render::run(context, args).await,
        Command::Ls(args) => list::run(context, args).await,
        Command::Inspect(args) => inspect::run(context, &args).await,
        Command::Watch(args) => follow::run(context, &args).await,
        Command::Wait(args) => wait::run(context, args).await,
        Command::Logs(args) => logs::run(context, &args).await,
        Command::Cancel(args) => cancel::run(context, args).await,
        Command::Retry(args) => retry::run(context, &args).await,
        Command::GoOn(args) => heir::run(context, args).await,
        Command::SetPriority { which, priority } => set_priority(context, &which, priority).await,
    }
}

async fn set_priority(context: &Context, which: &Which, priority: i32) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let run = which.find(&client).await?;
    let view = client.inspect(&run).await?.view;
    if view.state.is_terminal() {
        context.out.note(&format!(
            "run {} has ended already: {}",
            run.run_id, view.state_name
        ))?;
        return Ok(Exit::Ok);
    }
    client.set_priority(&run, priority).await?;
    context.out.note(&format!(
        "priority {priority} of run {} is on the log: it goes before all runs of its queue with a smaller one",
        run.run_id
    ))?;
    Ok(Exit::Ok)
}

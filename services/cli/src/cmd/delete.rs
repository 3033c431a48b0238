//! Deleting work pools, work queues and deployments.

use std::time::Duration;

use serde_json::json;
use weir_client::{CancelRequest, Client, DeleteOptions, Deletion, QueryError};

use crate::{context::Context, exit::Exit, value};

/// What happens to runs that have not ended, and how long is waited for them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Cancel runs that have not ended; without it they are a reason to refuse
    #[arg(long)]
    cancel_runs: bool,
    /// Between the polite signal and the forced one, for runs that are cancelled [default: 30s]
    #[arg(long, value_name = "SPAN", value_parser = value::span, requires = "cancel_runs")]
    grace: Option<Duration>,
    /// Skip the grace
    #[arg(long, requires = "cancel_runs", conflicts_with = "grace")]
    force: bool,
    /// Wait no longer than that for the end of all runs; the deletion goes on after that
    #[arg(long, value_name = "SPAN", value_parser = value::span, default_value = "5m")]
    timeout: Duration,
}

impl Args {
    /// The same for the client; `reason` is what runs are told that are cancelled.
    pub(super) fn options(&self, reason: String) -> DeleteOptions {
        let options = DeleteOptions::default().within(self.timeout);
        if !self.cancel_runs {
            return options;
        }
        options.cancel_runs(CancelRequest {
            grace: self.grace,
            force: self.force,
            reason,
        })
    }

    /// Whether runs are cancelled.
    pub(super) fn cancels_runs(&self) -> bool {
        self.cancel_runs
    }
}

/// Says so where nobody is there to end the deletion of a queue.
pub(super) async fn need_scheduler(context: &Context, client: &Client) -> anyhow::Result<()> {
    if matches!(client.status().await, Err(QueryError::NoScheduler)) {
        context.out.note(
            "no scheduler is online: the deletion is written down and waits for one to end it",
        )?;
    }
    Ok(())
}

pub(crate) async fn run(
    context: &Context,
    what: Deletion,
    name: &str,
    args: Args,
) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let options = args.options(format!("{name} is deleted"));
    let deployment = matches!(what, Deletion::Deployment(_));
    if !deployment {
        need_scheduler(context, &client).await?;
    }
    let removed = client.delete(&what, &options).await?;
    if context.out.is_json() {
        let told = json!({
            "deleted": name,
            "revision": removed.revision.0,
            "unendedRuns": removed.unended,
        });
        context.out.json(&told.to_string())?;
    }
    let ended = match removed.unended {
        0 => String::new(),
        runs => format!("; {runs} runs had not ended and have now"),
    };
    context.out.note(&format!(
        "deleted {name} (revision {}){ended}; its runs can still be inspected",
        removed.revision
    ))?;
    if let Some(orphans) = orphans(&client.cell().await?, &what) {
        context.out.note(&orphans)?;
    }
    Ok(Exit::Ok)
}

/// Deployments that cannot run any more because their queue is gone.
fn orphans(cell: &weir_client::CellState, what: &Deletion) -> Option<String> {
    let lost: Vec<&str> = cell
        .deployments()
        .filter(|held| match what {
            Deletion::Pool(pool) => held.value.queue.pool == *pool,
            Deletion::Queue(key) => held.value.queue == *key,
            Deletion::Deployment(_) => false,
        })
        .map(|held| held.value.name.as_str())
        .collect();
    (!lost.is_empty()).then(|| {
        format!(
            "deployments that went there cannot run until they are deployed to another queue, or this one is created again: {}",
            lost.join(", ")
        )
    })
}

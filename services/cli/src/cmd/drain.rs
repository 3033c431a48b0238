//! Draining work pools and work queues.

use std::time::Duration;

use serde_json::json;
use weir_client::{PoolName, QueueName};

use crate::{context::Context, exit::Exit, value};

/// Whether and how long the end of what is under way is waited for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Wait until nothing is under way
    #[arg(long)]
    wait: bool,
    /// Wait no longer than that [default: as long as it takes]
    #[arg(long, value_name = "SPAN", value_parser = value::span, requires = "wait")]
    timeout: Option<Duration>,
}

/// Tells how far it has come; it is paused already. Exit code 1: it was waited for and is not drained.
pub(crate) async fn tell(
    context: &Context,
    what: &str,
    pool: &PoolName,
    queue: Option<&QueueName>,
    args: &Args,
) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let drain = if args.wait {
        let within = args.timeout.unwrap_or(Duration::MAX);
        client.until_drained(pool, queue, within).await?
    } else {
        client.drain(pool, queue).await?
    };
    if context.out.is_json() {
        let told = json!({
            "drained": drain.drained,
            "live": drain.live,
            "waiting": drain.waiting,
        });
        context.out.json(&told.to_string())?;
    }
    let told = if drain.drained {
        format!(
            "{what} is drained: nothing of it is under way; {} runs wait for its resume",
            drain.waiting
        )
    } else {
        format!(
            "{what} starts nothing new; {} runs are under way, `--wait` waits for them; {} runs wait for its resume",
            drain.live, drain.waiting
        )
    };
    context.out.note(&told)?;
    Ok(if args.wait && !drain.drained {
        Exit::Error
    } else {
        Exit::Ok
    })
}

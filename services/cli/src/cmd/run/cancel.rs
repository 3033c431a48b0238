//! `weir run cancel`.

use std::time::Duration;

use weir_client::{CancelRequest, StateType};

use super::Which;
use crate::{context::Context, exit::Exit, value};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
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
    let client = context.client().await?;
    let run = args.which.find(&client).await?;
    // A run that is not requested yet can be cancelled all the same, when it is named in full.
    let known = client.inspect(&run).await.ok().map(|detail| detail.view);
    if let Some(view) = known.as_ref().filter(|view| view.state.is_terminal()) {
        context.out.note(&format!(
            "run {} has ended already: {}",
            run.run_id, view.state_name
        ))?;
        return Ok(Exit::Ok);
    }
    let cancel = CancelRequest {
        grace: args.grace,
        force: args.force,
        reason: args.reason,
    };
    client.cancel(&run, cancel).await?;
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

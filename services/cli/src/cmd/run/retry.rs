//! `weir run retry`: one more attempt of a run that has ended.

use anyhow::bail;
use weir_client::{Body, RunDetail};
use weir_core::request::Request;

use super::{Which, follow, follow::Shown};
use crate::{context::Context, exit::Exit};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// Print each state as it comes, until the end; the exit code tells how it ended
    #[arg(short, long)]
    watch: bool,
    /// Print its output as it comes, until the end
    #[arg(long)]
    logs: bool,
}

pub(crate) async fn run(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let run = args.which.find(&client).await?;
    let RunDetail { view, records, .. } = client.inspect(&run).await?;
    if !view.state.is_terminal() {
        bail!(
            "run {} has not ended, it is {}: only a run that has ended can be tried again (`weir run cancel {}` ends it)",
            run.run_id,
            view.state_name,
            run.run_id
        );
    }
    let asked = records.iter().any(|record| match &record.body {
        Body::Request { request, .. } => matches!(request, Request::Run(_)),
        Body::Claim { .. }
        | Body::Decision { .. }
        | Body::Report { .. }
        | Body::Epoch(_)
        | Body::Malformed { .. } => false,
    });
    if !asked {
        bail!(
            "run {} has a request that cannot be read: submit it anew under another id",
            run.run_id
        );
    }
    // Whoever asks twice, or together with somebody else, gets one attempt.
    let seq = client.retry(&run, Some(view.attempt)).await?;
    let told = client.inspect(&run).await?.records;
    if !told.iter().any(|record| record.seq == seq) {
        bail!(
            "run {} belongs to an earlier life of its queue, which was deleted: submit it anew",
            run.run_id
        );
    }
    context.out.note(&format!(
        "run {} waits for attempt {}, with its retries counted anew",
        run.run_id,
        view.attempt.0.saturating_add(1)
    ))?;
    let shown = Shown {
        states: args.watch,
        logs: args.logs,
        after: Some(view.attempt),
    };
    if !shown.states && !shown.logs {
        return Ok(Exit::Ok);
    }
    follow::until(context, &client, &run, shown, None).await
}

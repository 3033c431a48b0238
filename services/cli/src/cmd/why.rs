//! `weir why`: which limit, which worker, which time a run waits for.

use super::run::Which;
use crate::{context::Context, exit::Exit, view};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let run = args.which.find(&client).await?;
    let why = client.why(&run).await?;
    if context.out.is_json() {
        context.out.json(&weir_proto::api::why_json(&why))?;
        return Ok(Exit::Ok);
    }
    for line in view::why::lines(&why, context.clock.now()) {
        context.out.line(&line)?;
    }
    for impediment in &why.from.impediments {
        context
            .out
            .note(&format!("scheduler {}: {impediment}", why.from.scheduler))?;
    }
    Ok(Exit::Ok)
}

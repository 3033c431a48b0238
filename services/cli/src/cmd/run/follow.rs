//! `weir run watch`, and how a submitted run is followed: each state as it comes, and the exit code of the end.

use std::time::Duration;

use anyhow::anyhow;
use weir_client::{Attempt, Client, Output, OutputError, OutputEvent, RunKey, RunView, StateName};

use super::{
    Which,
    logs::{Last, Printer, rest},
};
use crate::{context::Context, exit::Exit, value, view};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// Print its output too
    #[arg(long)]
    logs: bool,
    /// Give up after so long; the run goes on
    #[arg(long, visible_alias = "watch-timeout", value_name = "SPAN", value_parser = value::span)]
    give_up: Option<Duration>,
}

/// What is shown of a run that is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) states: bool,
    pub(crate) logs: bool,
    /// Nothing of what came before another attempt after this one was asked for.
    pub(crate) after: Option<Attempt>,
}

pub(crate) async fn run(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let run = args.which.find(&client).await?;
    let shown = Shown {
        states: true,
        logs: args.logs,
        after: None,
    };
    until(context, &client, &run, shown, args.give_up).await
}

/// Follows a run to its end, for as long as `give_up` allows.
pub(crate) async fn until(
    context: &Context,
    client: &Client,
    run: &RunKey,
    shown: Shown,
    give_up: Option<Duration>,
) -> anyhow::Result<Exit> {
    let followed = follow(context, client, run, shown);
    let Some(span) = give_up else {
        return followed.await;
    };
    let elapsed = context.clock.timeout(span, followed).await;
    elapsed.map_err(|_late| {
        anyhow!(
            "run {} has not ended within {span:?}; it goes on",
            run.run_id
        )
    })?
}

/// Follows a run to its end; what its end means is the answer.
async fn follow(
    context: &Context,
    client: &Client,
    run: &RunKey,
    shown: Shown,
) -> anyhow::Result<Exit> {
    let mut watch = client.watch(run).await?;
    let mut output = if shown.logs {
        Some(client.output(run, None).await?)
    } else {
        None
    };
    let printer = Printer {
        out: context.out,
        timestamps: false,
    };
    let mut last = Last::default();
    let mut ended: Option<RunView> = None;
    let mut begun = false;
    loop {
        tokio::select! {
            event = next_of(output.as_mut()) => printer.event(event?, &mut last)?,
            state = watch.next() => match state? {
                Some(view) => {
                    begun = begun || is_after(&view, shown.after);
                    if shown.states && begun {
                        state_line(context, &view)?;
                    }
                    ended = Some(view);
                }
                None => break,
            },
        }
    }
    if let Some(output) = &mut output {
        let attempt = ended.as_ref().map_or(Attempt(0), |view| view.attempt);
        rest(output, printer, &mut last, attempt).await?;
    }
    let exit = ended.as_ref().map_or(Exit::Error, of_end);
    if let Some(view) =
        ended.filter(|_| exit == Exit::RunFailed && shown.states && !context.out.is_json())
    {
        context.out.note(&format!(
            "see its history and output with: weir run inspect {}",
            view.key.run_id
        ))?;
    }
    Ok(exit)
}

/// Whether a run that has been asked for again, after this attempt, has come so far.
fn is_after(view: &RunView, after: Option<Attempt>) -> bool {
    after.is_none_or(|after| {
        view.attempt > after || view.attempt == after && view.state_name == StateName::AwaitingRetry
    })
}

/// What the end of a run means for who watched it.
fn of_end(view: &RunView) -> Exit {
    if view.state_name == StateName::Rejected {
        Exit::Rejected
    } else {
        Exit::of_run(view.state)
    }
}

async fn next_of(output: Option<&mut Output>) -> Result<OutputEvent, OutputError> {
    match output {
        Some(output) => output.next().await,
        None => std::future::pending().await,
    }
}

fn state_line(context: &Context, view: &RunView) -> anyhow::Result<()> {
    if context.out.is_json() {
        context.out.json_line(&weir_proto::api::run_json(view))?;
    } else {
        context.out.line(&view::run::state_line(
            view,
            context.clock.now(),
            context.out.colour(),
        ))?;
    }
    Ok(())
}

//! `weir apply`: everything that is configured, as files say it.

mod files;
mod words;

use std::{io, path::PathBuf};

use anyhow::{anyhow, bail};
use weir_client::{Action, Applied, Configured, Plan, PlanError, PlannedChange, StepError};

pub(super) use self::files::Wanted;
use self::words::Outcome;
use super::{
    deploy::variable,
    remarks::{strictly, warn},
};
use crate::{context::Context, deploy_file::choose, exit::Exit, value::one_line};

#[derive(Debug, clap::Args)]
#[group(id = "apply")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Args {
    /// A file, a folder of which every *.yaml and *.yml is read, or - for standard input; more than one may be given
    #[arg(
        short,
        long,
        visible_alias = "filename",
        value_name = "FILE|DIR",
        required = true
    )]
    file: Vec<PathBuf>,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// End with exit code 2 where something would change
    #[arg(long, requires = "dry_run")]
    detailed_exitcode: bool,
    /// Change nothing where something of a file would have no effect
    #[arg(long)]
    strict: bool,
    /// Delete what no file names
    #[arg(long)]
    prune: bool,
    #[command(flatten, next_help_heading = "With --prune")]
    deletion: super::delete::Args,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    if args.deletion.cancels_runs() && !args.prune {
        bail!("--cancel-runs is for what is pruned: say --prune too, or leave it out");
    }
    let Wanted { desired, remarks } = files::read(&args.file, stdin, &variable)?;
    if args.strict {
        strictly(&remarks)?;
    }
    let json = context.out.is_json();
    if !json {
        warn(context, &remarks)?;
    }
    let client = context.client().await?;
    let plan = client.plan(&desired, args.prune).await?;
    let plan = plan.map_err(|error| refused(context, &error))?;
    if !json {
        show(context, &plan)?;
    }
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut end = Ok(Exit::Ok);
    if args.dry_run {
        if args.detailed_exitcode && !plan.changes.is_empty() {
            end = Ok(Exit::Changes);
        }
    } else {
        if plan.changes.iter().any(waits_for_scheduler) {
            super::delete::need_scheduler(context, &client).await?;
        }
        let options = args.deletion.options("pruned by weir apply".to_owned());
        let mut told = Ok(());
        let applied = client.apply(&plan, &options, |change, done| {
            let line = match done {
                Ok(done) => words::done(change, done),
                Err(error) => format!("{} FAILED: {}", change.what, one_line(error)),
            };
            let note = context.out.note(&line);
            told = std::mem::replace(&mut told, Ok(())).and(note);
        });
        let applied = applied.await?;
        told?;
        let outcome = |step: &Result<_, StepError>| match step {
            Ok(done) => Some(Ok(*done)),
            Err(error) => Some(Err(one_line(error))),
        };
        outcomes = applied.steps.iter().map(outcome).collect();
        end = ended(context, &plan, applied);
    }
    if json {
        let all = words::as_json(&plan, &outcomes, &remarks);
        context.out.json(&serde_json::to_string_pretty(&all)?)?;
    }
    end
}

fn stdin() -> io::Result<String> {
    io::read_to_string(io::stdin())
}

/// Tells each thing that is wrong on a line of its own, and that nothing was done.
fn refused(context: &Context, PlanError(problems): &PlanError) -> anyhow::Error {
    if let [one] = problems.as_slice() {
        return anyhow!("nothing was changed: {one}");
    }
    for problem in problems {
        // The error behind it tells the number of them, whatever becomes of this.
        context.out.note(&problem.to_string()).unwrap_or_default();
    }
    anyhow!(
        "nothing was changed: {} problems in the files",
        problems.len()
    )
}

fn show(context: &Context, plan: &Plan) -> anyhow::Result<()> {
    let lines = plan.changes.iter().flat_map(words::lines);
    for (tone, line) in lines {
        context.out.line(&tone.paint(&line, context.out.colour()))?;
    }
    if !plan.unnamed.is_empty() {
        context.out.note(&format!(
            "note: no file names these, and without --prune they stay: {}",
            choose::listed(&plan.unnamed)
        ))?;
    }
    if plan.changes.is_empty() {
        context.out.note("nothing to change")?;
    } else {
        context.out.note(&words::counts(plan))?;
    }
    Ok(())
}

fn waits_for_scheduler(change: &PlannedChange) -> bool {
    let waits = matches!(change.what, Configured::Pool(_) | Configured::Queue(_));
    change.action == Action::Delete && waits
}

/// What is left, and how it ends: by the first thing that went wrong.
fn ended(context: &Context, plan: &Plan, applied: Applied) -> anyhow::Result<Exit> {
    if applied.is_complete() {
        return Ok(Exit::Ok);
    }
    let (all, left) = (plan.changes.len(), applied.left);
    let failed = applied.steps.iter().filter(|step| step.is_err()).count();
    let tried = applied.steps.len();
    for change in plan.changes.iter().skip(tried) {
        context.out.note(&format!("not tried: {}", change.what))?;
    }
    let done = tried - failed;
    let summary = format!(
        "{done} of {all} changes were made, {failed} failed and {left} were not tried: apply again to go on"
    );
    let first = applied.steps.into_iter().find_map(Result::err);
    Err(match first {
        Some(StepError::Config(error)) => anyhow::Error::new(error).context(summary),
        Some(StepError::Delete(error)) => anyhow::Error::new(error).context(summary),
        None => anyhow!(summary),
    })
}

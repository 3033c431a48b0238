//! `weir deployment schedule`.

mod backfill;
mod change;
mod show;

use clap::{ArgGroup, Args, Subcommand};
use weir_calendar::Schedule;
use weir_client::{DeploymentName, JsonObject};
use weir_core::schedule::Form;

use crate::{
    context::Context,
    exit::{Exit, not_found},
    value::KeyValue,
};

pub(crate) use show::{standing, upcoming};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a schedule of a deployment
    Create(Box<Create>),
    /// List the schedules of a deployment, with when each is due next
    Ls {
        /// The deployment, as FLOW/NAME
        name: DeploymentName,
    },
    /// Let a schedule make no runs
    Pause(OneOrAll),
    /// Let a schedule make runs again, from now on
    Resume(OneOrAll),
    /// Delete a schedule
    Delete(Which),
    /// Delete all schedules of a deployment
    Clear {
        /// The deployment, as FLOW/NAME
        name: DeploymentName,
        #[command(flatten)]
        yes: Yes,
    },
    /// Make the runs of a past period; what was made already is not made again
    Backfill(backfill::Backfill),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("when").required(true).args(["cron", "interval", "rrule"])))]
pub(crate) struct Create {
    /// The deployment, as FLOW/NAME
    name: DeploymentName,
    /// A cron expression, such as `0 6 * * *`
    #[arg(long)]
    cron: Option<String>,
    /// Seconds between runs, or a span such as `10m`
    #[arg(long)]
    interval: Option<String>,
    /// A recurrence rule, such as `FREQ=WEEKLY;BYDAY=MO`; or, as Prefect has it, an object such as `{"rrule": "FREQ=DAILY",
    /// "timezone": "Europe/Berlin"}`
    #[arg(long)]
    rrule: Option<String>,
    /// From when an interval counts, such as `2027-01-31T06:00:00`
    #[arg(
        long,
        visible_alias = "anchor_date",
        value_name = "DATE",
        requires = "interval"
    )]
    anchor_date: Option<String>,
    /// Whose days and hours they are, such as `Europe/Berlin`; UTC if not given
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Whether one of day of the month and day of the week is enough where a cron expression names both
    #[arg(
        long = "day_or",
        visible_alias = "day-or",
        value_name = "true|false",
        requires = "cron",
        num_args = 0..=1,
        default_missing_value = "true",
        value_parser = flag
    )]
    day_or: Option<bool>,
    /// Whether it makes runs
    #[arg(
        long,
        value_name = "true|false",
        default_value = "true",
        num_args = 0..=1,
        default_missing_value = "true",
        value_parser = flag,
        action = clap::ArgAction::Set
    )]
    active: bool,
    /// The same as `--active=false`
    #[arg(long, conflicts_with = "active")]
    no_active: bool,
    /// Its name within the deployment
    #[arg(long)]
    slug: Option<String>,
    /// A parameter of its runs, over the deployment's; VALUE is JSON, or else text
    #[arg(short = 'p', long = "param", value_name = "KEY=VALUE")]
    parameters: Vec<KeyValue>,
    /// What becomes of a time at which an earlier run has not ended: skip, `buffer_one`, `buffer_all`, `cancel_other` or
    /// `allow_all`
    #[arg(long, value_name = "POLICY")]
    overlap_policy: Option<String>,
    /// How long a time is made up for at which no scheduler ran; 365 days if not given
    #[arg(long, value_name = "SPAN")]
    catchup_window: Option<String>,
    /// Take the place of all other schedules of the deployment
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    yes: Yes,
}

/// A schedule of a deployment.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The deployment, as FLOW/NAME
    name: DeploymentName,
    /// The schedule's slug, or what `ls` shows of one that has none
    schedule: String,
    #[command(flatten)]
    yes: Yes,
}

/// A schedule of a deployment, or all of them.
#[derive(Debug, Args)]
pub(crate) struct OneOrAll {
    /// The deployment, as FLOW/NAME
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Option<DeploymentName>,
    /// The schedule's slug, or what `ls` shows of one that has none
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    schedule: Option<String>,
    /// Every schedule of every deployment
    #[arg(short, long)]
    all: bool,
    #[command(flatten)]
    yes: Yes,
}

/// What Prefect's commands have so that they do not ask. These never do.
#[derive(Debug, Args)]
pub(crate) struct Yes {
    /// Taken for Prefect's sake: nothing is asked
    #[arg(short = 'y', long = "accept-yes", hide = true)]
    _accept_yes: bool,
}

/// `true` and `false` as Prefect's commands take them.
fn flag(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" => Ok(false),
        _ => Err("use true or false, and name the deployment before the flags".to_owned()),
    }
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Create(create) => change::create(context, *create).await,
        Command::Ls { name } => show::list(context, &name).await,
        Command::Pause(which) => change::activate(context, which, false).await,
        Command::Resume(which) => change::activate(context, which, true).await,
        Command::Delete(which) => change::delete(context, which).await,
        Command::Clear { name, yes: _ } => change::clear(context, name).await,
        Command::Backfill(backfill) => backfill::run(context, backfill).await,
    }
}

fn key(schedule: &JsonObject) -> String {
    Form::of(schedule).key.to_string()
}

/// The one that is meant, read.
fn named(
    schedules: &[JsonObject],
    deployment: &DeploymentName,
    given: Option<&str>,
) -> anyhow::Result<Schedule> {
    let found = match given {
        Some(given) => schedules.iter().find(|schedule| key(schedule) == given),
        None if schedules.len() == 1 => schedules.first(),
        None => {
            return Err(not_found(format!(
                "deployment {deployment} has {} schedules: say which with --schedule SLUG",
                schedules.len()
            )));
        }
    };
    let found = found.ok_or_else(|| {
        let given = given.unwrap_or_default();
        not_found(unknown(deployment, given))
    })?;
    Ok(Schedule::parse(found)?)
}

fn unknown(deployment: &DeploymentName, given: &str) -> String {
    format!(
        "deployment {deployment} has no schedule {given}: list them with `weir deployment schedule ls {deployment}`"
    )
}

//! `weir deployment schedule backfill`.

use std::{sync::Arc, time::Duration};

use anyhow::{anyhow, bail};
use clap::Args;
use weir_calendar::{DATABASE, Schedule};
use weir_client::{DeploymentName, RunRequest, Submission, Timestamp};
use weir_core::{
    ids::Epoch,
    schedule::{ScheduleRef, run_id},
};

use super::named;
use crate::{
    context::Context,
    exit::{Exit, not_found},
    view::time,
};

/// The most runs that one command makes.
const RUNS_MAX: usize = 10_000;

#[derive(Debug, Args)]
pub(crate) struct Backfill {
    /// The deployment, as FLOW/NAME
    name: DeploymentName,
    /// The schedule's slug, or what `ls` shows of one that has none; may be left out where there is but one
    #[arg(long, value_name = "SLUG")]
    schedule: Option<String>,
    /// From when, such as `2026-11-01` or `2026-11-01T06:00:00+01:00`; that time is included
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Until when, included; not in the future
    #[arg(long, value_name = "DATE")]
    to: String,
    /// The time zone of dates without an offset; UTC if not given
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Say what would be made, and make nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(context: &Context, backfill: Backfill) -> anyhow::Result<Exit> {
    let Backfill {
        name,
        schedule,
        from,
        to,
        timezone,
        dry_run,
    } = backfill;
    let date = |flag: &str, text: &str| {
        weir_calendar::instant(text, timezone.as_deref()).ok_or_else(|| {
            anyhow!("{flag}: {text:?} is no date, or --timezone no time zone: use one such as 2026-11-01T06:00:00+01:00")
        })
    };
    let (from, to) = (date("--from", &from)?, date("--to", &to)?);
    if to > context.clock.now() {
        bail!(
            "--to is in the future, where the schedule itself makes the runs: use an earlier date"
        );
    }
    let client = context.client().await?;
    let cell = client.cell().await?;
    let held = cell.deployment(&name).ok_or_else(|| {
        not_found(format!(
            "there is no deployment {name}: list them with `weir deployment ls`"
        ))
    })?;
    let schedule = named(&held.value.schedules, &name, schedule.as_deref())?;
    let before = Timestamp(from.as_nanos().saturating_sub(1));
    let dues = schedule.dues(before).take_while(|due| *due <= to);
    let dues: Vec<Timestamp> = dues.take(RUNS_MAX + 1).collect();
    if dues.len() > RUNS_MAX {
        bail!("the schedule is due more than {RUNS_MAX} times in that period: use a shorter one");
    }
    let (mut made, mut there) = (0_usize, 0_usize);
    for due in &dues {
        let id = run_id(&name, &schedule.key, *due);
        if dry_run {
            context.out.line(&format!("{id} {}", time::utc(*due)))?;
            continue;
        }
        let request = request(&name, &schedule, *due);
        let submission = Submission::new(None, request).run_id(id.clone());
        let submitted = client.submit(submission.wait(Duration::ZERO)).await?;
        if submitted.existed {
            there += 1;
        } else {
            made += 1;
            context.out.line(id.as_str())?;
        }
    }
    let said = if dry_run {
        format!("{} runs would be asked for", dues.len())
    } else {
        format!("{made} runs were asked for, {there} were there before")
    };
    context.out.note(&said)?;
    Ok(Exit::Ok)
}

/// What a schedule would have asked for, but for its time: such a run is as late as its request, and its cursor stays.
fn request(deployment: &DeploymentName, schedule: &Schedule, due: Timestamp) -> RunRequest {
    RunRequest {
        deployment: Some(deployment.clone()),
        parameters: schedule.parameters.clone(),
        schedule: Some(Arc::new(ScheduleRef {
            key: schedule.key.clone(),
            due,
            settled: due,
            database: DATABASE.to_owned(),
            backfill: true,
            epoch: Epoch(0),
            passed_over: None,
        })),
        ..RunRequest::default()
    }
}

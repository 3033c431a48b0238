//! Schedules and what comes next.

use serde_json::json;
use weir_calendar::Schedule;
use weir_client::{
    DeploymentConfig, DeploymentName, Held, RunId, ScheduleFilter, ScheduleView, Timestamp,
};
use weir_core::schedule::{ScheduleKey, run_id};

use super::key;
use crate::{
    context::Context,
    exit::{Exit, not_found},
    view,
};

pub(super) async fn list(context: &Context, name: &DeploymentName) -> anyhow::Result<Exit> {
    let cell = context.client().await?.cell().await?;
    let held = cell.deployment(name).ok_or_else(|| {
        not_found(format!(
            "there is no deployment {name}: list them with `weir deployment ls`"
        ))
    })?;
    if !context.out.is_json() {
        let empty = format!(
            "deployment {name} has no schedules: create one with `weir deployment schedule create {name} --cron '0 6 * * *'`"
        );
        standing(context, held, &empty).await?;
        return Ok(Exit::Ok);
    }
    let (now, views) = (context.clock.now(), known(context, name).await?);
    let all = held.value.schedules.iter().map(|schedule| {
        let (mut fields, key) = (schedule.to_map(), key(schedule));
        let next: Vec<String> = Schedule::parse(schedule).map_or(Vec::new(), |read| {
            let active = read.active && !held.value.paused;
            view::schedule::next(&read, active, now).collect()
        });
        fields.insert("next".to_owned(), json!(next));
        if let Some(view) = views.iter().find(|view| view.key.as_str() == key) {
            let text = weir_proto::api::schedule_json(view);
            let standing = serde_json::from_str(&text).unwrap_or_default();
            fields.insert("standing".to_owned(), standing);
        }
        fields.insert("key".to_owned(), key.into());
        serde_json::Value::Object(fields)
    });
    let all: Vec<_> = all.collect();
    context.out.json(&serde_json::to_string(&all)?)?;
    Ok(Exit::Ok)
}

/// Prints the schedules of a deployment with when each is due next, what it has made and passed over, and why nothing
/// comes.
pub(crate) async fn standing(
    context: &Context,
    held: &Held<DeploymentConfig>,
    empty: &str,
) -> anyhow::Result<()> {
    let views = match held.value.schedules.as_slice() {
        [] => Vec::new(),
        _ => known(context, &held.value.name).await?,
    };
    let table = view::schedule::table(held, &views, context.clock.now());
    context.out.table(&table, empty)?;
    for line in views.iter().filter_map(view::schedule::why) {
        context.out.line(&line)?;
    }
    Ok(())
}

/// What a scheduler knows of a deployment's schedules; nothing where none answers, which is said.
async fn known(context: &Context, name: &DeploymentName) -> anyhow::Result<Vec<ScheduleView>> {
    let filter = ScheduleFilter {
        deployment: Some(name.clone()),
        ..ScheduleFilter::default()
    };
    match context.client().await?.schedules(&filter).await {
        Ok(list) => {
            for impediment in &list.from.impediments {
                context
                    .out
                    .note(&format!("scheduler {}: {impediment}", list.from.scheduler))?;
            }
            Ok(list.schedules)
        }
        Err(error) => {
            context.out.note(&format!(
                "what has become of times that were due is not known: {error}"
            ))?;
            Ok(Vec::new())
        }
    }
}

/// A run that a schedule is to make.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Upcoming {
    pub(crate) due: Timestamp,
    pub(crate) deployment: DeploymentName,
    pub(crate) schedule: ScheduleKey,
    pub(crate) run: RunId,
}

/// When deployments make runs within a period, in order; at most `most` of them.
pub(crate) fn upcoming<'a>(
    deployments: impl Iterator<Item = &'a Held<DeploymentConfig>>,
    (from, until): (Timestamp, Timestamp),
    most: usize,
) -> Vec<Upcoming> {
    let mut all = Vec::new();
    for held in deployments.filter(|held| !held.value.paused) {
        let (name, read) = (&held.value.name, held.value.schedules.iter());
        let read = read.filter_map(|schedule| Schedule::parse(schedule).ok());
        for schedule in read.filter(|schedule| schedule.active) {
            let dues = schedule.dues(from).take_while(|due| *due <= until);
            let rows = dues.take(most).map(|due| Upcoming {
                due,
                deployment: name.clone(),
                schedule: schedule.key.clone(),
                run: run_id(name, &schedule.key, due),
            });
            all.extend(rows);
        }
    }
    all.sort();
    all.truncate(most);
    all
}

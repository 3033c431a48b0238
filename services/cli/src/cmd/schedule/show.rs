//! Schedules and what comes next, as tables.

use serde_json::json;
use weir_calendar::Schedule;
use weir_client::{DeploymentConfig, DeploymentName, Held, Timestamp};

use super::key;
use crate::{
    context::Context,
    exit::{Exit, not_found},
    table::{Table, printable},
    view::time,
};

/// The times that are shown of each schedule.
const NEXT: usize = 5;

pub(super) async fn list(context: &Context, name: &DeploymentName) -> anyhow::Result<Exit> {
    let cell = context.client().await?.cell().await?;
    let held = cell.deployment(name).ok_or_else(|| {
        not_found(format!(
            "there is no deployment {name}: list them with `weir deployment ls`"
        ))
    })?;
    let now = context.clock.now();
    if context.out.is_json() {
        let all = held.value.schedules.iter().map(|schedule| {
            let mut fields = schedule.to_map();
            fields.insert("key".to_owned(), key(schedule).into());
            let next: Vec<String> = Schedule::parse(schedule).map_or(Vec::new(), |read| {
                let dues = read.dues(now).take(if read.active { NEXT } else { 0 });
                dues.map(time::utc).collect()
            });
            fields.insert("next".to_owned(), json!(next));
            serde_json::Value::Object(fields)
        });
        let all: Vec<_> = all.collect();
        context.out.json(&serde_json::to_string(&all)?)?;
        return Ok(Exit::Ok);
    }
    let empty = format!(
        "deployment {name} has no schedules: create one with `weir deployment schedule create {name} --cron '0 6 * * *'`"
    );
    context.out.table(&dues(held, now), &empty)?;
    Ok(Exit::Ok)
}

/// The schedules of a deployment, with when each is due next.
pub(crate) fn dues(held: &Held<DeploymentConfig>, now: Timestamp) -> Table {
    let mut table = Table::new(&["SCHEDULE", "WHEN", "OVERLAP", "STATUS", "NEXT"]);
    for schedule in &held.value.schedules {
        let row = match Schedule::parse(schedule) {
            Ok(read) => {
                let active = read.active && !held.value.paused;
                let next = read.dues(now).take(if active { NEXT } else { 0 });
                let next: Vec<String> = next.map(time::utc).collect();
                let status = if active { "active" } else { "paused" };
                [
                    read.key.to_string(),
                    printable(&read.described()),
                    read.overlap.as_str().to_owned(),
                    status.to_owned(),
                    next.join(", "),
                ]
            }
            Err(fault) => [
                key(schedule),
                printable(schedule.as_str()),
                String::new(),
                "unusable".to_owned(),
                printable(&fault.to_string()),
            ],
        };
        table.row(row.map(Into::into));
    }
    table
}

/// When deployments make runs within a period, in order; at most `most` of them.
pub(crate) fn upcoming<'a>(
    deployments: impl Iterator<Item = &'a Held<DeploymentConfig>>,
    (from, until): (Timestamp, Timestamp),
    most: usize,
) -> Vec<(Timestamp, DeploymentName, String)> {
    let mut all = Vec::new();
    for held in deployments.filter(|held| !held.value.paused) {
        let read = held.value.schedules.iter();
        let read = read.filter_map(|schedule| Schedule::parse(schedule).ok());
        for schedule in read.filter(|schedule| schedule.active) {
            let dues = schedule.dues(from).take_while(|due| *due <= until);
            let rows = dues
                .take(most)
                .map(|due| (due, held.value.name.clone(), schedule.key.to_string()));
            all.extend(rows);
        }
    }
    all.sort();
    all.truncate(most);
    all
}

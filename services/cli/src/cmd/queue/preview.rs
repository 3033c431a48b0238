//! `weir work-queue preview`: the runs that schedules make next, and those that wait for a time.

use std::time::Duration;

use weir_client::{QueueKey, RunFilter, StateType, Timestamp};

use crate::{
    cmd::schedule::upcoming,
    context::Context,
    exit::{Exit, not_found},
    table::Table,
    view,
};

/// What is shown of a period at most.
const PREVIEW_MAX: usize = 1_000;
/// Runs that are looked at: the newest requests.
const RUNS_MAX: u32 = 10_000;

/// One run that comes: when, of which deployment and schedule, and under which id.
type Row = (Timestamp, [String; 3]);

pub(super) async fn run(context: &Context, key: &QueueKey, hours: u32) -> anyhow::Result<Exit> {
    let cell = context.client().await?.cell().await?;
    if cell.queue(key).is_none() {
        return Err(not_found(format!(
            "there is no work queue {key}: list them with `weir work-queue ls`"
        )));
    }
    let now = context.clock.now();
    let until = now.after(Duration::from_secs(u64::from(hours) * 3_600));
    let here = cell.deployments().filter(|held| held.value.queue == *key);
    let mut rows: Vec<Row> = upcoming(here, (now, until), PREVIEW_MAX)
        .into_iter()
        .map(|next| {
            let what = [next.deployment.to_string(), next.schedule.to_string()];
            let [deployment, schedule] = what;
            (next.due, [deployment, schedule, next.run.to_string()])
        })
        .collect();
    rows.extend(waiting(context, key, (now, until)).await?);
    rows.sort();
    rows.truncate(PREVIEW_MAX);
    if context.out.is_json() {
        let all = rows.iter().map(|(due, [deployment, schedule, run])| {
            serde_json::json!({
                "due": view::time::utc(*due),
                "deployment": deployment,
                "schedule": schedule,
                "run": run,
            })
        });
        let all: Vec<_> = all.collect();
        context.out.json(&serde_json::to_string(&all)?)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new(&["DUE", "DEPLOYMENT", "SCHEDULE", "RUN"]);
    for (due, [deployment, schedule, run]) in rows {
        table.row([view::time::utc(due), deployment, schedule, run].map(Into::into));
    }
    let none = format!("no run comes by its time in {key} within {hours} h");
    context.out.table(&table, &none)?;
    Ok(Exit::Ok)
}

/// The runs of the queue that wait for a time within the period. Only a scheduler knows them.
async fn waiting(
    context: &Context,
    key: &QueueKey,
    (now, until): (Timestamp, Timestamp),
) -> anyhow::Result<Vec<Row>> {
    let filter = RunFilter {
        pool: Some(key.pool.clone()),
        queue: Some(key.queue.clone()),
        states: vec![StateType::Scheduled],
        limit: RUNS_MAX,
        ..RunFilter::default()
    };
    let list = match context.client().await?.runs(&filter).await {
        Ok(list) => list,
        Err(error) => {
            context
                .out
                .note(&format!("runs that wait for a time are not known: {error}"))?;
            return Ok(Vec::new());
        }
    };
    if list.more > 0 {
        context.out.note(&format!(
            "only the newest {RUNS_MAX} of the runs that wait were looked at, {} were not",
            list.more
        ))?;
    }
    let rows = list.runs.into_iter().filter_map(|run| {
        let due = run.due.filter(|due| *due > now && *due <= until)?;
        let deployment = run.deployment.map(|name| name.to_string());
        let what = [
            deployment.unwrap_or_default(),
            String::new(),
            run.key.run_id.to_string(),
        ];
        Some((due, what))
    });
    Ok(rows.collect())
}

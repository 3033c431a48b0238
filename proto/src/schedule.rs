//! The schedule that has made a run.

use std::sync::Arc;

use weir_core::{ids::Epoch, schedule::ScheduleRef};

use crate::{error::Wrong, field, wire};

/// Releases are named by a year and a letter.
const DATABASE_CHARS_MAX: usize = 40;

pub(crate) fn to_wire(schedule: &ScheduleRef) -> wire::ScheduleRef {
    let ScheduleRef {
        key,
        due,
        settled,
        database,
        backfill,
        epoch,
    } = schedule;
    wire::ScheduleRef {
        key: key.to_string(),
        due: Some((*due).into()),
        settled: (settled != due).then(|| (*settled).into()),
        time_zone_database: database.clone(),
        backfill: *backfill,
        epoch: epoch.0,
    }
}

pub(crate) fn optional_from_wire(
    schedule: Option<wire::ScheduleRef>,
) -> Result<Option<Arc<ScheduleRef>>, Wrong> {
    let Some(schedule) = schedule else {
        return Ok(None);
    };
    let wire::ScheduleRef {
        key,
        due,
        settled,
        time_zone_database,
        backfill,
        epoch,
    } = schedule;
    let due = field::time("schedule.due", due)?;
    let settled = field::optional_time("schedule.settled", settled)?;
    if time_zone_database.chars().count() > DATABASE_CHARS_MAX {
        let bound = DATABASE_CHARS_MAX;
        let detail = format!("it is too long: use at most {bound} characters");
        return Err(Wrong::new("schedule.timeZoneDatabase", detail));
    }
    Ok(Some(Arc::new(ScheduleRef {
        key: field::name("schedule.key", &key)?,
        due,
        settled: settled.unwrap_or(due).max(due),
        database: time_zone_database,
        backfill,
        epoch: Epoch(epoch),
    })))
}

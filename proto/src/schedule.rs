//! The schedule that has made a run.

use std::sync::Arc;

use weir_core::{
    ids::Epoch,
    schedule::{PassedOver, PassedReason, ScheduleRef},
};

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
        passed_over,
    } = schedule;
    wire::ScheduleRef {
        key: key.to_string(),
        due: Some((*due).into()),
        settled: (settled != due).then(|| (*settled).into()),
        time_zone_database: database.clone(),
        backfill: *backfill,
        epoch: epoch.0,
        passed_over: passed_over.map(passed_over_to_wire),
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
        passed_over,
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
        passed_over: self::passed_over("schedule.passedOver", passed_over)?,
    })))
}

pub(crate) fn passed_over_to_wire(passed: PassedOver) -> wire::PassedOver {
    use wire::passed_over::Reason;
    let PassedOver { at, reason } = passed;
    let reason = match reason {
        PassedReason::Overlap => Reason::Overlap,
        PassedReason::Missed => Reason::Missed,
        PassedReason::Late => Reason::Late,
    };
    wire::PassedOver {
        at: Some(at.into()),
        reason: reason.into(),
    }
}

pub(crate) fn passed_over(
    place: &str,
    passed: Option<wire::PassedOver>,
) -> Result<Option<PassedOver>, Wrong> {
    use wire::passed_over::Reason;
    let Some(wire::PassedOver { at, reason }) = passed else {
        return Ok(None);
    };
    let known = match Reason::try_from(reason) {
        Ok(Reason::Overlap) => Some(PassedReason::Overlap),
        Ok(Reason::Missed) => Some(PassedReason::Missed),
        Ok(Reason::Late) => Some(PassedReason::Late),
        Ok(Reason::Unspecified) | Err(_) => None,
    };
    Ok(Some(PassedOver {
        at: field::time(&format!("{place}.at"), at)?,
        reason: field::known(&format!("{place}.reason"), reason, known)?,
    }))
}

//! The schedules as the configuration has them, read once for each of its revisions.

use std::{collections::BTreeMap, time::Duration};

use weir_calendar::Schedule;
use weir_core::{
    cell::{CellState, DeploymentConfig, Held},
    ids::{QueueKey, Revision},
    schedule::{Form, PassedOver, ScheduleKey},
    time::Timestamp,
};

use super::ScheduleId;

/// A schedule that makes runs.
#[derive(Debug)]
pub(super) struct Entry {
    revision: Revision,
    pub(super) queue: QueueKey,
    pub(super) schedule: Schedule,
    /// How late its runs may start.
    pub(super) max_lateness: Option<Duration>,
    /// Since when it has been what it is.
    pub(super) since: Timestamp,
    /// Up to here this leader has settled it, where the log does not tell: somebody else's run has the id.
    pub(super) floor: Timestamp,
    /// Up to here it has been told what makes no run.
    pub(super) told: Timestamp,
    /// The last time that it has passed over since this leader looks at it.
    pub(super) passed_over: Option<PassedOver>,
    /// When it is looked at next.
    pub(super) timer: Option<Timestamp>,
    /// It is to be looked at at once.
    pub(super) is_new: bool,
}

/// The schedules of a deployment that make runs. Those that are as they were are taken from `before`.
pub(super) fn of(
    cell: &CellState,
    held: &Held<DeploymentConfig>,
    before: &mut BTreeMap<ScheduleId, Entry>,
) -> Vec<(ScheduleKey, Entry)> {
    let mut entries = Vec::new();
    for text in &held.value.schedules {
        let form = Form::of(text);
        let Some(since) = cell.schedule_since(&held.value.name, &form) else {
            continue;
        };
        let id = (held.value.name.clone(), form.key.clone());
        let known = match before.remove(&id) {
            Some(known) if known.revision == held.revision => {
                entries.push((form.key, known));
                continue;
            }
            known => known,
        };
        let schedule = match Schedule::parse(text) {
            Ok(schedule) => schedule,
            Err(fault) => {
                tracing::warn!(weir.deployment = %held.value.name, weir.schedule = %form.key, %fault, "cannot read a schedule: it makes no runs");
                continue;
            }
        };
        let entry = Entry {
            revision: held.revision,
            queue: held.value.queue.clone(),
            schedule,
            max_lateness: held.value.max_lateness,
            since,
            floor: known.as_ref().map_or(Timestamp::MIN, |known| known.floor),
            told: known.as_ref().map_or(Timestamp::MIN, |known| known.told),
            passed_over: known.as_ref().and_then(|known| known.passed_over),
            timer: known.and_then(|known| known.timer),
            is_new: true,
        };
        entries.push((form.key, entry));
    }
    entries
}

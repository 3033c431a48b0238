//! Schedules, as a folded state knows them.

use weir_core::{
    api::{ScheduleFilter, ScheduleList, ScheduleView},
    ids::QueueKey,
    schedule::Overlap,
};

use super::{Wire, all, answerer};
use crate::{error::Wrong, field, schedule, wire};

impl Wire for ScheduleFilter {
    type Message = wire::ScheduleFilter;
    const WHAT: &'static str = "filter of schedules";

    fn to_wire(&self) -> wire::ScheduleFilter {
        let Self {
            deployment,
            pool,
            queue,
        } = self;
        wire::ScheduleFilter {
            deployment: deployment.as_ref().map(ToString::to_string),
            pool: pool.as_ref().map(ToString::to_string),
            queue: queue.as_ref().map(ToString::to_string),
        }
    }

    fn from_wire(message: wire::ScheduleFilter) -> Result<Self, Wrong> {
        let wire::ScheduleFilter {
            deployment,
            pool,
            queue,
        } = message;
        Ok(Self {
            deployment: field::optional_name("deployment", deployment.as_deref())?,
            pool: field::optional_name("pool", pool.as_deref())?,
            queue: field::optional_name("queue", queue.as_deref())?,
        })
    }
}

impl Wire for ScheduleView {
    type Message = wire::ScheduleView;
    const WHAT: &'static str = "schedule";

    fn to_wire(&self) -> wire::ScheduleView {
        let Self {
            deployment,
            key,
            queue: QueueKey { pool, queue },
            active,
            fault,
            overlap,
            next,
            waits,
            unended,
            last,
            passed_over,
        } = self;
        wire::ScheduleView {
            deployment: deployment.to_string(),
            key: key.to_string(),
            pool: pool.to_string(),
            queue: queue.to_string(),
            active: *active,
            fault: fault.clone(),
            overlap_policy: overlap.as_str().to_owned(),
            next: next.map(Into::into),
            waits: waits.map(Into::into),
            unended: unended.iter().map(ToString::to_string).collect(),
            last: last.map(Into::into),
            passed_over: passed_over.map(schedule::passed_over_to_wire),
        }
    }

    fn from_wire(message: wire::ScheduleView) -> Result<Self, Wrong> {
        let wire::ScheduleView {
            deployment,
            key,
            pool,
            queue,
            active,
            fault,
            overlap_policy,
            next,
            waits,
            unended,
            last,
            passed_over,
        } = message;
        Ok(Self {
            deployment: field::name("deployment", &deployment)?,
            key: field::name("key", &key)?,
            queue: answerer::queue_key(&pool, &queue)?,
            active,
            fault: field::text(fault),
            overlap: field::name::<Overlap>("overlapPolicy", &overlap_policy)?,
            next: field::optional_time("next", next)?,
            waits: field::optional_time("waits", waits)?,
            unended: field::names("unended", &unended)?,
            last: field::optional_time("last", last)?,
            passed_over: schedule::passed_over("passedOver", passed_over)?,
        })
    }
}

impl Wire for ScheduleList {
    type Message = wire::ScheduleList;
    const WHAT: &'static str = "list of schedules";

    fn to_wire(&self) -> wire::ScheduleList {
        wire::ScheduleList {
            schedules: self.schedules.iter().map(Wire::to_wire).collect(),
            from: Some(self.from.to_wire()),
        }
    }

    fn from_wire(message: wire::ScheduleList) -> Result<Self, Wrong> {
        Ok(Self {
            schedules: all("schedules", message.schedules, ScheduleView::from_wire)?,
            from: answerer::from(message.from)?,
        })
    }
}

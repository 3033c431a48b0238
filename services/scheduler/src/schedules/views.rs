//! Schedules for people: what comes next, and why nothing comes. It follows from the folded log, so that a standby says the
//! same as the leader.

use weir_calendar::{Schedule, Standing, Verdict, verdict};
use weir_core::{
    api::{ScheduleFilter, ScheduleView},
    cell::{DeploymentConfig, Held},
    json::JsonObject,
    schedule::{Form, Overlap},
};
use weir_log::Log;

use crate::service::Scheduler;

/// Runs that are told of one schedule.
const UNENDED_MAX: usize = 20;

impl<L: Log> Scheduler<L> {
    /// The schedules that match, by deployment and in the order of its configuration.
    pub(crate) fn schedule_views(&self, filter: &ScheduleFilter) -> Vec<ScheduleView> {
        let ScheduleFilter {
            deployment,
            pool,
            queue,
        } = filter;
        let all = self.state.cell.deployments().filter(|held| {
            let of = &held.value.queue;
            deployment
                .as_ref()
                .is_none_or(|name| *name == held.value.name)
                && pool.as_ref().is_none_or(|pool| *pool == of.pool)
                && queue.as_ref().is_none_or(|queue| *queue == of.queue)
        });
        let views = all.flat_map(|held| {
            let schedules = held.value.schedules.iter();
            schedules.map(|text| self.schedule_view(held, text))
        });
        views.collect()
    }

    fn schedule_view(&self, held: &Held<DeploymentConfig>, text: &JsonObject) -> ScheduleView {
        let (deployment, queue) = (&held.value.name, &held.value.queue);
        let form = Form::of(text);
        let cursor = self.state.schedule(deployment, &form.key);
        let folded = self.state.queues.get(queue).into_iter();
        let unended = folded.flat_map(|folded| folded.unended_of(deployment, &form.key));
        let mut view = ScheduleView {
            deployment: deployment.clone(),
            key: form.key.clone(),
            queue: queue.clone(),
            active: false,
            fault: String::new(),
            overlap: Overlap::default(),
            next: None,
            waits: None,
            unended: unended.take(UNENDED_MAX).cloned().collect(),
            last: cursor.map(|cursor| cursor.last),
            passed_over: cursor.and_then(|cursor| cursor.passed_over),
        };
        let schedule = match Schedule::parse(text) {
            Ok(schedule) => schedule,
            Err(fault) => {
                view.fault = format!("{}: {}", fault.field, fault.message);
                return view;
            }
        };
        view.overlap = schedule.overlap;
        let Some(since) = self.state.cell.schedule_since(deployment, &form) else {
            return view;
        };
        let standing = Standing {
            since,
            cursor,
            running: !view.unended.is_empty(),
            max_lateness: held.value.max_lateness,
        };
        let now = self.now();
        let (verdict, passed) = verdict(&schedule, &standing, now, since);
        view.active = true;
        view.next = schedule.next_after(now);
        view.waits = match verdict {
            Verdict::Until(_) => None,
            Verdict::Waits(due) | Verdict::Cancels(due) | Verdict::Make { due, .. } => Some(due),
        };
        view.passed_over = view.passed_over.max(passed.last());
        view
    }
}

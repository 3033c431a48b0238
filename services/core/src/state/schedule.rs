//! How far schedules have come, as the runs tell that they have made: the log is a schedule's only cursor.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    ids::{DeploymentName, RunId},
    request::RunRequest,
    schedule::{ScheduleCursor, ScheduleKey},
    state::{State, queue::QueueState, run::Run},
    time::Timestamp,
};

/// A request that says to be due later than this after its own stamp is not the leader's, whoever has published it: the
/// clocks of brokers differ by less.
const AHEAD_MAX: Duration = Duration::from_mins(1);

impl Run {
    /// The schedule whose cursor it moves.
    pub(super) fn schedule(&self) -> Option<(DeploymentName, ScheduleKey)> {
        if !self.of_schedule {
            return None;
        }
        let request = self.request.as_deref()?;
        let schedule = request.schedule.as_deref()?;
        Some((request.deployment.clone()?, schedule.key.clone()))
    }
}

impl QueueState {
    /// A run that a schedule has made is requested. Whether it moves the schedule's cursor: a back-fill does not, nor what
    /// no leader of this queue can have made.
    pub(super) fn on_scheduled(&mut self, at: Timestamp, request: &RunRequest) -> bool {
        let (Some(deployment), Some(schedule)) = (&request.deployment, request.schedule.as_deref())
        else {
            return false;
        };
        let ahead = schedule.settled.max(schedule.due) > at.after(AHEAD_MAX);
        if schedule.backfill || ahead || !self.is_heard(schedule.epoch) {
            return false;
        }
        let key = (deployment.clone(), schedule.key.clone());
        let cursor = self.schedules.entry(key).or_insert(ScheduleCursor::START);
        *cursor = cursor.further(ScheduleCursor {
            last: schedule.due,
            settled: schedule.settled.max(schedule.due),
            passed_over: schedule.passed_over,
            ..ScheduleCursor::START
        });
        true
    }

    pub(super) fn on_schedule_ended(&mut self, schedule: &(DeploymentName, ScheduleKey)) {
        let at = self.applied_at;
        if let Some(cursor) = self.schedules.get_mut(schedule) {
            cursor.ended_at = cursor.ended_at.max(at);
        }
    }

    /// How far a schedule has come here; `None`: it has made no run.
    pub fn schedule(
        &self,
        deployment: &DeploymentName,
        schedule: &ScheduleKey,
    ) -> Option<ScheduleCursor> {
        let key = (deployment.clone(), schedule.clone());
        self.schedules.get(&key).copied()
    }
    /// The runs of a schedule that have not ended.
    pub fn unended_of(
        &self,
        deployment: &DeploymentName,
        schedule: &ScheduleKey,
    ) -> impl Iterator<Item = &RunId> {
        let key = (deployment.clone(), schedule.clone());
        self.index
            .scheduled
            .get(&key)
            .into_iter()
            .flat_map(BTreeSet::iter)
    }
}

impl State {
    /// How far a schedule has come, in whatever queue and life of one: its deployment may have been moved, its queue made
    /// anew. `None`: it has made no run.
    pub fn schedule(
        &self,
        deployment: &DeploymentName,
        schedule: &ScheduleKey,
    ) -> Option<ScheduleCursor> {
        let known = self.all_lives();
        let known = known.filter_map(|(_, queue)| queue.schedule(deployment, schedule));
        known.reduce(ScheduleCursor::further)
    }
}

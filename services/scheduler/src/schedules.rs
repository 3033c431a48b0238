//! The schedules of deployments: what is due becomes a request, as a user would have published it.
//!
//! The request stands under the leader's epoch like a decision, so one that leads no longer makes no run. Its id follows
//! from deployment, schedule and time, and the first body under an id wins: whoever leads, and however often, one point
//! in time is one run. How far a schedule has come is told by the requests in the log and kept nowhere else.

mod entries;
mod fire;
mod views;

use std::collections::{BTreeMap, BTreeSet};

use weir_calendar::Passed;
use weir_core::{
    cell::CellState,
    ids::{DeploymentName, QueueKey, RunKey, Seq},
    schedule::ScheduleKey,
    time::Timestamp,
};

use entries::Entry;

/// One schedule of one deployment.
pub(crate) type ScheduleId = (DeploymentName, ScheduleKey);

/// The leader's timers, one for each schedule that makes runs.
#[derive(Debug, Default)]
pub(crate) struct Schedules {
    /// The configuration that they are of.
    config: Option<Seq>,
    entries: BTreeMap<ScheduleId, Entry>,
    timers: BTreeSet<(Timestamp, ScheduleId)>,
    /// Looked at with the next step, whatever the clock says: no lane was free, or a request has been read back.
    open: BTreeSet<ScheduleId>,
    /// Due, and waiting for runs to end.
    waiting: BTreeSet<ScheduleId>,
    /// Requests on their way: their number among the flights, and whose they are.
    asks: BTreeMap<RunKey, (u64, ScheduleId)>,
    asked: u64,
    told: Vec<Told>,
}

/// Something about a schedule that is counted and logged.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) queue: QueueKey,
    pub(crate) schedule: ScheduleId,
    pub(crate) what: What,
}

/// What there is to tell.
#[derive(Debug)]
pub(crate) enum What {
    /// A run was requested.
    Made,
    /// These make no run.
    Passed(Passed),
}

impl Schedules {
    /// When the clock alone makes one due, or there is more to look at already.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Whether a flight of this number is a request, which reserves nothing.
    pub(crate) fn is_ask(n: u64) -> bool {
        n > fire::ASKS
    }

    /// Whether nothing can have changed before the next timer.
    fn is_idle(&self, now: Timestamp) -> bool {
        self.waiting.is_empty() && self.asks.is_empty() && !self.has_open(now)
    }

    /// Whether there is something to look at now.
    fn has_open(&self, now: Timestamp) -> bool {
        !self.open.is_empty() || self.next().is_some_and(|at| at <= now)
    }

    /// What has happened since it was asked last.
    pub(crate) fn take_told(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    /// Brings the timers in line with the configuration.
    fn follow(&mut self, cell: &CellState) {
        if self.config == Some(cell.config_revision()) {
            return;
        }
        self.config = Some(cell.config_revision());
        let mut before = std::mem::take(&mut self.entries);
        for held in cell.deployments() {
            for (key, entry) in entries::of(cell, held, &mut before) {
                self.entries.insert((held.value.name.clone(), key), entry);
            }
        }
        self.timers.retain(|(_, id)| self.entries.contains_key(id));
        self.waiting.retain(|id| self.entries.contains_key(id));
        self.open = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.is_new)
            .map(|(id, _)| id.clone())
            .chain(std::mem::take(&mut self.open))
            .filter(|id| self.entries.contains_key(id))
            .collect();
        for entry in self.entries.values_mut() {
            entry.is_new = false;
        }
    }

    /// Those to be looked at now, at most `most`, of queues that can take a request; taken out.
    fn take_due(
        &mut self,
        now: Timestamp,
        most: usize,
        can_take: &BTreeSet<QueueKey>,
    ) -> Vec<ScheduleId> {
        for _ in 0..most {
            let first = self.timers.first().filter(|(at, _)| *at <= now);
            let Some((at, id)) = first.cloned() else {
                break;
            };
            self.timers.remove(&(at, id.clone()));
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.timer = None;
            }
            self.open.insert(id);
        }
        let entries = &self.entries;
        let ready = self.open.iter().filter(|id| {
            let entry = entries.get(*id);
            entry.is_none_or(|entry| can_take.contains(&entry.queue))
        });
        let due: Vec<ScheduleId> = ready.take(most).cloned().collect();
        for id in &due {
            self.open.remove(id);
            self.forget_timer(id);
        }
        due
    }

    /// Whether a request about a schedule is on its way: it is looked at again when that has been read back.
    fn is_asked(&self, id: &ScheduleId) -> bool {
        self.asks.values().any(|(_, of)| of == id)
    }

    fn forget_timer(&mut self, id: &ScheduleId) {
        if let Some(entry) = self.entries.get_mut(id)
            && let Some(at) = entry.timer.take()
        {
            self.timers.remove(&(at, id.clone()));
        }
    }

    /// Looks at one again at this time.
    fn set_timer(&mut self, id: ScheduleId, at: Option<Timestamp>) {
        self.forget_timer(&id);
        if let (Some(entry), Some(at)) = (self.entries.get_mut(&id), at) {
            entry.timer = Some(at);
            self.timers.insert((at, id));
        }
    }
}

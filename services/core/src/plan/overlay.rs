//! What has been decided and not been read back.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    ids::{QueueKey, RunId, RunKey},
    limit::{LimitKey, Slot},
    rate::Pace,
};

/// What the leader has decided and not yet read back. It only reserves; it never frees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Runs with a decision in flight: at most one each.
    in_flight: BTreeMap<QueueKey, BTreeSet<RunId>>,
    /// Slots of claims in flight.
    reserved: BTreeMap<LimitKey, u64>,
    /// Claims in flight, by queue: they will need room at a worker.
    claims: BTreeMap<QueueKey, usize>,
    /// Attempts in flight that are given back what they had: they need no room, for they have theirs.
    regrants: BTreeMap<QueueKey, BTreeSet<RunId>>,
    /// How far start rates are used up by all that was decided. A start that is never stored stays counted.
    paces: BTreeMap<LimitKey, Pace>,
}

impl Overlay {
    /// A decision goes out. `slots` is what it claims; empty for other decisions.
    pub fn reserve(&mut self, run: &RunKey, slots: &[Slot]) {
        self.in_flight
            .entry(run.queue.clone())
            .or_default()
            .insert(run.run_id.clone());
        for slot in slots {
            *self.reserved.entry(slot.limit.clone()).or_default() += u64::from(slot.weight);
            if let Some(pace) = slot.pace {
                self.paces.insert(slot.limit.clone(), pace);
            }
        }
        if !slots.is_empty() {
            *self.claims.entry(run.queue.clone()).or_default() += 1;
        }
    }
    /// An attempt is given back what it had: slots, and no room.
    pub fn regrant(&mut self, run: &RunKey, slots: &[Slot]) {
        let RunKey { queue, run_id } = run;
        let entry = self.regrants.entry(queue.clone()).or_default();
        entry.insert(run_id.clone());
        let entry = self.in_flight.entry(queue.clone()).or_default();
        entry.insert(run_id.clone());
        for slot in slots {
            *self.reserved.entry(slot.limit.clone()).or_default() += u64::from(slot.weight);
        }
    }
    /// Whether an attempt is being given back what it had.
    pub fn regrants(&self, run: &RunKey) -> bool {
        let held = self.regrants.get(&run.queue);
        held.is_some_and(|runs| runs.contains(&run.run_id))
    }
    /// A decision has been read back, or can never be stored.
    pub fn settle(&mut self, run: &RunKey, slots: &[Slot]) {
        if let Some(runs) = self.in_flight.get_mut(&run.queue) {
            runs.remove(&run.run_id);
        }
        for slot in slots {
            if let Some(reserved) = self.reserved.get_mut(&slot.limit) {
                *reserved = reserved.saturating_sub(u64::from(slot.weight));
                if *reserved == 0 {
                    self.reserved.remove(&slot.limit);
                }
            }
        }
        let regrants = self.regrants.get_mut(&run.queue);
        let regranted = regrants.is_some_and(|runs| runs.remove(&run.run_id));
        if !slots.is_empty()
            && !regranted
            && let Some(claims) = self.claims.get_mut(&run.queue)
        {
            *claims = claims.saturating_sub(1);
        }
    }
    /// Whether a decision on this run is in flight.
    pub fn has(&self, queue: &QueueKey, run_id: &RunId) -> bool {
        self.in_flight
            .get(queue)
            .is_some_and(|runs| runs.contains(run_id))
    }
    /// Slots of a limit that claims in flight reserve.
    pub fn reserved(&self, limit: &LimitKey) -> u64 {
        self.reserved.get(limit).copied().unwrap_or(0)
    }
    /// How far a start rate is used up by what was decided here; `None`: nothing was.
    pub fn pace(&self, limit: &LimitKey) -> Option<Pace> {
        self.paces.get(limit).copied()
    }
    /// Claims in flight on a queue.
    pub fn claims(&self, queue: &QueueKey) -> usize {
        self.claims.get(queue).copied().unwrap_or(0)
    }
}

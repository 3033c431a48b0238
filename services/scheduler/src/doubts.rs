//! Whether a parent was ever requested.
//!
//! A parent of the same queue stands before its child in one log. The log of another queue may not be read as far yet as it
//! had come when the child was requested. So before a child is rejected for an unknown parent, the leader writes its epoch
//! anew on a lane of the parent's queue and folds past that: what has not been met by then was not there when the child was
//! requested. A write and no read, as with all that is not known.

use std::collections::{BTreeMap, BTreeSet};

use weir_core::{
    ids::{Lane, QueueKey, RunKey, Seq},
    request::{Fault, FaultCode},
    state::{Run, State},
};

use crate::{fence::Fencing, leader::Leader};

/// What can be said about a run's parent.
pub(crate) enum Parentage {
    /// It has none, or one that is known.
    Known,
    /// It can have none that is.
    Unknown(Fault),
    /// This queue's log tells.
    Ask(QueueKey),
    /// No queue of that name is open, as far as the cell log has been read. With what is wrong if none is.
    AskCell(Fault),
}

/// Children whose parents are not known yet, by the parents' queues.
#[derive(Debug, Default)]
pub(crate) struct Doubts(BTreeMap<QueueKey, Doubt>);

#[derive(Debug, Default)]
struct Doubt {
    /// Not behind a record yet.
    fresh: BTreeSet<RunKey>,
    /// Behind the record that takes the place of this one.
    behind: BTreeSet<RunKey>,
    mark: Option<(Lane, Seq)>,
}

impl Doubts {
    pub(crate) fn suspect(&mut self, parents: QueueKey, run: RunKey) {
        self.0.entry(parents).or_default().fresh.insert(run);
    }
    pub(crate) fn has(&self, run: &RunKey) -> bool {
        let mut all = self.0.values();
        all.any(|doubt| doubt.fresh.contains(run) || doubt.behind.contains(run))
    }
}

impl Leader {
    /// Has the records written that tell. Whether any is.
    pub(crate) fn ask_doubted(&mut self, state: &State) -> bool {
        let mut asked = false;
        for (queue, doubt) in &mut self.doubts.0 {
            let Some(folded) = state.queues.get(queue) else {
                continue;
            };
            let idle = doubt.mark.is_none() && !doubt.fresh.is_empty();
            if !idle || !Fencing::is_ours(folded, self.epoch) {
                continue;
            }
            let mut lanes = self.flights.free_lanes(queue).into_iter();
            let lane = lanes.rfind(|lane| self.fencing.is_quiet(queue, *lane));
            if let Some(lane) = lane
                && let Some((_, seq)) = folded.lane(lane)
            {
                doubt.behind = std::mem::take(&mut doubt.fresh);
                doubt.mark = Some((lane, seq));
                self.fencing.renew(queue, lane, seq);
                asked = true;
            }
        }
        asked
    }

    /// The children about whose parents enough has been read.
    pub(crate) fn doubted(&mut self, state: &State) -> Vec<RunKey> {
        let mut told = Vec::new();
        for (queue, doubt) in &mut self.doubts.0 {
            if !past_is_read(state, queue) || is_to_be_opened(state, queue) {
                continue;
            }
            let folded = state.queues.get(queue);
            let Some(folded) = folded.filter(|_| state.cell.opened(queue).is_some()) else {
                // Its life is over, and folded: nothing comes any more.
                told.extend(std::mem::take(&mut doubt.behind));
                told.extend(std::mem::take(&mut doubt.fresh));
                continue;
            };
            let passed = doubt.mark.is_some_and(|(lane, before)| {
                folded
                    .lane(lane)
                    .is_some_and(|(epoch, seq)| epoch == self.epoch && seq != before)
            });
            if passed {
                doubt.mark = None;
                told.extend(std::mem::take(&mut doubt.behind));
            }
        }
        self.doubts
            .0
            .retain(|_, doubt| !doubt.fresh.is_empty() || !doubt.behind.is_empty());
        told
    }
}

/// What is known of a run's parent.
pub(crate) fn parentage(state: &State, key: &RunKey, run: &Run) -> Parentage {
    let Some(parent) = run.parent() else {
        return Parentage::Known;
    };
    let other = parent.run.seen_from(&key.queue);
    let unknown =
        |text: String| Parentage::Unknown(Fault::new(FaultCode::InvalidField, "parentRunId", text));
    if other == *key {
        return unknown("a run is no child of its own: name another, or leave it out".to_owned());
    }
    if state.run(&other).is_some() {
        return Parentage::Known;
    }
    if !past_is_read(state, &other.queue) {
        return Parentage::Ask(other.queue);
    }
    if other.queue == key.queue {
        return Parentage::Unknown(unrequested(&other));
    }
    if state.cell.opened(&other.queue).is_some() || is_to_be_opened(state, &other.queue) {
        Parentage::Ask(other.queue)
    } else {
        Parentage::AskCell(unrequested(&other))
    }
}

/// Whether nobody has opened a queue yet that is configured: requests may stand in its stream from before.
fn is_to_be_opened(state: &State, queue: &QueueKey) -> bool {
    state.cell.queue(queue).is_some() && state.cell.opened(queue).is_none()
}

/// Whether the earlier lives of a queue have been read to their ends.
fn past_is_read(state: &State, queue: &QueueKey) -> bool {
    let mut closed = state.cell.all_closed();
    closed.all(|(stream, closed)| {
        let past = state.past.get(stream);
        stream.key != *queue || past.is_some_and(|past| past.applied() >= closed.last)
    })
}

/// What is wrong with a run whose parent's log has told that it does not know it.
pub(crate) fn unrequested(parent: &RunKey) -> Fault {
    let text = format!(
        "run {parent} was never requested: name the run's id, or POOL/QUEUE/ID of a run in another queue, and request it first"
    );
    Fault::new(FaultCode::InvalidField, "parentRunId", text)
}

#[cfg(test)]
mod tests;

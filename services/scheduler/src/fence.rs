//! The epoch on every lane of every queue: what makes a deposed leader's decisions bounce.
//!
//! Level-triggered: what is wanted follows from what has been folded. Each epoch record is written by compare-and-set on
//! the last one seen on its lane, only over a smaller number, or over our own to settle an unknown append.

use std::{collections::BTreeMap, time::Duration};

use weir_core::{
    ids::{Epoch, LANES, Lane, QueueKey, Seq},
    state::QueueState,
};
use weir_runtime::Backoff;

/// The epoch records that are on their way to one queue.
#[derive(Debug)]
struct QueueFence {
    in_flight: BTreeMap<Lane, Seq>,
    /// Lanes whose record is to be written anew, and which record that is.
    renew: BTreeMap<Lane, Seq>,
    backoff: Backoff,
    not_before: Duration,
}

/// The epoch records that are on their way.
#[derive(Debug, Default)]
pub(crate) struct Fencing(BTreeMap<QueueKey, QueueFence>);

impl Fencing {
    fn of(&mut self, queue: &QueueKey) -> &mut QueueFence {
        self.0.entry(queue.clone()).or_insert_with(|| QueueFence {
            in_flight: BTreeMap::new(),
            renew: BTreeMap::new(),
            backoff: Backoff::new(Duration::from_millis(20), Duration::from_secs(2)),
            not_before: Duration::ZERO,
        })
    }

    /// Lanes whose epoch is to be written now, each with the position that it is to replace.
    pub(crate) fn wanted(
        &mut self,
        queue: &QueueKey,
        folded: &QueueState,
        epoch: Epoch,
        now: Duration,
    ) -> Vec<(Lane, Seq)> {
        let fence = self.of(queue);
        fence
            .renew
            .retain(|lane, seq| folded.lane(*lane).is_some_and(|(_, held)| held == *seq));
        if now < fence.not_before {
            return Vec::new();
        }
        let mut wanted = Vec::new();
        for lane in (0..LANES).map(Lane) {
            let (held, seq) = folded.lane(lane).unwrap_or_default();
            let stale = held < epoch || fence.renew.contains_key(&lane);
            if stale && !fence.in_flight.contains_key(&lane) {
                fence.in_flight.insert(lane, seq);
                wanted.push((lane, seq));
            }
        }
        wanted
    }

    pub(crate) fn forget(&mut self, queue: &QueueKey) {
        self.0.remove(queue);
    }

    /// When [`Self::wanted`] is worth asking again, if something is held back.
    pub(crate) fn next(&self, now: Duration) -> Option<Duration> {
        self.0
            .values()
            .map(|fence| fence.not_before)
            .filter(|at| *at > now)
            .min()
    }

    /// An epoch record has been answered.
    pub(crate) fn answered(&mut self, queue: &QueueKey, lane: Lane, stored: bool, now: Duration) {
        let fence = self.of(queue);
        fence.in_flight.remove(&lane);
        if stored {
            fence.backoff.reset();
            // The fold shows it in a moment; until then it is not to be written again.
            fence.not_before = now + Duration::from_millis(50);
        } else {
            fence.not_before = now + fence.backoff.next_delay();
        }
    }

    /// Asks for a lane's epoch to be written anew, if its record still stands at `seq`.
    pub(crate) fn renew(&mut self, queue: &QueueKey, lane: Lane, seq: Seq) {
        self.of(queue).renew.insert(lane, seq);
    }

    /// Whether nothing is being written on a lane, nor is to be.
    pub(crate) fn is_quiet(&self, queue: &QueueKey, lane: Lane) -> bool {
        let fence = self.0.get(queue);
        fence.is_none_or(|fence| {
            !fence.in_flight.contains_key(&lane) && !fence.renew.contains_key(&lane)
        })
    }

    /// Whether every lane of the queue has our epoch, as folded.
    pub(crate) fn is_ours(folded: &QueueState, epoch: Epoch) -> bool {
        (0..LANES)
            .map(Lane)
            .all(|lane| folded.lane(lane).is_some_and(|(held, _)| held == epoch))
    }
}

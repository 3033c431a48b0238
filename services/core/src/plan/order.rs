//! In which order waiting runs are looked at.
//!
//! Strictly: queues by priority, in a queue by the run's priority, then as requested. Sharing fairly: queues take turns
//! by weight, in a queue fairness keys by theirs, and in a key the older run goes first, where each step of priority
//! counts as so much age.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use crate::{
    cell::CellState,
    ids::{FairnessKey, PoolName, QueueKey, Seq},
    state::Ready,
    time::Timestamp,
};

/// A run's place in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    first: i64,
    pub(super) at: Timestamp,
    pub(super) seq: Seq,
}

impl Order {
    /// `aging`: how much age a step of priority counts for; `None`: priority goes before any age.
    pub(super) fn of(ready: &Ready, aging: Option<Duration>) -> Self {
        let priority = i64::from(ready.priority);
        let first = match aging {
            None => -priority,
            Some(aging) => {
                let step = i64::try_from(aging.as_nanos()).unwrap_or(i64::MAX);
                let bonus = step.saturating_mul(priority);
                ready.since.as_nanos().saturating_sub(bonus)
            }
        };
        Self {
            first,
            at: ready.since,
            seq: ready.seq,
        }
    }
}

/// A group's place in its pool: that of its first run. Ranks of one pool compare with each other; only the age compares
/// between pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Strictly: the queue's priority. Fairly: the turns of the queue and of the key in it.
    pub(super) tier: (u64, u64),
    pub(super) order: Order,
    pub(super) group: u64,
}

/// One turn of weight 1. A turn of weight `w` is a `w`-th of it, so whoever has more weight is sooner at its next one.
const TURN: u64 = 1 << 24;

fn turn(weight: NonZeroU32) -> u64 {
    (TURN / u64::from(weight.get())).max(1)
}

/// Whose turn it is: start-time fair queueing (Goyal, Vin and Cheng 1996). Each start is tagged with the later of its
/// flow's last end and the last tag that was served; the least tag is next. So between two starts of a flow of weight
/// `w` that is never blocked, a flow of weight `v` has at most `v / w + 1`. A flow that was idle or blocked does not
/// save up turns.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    pools: BTreeMap<PoolName, u64>,
    queues: BTreeMap<QueueKey, (u64, u64)>,
    keys: BTreeMap<(QueueKey, Option<FairnessKey>), u64>,
    /// How many keys were left when they were last forgotten.
    kept: usize,
}

impl Turns {
    /// The tier of a group.
    pub(super) fn tier(
        &self,
        cell: &CellState,
        queue: &QueueKey,
        key: Option<&FairnessKey>,
    ) -> (u64, u64) {
        if fair(cell, &queue.pool).is_none() {
            let priority = cell.queue(queue).map(|held| held.value.priority.get());
            return (u64::from(priority.unwrap_or(u32::MAX)), 0);
        }
        let served = self.pools.get(&queue.pool).copied().unwrap_or(0);
        let (end, served_key) = self.queues.get(queue).copied().unwrap_or((0, 0));
        let key_end = self.keys.get(&(queue.clone(), key.cloned()));
        let key_end = key_end.copied().unwrap_or(0);
        (end.max(served), key_end.max(served_key))
    }

    /// A run of this queue and key starts.
    pub(super) fn served(&mut self, cell: &CellState, queue: &QueueKey, key: Option<&FairnessKey>) {
        let Some(weights) = fair(cell, &queue.pool) else {
            return;
        };
        let (tag, key_tag) = self.tier(cell, queue, key);
        let weight = cell.queue(queue).map(|held| held.value.weight);
        self.pools.insert(queue.pool.clone(), tag);
        let end = tag.saturating_add(turn(weight.unwrap_or(NonZeroU32::MIN)));
        self.queues.insert(queue.clone(), (end, key_tag));
        let weight = key.and_then(|key| weights.get(key)).copied();
        let end = key_tag.saturating_add(turn(weight.unwrap_or(NonZeroU32::MIN)));
        self.keys.insert((queue.clone(), key.cloned()), end);
        // Anybody may name new ones: each pays for its own going.
        if self.keys.len() > 2 * self.kept + 64 {
            self.forget();
        }
    }

    /// Keys whose turn is not to come again before others' are as good as new.
    pub(super) fn forget(&mut self) {
        let queues = &self.queues;
        self.keys
            .retain(|(queue, _), end| queues.get(queue).is_some_and(|(_, served)| *end > *served));
        self.kept = self.keys.len();
    }
}

fn fair<'a>(cell: &'a CellState, pool: &PoolName) -> Option<&'a BTreeMap<FairnessKey, NonZeroU32>> {
    let share = cell.pool(pool)?.value.fair_share.as_ref()?;
    Some(&share.weights)
}

/// How much age a step of priority counts for in a pool; `None`: it goes strictly by priority.
pub(super) fn aging(cell: &CellState, pool: &PoolName) -> Option<Duration> {
    let share = cell.pool(pool)?.value.fair_share.as_ref()?;
    Some(share.aging)
}

//! Room at the workers.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cell::{Held, PoolConfig},
    ids::QueueKey,
    plan::Overlay,
    state::State,
    time::Timestamp,
};

/// Room at the workers of a pool that are online.
///
/// A claim that nobody has taken yet is counted against every worker that might take it, so this never promises more
/// than there is, and may for a moment promise less where workers serve different queues.
#[derive(Debug)]
pub struct Room {
    workers: Vec<(Vec<QueueKey>, u64)>,
    pending: BTreeMap<QueueKey, u64>,
    online: BTreeMap<QueueKey, u32>,
}

impl Room {
    /// The room of a pool's workers at `now`.
    pub fn of(state: &State, overlay: &Overlay, pool: &Held<PoolConfig>, now: Timestamp) -> Self {
        let queues: Vec<&QueueKey> = state
            .queues_of(&pool.value.name)
            .map(|(key, _)| key)
            .collect();
        let mut workers = Vec::new();
        let mut online = BTreeMap::new();
        for presence in state.sessions.workers() {
            let serves: Vec<QueueKey> = queues
                .iter()
                .filter(|key| presence.serves(key))
                .map(|key| (*key).clone())
                .collect();
            if serves.is_empty()
                || presence.session.kind != pool.value.kind.as_str()
                || presence.believed_until(Timestamp::MIN) <= now
            {
                continue;
            }
            for key in &serves {
                *online.entry(key.clone()).or_default() += 1;
            }
            let held: usize = state
                .queues_of(&pool.value.name)
                .map(|(_, queue)| queue.held_by(&presence.session.session))
                .sum();
            workers.push((
                serves,
                u64::from(presence.session.capacity).saturating_sub(held as u64),
            ));
        }
        let pending = state
            .queues_of(&pool.value.name)
            .map(|(key, queue)| {
                (
                    key.clone(),
                    (queue.untaken_len() + overlay.claims(key)) as u64,
                )
            })
            .collect();
        Self {
            workers,
            pending,
            online,
        }
    }
    /// How many more claims of this queue the workers have room for.
    pub fn of_queue(&self, queue: &QueueKey) -> u64 {
        let (mut free, mut rivals) = (0u64, BTreeSet::from([queue]));
        for (serves, room) in &self.workers {
            if serves.contains(queue) {
                free = free.saturating_add(*room);
                rivals.extend(serves.iter());
            }
        }
        let pending: u64 = rivals.iter().filter_map(|key| self.pending.get(*key)).sum();
        free.saturating_sub(pending)
    }
    /// Workers that are online and serve this queue, full ones included.
    pub fn online(&self, queue: &QueueKey) -> u32 {
        self.online.get(queue).copied().unwrap_or(0)
    }
    pub(super) fn take(&mut self, queue: &QueueKey, claims: u64) {
        *self.pending.entry(queue.clone()).or_default() += claims;
    }
}

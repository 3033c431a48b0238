//! What may be claimed now: pool by pool, queue by priority, run by run, as limits and workers allow.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cell::{Held, PoolConfig, QueueConfig},
    ids::{Attempt, QueueKey, RunId, RunKey, Seq},
    limit::{LimitKey, Slot},
    state::{QueueState, State},
    time::Timestamp,
};

/// A run that may start, and what it would hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Which run.
    pub run: RunKey,
    /// The attempt to claim.
    pub attempt: Attempt,
    /// The position of its request.
    pub request: Seq,
    /// The slots that it needs, all of which are free.
    pub slots: Vec<Slot>,
}

/// What the leader has decided and not yet read back. It only reserves; it never frees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Runs with a decision in flight: at most one each.
    in_flight: BTreeMap<QueueKey, BTreeSet<RunId>>,
    /// Slots of claims in flight.
    reserved: BTreeMap<LimitKey, u64>,
    /// Claims in flight, by queue: they will need room at a worker.
    claims: BTreeMap<QueueKey, usize>,
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
        }
        if !slots.is_empty() {
            *self.claims.entry(run.queue.clone()).or_default() += 1;
        }
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
        if !slots.is_empty()
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
    /// Claims in flight on a queue.
    pub fn claims(&self, queue: &QueueKey) -> usize {
        self.claims.get(queue).copied().unwrap_or(0)
    }
}

/// What the planner is allowed: how many appends each queue can take now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings {
    /// Free lanes of each queue that is fenced, folded and without an unknown append. A queue that is not here is
    /// closed, and closes with it every limit that its runs may hold a slot of.
    pub lanes: BTreeMap<QueueKey, usize>,
}

/// Chooses what to claim next, and changes nothing: a claim is true once it is read back.
///
/// Per claim it costs one step in the queue's order and one look at each limit. Runs with a decision in flight are
/// stepped over; they are at most as many as there are lanes.
pub fn plan(
    state: &State,
    overlay: &Overlay,
    openings: &Openings,
    now: Timestamp,
) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for pool in state.cell.pools() {
        plan_pool(state, overlay, openings, now, pool, &mut proposals);
    }
    proposals
}

/// How many slots of a limit are free: its value less what is held and what is reserved.
fn free(state: &State, overlay: &Overlay, limit: &LimitKey, value: Option<u32>) -> u64 {
    value.map_or(u64::MAX, |value| {
        u64::from(value)
            .saturating_sub(state.used(limit))
            .saturating_sub(overlay.reserved(limit))
    })
}

fn plan_pool(
    state: &State,
    overlay: &Overlay,
    openings: &Openings,
    now: Timestamp,
    pool: &Held<PoolConfig>,
    proposals: &mut Vec<Proposal>,
) {
    let name = &pool.value.name;
    // The pool's use is known only where every queue that may hold a slot of it is folded up to the leader's fence.
    let limited = pool.value.concurrency_limit.is_some();
    let all_open = state
        .cell
        .all_opened()
        .filter(|q| q.stream.key.pool == *name)
        .all(|q| openings.lanes.contains_key(&q.stream.key));
    if limited && !all_open {
        return;
    }
    let pool_limit = LimitKey::Pool(name.clone());
    let mut pool_free = free(state, overlay, &pool_limit, pool.value.concurrency_limit);
    let mut room = Room::of(state, overlay, pool, now);
    for queue in state.cell.queues_of(name) {
        if pool_free == 0 {
            return;
        }
        let key = &queue.value.key;
        let (Some(folded), Some(lanes)) = (state.queues.get(key), openings.lanes.get(key)) else {
            continue;
        };
        let limit = LimitKey::Queue(key.clone());
        let queue_free = free(state, overlay, &limit, queue.value.concurrency_limit);
        let most = pool_free
            .min(queue_free)
            .min(room.of_queue(key))
            .min(*lanes as u64);
        let before = proposals.len();
        let slots = [
            Slot {
                limit: pool_limit.clone(),
                weight: 1,
                value: pool.value.concurrency_limit,
            },
            Slot {
                limit,
                weight: 1,
                value: queue.value.concurrency_limit,
            },
        ];
        propose(overlay, queue, folded, most, &slots, proposals);
        let taken = (proposals.len() - before) as u64;
        pool_free = pool_free.saturating_sub(taken);
        room.take(key, taken);
    }
}

fn propose(
    overlay: &Overlay,
    queue: &Held<QueueConfig>,
    folded: &QueueState,
    most: u64,
    slots: &[Slot],
    proposals: &mut Vec<Proposal>,
) {
    let key = &queue.value.key;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if most == 0 {
        return;
    }
    let ready = folded
        .ready()
        .filter(|(_, run_id)| !overlay.has(key, run_id))
        .take(most);
    proposals.extend(ready.filter_map(|(_, run_id)| {
        let run = folded.run(run_id)?;
        Some(Proposal {
            run: RunKey {
                queue: key.clone(),
                run_id: run_id.clone(),
            },
            attempt: Attempt(run.attempt.0.saturating_add(1)),
            request: run.request_seq,
            slots: slots.to_vec(),
        })
    }));
}

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
    fn take(&mut self, queue: &QueueKey, claims: u64) {
        *self.pending.entry(queue.clone()).or_default() += claims;
    }
}

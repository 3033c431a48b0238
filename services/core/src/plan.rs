//! What may be claimed now: pool by pool, queue by priority, run by run, as limits and workers allow.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, btree_map},
};

use crate::{
    cell::{Held, PoolConfig, QueueConfig},
    ids::{Attempt, QueueKey, RunId, RunKey, Seq},
    limit::{LimitKey, Slot},
    state::{QueueState, ReadyKey, State},
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

/// What the planner is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings {
    /// Queues that are fenced and folded, so that what their runs hold is known; with what is reserved in the overlay
    /// nothing more can come. A queue that is not here closes every limit that its runs may hold a slot of.
    pub known: BTreeSet<QueueKey>,
    /// How many appends each of them can take now. One with an unknown append takes none, and all others go on.
    pub lanes: BTreeMap<QueueKey, usize>,
}

/// Chooses what to claim next, and changes nothing: a claim is true once it is read back.
///
/// Per claim it costs one step in the queue's order, one in its class's, and one look at each limit. What a limit blocks
/// costs one look per class of runs, however many of them wait. Runs with a decision in flight are stepped over; they
/// are at most as many as there are lanes.
pub fn plan(
    state: &State,
    overlay: &Overlay,
    openings: &Openings,
    now: Timestamp,
) -> Vec<Proposal> {
    let mut budget = Budget::new(state, overlay, openings);
    let mut proposals = Vec::new();
    for pool in state.cell.pools() {
        plan_pool(&mut budget, now, pool, &mut proposals);
    }
    proposals
}

/// What is left of each limit while a plan is made.
#[derive(Debug)]
struct Budget<'a> {
    state: &'a State,
    overlay: &'a Overlay,
    openings: &'a Openings,
    /// The use of limits that span the cell is known.
    all_open: bool,
    left: BTreeMap<LimitKey, u64>,
}

impl<'a> Budget<'a> {
    fn new(state: &'a State, overlay: &'a Overlay, openings: &'a Openings) -> Self {
        let all_open = state
            .cell
            .all_opened()
            .all(|open| openings.known.contains(&open.stream.key));
        Self {
            state,
            overlay,
            openings,
            all_open,
            left: BTreeMap::new(),
        }
    }

    /// How many slots of a limit are free: its value less what is held, what is reserved, and what this plan takes.
    fn left(&mut self, limit: &LimitKey, value: Option<u32>) -> u64 {
        let Some(value) = value else {
            return u64::MAX;
        };
        if limit.spans_the_cell() && !self.all_open {
            return 0;
        }
        if let Some(left) = self.left.get(limit) {
            return *left;
        }
        let left = u64::from(value)
            .saturating_sub(self.state.used(limit))
            .saturating_sub(self.overlay.reserved(limit));
        self.left.insert(limit.clone(), left);
        left
    }

    fn allows(&mut self, slots: &[Slot]) -> bool {
        slots
            .iter()
            .all(|slot| self.left(&slot.limit, slot.value) >= u64::from(slot.weight))
    }

    fn take(&mut self, slots: &[Slot]) {
        for slot in slots {
            if let Some(left) = self.left.get_mut(&slot.limit) {
                *left = left.saturating_sub(u64::from(slot.weight));
            }
        }
    }
}

fn plan_pool(
    budget: &mut Budget<'_>,
    now: Timestamp,
    pool: &Held<PoolConfig>,
    proposals: &mut Vec<Proposal>,
) {
    let Budget {
        state,
        overlay,
        openings,
        ..
    } = *budget;
    let name = &pool.value.name;
    // The pool's use is known only where every queue that may hold a slot of it is folded up to the leader's fence.
    let limited = pool.value.concurrency_limit.is_some();
    let all_open = state
        .cell
        .all_opened()
        .filter(|q| q.stream.key.pool == *name)
        .all(|q| openings.known.contains(&q.stream.key));
    if limited && !all_open {
        return;
    }
    let pool_limit = LimitKey::Pool(name.clone());
    let mut room = Room::of(state, overlay, pool, now);
    for queue in state.cell.queues_of(name) {
        if budget.left(&pool_limit, pool.value.concurrency_limit) == 0 {
            return;
        }
        let key = &queue.value.key;
        let (Some(folded), Some(lanes)) = (state.queues.get(key), openings.lanes.get(key)) else {
            continue;
        };
        let most = room.of_queue(key).min(*lanes as u64);
        let before = proposals.len();
        propose(budget, queue, folded, most, proposals);
        room.take(key, (proposals.len() - before) as u64);
    }
}

/// The waiting runs of one class, first to last.
struct Line<'a> {
    runs: btree_map::Iter<'a, ReadyKey, RunId>,
    slots: Vec<Slot>,
}

impl<'a> Line<'a> {
    fn next(&mut self, overlay: &Overlay, queue: &QueueKey) -> Option<(ReadyKey, &'a RunId)> {
        self.runs
            .by_ref()
            .find(|(_, run_id)| !overlay.has(queue, run_id))
            .map(|(key, run_id)| (*key, run_id))
    }
}

/// Takes from the heads of all lines whichever comes first, until nothing more is allowed. A line that a limit blocks is
/// left out as a whole: what blocks its head blocks all of it.
fn propose(
    budget: &mut Budget<'_>,
    queue: &Held<QueueConfig>,
    folded: &QueueState,
    most: u64,
    proposals: &mut Vec<Proposal>,
) {
    let (state, overlay, key) = (budget.state, budget.overlay, &queue.value.key);
    let mut lines = Vec::new();
    let mut heads = BinaryHeap::new();
    if most > 0 {
        for (class, runs) in folded.ready_classes() {
            let paused = state.cell.paused(key, class.deployment.as_ref());
            let slots = class.slots(&state.cell, key);
            if paused.is_some() || !budget.allows(&slots) {
                continue;
            }
            let mut line = Line {
                runs: runs.iter(),
                slots,
            };
            if let Some((rank, run_id)) = line.next(overlay, key) {
                heads.push(Reverse((rank, lines.len(), run_id)));
                lines.push(line);
            }
        }
    }
    let mut left = most;
    while left > 0
        && let Some(Reverse((_, at, run_id))) = heads.pop()
    {
        let Some(line) = lines.get_mut(at) else {
            continue;
        };
        if !budget.allows(&line.slots) {
            continue;
        }
        let Some(run) = folded.run(run_id) else {
            continue;
        };
        budget.take(&line.slots);
        left -= 1;
        proposals.push(Proposal {
            run: RunKey {
                queue: key.clone(),
                run_id: run_id.clone(),
            },
            attempt: Attempt(run.attempt.0.saturating_add(1)),
            request: run.request_seq,
            slots: line.slots.clone(),
        });
        if let Some((rank, run_id)) = line.next(overlay, key) {
            heads.push(Reverse((rank, at, run_id)));
        }
    }
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

//! Where each waiting run stands.

mod kept;
mod members;
mod place;
mod regroup;
mod step;
mod verdict;
mod waits;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

pub use kept::PATIENCE;

use crate::{
    cell::CellState,
    class::Class,
    ids::{FairnessKey, PoolName, QueueKey, RunId, RunKey, Seq},
    limit::{LimitKey, Slot},
    plan::{
        lines::kept::Kept,
        needs::{Names, Need},
        order::{self, Order, Rank, Turns},
        spent::{History, Mark},
    },
    state::{Ready, State, Touched},
    time::Timestamp,
    wait::{LogName, Place, Wait, WaitCause},
};

/// All waiting runs that may be claimed, each in its place.
///
/// Runs of one queue (and fairness key) that need the same limited slots are a group. A group with a run that nobody has
/// looked at is open; all others stand in the line of what blocks them. Between two plans no group is open, and none
/// stands in a line that would let it go on.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Numbers of classes and groups.
    last: u64,
    /// The configuration by which they are grouped.
    config: Seq,
    ids: BTreeMap<QueueKey, BTreeMap<Arc<Class>, u64>>,
    classes: BTreeMap<u64, Members>,
    groups: BTreeMap<u64, Group>,
    by_needs: BTreeMap<(QueueKey, Option<FairnessKey>, Names), u64>,
    open: BTreeMap<PoolName, BTreeSet<Rank>>,
    limits: BTreeMap<LimitKey, Line>,
    queues: BTreeMap<QueueKey, BTreeSet<Rank>>,
    /// Limits of which slots may have come free since the last plan.
    stirred: BTreeSet<LimitKey>,
    /// Limits whose start rate allows more from then on.
    timers: BTreeSet<(Timestamp, LimitKey)>,
    kept: BTreeMap<LimitKey, Kept>,
    turns: Turns,
    known: BTreeSet<QueueKey>,
    /// The queues that there were then: one that is closed is not waited for any more.
    lives: Seq,
    /// How those waited that have left because they are being cancelled, until that has been decided.
    cancelled: BTreeMap<RunKey, Vec<Wait>>,
    /// How those had waited about whom something is being decided, should they come back.
    lent: BTreeMap<RunKey, Vec<Wait>>,
    /// Deployments' limits of which runs are to be cancelled for others.
    evicting: BTreeSet<LimitKey>,
    aging: BTreeMap<PoolName, Duration>,
}

/// A limit's line: by pool and by how many slots are needed, first to last.
type Line = BTreeMap<PoolName, BTreeMap<u32, BTreeSet<Rank>>>;

/// The waiting runs of one class.
#[derive(Clone, Debug)]
struct Members {
    queue: QueueKey,
    class: Arc<Class>,
    runs: BTreeMap<Order, Member>,
    group: u64,
    /// The groups that it was in before the configuration put it into this one.
    past: Vec<Stretch>,
    /// When it came to this group.
    entered: (Arc<Mark>, Place),
}

/// A waiting run.
#[derive(Clone, Debug)]
struct Member {
    run_id: RunId,
    ready: Ready,
    joined: Place,
    /// How it had waited before it joined, the last part up to there; empty where it has just begun.
    prior: Vec<Wait>,
    mark: Arc<Mark>,
    /// How many groups its class had been in.
    stretch: usize,
}

/// A class's time in a group that it has left.
#[derive(Clone, Debug)]
struct Stretch {
    history: Arc<History>,
    entered: (Arc<Mark>, Place),
}

/// Runs that are blocked together.
#[derive(Clone, Debug)]
struct Group {
    queue: QueueKey,
    key: Option<FairnessKey>,
    needs: Arc<[Need]>,
    /// The first run of each class.
    heads: BTreeSet<(Order, u64)>,
    spot: Spot,
    history: History,
    /// How often its first run was passed over.
    passes: u32,
    /// The group that it has become by another configuration.
    successor: Option<u64>,
}

/// Where a group stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Spot {
    /// To be looked at.
    Open(Rank),
    /// In the line of a limit, for so many slots.
    Limit(LimitKey, u32, Rank),
    /// In the line of its queue.
    Queue(Rank),
    /// In hand.
    Nowhere,
}

impl Lines {
    /// The lines of all runs that may be claimed in a state. What was before is not known.
    pub fn of(state: &State, place: &Place) -> Self {
        let mut lines = Self {
            config: state.cell.config_revision(),
            aging: agings(&state.cell),
            ..Self::default()
        };
        for (key, queue) in &state.queues {
            let ids = queue.ready().map(|(_, run_id)| run_id);
            for run_id in ids {
                if let Some(ready) = queue.run(run_id).and_then(|run| run.ready(queue.woken())) {
                    lines.insert(state, key, run_id, ready, place, Vec::new());
                }
            }
        }
        lines
    }

    /// A record of a queue's log has been folded (or time has passed there), and changed this.
    pub fn touch(&mut self, state: &State, queue: &QueueKey, touched: Touched, place: &Place) {
        for (run_id, before, after) in touched.runs {
            let prior = match (&before, &after) {
                (Some(before), Some(_)) => self.waited(state, queue, &run_id, before),
                (Some(_) | None, _) => Vec::new(),
            };
            if let Some(before) = before {
                if after.is_none() {
                    self.keep_waits(state, queue, &run_id, &before);
                }
                self.remove(state, queue, &before);
            }
            if let Some(after) = after {
                self.insert(state, queue, &run_id, after, place, prior);
            }
        }
        for slots in touched.freed.into_iter().chain(touched.unkept) {
            self.stir(&slots);
        }
    }

    /// Slots of these limits may have come free.
    pub fn stir(&mut self, slots: &[Slot]) {
        for slot in slots {
            if self.limits.contains_key(&slot.limit) {
                self.stirred.insert(slot.limit.clone());
            }
        }
    }

    /// A decision on this run is not under way any more: if it waits, it stands in line again.
    pub fn restore(&mut self, state: &State, run: &RunKey, place: &Place) {
        let ready = state.queues.get(&run.queue).and_then(|queue| {
            let ready = queue.run(&run.run_id)?.ready(queue.woken())?;
            Some((run.run_id.clone(), ready))
        });
        let prior = self.lent.remove(run).unwrap_or_default();
        if let Some((run_id, ready)) = ready {
            self.insert(state, &run.queue, &run_id, ready, place, prior);
        }
        self.forget_waits(state, run);
    }

    /// A queue's life is over: whatever still stands here of it leaves.
    pub fn forget_queue(&mut self, cell: &CellState, queue: &QueueKey) {
        self.cancelled.retain(|run, _| run.queue != *queue);
        let ids = self.ids.get(queue).into_iter().flat_map(BTreeMap::values);
        for id in ids.copied().collect::<Vec<_>>() {
            while let Some(order) = self.classes.get(&id).and_then(|members| {
                let first = members.runs.keys().next();
                first.copied()
            }) {
                self.take_member(cell, id, order);
            }
        }
    }

    /// What a waiting run waits for, since when, and how many of the runs that wait for it with it stand before it.
    pub fn standing(&self, run: &RunKey, ready: &Ready) -> Option<(&WaitCause, &Place, usize)> {
        let id = self.ids.get(&run.queue)?.get(&ready.class)?;
        let members = self.classes.get(id)?;
        let group = self.groups.get(&members.group)?;
        let order = self.order(&run.queue, ready);
        let classes = group
            .heads
            .iter()
            .filter_map(|(_, id)| self.classes.get(id));
        let before = classes
            .map(|members| members.runs.range(..order).count())
            .sum();
        Some((group.history.cause(), group.history.since(), before))
    }

    /// Whether slots of any limit are kept for a run that was passed over too often.
    pub fn keeps(&self) -> bool {
        !self.kept.is_empty()
    }

    /// How many groups there are: the planner's work does not depend on how many runs are in them.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    fn order(&self, queue: &QueueKey, ready: &Ready) -> Order {
        Order::of(ready, self.aging.get(&queue.pool).copied())
    }

    fn next_id(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

fn agings(cell: &CellState) -> BTreeMap<PoolName, Duration> {
    let pools = cell.pools().map(|held| &held.value.name);
    pools
        .filter_map(|pool| Some((pool.clone(), order::aging(cell, pool)?)))
        .collect()
}

/// A place in a queue's own log.
fn in_queue(queue: &QueueKey, seq: Seq, at: Timestamp) -> Place {
    Place {
        log: LogName::Queue(queue.clone()),
        seq,
        at,
    }
}

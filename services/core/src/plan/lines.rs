//! Where each waiting run stands.

mod kept;
mod step;

use std::{
    collections::{BTreeMap, BTreeSet, btree_map},
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
        needs::{self, Names, Need},
        order::{self, Order, Rank, Turns},
        spent::{History, Mark},
    },
    state::{Ready, State, Touched},
    time::Timestamp,
    wait::{LogName, Place, WaitCause},
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
                    lines.insert(state, key, run_id, ready, place);
                }
            }
        }
        lines
    }

    /// A record of a queue's log has been folded (or time has passed there), and changed this.
    pub fn touch(&mut self, state: &State, queue: &QueueKey, touched: Touched, place: &Place) {
        for (run_id, before, after) in touched.runs {
            if let Some(before) = before {
                self.remove(state, queue, &before);
            }
            if let Some(after) = after {
                self.insert(state, queue, &run_id, after, place);
            }
        }
        for slots in touched.freed {
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
        if let Some((run_id, ready)) = ready {
            self.insert(state, &run.queue, &run_id, ready, place);
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

    fn insert(
        &mut self,
        state: &State,
        queue: &QueueKey,
        run_id: &RunId,
        ready: Ready,
        place: &Place,
    ) {
        let order = self.order(queue, &ready);
        let known = self.ids.get(queue).and_then(|ids| ids.get(&ready.class));
        let id = match known {
            Some(id) => *id,
            None => self.add_class(&state.cell, queue, &ready.class, place),
        };
        let Some(members) = self.classes.get_mut(&id) else {
            return;
        };
        if members.runs.contains_key(&order) {
            return;
        }
        let Some(group) = self.groups.get_mut(&members.group) else {
            return;
        };
        let before = members.runs.keys().next().copied();
        members.runs.insert(
            order,
            Member {
                run_id: run_id.clone(),
                ready,
                joined: place.clone(),
                mark: group.history.mark(),
                stretch: members.past.len(),
            },
        );
        if before.is_none_or(|before| order < before) {
            let group = members.group;
            self.head_changed(&state.cell, group, id, before, Some(order));
        }
    }

    fn remove(&mut self, state: &State, queue: &QueueKey, ready: &Ready) {
        let order = self.order(queue, ready);
        let id = self.ids.get(queue).and_then(|ids| ids.get(&ready.class));
        if let Some(id) = id.copied() {
            self.take_member(&state.cell, id, order);
        }
    }

    /// Takes a run out of its class, and what is empty then out of the lines.
    fn take_member(&mut self, cell: &CellState, id: u64, order: Order) -> Option<Member> {
        let members = self.classes.get_mut(&id)?;
        let first = members.runs.keys().next().copied();
        let member = members.runs.remove(&order)?;
        let (group, next) = (members.group, members.runs.keys().next().copied());
        if next.is_none() {
            let (queue, class) = (members.queue.clone(), Arc::clone(&members.class));
            self.classes.remove(&id);
            if let Some(ids) = self.ids.get_mut(&queue) {
                ids.remove(&class);
                if ids.is_empty() {
                    self.ids.remove(&queue);
                }
            }
        }
        if first == Some(order) {
            self.head_changed(cell, group, id, first, next);
        }
        Some(member)
    }

    fn add_class(
        &mut self,
        cell: &CellState,
        queue: &QueueKey,
        class: &Arc<Class>,
        place: &Place,
    ) -> u64 {
        let id = self.next_id();
        let group = self.group_for(cell, queue, class, place);
        let mark = self
            .groups
            .get_mut(&group)
            .map(|group| group.history.mark());
        let mark = mark.unwrap_or_else(|| History::new(place.clone()).mark());
        self.classes.insert(
            id,
            Members {
                queue: queue.clone(),
                class: Arc::clone(class),
                runs: BTreeMap::new(),
                group,
                past: Vec::new(),
                entered: (mark, place.clone()),
            },
        );
        let ids = self.ids.entry(queue.clone()).or_default();
        ids.insert(Arc::clone(class), id);
        id
    }

    /// The group for a class, made if there is none.
    fn group_for(
        &mut self,
        cell: &CellState,
        queue: &QueueKey,
        class: &Class,
        place: &Place,
    ) -> u64 {
        let found = needs::of(cell, queue, class);
        let key = class.fairness_key.clone();
        let key = key.filter(|_| self.aging.contains_key(&queue.pool));
        let names = (queue.clone(), key.clone(), needs::names(&found));
        if let Some(group) = self.by_needs.get(&names) {
            return *group;
        }
        let id = self.next_id();
        self.by_needs.insert(names, id);
        self.groups.insert(
            id,
            Group {
                queue: queue.clone(),
                key,
                needs: found.into(),
                heads: BTreeSet::new(),
                spot: Spot::Nowhere,
                history: History::new(place.clone()),
                passes: 0,
                successor: None,
            },
        );
        id
    }

    /// The first run of a class of a group is another: the group's place is that of its first run.
    fn head_changed(
        &mut self,
        cell: &CellState,
        id: u64,
        class: u64,
        before: Option<Order>,
        after: Option<Order>,
    ) {
        let Some(group) = self.groups.get_mut(&id) else {
            return;
        };
        let first = group.heads.first().copied();
        if let Some(before) = before {
            group.heads.remove(&(before, class));
        }
        if let Some(after) = after {
            group.heads.insert((after, class));
        }
        if group.heads.first().copied() == first {
            return;
        }
        group.passes = 0;
        self.keep_no_more(id);
        let Some(group) = self.groups.get(&id) else {
            return;
        };
        if group.heads.is_empty() {
            let names = (
                group.queue.clone(),
                group.key.clone(),
                needs::names(&group.needs),
            );
            self.lift(id);
            self.groups.remove(&id);
            self.by_needs.remove(&names);
            return;
        }
        let spot = match &group.spot {
            Spot::Nowhere if first.is_some() => return, // in hand: whoever has it puts it down
            Spot::Nowhere | Spot::Open(_) => None,
            Spot::Queue(_) => Some(None),
            Spot::Limit(limit, weight, _) => Some(Some((limit.clone(), *weight))),
        };
        self.lift(id);
        match spot {
            None => self.put_open(cell, id),
            Some(None) => self.put_queue(cell, id),
            Some(Some((limit, weight))) => self.put_limit(cell, id, limit, weight),
        }
    }

    /// A group's place, by whose turn it is now.
    fn rank(&self, cell: &CellState, id: u64) -> Option<Rank> {
        let group = self.groups.get(&id)?;
        Some(Rank {
            tier: self.turns.tier(cell, &group.queue, group.key.as_ref()),
            order: group.heads.first()?.0,
            group: id,
        })
    }

    /// Takes a group from where it stands.
    fn lift(&mut self, id: u64) {
        let Some(group) = self.groups.get_mut(&id) else {
            return;
        };
        match std::mem::replace(&mut group.spot, Spot::Nowhere) {
            Spot::Nowhere => {}
            Spot::Open(rank) => {
                if let Some(open) = self.open.get_mut(&group.queue.pool) {
                    open.remove(&rank);
                    if open.is_empty() {
                        self.open.remove(&group.queue.pool);
                    }
                }
            }
            Spot::Queue(rank) => {
                if let Some(line) = self.queues.get_mut(&group.queue) {
                    line.remove(&rank);
                    if line.is_empty() {
                        self.queues.remove(&group.queue);
                    }
                }
            }
            Spot::Limit(limit, weight, rank) => {
                let Some(line) = self.limits.get_mut(&limit) else {
                    return;
                };
                if let Some(of_pool) = line.get_mut(&group.queue.pool) {
                    if let Some(ranks) = of_pool.get_mut(&weight) {
                        ranks.remove(&rank);
                        if ranks.is_empty() {
                            of_pool.remove(&weight);
                        }
                    }
                    if of_pool.is_empty() {
                        line.remove(&group.queue.pool);
                    }
                }
                if line.is_empty() {
                    self.limits.remove(&limit);
                }
            }
        }
    }

    fn put_open(&mut self, cell: &CellState, id: u64) {
        let rank = self.rank(cell, id);
        if let (Some(rank), Some(group)) = (rank, self.groups.get_mut(&id)) {
            group.spot = Spot::Open(rank);
            let open = self.open.entry(group.queue.pool.clone()).or_default();
            open.insert(rank);
        }
    }

    fn put_queue(&mut self, cell: &CellState, id: u64) {
        let rank = self.rank(cell, id);
        if let (Some(rank), Some(group)) = (rank, self.groups.get_mut(&id)) {
            group.spot = Spot::Queue(rank);
            let line = self.queues.entry(group.queue.clone()).or_default();
            line.insert(rank);
        }
    }

    fn put_limit(&mut self, cell: &CellState, id: u64, limit: LimitKey, weight: u32) {
        let rank = self.rank(cell, id);
        if let (Some(rank), Some(group)) = (rank, self.groups.get_mut(&id)) {
            let line = self.limits.entry(limit.clone()).or_default();
            let line = line.entry(group.queue.pool.clone()).or_default();
            line.entry(weight).or_default().insert(rank);
            group.spot = Spot::Limit(limit, weight, rank);
        }
    }

    /// Groups them by configuration as it is now. All are looked at again.
    fn regroup(&mut self, cell: &CellState, place: &Place) {
        let config = cell.config_revision();
        if self.config == config {
            return;
        }
        self.config = config;
        let before = std::mem::replace(&mut self.aging, agings(cell));
        let names = std::mem::take(&mut self.by_needs);
        let mut groups = std::mem::take(&mut self.groups);
        let classes = std::mem::take(&mut self.classes);
        self.open.clear();
        self.limits.clear();
        self.queues.clear();
        self.stirred.clear();
        self.timers.clear();
        self.kept.clear();
        self.evicting.clear();
        self.turns.forget();
        // Groups that are what they were keep what their runs have waited for.
        for members in classes.values() {
            let group = self.group_for(cell, &members.queue, &members.class, place);
            if let Some(made) = self.groups.get_mut(&group) {
                let same = (
                    made.queue.clone(),
                    made.key.clone(),
                    needs::names(&made.needs),
                );
                let same = names.get(&same).and_then(|old| groups.get_mut(old));
                if let Some(old) = same.filter(|old| old.successor.is_none()) {
                    made.history = old.history.clone();
                    old.successor = Some(group);
                }
            }
        }
        let mut left: BTreeMap<u64, Arc<History>> = BTreeMap::new();
        for (id, mut members) in classes {
            let pool = &members.queue.pool;
            if before.get(pool) != self.aging.get(pool) {
                let runs = std::mem::take(&mut members.runs).into_values();
                members.runs = runs
                    .map(|member| (self.order(&members.queue, &member.ready), member))
                    .collect();
            }
            let group = self.group_for(cell, &members.queue, &members.class, place);
            let old = std::mem::replace(&mut members.group, group);
            if let Some(old_group) = groups.get(&old).filter(|old| old.successor != Some(group)) {
                self.leave(&mut members, old_group, left.entry(old), place);
            }
            let head = members.runs.keys().next().copied();
            self.classes.insert(id, members);
            self.head_changed(cell, group, id, None, head);
        }
    }

    /// A class leaves its group for the one that it is entered in already: what it has waited for there is kept.
    fn leave(
        &mut self,
        members: &mut Members,
        old: &Group,
        left: btree_map::Entry<'_, u64, Arc<History>>,
        place: &Place,
    ) {
        let history = left.or_insert_with(|| Arc::new(old.history.clone()));
        let Some(group) = self.groups.get_mut(&members.group) else {
            return;
        };
        let entered = (group.history.mark(), place.clone());
        members.past.push(Stretch {
            history: Arc::clone(history),
            entered: std::mem::replace(&mut members.entered, entered),
        });
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

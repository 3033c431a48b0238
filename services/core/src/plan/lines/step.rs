//! One plan: who of those that may have come free to go on does.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use crate::{
    ids::{Attempt, PoolName, QueueKey, RunKey},
    limit::LimitKey,
    plan::{
        Basis, Plan, Proposal, Refusal, Room,
        budget::Budget,
        lines::{Lines, Member, Spot},
        needs::Need,
        order::{Order, Rank},
    },
    state::Run,
    wait::{Wait, WaitCause},
};

/// Where a group may come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Open,
    Limit(LimitKey),
    Queue(QueueKey),
}

/// A plan in the making.
pub(super) struct Step<'a> {
    pub(super) basis: Basis<'a>,
    pub(super) budget: Budget<'a>,
    /// Appends that the plan takes, by queue.
    pub(super) taken: BTreeMap<QueueKey, usize>,
    pub(super) rooms: BTreeMap<PoolName, Room>,
    /// Limits that let nobody on any more in this plan, whatever their slots.
    pub(super) shut: BTreeSet<LimitKey>,
    pub(super) plan: Plan,
}

/// What becomes of a group that is looked at.
pub(super) enum Verdict {
    Start,
    Refuse,
    Limit(Need, WaitCause),
    Queue(WaitCause),
}

impl Lines {
    /// Chooses what to decide next. What is chosen leaves the lines; what then cannot be decided is to be
    /// [restored](Lines::restore), and its slots are to be [stirred](Lines::stir).
    ///
    /// It costs nothing for those that wait. Per claim: one look at each of the limits, and moves of groups in ordered
    /// sets. A group that a freed slot has woken and that something else blocks costs one move.
    pub fn plan(&mut self, basis: &Basis<'_>) -> Plan {
        let cell = &basis.state.cell;
        self.regroup(cell, basis.place);
        if self.known != basis.openings.known || self.lives != cell.lives_revision() {
            self.known.clone_from(&basis.openings.known);
            self.lives = cell.lives_revision();
            for id in self.groups.keys().copied().collect::<Vec<_>>() {
                self.lift(id);
                self.put_open(cell, id);
            }
        }
        while let Some((at, _)) = self.timers.first()
            && *at <= basis.now
            && let Some((_, limit)) = self.timers.pop_first()
        {
            if self.limits.contains_key(&limit) {
                self.stirred.insert(limit);
            }
        }
        self.open_evicting(cell);
        // For whom slots are kept, and from whom, depends on whose turn it is.
        self.stirred.extend(self.kept.keys().cloned());
        let mut step = Step {
            basis: *basis,
            budget: Budget::new(*basis),
            taken: BTreeMap::new(),
            rooms: BTreeMap::new(),
            shut: BTreeSet::new(),
            plan: Plan::default(),
        };
        loop {
            let candidates = self.candidates(&mut step);
            // What comes free in the course of it because it is not kept any more is looked at too.
            self.stirred.clear();
            for (pool, sources) in candidates {
                self.plan_pool(&mut step, &pool, sources);
            }
            if self.stirred.is_empty() {
                break;
            }
        }
        let mut plan = step.plan;
        plan.wake = self.timers.first().map(|(at, _)| *at);
        plan
    }

    /// Where somebody may be found who can go on, by pool; the pool whose first was requested first comes first.
    fn candidates(&mut self, step: &mut Step<'_>) -> Vec<(PoolName, Vec<Source>)> {
        let mut pools: BTreeMap<PoolName, Vec<Source>> = BTreeMap::new();
        for pool in self.open.keys() {
            pools.entry(pool.clone()).or_default().push(Source::Open);
        }
        for limit in &self.stirred {
            for pool in self
                .limits
                .get(limit)
                .into_iter()
                .flat_map(|line| line.keys())
            {
                let sources = pools.entry(pool.clone()).or_default();
                sources.push(Source::Limit(limit.clone()));
            }
        }
        for queue in self.queues.keys() {
            if step.gate(queue).is_none() {
                let sources = pools.entry(queue.pool.clone()).or_default();
                sources.push(Source::Queue(queue.clone()));
            }
        }
        let mut pools: Vec<_> = pools.into_iter().collect();
        pools.sort_by_cached_key(|(pool, sources)| {
            let first = sources
                .iter()
                .filter_map(|source| self.best(step, pool, source));
            first.map(|rank| rank.order.at).min()
        });
        pools
    }

    /// The first of a source that could go on as far as the source itself is concerned.
    fn best(&self, step: &mut Step<'_>, pool: &PoolName, source: &Source) -> Option<Rank> {
        match source {
            Source::Open => self.open.get(pool)?.first().copied(),
            Source::Queue(queue) => match step.gate(queue) {
                None => self.queues.get(queue)?.first().copied(),
                Some(_) => None,
            },
            Source::Limit(limit) if step.shut.contains(limit) => None,
            Source::Limit(limit) => {
                let cell = &step.basis.state.cell;
                let value = cell.limit(limit);
                let left = value.map_or(u64::MAX, |value| step.budget.left(limit, value));
                let lines = self.limits.get(limit)?.get(pool)?;
                let fits = lines
                    .iter()
                    .take_while(|(weight, _)| u64::from(**weight) <= left)
                    .filter_map(|(weight, ranks)| Some((*weight, *ranks.first()?)));
                let fits = fits.filter(|(weight, rank)| {
                    u64::from(*weight) <= left.saturating_sub(self.kept_from(cell, limit, *rank))
                });
                fits.map(|(_, rank)| rank).min()
            }
        }
    }

    fn plan_pool(&mut self, step: &mut Step<'_>, pool: &PoolName, sources: Vec<Source>) {
        let cell = &step.basis.state.cell;
        let mut heads = BinaryHeap::new();
        for source in sources {
            if let Some(rank) = self.best(step, pool, &source) {
                heads.push(Reverse((rank, source)));
            }
        }
        while let Some(Reverse((rank, source))) = heads.pop() {
            let best = self.best(step, pool, &source);
            if best == Some(rank) {
                if self.rank(cell, rank.group) == Some(rank) {
                    self.lift(rank.group);
                    let from_line = source != Source::Open;
                    if self.look_at(step, pool, rank, from_line)
                        && let Some(open) = self.best(step, pool, &Source::Open)
                        && source != Source::Open
                    {
                        heads.push(Reverse((open, Source::Open)));
                    }
                } else {
                    self.stand_anew(step, rank.group);
                }
            }
            if let Some(next) = self.best(step, pool, &source) {
                heads.push(Reverse((next, source)));
            }
        }
    }

    /// Others have had their turns since it was put down: its place in the same line is another.
    fn stand_anew(&mut self, step: &Step<'_>, id: u64) {
        let cell = &step.basis.state.cell;
        let Some(spot) = self.groups.get(&id).map(|group| group.spot.clone()) else {
            return;
        };
        self.lift(id);
        match spot {
            Spot::Nowhere | Spot::Open(_) => self.put_open(cell, id),
            Spot::Queue(_) => self.put_queue(cell, id),
            Spot::Limit(limit, weight, _) => self.put_limit(cell, id, limit, weight),
        }
    }

    /// Looks at the first run of a group that is in hand, and puts the group down. Whether it is open again.
    fn look_at(
        &mut self,
        step: &mut Step<'_>,
        pool: &PoolName,
        rank: Rank,
        from_line: bool,
    ) -> bool {
        let (cell, id) = (&step.basis.state.cell, rank.group);
        let Some((order, class)) = self.valid_head(step, id) else {
            return false;
        };
        if self.rank(cell, id) != Some(rank) {
            self.put_open(cell, id); // who was its first has left the lines, and others may stand before the next
            return true;
        }
        match self.judge(step, rank, order, class) {
            Verdict::Start => self.start(step, rank, order, class),
            Verdict::Refuse => self.refuse(step, id, order, class),
            Verdict::Limit(need, cause) => {
                if from_line {
                    self.pass_over(cell, id);
                }
                self.enter(step, id, cause);
                let source = Source::Limit(need.limit.clone());
                self.put_limit(cell, id, need.limit.clone(), need.weight);
                if self.best(step, pool, &source) == Some(rank) {
                    step.shut.insert(need.limit);
                }
                return false;
            }
            Verdict::Queue(cause) => {
                if cause == WaitCause::NoWorkers {
                    // Nobody can say how long; it has what it needs kept again when it is passed over again.
                    self.keep_no_more(id);
                }
                self.enter(step, id, cause);
                self.put_queue(cell, id);
                return false;
            }
        }
        self.put_open(cell, id);
        self.groups.contains_key(&id)
    }

    fn enter(&mut self, step: &Step<'_>, id: u64, cause: WaitCause) {
        if let Some(group) = self.groups.get_mut(&id) {
            group.history.enter(cause, step.basis.place);
        }
    }

    /// The first run of a group that really waits and that nothing is being decided about. Others leave the lines: they
    /// come again when the fold says that they wait, or when what was being decided is settled.
    fn valid_head(&mut self, step: &Step<'_>, id: u64) -> Option<(Order, u64)> {
        let Basis { state, overlay, .. } = step.basis;
        loop {
            let group = self.groups.get(&id)?;
            let (order, class) = *group.heads.first()?;
            let queue = &group.queue;
            let member = self.classes.get(&class)?.runs.get(&order)?;
            let waits = state.queues.get(queue).is_some_and(|folded| {
                let run = folded.run(&member.run_id);
                run.is_some_and(|run| run.ready(folded.woken()).as_ref() == Some(&member.ready))
            });
            if waits && !overlay.has(queue, &member.run_id) {
                return Some((order, class));
            }
            if waits {
                let (queue, run_id) = (queue.clone(), member.run_id.clone());
                let waited = self.waited(state, &queue, &run_id, &member.ready);
                self.lent.insert(RunKey { queue, run_id }, waited);
            }
            self.take_member(&state.cell, class, order);
        }
    }

    fn start(&mut self, step: &mut Step<'_>, rank: Rank, order: Order, class: u64) {
        let state = step.basis.state;
        let Some((key, run, waits, member)) = self.take_out(step, rank.group, order, class) else {
            return;
        };
        let queue = &key.queue;
        let mut slots = run.class.slots(&state.cell, queue);
        step.budget.take(&mut slots);
        *step.taken.entry(queue.clone()).or_default() += 1;
        if let Some(room) = step.rooms.get_mut(&queue.pool) {
            room.take(queue, 1);
        }
        let fairness = member.ready.class.fairness_key.as_ref();
        self.turns.served(&state.cell, queue, fairness);
        self.passed_by(
            step,
            rank,
            &slots.iter().map(|slot| &slot.limit).collect::<Vec<_>>(),
            queue,
        );
        step.plan.claims.push(Proposal {
            attempt: Attempt(run.attempt.0.saturating_add(1)),
            request: run.request_seq,
            run: key,
            slots,
            waits,
        });
    }

    fn refuse(&mut self, step: &mut Step<'_>, id: u64, order: Order, class: u64) {
        if let Some((run, _, waits, _)) = self.take_out(step, id, order, class) {
            *step.taken.entry(run.queue.clone()).or_default() += 1;
            step.plan.refusals.push(Refusal { run, waits });
        }
    }

    /// Those who stand before the one that has just started and need more slots of one of its limits than are free.
    fn passed_by(
        &mut self,
        step: &mut Step<'_>,
        rank: Rank,
        limits: &[&LimitKey],
        queue: &QueueKey,
    ) {
        let cell = &step.basis.state.cell;
        let mut passed = Vec::new();
        for limit in limits {
            for (pool, line) in self.limits.get(*limit).into_iter().flatten() {
                // Between pools only age compares.
                let before = |held: &&Rank| {
                    if *pool == queue.pool {
                        held.order < rank.order || **held < rank
                    } else {
                        held.order.at < rank.order.at
                    }
                };
                let heavy = line.iter().filter(|(weight, _)| **weight > 1);
                let firsts = heavy.filter_map(|(_, ranks)| ranks.first());
                passed.extend(firsts.filter(before).map(|held| held.group));
            }
        }
        for id in passed {
            self.pass_over(cell, id);
        }
    }

    fn take_out<'a>(
        &mut self,
        step: &Step<'a>,
        id: u64,
        order: Order,
        class: u64,
    ) -> Option<(RunKey, &'a Run, Vec<Wait>, Member)> {
        let state = step.basis.state;
        let group = self.groups.get(&id)?;
        let queue = group.queue.clone();
        let member = self.classes.get(&class)?.runs.get(&order)?;
        let run = state.queues.get(&queue)?.run(&member.run_id)?;
        let waits = self.waits(&queue, run, class, member, id);
        let member = self.take_member(&state.cell, class, order)?;
        let run_id = member.run_id.clone();
        let key = RunKey { queue, run_id };
        self.lent.insert(key.clone(), waits.clone());
        Some((key, run, waits, member))
    }
}

impl Step<'_> {
    /// What keeps a queue as a whole from being decided on.
    pub(super) fn gate(&mut self, queue: &QueueKey) -> Option<WaitCause> {
        let Basis {
            state,
            overlay,
            openings,
            now,
            ..
        } = self.basis;
        if !openings.known.contains(queue) {
            return Some(WaitCause::QueueNotReady);
        }
        let pool = state.cell.pool(&queue.pool)?;
        let room = self
            .rooms
            .entry(queue.pool.clone())
            .or_insert_with(|| Room::of(state, overlay, pool, now));
        if room.of_queue(queue) == 0 {
            return Some(WaitCause::NoWorkers);
        }
        (!self.has_lane(queue)).then_some(WaitCause::Deciding)
    }

    /// Whether a queue can take another append.
    pub(super) fn has_lane(&self, queue: &QueueKey) -> bool {
        let lanes = self.basis.openings.lanes.get(queue).copied();
        let taken = self.taken.get(queue).copied();
        taken.unwrap_or(0) < lanes.unwrap_or(0)
    }
}

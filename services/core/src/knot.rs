//! Runs that wait for each other: programs that wait for other runs and hold slots meanwhile, and runs that need these
//! slots and are waited for.
//!
//! It is read from the folded logs alone. What can go on is found first: an attempt that waits for nobody ends some day;
//! one that waits for others goes on when each of them can; a run that comes after others when each of them can and its
//! slots are free; a run that waits for slots goes on when those that are free, with those held by whoever can go on,
//! suffice for each of its limits. What is left cannot go on by itself: that one of them will lapse is its end, of which
//! those who wait for it hear then. Whatever else may hold a run up (no worker, a pause, its time, a log that is not folded)
//! is taken for something that passes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    awaits::{CycleLink, WaitsFor},
    bounds,
    ids::{QueueKey, RunKey},
    limit::{LimitKey, Slot},
    state::{Run, Standing, State},
};

/// Runs of which none can go on before another of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Knot {
    stuck: BTreeMap<RunKey, Stuck>,
}

/// Why one of them waits.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stuck {
    /// Its program waits for these; it holds those slots for good.
    Awaits(Vec<RunKey>, Vec<Slot>),
    /// What it waited for has ended, and it waits for its slots.
    Wants(Vec<Slot>),
    /// It waits to be claimed, with these slots.
    Waits(Vec<Slot>),
    /// It comes after these, and then waits to be claimed, with those slots.
    Follows(Vec<RunKey>, Vec<Slot>),
}

impl Stuck {
    /// The runs and the slots that it waits for, and whether these are for a claim.
    fn needs(&self) -> (&[RunKey], &[Slot], bool) {
        match self {
            Self::Awaits(runs, _) => (runs, &[], false),
            Self::Wants(slots) => (&[], slots, false),
            Self::Waits(slots) => (&[], slots, true),
            Self::Follows(runs, slots) => (runs, slots, true),
        }
    }
}

impl Knot {
    /// The knot of a state. It costs nothing where no program waits for other runs, and otherwise steps that grow with the
    /// number of these and of those that they wait for, however long a chain they make.
    pub fn of(state: &State) -> Self {
        let mut knot = Self::default();
        for (queue, folded) in &state.queues {
            for (run_id, waiting) in folded.awaiting() {
                let run = RunKey {
                    queue: queue.clone(),
                    run_id: run_id.clone(),
                };
                let Some(stuck) = parent(queue, waiting) else {
                    continue;
                };
                if let Stuck::Awaits(runs, _) = &stuck {
                    for child in runs {
                        knot.add_waiting(state, child);
                    }
                }
                knot.stuck.insert(run, stuck);
            }
        }
        knot.loosen(state);
        knot
    }

    /// A run that is waited for and waits to be claimed, with all that it comes after.
    fn add_waiting(&mut self, state: &State, key: &RunKey) {
        let mut rest = vec![key.clone()];
        while let Some(key) = rest.pop() {
            let Some(folded) = state.queues.get(&key.queue) else {
                continue;
            };
            let run = folded.run(&key.run_id);
            let Some(run) = run.filter(|_| !self.stuck.contains_key(&key)) else {
                continue;
            };
            if run.standing() == Standing::Following && run.reached.is_none() {
                let others = state.awaited(&key, run).into_iter();
                let others: Vec<RunKey> = others.map(|(other, _)| other).collect();
                rest.extend(others.iter().cloned());
                let slots = slots_of(state, &key.queue, run);
                self.stuck.insert(key, Stuck::Follows(others, slots));
            } else if run.ready(folded.woken()).is_some() {
                let slots = slots_of(state, &key.queue, run);
                self.stuck.insert(key, Stuck::Waits(slots));
            }
        }
    }

    /// Lets go of all that can go on, were everything done that is let go of.
    fn loosen(&mut self, state: &State) {
        let mut held = self.held();
        let (mut left, mut waiters) = self.waiters();
        let mut next: Vec<RunKey> = self.stuck.keys().cloned().collect();
        loop {
            let (mut freed, mut blocked) = (false, Vec::new());
            while let Some(run) = next.pop() {
                let Some(stuck) = self.stuck.get(&run) else {
                    continue;
                };
                if left.get(&run).is_some_and(|left| *left > 0) {
                    continue; // the last of those that it waits for tells
                }
                let (_, slots, claim) = stuck.needs();
                if blocked_by(state, &held, slots, claim).is_some() {
                    blocked.push(run);
                    continue;
                }
                freed |= held.let_go(stuck);
                self.stuck.remove(&run);
                for waiter in waiters.remove(&run).into_iter().flatten() {
                    if let Some(left) = left.get_mut(&waiter) {
                        *left = left.saturating_sub(1);
                    }
                    next.push(waiter);
                }
            }
            if !freed || blocked.is_empty() {
                return;
            }
            next = blocked;
        }
    }

    /// For how many runs of the knot each waits, and who waits for each of them.
    fn waiters(&self) -> (BTreeMap<RunKey, usize>, BTreeMap<RunKey, Vec<RunKey>>) {
        let mut left = BTreeMap::new();
        let mut waiters: BTreeMap<RunKey, Vec<RunKey>> = BTreeMap::new();
        for (run, stuck) in &self.stuck {
            let (runs, ..) = stuck.needs();
            for other in runs.iter().filter(|other| self.contains(other)) {
                *left.entry(run.clone()).or_default() += 1;
                waiters.entry(other.clone()).or_default().push(run.clone());
            }
        }
        (left, waiters)
    }

    /// What those hold, or are to have before any claim, that cannot go on.
    fn held(&self) -> Held {
        let mut held = Held::default();
        self.stuck.values().for_each(|stuck| held.take(stuck));
        held
    }

    /// Whether nobody waits for himself.
    pub fn is_empty(&self) -> bool {
        self.stuck.is_empty()
    }

    /// How many runs are in it.
    pub fn len(&self) -> usize {
        self.stuck.len()
    }

    /// How many runs of a queue are in it.
    pub fn len_of(&self, queue: &QueueKey) -> usize {
        let runs = self.stuck.keys();
        runs.filter(|run| run.queue == *queue).count()
    }

    /// Whether a run is in it.
    pub fn contains(&self, run: &RunKey) -> bool {
        self.stuck.contains_key(run)
    }

    /// Those of its runs that are under way.
    pub fn under_way(&self) -> impl Iterator<Item = &RunKey> {
        self.stuck
            .iter()
            .filter(|(_, stuck)| !matches!(stuck, Stuck::Waits(_) | Stuck::Follows(..)))
            .map(|(run, _)| run)
    }

    /// One way round, from a run of it to one that has been named.
    pub fn links(&self, state: &State, from: &RunKey) -> Vec<CycleLink> {
        let held = self.held();
        let (mut links, mut named) = (Vec::new(), BTreeSet::new());
        let mut at = Some(from.clone());
        while let Some(run) = at.take()
            && links.len() < bounds::CYCLE_LINKS_MAX
            && named.insert(run.clone())
            && let Some(stuck) = self.stuck.get(&run)
        {
            let (runs, slots, claim) = stuck.needs();
            let waits_for = if let Some(next) = runs.iter().find(|run| self.contains(run)) {
                at = Some(next.clone());
                WaitsFor::Run(next.clone())
            } else if let Some(limit) = blocked_by(state, &held, slots, claim) {
                let held_by = self.holders(limit, claim);
                // Back to where it began, if that is one of them.
                let known = held_by.iter().find(|holder| named.contains(*holder));
                at = known.or(held_by.first()).cloned();
                WaitsFor::Slots {
                    limit: limit.clone(),
                    held_by,
                }
            } else {
                break;
            };
            links.push(CycleLink { run, waits_for });
        }
        links
    }

    fn holders(&self, limit: &LimitKey, claim: bool) -> Vec<RunKey> {
        let holds = |slots: &[Slot]| slots.iter().any(|slot| slot.limit == *limit);
        self.stuck
            .iter()
            .filter(|(_, stuck)| match stuck {
                Stuck::Awaits(_, slots) => holds(slots),
                Stuck::Wants(slots) => claim && holds(slots),
                Stuck::Waits(_) | Stuck::Follows(..) => false,
            })
            .map(|(run, _)| run.clone())
            .take(bounds::CYCLE_LINKS_MAX)
            .collect()
    }
}

/// Slots that do not come free by themselves.
#[derive(Debug, Default)]
struct Held {
    held: BTreeMap<LimitKey, u64>,
    wanted: BTreeMap<LimitKey, u64>,
}

impl Held {
    /// The slots that a run holds, or is to have.
    fn of<'a>(&mut self, stuck: &'a Stuck) -> Option<(&mut BTreeMap<LimitKey, u64>, &'a [Slot])> {
        match stuck {
            Stuck::Awaits(_, slots) => Some((&mut self.held, slots)),
            Stuck::Wants(slots) => Some((&mut self.wanted, slots)),
            Stuck::Waits(_) | Stuck::Follows(..) => None,
        }
    }
    fn take(&mut self, stuck: &Stuck) {
        if let Some((held, slots)) = self.of(stuck) {
            for slot in slots {
                *held.entry(slot.limit.clone()).or_default() += u64::from(slot.weight);
            }
        }
    }
    /// Whether there was any.
    fn let_go(&mut self, stuck: &Stuck) -> bool {
        let Some((held, slots)) = self.of(stuck) else {
            return false;
        };
        for slot in slots {
            if let Some(held) = held.get_mut(&slot.limit) {
                *held = held.saturating_sub(u64::from(slot.weight));
            }
        }
        !slots.is_empty()
    }
}

/// An attempt whose program waits for others. One that is about to give its slots back holds none for good.
fn parent(queue: &QueueKey, run: &Run) -> Option<Stuck> {
    let live = run.live.as_deref()?;
    if run.wants().is_some() {
        return Some(Stuck::Wants(live.slots.to_vec()));
    }
    let runs = live
        .awaiting()
        .into_iter()
        .flat_map(|awaits| &awaits.waits.runs);
    let runs = runs.map(|awaited| awaited.seen_from(queue)).collect();
    let held = if live.yields() {
        Vec::new()
    } else {
        live.holds().to_vec()
    };
    Some(Stuck::Awaits(runs, held))
}

fn slots_of(state: &State, queue: &QueueKey, run: &Run) -> Vec<Slot> {
    run.class.slots(&state.cell, queue)
}

/// The first limit of which too few slots are left when all that can go on has ended. One that has fewer slots than are
/// needed is not in anybody's hands.
fn blocked_by<'a>(
    state: &State,
    held: &Held,
    slots: &'a [Slot],
    claim: bool,
) -> Option<&'a LimitKey> {
    let blocked = slots.iter().find(|slot| {
        let Some(value) = state.value(&slot.limit) else {
            return false;
        };
        let (value, weight) = (u64::from(value), u64::from(slot.weight));
        let of = |slots: &BTreeMap<LimitKey, u64>| slots.get(&slot.limit).copied().unwrap_or(0);
        let kept = if claim { of(&held.wanted) } else { 0 };
        let taken = of(&held.held) + kept;
        taken > 0 && weight <= value && taken + weight > value
    });
    blocked.map(|slot| &slot.limit)
}

//! Runs that wait for each other: programs that wait for other runs and hold slots meanwhile, and runs that need these
//! slots and are waited for.
//!
//! It is read from the folded logs alone. What can go on is found first: an attempt that waits for nobody ends some day;
//! one that waits for others goes on when each of them can; a run that comes after others when each of them can and its
//! slots are free; a run that waits for slots goes on when those that are free,
//! with those held by whoever can go on, suffice for each of its limits. What is left cannot go on by itself. Whatever
//! else may hold a run up (no worker, a pause, its time, a log that is not folded) is taken for something that passes.

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
    /// number of these, times the length of the longest chain of them.
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
        while knot.loosen(state) {}
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
            if run.standing() == Standing::Following && !run.reached {
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

    /// Lets go of all that can go on, were everything done that is let go of. Whether there was any.
    fn loosen(&mut self, state: &State) -> bool {
        let held = self.held();
        let free: Vec<RunKey> = self
            .stuck
            .iter()
            .filter(|(_, stuck)| {
                let (runs, slots, claim) = stuck.needs();
                runs.iter().all(|run| !self.stuck.contains_key(run))
                    && blocked_by(state, &held, slots, claim).is_none()
            })
            .map(|(run, _)| run.clone())
            .collect();
        for run in &free {
            self.stuck.remove(run);
        }
        !free.is_empty()
    }

    /// What those hold, or are to have before any claim, that cannot go on.
    fn held(&self) -> Held {
        let mut held = Held::default();
        for stuck in self.stuck.values() {
            let (slots, wanted) = match stuck {
                Stuck::Awaits(_, slots) => (slots, false),
                Stuck::Wants(slots) => (slots, true),
                Stuck::Waits(_) | Stuck::Follows(..) => continue,
            };
            let held = if wanted {
                &mut held.wanted
            } else {
                &mut held.held
            };
            for slot in slots {
                *held.entry(slot.limit.clone()).or_default() += u64::from(slot.weight);
            }
        }
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

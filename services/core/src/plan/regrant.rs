//! Which attempts have the slots again that they gave back while they waited for other runs.
//!
//! They come before all runs that wait to be claimed, in the order in which they came: all of an attempt's slots or none.
//! One that does not fit yet has what it needs kept free of claims, on all of its limits. That takes no more from the
//! others than if it had never given anything back, and so it starves behind no claim, however many come. Among each
//! other they keep nothing: one that waits for a slot must not hold up another that could go on, for whose end the first
//! may be waiting.

use std::collections::BTreeMap;

use crate::{
    ids::{Attempt, QueueKey, RunKey},
    limit::{LimitKey, Slot},
    plan::{Basis, budget::Budget},
    state::{Live, State},
};

/// An attempt that goes on with its slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regrant {
    /// Which run.
    pub run: RunKey,
    /// Which attempt of it.
    pub attempt: Attempt,
    /// Which wait of it is over.
    pub k: u32,
    /// The slots that it has again, all of which are free.
    pub slots: Vec<Slot>,
}

/// Who goes on, and what is kept for those who cannot yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Regrants {
    /// Who goes on.
    pub now: Vec<Regrant>,
    /// What no claim may take, for [`Openings::kept`](crate::plan::Openings::kept).
    pub kept: BTreeMap<LimitKey, u64>,
}

/// Who has its slots again. `lanes`: how many appends each queue can take now, those included that are being deleted,
/// for their runs must come to an end. It costs nothing where nobody wants any.
pub fn regrants(basis: &Basis<'_>, lanes: &BTreeMap<QueueKey, usize>) -> Regrants {
    let mut wanting: Vec<_> = basis
        .state
        .queues
        .iter()
        .flat_map(|(queue, folded)| {
            folded.wanting().filter_map(move |(run_id, run)| {
                Some((run.wants()?.0, queue, run_id, run.live.as_deref()?))
            })
        })
        .collect();
    let mut regrants = Regrants::default();
    if wanting.is_empty() {
        return regrants;
    }
    wanting.sort_by_key(|(since, queue, run_id, _)| (*since, *queue, *run_id));
    let mut budget = Budget::new(*basis);
    let mut taken: BTreeMap<&QueueKey, usize> = BTreeMap::new();
    for (_, queue, run_id, live) in wanting {
        let run = RunKey {
            queue: queue.clone(),
            run_id: run_id.clone(),
        };
        if basis.overlay.regrants(&run) {
            continue; // what it gets is reserved
        }
        let slots = slots(basis.state, live);
        let lanes = lanes.get(queue).copied().unwrap_or(0);
        let taken = taken.entry(queue).or_default();
        let decidable = *taken < lanes && !basis.overlay.has(queue, run_id);
        if decidable && fits(&mut budget, &slots) {
            *taken += 1;
            budget.give_back(&slots);
            let (attempt, k) = (live.attempt, live.last_k);
            regrants.now.push(Regrant {
                run,
                attempt,
                k,
                slots,
            });
        } else {
            for slot in slots {
                *regrants.kept.entry(slot.limit).or_default() += u64::from(slot.weight);
            }
        }
    }
    regrants
}

/// What the attempt had, with the limits' values as they are now.
fn slots(state: &State, live: &Live) -> Vec<Slot> {
    let slots = live.slots.iter();
    slots
        .map(|slot| Slot {
            limit: slot.limit.clone(),
            weight: slot.weight,
            value: state.value(&slot.limit),
            pace: None,
        })
        .collect()
}

fn fits(budget: &mut Budget<'_>, slots: &[Slot]) -> bool {
    slots.iter().all(|slot| {
        slot.value
            .is_none_or(|value| budget.left(&slot.limit, value) >= u64::from(slot.weight))
    })
}

//! Slots that are kept for a run that needs several and was passed over too often.

use crate::{
    cell::CellState,
    limit::LimitKey,
    plan::{lines::Lines, order::Rank},
};

/// How often a run may be first in line and be passed over by later ones, because not all that it needs is free at
/// once. From then on what it needs is kept free of later runs, so it starts as soon as those that hold the slots then
/// have let go of them: at most its own need of each limit stands idle meanwhile.
pub const PATIENCE: u32 = 8;

/// For whom slots of a limit are kept, and how many.
///
/// Its rank is looked up whenever it is needed: where turns are taken ranks change, and two groups that each kept what
/// the other needs would else wait for each other for ever.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    group: u64,
    weight: u32,
}

impl Lines {
    /// The first run of a group could have had a slot, and did not get all that it needs.
    pub(super) fn pass_over(&mut self, cell: &CellState, id: u64) {
        let Some(rank) = self.rank(cell, id) else {
            return;
        };
        let Some(group) = self.groups.get_mut(&id) else {
            return;
        };
        group.passes = group.passes.saturating_add(1);
        let limited = group.needs.iter().filter(|need| need.value.is_some());
        let slots: u64 = limited.clone().map(|need| u64::from(need.weight)).sum();
        // Who needs more than there is cannot start, whatever is kept.
        let mut all = limited.clone();
        let never = all.any(|need| need.value.is_some_and(|value| value < need.weight));
        if group.passes < PATIENCE || slots < 2 || never {
            return;
        }
        let kept: Vec<_> = limited
            .map(|need| (need.limit.clone(), need.weight))
            .collect();
        for (limit, weight) in kept {
            let held = self.kept.get(&limit).map(|held| held.group);
            let later = held.is_none_or(|held| held == id || !self.goes_before(cell, held, rank));
            if later {
                self.kept.insert(limit, Kept { group: id, weight });
            }
        }
    }

    /// A group's first run is another, or none: nothing is kept for the one before.
    pub(super) fn keep_no_more(&mut self, id: u64) {
        if self.kept.is_empty() {
            return;
        }
        let Some(group) = self.groups.get(&id) else {
            return;
        };
        for need in group.needs.iter() {
            if self
                .kept
                .get(&need.limit)
                .is_some_and(|kept| kept.group == id)
            {
                self.kept.remove(&need.limit);
                if self.limits.contains_key(&need.limit) {
                    self.stirred.insert(need.limit.clone());
                }
            }
        }
    }

    /// Whether a group's turn is before a rank: between pools only age compares.
    fn goes_before(&self, cell: &CellState, id: u64, rank: Rank) -> bool {
        let pool = |id: u64| self.groups.get(&id).map(|group| &group.queue.pool);
        let age = |rank: Rank| (rank.order.at, rank.group);
        self.rank(cell, id).is_some_and(|held| {
            if pool(id) == pool(rank.group) {
                held < rank
            } else {
                age(held) < age(rank)
            }
        })
    }

    /// How many free slots of a limit are not for a group of this rank.
    pub(super) fn kept_from(&self, cell: &CellState, limit: &LimitKey, rank: Rank) -> u64 {
        let kept = self.kept.get(limit);
        let kept = kept
            .filter(|kept| kept.group != rank.group && self.goes_before(cell, kept.group, rank));
        kept.map_or(0, |kept| u64::from(kept.weight))
    }
}

//! Grouping anew when the configuration has changed.

use std::{
    collections::{BTreeMap, btree_map},
    sync::Arc,
};

use crate::{
    cell::CellState,
    plan::{
        lines::{Group, Lines, Members, Stretch, agings},
        needs,
        spent::History,
    },
    wait::Place,
};

impl Lines {
    /// Groups them by configuration as it is now. All are looked at again.
    pub(super) fn regroup(&mut self, cell: &CellState, place: &Place) {
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
        // Whoever was passed over stays so, however often something else is configured.
        for old in groups.values() {
            let made = old.successor.and_then(|made| self.groups.get_mut(&made));
            if let Some(made) = made {
                made.passes = old.passes;
            }
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

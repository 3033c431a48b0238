//! Runs coming to their class and leaving it, and the groups that classes make.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    cell::CellState,
    class::Class,
    ids::{QueueKey, RunId},
    plan::{
        lines::{Group, Lines, Member, Members, Spot},
        needs,
        order::Order,
        spent::History,
    },
    state::{Ready, State},
    wait::{Place, Wait},
};

impl Lines {
    pub(super) fn insert(
        &mut self,
        state: &State,
        queue: &QueueKey,
        run_id: &RunId,
        ready: Ready,
        place: &Place,
        prior: Vec<Wait>,
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
                prior,
                mark: group.history.mark(),
                stretch: members.past.len(),
            },
        );
        if before.is_none_or(|before| order < before) {
            let group = members.group;
            self.head_changed(&state.cell, group, id, before, Some(order));
        }
    }

    pub(super) fn remove(&mut self, state: &State, queue: &QueueKey, ready: &Ready) {
        let order = self.order(queue, ready);
        let id = self.ids.get(queue).and_then(|ids| ids.get(&ready.class));
        if let Some(id) = id.copied() {
            self.take_member(&state.cell, id, order);
        }
    }

    /// Takes a run out of its class, and what is empty then out of the lines.
    pub(super) fn take_member(
        &mut self,
        cell: &CellState,
        id: u64,
        order: Order,
    ) -> Option<Member> {
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

    pub(super) fn add_class(
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
    pub(super) fn group_for(
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
    pub(super) fn head_changed(
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
}

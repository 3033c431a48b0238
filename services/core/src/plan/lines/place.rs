//! Putting groups into lines and taking them out.

use crate::{
    cell::CellState,
    limit::LimitKey,
    plan::{
        lines::{Lines, Spot},
        order::Rank,
    },
};

impl Lines {
    /// A group's place, by whose turn it is now.
    pub(super) fn rank(&self, cell: &CellState, id: u64) -> Option<Rank> {
        let group = self.groups.get(&id)?;
        Some(Rank {
            tier: self.turns.tier(cell, &group.queue, group.key.as_ref()),
            order: group.heads.first()?.0,
            group: id,
        })
    }

    /// Takes a group from where it stands.
    pub(super) fn lift(&mut self, id: u64) {
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

    pub(super) fn put_open(&mut self, cell: &CellState, id: u64) {
        let rank = self.rank(cell, id);
        if let (Some(rank), Some(group)) = (rank, self.groups.get_mut(&id)) {
            group.spot = Spot::Open(rank);
            let open = self.open.entry(group.queue.pool.clone()).or_default();
            open.insert(rank);
        }
    }

    pub(super) fn put_queue(&mut self, cell: &CellState, id: u64) {
        let rank = self.rank(cell, id);
        if let (Some(rank), Some(group)) = (rank, self.groups.get_mut(&id)) {
            group.spot = Spot::Queue(rank);
            let line = self.queues.entry(group.queue.clone()).or_default();
            line.insert(rank);
        }
    }

    pub(super) fn put_limit(&mut self, cell: &CellState, id: u64, limit: LimitKey, weight: u32) {
        let rank = self.rank(cell, id);
        if let (Some(rank), Some(group)) = (rank, self.groups.get_mut(&id)) {
            let line = self.limits.entry(limit.clone()).or_default();
            let line = line.entry(group.queue.pool.clone()).or_default();
            line.entry(weight).or_default().insert(rank);
            group.spot = Spot::Limit(limit, weight, rank);
        }
    }
}

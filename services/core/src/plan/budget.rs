//! What is left of each limit while a plan is made.

use std::collections::BTreeMap;

use crate::{
    limit::{LimitKey, Slot},
    plan::Basis,
    rate::{Pace, StartRate},
    time::Timestamp,
};

#[derive(Debug)]
pub(super) struct Budget<'a> {
    basis: Basis<'a>,
    /// The use of limits that span the cell is known.
    all_open: bool,
    /// The same of each pool's.
    pools: BTreeMap<&'a crate::ids::PoolName, bool>,
    left: BTreeMap<LimitKey, u64>,
    paces: BTreeMap<LimitKey, Pace>,
}

impl<'a> Budget<'a> {
    pub(super) fn new(basis: Basis<'a>) -> Self {
        let mut all_open = true;
        let mut pools = BTreeMap::new();
        for open in basis.state.cell.all_opened() {
            let key = &open.stream.key;
            let known = basis.openings.known.contains(key);
            all_open &= known;
            *pools.entry(&key.pool).or_insert(true) &= known;
        }
        Self {
            basis,
            all_open,
            pools,
            left: BTreeMap::new(),
            paces: BTreeMap::new(),
        }
    }

    /// Whether what is held of a limit is known: every queue whose runs may hold of it is fenced and folded.
    pub(super) fn knows(&self, limit: &LimitKey) -> bool {
        match limit {
            LimitKey::Pool(pool) => self.pools.get(pool).copied().unwrap_or(true),
            LimitKey::Queue(key) => self.basis.openings.known.contains(key),
            LimitKey::Deployment(_) | LimitKey::Tag(_) | LimitKey::Named(_) => self.all_open,
        }
    }

    /// How many slots of a limit are free: its value less what is held, what is reserved, and what this plan takes.
    pub(super) fn left(&mut self, limit: &LimitKey, value: u32) -> u64 {
        if !self.knows(limit) {
            return 0;
        }
        if let Some(left) = self.left.get(limit) {
            return *left;
        }
        let left = u64::from(value)
            .saturating_sub(self.basis.state.used(limit))
            .saturating_sub(self.basis.overlay.reserved(limit))
            .saturating_sub(self.kept(limit));
        self.left.insert(limit.clone(), left);
        left
    }

    /// How many slots of a limit are kept for attempts that had given theirs back.
    fn kept(&self, limit: &LimitKey) -> u64 {
        let kept = self.basis.openings.kept.get(limit);
        kept.copied().unwrap_or(0)
    }

    /// Whether so many slots of a limit are free, and kept for attempts that had given theirs back.
    pub(super) fn is_only_kept(&self, limit: &LimitKey, value: u32, weight: u64) -> bool {
        let free = u64::from(value)
            .saturating_sub(self.basis.state.used(limit))
            .saturating_sub(self.basis.overlay.reserved(limit));
        self.kept(limit) > 0 && free >= weight
    }

    /// An attempt gets back what it had: no start, so no rate counts it.
    pub(super) fn give_back(&mut self, slots: &[Slot]) {
        for slot in slots {
            if let Some(left) = self.left.get_mut(&slot.limit) {
                *left = left.saturating_sub(u64::from(slot.weight));
            }
        }
    }

    /// How far a start rate is used up.
    pub(super) fn pace(&mut self, limit: &LimitKey, rate: StartRate, since: Timestamp) -> Pace {
        if let Some(pace) = self.paces.get(limit) {
            return *pace;
        }
        let decided = self.basis.overlay.pace(limit);
        let held = decided.or_else(|| self.basis.state.pace(limit));
        let pace = held.map_or_else(|| Pace::unused(rate), |pace| pace.under(rate, since));
        self.paces.insert(limit.clone(), pace);
        pace
    }

    /// A run takes these.
    pub(super) fn take(&mut self, slots: &mut [Slot]) {
        for slot in slots {
            if let Some(left) = self.left.get_mut(&slot.limit) {
                *left = left.saturating_sub(u64::from(slot.weight));
            }
            if let Some((rate, since)) = self.basis.state.cell.start_rate(&slot.limit) {
                let pace = self.pace(&slot.limit, rate, since).start(self.basis.now);
                self.paces.insert(slot.limit.clone(), pace);
                slot.pace = Some(pace);
            }
        }
    }
}

//! The folded state: what the logs mean.
//!
//! A queue's log folds into a [`QueueState`] without a look at configuration or a clock: what a record does is decided
//! by its position, not by what its author believed. All indexes (who is ready, who holds which slot, who is owed a
//! decision) are functions of the runs and are kept by one routine, so that use is derived and never counted apart.

mod claim;
mod decision;
mod index;
pub mod name;
mod queue;
mod report;
mod request;
mod run;
mod session;
mod touched;
mod view;

use std::collections::BTreeMap;

pub use index::{ReadyKey, Use};
pub use name::{StateName, StateType, UnknownState};
pub use queue::{Anomalies, QueueState};
pub use run::{End, Holder, Live, Run, Stage, Stop};
pub use session::{Presence, Sessions};
pub use touched::{Ready, Touched};
pub use view::run_view;

use crate::{
    cell::CellState,
    ids::{PoolName, QueueKey},
    limit::LimitKey,
    rate::Pace,
};

/// All that the logs of a cell fold into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The cell log's.
    pub cell: CellState,
    /// Each open queue's. A queue that is open and has no record yet stands here too.
    pub queues: BTreeMap<QueueKey, QueueState>,
    /// The workers that have been seen.
    pub sessions: Sessions,
}

impl State {
    /// Slots of a limit that are held, over all queues.
    pub fn used(&self, limit: &LimitKey) -> u64 {
        match limit {
            LimitKey::Pool(pool) => self
                .queues_of(pool)
                .map(|(_, queue)| queue.used(limit))
                .sum(),
            LimitKey::Queue(key) => self.queues.get(key).map_or(0, |queue| queue.used(limit)),
            LimitKey::Deployment(_) | LimitKey::Tag(_) | LimitKey::Named(_) => {
                self.queues.values().map(|queue| queue.used(limit)).sum()
            }
        }
    }
    /// How far a limit's start rate is used up, as the latest decision says that any queue knows.
    pub fn pace(&self, limit: &LimitKey) -> Option<Pace> {
        let latest = |paces: &mut dyn Iterator<Item = &QueueState>| {
            paces
                .filter_map(|queue| queue.pace(limit))
                .max_by_key(|(id, _)| *id)
        };
        let held = match limit {
            LimitKey::Pool(pool) => latest(&mut self.queues_of(pool).map(|(_, queue)| queue)),
            LimitKey::Queue(key) => self.queues.get(key).and_then(|queue| queue.pace(limit)),
            LimitKey::Deployment(_) | LimitKey::Tag(_) | LimitKey::Named(_) => {
                latest(&mut self.queues.values())
            }
        };
        held.map(|(_, pace)| pace)
    }
    /// A limit's value as configured now; `None` is unlimited or not configured.
    pub fn value(&self, limit: &LimitKey) -> Option<u32> {
        self.cell.limit(limit)
    }
    /// The folded queues of a pool.
    pub fn queues_of<'a>(
        &'a self,
        pool: &'a PoolName,
    ) -> impl Iterator<Item = (&'a QueueKey, &'a QueueState)> {
        self.queues.iter().filter(move |(key, _)| key.pool == *pool)
    }
}

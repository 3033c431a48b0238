//! The folded state: what the logs mean.
//!
//! A queue's log folds into a [`QueueState`] without a look at configuration or a clock: what a record does is decided
//! by its position, not by what its author believed. All indexes (who is ready, who holds which slot, who is owed a
//! decision) are functions of the runs and are kept by one routine, so that use is derived and never counted apart.

mod awaits;
mod change;
mod claim;
mod decision;
mod index;
mod kept;
mod kin;
mod late;
mod live;
pub mod name;
mod past;
mod queue;
mod report;
mod request;
mod run;
mod schedule;
mod session;
mod touched;
mod transition;
mod view;

use std::collections::BTreeMap;

pub use awaits::{Awaiting, Hold};
pub use index::{ReadyKey, Use};
pub use kept::FailedStarts;
pub use kin::{Debt, Kin, Standing};
pub use live::{Holder, Live, Overdue, Stop};
pub use name::{StateName, StateType, UnknownState};
pub(crate) use past::{Before, Past, PastLive, Then};
pub use queue::{Anomalies, QueueState};
pub use run::{End, Run, Stage};
pub use session::{Presence, Sessions};
pub use touched::{Ready, Touched};
pub use transition::{Row, TABLE, Word, counts, leads};
pub use view::{run_view, run_view_by};

use crate::{
    cell::CellState,
    ids::{PoolName, QueueKey, QueueStream},
    judge,
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
    /// Those of queues' lives that are over: nothing of them is decided any more, but they are remembered.
    pub past: BTreeMap<QueueStream, QueueState>,
    /// The workers that have been seen.
    pub sessions: Sessions,
    /// What runs make of one another.
    pub kin: Kin,
}

/// What the cell log has changed about the queues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Lives whose records are to be folded from now on, those that are over already included.
    pub begun: Vec<QueueStream>,
    /// Queues of which a life is over.
    pub closed: Vec<QueueKey>,
    /// What the end of those lives has changed of what planning goes by, in other queues.
    pub moved: Vec<(QueueKey, Touched)>,
}

impl State {
    /// Brings the queues in line with the cell log: what is closed becomes the past, what is open is there.
    pub fn follow_cell(&mut self) -> Followed {
        let closed: Vec<_> = self
            .cell
            .all_closed()
            .map(|(stream, _)| stream.clone())
            .collect();
        let mut followed = Followed::default();
        for stream in closed {
            if self.past.contains_key(&stream) {
                continue;
            }
            let known = self.queues.remove(&stream.key);
            if known.is_none() {
                followed.begun.push(stream.clone());
            }
            followed.closed.push(stream.key.clone());
            self.past.insert(stream.clone(), known.unwrap_or_default());
            followed.moved.extend(self.settle(&stream));
        }
        for open in self.cell.all_opened() {
            if !self.queues.contains_key(&open.stream.key) {
                self.queues
                    .insert(open.stream.key.clone(), QueueState::default());
                followed.begun.push(open.stream.clone());
            }
        }
        followed
    }
    /// Ends what slipped into a closed queue, once its sealed stream is folded to its end. Returned is what that changes of
    /// what planning goes by, in other queues.
    pub fn settle(&mut self, stream: &QueueStream) -> Vec<(QueueKey, Touched)> {
        if let Some(closed) = self.cell.closed(stream)
            && let Some(queue) = self.past.get_mut(stream)
            && queue.applied() >= closed.last
        {
            let closed = queue.close(closed.at, &judge::queue_closed(&stream.key));
            return self.relate(&stream.key, &closed.kin);
        }
        Vec::new()
    }
    /// The fold of one life of a queue.
    pub fn life_mut(&mut self, stream: &QueueStream) -> Option<&mut QueueState> {
        if let Some(past) = self.past.get_mut(stream) {
            return Some(past);
        }
        let open = self.cell.opened(&stream.key)?;
        (open.stream == *stream)
            .then(|| self.queues.get_mut(&stream.key))
            .flatten()
    }
    /// All runs that are remembered, by queue: those of its present life, then those of its earlier ones.
    pub fn all_lives(&self) -> impl Iterator<Item = (&QueueKey, &QueueState)> {
        let past = self.past.iter().rev();
        self.queues
            .iter()
            .chain(past.map(|(stream, queue)| (&stream.key, queue)))
    }
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
        // A queue that is closed has used up what it has.
        let present = match limit {
            LimitKey::Queue(key) => self.queues.get(key).and_then(|queue| queue.pace(limit)),
            LimitKey::Pool(_) | LimitKey::Deployment(_) | LimitKey::Tag(_) | LimitKey::Named(_) => {
                let lives = self.queues.values().chain(self.past.values());
                lives
                    .filter_map(|queue| queue.pace(limit))
                    .max_by_key(|(id, _)| *id)
            }
        };
        present.map(|(_, pace)| pace)
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

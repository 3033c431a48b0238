//! Draining: nothing new starts, and the end of what is under way is waited for.
//!
//! A drain is a pause that somebody waits for. Requests are still taken and keep their place in the line: whoever
//! publishes cannot know of the maintenance, and a rejected run would be lost work. `resume` ends it.

use std::time::Duration;

use weir_core::{
    api::QueueView,
    ids::{PoolName, QueueName},
};
use weir_log::traits::Log;

use crate::{Client, QueryError, retry::pause_for};

/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// How far a drain has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drain {
    /// Nothing is under way or being started, and nothing will be before somebody resumes.
    pub drained: bool,
    /// Runs that hold slots.
    pub live: u64,
    /// Runs that wait. They keep their place.
    pub waiting: u64,
}

impl Drain {
    fn of(queues: &[QueueView]) -> Self {
        Self {
            drained: !queues.is_empty() && queues.iter().all(|queue| queue.drained),
            live: queues.iter().map(|queue| queue.live).sum(),
            waiting: queues.iter().map(|queue| queue.waiting).sum(),
        }
    }
}

impl<L: Log> Client<L> {
    /// How far the drain of a paused pool, or of one queue of it, has come. Only the leader can say that it is done; a
    /// standby that happens to answer says that it is not.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn drain(
        &self,
        pool: &PoolName,
        queue: Option<&QueueName>,
    ) -> Result<Drain, QueryError> {
        let mut queues = self.queues(Some(pool)).await?.queues;
        queues.retain(|view| queue.is_none_or(|queue| view.key.queue == *queue));
        Ok(Drain::of(&queues))
    }

    /// Waits until it is drained, but no longer than `within`; gives how far it has come by then.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn until_drained(
        &self,
        pool: &PoolName,
        queue: Option<&QueueName>,
        within: Duration,
    ) -> Result<Drain, QueryError> {
        let drained = async {
            loop {
                let drain = self.drain(pool, queue).await?;
                if drain.drained {
                    return Ok(drain);
                }
                pause_for(LOOK_AGAIN).await;
            }
        };
        match tokio::time::timeout(within, drained).await {
            Ok(drained) => drained,
            Err(_elapsed) => self.drain(pool, queue).await,
        }
    }
}

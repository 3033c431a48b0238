//! Why a queue is closed at the moment, in words for `weir why`, `inspect` and readiness.

use std::{collections::BTreeMap, time::Duration};

use weir_core::ids::QueueKey;
use weir_log::Usage;

/// What keeps a queue from being decided on, or full.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct QueueHealth {
    /// As last seen.
    pub(crate) usage: Option<Usage>,
    /// The last append said that the stream is full.
    pub(crate) full: bool,
    /// The tail or an append failed in a way that repeats.
    pub(crate) failure: Option<String>,
    /// A look at the usage is under way.
    pub(crate) looking: bool,
    /// A change of the bound is under way.
    pub(crate) resizing: bool,
    /// Monotonic time of the last look.
    pub(crate) looked: Option<Duration>,
}

/// The health of every queue.
#[derive(Debug, Default)]
pub(crate) struct Health(pub(crate) BTreeMap<QueueKey, QueueHealth>);

impl Health {
    pub(crate) fn of(&mut self, queue: &QueueKey) -> &mut QueueHealth {
        self.0.entry(queue.clone()).or_default()
    }
    /// A change of its stream's bound is under way.
    pub(crate) fn is_resizing(&self, queue: &QueueKey) -> bool {
        self.get(queue).is_some_and(|health| health.resizing)
    }
    pub(crate) fn get(&self, queue: &QueueKey) -> Option<&QueueHealth> {
        self.0.get(queue)
    }
    /// One sentence for each queue that is impeded.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.0
            .iter()
            .flat_map(|(queue, health)| {
                let full = health.full.then(|| {
                    format!(
                        "the stream of queue {queue} is full: raise its bound with `weir work-queue update {} --pool {} --max-bytes BYTES`",
                        queue.queue, queue.pool
                    )
                });
                let failure = health.failure.as_ref().map(|failure| format!("queue {queue}: {failure}"));
                full.into_iter().chain(failure)
            })
            .collect()
    }
}

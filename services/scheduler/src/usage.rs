//! How full the queues' streams are, and raising a stream's bound before what has been accepted could not end.

use std::time::Duration;

use weir_core::{
    cell::hard_bound,
    ids::{QueueKey, QueueStream},
};
use weir_log::{Log, LogError, Usage};

use crate::{service::Scheduler, work::Work};

/// Between two looks of a standby.
const STANDBY_INTERVAL: Duration = Duration::from_secs(10);

/// What the smallest decision takes in a stream, about: one with less room is full.
const DECISION_BYTES_MIN: u64 = 256;

impl<L: Log> Scheduler<L> {
    /// Looks at each open queue's stream once in an interval. A standby does it only to show how far it is behind.
    pub(crate) fn look_at_usage(&mut self, monotonic: Duration) {
        let interval = if self.leader.is_some() {
            self.usage_interval()
        } else {
            STANDBY_INTERVAL.max(self.usage_interval())
        };
        let streams: Vec<_> = self
            .state
            .cell
            .all_opened()
            .map(|open| open.stream.clone())
            .collect();
        for queue in streams {
            let health = self.health.of(&queue.key);
            // A stream that has just refused something is looked at sooner.
            let interval = if health.full { interval / 4 } else { interval };
            if !health.looking && health.looked.is_none_or(|at| monotonic >= at + interval) {
                health.looking = true;
                health.looked = Some(monotonic);
                self.start(Work::Usage { queue });
            }
        }
    }

    pub(crate) fn on_usage(&mut self, key: &QueueKey, result: Result<Usage, LogError>) {
        let health = self.health.of(key);
        health.looking = false;
        let usage = match result {
            Ok(usage) => usage,
            Err(error) => {
                tracing::debug!(weir.queue = %key, %error, "cannot see how full the queue's stream is");
                return;
            }
        };
        health.usage = Some(usage);
        if self.leader.is_none() {
            return;
        }
        let health = self.health.of(key);
        if usage.bytes < usage.bytes_max.saturating_sub(usage.bytes_max / 64) {
            health.full = false;
        } else if usage.bytes_max.saturating_sub(usage.bytes) < DECISION_BYTES_MIN {
            // Nobody may have tried: with nothing to decide the leader would learn it from nobody, while workers cannot
            // report.
            health.full = true;
        }
        let wanted = self.wanted_bound(key, usage);
        let health = self.health.of(key);
        if wanted > usage.bytes_max
            && !health.resizing
            && let Some(open) = self.state.cell.opened(key)
            && !self.ends(&open.stream)
        {
            let queue = open.stream.clone();
            tracing::info!(weir.queue = %key, from = usage.bytes_max, to = wanted, "raises the stream's bound");
            self.health.of(key).resizing = true;
            self.start(Work::Resize {
                queue,
                bytes_max: wanted,
            });
        }
    }

    fn ends(&self, queue: &QueueStream) -> bool {
        let leader = self.leader.as_ref();
        leader.is_some_and(|leader| leader.endings.has(queue))
    }

    /// The bound that a stream should have: the configured one and its reserve; and when the reserve is touched, another
    /// reserve on top, up to the cell's disk bound.
    fn wanted_bound(&self, key: &QueueKey, usage: Usage) -> u64 {
        let Some(held) = self.state.cell.queue(key) else {
            return usage.bytes_max;
        };
        let configured = hard_bound(held.value.max_bytes);
        let reserve = configured.saturating_sub(held.value.max_bytes);
        let mut wanted = usage.bytes_max.max(configured);
        if usage.bytes.saturating_add(reserve / 2) > wanted {
            wanted = usage.bytes.saturating_add(reserve);
        }
        wanted.min(
            self.queue_disk_bytes_max()
                .max(usage.bytes_max)
                .max(configured),
        )
    }
}

//! The scheduler's settings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings of a scheduler. All of one cell's should agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SchedulerConfig {
    /// How long a leader's lease holds without a renewal, in whole seconds from 2 s: how long a takeover takes after a
    /// leader died. It is renewed three times in that time. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub lease: Duration,
    /// How long a claim waits for a worker to take it before it is revoked. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub take_within: Duration,
    /// A run is shown as `Late` when it was to start so long ago and is still waiting. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub late_after: Duration,
    /// How often the leader looks how full the queues' streams are. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub usage_interval: Duration,
    /// The most that one queue's stream may take of the disk, in bytes: up to here the leader raises the stream's bound
    /// so that what has been accepted can end. Since 0.1.
    pub queue_disk_bytes_max: u64,
}

impl Default for SchedulerConfig {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(5),
            take_within: Duration::from_secs(5),
            late_after: Duration::from_secs(15),
            usage_interval: Duration::from_secs(1),
            queue_disk_bytes_max: 8 << 30,
        }
    }
}

impl SchedulerConfig {
    /// The lease's whole seconds, at least 2: the broker counts it in whole seconds.
    pub(crate) fn lease_in_force(&self) -> Duration {
        Duration::from_secs(self.lease.as_secs().max(2))
    }
}

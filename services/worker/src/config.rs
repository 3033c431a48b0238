//! The worker's settings.

use std::{collections::BTreeSet, num::NonZeroU32, time::Duration};

use serde::{Deserialize, Serialize};
use weir_core::ids::{PoolName, QueueName, WorkerName};

use crate::{executor::process::ProcessConfig, kubernetes::KubernetesConfig};

/// The shortest lease that a worker takes. Below it, an ordinary hiccup of the network would end all runs.
pub const LEASE_MIN: Duration = Duration::from_secs(1);

/// Settings of a worker that have a default.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkerSettings {
    /// How many attempts it holds at once, over all its queues; in pools of type kubernetes `kubernetes.limit` says it.
    /// Since 0.1.
    pub limit: NonZeroU32,
    /// How often it shows itself, at most; at least four times per lease it does so anyway. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub heartbeat_interval: Duration,
    /// How long it is believed after its last sign of life. Its processes are stopped when two thirds of it have passed
    /// without an acknowledged one, killed after five sixths, and taken for gone after the whole. At least 1 s. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub lease: Duration,
    /// What becomes of running attempts when the worker is told to stop. Since 0.1.
    pub drain: Drain,
    /// The settings of pools of type process. Since 0.1.
    pub process: ProcessConfig,
    /// The settings of pools of type kubernetes. Since 0.1.
    pub kubernetes: KubernetesConfig,
}

/// What a worker that is told to stop does with its running attempts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Drain {
    /// How long they may go on. Then they are stopped. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub wait: Duration,
    /// Between SIGTERM and SIGKILL of those that are stopped. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub grace: Duration,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            wait: Duration::from_mins(1),
            grace: Duration::from_secs(10),
        }
    }
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            limit: NonZeroU32::new(10).expect("ten is not zero"),
            heartbeat_interval: Duration::from_secs(5),
            lease: Duration::from_secs(15),
            drain: Drain::default(),
            process: ProcessConfig::default(),
            kubernetes: KubernetesConfig::default(),
        }
    }
}

/// Which worker this is, with its settings.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// Its name, unique among the workers of its pool that are online.
    pub name: WorkerName,
    /// The pool that it serves.
    pub pool: PoolName,
    /// The queues that it serves; empty: all queues of the pool, also those that are still to come.
    pub queues: BTreeSet<QueueName>,
    /// The rest.
    pub settings: WorkerSettings,
}

impl WorkerConfig {
    /// The lease in force.
    pub(crate) fn lease(&self) -> Duration {
        self.settings.lease.max(LEASE_MIN)
    }
    /// How often the session is renewed.
    pub(crate) fn renewal_interval(&self) -> Duration {
        self.settings
            .heartbeat_interval
            .min(self.lease() / 4)
            .max(Duration::from_millis(50))
    }
}

//! What is asked of configuration: objects to create, and changes of them.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_core::{
    cell::{FairShare, OnLostWorker, PoolType},
    ids::{PoolName, QueueKey},
    json::JsonObject,
    kubernetes::JobPolicy,
    rate::StartRate,
};

/// A work pool to create. What is `None` takes its default, and is not compared where the pool exists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolSpec {
    /// Its name.
    pub name: PoolName,
    /// What its runs become.
    pub kind: PoolType,
    /// For people.
    pub description: Option<String>,
    /// How many attempts may hold slots at once; unlimited by default, 0 starts nothing.
    pub concurrency_limit: Option<u32>,
    /// The base job template; that of its type by default. At most 256 KiB.
    pub base_job_template: Option<JsonObject>,
    /// How often its runs may start; no rate by default.
    pub start_rate: Option<StartRate>,
    /// How its runs take turns; strictly by the queues' priorities by default.
    pub fair_share: Option<FairShare>,
    /// What becomes of the attempts of a worker that is lost; they are released by default.
    pub on_lost_worker: Option<OnLostWorker>,
    /// How long a worker may take to make an attempt's infrastructure; 60 s by default.
    pub submit_timeout: Option<Duration>,
    /// How long that may take to start; 10 minutes by default.
    pub start_timeout: Option<Duration>,
    /// What the manifests of a pool of type kubernetes may hold; whatever the template makes of them by default.
    pub policy: Option<Arc<JobPolicy>>,
}

impl PoolSpec {
    /// A pool of this name and type, with the defaults of everything else.
    pub fn new(name: PoolName, kind: PoolType) -> Self {
        Self {
            name,
            kind,
            description: None,
            concurrency_limit: None,
            base_job_template: None,
            start_rate: None,
            fair_share: None,
            on_lost_worker: None,
            submit_timeout: None,
            start_timeout: None,
            policy: None,
        }
    }
}

/// A work queue to create. What is `None` takes its default, and is not compared where the queue exists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueSpec {
    /// Which queue.
    pub key: QueueKey,
    /// For people.
    pub description: Option<String>,
    /// How many attempts may hold slots at once; unlimited by default, 0 starts nothing.
    pub concurrency_limit: Option<u32>,
    /// 1 is the highest, and the default.
    pub priority: Option<NonZeroU32>,
    /// Past this many bytes in its stream new requests are rejected; 1 GiB by default, at least 64 KiB.
    pub max_bytes: Option<u64>,
    /// How often its runs may start; no rate by default.
    pub start_rate: Option<StartRate>,
    /// Its share where the pool shares fairly; 1 by default.
    pub weight: Option<NonZeroU32>,
}

impl QueueSpec {
    /// A queue of this name with the defaults of everything else.
    pub fn new(key: QueueKey) -> Self {
        Self {
            key,
            description: None,
            concurrency_limit: None,
            priority: None,
            max_bytes: None,
            start_rate: None,
            weight: None,
        }
    }
}

/// What becomes of a setting that may be absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It is this from now on.
    Set(T),
    /// There is none from now on.
    Clear,
}

impl<T: Clone> Change<T> {
    pub(crate) fn apply(&self, setting: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Set(value) => *setting = Some(value.clone()),
            Self::Clear => *setting = None,
        }
    }
}

/// What becomes of a limit; 0 starts nothing.
pub type LimitChange = Change<u32>;

/// A change of a work pool. What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolUpdate {
    /// For people.
    pub description: Option<String>,
    /// Its limit.
    pub concurrency_limit: LimitChange,
    /// The base job template of attempts that are claimed from now on.
    pub base_job_template: Option<JsonObject>,
    /// Whether nothing new starts.
    pub paused: Option<bool>,
    /// How often its runs may start.
    pub start_rate: Change<StartRate>,
    /// How its runs take turns.
    pub fair_share: Change<FairShare>,
    /// What becomes of the attempts of a worker that is lost.
    pub on_lost_worker: Option<OnLostWorker>,
    /// How long a worker may take to make an attempt's infrastructure.
    pub submit_timeout: Change<Duration>,
    /// How long that may take to start.
    pub start_timeout: Change<Duration>,
    /// What the manifests of a pool of type kubernetes may hold.
    pub policy: Change<Arc<JobPolicy>>,
}

/// A change of a work queue. What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueUpdate {
    /// For people.
    pub description: Option<String>,
    /// Its limit.
    pub concurrency_limit: LimitChange,
    /// 1 is the highest.
    pub priority: Option<NonZeroU32>,
    /// The request bound, in bytes; at least 64 KiB. The stream's own bound follows at once.
    pub max_bytes: Option<u64>,
    /// Whether nothing new starts.
    pub paused: Option<bool>,
    /// How often its runs may start.
    pub start_rate: Change<StartRate>,
    /// Its share where the pool shares fairly.
    pub weight: Option<NonZeroU32>,
}

//! What is asked of configuration: objects to create, and changes of them.

use std::num::NonZeroU32;

use weir_core::{
    cell::PoolType,
    ids::{PoolName, QueueKey},
    json::JsonObject,
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
        }
    }
}

/// What becomes of a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LimitChange {
    /// It stays.
    #[default]
    Keep,
    /// It is this from now on; 0 starts nothing.
    Set(u32),
    /// There is none from now on.
    Clear,
}

impl LimitChange {
    pub(super) fn apply(self, limit: &mut Option<u32>) {
        match self {
            Self::Keep => {}
            Self::Set(value) => *limit = Some(value),
            Self::Clear => *limit = None,
        }
    }
}

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
}

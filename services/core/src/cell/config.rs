//! Configuration objects: pools, queues, deployments. Each is written whole, by compare-and-set, and its position in the
//! cell log is its revision.

use std::{num::NonZeroU32, time::Duration};

use super::Deletion;
use crate::{
    ids::{DeploymentName, PoolName, QueueKey, QueueName, Tag},
    json::JsonObject,
};

/// A configuration object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigObject {
    /// A work pool.
    Pool(PoolConfig),
    /// A work queue.
    Queue(QueueConfig),
    /// A deployment.
    Deployment(Box<DeploymentConfig>),
    /// A limit on a tag.
    TagLimit(TagLimitConfig),
    /// One of the others is deleted. Stands where the object stood.
    Deletion(Deletion),
}

/// The type of a work pool, which says what its runs become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PoolType {
    /// A process on the worker's machine.
    Process,
    /// A Kubernetes Job.
    Kubernetes,
    /// Nothing: an attempt succeeds as soon as it has started. For benchmarks.
    Null,
}

impl PoolType {
    /// As it is written in commands and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Kubernetes => "kubernetes",
            Self::Null => "null",
        }
    }
}
impl std::str::FromStr for PoolType {
    type Err = UnknownPoolType;
    fn from_str(text: &str) -> Result<Self, UnknownPoolType> {
        match text {
            "process" => Ok(Self::Process),
            "kubernetes" => Ok(Self::Kubernetes),
            "null" => Ok(Self::Null),
            _ => Err(UnknownPoolType {
                given: text.to_owned(),
            }),
        }
    }
}
/// A pool type that weir does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown work pool type {given:?}: use process, kubernetes or null (for benchmarks)")]
pub struct UnknownPoolType {
    /// The text that was given.
    pub given: String,
}

/// A work pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolConfig {
    /// Its name.
    pub name: PoolName,
    /// What its runs become.
    pub kind: PoolType,
    /// For people.
    pub description: String,
    /// How many attempts may hold slots at once, over all queues; `None` is unlimited, 0 starts nothing.
    pub concurrency_limit: Option<u32>,
    /// The base job template: `job_configuration` and `variables`.
    pub base_job_template: JsonObject,
    /// Nothing new starts; what is under way goes on and holds its slots.
    pub paused: bool,
}

/// A work queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueConfig {
    /// Which queue.
    pub key: QueueKey,
    /// For people.
    pub description: String,
    /// How many attempts may hold slots at once; `None` is unlimited, 0 starts nothing.
    pub concurrency_limit: Option<u32>,
    /// 1 is the highest. All waiting runs of a higher queue go before those of a lower one.
    pub priority: NonZeroU32,
    /// The request bound: past this many bytes in the stream, new requests are rejected.
    pub max_bytes: u64,
    /// Nothing new starts; what is under way goes on and holds its slots.
    pub paused: bool,
}

/// The request bound of a queue that names none: 1 GiB.
pub const QUEUE_MAX_BYTES_DEFAULT: u64 = 1 << 30;
/// The smallest request bound of a queue.
pub const QUEUE_MAX_BYTES_MIN: u64 = 64 << 10;

/// A deployment: a named thing to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentConfig {
    /// `flow/name`.
    pub name: DeploymentName,
    /// Where its runs go.
    pub queue: QueueKey,
    /// For people.
    pub description: String,
    /// `file.py:function`, run by an inline launcher where no command is given.
    pub entrypoint: Option<String>,
    /// Values for the placeholders of the pool's template.
    pub job_variables: JsonObject,
    /// Handed to the run.
    pub parameters: JsonObject,
    /// Tags of each of its runs.
    pub tags: Vec<Tag>,
    /// Retries of a run that names none.
    pub retries: u32,
    /// Delay before a retry, where the run names none.
    pub retry_delay: Duration,
    /// Timeout of an attempt, where the run names none.
    pub timeout: Option<Duration>,
    /// How many of its attempts may hold slots at once, over all queues; `None` is unlimited, 0 starts nothing.
    pub concurrency_limit: Option<u32>,
    /// Nothing new starts; what is under way goes on and holds its slots.
    pub paused: bool,
}

/// A limit on all runs that have a tag, whatever their pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagLimitConfig {
    /// The tag.
    pub tag: Tag,
    /// How many attempts may hold slots at once; `None` is unlimited: the limit was deleted. 0 starts nothing.
    pub concurrency_limit: Option<u32>,
}

/// The hard bound of a queue's stream for a request bound: the bound and a reserve of a quarter, at least 16 MiB, for
/// the decisions and reports about what has been accepted.
pub const fn hard_bound(request_bound: u64) -> u64 {
    let quarter = request_bound / 4;
    let reserve = if quarter > (16 << 20) {
        quarter
    } else {
        16 << 20
    };
    request_bound.saturating_add(reserve)
}

/// The name of the default queue of a pool.
pub fn default_queue() -> QueueName {
    "default".parse().expect("a literal that is a legal label")
}

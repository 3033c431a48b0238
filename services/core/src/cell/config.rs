//! Configuration objects: pools, queues, deployments. Each is written whole, by compare-and-set, and its position in the
//! cell log is its revision.

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};

use super::Deletion;
use crate::{
    ids::{DeploymentName, FairnessKey, LimitName, PoolName, QueueKey, QueueName, Tag},
    json::JsonObject,
    kubernetes::JobPolicy,
    rate::StartRate,
    retry::RetryPolicy,
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
    /// A limit of a name.
    NamedLimit(NamedLimitConfig),
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
    /// Whether what its runs become lives on without the worker that has made it. A worker of such a pool makes it so
    /// that nothing of it runs before it has told of it.
    pub const fn outlives_worker(self) -> bool {
        match self {
            Self::Kubernetes => true,
            Self::Process | Self::Null => false,
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
    /// How often its runs may start.
    pub start_rate: Option<StartRate>,
    /// Runs take turns by weight; `None`: its queues go strictly by priority.
    pub fair_share: Option<FairShare>,
    /// What becomes of the attempts of a worker that is lost.
    pub on_lost_worker: OnLostWorker,
    /// How long a worker may take to make an attempt's infrastructure; `None`: [`crate::bounds::SUBMIT_TIMEOUT_DEFAULT`].
    pub submit_timeout: Option<Duration>,
    /// How long that may take to start; `None`: [`crate::bounds::START_TIMEOUT_DEFAULT`].
    pub start_timeout: Option<Duration>,
    /// What a manifest may hold, in a pool of type kubernetes; `None`: whatever the template makes of it.
    pub policy: Option<Arc<JobPolicy>>,
}

impl PoolConfig {
    /// A pool without limits or a template.
    pub fn new(name: PoolName, kind: PoolType) -> Self {
        Self {
            name,
            kind,
            description: String::new(),
            concurrency_limit: None,
            base_job_template: JsonObject::default(),
            paused: false,
            start_rate: None,
            fair_share: None,
            on_lost_worker: OnLostWorker::Release,
            submit_timeout: None,
            start_timeout: None,
            policy: None,
        }
    }
}

/// What becomes of the attempts of a worker that is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnLostWorker {
    /// When the lease that binds its keepers has run out as a whole, they are taken as gone.
    #[default]
    Release,
    /// They hold their slots until somebody says that nothing of them is left, or the worker itself does: for runs that
    /// must not overlap even where a whole machine was frozen and wakes late.
    Hold,
}

impl OnLostWorker {
    /// As it is written in commands and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Hold => "hold",
        }
    }
}
impl std::str::FromStr for OnLostWorker {
    type Err = UnknownOnLostWorker;
    fn from_str(text: &str) -> Result<Self, UnknownOnLostWorker> {
        match text.to_ascii_lowercase().as_str() {
            "release" => Ok(Self::Release),
            "hold" => Ok(Self::Hold),
            _ => Err(UnknownOnLostWorker {
                given: text.to_owned(),
            }),
        }
    }
}
/// A way to treat lost workers that weir does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown value {given:?}: use release or hold")]
pub struct UnknownOnLostWorker {
    /// The text that was given.
    pub given: String,
}

/// How a pool's runs take turns: between queues by the queues' weights, within a queue between fairness keys by theirs,
/// and within a key by age and priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairShare {
    /// How much waiting one step of priority is worth. So a run is passed only by runs that were requested at most this
    /// much later for each step that their priority is higher.
    pub aging: Duration,
    /// Weights of fairness keys; one that is not here has 1.
    pub weights: BTreeMap<FairnessKey, NonZeroU32>,
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
    /// How often its runs may start.
    pub start_rate: Option<StartRate>,
    /// Its share where the pool shares fairly, in proportion to the other queues'.
    pub weight: NonZeroU32,
}

impl QueueConfig {
    /// A queue of the highest priority, without limits.
    pub fn new(key: QueueKey) -> Self {
        Self {
            key,
            description: String::new(),
            concurrency_limit: None,
            priority: NonZeroU32::MIN,
            max_bytes: QUEUE_MAX_BYTES_DEFAULT,
            paused: false,
            start_rate: None,
            weight: NonZeroU32::MIN,
        }
    }
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
    /// When a failed attempt is tried again, where the run does not say; `None`: every failure, after `retry_delay`.
    pub retry_policy: Option<Arc<RetryPolicy>>,
    /// Timeout of an attempt, where the run names none.
    pub timeout: Option<Duration>,
    /// How many of its attempts may hold slots at once, over all queues; `None` is unlimited, 0 starts nothing.
    pub concurrency_limit: Option<u32>,
    /// Nothing new starts; what is under way goes on and holds its slots.
    pub paused: bool,
    /// Slots of named limits that each of its attempts holds, where the run does not say otherwise.
    pub limits: BTreeMap<LimitName, NonZeroU32>,
    /// What becomes of a run that finds `concurrency_limit` reached.
    pub collision_strategy: CollisionStrategy,
    /// The JSON schema of its runs' parameters; `None`: any parameters.
    pub parameter_schema: Option<JsonObject>,
    /// The name for people of a run that brings none, with placeholders.
    pub run_name: Option<String>,
    /// When runs of it are made, as files say it: what a schedule means is known to the crate of calendars.
    pub schedules: Vec<JsonObject>,
    /// It is paused once so many of its attempts in a row could not be started. What counts are attempts under one
    /// revision, so that every change of the deployment begins anew.
    pub pause_after_failed_starts: Option<NonZeroU32>,
    /// Why it is paused, where the scheduler did it.
    pub paused_reason: Option<String>,
    /// How late a run may start that does not say so itself; `None`: as late as it will.
    pub max_lateness: Option<Duration>,
}

impl DeploymentConfig {
    /// A deployment that says nothing but where its runs go.
    pub fn new(name: DeploymentName, queue: QueueKey) -> Self {
        Self {
            name,
            queue,
            description: String::new(),
            entrypoint: None,
            job_variables: JsonObject::default(),
            parameters: JsonObject::default(),
            tags: Vec::new(),
            retries: 0,
            retry_delay: Duration::ZERO,
            retry_policy: None,
            timeout: None,
            concurrency_limit: None,
            paused: false,
            limits: BTreeMap::new(),
            collision_strategy: CollisionStrategy::Enqueue,
            parameter_schema: None,
            run_name: None,
            schedules: Vec::new(),
            pause_after_failed_starts: None,
            paused_reason: None,
            max_lateness: None,
        }
    }
}

/// What becomes of a run that finds its deployment's own limit reached, whatever else it may have to wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CollisionStrategy {
    /// It waits.
    #[default]
    Enqueue,
    /// It ends `Cancelled`.
    CancelNew,
    /// The runs that hold the slots are cancelled, the oldest first.
    CancelRunning,
}

impl CollisionStrategy {
    /// Every strategy.
    pub const ALL: [Self; 3] = [Self::Enqueue, Self::CancelNew, Self::CancelRunning];
    /// As it is written in commands and files; the first two are Prefect's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enqueue => "ENQUEUE",
            Self::CancelNew => "CANCEL_NEW",
            Self::CancelRunning => "CANCEL_RUNNING",
        }
    }
}
impl std::str::FromStr for CollisionStrategy {
    type Err = UnknownCollisionStrategy;
    /// In any case, with `-` for `_`.
    fn from_str(text: &str) -> Result<Self, UnknownCollisionStrategy> {
        let spelled = text.to_ascii_uppercase().replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|strategy| strategy.as_str() == spelled)
            .ok_or_else(|| UnknownCollisionStrategy {
                given: text.to_owned(),
            })
    }
}
/// A collision strategy that weir does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown collision strategy {given:?}: use ENQUEUE, CANCEL_NEW or CANCEL_RUNNING")]
pub struct UnknownCollisionStrategy {
    /// The text that was given.
    pub given: String,
}

/// A limit on all runs that have a tag, whatever their pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagLimitConfig {
    /// The tag. One that ends in `:*` stands for each tag that begins as it does and has no limit of its own: each is
    /// limited for itself.
    pub tag: Tag,
    /// How many attempts may hold slots at once; `None` is unlimited. 0 starts nothing.
    pub concurrency_limit: Option<u32>,
    /// How often they may start. With neither, the limit was deleted.
    pub start_rate: Option<StartRate>,
}

/// A limit of a name, whose slots runs ask for by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLimitConfig {
    /// Its name.
    pub name: LimitName,
    /// How many slots there are; `None` is unlimited: the limit was deleted. 0 starts nothing that needs one.
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

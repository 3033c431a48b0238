//! What a run needs a slot of before it may start.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{DeploymentName, LimitName, PoolName, QueueKey, Tag},
    rate::Pace,
};

/// A limit, by what it limits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LimitKey {
    /// The concurrency limit of a work pool, over all of its queues.
    Pool(PoolName),
    /// The concurrency limit of one work queue.
    Queue(QueueKey),
    /// The concurrency limit of a deployment, over all queues.
    Deployment(DeploymentName),
    /// The concurrency limit of a tag, over all pools.
    Tag(Tag),
    /// A limit of a name, whose slots runs ask for by number, over all pools.
    Named(LimitName),
}

impl LimitKey {
    /// Whether runs of any queue may hold slots of it.
    pub fn spans_the_cell(&self) -> bool {
        match self {
            Self::Pool(_) | Self::Queue(_) => false,
            Self::Deployment(_) | Self::Tag(_) | Self::Named(_) => true,
        }
    }
}

impl fmt::Display for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(pool) => write!(f, "pool {pool}"),
            Self::Queue(queue) => write!(f, "queue {queue}"),
            Self::Deployment(deployment) => write!(f, "deployment {deployment}"),
            Self::Tag(tag) => write!(f, "tag {tag}"),
            Self::Named(name) => write!(f, "limit {name}"),
        }
    }
}
impl fmt::Debug for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What a claim holds of one limit, and the limit's value that was in force when it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which limit.
    pub limit: LimitKey,
    /// How many of its slots; at least 1.
    pub weight: u32,
    /// The limit's value in force; `None` is unlimited.
    pub value: Option<u32>,
    /// The limit's start rate in force, with this start counted; `None`: it has none.
    pub pace: Option<Pace>,
}

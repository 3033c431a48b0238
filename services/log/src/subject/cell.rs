//! The subjects of the cell log.

use std::fmt;

use weir_core::{
    cell::ConfigObject,
    ids::{DeploymentName, LimitName, PoolName, QueueKey, Tag, WorkerName},
};

use super::escape::{Escaped, unescape};

/// A subject of the cell log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellSubject {
    /// A pool's configuration.
    Pool(PoolName),
    /// A queue's configuration.
    Queue(QueueKey),
    /// A deployment.
    Deployment(DeploymentName),
    /// The limit of a tag.
    TagLimit(Tag),
    /// A limit of a name.
    NamedLimit(LimitName),
    /// The leaders' epochs.
    Epoch,
    /// Queues opened and closed.
    Queues,
    /// Barriers.
    Barrier,
    /// A lost worker that was given up.
    Worker(PoolName, WorkerName),
}

impl CellSubject {
    /// Where a configuration object is kept.
    pub fn of(object: &ConfigObject) -> Self {
        match object {
            ConfigObject::Pool(pool) => Self::Pool(pool.name.clone()),
            ConfigObject::Queue(queue) => Self::Queue(queue.key.clone()),
            ConfigObject::Deployment(deployment) => Self::Deployment(deployment.name.clone()),
            ConfigObject::TagLimit(limit) => Self::TagLimit(limit.tag.clone()),
            ConfigObject::NamedLimit(limit) => Self::NamedLimit(limit.name.clone()),
            ConfigObject::Deletion(deletion) => Self::of_deleted(deletion),
        }
    }
}

impl fmt::Display for CellSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(pool) => write!(f, "config.pool.{pool}"),
            Self::Queue(QueueKey { pool, queue }) => write!(f, "config.queue.{pool}.{queue}"),
            Self::Deployment(name) => write!(f, "config.deployment.{}", Escaped(name.as_str())),
            Self::TagLimit(tag) => write!(f, "config.tag-limit.{}", Escaped(tag.as_str())),
            Self::NamedLimit(name) => write!(f, "config.limit.{}", Escaped(name.as_str())),
            Self::Epoch => f.write_str("epoch"),
            Self::Queues => f.write_str("queue"),
            Self::Barrier => f.write_str("barrier"),
            Self::Worker(pool, worker) => write!(f, "worker.{pool}.{worker}"),
        }
    }
}

/// What stands behind `weir.cell`.
pub(super) fn parse(tokens: &[&str]) -> Result<CellSubject, Box<dyn std::error::Error>> {
    let name = |token: &str| unescape(token).ok_or("a broken escape");
    Ok(match tokens {
        ["config", "pool", pool] => CellSubject::Pool(pool.parse()?),
        ["config", "queue", pool, queue] => {
            CellSubject::Queue(QueueKey::new(pool.parse()?, queue.parse()?))
        }
        ["config", "deployment", token] => CellSubject::Deployment(name(token)?.parse()?),
        ["config", "tag-limit", token] => CellSubject::TagLimit(name(token)?.parse()?),
        ["config", "limit", token] => CellSubject::NamedLimit(name(token)?.parse()?),
        ["epoch"] => CellSubject::Epoch,
        ["queue"] => CellSubject::Queues,
        ["barrier"] => CellSubject::Barrier,
        ["worker", pool, worker] => CellSubject::Worker(pool.parse()?, worker.parse()?),
        _ => return Err("there is no such form".into()),
    })
}

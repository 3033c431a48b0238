//! Deletions: configuration objects that are going or gone.
//!
//! The cell log is never rewritten, so a deletion is a record on the object's own subject. A deployment is gone with it.
//! A queue goes on until nothing of it is unended: then the leader closes it. A pool is gone with the last of its queues.
//! What is gone leaves a mark, so that whoever names it can be told, and so that its successor is written over it.

use super::{CellState, ConfigObject};
use crate::{
    ids::{DeploymentName, PoolName, QueueKey, Revision, Seq},
    time::Timestamp,
};

/// The deletion of a configuration object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deletion {
    /// Of a pool with all of its queues.
    Pool(PoolName),
    /// Of a queue.
    Queue(QueueKey),
    /// Of a deployment.
    Deployment(DeploymentName),
}

/// What is known of a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The position in the cell log at which it was written. For a queue of a deleted pool this is the pool's.
    pub revision: Revision,
    /// When.
    pub at: Timestamp,
    /// By whom, as the client stated it.
    pub author: String,
    /// The last record on the object's own subject, over which its successor is written.
    last: Revision,
}

impl std::fmt::Display for Deleted {
    /// Fits behind "was deleted" and "is being deleted".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.author.is_empty() {
            write!(f, "by {} ", self.author)?;
        }
        write!(f, "(revision {})", self.revision)
    }
}

impl CellState {
    /// Notes a deletion. Of what is not there, nothing is deleted.
    pub(super) fn on_deletion(&mut self, seq: Seq, at: Timestamp, author: String, what: Deletion) {
        let revision = Revision(seq.0);
        let deleted = Deleted {
            revision,
            at,
            author,
            last: revision,
        };
        match &what {
            Deletion::Pool(name) if self.pools.contains_key(name) => {
                for held in self.queues.values() {
                    if held.value.key.pool != *name {
                        continue;
                    }
                    let mark = Deleted {
                        last: held.revision,
                        ..deleted.clone()
                    };
                    let queue = Deletion::Queue(held.value.key.clone());
                    self.deletions.entry(queue).or_insert(mark);
                }
                self.mark(what.clone(), deleted);
                self.end_pool(&name.clone());
            }
            Deletion::Queue(key) if self.queues.contains_key(key) => self.mark(what, deleted),
            Deletion::Deployment(name) if self.deployments.remove(name).is_some() => {
                self.forget_schedules(name);
                self.mark(what, deleted);
            }
            Deletion::Pool(_) | Deletion::Queue(_) | Deletion::Deployment(_) => self.refused += 1,
        }
    }

    /// The first mark stays: who deletes what is being deleted changes nothing.
    fn mark(&mut self, what: Deletion, deleted: Deleted) {
        let last = deleted.last;
        self.deletions.entry(what).or_insert(deleted).last = last;
    }

    /// Whether an object of this deletion must not be written yet: it is still going. `false`: it may, and whatever went
    /// before it is forgotten, but that its queue goes with a pool that goes.
    pub(super) fn is_going(&mut self, seq: Seq, object: &ConfigObject) -> bool {
        let what = match object {
            ConfigObject::Pool(pool) => Deletion::Pool(pool.name.clone()),
            ConfigObject::Queue(queue) => Deletion::Queue(queue.key.clone()),
            ConfigObject::Deployment(deployment) => Deletion::Deployment(deployment.name.clone()),
            ConfigObject::TagLimit(_) | ConfigObject::NamedLimit(_) | ConfigObject::Deletion(_) => {
                return false;
            }
        };
        let going = match &what {
            Deletion::Pool(name) => self.pools.contains_key(name),
            Deletion::Queue(key) => self.queues.contains_key(key),
            Deletion::Deployment(_) => false,
        };
        if going && let Some(mark) = self.deletions.get_mut(&what) {
            mark.last = Revision(seq.0);
            self.refused += 1;
            return true;
        }
        self.deletions.remove(&what);
        if let Deletion::Queue(key) = &what
            && let Some(pool) = self.deletions.get(&Deletion::Pool(key.pool.clone()))
        {
            let mark = Deleted {
                last: Revision(seq.0),
                ..pool.clone()
            };
            self.deletions.insert(what, mark);
        }
        false
    }

    /// A queue has been closed: it leaves a mark, and perhaps its pool goes with it.
    pub(super) fn end_queue(&mut self, seq: Seq, at: Timestamp, key: &QueueKey) {
        if let Some(held) = self.queues.remove(key) {
            let mark = Deleted {
                revision: Revision(seq.0),
                at,
                author: String::new(),
                last: held.revision,
            };
            let queue = Deletion::Queue(key.clone());
            self.deletions.entry(queue).or_insert(mark);
        }
        self.end_pool(&key.pool);
    }

    fn end_pool(&mut self, name: &PoolName) {
        let goes = self.deletions.contains_key(&Deletion::Pool(name.clone()));
        if goes && !self.queues.keys().any(|key| key.pool == *name) {
            self.pools.remove(name);
        }
    }

    /// The deletion of an object that is going or gone.
    pub fn deletion(&self, what: &Deletion) -> Option<&Deleted> {
        self.deletions.get(what)
    }
    /// The deletion of a queue that is still there.
    pub fn deleting(&self, key: &QueueKey) -> Option<&Deleted> {
        self.queues.get(key)?;
        self.deletions.get(&Deletion::Queue(key.clone()))
    }
    /// The deletion of a pool that is still there.
    pub fn deleting_pool(&self, name: &PoolName) -> Option<&Deleted> {
        self.pools.get(name)?;
        self.deletions.get(&Deletion::Pool(name.clone()))
    }
    /// The last record on an object's own subject: what a change of it, or its successor, is written over. 0: none.
    pub fn last_written(&self, what: &Deletion) -> Revision {
        if let Some(deleted) = self.deletions.get(what) {
            return deleted.last;
        }
        let held = match what {
            Deletion::Pool(name) => self.pools.get(name).map(|held| held.revision),
            Deletion::Queue(key) => self.queues.get(key).map(|held| held.revision),
            Deletion::Deployment(name) => self.deployments.get(name).map(|held| held.revision),
        };
        held.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;

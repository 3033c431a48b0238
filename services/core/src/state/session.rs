//! Who is online: the workers' sessions, and until when each is to be believed.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    ids::{PoolName, QueueKey, Seq, SessionId, WorkerName},
    session::{Session, SessionRecord},
    time::Timestamp,
};

/// A session as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// What it said.
    pub session: Session,
    /// When the broker stored that.
    pub at: Timestamp,
    /// Where it stands.
    pub seq: Seq,
}

impl Presence {
    /// Until when it is to be believed, for somebody who has followed the sessions since `following`.
    ///
    /// Who began to follow later may have missed a renewal, so the full lease counts from then.
    pub fn believed_until(&self, following: Timestamp) -> Timestamp {
        if self.session.ended {
            self.at
        } else {
            self.at.max(following).after(self.session.lease)
        }
    }
    /// Whether it is online and takes claims of this queue.
    pub fn serves(&self, queue: &QueueKey) -> bool {
        let Session {
            pool,
            queues,
            draining,
            ended,
            ..
        } = &self.session;
        !draining
            && !ended
            && *pool == queue.pool
            && (queues.is_empty() || queues.contains(&queue.queue))
    }
}

/// All sessions that have been seen and are not forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    applied: Seq,
    seen: BTreeMap<SessionId, Presence>,
    /// The last session of each worker, by its name.
    last: BTreeMap<(PoolName, WorkerName), SessionId>,
}

impl Sessions {
    /// Folds one record. Only a worker's last record counts, so holes do no harm.
    pub fn apply(&mut self, record: SessionRecord) {
        let SessionRecord { seq, at, session } = record;
        if seq <= self.applied {
            return;
        }
        self.applied = seq;
        let name = (session.pool.clone(), session.worker.clone());
        self.last.insert(name, session.session.clone());
        self.seen
            .insert(session.session.clone(), Presence { session, at, seq });
    }
    /// Forgets sessions that have been over for `kept` and hold nothing.
    pub fn forget(&mut self, now: Timestamp, kept: Duration, holds: impl Fn(&SessionId) -> bool) {
        self.seen.retain(|id, presence| {
            presence.believed_until(Timestamp::MIN).after(kept) > now || holds(id)
        });
        let seen = &self.seen;
        self.last.retain(|_, id| seen.contains_key(id));
    }
    /// How far the stream has been read.
    pub fn applied(&self) -> Seq {
        self.applied
    }
    /// A session.
    pub fn get(&self, session: &SessionId) -> Option<&Presence> {
        self.seen.get(session)
    }
    /// The last session of a worker of this name.
    pub fn last_of(&self, pool: &PoolName, worker: &WorkerName) -> Option<&Presence> {
        let id = self.last.get(&(pool.clone(), worker.clone()))?;
        self.seen.get(id)
    }
    /// The last session of each worker.
    pub fn workers(&self) -> impl Iterator<Item = &Presence> {
        self.last.values().filter_map(|id| self.seen.get(id))
    }
}

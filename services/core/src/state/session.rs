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
    /// When it was first seen.
    pub first_at: Timestamp,
    /// When another session of the same worker was seen to take its place.
    ///
    /// The stream keeps one record of each worker, so renewals of this session up to then may have been written over
    /// before they were read.
    pub followed_at: Option<Timestamp>,
}

impl Presence {
    /// Until when it is to be believed, for somebody who has followed the sessions since `following`.
    ///
    /// Who began to follow later may have missed a renewal, so the full lease counts from then. So it does from the
    /// record of the session that took its place.
    pub fn believed_until(&self, following: Timestamp) -> Timestamp {
        if self.session.ended {
            self.at
        } else {
            let renewed = self.followed_at.map_or(self.at, |at| self.at.max(at));
            renewed.max(following).after(self.session.lease)
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
        let before = self.last.insert(name, session.session.clone());
        if let Some(before) = before.filter(|before| *before != session.session)
            && let Some(presence) = self.seen.get_mut(&before)
        {
            presence.followed_at = Some(at);
        }
        let first_at = self
            .seen
            .get(&session.session)
            .map_or(at, |presence| presence.first_at);
        let presence = Presence {
            session,
            at,
            seq,
            first_at,
            followed_at: None,
        };
        self.seen.insert(presence.session.session.clone(), presence);
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
    /// When another than a session that has never been seen, but spoke before `after`, was first seen in its place.
    pub fn followed_up(
        &self,
        pool: &PoolName,
        worker: &WorkerName,
        after: Timestamp,
    ) -> Option<Timestamp> {
        let others = self.seen.values().filter(|presence| {
            presence.session.pool == *pool && presence.session.worker == *worker
        });
        let first = others.map(|presence| presence.first_at);
        first.filter(|first| *first >= after).min()
    }
    /// The last session of each worker.
    pub fn workers(&self) -> impl Iterator<Item = &Presence> {
        self.last.values().filter_map(|id| self.seen.get(id))
    }
}

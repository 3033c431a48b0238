//! A session is closed by a write before what ran under it is taken for gone.
//!
//! That no renewal has been read does not say that none was stored: this leader may have been frozen, or its reader may
//! stand still while its appends go through. So when a session's lease is over as far as has been read, the leader
//! writes the session's end over the last record that it has seen, by compare-and-set. Refused: there was a renewal, and
//! the reader will bring it. Stored: there was none, and there never will be.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use weir_core::{
    ids::{PoolName, Seq, SessionId},
    session::Session,
    state::{Holder, Presence, State},
};
use weir_runtime::Backoff;

use crate::work::Work;

/// Sessions that are to be closed, and those whose closing is under way.
#[derive(Debug)]
pub(crate) struct Closings {
    wanted: BTreeMap<SessionId, (Session, Seq)>,
    in_flight: BTreeSet<SessionId>,
    not_before: Duration,
    backoff: Backoff,
}

impl Default for Closings {
    fn default() -> Self {
        Self {
            wanted: BTreeMap::new(),
            in_flight: BTreeSet::new(),
            not_before: Duration::ZERO,
            backoff: Backoff::new(Duration::from_millis(20), Duration::from_secs(1)),
        }
    }
}

impl Closings {
    /// Whether this holder's session can never be renewed any more. If it still can, its closing is asked for.
    pub(crate) fn is_closed(&mut self, state: &State, pool: &PoolName, holder: &Holder) -> bool {
        let Some((session, last)) = closing(state, pool, holder) else {
            return true;
        };
        self.wanted.insert(holder.session.clone(), (session, last));
        false
    }

    /// What is to be written now.
    pub(crate) fn step(&mut self, now: Duration, work: &mut Vec<Work>) {
        let wanted = std::mem::take(&mut self.wanted);
        if now < self.not_before {
            return;
        }
        for (id, (session, last)) in wanted {
            if self.in_flight.insert(id.clone()) {
                tracing::info!(weir.session = %id, worker = %session.worker, "closes a session whose lease is over");
                work.push(Work::Close {
                    id,
                    session: Box::new(session),
                    last,
                });
            }
        }
    }

    /// A closing has been answered. What it did shows among the sessions; here only its pace is kept.
    pub(crate) fn answered(&mut self, id: &SessionId, stored: bool, now: Duration) {
        self.in_flight.remove(id);
        if stored {
            self.backoff.reset();
            self.not_before = now + Duration::from_millis(20);
        } else {
            self.not_before = now + self.backoff.next_delay();
        }
    }

    /// When it is worth asking again.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.in_flight.is_empty().then_some(self.not_before)
    }
}

/// The record that closes a holder's session, and the position that it is to replace. `None`: it is closed already, by
/// its own word or by another session that stands in its place.
fn closing(state: &State, pool: &PoolName, holder: &Holder) -> Option<(Session, Seq)> {
    let seen = state.sessions.get(&holder.session);
    let last = state.sessions.last_of(pool, &holder.worker);
    let ended = |presence: &Presence| Session {
        draining: true,
        ended: true,
        ..presence.session.clone()
    };
    match (seen, last) {
        (Some(seen), _) if seen.session.ended => None,
        (Some(seen), Some(last)) if last.session.session == seen.session.session => {
            Some((ended(seen), seen.seq))
        }
        (Some(_), _) => None,
        // Who speaks under that name after the attempt was taken, and is another, has come after its holder.
        (None, Some(last)) if last.at >= holder.taken_at => None,
        (None, Some(last)) => Some((ended(last), last.seq)),
        (None, None) => {
            let session = Session {
                worker: holder.worker.clone(),
                session: holder.session.clone(),
                pool: pool.clone(),
                queues: BTreeSet::new(),
                kind: String::new(),
                capacity: 0,
                in_use: 0,
                lease: holder.lease,
                version: String::new(),
                started_at: holder.taken_at,
                draining: true,
                ended: true,
            };
            Some((session, Seq(0)))
        }
    }
}

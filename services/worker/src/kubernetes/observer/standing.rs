//! How an attempt stands in the log, as far as it has been folded here.

use std::time::Duration;

use weir_core::{
    bounds::GRACE_DEFAULT,
    ids::{Seq, SessionId},
    request::CancelRequest,
    state::{Live, QueueState, Run, Stop},
    time::Timestamp,
};

use super::scene::Key;
use crate::executor::StopCause;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The log has never heard of it.
    Unknown,
    /// A worker has taken it and makes its Job; nothing of it runs yet.
    Taken,
    /// Its Job is made, and may have been let start.
    Submitted(Box<Stand>),
    /// Nothing of it is left, as the log says.
    Over,
}

/// An attempt that is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stand {
    /// What fences reports about it.
    pub(super) fence: Seq,
    /// In whose name it is reported: that of the session that took it.
    pub(super) session: SessionId,
    /// The number of the last report that counted.
    pub(super) last_n: u32,
    pub(super) started_at: Option<Timestamp>,
    /// The reason that was last reported for its not starting, with its message.
    pub(super) waiting: Option<(String, String)>,
    /// Its end is in the log; something of it may be left.
    pub(super) finished: bool,
    /// Only `Gone` is accepted.
    pub(super) revoked: bool,
    /// It is to be stopped, with this grace.
    pub(super) stop: Option<(StopCause, Duration)>,
    pub(super) timeout: Option<Duration>,
    pub(super) infrastructure: String,
}

impl Standing {
    pub(super) fn of(queue: Option<&QueueState>, key: &Key) -> Self {
        let Some(run) = queue.and_then(|queue| queue.run(&key.run_id)) else {
            return Self::Unknown;
        };
        match run.live.as_deref() {
            Some(live) if live.attempt == key.attempt => Self::of_live(run, live),
            Some(_) | None if run.attempt >= key.attempt => Self::Over,
            Some(_) | None => Self::Unknown,
        }
    }

    fn of_live(run: &Run, live: &Live) -> Self {
        let Some(holder) = &live.holder else {
            return Self::Taken;
        };
        if !live.has_begun() {
            return Self::Taken;
        }
        let grace = run.cancel.as_ref().map(CancelRequest::grace_in_force);
        let stop = match (live.stop, grace) {
            (None, _) => None,
            (Some(_), Some(grace)) => Some((StopCause::Cancelled, grace)),
            (Some(Stop::Ordered), None) => Some((StopCause::Cancelled, GRACE_DEFAULT)),
            (Some(Stop::Revoked), None) => Some((StopCause::Revoked, GRACE_DEFAULT)),
        };
        Self::Submitted(Box::new(Stand {
            fence: live.fence,
            session: holder.session.clone(),
            last_n: live.last_n,
            started_at: live.started_at,
            waiting: live.waiting.clone(),
            finished: live.finished.is_some(),
            revoked: live.stop == Some(Stop::Revoked),
            stop,
            timeout: live.timeout,
            infrastructure: live.infrastructure.clone(),
        }))
    }
}

//! What the scheduler has said about an attempt that is held here, and how it reaches the attempt.

use std::time::Duration;

use tokio::sync::watch;
use weir_core::ids::Seq;

use crate::executor::{Stop, StopCause};

/// How an attempt stands in the log, as far as this worker knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its claim is the last word.
    Ours,
    /// It was taken back, by the record at this position. Only `Gone` is accepted now, under that record.
    Revoked(Seq),
    /// What became of it is not ours to say any more: another attempt is claimed, or the session is taken for lost.
    Forgotten,
}

/// The orders to one attempt. The attempt and the executor watch them; anybody who holds this may give them.
#[derive(Debug)]
pub(super) struct Orders {
    stop: watch::Sender<Option<Stop>>,
    standing: watch::Sender<Standing>,
    handed_back: watch::Sender<bool>,
}

impl Orders {
    pub(super) fn new() -> Self {
        Self {
            stop: watch::Sender::new(None),
            standing: watch::Sender::new(Standing::Ours),
            handed_back: watch::Sender::new(false),
        }
    }

    /// Stops it. The first cause stands, the shortest grace holds.
    pub(super) fn stop(&self, cause: StopCause, grace: Duration) {
        self.stop.send_if_modified(|stop| match stop {
            Some(earlier) if earlier.grace <= grace => false,
            Some(earlier) => {
                earlier.grace = grace;
                true
            }
            None => {
                *stop = Some(Stop { grace, cause });
                true
            }
        });
    }

    /// It is not to be started any more, if it has not been; what runs goes on, without this worker where it can.
    pub(super) fn hand_back(&self) {
        self.handed_back.send_replace(true);
    }
    pub(super) fn is_handed_back(&self) -> bool {
        *self.handed_back.borrow()
    }
    pub(super) fn watch_handed_back(&self) -> watch::Receiver<bool> {
        self.handed_back.subscribe()
    }

    /// It was taken back.
    pub(super) fn revoke(&self, at: Seq, cause: StopCause, grace: Duration) {
        self.stop(cause, grace);
        self.standing.send_if_modified(|standing| {
            let ours = *standing == Standing::Ours;
            if ours {
                *standing = Standing::Revoked(at);
            }
            ours
        });
    }

    /// It is nobody's business any more.
    pub(super) fn forget(&self, cause: StopCause) {
        self.stop(cause, Duration::ZERO);
        self.standing.send_replace(Standing::Forgotten);
    }

    pub(super) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }
    pub(super) fn watch_standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }
    pub(super) fn watch_stop(&self) -> watch::Receiver<Option<Stop>> {
        self.stop.subscribe()
    }
    pub(super) fn is_stopped(&self) -> Option<Stop> {
        *self.stop.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_order_makes_the_grace_shorter_and_never_longer() {
        let orders = Orders::new();
        orders.stop(StopCause::Cancelled, Duration::from_secs(5));
        orders.stop(StopCause::WorkerStopping, Duration::from_secs(9));
        assert_eq!(orders.is_stopped().unwrap().grace, Duration::from_secs(5));
        orders.stop(StopCause::WorkerStopping, Duration::from_secs(1));
        let stop = orders.is_stopped().unwrap();
        assert_eq!(
            (stop.grace, stop.cause),
            (Duration::from_secs(1), StopCause::Cancelled)
        );
    }

    #[test]
    fn a_revocation_after_which_another_attempt_was_claimed_stays_forgotten() {
        let orders = Orders::new();
        orders.forget(StopCause::Revoked);
        orders.revoke(Seq(7), StopCause::Revoked, Duration::ZERO);
        assert_eq!(orders.standing(), Standing::Forgotten);
    }
}

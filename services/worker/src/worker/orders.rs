//! What the scheduler has said about an attempt that is held here, and how it reaches the attempt.

use std::time::Duration;

use tokio::sync::watch;
use weir_core::{
    event::{CancelCause, Decision},
    ids::{Attempt, Seq},
};

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
    start: watch::Sender<Start>,
}

/// How far the word of its start has come, since what comes too late is not stopped where that word stands before the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Start {
    /// Nobody has told of it.
    #[default]
    Untold,
    /// It is being told; an order may have come meanwhile, which waits for where that word stands.
    Telling(Option<(Seq, Duration)>),
    /// It stands there.
    Told(Seq),
}

impl Orders {
    pub(super) fn new() -> Self {
        Self {
            stop: watch::Sender::new(None),
            standing: watch::Sender::new(Standing::Ours),
            handed_back: watch::Sender::new(false),
            start: watch::Sender::new(Start::Untold),
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

    /// Stops it, if this decision, which stands at `order`, orders that.
    pub(super) fn obey(&self, order: Seq, held: Attempt, decision: &Decision) {
        match decision {
            Decision::CancelOrdered {
                attempt,
                grace,
                cause,
                reason: _,
            } if *attempt == held => match cause {
                CancelCause::Lapsed => self.lapse(order, *grace),
                CancelCause::Asked
                | CancelCause::Collision
                | CancelCause::ParentEnded
                | CancelCause::ChildFailed
                | CancelCause::NotReached => {
                    self.stop(StopCause::Cancelled, *grace);
                }
            },
            Decision::CancelOrdered { .. }
            | Decision::Rejected(_)
            | Decision::RetryScheduled { .. }
            | Decision::Cancelled { .. }
            | Decision::Yielded { .. }
            | Decision::Regranted { .. }
            | Decision::FoundInCycle { .. } => {}
        }
    }

    /// Stops it because it has come too late, unless its start stands before this order, which stands at `order`.
    pub(super) fn lapse(&self, order: Seq, grace: Duration) {
        let mut stops = false;
        self.start.send_if_modified(|start| {
            match start {
                Start::Untold => stops = true,
                Start::Telling(held) => *held = Some((order, grace)),
                Start::Told(at) => stops = order < *at,
            }
            false
        });
        if stops {
            self.stop(StopCause::Cancelled, grace);
        }
    }
    /// It has started, and this is about to be told.
    pub(super) fn tells_start(&self) {
        self.start.send_replace(Start::Telling(None));
    }
    /// Its start stands there, or nowhere.
    pub(super) fn told_start(&self, at: Option<Seq>) {
        let was = self
            .start
            .send_replace(at.map_or(Start::Untold, Start::Told));
        if let Start::Telling(Some((order, grace))) = was {
            self.lapse(order, grace);
        }
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
    fn what_has_started_in_time_by_the_log_is_not_stopped_for_being_late() {
        let stopped = |orders: &Orders| orders.is_stopped().is_some();
        let before = Orders::new();
        before.lapse(Seq(5), Duration::ZERO);
        assert!(stopped(&before));
        let after = Orders::new();
        after.tells_start();
        after.told_start(Some(Seq(4)));
        after.lapse(Seq(5), Duration::ZERO);
        assert!(!stopped(&after));
        // The order comes while the word of the start is on its way: where that is stored decides.
        for (at, stops) in [(Some(Seq(4)), false), (Some(Seq(6)), true), (None, true)] {
            let between = Orders::new();
            between.tells_start();
            between.lapse(Seq(5), Duration::ZERO);
            assert!(!stopped(&between));
            between.told_start(at);
            assert_eq!(stopped(&between), stops, "{at:?}");
        }
    }

    #[test]
    fn a_revocation_after_which_another_attempt_was_claimed_stays_forgotten() {
        let orders = Orders::new();
        orders.forget(StopCause::Revoked);
        orders.revoke(Seq(7), StopCause::Revoked, Duration::ZERO);
        assert_eq!(orders.standing(), Standing::Forgotten);
    }
}

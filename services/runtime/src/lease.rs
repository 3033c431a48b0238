//! Whose turn it is at what one of several programs does at a time: a record somewhere that whoever holds it renews, and
//! that vanishes by itself.
//!
//! It is for work of which two that overlap do no harm, because what they do is fenced by something else: nothing rests on
//! clocks here. (The lead of a cell is another matter, with a number of its own: it is the scheduler's.)

use std::{error::Error, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use weir_core::ids::Seq;

use crate::Clock;

/// How long a lease stands that is not renewed. Whole seconds, as the broker counts them.
const TTL: Duration = Duration::from_secs(6);
/// Between two renewals, and between two looks at another's.
const BEAT: Duration = Duration::from_millis(1500);

/// What stands where a lease is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Free,
    /// A record of ours, at this position.
    Ours(Seq),
    /// Somebody else's.
    Theirs,
}

/// What went wrong with a lease's record. It is told at debug level: the next beat tries again.
pub type Trouble = Box<dyn Error + Send + Sync>;

/// Where a lease is kept, and in whose name.
pub trait Place: Send + Sync {
    /// What it is the lease of, in a word, for people: `observer`.
    const WHAT: &'static str;

    /// What stands there. May be answered by a replica that lags.
    fn found(&self) -> impl Future<Output = Result<Found, Trouble>> + Send;

    /// Writes our record over the one at `last` (0: there is none), to vanish after `ttl`. `None`: another one stands
    /// there.
    fn put(
        &self,
        ttl: Duration,
        last: Seq,
    ) -> impl Future<Output = Result<Option<Seq>, Trouble>> + Send;

    /// Takes our record away, if it is still the one at `last`.
    fn give_up(&self, last: Seq) -> impl Future<Output = Result<(), Trouble>> + Send;
}

/// Holds a lease whenever it can be had, until `stop`; then gives it up, so that another need not wait for its end. `until`
/// says until when it is held, by the monotonic clock.
///
/// To be a task of its own: a renewal that is given up half-way would be worth nothing.
pub async fn keep<P: Place>(
    place: P,
    clock: Clock,
    until: watch::Sender<Option<Duration>>,
    stop: CancellationToken,
) {
    let mut held: Option<Seq> = None;
    loop {
        // Counted from before the renewal left, so that it is never believed for longer than the broker keeps it.
        let sent = clock.monotonic();
        held = renew(&place, held).await;
        let renewed = held.map(|_| sent.saturating_add(TTL));
        until.send_if_modified(|now| {
            // A renewal without an answer may have been stored; the last one that was holds for its time.
            let changed = renewed.is_some() || now.is_some_and(|now| now <= sent);
            if changed {
                *now = renewed;
            }
            changed
        });
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = clock.sleep(BEAT) => {}
        }
    }
    until.send_replace(None);
    if let Some(seq) = held
        && let Err(error) = place.give_up(seq).await
    {
        tracing::debug!(lease = P::WHAT, %error, "the lease ends by itself");
    }
}

/// Writes it over our own last record, or where there is none.
async fn renew<P: Place>(place: &P, held: Option<Seq>) -> Option<Seq> {
    let renewed = async {
        let last = match held {
            Some(seq) => seq,
            None => match place.found().await? {
                Found::Free => Seq(0),
                // A renewal of ours whose answer was lost.
                Found::Ours(seq) => seq,
                Found::Theirs => return Ok(None),
            },
        };
        place.put(TTL, last).await
    };
    renewed.await.unwrap_or_else(|error: Trouble| {
        tracing::debug!(lease = P::WHAT, %error, "the lease cannot be renewed; trying again");
        None
    })
}

/// Until when it is held, if it is at this moment.
fn now_held(held: &mut watch::Receiver<Option<Duration>>, clock: &Clock) -> Option<Duration> {
    let until = *held.borrow_and_update();
    until.filter(|until| clock.monotonic() < *until)
}

/// Waits until it is held.
pub async fn gained(held: &mut watch::Receiver<Option<Duration>>, clock: &Clock) {
    while now_held(held, clock).is_none() {
        if held.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

/// Waits until it is held no longer.
pub async fn lost(held: &mut watch::Receiver<Option<Duration>>, clock: &Clock) {
    while let Some(until) = now_held(held, clock) {
        tokio::select! {
            changed = held.changed() => if changed.is_err() { return },
            () = clock.sleep_until_monotonic(until) => {}
        }
    }
}

#[cfg(test)]
mod tests;

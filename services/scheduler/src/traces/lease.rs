//! Which scheduler makes the traces: one at a time, by a lease in the log. Two that overlap do no harm, so nothing rests on
//! clocks here: they make the same spans, and of two positions the log takes the first.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use weir_core::{ids::Seq, session::TracerRecord};
use weir_log::{AppendError, Leases};
use weir_runtime::Clock;

/// How long a lease stands that is not renewed. Whole seconds.
const TTL: Duration = Duration::from_secs(6);
/// Between two renewals, and between two looks at another's.
const BEAT: Duration = Duration::from_millis(1500);

/// One scheduler's part in it: a task of its own, because a renewal that is given up half-way would be worth nothing.
#[derive(Debug)]
pub(super) struct Lease<L> {
    pub(super) log: L,
    pub(super) clock: Clock,
    pub(super) own: TracerRecord,
    /// Until when it is held, by the monotonic clock.
    pub(super) until: watch::Sender<Option<Duration>>,
}

impl<L: Leases> Lease<L> {
    /// Holds it whenever it can be had, until `stop`; then gives it up, so that another need not wait for its end.
    pub(super) async fn keep(self, stop: CancellationToken) {
        let mut held: Option<Seq> = None;
        loop {
            let sent = self.clock.monotonic();
            held = self.renew(held).await;
            let until = held.map(|_| sent.saturating_add(TTL));
            self.until.send_if_modified(|now| {
                // A renewal without an answer may have been stored; the last one that was holds for its time.
                let changed = until.is_some() || now.is_some_and(|now| now <= sent);
                if changed {
                    *now = until;
                }
                changed
            });
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.clock.sleep(BEAT) => {}
            }
        }
        self.until.send_replace(None);
        if let Some(seq) = held
            && let Err(error) = self.log.drop_tracer(seq).await
        {
            tracing::debug!(%error, "the tracer's lease ends by itself");
        }
    }

    /// Writes it over our own last record, or where there is none.
    async fn renew(&self, held: Option<Seq>) -> Option<Seq> {
        let last = match held {
            Some(seq) => seq,
            None => match self.log.tracer().await {
                Ok(None) => Seq(0),
                // A renewal of ours whose answer was lost.
                Ok(Some((seq, found))) if found == self.own => seq,
                Ok(Some(_)) | Err(_) => return None,
            },
        };
        match self.log.put_tracer(&self.own, TTL, last).await {
            Ok(seq) => Some(seq),
            Err(AppendError::Fenced { .. }) => None,
            Err(error) => {
                tracing::debug!(%error, "the tracer's lease cannot be renewed; trying again");
                None
            }
        }
    }
}

/// Until when it is held, if it is at this moment.
fn now_held(held: &mut watch::Receiver<Option<Duration>>, clock: &Clock) -> Option<Duration> {
    let until = *held.borrow_and_update();
    until.filter(|until| clock.monotonic() < *until)
}

/// Waits until it is held.
pub(super) async fn gained(held: &mut watch::Receiver<Option<Duration>>, clock: &Clock) {
    while now_held(held, clock).is_none() {
        if held.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

/// Waits until it is held no longer.
pub(super) async fn lost(held: &mut watch::Receiver<Option<Duration>>, clock: &Clock) {
    while let Some(until) = now_held(held, clock) {
        tokio::select! {
            changed = held.changed() => if changed.is_err() { return },
            () = clock.sleep_until_monotonic(until) => {}
        }
    }
}

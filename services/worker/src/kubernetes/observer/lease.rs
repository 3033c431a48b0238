//! Who follows a pool's Jobs: one worker at a time, by a lease in the log. Two that overlap do no harm, so nothing rests on
//! clocks here: what they say is fenced by the claim, what they do is tied to what they have seen.

use std::time::Duration;

use weir_core::{
    ids::{PoolName, Seq},
    session::ObserverRecord,
};
use weir_log::{AppendError, Leases};
use weir_runtime::Clock;

/// How long a lease stands that is not renewed. Whole seconds.
const TTL: Duration = Duration::from_secs(6);
/// Between two renewals, and between two looks at another's.
const BEAT: Duration = Duration::from_millis(1500);

/// One worker's part in it.
#[derive(Debug)]
pub(super) struct Lease<L> {
    pub(super) log: L,
    pub(super) clock: Clock,
    pub(super) pool: PoolName,
    pub(super) own: ObserverRecord,
    /// The position of our lease, and when the renewal was sent.
    held: Option<(Seq, Duration)>,
    next: Duration,
}

impl<L: Leases> Lease<L> {
    pub(super) fn new(log: L, clock: Clock, pool: PoolName, own: ObserverRecord) -> Self {
        let next = clock.monotonic();
        Self {
            log,
            clock,
            pool,
            own,
            held: None,
            next,
        }
    }

    /// Whether we hold it.
    pub(super) fn is_held(&self) -> bool {
        self.held
            .is_some_and(|(_, sent)| self.clock.monotonic() < sent.saturating_add(TTL))
    }

    /// Waits for the next beat, and renews or looks. Cancel safe: what was sent is settled by the next look.
    pub(super) async fn beat(&mut self) {
        self.clock.sleep_until_monotonic(self.next).await;
        let sent = self.clock.monotonic();
        self.next = sent.saturating_add(BEAT);
        let last = match self.held {
            Some((seq, _)) => seq,
            None => match self.log.observer(&self.pool).await {
                Ok(None) => Seq(0),
                // A renewal of ours whose answer was lost.
                Ok(Some((seq, found))) if found == self.own => seq,
                Ok(Some(_)) | Err(_) => return,
            },
        };
        match self
            .log
            .put_observer(&self.pool, &self.own, TTL, last)
            .await
        {
            Ok(seq) => self.held = Some((seq, sent)),
            Err(AppendError::Fenced { .. }) => self.held = None,
            Err(error) => {
                tracing::debug!(%error, "the observer's lease cannot be renewed; trying again");
                if !self.is_held() {
                    self.held = None;
                }
            }
        }
    }

    /// Gives it up, so that another need not wait for its end.
    pub(super) async fn give_up(&mut self) {
        if let Some((seq, _)) = self.held.take()
            && let Err(error) = self.log.drop_observer(&self.pool, seq).await
        {
            tracing::debug!(%error, "the observer's lease ends by itself");
        }
    }
}

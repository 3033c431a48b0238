//! Reports of one attempt: one in flight at a time, fenced by the claim, sent again until the broker has them or the
//! attempt is not this worker's any more. An outcome is never dropped while its attempt stands.

use std::time::Duration;

use weir_core::{
    event::{Body, Claim, Claimed, Report, Reported, RevokeCause, Revoked},
    ids::{Attempt, QueueStream, RunKey, Seq, SessionId},
};
use weir_log::{Append, AppendError, Appended, Entry, Fence, LogError, MsgId, QueueLog};
use weir_runtime::{Backoff, Clock};

use super::{
    lease::Live,
    measure::{Measures, measured},
    orders::{Orders, Standing},
};
use crate::executor::StopCause;

/// The voice of one attempt.
pub(super) struct Reporter<'a, L> {
    pub(super) log: &'a L,
    pub(super) clock: &'a Clock,
    pub(super) measures: &'a Measures,
    pub(super) stream: &'a QueueStream,
    pub(super) run: &'a RunKey,
    pub(super) attempt: Attempt,
    pub(super) claim_seq: Seq,
    pub(super) session: &'a Live,
    pub(super) orders: &'a Orders,
    /// Which claim that this session took up; it makes the message ids of this attempt unlike all others.
    pub(super) flow: u64,
    /// How many reports have been begun.
    pub(super) n: u32,
    /// The last one may have been stored although nobody said so.
    pub(super) unsure: bool,
}

/// A report that the broker has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) appended: Appended,
    /// An earlier try may have been stored as well.
    pub(super) unsure: bool,
}

impl<L: QueueLog> Reporter<'_, L> {
    /// Reports, as long as the attempt stands; `Err` says how it stands instead.
    pub(super) async fn report(&mut self, what: Reported) -> Result<Told, Standing> {
        self.send(what, Standing::Ours, Fence::Claim(self.claim_seq), false)
            .await
    }

    /// The first report, given up when the session cannot start anything any more.
    pub(super) async fn take(&mut self, what: Reported) -> Result<Told, Standing> {
        self.send(what, Standing::Ours, Fence::Claim(self.claim_seq), true)
            .await
    }

    /// Reports under the revocation at `at`; only `Gone` is accepted there.
    pub(super) async fn report_revoked(
        &mut self,
        what: Reported,
        at: Seq,
    ) -> Result<Told, Standing> {
        self.send(what, Standing::Revoked(at), Fence::Claim(at), false)
            .await
    }

    async fn send(
        &mut self,
        what: Reported,
        standing: Standing,
        fence: Fence,
        while_alive: bool,
    ) -> Result<Told, Standing> {
        self.n += 1;
        let report = Report {
            attempt: self.attempt,
            session: self.session.id.clone(),
            n: self.n,
            what,
        };
        let append = Append {
            entry: Entry::Report {
                run_id: self.run.run_id.clone(),
                report,
            },
            fence: Some(fence),
            msg_id: Some(MsgId(format!(
                "{}.{}.{}",
                self.session.id, self.flow, self.n
            ))),
        };
        let mut backoff = Backoff::new(Duration::from_millis(2), Duration::from_secs(2));
        self.unsure = false;
        loop {
            let now = self.orders.standing();
            if now != standing {
                return Err(now);
            }
            // What may be stored already must be settled, or nobody would ever tell its end.
            if while_alive && !self.unsure && !self.session.may_start() {
                return Err(Standing::Forgotten);
            }
            // In a box: it is there for a moment, and the attempt that it is a part of may be for hours.
            let appended = Box::pin(self.log.append(self.stream, append.clone()));
            match measured(&self.measures.reports, self.clock, appended).await {
                Ok(appended) => {
                    return Ok(Told {
                        appended,
                        unsure: self.unsure,
                    });
                }
                Err(error) => {
                    self.unsure |= matches!(error, AppendError::Unacknowledged { .. });
                    Box::pin(self.on_refused(&error)).await;
                }
            }
            self.pause(backoff.next_delay(), standing).await;
        }
    }

    async fn on_refused(&self, error: &AppendError) {
        match error {
            AppendError::Fenced { .. } => self.look_how_it_stands().await,
            AppendError::Busy { .. } | AppendError::Unacknowledged { .. } => {
                tracing::debug!(weir.run = %self.run, weir.attempt = %self.attempt, %error, "report sent again");
            }
            // The queue was deleted, and it was not before everything in it had its end: nobody asks for this one.
            AppendError::Sealed { .. } => self.orders.forget(StopCause::Revoked),
            AppendError::Full { .. }
            | AppendError::TooLarge { .. }
            | AppendError::Refused { .. } => {
                tracing::warn!(
                    weir.run = %self.run, weir.attempt = %self.attempt, %error,
                    "a report is not accepted; it is kept and sent again"
                );
            }
        }
    }

    /// The fence has moved: reads what stands there now. A replica that lags is asked again with the next refusal.
    async fn look_how_it_stands(&self) {
        let last: Result<_, LogError> = self.log.last_claim(self.stream, &self.run.run_id).await;
        let Ok(Some(record)) = last else { return };
        match record.body {
            Body::Claim { decided, .. } => note_claim(
                self.orders,
                self.attempt,
                &self.session.id,
                record.seq,
                &decided.what,
            ),
            Body::Request { .. }
            | Body::Decision { .. }
            | Body::Report { .. }
            | Body::Epoch(_)
            | Body::Malformed { .. } => {}
        }
    }

    /// Waits, but not for an attempt that does not stand any more.
    async fn pause(&self, delay: Duration, standing: Standing) {
        let mut watch = self.orders.watch_standing();
        tokio::select! {
            biased;
            () = self.clock.sleep(delay) => {}
            _ = watch.wait_for(|now| *now != standing) => {}
        }
    }
}

/// What a record on a run's `.claim` means to the holder of one of its attempts.
pub(super) fn note_claim(
    orders: &Orders,
    held: Attempt,
    session: &SessionId,
    seq: Seq,
    claim: &Claim,
) {
    match claim {
        Claim::Claimed(Claimed { attempt, .. }) | Claim::Revoked(Revoked { attempt, .. })
            if *attempt > held =>
        {
            orders.forget(StopCause::Revoked);
        }
        Claim::Revoked(Revoked {
            attempt,
            cause,
            grace,
        }) if *attempt == held => match cause {
            RevokeCause::Cancel => orders.revoke(seq, StopCause::Cancelled, *grace),
            // Whatever ran in the lost session is taken for gone already; its end is nobody's news.
            RevokeCause::WorkerLost { session: lost } if lost == session => {
                orders.forget(StopCause::SessionLost);
            }
            RevokeCause::NotTaken
            | RevokeCause::WorkerLost { .. }
            | RevokeCause::NotSubmitted
            | RevokeCause::NotStarted
            | RevokeCause::RanTooLong => {
                orders.revoke(seq, StopCause::Revoked, *grace);
            }
        },
        Claim::Claimed(_) | Claim::Revoked(_) => {}
    }
}

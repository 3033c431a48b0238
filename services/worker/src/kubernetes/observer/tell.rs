//! Reports of an observer: in the name of the session that took the attempt, numbered on from the last that counted, fenced
//! by the last record on the run's `.claim`. One at a time for each attempt, and the next only when the log shows it.

use std::time::Duration;

use weir_core::{
    event::{Report, Reported},
    ids::Seq,
};
use weir_log::{Append, AppendError, Entry, Fence, Log, MsgId, QueueLog};
use weir_runtime::{Backoff, Clock};

use super::{Done, Key, Observer, doing::Doing, standing::Stand};

/// What has become of a report.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    Stored,
    /// Another record stands on the run's `.claim` than this one.
    Fenced(Seq),
    /// It can never be stored.
    Refused,
}

impl<L: Log> Observer<L> {
    /// Sends a report on its way, unless one is already.
    pub(super) fn tell(&mut self, key: &Key, stand: &Stand, what: Reported) {
        let Some((_, doing)) = self.scene.get_mut(key) else {
            return;
        };
        if doing.telling.is_some() || doing.fenced == Some(stand.fence) {
            return;
        }
        let n = stand.last_n.saturating_add(1);
        doing.telling = Some(n);
        self.told += 1;
        tracing::debug!(weir.run = %key.run(), weir.attempt = %key.attempt, ?what, "reporting");
        let msg_id = MsgId(format!("{}.{}", self.id, self.told));
        let append = fenced(key, stand, n, what, msg_id);
        let (log, clock, fence) = (self.log.clone(), self.clock.clone(), stand.fence);
        let key = key.clone();
        self.tasks.spawn(async move {
            let told = send(&log, &clock, &key, append, fence).await;
            Done::Told(key, told)
        });
    }

    pub(super) fn on_told(&mut self, key: &Key, told: &Told) {
        let Some((_, doing)) = self.scene.get_mut(key) else {
            return;
        };
        match told {
            // The fold shows it; see `Doing::read_back`.
            Told::Stored => {}
            Told::Fenced(fence) => {
                doing.fenced = Some(*fence);
                doing.telling = None;
            }
            Told::Refused => doing.telling = None,
        }
        self.dirty.insert(key.clone());
    }
}

impl Doing {
    /// The log shows the reports up to this one, under this fence.
    pub(super) fn read_back(&mut self, last_n: u32, fence: Seq) {
        if self.telling.is_some_and(|n| n <= last_n) {
            self.telling = None;
        }
        if self.fenced.is_some_and(|refused| refused != fence) {
            self.fenced = None;
            self.telling = None;
        }
    }
}

/// The report with what keeps it out where the attempt has been taken back since it was looked at.
fn fenced(key: &Key, stand: &Stand, n: u32, what: Reported, msg_id: MsgId) -> Append {
    Append {
        entry: Entry::Report {
            run_id: key.run_id.clone(),
            report: Report {
                attempt: key.attempt,
                session: stand.session.clone(),
                n,
                what,
            },
        },
        fence: Some(Fence::Claim(stand.fence)),
        msg_id: Some(msg_id),
    }
}

/// Sends the same bytes under the same id until the broker says yes or no.
async fn send<L: QueueLog>(log: &L, clock: &Clock, key: &Key, append: Append, fence: Seq) -> Told {
    let mut backoff = Backoff::new(Duration::from_millis(5), Duration::from_secs(2));
    loop {
        match log.append(&key.stream, append.clone()).await {
            Ok(_) => return Told::Stored,
            Err(AppendError::Fenced { .. }) => return Told::Fenced(fence),
            Err(
                error @ (AppendError::TooLarge { .. }
                | AppendError::Sealed { .. }
                | AppendError::Refused { .. }),
            ) => {
                tracing::warn!(weir.run = %key.run(), weir.attempt = %key.attempt, %error, "a report was refused");
                return Told::Refused;
            }
            Err(
                error @ (AppendError::Busy { .. }
                | AppendError::Full { .. }
                | AppendError::Unacknowledged { .. }),
            ) => {
                tracing::debug!(weir.run = %key.run(), %error, "a report is sent again");
            }
        }
        clock.sleep(backoff.next_delay()).await;
    }
}

#[cfg(test)]
mod tests;

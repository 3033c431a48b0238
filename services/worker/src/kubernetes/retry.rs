//! How long to go on trying, and how patiently.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use weir_runtime::Backoff;

use super::{call::Failure, connect::Cluster};

/// Between two tries after a failure that may pass.
const TROUBLE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// Between two tries for room in a quota: it comes when a pod ends, which nobody is told of.
const QUOTA: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));
/// How long a 403 is not believed after trouble with the server: it answers before it knows the rules.
const FORGIVEN_AFTER_TROUBLE: Duration = Duration::from_secs(10);
/// How long it is not believed where the server has not been heard of for a while; it may have been restarted meanwhile.
const FORGIVEN_AFTER_SILENCE: Duration = Duration::from_secs(2);
/// For how long an answer proves that the server knows its rules.
const HEARD: Duration = Duration::from_secs(1);

/// Why a call is waited with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A quota is used up. This may take; whoever waits for the run wants to know.
    Quota(String),
    /// The server says no, but may not know its rules yet.
    Forbidden(String),
    /// The server cannot be reached or has too much to do.
    Trouble(String),
}

/// Until when to go on trying, by [`weir_runtime::Clock::monotonic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The last try is answered or given up by then.
    pub deadline: Duration,
}

impl Patience {
    /// Until this point of the monotonic clock.
    pub fn until(deadline: Duration) -> Self {
        Self { deadline }
    }
}

impl Cluster {
    /// Makes a call until it goes well, fails for good or `patience` is over; then the last failure is the answer.
    ///
    /// A try whose answer was lost may have done its work, so a later one may say `AlreadyExists`, `Conflict` or
    /// `NotFound` of what an earlier one did. `tell` hears of each wait whose cause is another than the last one's.
    ///
    /// # Errors
    /// The failure of the last try.
    pub async fn patiently<T, F>(
        &self,
        patience: Patience,
        mut tell: impl FnMut(&Wait),
        mut call: impl FnMut() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let mut tries = Tries::new(self.clock.monotonic());
        loop {
            let left = patience.deadline.saturating_sub(self.clock.monotonic());
            let result = match self.clock.timeout(left, call()).await {
                Ok(result) => result,
                Err(elapsed) => {
                    // The call was given up with its turn; what it has shown of the server is noted here.
                    self.calm.trouble(self.clock.monotonic());
                    Err(tries
                        .last
                        .take()
                        .unwrap_or_else(|| Failure::transient(elapsed.to_string())))
                }
            };
            let failure = match result {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            let now = self.clock.monotonic();
            let Some((wait, delay)) = tries.next(&failure, self.calm.state(), now) else {
                return Err(failure);
            };
            if now + delay >= patience.deadline {
                return Err(failure);
            }
            tries.note(failure, wait, &mut tell);
            self.clock.sleep(delay).await;
        }
    }
}

/// The tries of one call.
struct Tries {
    began: Duration,
    trouble: Backoff,
    quota: Backoff,
    last: Option<Failure>,
    told: Option<Wait>,
}

impl Tries {
    fn new(began: Duration) -> Self {
        Self {
            began,
            trouble: Backoff::new(TROUBLE.0, TROUBLE.1),
            quota: Backoff::new(QUOTA.0, QUOTA.1),
            last: None,
            told: None,
        }
    }

    /// Why and how long to wait before the next try; `None` if there is to be none.
    fn next(&mut self, failure: &Failure, heard: Heard, now: Duration) -> Option<(Wait, Duration)> {
        match failure {
            Failure::Throttled { after, message } | Failure::Transient { after, message } => {
                let delay = self.trouble.next_delay().max(after.unwrap_or_default());
                Some((Wait::Trouble(message.clone()), delay))
            }
            Failure::QuotaExceeded { message } => {
                Some((Wait::Quota(message.clone()), self.quota.next_delay()))
            }
            Failure::Forbidden { message } if now < heard.forgiven_until(self.began) => Some((
                Wait::Forbidden(message.clone()),
                self.trouble.next_delay().min(Duration::from_millis(500)),
            )),
            Failure::Forbidden { .. }
            | Failure::NotFound { .. }
            | Failure::AlreadyExists { .. }
            | Failure::Conflict { .. }
            | Failure::Expired { .. }
            | Failure::Final { .. } => None,
        }
    }

    fn note(&mut self, failure: Failure, wait: Wait, tell: &mut impl FnMut(&Wait)) {
        self.last = Some(failure);
        let same = |told: &Wait| std::mem::discriminant(told) == std::mem::discriminant(&wait);
        if !self.told.as_ref().is_some_and(same) {
            tell(&wait);
            self.told = Some(wait);
        }
    }
}

/// What the answers of late say about a server. All clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Calm(Arc<Mutex<Heard>>);

/// When the server was last heard of, by the monotonic clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    fine: Option<Duration>,
    trouble: Option<Duration>,
}

impl Calm {
    /// The server answered, and knew its rules.
    pub(super) fn fine(&self, now: Duration) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fine = Some(now);
    }
    /// It did not answer, or as one that is not well.
    pub(super) fn trouble(&self, now: Duration) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .trouble = Some(now);
    }
    fn state(&self) -> Heard {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    /// Until when a 403 to a call that began at `began` is not believed.
    fn forgiven_until(self, began: Duration) -> Duration {
        let proven = self
            .fine
            .filter(|fine| self.trouble.is_none_or(|trouble| trouble < *fine));
        let after_trouble = match (proven, self.trouble) {
            (None, Some(trouble)) => trouble + FORGIVEN_AFTER_TROUBLE,
            (Some(_), _) | (None, None) => Duration::ZERO,
        };
        let after_silence = match proven {
            Some(fine) if fine + HEARD > began => Duration::ZERO,
            Some(_) | None => began + FORGIVEN_AFTER_SILENCE,
        };
        after_trouble.max(after_silence)
    }
}

#[cfg(test)]
mod tests;

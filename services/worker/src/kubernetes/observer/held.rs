//! Output is brought by whoever observes, and by nobody else: it has no fence by which the log could tell two apart.
//!
//! A worker that has stood still may wake with lines in its hands that another has brought meanwhile. By the clock its
//! lease is over then, before it has heard so.

use std::time::Duration;

use tokio::sync::watch;
use weir_core::ids::{Attempt, RunKey};
use weir_log::{AppendError, LogError, OutputChunk, Outputs};
use weir_runtime::Clock;

/// The log of outputs for as long as the observer's lease is held.
#[derive(Clone, Debug)]
pub(super) struct Held<L> {
    pub(super) log: L,
    pub(super) clock: Clock,
    /// Until when it is held, by the monotonic clock.
    pub(super) until: watch::Receiver<Option<Duration>>,
}

impl<L: Outputs> Outputs for Held<L> {
    type Output = L::Output;

    /// Waits for ever without the lease: whoever brings output is dropped when the observer has noticed.
    async fn put_output(&self, chunk: &OutputChunk) -> Result<(), AppendError> {
        let until = *self.until.borrow();
        if until.is_none_or(|until| until <= self.clock.monotonic()) {
            return std::future::pending().await;
        }
        self.log.put_output(chunk).await
    }

    async fn output(
        &self,
        run: &RunKey,
        attempt: Option<Attempt>,
    ) -> Result<Self::Output, LogError> {
        self.log.output(run, attempt).await
    }
}

#[cfg(test)]
mod tests {
    use weir_core::ids::QueueKey;
    use weir_log::{CellLog as _, Memory, Tail as _, TailEvent};

    use super::*;

    #[tokio::test]
    async fn nothing_is_brought_when_the_lease_is_over() {
        let clock = Clock::system();
        let stamps = clock.clone();
        let log = Memory::new(move || stamps.now());
        log.create_cell().await.unwrap();
        let chunk = OutputChunk {
            run: RunKey {
                queue: QueueKey::new("p".parse().unwrap(), "q".parse().unwrap()),
                run_id: "r".parse().unwrap(),
            },
            attempt: Attempt(1),
            lines: Vec::new(),
            last: true,
        };
        let (lease, until) = watch::channel(None);
        let held = Held {
            log: log.clone(),
            clock: clock.clone(),
            until,
        };
        let brought = async || {
            let put = held.put_output(&chunk);
            clock.timeout(Duration::from_millis(50), put).await.is_ok()
        };
        assert!(!brought().await, "it is not held yet");
        lease.send_replace(Some(clock.monotonic()));
        assert!(!brought().await, "it is over");
        let mut tail = log.output(&chunk.run, None).await.unwrap();
        assert!(matches!(tail.next().await, Ok(TailEvent::CaughtUp)));
        lease.send_replace(Some(clock.monotonic() + Duration::from_mins(1)));
        assert!(brought().await, "it is held");
    }
}

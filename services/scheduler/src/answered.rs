//! The answers to the scheduler's own work: the lease, the streams, the leader's appends.

use std::time::Duration;

use tokio::task::JoinError;
use weir_core::ids::Epoch;
use weir_log::{AppendError, Log};
use weir_runtime::BrokerClock;

use crate::{
    service::{Error, Scheduler},
    work::{Done, Work},
};

impl<L: Log> Scheduler<L> {
    /// A task that was aborted or has panicked has no answer to give.
    pub(crate) fn on_joined(
        &mut self,
        joined: Result<(Option<Epoch>, Done), JoinError>,
    ) -> Result<(), Error> {
        let (epoch, done) = joined.unwrap_or((None, Done::Answered));
        self.on_done(epoch, done)
    }

    fn on_done(&mut self, epoch: Option<Epoch>, done: Done) -> Result<(), Error> {
        let monotonic = self.clock.monotonic();
        match done {
            Done::Answered => {}
            Done::ReadLease { result } => {
                let cell = self.state.cell.epoch().0;
                let (change, work) = self.lease.on_read(result, cell, monotonic);
                self.on_lease(change)?;
                if let Some(work) = work {
                    self.start(work);
                }
            }
            Done::Lease {
                sent,
                epoch,
                result,
            } => {
                if let Ok((_, stamp)) = &result {
                    let broker = self
                        .broker
                        .get_or_insert_with(|| BrokerClock::new(*stamp, monotonic));
                    broker.observe(*stamp, monotonic);
                    broker.not_before(self.floor);
                }
                let change = self.lease.on_put(epoch, sent, &result, monotonic);
                self.on_lease(change)?;
                if self.lease.wants_read() {
                    self.start(Work::ReadLease);
                }
            }
            Done::Usage { queue, result } => self.on_usage(&queue, result),
            Done::Resized { queue, result } => {
                let health = self.health.of(&queue);
                health.resizing = false;
                health.looked = None;
                if let Err(error) = result {
                    tracing::warn!(weir.queue = %queue, %error, "cannot raise the stream's bound");
                }
            }
            Done::Decided { .. }
            | Done::Fenced { .. }
            | Done::Cell { .. }
            | Done::Closed { .. }
            | Done::Shut { .. }
            | Done::Sealed { .. }
            | Done::Created { .. } => {
                self.on_led(epoch, done, monotonic);
            }
        }
        Ok(())
    }

    /// Answers to a leader's work. Those to a leadership that is over are nobody's: its successor here counts anew, and
    /// must not take them for its own.
    fn on_led(&mut self, epoch: Option<Epoch>, done: Done, monotonic: Duration) {
        let Some(leader) = self
            .leader
            .as_mut()
            .filter(|leader| Some(leader.epoch) == epoch)
        else {
            return;
        };
        let health = &mut self.health;
        match done {
            Done::Decided { queue, n, result } => {
                leader.on_decided(&queue, n, &result, health, monotonic);
            }
            Done::Fenced {
                queue,
                lane,
                result,
            } => {
                if matches!(result, Err(AppendError::Sealed { .. }))
                    && let Some(open) = self.state.cell.opened(&queue)
                {
                    leader.endings.found_sealed(open.stream.clone());
                }
                leader.on_fenced(&queue, lane, &result, health, monotonic);
            }
            Done::Cell { what, result } => leader.on_cell(&what, &result, monotonic),
            Done::Closed { id, result } => {
                match &result {
                    Ok(_) => {
                        if let Some(seen) = self.state.sessions.get(&id) {
                            self.measures.on_worker_lost(&seen.session.pool);
                        }
                    }
                    Err(error) => {
                        tracing::debug!(weir.session = %id, %error, "the session is not closed");
                    }
                }
                leader.closings.answered(&id, result.is_ok(), monotonic);
            }
            Done::Created { queue, result } => {
                if let Err(error) = &result {
                    tracing::warn!(weir.queue = %queue.key, %error, "cannot make the queue's stream");
                }
                leader.on_created(queue, result.is_ok(), monotonic);
            }
            Done::Shut { queue, last } => leader.endings.on_shut(queue, last, monotonic),
            Done::Sealed { queue, last } => leader.endings.on_sealed(queue, last, monotonic),
            Done::Usage { .. }
            | Done::Resized { .. }
            | Done::Lease { .. }
            | Done::ReadLease { .. }
            | Done::Answered => {}
        }
    }
}

//! What becomes of decisions on their way: answered, sent again, settled by a write.

use std::time::Duration;

use weir_core::{ids::QueueKey, state::State};
use weir_log::{AppendError, Appended, Written};

use crate::{
    flight::Phase,
    impediment::Health,
    leader::{Leader, note_full},
    schedules::Schedules,
    work::Work,
};

/// An unknown append is sent again for half of the broker's duplicate window; then its lane's epoch is written anew.
const RESEND_FOR: Duration = Duration::from_mins(1);

impl Leader {
    /// A decision has been answered.
    pub(crate) fn on_decided(
        &mut self,
        queue: &QueueKey,
        n: u64,
        result: &Result<Appended, AppendError>,
        health: &mut Health,
        monotonic: Duration,
    ) {
        note_full(health, queue, result);
        let Some(flight) = self.flights.get_mut(n) else {
            return;
        };
        let first = flight.phase == Phase::Sent;
        let (lane, lane_seq) = (flight.lane, flight.lane_seq);
        match result {
            Ok(Appended {
                duplicate: false, ..
            }) => {
                flight.phase = Phase::Stored;
                self.flights.free_lane(n);
            }
            Ok(Appended {
                duplicate: true, ..
            }) => {
                // Ours from an earlier try, or somebody squats the id: the lane's next epoch tells.
                flight.phase = Phase::Lapsing;
                self.fencing.renew(queue, lane, lane_seq);
            }
            Err(AppendError::Fenced { .. }) => {
                flight.phase = Phase::Lapsing;
                // If the fence moved by our own hand the fold shows it; if by another's, we are deposed.
                self.fencing.renew(queue, lane, lane_seq);
            }
            Err(error @ (AppendError::Busy { .. } | AppendError::Full { .. })) => {
                debug_assert_eq!(error.written(), Written::No);
                let wait = self.backoff.next_delay();
                flight.phase = if first {
                    Phase::Again(monotonic + wait)
                } else {
                    Phase::Unknown(monotonic + wait)
                };
            }
            Err(AppendError::Unacknowledged { .. }) => {
                if monotonic.saturating_sub(flight.first_sent) < RESEND_FOR {
                    flight.phase = Phase::Unknown(monotonic + self.backoff.next_delay());
                } else {
                    flight.phase = Phase::Lapsing;
                    self.fencing.renew(queue, lane, lane_seq);
                }
            }
            Err(
                AppendError::TooLarge { .. }
                | AppendError::Sealed { .. }
                | AppendError::Refused { .. },
            ) => {
                if let Err(error) = result {
                    tracing::error!(weir.queue = %queue, weir.run = %flight.run.run_id, %error, "the broker refuses a decision");
                    health.of(queue).failure = Some(error.to_string());
                }
                flight.phase = if first {
                    Phase::Again(monotonic + Duration::from_secs(5))
                } else {
                    Phase::Lapsing
                };
            }
        }
    }

    pub(crate) fn resend(
        &mut self,
        state: &State,
        n: u64,
        monotonic: Duration,
        work: &mut Vec<Work>,
    ) {
        let Some(flight) = self.flights.get_mut(n) else {
            return;
        };
        let Some(open) = state.cell.opened(&flight.run.queue) else {
            return;
        };
        let lane = state
            .queues
            .get(&flight.run.queue)
            .and_then(|queue| queue.lane(flight.lane));
        if let (Phase::Again(_), Some((_, seq))) = (flight.phase, lane) {
            flight.name_fence(seq);
            flight.first_sent = monotonic;
            flight.phase = Phase::Sent;
        } else {
            // Still unknown: the same bytes under the same fence, and nobody may take the answer for a first one's.
            flight.phase = Phase::Unknown(Duration::MAX);
        }
        work.push(Work::Decide {
            queue: open.stream.clone(),
            n,
            append: flight.append.clone(),
        });
    }

    /// Decisions whose lane has been written anew, and that the fold has not met by then, can never be stored.
    pub(crate) fn settle_renewed(&mut self, state: &State) {
        let dead: Vec<u64> = self
            .flights
            .iter()
            .filter(|(_, flight)| flight.phase == Phase::Lapsing)
            .filter(|(_, flight)| {
                let lane = state
                    .queues
                    .get(&flight.run.queue)
                    .and_then(|queue| queue.lane(flight.lane));
                lane.is_some_and(|(epoch, seq)| epoch == self.epoch && seq != flight.lane_seq)
            })
            .map(|(n, _)| n)
            .collect();
        for n in dead {
            if let Some(flight) = self.flights.remove(n)
                && !Schedules::is_ask(n)
            {
                self.settle(flight.run, flight.slots);
            }
        }
    }
}

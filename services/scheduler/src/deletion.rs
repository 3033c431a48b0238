//! Bringing deleted queues to their end.
//!
//! Level-triggered, like all of it: a queue whose deletion is folded takes no new request and starts nothing. When
//! nothing of it is unended its stream's door is shut to requests; what came in before that is folded and rejected; then
//! the stream is sealed, folded to its last record, and the queue is closed by a record under the leader's epoch. Each
//! step may be done again by another leader. What slipped past all of that (a broker that had not heard of the shut
//! door) stands before the last position that the record names, and every reader takes it for rejected.

use std::{collections::BTreeMap, time::Duration};

use weir_core::{
    cell::{CellBody, CellState},
    event::{CancelCause, Decision},
    ids::{Attempt, QueueKey, QueueStream, RunId, RunKey, Seq},
    judge::queue_deleted,
    state::{QueueState, State},
    wait::Wait,
};
use weir_log::{CellFence, LogError};
use weir_runtime::Backoff;

use crate::{
    decide::{Moment, Saying},
    fence::Fencing,
    leader::Leader,
    work::{CellWork, Work},
};

/// How far the end of a queue has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Its door is being shut.
    Shutting,
    /// No request comes behind this position.
    Shut(Seq),
    /// It is being sealed.
    Sealing,
    /// Nothing comes behind this position.
    Sealed(Seq),
    /// The broker says that it is sealed, as an earlier leader has left it.
    Found,
}

/// The queues that are being ended.
#[derive(Debug)]
pub(crate) struct Endings {
    phases: BTreeMap<QueueStream, Phase>,
    not_before: Duration,
    backoff: Backoff,
}

impl Default for Endings {
    fn default() -> Self {
        Self {
            phases: BTreeMap::new(),
            not_before: Duration::ZERO,
            backoff: Backoff::new(Duration::from_millis(50), Duration::from_secs(2)),
        }
    }
}

impl Endings {
    /// Whether nothing may change the stream's settings any more.
    pub(crate) fn has(&self, queue: &QueueStream) -> bool {
        self.phases.contains_key(queue)
    }
    /// An append was refused because the stream is sealed.
    pub(crate) fn found_sealed(&mut self, queue: QueueStream) {
        self.phases.entry(queue).or_insert(Phase::Found);
    }
    /// The door is shut, or could not be shut.
    pub(crate) fn on_shut(
        &mut self,
        queue: QueueStream,
        last: Result<Seq, LogError>,
        now: Duration,
    ) {
        self.answered(queue, last.map(Phase::Shut), None, now);
    }
    /// The stream is sealed, or could not be sealed.
    pub(crate) fn on_sealed(
        &mut self,
        queue: QueueStream,
        last: Result<Seq, LogError>,
        now: Duration,
    ) {
        self.answered(queue, last.map(Phase::Sealed), Some(Phase::Found), now);
    }

    fn answered(
        &mut self,
        queue: QueueStream,
        next: Result<Phase, LogError>,
        again: Option<Phase>,
        now: Duration,
    ) {
        match (next, again) {
            (Ok(phase), _) => {
                self.backoff.reset();
                self.phases.insert(queue, phase);
            }
            (Err(error), again) => {
                tracing::warn!(weir.queue = %queue.key, %error, "the deleted queue's stream cannot be ended; trying again");
                self.not_before = now + self.backoff.next_delay();
                match again {
                    // Perhaps it is sealed, perhaps not; either way nothing was unended when that was asked for.
                    Some(phase) => self.phases.insert(queue, phase),
                    None => self.phases.remove(&queue),
                };
            }
        }
    }

    /// When it is worth trying again.
    pub(crate) fn next(&self) -> Duration {
        self.not_before
    }
    fn forget(&mut self, key: &QueueKey) {
        self.phases.retain(|stream, _| stream.key != *key);
    }
}

impl Leader {
    /// The next step towards the end of each deleted queue.
    pub(crate) fn end_deleted(&mut self, moment: &Moment<'_>, work: &mut Vec<Work>) {
        if moment.monotonic < self.endings.not_before {
            return;
        }
        let state = moment.state;
        for open in state.cell.all_opened() {
            let stream = &open.stream;
            if state.cell.deleting(&stream.key).is_none() {
                continue;
            }
            let Some(folded) = state.queues.get(&stream.key) else {
                continue;
            };
            let phase = self.endings.phases.get(stream).copied();
            let done = || self.is_done(folded, &stream.key);
            let step = match phase {
                None if done() && !moment.health.is_resizing(&stream.key) => {
                    work.push(Work::Shut(stream.clone()));
                    Phase::Shutting
                }
                Some(Phase::Shut(last)) if folded.applied() >= last && done() => {
                    tracing::info!(weir.queue = %stream.key, "seals the deleted queue's stream");
                    work.push(Work::Seal(stream.clone()));
                    Phase::Sealing
                }
                Some(Phase::Found) => {
                    work.push(Work::Seal(stream.clone()));
                    Phase::Sealing
                }
                Some(Phase::Sealed(last)) if folded.applied() >= last => {
                    self.close(state, stream, last, moment.monotonic, work);
                    continue;
                }
                None
                | Some(Phase::Shutting | Phase::Shut(_) | Phase::Sealing | Phase::Sealed(_)) => {
                    continue;
                }
            };
            self.endings.phases.insert(stream.clone(), step);
        }
    }

    /// Nothing of the queue is unended, as far as a leader can know that: nothing is on its way either.
    fn is_done(&self, folded: &QueueState, key: &QueueKey) -> bool {
        folded.is_done()
            && folded.stopped().is_none()
            && Fencing::is_ours(folded, self.epoch)
            && !self
                .flights
                .iter()
                .any(|(_, flight)| flight.run.queue == *key)
    }

    fn close(
        &mut self,
        state: &State,
        stream: &QueueStream,
        last: Seq,
        now: Duration,
        work: &mut Vec<Work>,
    ) {
        let body = CellBody::QueueClosed {
            queue: stream.clone(),
            epoch: self.epoch,
            last,
        };
        let fence = CellFence::Epoch(state.cell.epoch().1);
        self.push_fact(CellWork::Close(stream.key.clone()), body, fence, now, work);
    }

    /// What waits in a deleted queue will not start: what was requested before its deletion is cancelled, what comes
    /// later is rejected.
    pub(crate) fn doom(
        &self,
        moment: &Moment<'_>,
        key: &QueueKey,
        folded: &QueueState,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        let cell = &moment.state.cell;
        let (Some(deleted), Some(fault)) = (cell.deleting(key), queue_deleted(cell, key)) else {
            return;
        };
        for (_, run_id) in folded.waiting_after(Seq(0)) {
            if sayings.len() >= most {
                return;
            }
            let said = sayings.iter().any(|(said, _)| said == run_id);
            if said || self.overlay.has(key, run_id) {
                continue;
            }
            // By the broker's stamps: a word for people, on which nothing rests.
            let waited = folded
                .run(run_id)
                .is_some_and(|run| run.attempt > Attempt(0) || run.requested_at < deleted.at);
            let decision = if waited {
                let reason = fault.message.clone();
                Decision::Cancelled {
                    reason,
                    cause: CancelCause::Asked,
                    waits: self.waits_of(key, folded, run_id),
                }
            } else {
                Decision::Rejected(fault.clone())
            };
            sayings.push((run_id.clone(), Saying::Decision(decision)));
        }
    }

    /// A queue is closed: nothing that is known of it holds for its next life.
    pub(crate) fn forget_queue(&mut self, cell: &CellState, key: &QueueKey) {
        self.endings.forget(key);
        self.judged.remove(key);
        self.cursors.remove(key);
        self.condemned.remove(key);
        self.fencing.forget(key);
        self.lines.forget_queue(cell, key);
    }

    /// How the wait of a run was spent that ends without an attempt.
    pub(crate) fn waits_of(
        &self,
        key: &QueueKey,
        folded: &QueueState,
        run_id: &RunId,
    ) -> Vec<Wait> {
        let of = RunKey {
            queue: key.clone(),
            run_id: run_id.clone(),
        };
        let run = folded.run(run_id);
        let ready = run.and_then(|run| run.ready(folded.woken()));
        match (run, ready) {
            (Some(run), Some(ready)) => self.lines.spent(&of, run, &ready),
            (Some(run), None) => self.lines.of_cancelled(&of, run),
            (None, _) => Vec::new(),
        }
    }
}

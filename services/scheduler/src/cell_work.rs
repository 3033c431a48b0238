//! What a leader writes to the cell log: its epoch, the queues that exist, its barriers.

use std::time::Duration;

use weir_core::{
    cell::{CellBody, QUEUE_MAX_BYTES_DEFAULT, hard_bound},
    ids::QueueStream,
    state::State,
};
use weir_log::{AppendError, Appended, CellAppend, CellFence};

use crate::{
    leader::Leader,
    work::{CellWork, Work},
};

impl Leader {
    pub(crate) fn want_cell(&mut self, state: &State, monotonic: Duration, work: &mut Vec<Work>) {
        if monotonic < self.cell_not_before {
            return;
        }
        let (held, at) = state.cell.epoch();
        if held < self.epoch {
            let body = CellBody::Epoch {
                epoch: self.epoch,
                leader: self.name.clone(),
            };
            self.push_cell(CellWork::Epoch, body, CellFence::Own(at), work);
            return;
        }
        for queue in state.cell.unopened() {
            let bound = state
                .cell
                .queue(&queue.key)
                .map_or(QUEUE_MAX_BYTES_DEFAULT, |held| held.value.max_bytes);
            match self.created.get(&queue) {
                None => {
                    self.created.insert(queue.clone(), false);
                    work.push(Work::Create {
                        queue,
                        bytes_max: hard_bound(bound),
                    });
                }
                Some(false) => {}
                Some(true) => {
                    let body = CellBody::QueueOpened {
                        queue: queue.clone(),
                        epoch: self.epoch,
                    };
                    self.push_cell(CellWork::Open(queue.key), body, CellFence::Epoch(at), work);
                }
            }
        }
        if self.barrier.wanted(monotonic) {
            let body = CellBody::Barrier { epoch: self.epoch };
            self.push_cell(CellWork::Barrier, body, CellFence::Epoch(at), work);
        }
    }

    /// Appends a fact to the cell log, at the pace that is kept there.
    pub(crate) fn push_fact(
        &mut self,
        what: CellWork,
        body: CellBody,
        fence: CellFence,
        monotonic: Duration,
        work: &mut Vec<Work>,
    ) {
        if monotonic >= self.cell_not_before {
            self.push_cell(what, body, fence, work);
        }
    }

    fn push_cell(
        &mut self,
        what: CellWork,
        body: CellBody,
        fence: CellFence,
        work: &mut Vec<Work>,
    ) {
        if !self.cell_work.contains(&what) {
            self.cell_work.push(what.clone());
            work.push(Work::Cell {
                what,
                append: CellAppend {
                    body,
                    fence,
                    msg_id: None,
                },
            });
        }
    }

    /// A stream has been made, or could not be.
    pub(crate) fn on_created(&mut self, queue: QueueStream, made: bool, monotonic: Duration) {
        if made {
            self.created.insert(queue, true);
        } else {
            self.created.remove(&queue);
            self.cell_not_before = monotonic + self.backoff.next_delay();
        }
    }

    /// An append to the cell log has been answered. What it did shows in the fold; here only its pace is kept.
    pub(crate) fn on_cell(
        &mut self,
        what: &CellWork,
        result: &Result<Appended, AppendError>,
        monotonic: Duration,
    ) {
        self.cell_work.retain(|held| held != what);
        let stored = result.as_ref().ok().map(|appended| appended.seq);
        if *what == CellWork::Epoch {
            self.cell_epoch = stored.or(self.cell_epoch);
        }
        if *what == CellWork::Barrier {
            self.barrier.answered(stored);
        }
        if stored.is_some() {
            self.backoff.reset();
            // The fold shows it in a moment; until then it is not to be written again.
            self.cell_not_before = monotonic + Duration::from_millis(20);
        } else {
            self.cell_not_before = monotonic + self.backoff.next_delay();
        }
    }
}

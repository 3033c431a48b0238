//! One leadership: its number, its fences, what it has decided and not read back.
//!
//! No IO happens here. Everything is a function of the folded state, the clock and the answers to earlier work, and what
//! comes out is further work. The limits do not rest on any of it being timely: a decision that should not have been made
//! any more bounces off the fence.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use weir_core::{
    event::{Body, EpochRecord, Record},
    ids::{Epoch, QueueKey, QueueStream, RunId, RunKey, SchedulerName, Seq, SessionId},
    judge::{Judge, Judged},
    limit::Slot,
    plan::{Lines, Overlay},
    request::Fault,
    state::State,
    time::Timestamp,
};
use weir_log::{Append, AppendError, Appended, Entry, Fence, MsgId};
use weir_runtime::Backoff;

use crate::{
    barrier::Barrier,
    basis::Ledger,
    closing::Closings,
    config::SchedulerConfig,
    decide::Moment,
    deletion::Endings,
    doubts::Doubts,
    fence::Fencing,
    flight::Flights,
    impediment::Health,
    lateness::Lateness,
    schedules::Schedules,
    work::{CellWork, Work},
    yielding::Knots,
};

/// Why a leadership is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deposed(pub(crate) String);

/// A leadership.
#[derive(Debug)]
pub(crate) struct Leader {
    pub(crate) name: SchedulerName,
    pub(crate) epoch: Epoch,
    /// Begins every message id of this leadership: 128 random bits, so that nobody can squat them.
    pub(crate) session: SessionId,
    pub(crate) config: SchedulerConfig,
    /// When it began, by the broker's clock.
    pub(crate) since: Timestamp,
    pub(crate) overlay: Overlay,
    /// Where each waiting run stands.
    pub(crate) lines: Lines,
    /// Runs about which nothing is being decided any more, with the slots that they would have taken: looked at with the
    /// next plan.
    pub(crate) unsettled: Vec<(RunKey, Vec<Slot>)>,
    /// When a start rate allows more.
    pub(crate) paced_until: Option<Timestamp>,
    pub(crate) lateness: Lateness,
    pub(crate) flights: Flights,
    pub(crate) fencing: Fencing,
    pub(crate) ledger: Ledger,
    pub(crate) judge: Judge,
    /// Waiting runs that have been judged, with what was in force then.
    pub(crate) judged: BTreeMap<QueueKey, BTreeMap<RunId, Judged>>,
    /// How far each queue's requests have been judged.
    pub(crate) cursors: BTreeMap<QueueKey, Seq>,
    pub(crate) barrier: Barrier,
    pub(crate) doubts: Doubts,
    pub(crate) closings: Closings,
    pub(crate) endings: Endings,
    pub(crate) knots: Knots,
    pub(crate) schedules: Schedules,
    /// Requests that are to be rejected as soon as a lane is free.
    pub(crate) condemned: BTreeMap<QueueKey, Vec<(RunId, Fault)>>,
    /// Where our own epoch stands in the cell log, once the broker has said so.
    pub(crate) cell_epoch: Option<Seq>,
    pub(crate) cell_work: Vec<CellWork>,
    pub(crate) cell_not_before: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) created: BTreeMap<QueueStream, bool>,
}

impl Leader {
    pub(crate) fn new(
        name: SchedulerName,
        epoch: Epoch,
        session: SessionId,
        config: SchedulerConfig,
        since: Timestamp,
        lines: Lines,
    ) -> Self {
        Self {
            name,
            epoch,
            session,
            config,
            since,
            overlay: Overlay::default(),
            lines,
            unsettled: Vec::new(),
            paced_until: None,
            lateness: Lateness::default(),
            flights: Flights::default(),
            fencing: Fencing::default(),
            ledger: Ledger::default(),
            judge: Judge::default(),
            judged: BTreeMap::new(),
            cursors: BTreeMap::new(),
            barrier: Barrier::default(),
            doubts: Doubts::default(),
            closings: Closings::default(),
            endings: Endings::default(),
            knots: Knots::default(),
            schedules: Schedules::default(),
            condemned: BTreeMap::new(),
            cell_epoch: None,
            cell_work: Vec::new(),
            cell_not_before: Duration::ZERO,
            backoff: Backoff::new(Duration::from_millis(20), Duration::from_secs(1)),
            created: BTreeMap::new(),
        }
    }

    /// Whether somebody with a larger number speaks.
    pub(crate) fn deposed(&self, state: &State) -> Option<Deposed> {
        let (cell, at) = state.cell.epoch();
        if cell > self.epoch {
            return Some(Deposed(format!("the cell log has epoch {cell}")));
        }
        // Who was cut off may choose a number that somebody else has led under meanwhile: the number alone is no proof.
        // Nor is a record of our own whose answer was lost, for it cannot be told from such a one.
        let asked = self.cell_work.contains(&CellWork::Epoch);
        if cell == self.epoch && self.cell_epoch != Some(at) && !asked {
            return Some(Deposed(format!(
                "the cell log has epoch {cell}, and perhaps not from here"
            )));
        }
        let (queue, epoch) = state
            .queues
            .iter()
            .map(|(key, queue)| (key, queue.epoch()))
            .find(|(_, epoch)| *epoch > self.epoch)?;
        Some(Deposed(format!("queue {queue} has epoch {epoch}")))
    }

    /// Whether the cell log is ours and folded: only then the queues are known.
    pub(crate) fn holds_cell(&self, state: &State) -> bool {
        let (epoch, at) = state.cell.epoch();
        epoch == self.epoch && self.cell_epoch == Some(at)
    }

    /// All that is to be done now.
    pub(crate) fn step(
        &mut self,
        moment: &Moment<'_>,
        caught_up: impl Fn(&QueueStream) -> bool,
    ) -> Vec<Work> {
        let mut work = Vec::new();
        let (state, monotonic) = (moment.state, moment.monotonic);
        self.want_cell(state, monotonic, &mut work);
        if !self.holds_cell(state) {
            return work;
        }
        self.fence(moment, &caught_up, &mut work);
        self.settle_renewed(state);
        for n in self.flights.to_resend(monotonic) {
            self.resend(state, n, monotonic, &mut work);
        }
        self.decide(moment, &mut work);
        if self.ask_doubted(state) {
            self.fence(moment, &caught_up, &mut work);
        }
        self.end_deleted(moment, &mut work);
        self.brake(moment, &mut work);
        work
    }

    /// Epoch records that are to be written.
    fn fence(
        &mut self,
        moment: &Moment<'_>,
        caught_up: impl Fn(&QueueStream) -> bool,
        work: &mut Vec<Work>,
    ) {
        let (state, monotonic) = (moment.state, moment.monotonic);
        for open in state.cell.all_opened() {
            let key = &open.stream.key;
            let Some(folded) = state.queues.get(key) else {
                continue;
            };
            if !caught_up(&open.stream) {
                continue;
            }
            for (lane, seq) in self.fencing.wanted(key, folded, self.epoch, monotonic) {
                let record = EpochRecord {
                    lane,
                    epoch: self.epoch,
                    leader: self.name.clone(),
                };
                let append = Append {
                    entry: Entry::Epoch(record),
                    fence: Some(Fence::Own(seq)),
                    msg_id: None,
                };
                work.push(Work::Fence {
                    queue: open.stream.clone(),
                    lane,
                    append,
                });
            }
        }
    }

    /// An epoch record has been answered.
    pub(crate) fn on_fenced(
        &mut self,
        queue: &QueueKey,
        lane: weir_core::ids::Lane,
        result: &Result<Appended, AppendError>,
        health: &mut Health,
        monotonic: Duration,
    ) {
        note_full(health, queue, result);
        self.fencing
            .answered(queue, lane, result.is_ok(), monotonic);
    }

    /// A record has been folded: what was in flight and is now read back rests in the state. Whatever the record did
    /// there, the run is looked at anew.
    pub(crate) fn on_folded(&mut self, queue: &QueueKey, record: &Record) {
        let id = match &record.body {
            Body::Claim { decided, .. } => decided.id,
            Body::Decision { decided, .. } => decided.id,
            Body::Request { .. } => return self.on_request_folded(queue, record),
            Body::Report { .. } | Body::Epoch(_) | Body::Malformed { .. } => return,
        };
        if id.epoch != self.epoch {
            return;
        }
        if let Some(flight) = self.flights.remove(id.n) {
            self.ledger.read_back(id.n, &Arc::clone(&flight.vector));
            self.settle(flight.run, flight.slots);
        }
    }

    /// Nothing is being decided about a run any more.
    pub(crate) fn settle(&mut self, run: RunKey, slots: Vec<Slot>) {
        self.overlay.settle(&run, &slots);
        self.unsettled.push((run, slots));
    }

    /// The message id of a decision.
    pub(crate) fn msg_id(&self, n: u64) -> MsgId {
        MsgId(format!("{}.{}.{n}", self.session, self.epoch))
    }

    /// When the passage of time alone gives work.
    pub(crate) fn next_monotonic(&self, monotonic: Duration) -> Option<Duration> {
        let timers = [
            self.flights.next_resend(),
            self.fencing.next(monotonic),
            self.barrier.next(),
            self.closings.next(),
            self.knots.next(),
            Some(self.endings.next()),
            Some(self.cell_not_before),
        ];
        timers
            .into_iter()
            .flatten()
            .filter(|at| *at > monotonic && *at < Duration::MAX)
            .min()
    }
}

pub(crate) fn note_full(
    health: &mut Health,
    queue: &QueueKey,
    result: &Result<Appended, AppendError>,
) {
    match result {
        Ok(_) => {
            let health = health.of(queue);
            health.full = false;
            health.failure = None;
        }
        Err(AppendError::Full { .. }) => health.of(queue).full = true,
        Err(_) => {}
    }
}

#[cfg(test)]
mod tests;

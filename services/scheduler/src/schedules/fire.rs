//! Looking at what is due, and asking for the runs.

use std::{collections::BTreeMap, sync::Arc};

use weir_calendar::{DATABASE, Passed, Standing, Verdict, verdict};
use weir_core::{
    event::{Body, Record},
    ids::{QueueKey, RunKey},
    request::{CancelRequest, Request, RunRequest},
    schedule::{ScheduleRef, run_id},
    state::State,
    time::Timestamp,
};
use weir_log::{Append, Entry, Fence};

use super::{ScheduleId, Told, What};
use crate::{
    basis::Vector,
    decide::{Desk, Moment},
    flight::{Flight, Phase},
    leader::Leader,
    work::Work,
};

/// Schedules that are looked at in one step, so that many that are due together never keep the leader from reading.
const LOOKED_AT_ONCE: usize = 256;
/// Lanes that are left for decisions about runs.
const LANES_LEFT: usize = 8;
/// Requests are numbered among the flights from here on: no leadership makes so many decisions.
pub(super) const ASKS: u64 = 1 << 62;

impl Leader {
    /// Asks for the runs of schedules that are due.
    pub(crate) fn fire(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desks: &mut BTreeMap<QueueKey, Desk>,
        work: &mut Vec<Work>,
    ) {
        self.schedules.follow(&moment.state.cell);
        if self.schedules.is_idle(moment.now) {
            return;
        }
        let flights = &self.flights;
        let lost = self
            .schedules
            .asks
            .extract_if(.., |_, (n, _)| !flights.has(*n));
        let lost: Vec<ScheduleId> = lost.map(|(_, (_, id))| id).collect();
        self.schedules.open.extend(lost);
        let free: Vec<ScheduleId> = self
            .schedules
            .waiting
            .iter()
            .filter(|id| !self.is_running(moment.state, id))
            .cloned()
            .collect();
        self.schedules.open.extend(free);
        if !self.schedules.has_open(moment.now) {
            return;
        }
        let can_take = desks.iter().filter(|(key, desk)| {
            desk.lanes.len() > LANES_LEFT && moment.state.cell.deleting(key).is_none()
        });
        let can_take = can_take.map(|(key, _)| key.clone()).collect();
        let due = self
            .schedules
            .take_due(moment.now, LOOKED_AT_ONCE, &can_take);
        for id in due {
            self.look_at(moment, vector, desks, id, work);
        }
    }

    /// Whether the clock has made more due than one step has looked at.
    pub(crate) fn has_more_due(&self, now: Timestamp) -> bool {
        self.schedules.next().is_some_and(|at| at <= now)
    }

    fn is_running(&self, state: &State, id: &ScheduleId) -> bool {
        let entry = self.schedules.entries.get(id);
        let folded = entry.and_then(|entry| state.queues.get(&entry.queue));
        folded.is_some_and(|folded| folded.unended_of(&id.0, &id.1).next().is_some())
    }

    fn look_at(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desks: &mut BTreeMap<QueueKey, Desk>,
        id: ScheduleId,
        work: &mut Vec<Work>,
    ) {
        self.schedules.waiting.remove(&id);
        if self.schedules.is_asked(&id) {
            return;
        }
        let Some(entry) = self.schedules.entries.get(&id) else {
            return;
        };
        let queue = entry.queue.clone();
        let desk = desks.get_mut(&queue);
        let Some(desk) = desk.filter(|desk| desk.lanes.len() > LANES_LEFT) else {
            self.schedules.open.insert(id);
            return;
        };
        let standing = Standing {
            since: entry.since.max(entry.floor),
            cursor: moment.state.schedule(&id.0, &id.1),
            running: self.is_running(moment.state, &id),
            max_lateness: entry.max_lateness,
        };
        let (verdict, passed) = verdict(&entry.schedule, &standing, moment.now, entry.told);
        let next = entry.schedule.next_after(moment.now);
        self.tell_passed(&queue, &id, passed, verdict.told(moment.now));
        match verdict {
            Verdict::Until(at) => self.schedules.set_timer(id.clone(), at),
            Verdict::Waits(_) => {
                self.schedules.waiting.insert(id.clone());
                self.schedules.set_timer(id.clone(), next);
            }
            Verdict::Cancels(due) => {
                self.cancel_others(moment, vector, desk, (&id, due), work);
                self.schedules.waiting.insert(id.clone());
                self.schedules.set_timer(id.clone(), next);
            }
            Verdict::Make { due, settled } => {
                self.make(moment, vector, desk, (&id, due, settled), work);
            }
        }
    }

    /// Asks for the run, unless there is one of its id.
    fn make(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desk: &mut Desk,
        (id, due, settled): (&ScheduleId, Timestamp, Timestamp),
        work: &mut Vec<Work>,
    ) {
        let queue = desk.queue().clone();
        let run = RunKey {
            run_id: run_id(&id.0, &id.1, due),
            queue: queue.clone(),
        };
        let folded = moment.state.queues.get(&queue);
        if folded.is_some_and(|folded| folded.run(&run.run_id).is_some()) {
            // A back-fill has made it, or somebody has taken its id: it is one run in any case.
            if let Some(entry) = self.schedules.entries.get_mut(id) {
                entry.floor = entry.floor.max(settled);
            }
            self.schedules.open.insert(id.clone());
            return;
        }
        let request = self.request_of(id, due, settled);
        self.ask(moment, vector, desk, (run, id), &request, work);
        self.tell(&queue, id, What::Made);
    }

    fn request_of(&self, id: &ScheduleId, due: Timestamp, settled: Timestamp) -> Request {
        let entry = self.schedules.entries.get(id);
        let parameters = entry.map(|entry| entry.schedule.parameters.clone());
        let passed_over = entry.and_then(|entry| entry.passed_over);
        Request::Run(Arc::new(RunRequest {
            deployment: Some(id.0.clone()),
            parameters: parameters.unwrap_or_default(),
            schedule: Some(Arc::new(ScheduleRef {
                key: id.1.clone(),
                due,
                settled,
                database: DATABASE.to_owned(),
                backfill: false,
                epoch: self.epoch,
                passed_over: passed_over.filter(|passed| passed.at <= settled),
            })),
            scheduled_time: Some(due),
            ..RunRequest::default()
        }))
    }

    /// Asks for a cancel of each run of the schedule that has not ended, as a user would.
    fn cancel_others(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desk: &mut Desk,
        (id, due): (&ScheduleId, Timestamp),
        work: &mut Vec<Work>,
    ) {
        let queue = desk.queue().clone();
        let Some(folded) = moment.state.queues.get(&queue) else {
            return;
        };
        let open = folded
            .unended_of(&id.0, &id.1)
            .filter(|run_id| folded.run(run_id).is_some_and(|run| run.cancel.is_none()));
        for run_id in open {
            let run = RunKey {
                queue: queue.clone(),
                run_id: run_id.clone(),
            };
            if self.schedules.asks.contains_key(&run) || desk.lanes.len() <= LANES_LEFT {
                continue;
            }
            let stamp = weir_core::schedule::Civil::of(due).compact();
            let cancel = CancelRequest {
                reason: format!(
                    "its schedule {} is due again ({stamp}) and cancels other runs",
                    id.1
                ),
                ..CancelRequest::default()
            };
            self.ask(
                moment,
                vector,
                desk,
                (run, id),
                &Request::Cancel(cancel),
                work,
            );
        }
    }

    /// Appends a request under our epoch.
    fn ask(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desk: &mut Desk,
        (run, id): (RunKey, &ScheduleId),
        request: &Request,
        work: &mut Vec<Work>,
    ) {
        let Some((lane, lane_seq)) = desk.lanes.pop() else {
            return;
        };
        self.schedules.asked += 1;
        let n = ASKS + self.schedules.asked;
        let append = Append {
            entry: Entry::Request {
                run_id: run.run_id.clone(),
                payload: weir_proto::encode_request(request),
                traceparent: None,
            },
            fence: Some(Fence::Lane {
                lane,
                seq: lane_seq,
            }),
            msg_id: Some(self.msg_id(n)),
        };
        work.push(Work::Decide {
            queue: desk.stream().clone(),
            n,
            append: append.clone(),
        });
        self.schedules.asks.insert(run.clone(), (n, id.clone()));
        let flight = Flight {
            run,
            slots: Vec::new(),
            append,
            lane,
            lane_seq,
            vector: Arc::clone(vector),
            first_sent: moment.monotonic,
            phase: Phase::Sent,
        };
        self.flights.insert(n, flight);
    }

    /// A request has been read back, perhaps one of ours.
    pub(crate) fn on_request_folded(&mut self, queue: &QueueKey, record: &Record) {
        let Body::Request {
            run_id, request, ..
        } = &record.body
        else {
            return;
        };
        if self.schedules.asks.is_empty() {
            return;
        }
        let run = RunKey {
            queue: queue.clone(),
            run_id: run_id.clone(),
        };
        let ours = match request {
            Request::Run(request) => {
                let schedule = request.schedule.as_deref();
                schedule.is_some_and(|schedule| schedule.epoch == self.epoch)
            }
            // Another's does the same.
            Request::Cancel(_) => true,
            Request::SetPriority(_)
            | Request::Retry(_)
            | Request::Waits(_)
            | Request::GoesOn(_)
            | Request::Bad(_) => false,
        };
        if ours && let Some((n, id)) = self.schedules.asks.remove(&run) {
            drop(self.flights.remove(n));
            self.schedules.open.insert(id);
        }
    }

    fn tell(&mut self, queue: &QueueKey, id: &ScheduleId, what: What) {
        self.schedules.told.push(Told {
            queue: queue.clone(),
            schedule: id.clone(),
            what,
        });
    }

    fn tell_passed(&mut self, queue: &QueueKey, id: &ScheduleId, passed: Passed, told: Timestamp) {
        if passed == Passed::default() {
            return;
        }
        if let Some(entry) = self.schedules.entries.get_mut(id) {
            entry.told = entry.told.max(told);
            entry.passed_over = entry.passed_over.max(passed.last());
        }
        self.tell(queue, id, What::Passed(passed));
    }
}

//! What a leader decides, queue by queue: what is owed, what has timed out, what cannot be run, and what may start.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use weir_core::{
    event::{Basis, Claim, Decided, Decision},
    ids::{DecisionId, Lane, QueueKey, QueueStream, RunId, RunKey, Seq},
    limit::Slot,
    state::{QueueState, State},
    time::Timestamp,
    wait::Place,
};
use weir_log::{Append, Entry, Fence};

use crate::{
    basis::Vector,
    due::owed_to,
    fence::Fencing,
    flight::{Flight, Phase},
    impediment::Health,
    leader::Leader,
    work::Work,
};

/// What to say about a run.
pub(crate) enum Saying {
    Claim(Claim, Vec<Slot>),
    Decision(Decision),
    /// An attempt has these slots again.
    Regrant(Decision, Vec<Slot>),
}

/// A queue that can be decided on, and what it can take.
pub(crate) struct Desk {
    stream: QueueStream,
    /// Free lanes, each with the position of our epoch on it.
    pub(crate) lanes: Vec<(Lane, Seq)>,
}

/// What decisions of one step rest on.
pub(crate) struct Moment<'a> {
    pub(crate) state: &'a State,
    pub(crate) health: &'a Health,
    /// By the broker's clock.
    pub(crate) now: Timestamp,
    /// By this machine's.
    pub(crate) monotonic: Duration,
    /// The last record that was folded.
    pub(crate) place: &'a Place,
}

impl Desk {
    pub(crate) fn stream(&self) -> &QueueStream {
        &self.stream
    }
    pub(crate) fn queue(&self) -> &QueueKey {
        &self.stream.key
    }
}

impl Leader {
    /// All decisions that can be made now.
    pub(crate) fn decide(&mut self, moment: &Moment<'_>, work: &mut Vec<Work>) {
        let state = moment.state;
        let vector = Arc::new(Vector::of(state));
        let known = self.known(state);
        self.lateness.follow(&state.cell);
        let mut desks = self.desks(state, &known);
        for run in self.barrier.passed(state.cell.applied()) {
            self.rejudge(state, run);
        }
        for run in self.doubted(state) {
            self.disown(state, run);
        }
        for (key, desk) in &mut desks {
            let Some(folded) = state.queues.get(key) else {
                continue;
            };
            let mut sayings = Vec::new();
            self.condemn(key, desk.lanes.len(), &mut sayings);
            self.owed(key, folded, moment.now, desk.lanes.len(), &mut sayings);
            self.owed_to_kin(state, key, folded, desk.lanes.len(), &mut sayings);
            self.lapsed(moment, key, folded, desk.lanes.len(), &mut sayings);
            self.overdue(moment, key, folded, desk.lanes.len(), &mut sayings);
            self.judge_new(moment, key, folded, desk.lanes.len(), &mut sayings);
            for (run_id, saying) in sayings {
                self.say(
                    moment,
                    &vector,
                    desk,
                    RunKey {
                        queue: key.clone(),
                        run_id,
                    },
                    saying,
                    work,
                );
            }
        }
        self.name_cycles(moment, &vector, &mut desks, work);
        self.closings.step(moment.monotonic, work);
        self.fire(moment, &vector, &mut desks, work);
        self.plan(moment, &vector, known, &mut desks, work);
    }

    /// Queues that are fenced and folded: what their runs hold is known.
    fn known(&self, state: &State) -> BTreeSet<QueueKey> {
        let opened = state.cell.all_opened().map(|open| &open.stream.key);
        let known = opened.filter(|key| {
            state.queues.get(*key).is_some_and(|folded| {
                Fencing::is_ours(folded, self.epoch) && folded.stopped().is_none()
            })
        });
        known.cloned().collect()
    }

    /// Those of them without an unknown append, which can be decided on.
    fn desks(&self, state: &State, known: &BTreeSet<QueueKey>) -> BTreeMap<QueueKey, Desk> {
        let unknown = self
            .flights
            .iter()
            .filter(|(_, flight)| flight.is_unknown());
        let unknown: BTreeSet<&QueueKey> = unknown.map(|(_, flight)| &flight.run.queue).collect();
        let mut desks = BTreeMap::new();
        for key in known.iter().filter(|key| !unknown.contains(key)) {
            let (Some(open), Some(folded)) = (state.cell.opened(key), state.queues.get(key)) else {
                continue;
            };
            let free = self.flights.free_lanes(key).into_iter();
            let lanes = free
                .filter_map(|lane| Some((lane, folded.lane(lane)?.1)))
                .collect();
            let stream = open.stream.clone();
            desks.insert(key.clone(), Desk { stream, lanes });
        }
        desks
    }

    /// What is owed whatever the clock says.
    fn owed(
        &self,
        key: &QueueKey,
        folded: &QueueState,
        now: Timestamp,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        let owed = folded
            .owed()
            .filter(|(run_id, _)| !self.overlay.has(key, run_id))
            .take(most);
        for (run_id, run) in owed {
            let Some(mut saying) = owed_to(run_id, run, now) else {
                continue;
            };
            if let Saying::Decision(Decision::Cancelled { waits, .. }) = &mut saying {
                let of = RunKey {
                    queue: key.clone(),
                    run_id: run_id.clone(),
                };
                *waits = self.lines.of_cancelled(&of, run);
            }
            sayings.push((run_id.clone(), saying));
        }
    }

    pub(crate) fn say(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desk: &mut Desk,
        run: RunKey,
        saying: Saying,
        work: &mut Vec<Work>,
    ) {
        let Some((lane, lane_seq)) = desk.lanes.pop() else {
            self.unsettled.push((run, Vec::new()));
            return;
        };
        let (n, basis) = self.ledger.next(vector);
        let (id, at) = (
            DecisionId {
                epoch: self.epoch,
                n,
            },
            moment.now,
        );
        let run_id = run.run_id.clone();
        let regrants = matches!(saying, Saying::Regrant(..));
        let (entry, slots) = match saying {
            Saying::Claim(what, slots) => (
                Entry::Claim {
                    run_id,
                    decided: Decided {
                        id,
                        at,
                        basis,
                        what,
                    },
                },
                slots,
            ),
            Saying::Decision(what) => (decision(run_id, id, at, basis, what), Vec::new()),
            Saying::Regrant(what, slots) => (decision(run_id, id, at, basis, what), slots),
        };
        let fence = Some(Fence::Lane {
            lane,
            seq: lane_seq,
        });
        let append = Append {
            entry,
            fence,
            msg_id: Some(self.msg_id(n)),
        };
        if regrants {
            self.overlay.regrant(&run, &slots);
        } else {
            self.overlay.reserve(&run, &slots);
        }
        work.push(Work::Decide {
            queue: desk.stream.clone(),
            n,
            append: append.clone(),
        });
        let flight = Flight {
            run,
            slots,
            append,
            lane,
            lane_seq,
            vector: Arc::clone(vector),
            first_sent: moment.monotonic,
            phase: Phase::Sent,
        };
        self.flights.insert(n, flight);
    }
}

fn decision(run_id: RunId, id: DecisionId, at: Timestamp, basis: Basis, what: Decision) -> Entry {
    let decided = Decided {
        id,
        at,
        basis,
        what,
    };
    Entry::Decision { run_id, decided }
}

//! The end: what every scheduler had folded is what a replay from the first record gives, and both say of each run
//! what the checker says.

use weir_core::{
    cell::CellState,
    ids::{RunKey, Seq},
    state::{QueueState, State},
    time::Timestamp,
};
use weir_log::{CellLog as _, QueueLog as _};

use super::net::{Net, at_once, drain};

/// Compares what the schedulers had folded.
pub(super) fn compare(net: &Net, folded: Vec<(String, Box<State>)>) {
    let mut broken = Vec::new();
    let replayed = replay(net);
    for (key, queue) in &replayed.queues {
        if let Some(what) = queue.violation() {
            broken.push(format!("{key} replayed: {what}"));
        }
        if let Some(what) = queue.stopped() {
            broken.push(format!("{key} has stopped: {what}"));
        }
        let state = net.state();
        for run_id in state.check.runs_of(key) {
            let run = RunKey {
                queue: key.clone(),
                run_id: run_id.clone(),
            };
            broken.extend(state.check.differs(&run, queue));
        }
    }
    for (stream, queue) in &replayed.past {
        let state = net.state();
        for run_id in state.check.runs_of(&stream.key) {
            let run = RunKey {
                queue: stream.key.clone(),
                run_id: run_id.clone(),
            };
            broken.extend(state.check.differs(&run, queue));
        }
    }
    for (name, mut state) in folded {
        if let Some(what) = state.violation() {
            broken.push(format!("{name}: {what}"));
        }
        if state.cell != replayed.cell {
            broken.push(format!(
                "{name} has folded another cell than a replay gives"
            ));
        }
        for (key, queue) in &mut state.queues {
            queue.wake(Timestamp::MAX);
            queue.call_late(Timestamp::MAX);
            if let Some(what) = queue.violation() {
                broken.push(format!("{name}: {key}: {what}"));
            }
            if replayed.queues.get(key) != Some(queue) {
                broken.push(format!(
                    "{name} has folded another {key} than a replay gives"
                ));
            }
        }
        for queue in state.past.values_mut() {
            queue.wake(Timestamp::MAX);
            queue.call_late(Timestamp::MAX);
        }
        if state.past != replayed.past {
            broken.push(format!(
                "{name} has folded another past than a replay gives"
            ));
        }
        if state.queues.len() != replayed.queues.len() {
            broken.push(format!("{name} has folded {} queues", state.queues.len()));
        }
    }
    let mut state = net.state();
    for what in broken {
        state.broken(what);
    }
}

fn replay(net: &Net) -> State {
    let mut state = State::default();
    let mut cell = at_once(net.memory().tail_cell(Seq(0))).expect("the cell log is there");
    let mut replayed = CellState::default();
    for record in drain(&mut cell) {
        replayed.apply(record);
    }
    state.cell = replayed;
    for stream in state.follow_cell().begun {
        let mut tail = at_once(net.memory().tail(&stream, Seq(0))).expect("a queue has a stream");
        let queue: &mut QueueState = state.life_mut(&stream).expect("it is followed");
        for record in drain(&mut tail) {
            queue.apply(record);
        }
        queue.wake(Timestamp::MAX);
        queue.call_late(Timestamp::MAX);
        state.settle(&stream);
    }
    state.relate_all();
    state
}

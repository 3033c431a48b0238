//! What is owed to single runs, and that it counts once it is said.

use std::{sync::Arc, time::Duration};

use weir_core::{
    event::{
        Basis, Body, CancelCause, Claim, Claimed, Decided, Decision, EpochRecord, Outcome,
        OutcomeClass, Record, Report, Reported,
    },
    ids::{Attempt, DecisionId, Epoch, Lane, RunId, Seq},
    request::{Request, RunRequest},
    state::{QueueState, StateName},
    time::Timestamp,
};

use super::owed_to;
use crate::decide::Saying;

fn run_id() -> RunId {
    "run".parse().unwrap()
}

fn decided<T>(what: T) -> Decided<T> {
    Decided {
        id: DecisionId {
            epoch: Epoch(1),
            n: 1,
        },
        at: Timestamp(0),
        basis: Basis::default(),
        what,
    }
}

fn decision(what: Decision) -> Body {
    Body::Decision {
        run_id: run_id(),
        decided: decided(what),
    }
}

fn report(n: u32, what: Reported) -> Body {
    Body::Report {
        run_id: run_id(),
        report: Report {
            attempt: Attempt(1),
            session: "session".parse().unwrap(),
            n,
            what,
        },
    }
}

fn apply(state: &mut QueueState, body: Body) {
    state.apply(Record {
        seq: Seq(state.applied().0 + 1),
        at: Timestamp(0),
        body,
    });
}

/// A run with a claim that nobody has taken.
fn claimed() -> QueueState {
    let mut state = QueueState::default();
    let epoch = EpochRecord {
        lane: Lane(0),
        epoch: Epoch(1),
        leader: "leader".parse().unwrap(),
    };
    apply(&mut state, Body::Epoch(epoch));
    let request = Body::Request {
        run_id: run_id(),
        request: Request::Run(Arc::new(RunRequest::default())),
        digest: 1,
        traceparent: None,
    };
    apply(&mut state, request);
    let claim = Body::Claim {
        run_id: run_id(),
        decided: decided(Claim::Claimed(Claimed::bare(Attempt(1), Seq(2)))),
    };
    apply(&mut state, claim);
    state
}

#[test]
fn who_has_taken_what_is_to_lapse_is_told_to_stop_by_an_order_that_counts() {
    let mut state = claimed();
    let lapsed = Decision::CancelOrdered {
        attempt: Attempt(1),
        grace: Duration::ZERO,
        reason: "late".to_owned(),
        cause: CancelCause::Lapsed,
    };
    apply(&mut state, decision(lapsed));
    let taken = Reported::Taken {
        worker: "worker".parse().unwrap(),
        lease: Duration::from_secs(15),
    };
    apply(&mut state, report(1, taken));
    let owed = owed_to(&run_id(), state.run(&run_id()).unwrap(), Timestamp(0));
    let Some(Saying::Decision(order)) = owed else {
        panic!("no order is owed");
    };
    // It has started meanwhile, which is too late for it.
    let started = Reported::Started {
        infrastructure: String::new(),
    };
    apply(&mut state, report(2, started));
    apply(&mut state, decision(order));
    assert_eq!(state.anomalies().void_decisions, 0);
    assert!(state.owed().next().is_none(), "it is said once");
    let stopped = Reported::Finished {
        outcome: Outcome::of(OutcomeClass::Stopped),
        gone: true,
    };
    apply(&mut state, report(3, stopped));
    let run = state.run(&run_id()).unwrap();
    assert_eq!(run.state_name(), StateName::Lapsed);
}

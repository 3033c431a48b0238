//! Runs that would wait for one another: found in circles of any length up to a bound, and what is longer costs no more.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use std::sync::Arc;

use weir_core::{
    event::{Body, Record},
    family::{After, AfterOutcome},
    ids::{QueueKey, RunId, Seq},
    request::{Request, RunRequest},
    state::{Debt, QueueState, State},
    time::Timestamp,
};

fn run(n: usize) -> RunId {
    format!("r{n}").parse().unwrap()
}

/// A circle of so many runs, each after the one before it, of which the first is requested last.
fn circle(runs: usize) -> Vec<(RunId, Debt)> {
    let queue = QueueKey::new("pool".parse().unwrap(), "queue".parse().unwrap());
    let mut state = State::default();
    state.queues.insert(queue.clone(), QueueState::default());
    for (seq, n) in (1..runs).chain([0]).enumerate() {
        let after = format!("r{}", (n + runs - 1) % runs).parse().unwrap();
        let request = RunRequest {
            after: Some(After {
                runs: vec![after],
                outcome: AfterOutcome::Any,
            }),
            ..RunRequest::default()
        };
        let seq = u64::try_from(seq).unwrap() + 1;
        let touched = state.queues.get_mut(&queue).unwrap().apply(Record {
            seq: Seq(seq),
            at: Timestamp(i64::try_from(seq).unwrap()),
            body: Body::Request {
                run_id: run(n),
                request: Request::Run(Arc::new(request)),
                digest: 0,
                traceparent: None,
            },
        });
        let moved = state.relate(&queue, &touched.kin);
        assert!(moved.is_empty(), "nobody goes on");
    }
    let owed = state.kin.owed(&queue);
    owed.map(|(run_id, debt)| (run_id.clone(), debt.clone()))
        .collect()
}

#[test]
fn whoever_closes_a_circle_is_the_one_to_answer_for_it() {
    for runs in [1, 2, 3, 100, 900] {
        let owed = circle(runs);
        let [(run_id, Debt::Rejected(fault))] = owed.as_slice() else {
            unreachable!("of {runs}: {owed:?}");
        };
        assert_eq!(*run_id, run(0), "of {runs}");
        assert!(fault.message.contains("it would wait for itself"));
        assert!(
            fault.message.ends_with("leave one of them out"),
            "{}",
            fault.message
        );
    }
}

#[test]
fn a_circle_that_is_too_long_to_be_looked_through_is_left_to_wait() {
    assert_eq!(circle(2_000), []);
}

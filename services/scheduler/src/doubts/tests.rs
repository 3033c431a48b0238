//! What is said of parents in queues that are not open.

use std::sync::Arc;

use weir_core::{
    cell::{CellBody, CellRecord, ConfigObject, QueueConfig},
    event::{Body, Record},
    family::Parent,
    ids::Epoch,
    request::{Request, RunRequest},
    state::QueueState,
    time::Timestamp,
};

use super::*;

fn key(run: &str) -> RunKey {
    let (queue, run_id) = run.split_once(' ').unwrap();
    RunKey {
        queue: QueueKey::new("pool".parse().unwrap(), queue.parse().unwrap()),
        run_id: run_id.parse().unwrap(),
    }
}

/// A child whose parent is in another queue, which is configured and which nobody has opened; or is not even that.
fn state(configured: bool) -> State {
    let (child, parent) = (key("near child"), key("far parent"));
    let mut state = State::default();
    if configured {
        state.cell.apply(CellRecord {
            seq: Seq(1),
            at: Timestamp(0),
            body: CellBody::Config {
                author: String::new(),
                object: ConfigObject::Queue(QueueConfig::new(parent.queue.clone())),
            },
        });
    }
    let request = RunRequest {
        parent: Some(Parent::new(parent.into())),
        ..RunRequest::default()
    };
    let mut near = QueueState::default();
    near.apply(Record {
        seq: Seq(1),
        at: Timestamp(0),
        body: Body::Request {
            run_id: child.run_id,
            request: Request::Run(Arc::new(request)),
            digest: 0,
            traceparent: None,
        },
    });
    state.queues.insert(child.queue, near);
    state
}

#[test]
fn what_stands_in_a_queue_that_is_to_be_opened_is_not_known_before() {
    for configured in [true, false] {
        let (state, child) = (state(configured), key("near child"));
        let parentage = parentage(&state, &child, state.run(&child).unwrap());
        let asks = matches!(parentage, Parentage::Ask(queue) if queue == key("far parent").queue);
        assert_eq!(asks, configured);
        let mut leader = Leader::new(
            "one".parse().unwrap(),
            Epoch(1),
            "0123456789abcdef".parse().unwrap(),
            crate::SchedulerConfig::default(),
            Timestamp(0),
            weir_core::plan::Lines::default(),
        );
        leader
            .doubts
            .suspect(key("far parent").queue, child.clone());
        assert_eq!(leader.doubted(&state).is_empty(), configured);
        assert_eq!(leader.doubts.has(&child), configured);
    }
}

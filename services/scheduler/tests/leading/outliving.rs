//! Attempts that live on without their worker: what the loss of the worker means before and after they are submitted.

use std::time::Duration;

use weir_core::{
    cell::PoolType,
    event::{Outcome, OutcomeClass, Reported, RevokeCause},
    json::JsonObject,
    request::{CancelRequest, Request},
    state::StateName,
};

use crate::cell::{Cell, id, live, session};

const TEMPLATE: &str = r#"{
    "job_configuration": {"job_manifest": {
        "apiVersion": "batch/v1", "kind": "Job",
        "spec": {"template": {"spec": {"containers": [{"name": "c", "image": "i", "command": ["x"]}]}}}
    }},
    "variables": {"type": "object", "properties": {}}
}"#;

/// A run that a worker has taken which then falls silent.
async fn taken() -> (Cell, weir_core::ids::Seq) {
    let mut cell = Cell::new(Some(1)).await;
    cell.change_pool(|pool| {
        pool.kind = PoolType::Kubernetes;
        pool.base_job_template = JsonObject::parse(TEMPLATE).unwrap();
        pool.submit_timeout = Some(Duration::from_hours(1));
        pool.start_timeout = Some(Duration::from_mins(2));
    })
    .await;
    cell.schedule("one");
    cell.worker_of(PoolType::Kubernetes, 10).await;
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    (cell, claim)
}

fn submitted() -> Reported {
    Reported::Submitted {
        infrastructure: "cluster:runs:weir-a-1".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_whose_worker_is_lost_before_it_was_submitted_waits_again_and_counts_no_try() {
    let (mut cell, claim) = taken().await;
    let (cause, revoked) = cell.until_revoked("a").await;
    assert_eq!(cause, RevokeCause::WorkerLost { session: session() });
    cell.until_state("a", StateName::Scheduled).await;
    let run = cell.folded.run(&id("a")).unwrap();
    assert_eq!((run.tries, live(&cell.folded)), (0, 0));
    // Whoever was frozen with its Job made is refused by the fence, so it never lets that Job start.
    assert!(revoked > claim);
}

#[tokio::test(start_paused = true)]
async fn a_submitted_attempt_goes_on_when_its_worker_is_lost_and_is_stopped_when_its_time_is_up() {
    let (mut cell, claim) = taken().await;
    cell.report("a", 1, 2, claim, submitted()).await;
    cell.until_state("a", StateName::InfrastructurePending)
        .await;
    // Many leases pass; then its deadline, which is an order to whoever follows it.
    let (cause, revoked) = cell.until_revoked("a").await;
    assert_eq!(cause, RevokeCause::NotStarted);
    assert_eq!(live(&cell.folded), 1, "its slot is held until it is gone");
    let fence = cell
        .folded
        .run(&id("a"))
        .unwrap()
        .live
        .as_deref()
        .unwrap()
        .fence;
    assert_eq!(fence, revoked);
    // An observer says so, in the name of the session that is lost.
    let outcome = Outcome {
        reason: "Revoked".to_owned(),
        ..Outcome::of(OutcomeClass::Stopped)
    };
    let gone = Reported::Gone {
        outcome: Some(outcome),
    };
    cell.report("a", 1, 3, revoked, gone).await;
    cell.until_state("a", StateName::StartFailed).await;
    assert_eq!(live(&cell.folded), 0);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_of_an_attempt_without_a_worker_is_an_order_to_whoever_follows_it() {
    let (mut cell, claim) = taken().await;
    cell.report("a", 1, 2, claim, submitted()).await;
    let started = Reported::Started {
        infrastructure: String::new(),
    };
    cell.report("a", 1, 3, claim, started).await;
    cell.until_state("a", StateName::Running).await;
    cell.clock.sleep(Duration::from_mins(10)).await;
    cell.request("a", Request::Cancel(CancelRequest::default()))
        .await;
    cell.until_state("a", StateName::Cancelling).await;
    let outcome = Outcome::of(OutcomeClass::Stopped);
    let gone = true;
    cell.report("a", 1, 4, claim, Reported::Finished { outcome, gone })
        .await;
    cell.until_state("a", StateName::Cancelled).await;
}

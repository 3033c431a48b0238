//! Histories in which something false was told of a wait, more was said than there was room for, or nothing any more.

use std::time::Duration;

use weir_core::{
    cell::{CellBody, CollisionStrategy, ConfigObject, DeploymentConfig},
    event::Body,
    ids::{Epoch, QueueStream, Seq},
    request::{Request, RunRequest},
    wait::WaitCause,
};

use crate::{
    hunted::{deployed, request, starts},
    model::Model,
    steps::{Step, deployment, queues},
};

/// What the first claim in flight tells of its wait has no part that its leader does not know.
fn all_is_known(model: &Model) {
    let waits = &model.flights[0].1.waits;
    let unknown = waits
        .iter()
        .any(|wait| wait.cause == WaitCause::BeforeLeader);
    assert!(!waits.is_empty() && !unknown, "{waits:?}");
}

#[test]
fn a_run_whose_priority_changes_keeps_what_it_has_waited_for() {
    let mut model = Model::new(100);
    model.pool_limit(Some(1));
    request(&mut model, 0, RunRequest::default());
    starts(&mut model);
    let run_id = request(&mut model, 0, RunRequest::default());
    starts(&mut model);
    model.now = model.now.after(Duration::from_secs(1));
    let body = Body::Request {
        run_id,
        request: Request::SetPriority(5),
        digest: 1,
        traceparent: None,
    };
    model.append(&queues()[0], body);
    model.step(&Step::End(0));
    model.step(&Step::Plan);
    all_is_known(&model);
}

#[test]
fn a_run_whose_claim_is_lost_keeps_what_it_has_waited_for() {
    let mut model = Model::new(100);
    model.pool_limit(Some(1));
    request(&mut model, 0, RunRequest::default());
    starts(&mut model);
    request(&mut model, 0, RunRequest::default());
    model.step(&Step::Plan);
    model.now = model.now.after(Duration::from_secs(1));
    model.step(&Step::End(0));
    model.step(&Step::Plan);
    model.now = model.now.after(Duration::from_secs(1));
    model.step(&Step::Lose(0));
    model.step(&Step::Plan);
    all_is_known(&model);
}

#[test]
fn no_more_is_refused_than_there_are_lanes() {
    let mut model = Model::new(1);
    model.object(ConfigObject::Deployment(Box::new(DeploymentConfig {
        concurrency_limit: Some(1),
        collision_strategy: CollisionStrategy::CancelNew,
        ..DeploymentConfig::new(deployment(), queues()[0].clone())
    })));
    request(&mut model, 0, deployed());
    starts(&mut model);
    for _ in 0..500 {
        request(&mut model, 0, deployed());
    }
    let n = model.plan_whole().refusals.len();
    assert!(n <= 32, "{n} refusals for 32 lanes");
}

/// The run that holds the deployment's slot holds the pool's and the worker's too.
#[test]
fn the_limit_of_the_deployment_alone_decides_what_becomes_of_who_meets_it() {
    for strategy in [
        CollisionStrategy::CancelNew,
        CollisionStrategy::CancelRunning,
    ] {
        let mut model = Model::new(1);
        model.pool_limit(Some(1));
        model.object(ConfigObject::Deployment(Box::new(DeploymentConfig {
            concurrency_limit: Some(1),
            collision_strategy: strategy,
            ..DeploymentConfig::new(deployment(), queues()[0].clone())
        })));
        let first = request(&mut model, 0, deployed());
        starts(&mut model);
        let second = request(&mut model, 0, deployed());
        let plan = model.plan_whole();
        let refused = plan.refusals.iter().map(|refusal| &refusal.run.run_id);
        let replaced = plan.evictions.iter().map(|eviction| &eviction.run.run_id);
        if strategy == CollisionStrategy::CancelNew {
            assert_eq!(refused.collect::<Vec<_>>(), [&second]);
        } else {
            assert_eq!(replaced.collect::<Vec<_>>(), [&first]);
        }
    }
}

/// Nobody can fence the sealed stream of a deleted queue, so its pool's use is not known until that is closed.
#[test]
fn a_pool_goes_on_when_its_queue_that_cannot_be_fenced_is_closed() {
    let mut model = Model::new(100);
    let gone = queues()[2].clone();
    model.known.remove(&gone);
    model.lanes.remove(&gone);
    request(&mut model, 1, RunRequest::default());
    assert!(starts(&mut model).is_empty());
    model.state.queues.remove(&gone);
    model.cell(CellBody::QueueClosed {
        queue: QueueStream {
            key: gone,
            incarnation: 1,
        },
        epoch: Epoch(1),
        last: Seq(0),
    });
    assert_eq!(starts(&mut model).len(), 1);
}

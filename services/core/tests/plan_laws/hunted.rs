//! Histories in which a limit was passed, or a run that could start was left.

use std::{sync::Arc, time::Duration};

use weir_core::{
    cell::{
        CellBody, CellRecord, CollisionStrategy, ConfigObject, DeploymentConfig, NamedLimitConfig,
        PoolConfig, PoolType, QueueConfig, TagLimitConfig,
    },
    event::{Body, Outcome, OutcomeClass, Reported},
    ids::{Epoch, QueueKey, QueueStream, RunId, Seq, Tag},
    limit::LimitKey,
    plan::PATIENCE,
    request::{Request, RunRequest},
    session::{Session, SessionRecord},
    time::Timestamp,
};

use crate::{
    model::Model,
    steps::{Step, deployment, named, queues, tags},
};

pub(crate) fn request(model: &mut Model, queue: usize, request: RunRequest) -> RunId {
    request_of(model, &queues()[queue], request)
}

fn request_of(model: &mut Model, queue: &QueueKey, request: RunRequest) -> RunId {
    model.runs += 1;
    let run_id: RunId = format!("run-{}", model.runs).parse().unwrap();
    let body = Body::Request {
        run_id: run_id.clone(),
        request: Request::Run(Arc::new(request)),
        digest: 0,
        traceparent: None,
    };
    model.append(queue, body);
    run_id
}

fn rated(tag: &Tag, rate: Option<&str>) -> ConfigObject {
    ConfigObject::TagLimit(TagLimitConfig {
        tag: tag.clone(),
        concurrency_limit: None,
        start_rate: rate.map(|rate| rate.parse().unwrap()),
    })
}

fn tagged(tag: &Tag) -> RunRequest {
    RunRequest {
        tags: vec![tag.clone()],
        ..RunRequest::default()
    }
}

fn needs(slots: u32) -> RunRequest {
    RunRequest {
        limits: [(named(), slots)].into(),
        ..RunRequest::default()
    }
}

pub(crate) fn starts(model: &mut Model) -> Vec<RunId> {
    model.step(&Step::Plan);
    let flights = model.flights.iter();
    let started = flights.map(|(_, claim)| claim.run.run_id.clone()).collect();
    while !model.flights.is_empty() {
        model.step(&Step::Store(0));
    }
    while !model.live(Some(false)).is_empty() {
        model.step(&Step::Take(0));
    }
    started
}

/// How far a start rate is used up is not known while a queue is not folded whose runs may have used it.
#[test]
fn a_start_rate_over_all_queues_waits_for_each_of_them() {
    let mut model = Model::new(100);
    model.pool_limit(None);
    let tag = tags(1).remove(0);
    model.object(rated(&tag, Some("1/h")));
    request(&mut model, 0, tagged(&tag));
    model.known.remove(&queues()[1]);
    assert!(model.plan_on().is_empty());
    model.known.insert(queues()[1].clone());
    assert_eq!(model.plan_on().len(), 1);
}

/// A queue that is closed takes nothing of what its runs have used along.
#[test]
fn a_start_of_a_closed_queue_is_counted() {
    let mut model = Model::new(100);
    let tag = tags(1).remove(0);
    model.object(rated(&tag, Some("1/h")));
    request(&mut model, 0, tagged(&tag));
    assert_eq!(starts(&mut model).len(), 1);
    let key = queues()[0].clone();
    let closed = model.state.queues.remove(&key).unwrap();
    let stream = QueueStream {
        key,
        incarnation: 1,
    };
    model.state.past.insert(stream, closed);
    assert!(model.state.pace(&LimitKey::Tag(tag)).is_some());
}

/// A tag that falls back to the rate of its key owes what it owed, not all time since that rate was set.
#[test]
fn a_tag_that_loses_its_own_rate_owes_no_more_than_before() {
    let mut model = Model::new(100);
    let (own, each): (Tag, Tag) = (
        "customer:acme".parse().unwrap(),
        "customer:*".parse().unwrap(),
    );
    model.object(rated(&each, Some("1/s")));
    model.object(rated(&own, Some("1/ms")));
    model.now = Timestamp(0).after(Duration::from_mins(30));
    request(&mut model, 0, tagged(&own));
    assert_eq!(starts(&mut model).len(), 1);
    model.cell += 1;
    model.state.cell.apply(CellRecord {
        seq: Seq(model.cell),
        at: model.now,
        body: CellBody::Config {
            author: String::new(),
            object: rated(&own, None),
        },
    });
    request(&mut model, 0, tagged(&own));
    model.now = model.now.after(Duration::from_secs(5));
    assert_eq!(starts(&mut model).len(), 1);
}

fn replacing(limit: u32) -> Model {
    let mut model = Model::new(100);
    replace(&mut model, limit);
    model
}

fn replace(model: &mut Model, limit: u32) {
    model.object(ConfigObject::Deployment(Box::new(DeploymentConfig {
        concurrency_limit: Some(limit),
        collision_strategy: CollisionStrategy::CancelRunning,
        ..DeploymentConfig::new(deployment(), queues()[0].clone())
    })));
}

pub(crate) fn deployed() -> RunRequest {
    RunRequest {
        deployment: Some(deployment()),
        ..RunRequest::default()
    }
}

/// Who waits while the claim of the run that it replaces is in flight replaces it once that is stored, and is told again
/// as long as nothing has come of it.
#[test]
fn a_run_whose_claim_was_in_flight_is_replaced() {
    let mut model = replacing(1);
    for _ in 0..2 {
        request(&mut model, 0, deployed());
    }
    assert_eq!(starts(&mut model).len(), 1);
    for _ in 0..3 {
        assert_eq!(model.plan_whole().evictions.len(), 1);
    }
}

/// Nobody else is named while an order is on its way.
#[test]
fn one_that_is_being_ordered_is_enough() {
    let mut model = replacing(2);
    for _ in 0..2 {
        request(&mut model, 0, deployed());
    }
    assert_eq!(starts(&mut model).len(), 2);
    request(&mut model, 0, deployed());
    let named = model.plan_whole().evictions.remove(0);
    model.overlay.reserve(&named.run, &[]);
    assert!(model.plan_whole().evictions.is_empty());
    model.overlay.settle(&named.run, &[]);
    assert_eq!(model.plan_whole().evictions, [named]);
}

/// A limit that was lowered has more holders to replace than one.
#[test]
fn as_many_are_replaced_as_a_lowered_limit_asks_for() {
    let mut model = replacing(2);
    for _ in 0..2 {
        request(&mut model, 0, deployed());
    }
    assert_eq!(starts(&mut model).len(), 2);
    replace(&mut model, 1);
    request(&mut model, 0, deployed());
    assert_eq!(model.plan_whole().evictions.len(), 2);
}

fn counting(limit: u32) -> Model {
    let mut model = Model::new(100);
    model.pool_limit(None);
    count(&mut model, limit);
    model
}

fn count(model: &mut Model, limit: u32) {
    model.object(ConfigObject::NamedLimit(NamedLimitConfig {
        name: named(),
        concurrency_limit: Some(limit),
    }));
}

/// Whether a run that needs 3 slots starts before `rounds` runs that need one have.
fn gets_three(model: &mut Model, queue: usize, other: usize, priority: i32) -> bool {
    let one = || RunRequest {
        priority,
        ..needs(1)
    };
    for _ in 0..3 {
        request(model, other, one());
    }
    starts(model);
    let large = request(model, queue, needs(3));
    for _ in 0..PATIENCE * 4 {
        request(model, other, one());
        model.step(&Step::End(0));
        if starts(model).contains(&large) {
            return true;
        }
    }
    false
}

/// What priority a run has in its own queue is nothing to a queue that goes before.
#[test]
fn who_needs_several_in_a_higher_queue_is_not_starved_by_a_lower_one() {
    assert!(gets_three(&mut counting(3), 0, 2, 5));
}

/// Nothing is kept for a run that needs more than there is.
#[test]
fn a_run_that_needs_more_than_a_lowered_limit_holds_nobody_back() {
    let mut model = counting(3);
    for _ in 0..3 {
        request(&mut model, 0, needs(1));
    }
    starts(&mut model);
    request(&mut model, 0, needs(3));
    starts(&mut model);
    count(&mut model, 2);
    model.step(&Step::End(0));
    starts(&mut model);
    for round in 0..PATIENCE * 2 {
        request(&mut model, 0, needs(1));
        model.step(&Step::End(0));
        assert_eq!(starts(&mut model).len(), 1, "round {round}");
    }
}

/// Nothing is kept for a run of a queue that no worker serves.
#[test]
fn nothing_is_kept_for_a_run_that_no_worker_may_take() {
    let mut model = counting(3);
    for _ in 0..3 {
        request(&mut model, 1, needs(1));
    }
    starts(&mut model);
    request(&mut model, 0, needs(3));
    for _ in 0..=PATIENCE {
        request(&mut model, 1, needs(1));
        model.step(&Step::End(0));
        starts(&mut model);
    }
    assert!(model.lines.keeps());
    let session = Session {
        queues: [queues()[1].queue.clone()].into(),
        ..crate::worker::worker(100)
    };
    model.state.sessions.apply(SessionRecord {
        seq: Seq(2),
        at: Timestamp(0),
        session,
    });
    for _ in 0..3 {
        model.step(&Step::End(0));
        starts(&mut model);
    }
    let waiting = model.state.queues[&queues()[1]].ready_len();
    assert!(waiting == 0, "{waiting} wait for nobody");
}

/// Runs of another pool, whatever that pool's own order is, do not starve who needs several slots that both share.
#[test]
fn who_needs_several_is_not_starved_by_another_pool() {
    let mut model = counting(3);
    let other = QueueKey::new("other".parse().unwrap(), "first".parse().unwrap());
    model.object(ConfigObject::Pool(PoolConfig::new(
        other.pool.clone(),
        PoolType::Null,
    )));
    model.object(ConfigObject::Queue(QueueConfig::new(other.clone())));
    let queue = QueueStream {
        key: other.clone(),
        incarnation: 1,
    };
    let epoch = Epoch(1);
    model.cell(CellBody::QueueOpened { queue, epoch });
    let folded = model.state.queues[&queues()[0]].clone();
    model.state.queues.insert(other.clone(), folded);
    model.known.insert(other.clone());
    model.lanes.insert(other.clone(), 32);
    let session = Session {
        pool: other.pool.clone(),
        worker: "another".parse().unwrap(),
        session: "another".parse().unwrap(),
        ..crate::worker::worker(100)
    };
    let (seq, at) = (Seq(2), Timestamp(0));
    model
        .state
        .sessions
        .apply(SessionRecord { seq, at, session });
    for _ in 0..3 {
        request_of(&mut model, &other, needs(1));
    }
    model.step(&Step::Plan);
    assert_eq!(model.flights.len(), 3);
    while !model.flights.is_empty() {
        model.step(&Step::Store(0));
    }
    let large = request(&mut model, 2, needs(3));
    for _ in 0..PATIENCE * 4 {
        model.now = model.now.after(Duration::from_nanos(1));
        request_of(&mut model, &other, needs(1));
        let Some(run) = model.live(None).first().cloned() else {
            break;
        };
        model.report(
            &run,
            1,
            Reported::Taken {
                worker: "worker".parse().unwrap(),
                lease: Duration::from_secs(15),
            },
        );
        let outcome = Outcome::of(OutcomeClass::Completed);
        model.report(
            &run,
            2,
            Reported::Finished {
                outcome,
                gone: true,
            },
        );
        model.step(&Step::Plan);
        if model.flights.iter().any(|(_, p)| p.run.run_id == large) {
            return;
        }
        while !model.flights.is_empty() {
            model.step(&Step::Store(0));
        }
    }
    panic!("it never started");
}

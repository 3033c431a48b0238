//! Runs that hold nothing while their programs wait for others, among all else that may befall them.

use std::time::Duration;

use weir_core::{
    cell::{CollisionStrategy, ConfigObject, DeploymentConfig},
    event::OutcomeClass,
    family::AfterOutcome,
    ids::QueueKey,
    request::RunRequest,
    state::{Live, StateName},
};

use super::{World, after, child_of, end};

fn has_given(world: &World, queue: usize, run: &str) -> bool {
    let live = world.run(queue, run).live.as_deref();
    live.is_some_and(Live::has_given)
}

/// A run that runs, then waits for one of the other queue that takes its slot.
async fn yielded(world: &mut World, parent: RunRequest) {
    world.request(0, "parent", parent).await;
    world.settle().await;
    world.waits(0, "parent", &["pool/other/child"]).await;
    world.settle().await;
    assert!(has_given(world, 0, "parent"));
    world
        .request(1, "child", child_of("pool/default/parent"))
        .await;
    world.settle().await;
    assert_eq!(world.state_of(1, "child"), StateName::Running);
}

#[tokio::test(start_paused = true)]
async fn what_is_waited_for_has_ended_and_the_slots_come_back_though_nobody_says_that_he_goes_on() {
    let mut world = World::limited(Some(1)).await;
    yielded(&mut world, RunRequest::default()).await;
    world.request(0, "next", RunRequest::default()).await;
    world.settle().await;
    world.end(1, "child", OutcomeClass::Completed).await;
    world.some_records().await;
    world.change_leader();
    world.settle().await;
    assert!(!has_given(&world, 0, "parent"));
    assert_eq!(world.state_of(0, "parent"), StateName::Running);
    assert_eq!(world.state_of(0, "next"), StateName::Scheduled);
    world.end(0, "parent", OutcomeClass::Completed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "next"), StateName::Running);
    assert_eq!(world.void_decisions(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_waits_for_a_child_of_a_deleted_queue_goes_on_at_its_end() {
    let mut world = World::limited(Some(1)).await;
    yielded(&mut world, RunRequest::default()).await;
    world.delete(1).await;
    world.settle().await;
    assert_eq!(world.state_of(1, "child"), StateName::Running);
    assert!(has_given(&world, 0, "parent"));
    world.end(1, "child", OutcomeClass::Completed).await;
    world.settle().await;
    assert!(!has_given(&world, 0, "parent"));
    // Another leader reads of it as of the past.
    world.waits(0, "parent", &["pool/other/child"]).await;
    world.change_leader();
    world.settle().await;
    assert!(!has_given(&world, 0, "parent"));
    assert_eq!(world.run(0, "parent").live.as_deref().unwrap().last_k, 2);
    assert!(
        world
            .run(0, "parent")
            .live
            .as_deref()
            .unwrap()
            .awaits
            .is_none()
    );
}

#[tokio::test(start_paused = true)]
async fn children_and_followers_of_what_a_deleted_queue_never_starts_end_with_it() {
    let mut world = World::new().await;
    world
        .request(1, "parent", after(&["never"], AfterOutcome::Any))
        .await;
    world
        .request(0, "child", child_of("pool/other/parent"))
        .await;
    world
        .request(
            0,
            "follower",
            after(&["pool/other/parent"], AfterOutcome::Success),
        )
        .await;
    world.settle().await;
    assert_eq!(world.state_of(0, "child"), StateName::Running);
    world.delete(1).await;
    world.settle().await;
    assert_eq!(end(&world, 1, "parent").name, StateName::Cancelled);
    assert_eq!(end(&world, 0, "child").reason, "ParentEnded");
    assert_eq!(world.state_of(0, "follower"), StateName::NotReached);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_waits_before_its_worker_says_that_it_runs_has_not_started() {
    let mut world = World::new().await;
    world.starts = false;
    let lateness = RunRequest {
        max_lateness: Some(Duration::from_secs(30)),
        ..RunRequest::default()
    };
    world.request(0, "parent", lateness).await;
    for _ in 0..4 {
        world.some_records().await;
    }
    world.waits(0, "parent", &["pool/other/child"]).await;
    for _ in 0..4 {
        world.some_records().await;
    }
    assert!(has_given(&world, 0, "parent"));
    assert!(!world.run(0, "parent").has_started);
    world.settle().await;
    assert_eq!(end(&world, 0, "parent").name, StateName::Lapsed);
}

/// By its deployment's limit a new run cancels one that runs.
fn only_one() -> (ConfigObject, RunRequest) {
    let name = "flow/only-one".parse().unwrap();
    let queue = QueueKey::new("pool".parse().unwrap(), "default".parse().unwrap());
    let mut deployment = DeploymentConfig::new(name, queue);
    deployment.concurrency_limit = Some(1);
    deployment.collision_strategy = CollisionStrategy::CancelRunning;
    let request = RunRequest {
        deployment: Some(deployment.name.clone()),
        ..RunRequest::default()
    };
    (ConfigObject::Deployment(Box::new(deployment)), request)
}

#[tokio::test(start_paused = true)]
async fn who_holds_nothing_is_not_cancelled_for_a_new_run_and_nobody_is_for_what_he_has_again() {
    let mut world = World::new().await;
    let (deployment, request) = only_one();
    world.configure(deployment).await;
    yielded(&mut world, request.clone()).await;
    world.request(0, "second", request.clone()).await;
    world.settle().await;
    for run in ["parent", "second"] {
        assert_eq!(world.state_of(0, run), StateName::Running, "{run}");
    }
    world.end(1, "child", OutcomeClass::Completed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "second"), StateName::Running);
    assert!(has_given(&world, 0, "parent"));
    world.end(0, "second", OutcomeClass::Completed).await;
    world.settle().await;
    assert!(!has_given(&world, 0, "parent"));
    // From here on it is a holder like any other.
    world.request(0, "third", request).await;
    world.settle().await;
    let ended = end(&world, 0, "parent");
    assert_eq!(ended.name, StateName::Cancelled);
    assert!(ended.message.contains("CANCEL_RUNNING"), "{ended:?}");
    assert_eq!(world.state_of(0, "third"), StateName::Running);
}

//! What runs make of one another: parents and children, runs that come after others, over queues and over leaders.

mod model;
mod waiting;
mod world;

use std::sync::Arc;

use weir_core::{
    event::OutcomeClass,
    family::{After, AfterOutcome, OnFailure, OnParentEnd, Parent, RunName},
    ids::Attempt,
    request::{CancelRequest, FaultCode, Request, RunRequest},
    state::{End, Stage, StateName},
};

use world::World;

fn child_of(parent: &str) -> RunRequest {
    RunRequest {
        parent: Some(Parent::new(parent.parse().unwrap())),
        ..RunRequest::default()
    }
}

fn after(runs: &[&str], outcome: AfterOutcome) -> RunRequest {
    let runs: Vec<RunName> = runs.iter().map(|run| run.parse().unwrap()).collect();
    RunRequest {
        after: Some(After { runs, outcome }),
        ..RunRequest::default()
    }
}

#[expect(
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]
fn end(world: &World, queue: usize, run: &str) -> End {
    match &world.run(queue, run).stage {
        Stage::Ended(end) => end.clone(),
        Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed => {
            panic!("{run} has not ended")
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_is_cancelled_takes_its_children_along_in_any_queue() {
    let mut world = World::new().await;
    world.request(0, "parent", RunRequest::default()).await;
    world
        .request(1, "near", child_of("pool/default/parent"))
        .await;
    world.request(0, "below", child_of("pool/other/near")).await;
    let mut detached = child_of("pool/default/parent");
    detached.parent.as_mut().unwrap().on_parent_end = OnParentEnd::Detach;
    world.request(1, "detached", detached).await;
    world.settle().await;
    world.obey = false;
    world
        .say(0, "parent", Request::Cancel(CancelRequest::default()))
        .await;
    world.settle().await;
    // Nobody has stopped the parent yet: its children are told at once all the same.
    for (queue, run) in [(0, "parent"), (1, "near"), (0, "below")] {
        assert_eq!(world.state_of(queue, run), StateName::Cancelling, "{run}");
    }
    world.obey = true;
    world.settle().await;
    assert_eq!(end(&world, 0, "below").reason, "ParentEnded");
    let message = end(&world, 1, "near").message;
    assert!(message.contains("pool/default/parent"), "{message}");
    assert_eq!(world.state_of(1, "near"), StateName::Cancelled);
    assert_eq!(world.state_of(1, "detached"), StateName::Running);
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_has_completed_leaves_its_children_alone_and_a_retry_is_no_end() {
    let mut world = World::new().await;
    world.request(0, "done", RunRequest::default()).await;
    let again = RunRequest {
        retries: Some(1),
        ..RunRequest::default()
    };
    world.request(0, "again", again).await;
    world
        .request(1, "of-done", child_of("pool/default/done"))
        .await;
    world
        .request(1, "of-again", child_of("pool/default/again"))
        .await;
    world.settle().await;
    world.end(0, "done", OutcomeClass::Completed).await;
    world.end(0, "again", OutcomeClass::Failed).await;
    world.settle().await;
    assert_eq!(world.run(0, "again").attempt, Attempt(2));
    for run in ["of-done", "of-again"] {
        assert_eq!(world.state_of(1, run), StateName::Running, "{run}");
    }
    world.end(0, "again", OutcomeClass::Failed).await;
    world.settle().await;
    assert_eq!(world.state_of(1, "of-again"), StateName::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_fails_its_parent_ends_it_without_another_try_and_its_siblings_with_it() {
    let mut world = World::new().await;
    let parent = RunRequest {
        retries: Some(5),
        ..RunRequest::default()
    };
    world.request(0, "parent", parent).await;
    let mut fatal = child_of("pool/default/parent");
    fatal.parent.as_mut().unwrap().on_failure = OnFailure::FailParent;
    fatal.retries = Some(1);
    world.request(1, "fatal", fatal).await;
    world
        .request(1, "sibling", child_of("pool/default/parent"))
        .await;
    world.settle().await;
    world.end(1, "fatal", OutcomeClass::Failed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "parent"), StateName::Running);
    world.end(1, "fatal", OutcomeClass::Failed).await;
    world.settle().await;
    let ended = end(&world, 0, "parent");
    assert_eq!(
        (ended.name, ended.reason.as_str()),
        (StateName::ChildFailed, "ChildFailed")
    );
    assert!(
        ended.message.contains("pool/other/fatal"),
        "{}",
        ended.message
    );
    assert_eq!(world.state_of(1, "sibling"), StateName::Cancelled);
    // Whoever runs it once more has seen that end: it does not fail again for it.
    world.say(0, "parent", Request::Retry(None)).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "parent"), StateName::Running);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_is_run_once_more_does_not_end_again_for_the_same_end_of_its_parent() {
    let mut world = World::new().await;
    world.request(0, "parent", RunRequest::default()).await;
    world.request(0, "child", child_of("parent")).await;
    world.settle().await;
    world.end(0, "parent", OutcomeClass::Failed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "child"), StateName::Cancelled);
    world.say(0, "child", Request::Retry(None)).await;
    world.settle().await;
    world.change_leader();
    world.settle().await;
    assert_eq!(world.state_of(0, "child"), StateName::Running);
    // Another end of the parent is another matter.
    world.say(0, "parent", Request::Retry(None)).await;
    world.settle().await;
    world.end(0, "parent", OutcomeClass::Failed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "child"), StateName::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_nobody_has_requested_is_a_fault_and_one_just_requested_never_is() {
    let mut world = World::new().await;
    world.settle().await;
    for n in 0..20 {
        // Nobody has read the parent's queue that far when the child is judged.
        let (parent, child) = (format!("p{n}"), format!("c{n}"));
        world.request(1, &parent, RunRequest::default()).await;
        world
            .request(0, &child, child_of(&format!("pool/other/{parent}")))
            .await;
    }
    world.request(0, "own", child_of("nobody")).await;
    world.request(0, "far", child_of("pool/other/nobody")).await;
    world
        .request(0, "farther", child_of("nowhere/at-all/nobody"))
        .await;
    world.request(0, "self", child_of("self")).await;
    world.settle().await;
    for n in 0..20 {
        assert_eq!(world.state_of(0, &format!("c{n}")), StateName::Running);
    }
    for run in ["own", "far", "farther", "self"] {
        let ended = end(&world, 0, run);
        assert_eq!(ended.name, StateName::Rejected, "{run}");
        assert_eq!(ended.reason, FaultCode::InvalidField.as_str());
        assert!(
            ended.message.starts_with("parentRunId: "),
            "{}",
            ended.message
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_comes_after_others_whoever_is_published_first() {
    let mut world = World::new().await;
    let runs = [
        ("success", AfterOutcome::Success),
        ("failure", AfterOutcome::Failure),
        ("any", AfterOutcome::Any),
    ];
    for (run, outcome) in runs {
        world
            .request(0, run, after(&["pool/other/a", "b"], outcome))
            .await;
    }
    world.settle().await;
    world.request(1, "a", RunRequest::default()).await;
    world.request(0, "b", RunRequest::default()).await;
    world.settle().await;
    for run in ["success", "failure", "any"] {
        assert_eq!(world.state_of(0, run), StateName::Scheduled, "{run}");
    }
    world.end(1, "a", OutcomeClass::Completed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "failure"), StateName::NotReached);
    let ended = end(&world, 0, "failure");
    assert_eq!(ended.reason, "NotReached");
    assert!(ended.message.contains("pool/other/a"), "{}", ended.message);
    world.change_leader();
    world.end(0, "b", OutcomeClass::Failed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "success"), StateName::NotReached);
    assert_eq!(world.state_of(0, "any"), StateName::Running);
    // Whoever asks for it once more has not asked it to wait.
    world.say(0, "success", Request::Retry(None)).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "success"), StateName::Running);
}

#[tokio::test(start_paused = true)]
async fn runs_that_would_wait_for_one_another_are_found_and_the_last_of_them_is_rejected() {
    let mut world = World::new().await;
    world
        .request(0, "a", after(&["pool/other/b"], AfterOutcome::Any))
        .await;
    world
        .request(1, "b", after(&["c"], AfterOutcome::Any))
        .await;
    world.settle().await;
    world
        .request(1, "c", after(&["pool/default/a"], AfterOutcome::Any))
        .await;
    world
        .request(0, "self", after(&["self"], AfterOutcome::Any))
        .await;
    world.settle().await;
    let ended = end(&world, 1, "c");
    assert_eq!(
        (ended.name, ended.reason.as_str()),
        (StateName::Rejected, "InvalidField")
    );
    for run in ["after: ", "pool/default/a", "pool/other/b", "pool/other/c"] {
        assert!(ended.message.contains(run), "{}", ended.message);
    }
    assert_eq!(world.state_of(0, "self"), StateName::Rejected);
    // With it the circle is open: whoever waits for any end goes on.
    assert_eq!(world.state_of(1, "b"), StateName::Running);
    world.end(1, "b", OutcomeClass::Completed).await;
    world.settle().await;
    assert_eq!(world.state_of(0, "a"), StateName::Running);
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_is_killed_between_an_end_and_what_follows_leaves_nothing_undone() {
    let mut world = World::new().await;
    world.request(0, "parent", RunRequest::default()).await;
    world.settle().await;
    for n in 0..40 {
        let (queue, run) = (n % 2, format!("c{n}"));
        world
            .request(queue, &run, child_of("pool/default/parent"))
            .await;
    }
    world.settle().await;
    world.end(0, "parent", OutcomeClass::Failed).await;
    for _ in 0..3 {
        world.some_records().await;
        world.change_leader();
    }
    world.settle().await;
    for n in 0..40 {
        assert_eq!(
            world.state_of(n % 2, &format!("c{n}")),
            StateName::Cancelled
        );
    }
    assert_eq!(world.void_decisions(), 0);
}

fn plain(request: RunRequest) -> Request {
    Request::Run(Arc::new(request))
}

//! Watching: every state once and in order, whatever was stored before and whatever comes.

use std::time::Duration;

use weir_client::{InspectError, Seq, StateName, Submission, Watch};
use weir_core::event::Decision;
use weir_log::Memory;

use crate::scene::{Scene, echo, key, run, run_id};

async fn states(mut watch: Watch<Memory>) -> Vec<StateName> {
    let all = async {
        let mut states = Vec::new();
        while let Some(view) = watch.next().await.expect("the run can be followed") {
            states.push(view.state_name);
        }
        states
    };
    tokio::time::timeout(Duration::from_mins(1), all)
        .await
        .expect("the run ends")
}

async fn submitted(scene: &Scene) -> Seq {
    let submission = Submission::to_queue(key("default"), echo())
        .run_id(run_id("r1"))
        .wait(Duration::ZERO);
    scene
        .client
        .submit(submission)
        .await
        .expect("it is submitted")
        .seq
}

const LIFE: [StateName; 5] = [
    StateName::Scheduled,
    StateName::Pending,
    StateName::Submitting,
    StateName::Running,
    StateName::Failed,
];

#[tokio::test(start_paused = true)]
async fn a_run_that_has_ended_is_told_from_its_stored_records() {
    let scene = Scene::new().await;
    let seq = submitted(&scene).await;
    scene.leader(&key("default")).await.live("r1", seq, 3).await;
    let watch = scene
        .client
        .watch(&run("default", "r1"))
        .await
        .expect("it can be watched");
    assert_eq!(states(watch).await, LIFE);
}

#[tokio::test(start_paused = true)]
async fn a_run_is_followed_while_it_lives() {
    let scene = Scene::new().await;
    let seq = submitted(&scene).await;
    let watch = scene
        .client
        .watch(&run("default", "r1"))
        .await
        .expect("it can be watched");
    let mut leader = scene.leader(&key("default")).await;
    let (states, ()) = tokio::join!(states(watch), leader.live("r1", seq, 3));
    assert_eq!(states, LIFE);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_not_requested_yet_is_waited_for() {
    let scene = Scene::new().await;
    let watch = scene
        .client
        .watch(&run("default", "r1"))
        .await
        .expect("it can be watched");
    let mut leader = scene.leader(&key("default")).await;
    let living = async {
        let seq = submitted(&scene).await;
        leader.live("r1", seq, 3).await;
    };
    let (states, ()) = tokio::join!(states(watch), living);
    assert_eq!(states, LIFE);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cancelled_before_it_starts_ends_cancelled() {
    let scene = Scene::new().await;
    submitted(&scene).await;
    let run = run("default", "r1");
    scene
        .client
        .cancel(&run, weir_client::CancelRequest::default())
        .await
        .expect("it is stored");
    let mut leader = scene.leader(&key("default")).await;
    leader
        .decide(
            "r1",
            Decision::Cancelled {
                reason: "too late".to_owned(),
                cause: weir_core::event::CancelCause::Asked,
                waits: Vec::new(),
            },
        )
        .await;
    let watch = scene.client.watch(&run).await.expect("it can be watched");
    assert_eq!(states(watch).await.last(), Some(&StateName::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_nobody_requested_cannot_be_inspected() {
    let scene = Scene::new().await;
    let error = scene
        .client
        .inspect(&run("default", "r1"))
        .await
        .expect_err("no such run");
    assert!(
        matches!(error, InspectError::UnknownRun { .. }),
        "{error:?}"
    );
}

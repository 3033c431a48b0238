//! Finding a run by its id alone.

use std::time::Duration;

use weir_client::{FindError, FindScope, QueryError, RunFilter, Submission};

use crate::scene::{Scene, echo, key, run, run_id};

async fn submit(scene: &Scene, queue: &str, id: &str) {
    let submission = Submission::to_queue(key(queue), echo())
        .run_id(run_id(id))
        .wait(Duration::ZERO);
    scene
        .client
        .submit(submission)
        .await
        .expect("it is submitted");
}

#[tokio::test]
async fn a_run_is_found_in_the_streams_where_no_scheduler_is_online() {
    let scene = Scene::new().await;
    scene.queue("high").await;
    submit(&scene, "high", "r1").await;
    let found = scene
        .client
        .find(&run_id("r1"), &FindScope::default())
        .await;
    assert_eq!(found, Ok(run("high", "r1")));
}

#[tokio::test]
async fn an_id_in_two_queues_is_ambiguous_and_says_which() {
    let scene = Scene::new().await;
    scene.queue("high").await;
    submit(&scene, "high", "r1").await;
    submit(&scene, "default", "r1").await;
    let error = scene
        .client
        .find(&run_id("r1"), &FindScope::default())
        .await
        .expect_err("it is ambiguous");
    assert_eq!(
        error.to_string(),
        "run id r1 is in 2 queues (local/default, local/high): say which with --pool and --queue"
    );
    let scope = FindScope {
        queue: Some(key("high").queue),
        ..FindScope::default()
    };
    assert_eq!(
        scene.client.find(&run_id("r1"), &scope).await,
        Ok(run("high", "r1"))
    );
}

#[tokio::test]
async fn an_unknown_id_is_an_error() {
    let scene = Scene::new().await;
    let error = scene
        .client
        .find(&run_id("r1"), &FindScope::default())
        .await
        .expect_err("no such run");
    assert!(matches!(error, FindError::UnknownRun { .. }), "{error:?}");
    let error = Scene::bare()
        .client
        .find(&run_id("r1"), &FindScope::default())
        .await
        .expect_err("no cell at all");
    assert!(matches!(error, FindError::UnknownRun { .. }), "{error:?}");
}

#[tokio::test]
async fn questions_that_need_a_scheduler_say_that_none_is_online() {
    let scene = Scene::new().await;
    assert_eq!(
        scene.client.runs(&RunFilter::default()).await,
        Err(QueryError::NoScheduler)
    );
    assert_eq!(
        scene.client.workers(None).await,
        Err(QueryError::NoScheduler)
    );
}

//! Deleting: what is refused, and what is written down.

use std::time::Duration;

use weir_client::{
    ConfigError, DeleteError, DeleteOptions, Deletion, QueueSpec, Submission, SubmitError,
};

use crate::scene::{POOL, Scene, echo, key};

fn soon() -> DeleteOptions {
    DeleteOptions::default().within(Duration::from_millis(50))
}

#[tokio::test(start_paused = true)]
async fn runs_that_have_not_ended_are_a_reason_to_refuse_and_are_counted() {
    let scene = Scene::new().await;
    for _ in 0..3 {
        let submission = Submission::to_queue(key("default"), echo()).wait(Duration::ZERO);
        scene.client.submit(submission).await.expect("it is stored");
    }
    let pool = Deletion::Pool(POOL.parse().expect("legal"));
    for what in [Deletion::Queue(key("default")), pool] {
        let error = scene.client.delete(&what, &soon()).await;
        assert!(
            matches!(error, Err(DeleteError::Unended { runs: 3, .. })),
            "{error:?}"
        );
    }
    let cell = scene.client.cell().await.expect("it can be read");
    assert!(cell.deleting(&key("default")).is_none(), "nothing was done");
}

#[tokio::test(start_paused = true)]
async fn without_a_scheduler_a_deletion_is_written_down_and_holds() {
    let scene = Scene::new().await;
    let what = Deletion::Queue(key("default"));
    for _ in 0..2 {
        let error = scene.client.delete(&what, &soon()).await;
        assert!(
            matches!(error, Err(DeleteError::NotInTime { runs: 0, .. })),
            "{error:?}"
        );
    }
    let again = scene
        .client
        .create_queue(QueueSpec::new(key("default")))
        .await;
    assert!(
        matches!(again, Err(ConfigError::Deleting { .. })),
        "{again:?}"
    );
    let submission = Submission::to_queue(key("default"), echo());
    let Err(SubmitError::Invalid { fault }) = scene.client.submit(submission).await else {
        panic!("nothing is published to a queue that goes");
    };
    assert!(
        fault
            .message
            .contains("is being deleted by tester (revision"),
        "{fault}"
    );
}

#[tokio::test]
async fn what_is_not_there_cannot_be_deleted() {
    let scene = Scene::new().await;
    let missing = [
        Deletion::Pool("nowhere".parse().expect("legal")),
        Deletion::Queue(key("nowhere")),
        Deletion::Deployment("etl/nowhere".parse().expect("legal")),
    ];
    for what in missing {
        let error = scene.client.delete(&what, &soon()).await;
        assert!(matches!(error, Err(DeleteError::Config(_))), "{error:?}");
    }
}

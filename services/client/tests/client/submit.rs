//! Submitting: what is checked before, what is waited for after.

use std::time::Duration;

use weir_client::{CancelError, CancelRequest, Fault, FaultCode, Seq, Submission, SubmitError};
use weir_core::event::Decision;

use crate::scene::{Scene, echo, key, run, run_id, variables};

#[tokio::test(start_paused = true)]
async fn a_run_is_on_the_log_when_submit_returns() {
    let scene = Scene::new().await;
    let submitted = scene
        .client
        .submit(Submission::to_queue(key("default"), echo()))
        .await
        .expect("it is submitted");
    let detail = scene
        .client
        .inspect(&submitted.run)
        .await
        .expect("it is there");
    assert_eq!(detail.view.request_seq, submitted.seq);
    assert!(!submitted.existed && !submitted.accepted);
}

#[tokio::test(start_paused = true)]
async fn a_typo_fails_before_anything_is_published() {
    let scene = Scene::new().await;
    let submission = Submission::to_queue(key("default"), variables(r#"{"comand":"echo hi"}"#))
        .run_id(run_id("r1"));
    let error = scene
        .client
        .submit(submission)
        .await
        .expect_err("it is refused");
    let SubmitError::Invalid { fault } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(fault.code, FaultCode::UnknownVariable);
    assert!(fault.message.contains("command"), "{fault}");
    assert!(scene.client.inspect(&run("default", "r1")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_does_not_exist_is_named_with_what_to_do() {
    let scene = Scene::new().await;
    let error = scene
        .client
        .submit(Submission::to_queue(key("hihg"), echo()))
        .await
        .expect_err("no such queue");
    assert_eq!(
        error.to_string(),
        "there is no work queue local/hihg: create it with `weir work-queue create hihg --pool local`"
    );
}

#[tokio::test(start_paused = true)]
async fn an_unknown_deployment_is_refused() {
    let scene = Scene::new().await;
    let submission = Submission::of_deployment("etl/nightly".parse().expect("a legal name"));
    let error = scene
        .client
        .submit(submission)
        .await
        .expect_err("no such deployment");
    let SubmitError::Invalid { fault } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(fault.code, FaultCode::UnknownDeployment);
}

#[tokio::test(start_paused = true)]
async fn more_than_64_tags_are_refused_by_the_schedulers_own_decoder() {
    let scene = Scene::new().await;
    let mut request = echo();
    request.tags = (0..65)
        .map(|n| format!("t{n}").parse().expect("a legal tag"))
        .collect();
    let error = scene
        .client
        .submit(Submission::to_queue(key("default"), request))
        .await
        .expect_err("too many");
    assert!(
        matches!(&error, SubmitError::Invalid { fault } if fault.code == FaultCode::TooLarge),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rejection_within_the_wait_fails_on_the_spot() {
    let scene = Scene::new().await;
    let mut leader = scene.leader(&key("default")).await;
    let submission = Submission::to_queue(key("default"), echo()).run_id(run_id("r1"));
    let rejecting = async {
        leader.next_request(Seq(0)).await;
        let fault = Fault::new(FaultCode::QueueFull, "", "the queue is full");
        leader.decide("r1", Decision::Rejected(fault)).await;
    };
    let (submitted, ()) = tokio::join!(scene.client.submit(submission), rejecting);
    let error = submitted.expect_err("it was rejected");
    let SubmitError::Rejected {
        run: rejected,
        fault,
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (rejected, fault.code),
        (&run("default", "r1"), FaultCode::QueueFull)
    );
}

#[tokio::test(start_paused = true)]
async fn a_claim_ends_the_wait() {
    let scene = Scene::new().await;
    let mut leader = scene.leader(&key("default")).await;
    let wait = Duration::from_hours(1);
    let submission = Submission::to_queue(key("default"), echo())
        .run_id(run_id("r1"))
        .wait(wait);
    let claiming = async {
        let request = leader.next_request(Seq(0)).await;
        leader.claim("r1", request.seq).await;
    };
    let began = tokio::time::Instant::now();
    let (submitted, ()) = tokio::join!(scene.client.submit(submission), claiming);
    assert!(submitted.expect("it is submitted").accepted);
    assert!(began.elapsed() < wait);
}

#[tokio::test(start_paused = true)]
async fn the_same_id_twice_is_one_run_and_is_said() {
    let scene = Scene::new().await;
    let submission = || {
        Submission::to_queue(key("default"), echo())
            .run_id(run_id("r1"))
            .wait(Duration::ZERO)
    };
    let first = scene
        .client
        .submit(submission())
        .await
        .expect("it is submitted");
    let again = scene
        .client
        .submit(submission())
        .await
        .expect("it is submitted");
    assert!(!first.existed && again.existed);
    let other = Submission::to_queue(key("default"), variables(r#"{"command":"echo other"}"#))
        .run_id(run_id("r1"));
    let other = scene
        .client
        .submit(other.wait(Duration::ZERO))
        .await
        .expect("it is submitted");
    assert!(other.existed);
    let view = scene
        .client
        .inspect(&first.run)
        .await
        .expect("it is there")
        .view;
    assert_eq!(view.other_requests, 1);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_is_stored_also_before_its_request() {
    let scene = Scene::new().await;
    let run = run("default", "r1");
    scene
        .client
        .cancel(&run, CancelRequest::default())
        .await
        .expect("it is stored");
    let submission = Submission::to_queue(key("default"), echo())
        .run_id(run_id("r1"))
        .wait(Duration::ZERO);
    let submitted = scene
        .client
        .submit(submission)
        .await
        .expect("it is submitted");
    assert!(!submitted.existed, "a cancel alone is not a run");
    assert!(
        scene
            .client
            .inspect(&run)
            .await
            .expect("it is there")
            .view
            .cancel_requested
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancel_in_a_queue_that_does_not_exist_is_an_error() {
    let scene = Scene::new().await;
    let error = scene
        .client
        .cancel(&run("hihg", "r1"), CancelRequest::default())
        .await
        .expect_err("no such queue");
    assert!(
        matches!(error, CancelError::UnknownQueue { .. }),
        "{error:?}"
    );
}

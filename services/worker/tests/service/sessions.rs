//! Sessions, leases, draining, and what a worker says when it cannot work; on virtual time.

use std::time::Duration;

use weir_core::{
    cell::PoolType,
    event::{OutcomeClass, Reported, RevokeCause, Voice},
};
use weir_log::{
    Leases as _,
    memory::faults::{AppendFault, AppendRule, Fate},
};
use weir_worker::WorkerError;

use crate::{
    stage::{self, FOR_EVER, Stage, queue_key},
    watch::class,
};

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_renewed_stops_its_attempts_and_another_one_begins() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 4);
    stage.submit("r1", FOR_EVER).await;
    stage.until_started("r1").await;
    let first = stage.until_session("one", |_| true).await.session;
    stage.log.faults().make_unreachable("weir_lease", true);
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.reason.as_str(), gone),
        (OutcomeClass::Lost, "SessionLost", true)
    );
    // Nothing is started without a session.
    stage.submit("r2", "{}").await;
    stage.clock.sleep(Duration::from_secs(20)).await;
    assert_eq!(stage.reports("r2").await, []);
    stage.log.faults().make_unreachable("weir_lease", false);
    let (outcome, _) = stage.until_finished("r2").await;
    assert_eq!(outcome.class, OutcomeClass::Completed);
    let second = stage
        .log
        .session(&queue_key().pool, &"one".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_ne!(second.session.session, first);
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_under_a_session_that_is_over_by_then_is_not_started_and_that_is_told() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 1);
    let first = stage.until_session("one", |_| true).await.session;
    // `Taken` is stored, but its acknowledgement comes so late that the session is over: as in a worker that was frozen.
    let fault = AppendFault::TimesOut(Fate::Now);
    stage
        .log
        .faults()
        .on_append(AppendRule::next(&stage.queue, fault).voice(Voice::Report));
    stage.log.faults().make_unreachable("weir_lease", true);
    stage.submit("r1", "{}").await;
    stage
        .until("r1", |what| matches!(what, Reported::Taken { .. }))
        .await;
    stage.clock.sleep(Duration::from_secs(10)).await;
    stage.log.faults().make_unreachable("weir_lease", false);
    stage
        .until_session("one", |session| session.session != first)
        .await;
    stage.submit("r2", "{}").await;
    stage.until_finished("r2").await;
    // It is told, or a session that goes on would hold the attempt for ever; and it costs no try.
    stage
        .until("r1", |what| matches!(what, Reported::HandedBack))
        .await;
    assert_eq!(stage.reports("r1").await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_workers_revocation_is_not_answered() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 1);
    stage.submit("r1", FOR_EVER).await;
    stage.until_started("r1").await;
    let session = stage.until_session("one", |_| true).await.session;
    stage
        .revoke("r1", 1, RevokeCause::WorkerLost { session })
        .await;
    stage.submit("r2", "{}").await;
    stage.until_finished("r2").await;
    assert_eq!(stage.reports("r1").await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_draining_worker_hands_back_what_it_has_taken_and_not_started() {
    let stage = Stage::null().await;
    let worker = stage.start("one", 4);
    stage.until_session("one", |_| true).await;
    // Its `Taken` is stored, and the acknowledgement comes only when the worker is being stopped.
    let fault = AppendFault::TimesOut(Fate::Now);
    stage
        .log
        .faults()
        .on_append(AppendRule::next(&stage.queue, fault).voice(Voice::Report));
    stage.submit("r1", FOR_EVER).await;
    stage
        .until("r1", |what| matches!(what, Reported::Taken { .. }))
        .await;
    worker.stop.cancel();
    stage
        .until("r1", |what| matches!(what, Reported::HandedBack))
        .await;
    worker.ended().await.unwrap();
    assert_eq!(stage.reports("r1").await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_draining_worker_lets_its_attempts_end_and_takes_no_more() {
    let stage = Stage::null().await;
    let worker = stage.start("one", 4);
    stage.submit("r1", r#"{"sleep": 2000}"#).await;
    stage.until_started("r1").await;
    worker.stop.cancel();
    stage
        .until_session("one", |session| session.draining && !session.ended)
        .await;
    stage.submit("r2", "{}").await;
    worker.ended().await.unwrap();
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Completed, true)
    );
    assert_eq!(stage.reports("r2").await, []);
    let session = stage.until_session("one", |_| true).await;
    assert!(session.ended && session.in_use == 0, "{session:?}");
    // What it gave back is somebody else's at once.
    let _two = stage.start("two", 4);
    stage.until_finished("r2").await;
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_while_draining_is_stopped() {
    let stage = Stage::null().await;
    let worker = stage.start("one", 4);
    stage.submit("r1", FOR_EVER).await;
    stage.until_started("r1").await;
    worker.stop.cancel();
    worker.ended().await.unwrap();
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.reason.as_str(), gone),
        (OutcomeClass::Stopped, "WorkerStopping", true)
    );
}

#[tokio::test(start_paused = true)]
async fn a_second_worker_of_the_same_name_says_what_to_do() {
    let stage = Stage::null().await;
    let _one = stage.start("one", 4);
    stage.until_session("one", |_| true).await;
    let error = stage.start("one", 4).ended().await.unwrap_err();
    assert!(matches!(error, WorkerError::NameTaken { .. }), "{error}");
    assert!(
        error.to_string().contains("choose another --name"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_was_killed_comes_back_under_its_name_when_its_lease_is_over() {
    let stage = Stage::null().await;
    let one = stage.start("one", 4);
    let first = stage.until_session("one", |_| true).await.session;
    one.task.abort();
    let _again = stage.start("one", 4);
    let second = stage
        .until_session("one", |session| session.session != first)
        .await;
    assert!(!second.ended);
}

#[tokio::test(start_paused = true)]
async fn a_worker_waits_for_its_pool_and_says_so() {
    let clock =
        weir_runtime::Clock::virtual_from(weir_core::time::Timestamp(1_700_000_000_000_000_000));
    let mut stage = Stage::without_pool(clock).await;
    let worker = stage.start("one", 4);
    stage.clock.sleep(Duration::from_secs(1)).await;
    let reasons = worker.health.readiness().reasons;
    assert!(
        reasons["worker"][0].contains("weir work-pool create pool"),
        "{reasons:?}"
    );
    stage.configure_pool(PoolType::Null, "{}").await;
    stage.open_queue().await;
    tokio::time::timeout(stage::DEADLINE, worker.health.ready())
        .await
        .expect("ready in time");
}

#[tokio::test(start_paused = true)]
async fn a_pool_of_another_type_is_refused_by_name() {
    let stage = Stage::new(PoolType::Kubernetes, "{}", weir_runtime::Clock::system()).await;
    let error = stage.start("one", 4).ended().await.unwrap_err();
    assert!(
        matches!(
            error,
            WorkerError::WrongPoolType {
                kind: "kubernetes",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_for_named_queues_leaves_the_others_alone() {
    let stage = Stage::null().await;
    let worker = stage.start_with("one", Stage::settings(4), ["elsewhere".parse().unwrap()]);
    stage.until_session("one", |_| true).await;
    stage.submit("r1", "{}").await;
    stage.clock.sleep(Duration::from_mins(1)).await;
    assert_eq!(stage.reports("r1").await, []);
    let reasons = worker.health.readiness().reasons;
    assert!(reasons["worker"][0].contains("elsewhere"), "{reasons:?}");
}

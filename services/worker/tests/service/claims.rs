//! Claims, orders and reports, with the executor that does nothing, on virtual time.

use std::time::Duration;

use weir_core::event::{Body, OutcomeClass, Report, Reported, RevokeCause, Voice};
use weir_log::{
    QueueLog as _,
    memory::faults::{AppendFault, AppendRule, Fate},
};

use crate::{
    stage::{FOR_EVER, Stage},
    watch::class,
};

#[tokio::test(start_paused = true)]
async fn a_claim_becomes_a_finished_run_of_five_events() {
    let stage = Stage::null().await;
    let worker = stage.start("one", 4);
    stage.submit("r1", "{}").await;
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.exit_code, gone),
        (OutcomeClass::Completed, Some(0), true)
    );
    let reports = stage.reports("r1").await;
    assert!(
        matches!(
            reports
                .iter()
                .map(|report| (report.n, &report.what))
                .collect::<Vec<_>>()[..],
            [
                (1, Reported::Taken { .. }),
                (2, Reported::Started { .. }),
                (3, Reported::Finished { .. })
            ]
        ),
        "{reports:#?}"
    );
    assert_eq!(stage.records("r1").await.len(), 5);
    worker.stop.cancel();
    worker.ended().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_exit_code_fails_a_run() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 4);
    stage.submit("r1", r#"{"exit_code": 3}"#).await;
    let (outcome, _) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.exit_code),
        (OutcomeClass::Failed, Some(3))
    );
}

#[tokio::test(start_paused = true)]
async fn one_claim_delivered_to_two_workers_starts_once() {
    let stage = Stage::null().await;
    let fault = AppendFault::TimesOut(Fate::Never);
    stage
        .log
        .faults()
        .on_append(AppendRule::next(&stage.queue, fault).voice(Voice::Report));
    let _workers = [stage.start("one", 4), stage.start("two", 4)];
    for worker in ["one", "two"] {
        stage.until_session(worker, |_| true).await;
    }
    stage.submit("r1", r#"{"sleep": 20000}"#).await;
    // Whoever pulls it first is not heard, and says it again later; it is offered again until the other has it.
    let mut again = stage.clock.ticks(Duration::from_millis(10));
    while stage.reports("r1").await.is_empty() {
        stage.log.faults().redeliver_claims(&stage.queue);
        again.tick().await;
    }
    stage.until_finished("r1").await;
    let reports = stage.reports("r1").await;
    let of = |kind: fn(&Reported) -> bool| -> Vec<&Report> {
        reports.iter().filter(|r| kind(&r.what)).collect()
    };
    let taken = of(|what| matches!(what, Reported::Taken { .. }));
    let started = of(|what| matches!(what, Reported::Started { .. }));
    assert_eq!((taken.len(), started.len()), (2, 1), "{reports:#?}");
    assert_ne!(taken[0].session, taken[1].session);
    assert_eq!(
        started[0].session, taken[0].session,
        "the first to be heard"
    );
}

#[tokio::test(start_paused = true)]
async fn an_ordered_cancel_stops_the_attempt() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 4);
    stage.submit("r1", FOR_EVER).await;
    stage.until_started("r1").await;
    stage.order_cancel("r1", 1).await;
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.reason.as_str(), gone),
        (OutcomeClass::Stopped, "Cancelled", true)
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancel_that_was_ordered_before_the_worker_came_is_found() {
    let stage = Stage::null().await;
    stage.submit("r1", FOR_EVER).await;
    stage.order_cancel("r1", 1).await;
    let _worker = stage.start("one", 4);
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Stopped, true)
    );
    let reports = stage.reports("r1").await;
    assert!(
        !reports
            .iter()
            .any(|r| matches!(r.what, Reported::Started { .. })),
        "{reports:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancel_that_comes_before_its_claim_is_pulled_is_kept() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 1);
    stage.submit("first", r#"{"sleep": 3000}"#).await;
    stage.until_started("first").await;
    // There is no room for this one yet, but its order is heard.
    stage.submit("r1", FOR_EVER).await;
    stage.order_cancel("r1", 1).await;
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Stopped, true)
    );
    let reports = stage.reports("r1").await;
    assert!(
        !reports
            .iter()
            .any(|r| matches!(r.what, Reported::Started { .. })),
        "{reports:#?}"
    );
}

/// A claim whose `Taken` gets no answer, of this fate, and which is revoked before it can be said again.
async fn revoked_while_unsure(fate: Fate) -> Vec<Report> {
    let stage = Stage::null().await;
    let fault = AppendFault::TimesOut(fate);
    stage
        .log
        .faults()
        .on_append(AppendRule::next(&stage.queue, fault).voice(Voice::Report));
    stage.log.faults().hold_orders(&stage.queue, true); // so that only the fence tells
    let _worker = stage.start("one", 1);
    stage.submit("r1", "{}").await;
    stage
        .until_session("one", |session| session.in_use == 1)
        .await;
    stage.revoke("r1", 1, RevokeCause::NotTaken).await;
    // The only place of this worker is free again when it has let go.
    stage.submit("r2", "{}").await;
    stage.until_finished("r2").await;
    stage.reports("r1").await
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_is_revoked_between_pull_and_taken_starts_nothing() {
    let reports = revoked_while_unsure(Fate::Never).await;
    // Whether its `Taken` stands it cannot know; where it does not, the word is void.
    assert!(
        matches!(
            reports.as_slice(),
            [Report {
                what: Reported::Gone { .. },
                ..
            }]
        ),
        "{reports:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_taken_without_an_answer_that_stands_before_the_revocation_is_told_to_be_gone() {
    let reports = revoked_while_unsure(Fate::Now).await;
    assert!(
        matches!(
            reports.as_slice(),
            [
                Report {
                    what: Reported::Taken { .. },
                    ..
                },
                Report {
                    what: Reported::Gone { .. },
                    ..
                }
            ]
        ),
        "{reports:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_revoked_attempt_is_stopped_and_only_its_being_gone_is_reported() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 4);
    stage.submit("r1", FOR_EVER).await;
    stage.until_started("r1").await;
    stage.revoke("r1", 1, RevokeCause::Cancel).await;
    let report = stage
        .until("r1", |what| matches!(what, Reported::Gone { .. }))
        .await;
    let Reported::Gone {
        outcome: Some(outcome),
    } = report.what
    else {
        panic!("{report:?}")
    };
    assert_eq!(outcome.class, OutcomeClass::Stopped);
    assert_eq!(stage.reports("r1").await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_is_learned_from_the_fence_alone_is_answered_with_gone() {
    let stage = Stage::null().await;
    stage.log.faults().hold_orders(&stage.queue, true);
    let _worker = stage.start("one", 4);
    stage.submit("r1", r#"{"sleep": 2000}"#).await;
    stage.until_started("r1").await;
    stage.revoke("r1", 1, RevokeCause::Cancel).await;
    stage
        .until("r1", |what| matches!(what, Reported::Gone { .. }))
        .await;
    let reports = stage.reports("r1").await;
    assert!(
        !reports
            .iter()
            .any(|r| matches!(r.what, Reported::Finished { .. })),
        "{reports:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn another_attempt_in_its_place_makes_the_worker_let_go_in_silence() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 1);
    let request = stage
        .request("r1", &format!(r#"{{"jobVariables": {FOR_EVER}}}"#))
        .await;
    stage.claim("r1", 1, request).await;
    stage.until_started("r1").await;
    stage.claim("r1", 2, request).await;
    stage
        .until("r1", |what| matches!(what, Reported::Taken { .. }))
        .await;
    let second = |reports: &[Report]| reports.iter().filter(|r| r.attempt.0 == 2).count();
    stage
        .until_session("one", |session| session.in_use == 1)
        .await;
    while second(&stage.reports("r1").await) < 2 {
        tokio::task::yield_now().await;
        stage.clock.sleep(Duration::from_millis(1)).await;
    }
    let reports = stage.reports("r1").await;
    assert_eq!(reports.len(), 4, "Taken and Started of each: {reports:#?}");
}

#[tokio::test(start_paused = true)]
async fn reports_are_sent_again_until_the_broker_has_them_and_stand_once() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 4);
    let faults = stage.log.faults();
    faults.on_append(
        AppendRule::next(&stage.queue, AppendFault::Busy)
            .voice(Voice::Report)
            .times(5),
    );
    let lost = AppendFault::TimesOut(Fate::Now);
    faults.on_append(
        AppendRule::next(&stage.queue, lost)
            .voice(Voice::Report)
            .times(3),
    );
    stage.submit("r1", r#"{"exit_code": 1}"#).await;
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Failed, true)
    );
    let reports = stage.reports("r1").await;
    assert_eq!(
        reports.iter().map(|report| report.n).collect::<Vec<_>>(),
        [1, 2, 3],
        "{reports:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_outcome_waits_for_room_in_a_full_stream() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 4);
    stage.submit("r1", r#"{"sleep": 1000}"#).await;
    stage.until_started("r1").await;
    let usage = stage.log.usage(&stage.queue).await.unwrap();
    stage
        .log
        .resize_queue(&stage.queue, usage.bytes)
        .await
        .unwrap();
    stage.clock.sleep(Duration::from_mins(10)).await;
    assert_eq!(stage.reports("r1").await.len(), 2);
    stage
        .log
        .resize_queue(&stage.queue, 64 << 20)
        .await
        .unwrap();
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Completed, true)
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_never_holds_more_than_its_limit() {
    let stage = Stage::null().await;
    let _worker = stage.start("one", 2);
    for n in 0..8 {
        stage.submit(&format!("r{n}"), r#"{"sleep": 500}"#).await;
    }
    let mut edges = Vec::new();
    for n in 0..8 {
        stage.until_finished(&format!("r{n}")).await;
        for record in stage.records(&format!("r{n}")).await {
            if let Body::Report { report, .. } = record.body {
                match report.what {
                    Reported::Taken { .. } => edges.push((record.seq, 1)),
                    Reported::Finished { .. } => edges.push((record.seq, -1)),
                    _ => {}
                }
            }
        }
    }
    edges.sort_unstable();
    let mut held = 0;
    for (at, step) in edges {
        held += step;
        assert!(held <= 2, "{held} held at {at:?}");
    }
    assert_eq!(held, 0);
}

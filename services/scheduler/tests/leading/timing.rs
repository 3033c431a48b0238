//! Not before its time, and not too late: scheduled times, lateness, and who wins when both come together.

use std::{sync::Arc, time::Duration};

use weir_core::{
    cell::{ConfigObject, DeploymentConfig},
    event::{Body, CancelCause, Decision, Outcome, OutcomeClass, Reported},
    family::{After, AfterOutcome},
    ids::Seq,
    limit::LimitKey,
    request::{CancelRequest, FaultCode, Request, RunRequest},
    state::{End, Stage, StateName},
    time::Timestamp,
    wait::WaitCause,
};

use crate::cell::{Cell, id, live};

/// Well within the lease of the worker, which nobody renews here.
const LATENESS: Duration = Duration::from_secs(6);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn at(cell: &Cell, run: &str, scheduled: Option<Timestamp>, lateness: Option<Duration>) {
    let request = RunRequest {
        scheduled_time: scheduled,
        max_lateness: lateness,
        ..RunRequest::default()
    };
    cell.request(run, Request::Run(Arc::new(request))).await;
}

#[expect(
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]
fn end(cell: &Cell, run: &str) -> End {
    match &cell.folded.run(&id(run)).unwrap().stage {
        Stage::Ended(end) => end.clone(),
        Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed => {
            panic!("{run} has not ended")
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_with_a_time_starts_then_whoever_leads_and_holds_nothing_before() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let first = cell.schedule("first");
    let due = cell.clock.now().after(seconds(10));
    at(&cell, "later", Some(due), None).await;
    // It stands before the other one in the log, and not in its way.
    cell.run("now").await;
    let claim = cell.until_claimed("now", 1).await;
    assert!(cell.folded.run(&id("later")).unwrap().live.is_none());
    cell.take("now", 1, claim).await;
    cell.finish("now", 1, claim, OutcomeClass::Completed).await;
    cell.until_state("now", StateName::Completed).await;
    // Whoever leads then has not heard it being asked for.
    let _second = cell.schedule("second");
    first.cancel();
    cell.until_claimed("later", 1).await;
    let run = cell.folded.run(&id("later")).unwrap();
    let claimed = run.live.as_deref().unwrap().claimed_at;
    assert!(claimed >= due, "{:?} too early", due.since(claimed));
    assert!(
        claimed.since(due) < seconds(1),
        "{:?} late",
        claimed.since(due)
    );
    assert_eq!(run.waits.first().unwrap().cause, WaitCause::NotDue);
    assert_eq!(live(&cell.folded), 1);
}

#[tokio::test(start_paused = true)]
async fn a_time_that_is_past_is_now_and_gets_nobody_ahead_and_one_too_far_away_is_refused() {
    let mut cell = Cell::new(Some(1)).await;
    cell.run("first").await;
    at(&cell, "past", Some(Timestamp(1)), None).await;
    let far = cell.clock.now().after(seconds(3_660 * 86_400 + 60));
    at(&cell, "far", Some(far), None).await;
    cell.worker(10).await;
    let _leader = cell.schedule("one");
    cell.until_state("far", StateName::Rejected).await;
    assert_eq!(end(&cell, "far").reason, FaultCode::TooLarge.as_str());
    let message = end(&cell, "far").message;
    assert!(
        message.starts_with("scheduledTime: ") && message.contains("3660 days"),
        "{message}"
    );
    for run in ["first", "past"] {
        let claim = cell.until_claimed(run, 1).await;
        cell.take(run, 1, claim).await;
        cell.finish(run, 1, claim, OutcomeClass::Completed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_was_due_first_goes_first_whoever_asked_first() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let _leader = cell.schedule("one");
    cell.run("holds").await;
    let claim = cell.until_claimed("holds", 1).await;
    cell.take("holds", 1, claim).await;
    let now = cell.clock.now();
    at(&cell, "third", Some(now.after(seconds(3))), None).await;
    at(&cell, "second", Some(now.after(seconds(2))), None).await;
    cell.run("first").await;
    cell.clock.sleep(seconds(5)).await;
    let mut held = ("holds", claim);
    for next in ["first", "second", "third"] {
        cell.finish(held.0, 1, held.1, OutcomeClass::Completed)
            .await;
        let claim = cell.until_claimed(next, 1).await;
        assert_eq!(live(&cell.folded), 1, "{next}");
        cell.take(next, 1, claim).await;
        held = (next, claim);
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_past_its_lateness_lapses_then_and_says_what_it_waited_for() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let first = cell.schedule("first");
    cell.run("holds").await;
    let claim = cell.until_claimed("holds", 1).await;
    cell.take("holds", 1, claim).await;
    let due = cell.clock.now().after(seconds(5));
    at(&cell, "scheduled", Some(due), Some(LATENESS)).await;
    at(&cell, "at-once", None, Some(seconds(13))).await;
    let _second = cell.schedule("second");
    first.cancel();
    cell.report(
        "holds",
        1,
        2,
        claim,
        Reported::Started {
            infrastructure: String::new(),
        },
    )
    .await;
    cell.until_state("scheduled", StateName::Lapsed).await;
    let by = due.after(LATENESS);
    let ended = end(&cell, "scheduled");
    assert!(
        ended.at >= by && ended.at.since(by) < seconds(1),
        "{:?}",
        ended.at
    );
    assert_eq!(ended.reason, "Lapsed");
    let words = format!("not started by {by} (scheduled for {due}, at most 6s late)");
    assert_eq!(ended.message, words);
    let waits = &cell.folded.run(&id("scheduled")).unwrap().waits;
    let pool = LimitKey::Pool("pool".parse().unwrap());
    assert_eq!(waits.first().unwrap().cause, WaitCause::NotDue);
    assert_eq!(waits.last().unwrap().cause, WaitCause::Limit(pool, 1));
    cell.until_state("at-once", StateName::Lapsed).await;
    assert!(end(&cell, "at-once").message.contains("requested at"));
    // It is run by hand all the same, as late as it will.
    cell.request("at-once", Request::Retry(None)).await;
    cell.worker(10).await;
    cell.clock.sleep(seconds(14)).await;
    let outcome = Some(Outcome::of(OutcomeClass::Completed));
    cell.report("holds", 1, 3, claim, Reported::Gone { outcome })
        .await;
    cell.worker(10).await;
    cell.until_claimed("at-once", 1).await;
}

/// The order that an attempt has been given for being late.
async fn ordered(cell: &mut Cell, run: &str) -> Seq {
    let run = id(run);
    cell.until("the order", |_, record| {
        let record = record?;
        let Body::Decision { run_id, decided } = &record.body else {
            return None;
        };
        let late = matches!(
            decided.what,
            Decision::CancelOrdered {
                cause: CancelCause::Lapsed,
                ..
            }
        );
        (late && *run_id == run).then_some(record.seq)
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn what_is_held_and_has_not_started_is_stopped_and_lapses_when_it_is_gone() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let _leader = cell.schedule("one");
    at(&cell, "a", None, Some(LATENESS)).await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    ordered(&mut cell, "a").await;
    assert_eq!(
        cell.folded.run(&id("a")).unwrap().state_name(),
        StateName::Cancelling
    );
    assert_eq!(live(&cell.folded), 1, "the slot is held until it is gone");
    cell.finish("a", 1, claim, OutcomeClass::Stopped).await;
    cell.until_state("a", StateName::Lapsed).await;
    let ended = end(&cell, "a");
    assert_eq!(ended.reason, "Lapsed");
    assert!(
        ended.message.starts_with("not started by "),
        "{}",
        ended.message
    );
}

#[tokio::test(start_paused = true)]
async fn what_has_started_before_the_order_goes_on_and_what_has_started_never_lapses() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let _leader = cell.schedule("one");
    let request = RunRequest {
        max_lateness: Some(LATENESS),
        retries: Some(1),
        retry_delay: Some(seconds(10)),
        ..RunRequest::default()
    };
    cell.request("a", Request::Run(Arc::new(request))).await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    let started = Reported::Started {
        infrastructure: String::new(),
    };
    cell.report("a", 1, 2, claim, started).await;
    cell.until_state("a", StateName::Running).await;
    cell.clock.sleep(seconds(10)).await;
    cell.worker(10).await;
    let gone = Reported::Gone {
        outcome: Some(Outcome::of(OutcomeClass::Failed)),
    };
    cell.report("a", 1, 3, claim, gone).await;
    cell.until_state("a", StateName::AwaitingRetry).await;
    // Its next attempt is long past its lateness.
    cell.until_claimed("a", 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_deployments_lateness_holds_for_what_waits_already_and_a_requests_stands_over_it() {
    let mut cell = Cell::new(Some(0)).await;
    cell.worker(10).await;
    let _leader = cell.schedule("one");
    let deployment = |lateness| {
        let name = "etl/nightly".parse().unwrap();
        let config = DeploymentConfig {
            max_lateness: lateness,
            ..DeploymentConfig::new(name, cell.queue.key.clone())
        };
        ConfigObject::Deployment(Box::new(config))
    };
    let (without, with) = (deployment(None), deployment(Some(LATENESS)));
    let revision = cell.configure_over(Seq(0), without).await;
    for (run, own) in [("follows", None), ("own", Some(seconds(300)))] {
        let request = RunRequest {
            deployment: Some("etl/nightly".parse().unwrap()),
            max_lateness: own,
            ..RunRequest::default()
        };
        cell.request(run, Request::Run(Arc::new(request))).await;
    }
    let requested = cell.clock.now();
    cell.clock.sleep(seconds(60)).await;
    assert!(cell.clock.now().since(requested) > LATENESS);
    cell.configure_over(revision, with).await;
    cell.until_state("follows", StateName::Lapsed).await;
    assert!(end(&cell, "follows").at.since(requested) < seconds(62));
    cell.until_state("own", StateName::Lapsed).await;
    assert!(end(&cell, "own").at.since(requested) >= seconds(300));
}

#[tokio::test(start_paused = true)]
async fn a_cancel_a_priority_and_a_pause_reach_what_is_not_due_yet() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let _leader = cell.schedule("one");
    let due = cell.clock.now().after(seconds(10));
    at(&cell, "a", Some(due), Some(LATENESS)).await;
    at(&cell, "b", Some(due), None).await;
    at(&cell, "c", Some(due), None).await;
    cell.request("a", Request::Cancel(CancelRequest::default()))
        .await;
    cell.until_state("a", StateName::Cancelled).await;
    assert_eq!(
        cell.folded
            .run(&id("a"))
            .unwrap()
            .waits
            .first()
            .unwrap()
            .cause,
        WaitCause::NotDue
    );
    cell.request("c", Request::SetPriority(5)).await;
    let clock = cell.clock.clone();
    let claim = clock.timeout(seconds(14), cell.until_claimed("c", 1)).await;
    assert!(claim.is_ok());
    assert!(cell.clock.now() >= due);
    assert!(cell.folded.run(&id("b")).unwrap().live.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_others_is_not_late_before_they_end_and_lapses_by_its_own_time() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    // There is no worker: it waits.
    cell.run("first").await;
    let request = RunRequest {
        after: Some(After {
            runs: vec!["first".parse().unwrap()],
            outcome: AfterOutcome::Success,
        }),
        max_lateness: Some(LATENESS),
        ..RunRequest::default()
    };
    cell.request("second", Request::Run(Arc::new(request)))
        .await;
    cell.until("both are asked for", |folded, _| {
        (folded.len() >= 2).then_some(())
    })
    .await;
    let mut folded = cell.folded.clone();
    folded.call_late(Timestamp::MAX);
    let name = |run| folded.name_of(folded.run(&id(run)).unwrap());
    assert_eq!(name("first"), StateName::Late);
    assert_eq!(name("second"), StateName::Scheduled);
    assert_eq!(folded.violation(), None);
    cell.until_state("second", StateName::Lapsed).await;
    let waits = &cell.folded.run(&id("second")).unwrap().waits;
    assert_eq!(waits.first().unwrap().cause, WaitCause::After);
}

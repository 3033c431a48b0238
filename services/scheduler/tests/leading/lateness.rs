//! What becomes of others where a run lapses: schedules that make up for what was missed, runs that wait for it, parents.

use std::{sync::Arc, time::Duration};

use weir_core::{
    awaits::{WaitId, Waits},
    cell::{ConfigObject, DeploymentConfig},
    event::{Body, CancelCause, Decision, Outcome, OutcomeClass, Record, Reported},
    family::{After, AfterOutcome, OnFailure, Parent},
    ids::{Attempt, RunId, Seq},
    json::JsonObject,
    request::{Request, RunRequest},
    state::{End, Stage, StateName},
};
use weir_runtime::Meter;

use crate::{
    cell::{Cell, id, session},
    measures::shown,
};

/// Well within the lease of the worker, which nobody renews here.
const LATENESS: Duration = Duration::from_secs(6);

/// What a record says of which run, if it is a decision.
fn decided(record: Option<&Record>) -> Option<(&RunId, &Decision)> {
    let Body::Decision { run_id, decided } = &record?.body else {
        return None;
    };
    Some((run_id, &decided.what))
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

/// A run that has the only slot and has started; returned is its claim.
async fn parent_runs(cell: &mut Cell) -> Seq {
    cell.worker(10).await;
    cell.run("parent").await;
    let claim = cell.until_claimed("parent", 1).await;
    cell.take("parent", 1, claim).await;
    let infrastructure = String::new();
    cell.report("parent", 1, 2, claim, Reported::Started { infrastructure })
        .await;
    cell.until_state("parent", StateName::Running).await;
    claim
}

impl Cell {
    async fn ends(&self, run: &str, claim: Seq, class: OutcomeClass) {
        let outcome = Outcome::of(class);
        let gone = true;
        self.report(run, 1, 3, claim, Reported::Finished { outcome, gone })
            .await;
    }
}

fn child(on_failure: OnFailure) -> Request {
    let parent = Parent {
        on_failure,
        ..Parent::new("parent".parse().unwrap())
    };
    Request::Run(Arc::new(RunRequest {
        parent: Some(parent),
        max_lateness: Some(LATENESS),
        ..RunRequest::default()
    }))
}

#[tokio::test(start_paused = true)]
async fn a_schedule_makes_up_for_nothing_that_would_lapse_at_once() {
    let mut cell = Cell::new(None).await;
    let leader = cell.schedule("one");
    let text = r#"{"cron":"* * * * *","slug":"s","overlap_policy":"allow_all"}"#;
    let lateness = Duration::from_secs(150);
    let deployment = DeploymentConfig {
        schedules: vec![JsonObject::parse(text).unwrap()],
        max_lateness: Some(lateness),
        ..DeploymentConfig::new("etl/load".parse().unwrap(), cell.queue.key.clone())
    };
    cell.configure(ConfigObject::Deployment(Box::new(deployment)))
        .await;
    cell.until_cell("the queue is opened", |cell| {
        cell.all_opened().next().is_some()
    })
    .await;
    leader.cancel();
    cell.clock.sleep(Duration::from_hours(1)).await;
    let meter = Meter::new();
    let _another = cell.schedule_measured("two", &meter);
    let mut made = Vec::new();
    cell.until("four runs of it", |_, record| {
        let record = record?;
        if let Body::Request {
            request: Request::Run(request),
            ..
        } = &record.body
        {
            made.push((request.schedule.as_ref().unwrap().due, record.at));
        }
        (made.len() >= 4).then_some(())
    })
    .await;
    for (due, at) in &made {
        assert!(at.since(*due) < lateness, "{due} is made at {at}");
    }
    // The clock begins at 1,000 s, and each minute is told of or made.
    let first = made[0].0.as_nanos() / 1_000_000_000;
    let late = u64::try_from((first - 1_020) / 60).unwrap();
    assert!(late > 50, "{late}");
    let passed = shown(&meter, "weir_schedule_passed_over_total", "late");
    assert_eq!(passed, Some(late.to_string()));
}

/// The lapse would end it, but by then it is too late for the child.
#[tokio::test(start_paused = true)]
async fn a_child_that_will_lapse_is_stuck_all_the_same_and_its_end_unties_its_parent() {
    let mut cell = Cell::new(Some(1)).await;
    let meter = Meter::new();
    let _leader = cell.schedule_measured("one", &meter);
    let claim = parent_runs(&mut cell).await;
    cell.request("child", child(OnFailure::Detach)).await;
    let wait = WaitId {
        attempt: Attempt(1),
        session: session(),
        k: 1,
    };
    let waits = Waits {
        id: wait.clone(),
        runs: vec!["child".parse().unwrap()],
        yields: false,
    };
    cell.request("parent", Request::Waits(Arc::new(waits)))
        .await;
    let asked = cell.clock.now();
    let named = cell
        .until("the cycle is named", |_, record| {
            let (run, what) = decided(record)?;
            let named = matches!(what, Decision::FoundInCycle { .. });
            (named && *run == id("parent")).then(|| record.unwrap().at)
        })
        .await;
    assert!(named.since(asked) < Duration::from_secs(1));
    cell.until_state("child", StateName::Lapsed).await;
    assert!(end(&cell, "child").at.since(asked) >= LATENESS);
    cell.request("parent", Request::GoesOn(wait)).await;
    cell.until("it goes on", |folded, _| {
        let live = folded.run(&id("parent"))?.live.as_deref()?;
        (live.last_k == 1 && live.awaiting().is_none()).then_some(())
    })
    .await;
    cell.until_shown(&meter, "weir_runs_in_cycles", "", "0")
        .await;
    cell.ends("parent", claim, OutcomeClass::Completed).await;
    cell.until_state("parent", StateName::Completed).await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_lapses_fails_the_parent_that_it_was_to_fail() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    let claim = parent_runs(&mut cell).await;
    cell.request("mild", child(OnFailure::Detach)).await;
    cell.request("grave", child(OnFailure::FailParent)).await;
    let mut mild = false;
    cell.until("the parent is told to stop", |_, record| {
        let (run, what) = decided(record)?;
        mild |= *run == id("mild");
        let Decision::CancelOrdered { cause, .. } = what else {
            return None;
        };
        assert_eq!((run, *cause), (&id("parent"), CancelCause::ChildFailed));
        Some(())
    })
    .await;
    assert!(mild, "the other one has lapsed before it");
    cell.ends("parent", claim, OutcomeClass::Stopped).await;
    cell.until_state("parent", StateName::ChildFailed).await;
    let message = end(&cell, "parent").message;
    for said in ["pool/default/grave has ended Lapsed", "not started by"] {
        assert!(message.contains(said), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_lapses_takes_its_children_along() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    // There is no worker: both wait.
    let parent = RunRequest {
        max_lateness: Some(LATENESS),
        ..RunRequest::default()
    };
    cell.request("parent", Request::Run(Arc::new(parent))).await;
    let child = RunRequest {
        parent: Some(Parent::new("parent".parse().unwrap())),
        ..RunRequest::default()
    };
    cell.request("child", Request::Run(Arc::new(child))).await;
    cell.until_state("parent", StateName::Lapsed).await;
    cell.until_state("child", StateName::Cancelled).await;
    let ended = end(&cell, "child");
    assert_eq!(ended.reason, "ParentEnded");
    assert!(
        ended.message.contains("has ended Lapsed"),
        "{}",
        ended.message
    );
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_others_is_late_from_their_end_on() {
    let mut cell = Cell::new(Some(1)).await;
    let meter = Meter::new();
    let _leader = cell.schedule_measured("one", &meter);
    let claim = parent_runs(&mut cell).await;
    let after = RunRequest {
        after: Some(After {
            runs: vec!["parent".parse().unwrap()],
            outcome: AfterOutcome::Success,
        }),
        ..RunRequest::default()
    };
    cell.request("next", Request::Run(Arc::new(after))).await;
    for _ in 0..3 {
        cell.clock.sleep(Duration::from_secs(10)).await;
        // It goes on, and takes nothing else.
        cell.worker(0).await;
    }
    let late = r#"state_name="Late""#;
    let oldest = "weir_queue_oldest_waiting_seconds";
    assert_eq!(shown(&meter, "weir_runs", late), None);
    cell.until_shown(&meter, oldest, "", "0").await;
    cell.ends("parent", claim, OutcomeClass::Completed).await;
    cell.until_state("parent", StateName::Completed).await;
    let ended = end(&cell, "parent").at;
    cell.until_shown(&meter, "weir_runs", late, "1").await;
    let since = cell.clock.now().since(ended);
    assert!(since >= Duration::from_secs(15), "{since:?}");
    let waited: f64 = shown(&meter, oldest, "").unwrap().parse().unwrap();
    assert!((14.0..40.0).contains(&waited), "{waited}");
}

/// Reads on until all that has been published by now is folded.
async fn until_read(cell: &mut Cell, mark: &str) {
    cell.run(mark).await;
    let mark = id(mark);
    cell.until("the mark", |folded, _| folded.run(&mark).map(|_| ()))
        .await;
}

#[tokio::test(start_paused = true)]
async fn how_late_runs_may_start_is_what_their_deployment_says_now() {
    let mut cell = Cell::new(Some(0)).await;
    cell.worker(10).await;
    let _leader = cell.schedule("one");
    let name = "etl/nightly";
    let deployment = |lateness: Option<u64>| {
        let config = DeploymentConfig {
            max_lateness: lateness.map(Duration::from_secs),
            ..DeploymentConfig::new(name.parse().unwrap(), cell.queue.key.clone())
        };
        ConfigObject::Deployment(Box::new(config))
    };
    let said = [300, 20, 400].map(|late| deployment(Some(late)));
    let [long, short, longer] = said;
    let never = deployment(None);
    let run = || RunRequest {
        deployment: Some(name.parse().unwrap()),
        ..RunRequest::default()
    };
    let revision = cell.configure_over(Seq(0), long).await;
    cell.request("shorter", Request::Run(Arc::new(run()))).await;
    let asked = cell.clock.now();
    cell.clock.sleep(Duration::from_secs(30)).await;
    let revision = cell.configure_over(revision, short).await;
    cell.until_state("shorter", StateName::Lapsed).await;
    let waited = end(&cell, "shorter").at.since(asked);
    assert!((30..32).contains(&waited.as_secs()), "{waited:?}");
    cell.request("longer", Request::Run(Arc::new(run()))).await;
    cell.clock.sleep(Duration::from_secs(10)).await;
    let revision = cell.configure_over(revision, longer).await;
    cell.clock.sleep(Duration::from_secs(100)).await;
    cell.configure_over(revision, never).await;
    cell.clock.sleep(Duration::from_secs(500)).await;
    until_read(&mut cell, "mark").await;
    let longer = cell.folded.run(&id("longer")).unwrap();
    assert_eq!(longer.state_name(), StateName::Scheduled);
}

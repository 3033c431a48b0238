//! What comes after an end: another attempt on request, a retry with the newest configuration, and a deployment that
//! brakes because nothing of it can be started.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use weir_core::event::{Body, Claim};
use weir_tests::harness::{Fate, History, Link, Pool, Stack, Succession, until};

const SOON: Duration = Duration::from_secs(30);

/// Deploys what is said.
fn deploy(pool: &Pool, deployment: &Value) {
    let stack: &Stack = &pool.stack;
    let name = deployment["name"].as_str().unwrap_or_default();
    let file = stack.path(&format!("{}.yaml", name.replace('/', "-")));
    fs::write(&file, deployment.to_string()).expect("the stack's folder can be written");
    stack.weir(&format!("deploy -f {}", file.display())).ok();
    pool.scheduler_knows(&format!("deployment inspect {name}"));
}

#[test]
fn a_run_that_has_ended_is_tried_once_more_for_each_time_that_it_is_asked_for() {
    let pool = Pool::new("more");
    let stack = &pool.stack;
    let _worker = stack.worker("more", "--pool more");
    stack.workers_online("more", 1);
    // The first two attempts are one request's, with its retry; the third one is its own, and so is the fourth.
    let script = "[ \"$WEIR_ATTEMPT\" = 4 ] && exit 0; [ \"$WEIR_ATTEMPT\" = 3 ] && while [ ! -e \"$FOLDER/gate\" ]; do sleep 0.02; done; exit 3";
    let more = json!({"retries": 1, "retryDelay": "0.1s"});
    let run = Succession::publish(stack, &pool.wire, "more", "more", script, more);
    run.ends(stack, Fate::failed(3, "exit code 3").attempts(2));
    stack
        .weir("run retry more")
        .ok()
        .saying(&["waits for attempt 3", "retries counted anew"]);
    run.is_up(3);
    stack.run_is("more", "Running", SOON);
    stack
        .weir("run retry more")
        .exits(1)
        .saying(&["has not ended", "weir run cancel more"]);
    run.open("gate");
    // Its retries are counted anew, so this failure is tried again by itself.
    run.ends(stack, Fate::completed().attempts(4));
    let history = History::read(stack.url(), "more");
    run.was_in_turn(&history, 4);
    assert_eq!(history.holds("more").len(), 4);

    // What was cancelled, too; and two who ask for the same get one.
    stack.weir("work-queue pause default --pool more").ok();
    pool.publish("stopped", r#"{"jobVariables":{"command":"true"}}"#)
        .stored();
    stack.weir("run cancel stopped").ok();
    stack.run_is("stopped", "Cancelled", SOON);
    let again = r#"{"retry":{"attempt":0}}"#;
    pool.publish("stopped", again).stored();
    pool.publish("stopped", again).stored();
    stack.run_is("stopped", "AwaitingRetry", SOON);
    stack.weir("work-queue resume default --pool more").ok();
    Fate::completed().is_of(&stack.run_is("stopped", "Completed", SOON));
    stack.weir("run retry stopped --watch").ok();
    Fate::completed()
        .attempts(2)
        .is_of(&stack.run_is("stopped", "Completed", SOON));
}

/// Between the claim of the first attempt and its start the deployment is changed.
#[test]
fn an_attempt_keeps_the_revisions_of_its_claim_and_a_retry_takes_the_newest() {
    let pool = Pool::new("newest");
    let stack = &pool.stack;
    let link = Link::to(stack.url());
    let url = link.url();
    let variables = [
        ("NATS_URL", url.as_str()),
        ("WEIR_CONFIG__WORKER__LEASE", "2m"),
    ];
    let _worker = stack.worker_with("newest", "--pool newest", &variables);
    stack.workers_online("newest", 1);
    let deployed = |text: &str, code: u8| {
        let command = format!("echo {text} $WEIR_ATTEMPT; exit {code}");
        deploy(
            &pool,
            &json!({
                "name": "etl/newest", "pool": "newest", "retries": 1, "retry_delay": 0,
                "job_variables": {"command": ["sh", "-c", command]},
            }),
        );
    };
    deployed("old", 3);
    link.hold_after("weir.run.newest.default.newest.report");
    pool.publish("newest", r#"{"deployment":"etl/newest"}"#)
        .stored();
    link.is_held(SOON);
    stack.run_is("newest", "Submitting", SOON);
    deployed("new", 0);
    link.release();
    Fate::completed()
        .attempts(2)
        .is_of(&stack.run_is("newest", "Completed", SOON));
    for (attempt, said) in [(1, "old 1\n"), (2, "new 2\n")] {
        let logs = stack.weir(&format!("run logs newest --attempt {attempt}"));
        assert_eq!(logs.ok().out(), said);
    }
    let history = History::read(stack.url(), "newest");
    let claims = history.of("newest").into_iter();
    let revisions: Vec<_> = claims
        .filter_map(|record| match &record.body {
            Body::Claim { decided, .. } => match &decided.what {
                Claim::Claimed(claimed) => claimed.deployment_revision,
                Claim::Revoked(_) => None,
            },
            Body::Request { .. }
            | Body::Decision { .. }
            | Body::Report { .. }
            | Body::Epoch(_)
            | Body::Malformed { .. } => None,
        })
        .collect();
    assert!(
        revisions.len() == 2 && revisions.is_sorted_by(|a, b| a < b),
        "{revisions:?}"
    );
}

#[test]
fn a_deployment_that_cannot_be_started_pauses_itself_and_says_so() {
    let pool = Pool::new("brake");
    let stack = &pool.stack;
    let _worker = stack.worker("brake", "--pool brake --limit 1");
    stack.workers_online("brake", 1);
    let deployed = |command: &str| {
        deploy(
            &pool,
            &json!({
                "name": "etl/brake", "pool": "brake", "pause_after_failed_starts": 2, "concurrency_limit": 1,
                "job_variables": {"command": [command]},
            }),
        );
    };
    deployed("no-such-command");
    for id in ["brake-1", "brake-2"] {
        pool.publish(id, r#"{"deployment":"etl/brake"}"#).stored();
        let fate = Fate::of("CRASHED", "StartFailed");
        fate.because("CommandNotFound", "\"no-such-command\" was not found")
            .is_of(&stack.run_is(id, "StartFailed", SOON));
    }
    let why = until("the deployment is paused", SOON, || {
        let told = stack.weir("deployment inspect etl/brake").ok();
        told.out().contains("paused because").then_some(told)
    });
    why.saying(&[
        "its last 2 attempts could not be started",
        "run brake-2",
        "CommandNotFound",
        "scheduler shared",
    ]);
    pool.publish("brake-3", r#"{"deployment":"etl/brake"}"#)
        .stored();
    stack.run_is("brake-3", "Scheduled", SOON);
    stack.weir("why brake-3").ok().saying(&[
        "deployment etl/brake has paused itself",
        "its last 2 attempts could not be started",
        "weir deployment resume etl/brake",
    ]);
    deployed("true");
    stack.weir("deployment resume etl/brake").ok();
    Fate::completed().is_of(&stack.run_is("brake-3", "Completed", SOON));
    stack.weir("run retry brake-1").ok();
    Fate::completed()
        .attempts(2)
        .is_of(&stack.run_is("brake-1", "Completed", SOON));
}

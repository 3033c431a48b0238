//! Runs with a time, through the binary and with real processes: none before its time, none after it has lapsed, and each
//! exactly once, whoever leads when its time comes.

use std::{fs, time::Duration};

use serde_json::json;
use weir_core::{event::Body, time::Timestamp};
use weir_runtime::Clock;
use weir_tests::harness::{History, Marks, Pool, Stack};

const SOON: Duration = Duration::from_secs(20);

fn now() -> Timestamp {
    Clock::system().now()
}

/// A point in time as somebody an hour east of Greenwich writes it.
fn berlin(at: Timestamp) -> String {
    let there = at.after(Duration::from_hours(1)).to_string();
    there.replace('Z', "+01:00")
}

/// When the run was claimed, by the broker's stamp; each claim of it.
fn claims(stack: &Stack, pool: &str, run: &str) -> Vec<Timestamp> {
    let history = History::read(stack.url(), pool);
    let records = history.of(run).into_iter();
    let claims = records.filter(|record| matches!(record.body, Body::Claim { .. }));
    claims.map(|record| record.at).collect()
}

fn publish_at(pool: &Pool, marks: &Marks, run: &str, at: Timestamp) {
    let request = json!({"jobVariables": marks.job(0.0, 0), "scheduledTime": berlin(at)});
    pool.publish(run, request.to_string()).stored();
}

#[test]
fn a_run_starts_not_before_its_time_and_until_then_one_sees_when() {
    let pool = Pool::new("timed");
    let stack = &pool.stack;
    let _worker = stack.worker("timed", "--pool timed --limit 1");
    let marks = stack.marks("timed");
    let due = now().after(Duration::from_secs(4));
    publish_at(&pool, &marks, "scheduled", due);
    stack.run_is("scheduled", "Scheduled", SOON);
    stack
        .weir("why scheduled")
        .ok()
        .saying(&["it is due at", "in 3"]);
    let view = stack.inspect("scheduled");
    assert_eq!(view["scheduledTime"], json!(due.to_string()), "{view}");
    stack
        .weir("run ls --pool timed")
        .ok()
        .saying(&["starts in"]);
    // The only place is free for others meanwhile.
    stack
        .weir("run submit --pool timed --command true --id meanwhile --wait")
        .ok();
    stack.run_is("scheduled", "Completed", SOON);
    let claims = claims(stack, "timed", "scheduled");
    assert_eq!(claims.len(), 1);
    assert!(claims[0] >= due, "{:?} too early", due.since(claims[0]));
    assert_eq!(marks.of("scheduled").len(), 2, "it came up and ended, once");
    let spent = stack.weir("why scheduled").ok();
    spent.saying(&["it was not due"]);
}

#[test]
fn a_run_that_is_too_late_lapses_and_says_why() {
    let pool = Pool::new("lapsing");
    let stack = &pool.stack;
    let _worker = stack.worker("lapsing", "--pool lapsing --limit 4");
    stack
        .weir("work-pool update lapsing --concurrency-limit 1")
        .ok();
    pool.publish_gated("holder", "lapsing-gate", json!({}));
    stack.run_is("holder", "Running", SOON);
    stack
        .weir("run submit --pool lapsing --command true --id late --max-lateness 2s --no-check")
        .ok();
    let view = stack.run_is("late", "Lapsed", SOON);
    assert_eq!(
        (&view["state"], &view["reason"]),
        (&json!("CANCELLED"), &json!("Lapsed")),
        "{view}"
    );
    let message = view["message"].as_str().unwrap();
    assert!(
        message.starts_with("not started by 20") && message.contains("at most 2s late"),
        "{message}"
    );
    stack
        .weir("why late")
        .ok()
        .saying(&["pool lapsing was full (1 slots)"]);
    assert_eq!(claims(stack, "lapsing", "late"), []);
    // By hand it is run all the same.
    stack.weir("run retry late").ok();
    fs::write(stack.path("lapsing-gate"), "").unwrap();
    stack.run_is("late", "Completed", SOON);
}

#[test]
fn a_leader_killed_before_the_time_and_one_started_after_it_start_each_run_once() {
    let stack = Stack::start();
    let first = stack.scheduler("first");
    stack.weir("work-pool create inherited --type process").ok();
    let marks = stack.marks("inherited");
    let wire = stack.wire();
    let due = now().after(Duration::from_secs(3));
    let ids: Vec<String> = (0..20).map(|n| format!("due-{n}")).collect();
    for id in &ids {
        let request = json!({"jobVariables": marks.job(0.0, 0), "scheduledTime": due.to_string()});
        let subject = format!("weir.run.inherited.default.{id}.request");
        wire.publish(&subject, request.to_string()).stored();
    }
    let _worker = stack.worker("w", "--pool inherited --limit 4");
    stack.run_is("due-0", "Scheduled", SOON);
    first.kill_9();
    weir_tests::harness::until("their time has come", SOON, || (now() > due).then_some(()));
    let _second = stack.scheduler("second");
    for id in &ids {
        stack.run_is(id, "Completed", SOON);
        assert_eq!(marks.of(id).len(), 2, "{id} came up and ended, once");
        let claims = claims(&stack, "inherited", id);
        assert_eq!(claims.len(), 1);
        assert!(claims[0] >= due);
    }
}

#[test]
fn a_time_without_an_offset_is_refused_before_anything_is_sent() {
    let pool = Pool::new("offsets");
    pool.stack
        .weir("run submit --pool offsets --command true --at 2026-11-27T06:00:00")
        .exits(2)
        .saying(&["add Z for UTC, or an offset such as +01:00"]);
    pool.is_rejected(
        "far",
        r#"{"jobVariables": {"command": "true"}, "scheduledTime": "2099-01-01T00:00:00Z"}"#,
        "TooLarge",
        &["scheduledTime", "3660 days"],
    );
    pool.is_rejected(
        "local",
        r#"{"jobVariables": {"command": "true"}, "scheduledTime": "2026-11-27T06:00:00"}"#,
        "InvalidField",
        &["scheduledTime", "an offset"],
    );
    pool.is_rejected(
        "never",
        r#"{"jobVariables": {"command": "true"}, "maxLateness": "0s"}"#,
        "InvalidField",
        &["maxLateness", "leave it out"],
    );
}

#[test]
fn what_waits_past_its_time_is_late_until_it_starts() {
    let stack = Stack::start_with(&[("WEIR_CONFIG__SCHEDULER__LATE_AFTER", "1s")]);
    let _scheduler = stack.scheduler("s");
    stack.weir("work-pool create tardy --type process").ok();
    let submit = "run submit --pool tardy --command true --no-check";
    stack.weir(&format!("{submit} --id first --in 1s")).ok();
    stack
        .weir(&format!("{submit} --id second --after first"))
        .ok();
    stack.run_is("first", "Scheduled", SOON);
    // There is no worker.
    let view = stack.run_is("first", "Late", SOON);
    assert_eq!(view["state"], json!("SCHEDULED"), "{view}");
    stack.weir("run ls --pool tardy").ok().saying(&["Late"]);
    stack
        .weir("run ls --pool tardy --state Scheduled")
        .ok()
        .saying(&["first", "second", "Late"]);
    // Nobody is late with what comes after it.
    stack.run_is("second", "Scheduled", SOON);
    let _worker = stack.worker("w", "--pool tardy --limit 1");
    for run in ["first", "second"] {
        stack.run_is(run, "Completed", SOON);
    }
}

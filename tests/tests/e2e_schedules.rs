//! Schedules of deployments, through the binary and with real processes: each time makes one run, whoever leads, and one
//! sees what comes, what waits for what, and what has made no run.

#[path = "e2e_schedules/words.rs"]
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::Duration,
};

use serde_json::{Value, json};
use weir_core::{
    event::Body,
    request::{Request, RunRequest},
    time::Timestamp,
};
use weir_runtime::Clock;
use weir_tests::harness::{History, Marks, Pool, Stack, for_a_while, until};

const SOON: Duration = Duration::from_secs(30);
const SECOND: i64 = 1_000_000_000;

/// The requests of a pool's runs that schedules have made: by schedule and time, the id and what was asked for.
fn made(stack: &Stack, pool: &str) -> BTreeMap<(String, Timestamp), (String, RunRequest)> {
    let history = History::read(stack.url(), pool);
    let mut made = BTreeMap::new();
    for run in history.runs() {
        for record in history.of(run.as_str()) {
            let Body::Request { request, .. } = &record.body else {
                continue;
            };
            let Request::Run(request) = request else {
                continue;
            };
            if let Some(schedule) = &request.schedule {
                let early = schedule.due.since(record.at);
                assert!(
                    early < Duration::from_millis(100),
                    "{run} is {early:?} early"
                );
                let key = (schedule.key.to_string(), schedule.due);
                let what = (run.to_string(), RunRequest::clone(request));
                let before = made.insert(key, what.clone());
                // Asked for again by another leader, perhaps: then it is the same run.
                assert!(before.is_none_or(|(id, _)| id == what.0), "{what:?}");
            }
        }
    }
    made
}

/// Deploys a command in a file of its own.
fn deploy(stack: &Stack, file: &str, deployment: &Value) {
    fs::write(stack.path(file), deployment.to_string()).expect("the stack's folder");
    let file = stack.path(file);
    stack.weir(&format!("deploy -f {}", file.display())).ok();
}

fn listed(stack: &Stack, deployment: &str) -> Vec<Value> {
    let said = stack.weir(&format!("deployment schedule ls {deployment} -o json"));
    said.ok().json().as_array().expect("a list").clone()
}

#[test]
fn each_time_makes_one_run_over_a_leader_that_is_killed() {
    let stack = Stack::start();
    let first = stack.scheduler("first");
    stack.weir("work-pool create timely --type process").ok();
    let marks = stack.marks("timely");
    let _worker = stack.worker("w", "--pool timely --limit 8");
    let schedules = json!([
        {"interval": 1, "slug": "each", "overlap_policy": "allow_all", "parameters": {"n": 1}},
        {"rrule": "FREQ=SECONDLY;INTERVAL=3", "slug": "rule", "overlap_policy": "allow_all"},
        {"cron": "* * * * * */2", "slug": "cron", "timezone": "Asia/Kathmandu", "overlap_policy": "allow_all"},
        {"interval": 1, "slug": "never", "active": false},
    ]);
    let job = marks.job(0.0, 0);
    deploy(
        &stack,
        "timely.yaml",
        &json!({"name": "etl/timely", "pool": "timely", "schedules": schedules, "job_variables": job, "parameters": {"n": 0, "m": 2}}),
    );
    let made_so_far = || made(&stack, "timely").len();
    until("some runs are made", SOON, || {
        (made_so_far() >= 5).then_some(())
    });
    first.kill_9();
    let before = made_so_far();
    let _second = stack.scheduler("second");
    until("the next leader makes runs", SOON, || {
        (made_so_far() >= before + 10).then_some(())
    });
    stack.weir("deployment schedule pause --all").ok();
    let all = made(&stack, "timely");
    let mut all = stack
        .all_ended("timely", all.len(), SOON)
        .len()
        .max(all.len());
    // What was due before the pause may have been made after the first look.
    until("no more are made", SOON, || {
        let count = made_so_far();
        (std::mem::replace(&mut all, count) == count).then_some(())
    });
    stack.all_ended("timely", all, SOON);
    without_a_gap(&stack, &marks);
}

#[test]
fn a_thousand_that_are_due_when_the_leader_is_killed_make_a_run_each() {
    let stack = Stack::start();
    let first = stack.scheduler("first");
    stack.led_by("first", SOON);
    stack.weir("work-pool create many --type process").ok();
    let second = stack.scheduler("second");
    // All are due at one second, once a day; how long it takes to deploy them is seen by doing it.
    let deploy_all = |due: Timestamp, active: bool| {
        let began = Clock::system().now();
        for n in 0..10 {
            let schedules = (0..100).map(|n| {
                json!({"interval": 86_400, "anchor_date": due.to_string(), "slug": format!("s{n}"), "active": active})
            });
            let schedules: Vec<Value> = schedules.collect();
            deploy(
                &stack,
                "many.yaml",
                &json!({"name": format!("etl/d{n}"), "pool": "many", "schedules": schedules, "job_variables": {"command": "true"}}),
            );
        }
        Clock::system().now().since(began)
    };
    let takes = deploy_all(Timestamp(0), false);
    let due = Clock::system()
        .now()
        .after(takes * 3 + Duration::from_secs(5));
    let due = Timestamp(due.as_nanos() / SECOND * SECOND);
    deploy_all(due, true);
    assert!(Clock::system().now() < due, "all were deployed in time");
    let ids = || History::read(stack.url(), "many").runs();
    let wire = stack.wire();
    wire.subscribe("weir.run.many.>");
    until("some are made", SOON, || {
        let mut events = wire.events().into_iter();
        events.find(|(subject, _)| subject.ends_with(".request"))
    });
    first.kill_9();
    let killed_at = ids().len();
    until("all are made", SOON, || {
        (ids().len() >= 1_000).then_some(())
    });
    stack.led_by("second", SOON);
    // Nothing comes twice under the new leader: what it has folded says that each schedule has come to that time.
    let views = until("the second has folded all", SOON, || {
        let (list, _) = stack
            .wire()
            .request("weir.api.v1.schedule.list", "{}")
            .ok()?;
        let list: Value = serde_json::from_slice(&list).ok()?;
        let views = list["schedules"].as_array()?.clone();
        let all = views.iter().all(|view| view["last"] == due.to_string());
        all.then_some(views)
    });
    assert_eq!(
        (views.len(), ids().len()),
        (1_000, 1_000),
        "killed at {killed_at}"
    );
    drop(second);
}

/// Each time from the first to the last has made one run, which ran once, with the parameters of its schedule.
#[track_caller]
fn without_a_gap(stack: &Stack, marks: &Marks) {
    let all = made(stack, "timely");
    for (slug, step) in [("each", 1), ("rule", 3), ("cron", 2)] {
        let dues: Vec<i64> = all
            .keys()
            .filter(|(key, _)| key == slug)
            .map(|(_, due)| due.as_nanos() / SECOND)
            .collect();
        assert!(dues.len() >= 2, "{slug}: {dues:?}");
        let steps: BTreeSet<i64> = dues.windows(2).map(|two| two[1] - two[0]).collect();
        assert_eq!(steps, BTreeSet::from([step]), "{slug}: {dues:?}");
    }
    let ids: BTreeSet<&String> = all.values().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), all.len());
    for ((slug, due), (id, request)) in &all {
        assert_ne!(slug, "never");
        assert_eq!(request.scheduled_time, Some(*due));
        let own = if slug == "each" { r#"{"n":1}"# } else { "{}" };
        assert_eq!(request.parameters.as_str(), own, "{slug}");
        assert_eq!(marks.of(id).len(), 2, "{id} came up and ended, once");
    }
    marks.assert_never_twice();
}

#[test]
fn a_time_that_waits_in_a_buffer_names_the_run_that_it_waits_for() {
    let pool = Pool::new("buffered");
    let stack = &pool.stack;
    let _worker = stack.worker("buffered", "--pool buffered --limit 8");
    for policy in ["buffer_one", "skip"] {
        let (name, gate) = (format!("etl/{policy}"), format!("gate-{policy}"));
        let script = "while [ ! -e $GATE ]; do sleep 0.02; done";
        let job = json!({"command": ["sh", "-c", script], "env": {"GATE": stack.path(&gate)}});
        deploy(
            stack,
            &format!("{policy}.yaml"),
            &json!({"name": name, "pool": "buffered", "job_variables": job, "schedules": [
                {"interval": 1, "slug": "often", "overlap_policy": policy},
            ]}),
        );
        let standing = || listed(stack, &name)[0]["standing"].clone();
        let seen = until("times are passed over", SOON, || {
            let seen = standing();
            (seen["passedOver"]["reason"] == "OVERLAP").then_some(seen)
        });
        let run = seen["unended"][0].as_str().unwrap().to_owned();
        assert_eq!(seen["waits"].is_string(), policy == "buffer_one", "{seen}");
        let words = match policy {
            "skip" => format!("until run {run} has ended, what is due makes no run (skip)"),
            _ => format!("it comes when run {run} has ended (buffer_one)"),
        };
        for line in ["deployment schedule ls", "deployment inspect"] {
            let said = stack.weir(&format!("{line} {name}")).ok();
            said.saying(&[&words, "(overlap)"]);
        }
        fs::write(stack.path(&gate), "").unwrap();
        stack.run_is(&run, "Completed", SOON);
        // The one that waited comes, or the next that is due; it tells what was passed over before it.
        let next = until("another run comes", SOON, || {
            let all = made(stack, "buffered").into_values();
            let mut of = all.filter(|(_, request)| {
                request
                    .deployment
                    .as_ref()
                    .is_some_and(|of| of.as_str() == name)
            });
            of.nth(1)
        });
        let told = next.1.schedule.unwrap();
        let waits = seen["waits"].as_str();
        assert!(
            waits.is_none_or(|waits| waits == told.due.to_string()),
            "{told:?}"
        );
        assert!(told.passed_over.is_some(), "{told:?}");
        stack
            .weir(&format!("deployment schedule clear {name}"))
            .ok();
    }
}

#[test]
fn earlier_runs_are_cancelled_where_the_schedule_says_so() {
    let pool = Pool::new("cancelling");
    let stack = &pool.stack;
    let _worker = stack.worker("cancelling", "--pool cancelling --limit 8");
    let job = json!({"command": ["sleep", "60"]});
    deploy(
        stack,
        "cancelling.yaml",
        &json!({"name": "etl/cancelling", "pool": "cancelling", "job_variables": job, "schedules": [
            {"interval": 2, "slug": "often", "overlap_policy": "cancel_other"},
        ]}),
    );
    let all = until("three runs were made", SOON, || {
        let all = made(stack, "cancelling");
        (all.len() >= 3).then_some(all)
    });
    stack.weir("deployment pause etl/cancelling").ok();
    for (run, _) in all.values().take(2) {
        let view = stack.run_is(run, "Cancelled", SOON);
        let message = view["message"].as_str().unwrap();
        assert!(
            message.contains("its schedule often is due again"),
            "{view}"
        );
    }
    for (run, _) in all.values().skip(2) {
        stack.weir(&format!("run cancel {run} --force")).ok();
    }
}

#[test]
fn what_was_missed_by_more_than_the_window_is_shown_and_the_rest_is_made_up_for() {
    let stack = Stack::start();
    stack.weir("work-pool create missed --type process").ok();
    let job = json!({"command": "true"});
    deploy(
        &stack,
        "missed.yaml",
        &json!({"name": "etl/missed", "pool": "missed", "job_variables": job, "schedules": [
            {"interval": 1, "slug": "often", "overlap_policy": "allow_all", "catchup_window": 10},
        ]}),
    );
    let said = stack.weir("deployment inspect etl/missed").ok();
    said.saying(&["every 1 s", "no scheduler is online"]);
    // Nobody leads for longer than the window.
    for_a_while(Duration::from_secs(14));
    let _scheduler = stack.scheduler("late");
    let view = until("the first are missed", SOON, || {
        let view = listed(&stack, "etl/missed")[0]["standing"].clone();
        (view["passedOver"]["reason"] == "MISSED" && view["last"].is_string()).then_some(view)
    });
    let shown = stack.weir("deployment inspect etl/missed").ok();
    shown.saying(&["(missed)"]);
    stack
        .weir("deployment schedule pause etl/missed often")
        .ok();
    let dues = made(&stack, "missed").into_keys().map(|(_, due)| due);
    let dues: Vec<i64> = dues.map(|due| due.as_nanos() / SECOND).collect();
    assert!(dues.len() >= 8, "{dues:?}, {view}");
    assert!(dues.windows(2).all(|two| two[1] == two[0] + 1), "{dues:?}");
    let last = Timestamp((dues[0] - 1) * SECOND);
    assert_eq!(view["passedOver"]["at"], last.to_string(), "{dues:?}");
}

#[test]
fn a_past_period_is_filled_once_by_command() {
    let pool = Pool::new("filled");
    let stack = &pool.stack;
    let marks = stack.marks("filled");
    let _worker = stack.worker("filled", "--pool filled --limit 4");
    deploy(
        stack,
        "filled.yaml",
        &json!({"name": "etl/filled", "pool": "filled", "job_variables": marks.job(0.0, 0), "schedules": [
            {"cron": "0 6 * * *", "timezone": "Europe/Berlin", "slug": "nightly"},
        ]}),
    );
    // The clocks change on 2026-03-29.
    let line =
        "deployment schedule backfill etl/filled --from 2026-03-28 --to 2026-03-30T23:00:00Z";
    stack.weir(&format!("{line} --dry-run")).ok().saying(&[
        "2026-03-28T05:00:00",
        "2026-03-29T04:00:00",
        "3 runs would be asked for",
    ]);
    stack
        .weir(line)
        .ok()
        .saying(&["3 runs were asked for, 0 were there before"]);
    stack
        .weir(line)
        .ok()
        .saying(&["0 runs were asked for, 3 were there before"]);
    stack.all_ended("filled", 3, SOON);
    let all = made(stack, "filled");
    let dues: Vec<String> = all.keys().map(|(_, due)| due.to_string()).collect();
    assert_eq!(
        dues,
        [
            "2026-03-28T05:00:00Z",
            "2026-03-29T04:00:00Z",
            "2026-03-30T04:00:00Z"
        ]
    );
    for (id, request) in all.values() {
        assert!(request.schedule.as_ref().is_some_and(|of| of.backfill));
        assert_eq!(marks.of(id).len(), 2, "{id} ran once");
    }
    let future = "deployment schedule backfill etl/filled --from 2026-03-28 --to 2100-01-01";
    stack
        .weir(future)
        .exits(1)
        .saying(&["--to is in the future"]);
}

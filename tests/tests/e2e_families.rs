//! What belongs together, as users have it: runs that are submitted from inside a run, their ends with it, and runs that
//! come after others.

use std::time::Duration;

use serde_json::{Value, json};
use weir_tests::harness::{Pool, Stack, until, weir};

const SOON: Duration = Duration::from_secs(30);

/// A run that submits others and goes on until it is stopped.
fn parent(stack: &Stack, children: &[&str]) -> String {
    let weir = weir().display();
    let submits: Vec<String> = children
        .iter()
        .map(|line| format!("'{weir}' run submit --no-check {line} || exit 9"))
        .collect();
    let script = format!(
        "export NATS_URL={}; {}; while :; do sleep 0.05; done",
        stack.url(),
        submits.join("; ")
    );
    json!({"jobVariables": {"command": ["sh", "-c", script]}}).to_string()
}

fn sh(script: &str) -> Value {
    json!({"command": ["sh", "-c", script]})
}

const ON: &str = "--command \"sh -c 'while :; do sleep 0.05; done'\"";

#[test]
fn what_is_submitted_inside_a_run_is_its_child_and_is_cancelled_with_it() {
    let pool = Pool::new("kin");
    let stack = &pool.stack;
    stack.weir("work-queue create other --pool kin").ok();
    pool.scheduler_knows("work-queue inspect other --pool kin");
    let _worker = stack.worker("kin", "--pool kin --limit 16");
    stack.workers_online("kin", 1);
    let near = format!("--pool kin --id near {ON}");
    let far = format!("--pool kin --queue other --id far {ON}");
    let alone = format!("--pool kin --no-parent --id alone {ON}");
    let detached = format!("--pool kin --on-parent-end detach --id detached {ON}");
    let above = parent(stack, &[&near, &far, &alone, &detached]);
    pool.publish("above", above).stored();
    for run in ["near", "far", "alone", "detached"] {
        stack.run_is(run, "Running", SOON);
    }
    let views = [
        ("near", true),
        ("far", true),
        ("detached", true),
        ("alone", false),
    ];
    for (run, has) in views {
        let parent = &stack.inspect(run)["parent"]["runId"];
        assert_eq!(*parent == "above", has, "{run}: {parent}");
    }
    let tree = stack.weir("run inspect far --tree").ok();
    tree.saying(&[
        "kin/default/above",
        "├─ ",
        "└─ ",
        "kin/other/far  ◀",
        "Running",
    ]);
    let family = stack.weir("run inspect near --tree -o json").ok().json();
    assert_eq!(family["run"]["runId"], "above", "{family:#}");
    assert_eq!(family["run"]["children"], "3", "{family:#}");
    assert_eq!(family["children"].as_array().map(Vec::len), Some(3));
    let listed = stack.weir("run ls --parent above -o json").ok().json();
    assert_eq!(
        listed["runs"].as_array().map(Vec::len),
        Some(3),
        "{listed:#}"
    );
    // One trace: what is submitted inside a run goes on below its own span.
    let trace = |run: &str| {
        stack
            .weir(&format!("run inspect {run} -o json"))
            .ok()
            .json()["traceId"]
            .clone()
    };
    assert_eq!(trace("above"), trace("far"));

    stack
        .weir("run cancel above --grace 1s --reason enough")
        .ok();
    stack.run_is("above", "Cancelled", SOON);
    for run in ["near", "far"] {
        let ended = stack.run_is(run, "Cancelled", SOON);
        assert_eq!(ended["reason"], "ParentEnded", "{ended:#}");
        let message = ended["message"].as_str().unwrap_or_default();
        assert!(message.contains("kin/default/above"), "{message}");
        until("nothing of it is left", SOON, || {
            stack.processes_of(run).is_empty().then_some(())
        });
    }
    for run in ["alone", "detached"] {
        stack.run_is(run, "Running", SOON);
        stack.weir(&format!("run cancel {run} --force")).ok();
        stack.run_is(run, "Cancelled", SOON);
    }
}

#[test]
fn a_child_that_fails_ends_its_parent_and_that_its_other_children() {
    let pool = Pool::new("fatal");
    let stack = &pool.stack;
    let _worker = stack.worker("fatal", "--pool fatal --limit 16");
    stack.workers_online("fatal", 1);
    let sibling = format!("--pool fatal --id sibling {ON}");
    let failing = "--pool fatal --id failing --on-failure fail-parent --command \"sh -c 'exit 3'\"";
    let mut above: Value = serde_json::from_str(&parent(stack, &[&sibling, failing]))
        .expect("it has just been written");
    above["retries"] = 3.into();
    pool.publish("stricken", above.to_string()).stored();
    let ended = stack.run_is("stricken", "ChildFailed", SOON);
    assert_eq!(
        (&ended["state"], &ended["attempt"]),
        (&json!("FAILED"), &json!(1)),
        "{ended:#}"
    );
    assert_eq!(ended["reason"], "ChildFailed", "{ended:#}");
    let message = ended["message"].as_str().unwrap_or_default();
    assert!(message.contains("fatal/default/failing"), "{message}");
    stack.run_is("failing", "Failed", SOON);
    stack.run_is("sibling", "Cancelled", SOON);
    until("nothing of them is left", SOON, || {
        let left = ["stricken", "sibling"].map(|run| stack.processes_of(run).len());
        (left == [0, 0]).then_some(())
    });
}

#[test]
fn a_run_comes_after_others_as_it_asks() {
    let pool = Pool::new("later");
    let stack = &pool.stack;
    let _worker = stack.worker("later", "--pool later --limit 16");
    stack.workers_online("later", 1);
    let after = |outcome: &str, runs: Value| {
        json!({"jobVariables": {"command": "true"}, "after": runs, "afterOutcome": outcome})
            .to_string()
    };
    // Before what it comes after: the two may be published in either order.
    pool.publish(
        "on-success",
        after("SUCCESS", json!(["well", "later/default/ill"])),
    )
    .stored();
    pool.publish("on-failure", after("FAILURE", json!(["ill"])))
        .stored();
    pool.publish("on-any", after("ANY", json!(["well", "ill"])))
        .stored();
    until("the leader says what it waits for", SOON, || {
        let why = stack.weir("why on-success");
        (why.out().contains("later/default/well") && why.out().contains("nobody has requested yet"))
            .then_some(())
    });
    pool.publish_gated("well", "well-gate", json!({}));
    stack.run_is("well", "Running", SOON);
    stack
        .weir("why on-any")
        .ok()
        .saying(&["run later/default/well has ended", "Running"]);
    stack
        .weir("run submit --pool later --id typed --after well --command true --no-check")
        .ok();
    std::fs::write(stack.path("well-gate"), "").expect("the stack's folder can be written");
    stack.run_is("typed", "Completed", SOON);
    stack.run_is("on-any", "Scheduled", SOON);
    pool.publish("ill", json!({"jobVariables": sh("exit 4")}).to_string())
        .stored();
    for run in ["on-failure", "on-any"] {
        stack.run_is(run, "Completed", SOON);
    }
    let never = stack.run_is("on-success", "NotReached", SOON);
    assert_eq!(
        (&never["state"], &never["attempt"]),
        (&json!("CANCELLED"), &json!(0)),
        "{never:#}"
    );
    let message = never["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("later/default/ill") && message.contains("Failed"),
        "{message}"
    );
}

#[test]
fn what_belongs_to_nobody_is_rejected_and_says_what_to_mend() {
    let pool = Pool::new("nobodys");
    let stack = &pool.stack;
    let bad = |id: &str, request: Value, words: &[&str]| {
        pool.is_rejected(id, request.to_string(), "InvalidField", words);
    };
    let runs = json!({"jobVariables": {"command": "true"}, "parentRunId": "no-one"});
    bad(
        "orphan",
        runs,
        &["parentRunId", "nobodys/default/no-one", "never requested"],
    );
    let runs = json!({"jobVariables": {"command": "true"}, "after": ["round-2"]});
    pool.publish("round-1", runs.to_string()).stored();
    let runs = json!({"jobVariables": {"command": "true"}, "after": ["round-1"]});
    bad(
        "round-2",
        runs,
        &["after", "would wait for itself", "nobodys/default/round-1"],
    );
    stack.run_is("round-1", "NotReached", SOON);
    let runs = json!({"after": "round-1"});
    bad("no-list", runs, &["after", "a list of runs"]);
    let runs = json!({"onFailure": "FAIL_PARENT"});
    bad("no-parent", runs, &["onFailure", "parentRunId"]);
    let shut = "run submit --pool nobodys --on-failure fail-parent --command true";
    stack.weir(shut).exits(1).saying(&["--parent"]);
}

#[test]
fn a_leader_killed_before_it_has_told_the_children_is_followed_by_one_that_does() {
    let stack = Stack::start();
    let first = stack.scheduler("first");
    stack.led_by("first", SOON);
    stack.weir("work-pool create heirs --type process").ok();
    let wire = stack.wire();
    let _worker = stack.worker("heirs", "--pool heirs --limit 32");
    stack.workers_online("heirs", 1);
    let publish = |id: &str, payload: String| {
        wire.publish(&format!("weir.run.heirs.default.{id}.request"), payload)
            .stored();
    };
    let on = sh("while :; do sleep 0.05; done");
    publish("head", json!({"jobVariables": on}).to_string());
    stack.run_is("head", "Running", SOON);
    let child = json!({"jobVariables": on, "parentRunId": "head"}).to_string();
    for n in 0..12 {
        publish(&format!("heir-{n}"), child.clone());
    }
    for n in 0..12 {
        stack.run_is(&format!("heir-{n}"), "Running", SOON);
    }
    first.kill_9();
    publish("head", json!({"cancel": {"force": true}}).to_string());
    let _second = stack.scheduler("second");
    stack.run_is("head", "Cancelled", SOON);
    for n in 0..12 {
        stack.run_is(&format!("heir-{n}"), "Cancelled", SOON);
    }
    until("nothing of them is left", SOON, || {
        stack.processes_of_runs().is_empty().then_some(())
    });
}

#[test]
fn a_family_over_several_pools_is_cancelled_and_survives_a_deleted_pool() {
    let pool = Pool::new("house");
    let stack = &pool.stack;
    let workers = ["house", "away", "far"].map(|name| {
        if name != "house" {
            stack
                .weir(&format!("work-pool create {name} --type process"))
                .ok();
        }
        let worker = stack.worker(name, &format!("--pool {name} --limit 8"));
        stack.workers_online(name, 1);
        worker
    });
    let child = |pool: &str, id: &str| format!("--pool {pool} --id {id} {ON}");

    // A parent that is cancelled takes its child in another pool along.
    pool.publish("first", parent(stack, &[&child("away", "first-child")]))
        .stored();
    stack.run_is("first-child", "Running", SOON);
    stack.weir("run cancel first --force").ok();
    let ended = stack.run_is("first-child", "Cancelled", SOON);
    assert_eq!(ended["reason"], "ParentEnded", "{ended:#}");

    // Of a parent that holds nothing and waits for a child whose pool is deleted, the wait is over with the child.
    let (on, end) = (stack.path("second-on"), stack.path("second-end"));
    let script = format!(
        "export NATS_URL={}; '{}' run submit --no-check --wait --yield-slots {}; : > {}; while [ ! -e {} ]; do sleep 0.05; done",
        stack.url(),
        weir().display(),
        child("far", "second-child"),
        on.display(),
        end.display(),
    );
    pool.publish("second", json!({"jobVariables": sh(&script)}).to_string())
        .stored();
    stack.run_is("second-child", "Running", SOON);
    until("the parent holds nothing", SOON, || {
        let why = stack.weir("why second").out();
        why.contains("holds no slots meanwhile").then_some(())
    });
    stack
        .weir("work-pool delete far --cancel-runs --force")
        .ok();
    stack.run_is("far/default/second-child", "Cancelled", SOON);
    until("the parent goes on", SOON, || on.exists().then_some(()));
    std::fs::write(&end, "").expect("the stack's folder can be written");
    stack.run_is("second", "Completed", SOON);

    // Of a parent whose pool is deleted the child in another pool ends with it, and what comes after it never starts.
    pool.publish("third", parent(stack, &[&child("away", "third-child")]))
        .stored();
    stack.run_is("third-child", "Running", SOON);
    stack
        .weir("run submit --no-check --pool away --id third-later --after house/default/third --command true")
        .ok();
    stack
        .weir("work-pool delete house --cancel-runs --force")
        .ok();
    stack.run_is("house/default/third", "Cancelled", SOON);
    let ended = stack.run_is("third-child", "Cancelled", SOON);
    assert_eq!(ended["reason"], "ParentEnded", "{ended:#}");
    stack.run_is("third-later", "NotReached", SOON);
    drop(workers);
}

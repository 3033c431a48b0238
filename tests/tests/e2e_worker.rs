//! How runs are ended: by a worker that is told to stop, by a cancel with its grace, by a timeout, by themselves.

use std::{path::Path, time::Duration};

use rustix::process::Signal;
use serde_json::json;
use weir_tests::harness::{History, Shared, Stack, shared, until};

const SOON: Duration = Duration::from_secs(20);

/// A pool of its own with one worker for each test of this program.
fn pool(stack: &Shared, name: &str) -> weir_tests::harness::Program {
    stack
        .weir(&format!("work-pool create {name} --type process"))
        .ok();
    let worker = stack.worker(name, &format!("--pool {name} --limit 8"));
    stack.workers_online(name, 1);
    worker
}

fn publish(stack: &Stack, pool: &str, id: &str, script: &str, more: serde_json::Value) {
    let mut request = more;
    request["jobVariables"] =
        json!({"command": ["sh", "-c", script], "env": {"HERE": stack.path(id)}});
    stack
        .wire()
        .publish(
            &format!("weir.run.{pool}.default.{id}.request"),
            request.to_string(),
        )
        .stored();
}

fn exists(path: &Path) -> Option<()> {
    path.exists().then_some(())
}

#[test]
fn a_worker_that_is_told_to_stop_lets_its_runs_end_and_takes_no_more() {
    let stack = shared();
    let mut worker = pool(&stack, "drain");
    // It ends when the test says so.
    publish(
        &stack,
        "drain",
        "drain-1",
        "echo begun; while [ ! -e $HERE ]; do sleep 0.05; done; echo done; exit 5",
        json!({}),
    );
    stack.run_is("drain-1", "Running", SOON);
    worker.signal(Signal::TERM);
    until("it says that it is draining", SOON, || {
        let listed = stack.weir("worker ls --pool drain -o json").ok().json();
        (listed["workers"][0]["draining"] == true).then_some(())
    });
    publish(&stack, "drain", "drain-2", "true", json!({}));
    let still = || stack.inspect("drain-2")["stateName"] == "Scheduled";
    assert!(
        weir_tests::harness::lasts(Duration::from_secs(1), still),
        "it takes nothing more"
    );
    assert!(worker.ended().is_none(), "it waits for its run");
    std::fs::write(stack.path("drain-1"), "").unwrap();
    let run = stack.run_is("drain-1", "Failed", SOON);
    assert_eq!(
        (&run["exitCode"], &run["attempt"]),
        (&json!(5), &json!(1)),
        "the run's own end counts: {run}"
    );
    assert!(
        worker.end_within(SOON).success(),
        "a drained worker ends well"
    );
    assert_eq!(
        stack.weir("run logs drain-1").ok().out(),
        "begun\ndone\n",
        "and all its output is there"
    );
    assert_eq!(stack.inspect("drain-2")["stateName"], "Scheduled");
    let _next = stack.worker("drain-next", "--pool drain");
    stack.run_is("drain-2", "Completed", SOON);
}

#[test]
fn a_cancelled_run_gets_its_grace_to_end_by_itself() {
    let stack = shared();
    let _worker = pool(&stack, "polite");
    let script = "trap 'echo bye; kill $!; exit 0' TERM; echo up; sleep 300 & wait";
    publish(&stack, "polite", "polite-1", script, json!({}));
    until("it is up", SOON, || {
        stack
            .weir("run logs polite-1")
            .out()
            .contains("up")
            .then_some(())
    });
    stack
        .weir("run cancel polite-1 --grace 15s --reason 'not needed'")
        .ok();
    let run = stack.run_is("polite-1", "Cancelled", SOON);
    assert_eq!(
        (&run["state"], &run["cancelRequested"]),
        (&json!("CANCELLED"), &json!(true)),
        "{run}"
    );
    stack.weir("run logs polite-1").ok().saying(&["up", "bye"]);
    stack
        .weir("run watch polite-1")
        .exits(4)
        .saying(&["Cancelled"]);
}

#[test]
fn a_run_that_ignores_the_signal_is_killed_after_the_grace_with_all_that_it_started() {
    let stack = shared();
    let _worker = pool(&stack, "stubborn");
    // Its child is in a session of its own, and deaf as well.
    let script = "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ > $HERE.child; while :; do sleep 1; done' & echo $$ > $HERE; while :; do sleep 1; done";
    publish(&stack, "stubborn", "stubborn-1", script, json!({}));
    until("it runs", SOON, || exists(&stack.path("stubborn-1.child")));
    let pids: Vec<u32> = ["stubborn-1", "stubborn-1.child"]
        .iter()
        .map(|file| {
            until("its pid", SOON, || {
                std::fs::read_to_string(stack.path(file))
                    .ok()?
                    .trim()
                    .parse()
                    .ok()
            })
        })
        .collect();
    let body = json!({"cancel": {"grace": "1s", "force": false, "reason": "too stubborn"}});
    stack
        .wire()
        .publish(
            "weir.run.stubborn.default.stubborn-1.request",
            body.to_string(),
        )
        .stored();
    let run = stack.run_is("stubborn-1", "Cancelled", SOON);
    assert_eq!(run["signal"], 9, "{run}");
    for pid in pids {
        assert!(
            !Path::new(&format!("/proc/{pid}")).exists(),
            "{pid} is still there after the end"
        );
    }
    History::read(stack.url(), "stubborn").peak();
}

#[test]
fn a_forced_cancel_skips_the_grace() {
    let stack = shared();
    let _worker = pool(&stack, "force");
    publish(
        &stack,
        "force",
        "force-1",
        "trap '' TERM; echo up > $HERE; while :; do sleep 1; done",
        json!({}),
    );
    until("it runs", SOON, || exists(&stack.path("force-1")));
    stack.weir("run cancel force-1 --force").ok();
    let run = stack.run_is("force-1", "Cancelled", Duration::from_secs(10));
    assert_eq!(run["signal"], 9, "{run}");
}

#[test]
fn a_run_past_its_timeout_is_stopped_and_tried_again_as_often_as_it_says() {
    let stack = shared();
    let _worker = pool(&stack, "late");
    let request = json!({"timeout": "0.5s", "retries": 1, "retryDelay": "0.1s"});
    publish(
        &stack,
        "late",
        "late-1",
        "echo attempt $WEIR_ATTEMPT; exec sleep 300",
        request,
    );
    let run = stack.run_is("late-1", "TimedOut", SOON);
    assert_eq!(
        (&run["state"], &run["attempt"]),
        (&json!("FAILED"), &json!(2)),
        "{run}"
    );
    stack
        .weir("run logs late-1 --attempt 1")
        .ok()
        .saying(&["attempt 1"]);
    stack
        .weir("run logs late-1 --attempt 2")
        .ok()
        .saying(&["attempt 2"]);
}

#[test]
fn a_run_sees_its_own_names_and_parameters_and_no_secret_is_on_the_log() {
    let stack = shared();
    stack.weir("work-pool create named --type process").ok();
    let mut template = stack
        .weir("work-pool get-default-base-job-template --type process")
        .ok()
        .json();
    template["job_configuration"]["secret_env"] = json!({"TOKEN": "${THE_SECRET}"});
    let file = stack.path("template.json");
    std::fs::write(&file, template.to_string()).unwrap();
    stack
        .weir(&format!(
            "work-pool update named --base-job-template {}",
            file.display()
        ))
        .ok();
    let variables = [("THE_SECRET", "hunter2-and-more")];
    let _worker = stack.begin_with(
        "named",
        "worker start --pool named --name named",
        &variables,
    );
    let script = r#"test ${#TOKEN} = 16 && echo "$WEIR_RUN_ID $WEIR_ATTEMPT $WEIR_POOL $WEIR_QUEUE $WEIR_PARAMETERS $COLOUR" && test "$TRACEPARENT" != "$PUBLISHED" && case "$TRACEPARENT" in "$WITHIN"*-01) ;; *) exit 1 ;; esac"#;
    // The run is in the publisher's trace, below a span of its own.
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = json!({
        "parameters": {"big": 9_007_199_254_740_993_i64, "three": 3},
        "jobVariables": {"command": ["sh", "-c", script], "env": {"COLOUR": "blue", "PUBLISHED": trace, "WITHIN": &trace[..36]}},
    });
    let headers = json!({"headers": {"traceparent": trace}});
    stack
        .wire()
        .publish_with(
            "weir.run.named.default.named-1.request",
            &request.to_string(),
            headers,
        )
        .stored();
    stack.run_is("named-1", "Completed", SOON);
    let said = stack.weir("run logs named-1").ok().out();
    assert!(said.starts_with("named-1 1 named default {"), "{said}");
    assert!(
        said.contains("9007199254740993") && said.trim_end().ends_with("blue"),
        "{said}"
    );
    let history = format!("{:?}", History::read(stack.url(), "named").of("named-1"));
    assert!(!history.contains("hunter2"), "the secret is on the log");
}

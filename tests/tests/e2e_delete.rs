//! Deleting queues, pools and deployments, with real processes: refused while runs have not ended, or with their
//! cancellation; and whoever comes late is told.

use std::{fs, thread, time::Duration};

use serde_json::json;
use weir_tests::harness::{Pool, Published, until};

const SOON: Duration = Duration::from_secs(20);
const LONG: &str = r#"{"jobVariables":{"command":"sleep 300"}}"#;
const SHORT: &str = r#"{"jobVariables":{"command":"true"}}"#;

#[test]
fn a_queue_is_deleted_with_its_runs_and_comes_back_as_another() {
    let pool = Pool::new("gone");
    let stack = &pool.stack;
    let worker = stack.worker("gone", "--pool gone --limit 1");
    pool.publish("done", SHORT).stored();
    stack.run_is("done", "Completed", SOON);
    pool.publish("runs", LONG).stored();
    stack.run_is("runs", "Running", SOON);
    pool.publish("waits", LONG).stored();
    stack.run_is("waits", "Scheduled", SOON);
    stack
        .weir("work-queue delete default --pool gone")
        .exits(1)
        .saying(&[
            "gone/default has 2 runs that have not ended",
            "--cancel-runs",
        ]);
    stack.run_is("runs", "Running", SOON);

    let said = stack
        .weir("work-queue delete default --pool gone --cancel-runs --grace 1s -o json")
        .ok();
    let told = said.json();
    assert_eq!(
        (&told["deleted"], &told["unendedRuns"]),
        (&json!("work queue gone/default"), &json!(2))
    );
    stack.run_is("done", "Completed", SOON);
    for id in ["runs", "waits"] {
        stack.run_is(&format!("gone/default/{id}"), "Cancelled", SOON);
    }
    assert!(stack.processes_of_runs().is_empty() || stack.runs("gone").len() == 3);
    assert_eq!(stack.runs("gone").len(), 3, "the list still has them");
    // The broker refuses with a reason, and so does weir.
    let refused = pool.publish("late", SHORT);
    assert!(
        matches!(
            refused,
            Published::Refused {
                code: Some(10_109),
                ..
            }
        ),
        "{refused:?}"
    );
    stack
        .weir("run submit --pool gone --queue default --command true")
        .exits(6)
        .saying(&["gone/default was deleted", "weir work-queue create"]);
    stack.weir("work-queue delete default --pool gone").exits(7);

    stack
        .weir("work-queue create default --pool gone")
        .ok()
        .saying(&["created"]);
    // Publishing works at once, under the same ids, and it is another life.
    pool.publish("runs", SHORT).stored();
    stack.run_is("runs", "Completed", SOON);
    stack.run_is("gone/default/waits", "Cancelled", SOON);
    stack
        .weir("work-queue delete default --pool gone")
        .ok()
        .saying(&["deleted"]);
    stack.run_is("gone/default/runs", "Completed", SOON);
    stack.run_is("gone/default/done", "Completed", SOON);
    drop(worker);
}

/// Publishers go on all the while. Each request is run, cancelled, rejected, or refused by the broker; none is forgotten.
#[test]
fn no_request_is_forgotten_while_its_queue_is_deleted() {
    let pool = Pool::new("busy");
    let stack = &pool.stack;
    let _worker = stack.worker("busy", "--pool busy --limit 4");
    let publish = |who: &str| {
        let wire = stack.wire();
        let mut stored = Vec::new();
        for n in 0.. {
            let id = format!("{who}-{n}");
            match wire.publish(&format!("weir.run.busy.default.{id}.request"), SHORT) {
                Published::Stored { .. } => stored.push(id),
                Published::Refused { .. } => return stored,
            }
        }
        stored
    };
    let stored: Vec<String> = thread::scope(|scope| {
        let publishers: Vec<_> = ["a", "b", "c"]
            .map(|who| scope.spawn(move || publish(who)))
            .into();
        until("runs are under way", SOON, || {
            (stack.runs("busy").len() > 20).then_some(())
        });
        stack
            .weir("work-queue delete default --pool busy --cancel-runs --force --timeout 60s")
            .ok();
        let all = publishers.into_iter().flat_map(|one| one.join().unwrap());
        all.collect()
    });
    let listed = stack.weir("run ls --pool busy --limit 10000 -o json").ok();
    let listed = listed.json();
    let runs = listed["runs"].as_array().unwrap();
    for id in &stored {
        let run = runs
            .iter()
            .find(|run| run["id"] == json!(id) || run["runId"] == json!(id));
        let state = run.map(|run| run["stateName"].as_str().unwrap_or_default().to_owned());
        assert!(
            matches!(
                state.as_deref(),
                Some(
                    "COMPLETED" | "Completed" | "CANCELLED" | "Cancelled" | "REJECTED" | "Rejected"
                )
            ),
            "{id}: {state:?}"
        );
    }
    assert_eq!(runs.len(), stored.len());
}

#[test]
fn a_pool_is_deleted_with_all_of_its_queues() {
    let pool = Pool::new("leaving");
    let stack = &pool.stack;
    stack.weir("work-queue create high --pool leaving").ok();
    let worker = stack.worker("leaving", "--pool leaving");
    pool.publish("one", SHORT).stored();
    stack.run_is("one", "Completed", SOON);
    drop(worker);
    let subject = "weir.run.leaving.high.two.request";
    pool.wire.publish(subject, SHORT).stored();
    stack
        .weir("work-pool delete leaving")
        .exits(1)
        .saying(&["work pool leaving has 1 runs that have not ended"]);
    stack
        .weir("work-pool delete leaving --cancel-runs")
        .ok()
        .saying(&["deleted work pool leaving"]);
    stack.run_is("leaving/high/two", "Cancelled", SOON);
    stack.weir("work-pool inspect leaving").exits(7);
    stack.weir("work-pool delete leaving").exits(7);
    stack.weir("work-pool create leaving --type process").ok();
    pool.still_works();
    stack.run_is("leaving/default/one", "Completed", SOON);
}

#[test]
fn a_deployment_is_deleted_and_what_names_it_is_rejected_with_the_deletion() {
    let pool = Pool::new("undeployed");
    let stack = &pool.stack;
    let file = stack.path("undeployed.yaml");
    fs::write(
        &file,
        "name: etl/undeployed\npool: undeployed\njob_variables: {command: 'sleep 300'}\n",
    )
    .unwrap();
    let deploy = format!("deploy -f {}", file.display());
    stack.weir(&deploy).ok();
    let _worker = stack.worker("undeployed", "--pool undeployed");
    pool.publish("nightly", r#"{"deployment":"etl/undeployed"}"#)
        .stored();
    pool.publish("other", LONG).stored();
    stack.run_is("nightly", "Running", SOON);
    stack.run_is("other", "Running", SOON);
    stack
        .weir("deployment delete etl/undeployed")
        .exits(1)
        .saying(&["deployment etl/undeployed has 1 runs", "--cancel-runs"]);
    stack
        .weir("deployment delete etl/undeployed --cancel-runs --force")
        .ok();
    stack.run_is("nightly", "Cancelled", SOON);
    stack.run_is("other", "Running", SOON);
    pool.is_rejected(
        "late",
        r#"{"deployment":"etl/undeployed"}"#,
        "UnknownDeployment",
        &["etl/undeployed was deleted", "revision"],
    );
    stack
        .weir("deployment run etl/undeployed")
        .exits(7)
        .saying(&["was deleted"]);
    stack.weir("deployment delete etl/undeployed").exits(7);
    stack.weir(&deploy).ok();
    pool.publish("again", r#"{"deployment":"etl/undeployed"}"#)
        .stored();
    stack.run_is("again", "Running", SOON);
    stack.weir("run cancel --pool undeployed --force").ok();
    stack.run_is("again", "Cancelled", SOON);
}

//! Limits beyond pool and queue, with real processes: of a tag, over pools, changed under way; of a deployment.

use std::{fs, time::Duration};

use serde_json::json;
use weir_core::event::Body;
use weir_tests::harness::{History, Pool, Stack, until};

const SOON: Duration = Duration::from_secs(20);

fn slots(stack: &Stack, tag: &str) -> String {
    let said = stack.weir("concurrency-limit ls").ok().out();
    let line = said.lines().find(|line| line.starts_with(tag));
    line.and_then(|line| line.split_whitespace().nth(1))
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_tags_limit_holds_over_pools_and_what_it_blocks_holds_nobody_back() {
    let pool = Pool::new("tagged");
    let other = Pool::new("tagged-too");
    let (stack, gate) = (&pool.stack, "tagged-gate");
    // What runs already counts against a limit that is set later.
    let _workers = [
        stack.worker("tagged", "--pool tagged --limit 8"),
        stack.worker("tagged-too", "--pool tagged-too --limit 8"),
    ];
    pool.publish_gated("db-1", gate, json!({"tags": ["db", "nightly"]}));
    stack.run_is("db-1", "Running", SOON);
    stack.weir("concurrency-limit create db 2").ok();
    until("the scheduler knows the limit", SOON, || {
        (slots(stack, "db") == "1/2").then_some(())
    });
    other.publish_gated("db-2", gate, json!({"tags": ["db"]}));
    stack.run_is("db-2", "Running", SOON);
    pool.publish_gated("db-3", gate, json!({"tags": ["db", "db"]}));
    other.publish_gated("db-4", gate, json!({"tags": ["db"]}));
    pool.publish("free-1", r#"{"jobVariables":{"command":"true"}}"#)
        .stored();
    stack.run_is("free-1", "Completed", SOON);
    stack
        .weir("why db-3")
        .ok()
        .saying(&["tag db", "2", "db-1", "db-2"]);
    assert_eq!(slots(stack, "db"), "2/2");

    stack.weir("concurrency-limit create db 3").ok();
    until("one more has started", SOON, || {
        let running = |id| stack.inspect(id)["stateName"] == "Running";
        (running("db-3") || running("db-4")).then_some(())
    });
    fs::write(stack.path(gate), "").unwrap();
    for id in ["db-1", "db-2", "db-3", "db-4"] {
        stack.run_is(id, "Completed", SOON);
    }
    // Two of them were in each pool, and three at once over both.
    let peaks = ["tagged", "tagged-too"]
        .map(|pool| History::read(stack.url(), pool).peak_of(|id| id.as_str().starts_with("db-")));
    assert!(peaks[0] + peaks[1] >= 3, "{peaks:?}");

    let limit = stack
        .weir("concurrency-limit inspect db -o json")
        .ok()
        .json();
    assert_eq!(
        (&limit["tag"], &limit["concurrencyLimit"]),
        (&json!("db"), &json!(3)),
        "{limit}"
    );
    stack.weir("concurrency-limit delete db").ok();
    stack
        .weir("concurrency-limit delete db")
        .exits(7)
        .saying(&["tag db", "weir concurrency-limit ls"]);
    assert_eq!(slots(stack, "db"), "");
}

#[test]
fn a_deployments_limit_holds_however_many_are_requested() {
    let pool = Pool::new("single");
    let stack = &pool.stack;
    let file = stack.path("single.yaml");
    fs::write(
        &file,
        "name: etl/single\npool: single\nconcurrency_limit: {limit: 1, collision_strategy: ENQUEUE}\njob_variables: {command: 'sleep 0.05'}\n",
    )
    .unwrap();
    stack.weir(&format!("deploy -f {}", file.display())).ok();
    stack
        .weir("deployment inspect etl/single")
        .ok()
        .saying(&["concurrency limit", "1"]);
    let ids: Vec<String> = (0..12).map(|n| format!("single-{n}")).collect();
    for id in &ids {
        pool.publish(id, r#"{"deployment":"etl/single"}"#).stored();
    }
    let _worker = stack.worker("single", "--pool single --limit 8");
    for id in &ids {
        stack.run_is(id, "Completed", Duration::from_mins(1));
    }
    let history = History::read(stack.url(), "single");
    assert_eq!(history.peak_of(|_| true), 1);
}

#[test]
fn a_limit_that_weir_does_not_have_is_named() {
    let pool = Pool::new("strategy");
    let stack = &pool.stack;
    let file = stack.path("strategy.yaml");
    for (limit, words) in [
        (
            "{limit: 1, collision_strategy: CANCEL_OLD}",
            ["CANCEL_OLD", "CANCEL_RUNNING"],
        ),
        ("many", ["concurrency_limit", "whole number"]),
    ] {
        let text = format!("name: etl/strategy\npool: strategy\nconcurrency_limit: {limit}\n");
        fs::write(&file, text).unwrap();
        let said = stack.weir(&format!("deploy -f {}", file.display()));
        assert_ne!(said.code, 0);
        said.saying(&words);
    }
}

#[test]
fn a_paused_pool_starts_nothing_until_it_is_resumed() {
    let pool = Pool::new("halted");
    let stack = &pool.stack;
    let _worker = stack.worker("halted", "--pool halted --limit 8");
    stack.weir("work-pool pause halted").ok();
    pool.scheduler_knows("work-pool inspect halted");
    pool.publish("late-1", r#"{"jobVariables":{"command":"true"}}"#)
        .stored();
    until("the pool's pause is known", SOON, || {
        let why = stack.weir("why late-1").ok().out();
        why.contains("weir work-pool resume halted").then_some(())
    });
    stack.weir("work-pool resume halted").ok();
    stack.run_is("late-1", "Completed", SOON);
    stack
        .weir("deployment pause etl/nobody")
        .exits(7)
        .saying(&["etl/nobody", "weir deployment ls"]);
}

#[test]
fn all_runs_that_match_are_cancelled_and_a_dry_run_does_nothing() {
    let pool = Pool::new("bulk");
    let (stack, gate) = (&pool.stack, "bulk-gate");
    stack.weir("work-pool set-concurrency-limit bulk 1").ok();
    let _worker = stack.worker("bulk", "--pool bulk");
    pool.publish_gated("kept", gate, json!({}));
    stack.run_is("kept", "Running", SOON);
    for n in 0..5 {
        pool.publish_gated(&format!("bulk-{n}"), gate, json!({}));
    }
    until("all are listed", SOON, || {
        (stack.runs("bulk").len() == 6).then_some(())
    });
    let line = "run cancel --pool bulk --queue default --state Scheduled";
    stack
        .weir(&format!("{line} --dry-run"))
        .ok()
        .saying(&["bulk-4", "5 runs would be cancelled"]);
    let is = |id: &str| stack.inspect(id)["stateName"].clone();
    assert_eq!(is("bulk-0"), "Scheduled");
    stack.weir(line).ok().saying(&["5 runs"]);
    for n in 0..5 {
        stack.run_is(&format!("bulk-{n}"), "Cancelled", SOON);
    }
    assert_eq!(is("kept"), "Running");
    stack
        .weir("run cancel")
        .exits(1)
        .saying(&["name a run", "--state"]);
    stack
        .weir("run cancel --pool bulk --state Completed")
        .exits(1)
        .saying(&["Completed", "have ended"]);
    fs::write(stack.path(gate), "").unwrap();
    stack.run_is("kept", "Completed", SOON);
}

#[test]
fn a_waiting_run_whose_priority_is_raised_goes_before_the_others() {
    let pool = Pool::new("order");
    let (stack, gate) = (&pool.stack, "order-gate");
    stack.weir("work-pool set-concurrency-limit order 1").ok();
    let _worker = stack.worker("order", "--pool order");
    pool.publish_gated("first", gate, json!({}));
    stack.run_is("first", "Running", SOON);
    let ids = ["order-1", "order-2", "order-3"];
    for id in ids {
        pool.publish(id, r#"{"jobVariables":{"command":"true"}}"#)
            .stored();
    }
    stack.weir("run set-priority order-3 5").ok();
    // The same by hand.
    pool.publish("order-1", r#"{"setPriority":{"priority":-5}}"#)
        .stored();
    fs::write(stack.path(gate), "").unwrap();
    for id in ids {
        stack.run_is(id, "Completed", SOON);
    }
    let history = History::read(stack.url(), "order");
    let claimed = |id: &str| {
        let claims = history.of(id).into_iter();
        let claim = claims.filter(|record| matches!(record.body, Body::Claim { .. }));
        claim.map(|record| record.seq).next()
    };
    assert!(claimed("order-3") < claimed("order-2"));
    assert!(claimed("order-2") < claimed("order-1"));
    stack
        .weir("run set-priority order-1 7")
        .ok()
        .saying(&["has ended already"]);
}

#[test]
fn a_drained_pool_has_nothing_under_way_and_forgets_nothing() {
    let pool = Pool::new("drained");
    let (stack, gate) = (&pool.stack, "drained-gate");
    let _worker = stack.worker("drained", "--pool drained --limit 8");
    pool.publish_gated("drained-1", gate, json!({}));
    stack.run_is("drained-1", "Running", SOON);
    let told = stack.weir("work-pool drain drained -o json").ok().json();
    assert_eq!(
        (&told["drained"], &told["live"]),
        (&json!(false), &json!(1))
    );
    pool.publish("drained-2", r#"{"jobVariables":{"command":"true"}}"#)
        .stored();
    stack
        .weir("work-queue drain default --pool drained --wait --timeout 200ms")
        .exits(1)
        .saying(&["drained/default starts nothing new", "1 runs are under way"]);
    stack.weir("work-queue resume default --pool drained").ok();
    fs::write(stack.path(gate), "").unwrap();
    let told = stack
        .weir("work-pool drain drained --wait -o json")
        .ok()
        .json();
    assert_eq!(
        told,
        json!({"drained": true, "live": 0, "waiting": 1}),
        "what was requested meanwhile keeps its place"
    );
    stack.run_is("drained-1", "Completed", SOON);
    stack.run_is("drained-2", "Scheduled", SOON);
    stack.weir("work-pool resume drained").ok();
    stack.run_is("drained-2", "Completed", SOON);
}

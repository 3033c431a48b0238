//! Who may start now, and what becomes of the others: start rates, limits of a name with weights, limits for each value
//! of a tag, collision strategies, and how a wait was spent.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use std::{fs, time::Duration};

use serde_json::{Value, json};
use weir_tests::harness::{Pool, Stack, lasts, until};

const SOON: Duration = Duration::from_secs(20);

fn state(stack: &Stack, id: &str) -> String {
    stack.inspect(id)["stateName"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn running(stack: &Stack, ids: &[&str]) -> usize {
    ids.iter()
        .filter(|id| state(stack, id) == "Running")
        .count()
}

/// The parts of a run's wait, which have to add up to the time between the record that began it and the one that ended
/// it, to the nanosecond.
fn waited(stack: &Stack, id: &str) -> Vec<Value> {
    let why = stack.weir(&format!("why {id} -o json")).ok().json();
    let parts = why["spent"].as_array().cloned().unwrap_or_default();
    let nanos = |at: &Value| {
        let text = at.as_str().unwrap_or_default();
        let at: jiff::Timestamp = text.parse().unwrap();
        at.as_nanosecond()
    };
    let span = |text: &Value| {
        let text = text
            .as_str()
            .unwrap_or("0s")
            .trim_end_matches('s')
            .to_owned();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let part = format!("{part:0<9}");
        whole.parse::<i128>().unwrap() * 1_000_000_000 + part.parse::<i128>().unwrap()
    };
    let sum: i128 = parts.iter().map(|part| span(&part["spent"])).sum();
    let whole = nanos(&why["until"]["at"]) - nanos(&parts[0]["from"]["at"]);
    assert_eq!(sum, whole, "{why:#}");
    parts
}

fn causes(parts: &[Value]) -> Vec<&str> {
    let causes = parts.iter().filter_map(|part| part["cause"].as_object());
    causes
        .filter_map(|cause| Some(cause.keys().next()?.as_str()))
        .collect()
}

#[test]
fn a_start_rate_lets_a_burst_through_and_is_changed_live() {
    let pool = Pool::new("paced");
    let stack = &pool.stack;
    let _worker = stack.worker("paced", "--pool paced --limit 8");
    stack.weir("work-pool update paced --start-rate 2/h").ok();
    pool.scheduler_knows("work-pool inspect paced");
    let ids = ["paced-1", "paced-2", "paced-3", "paced-4"];
    for id in ids {
        pool.publish_gated(id, "paced-gate", json!({}));
    }
    until("the burst runs", SOON, || {
        (running(stack, &ids) == 2).then_some(())
    });
    stack
        .weir("why paced-3")
        .ok()
        .saying(&["start rate of pool paced", "2/h"]);
    assert!(lasts(Duration::from_millis(300), || running(stack, &ids) == 2));

    stack.weir("work-pool update paced --start-rate 100/s").ok();
    until("all run", SOON, || {
        (running(stack, &ids) == 4).then_some(())
    });
    fs::write(stack.path("paced-gate"), "").unwrap();
    stack.run_is("paced-4", "Completed", SOON);
    let parts = waited(stack, "paced-4");
    assert!(causes(&parts).contains(&"rate"), "{parts:?}");
    stack
        .weir("work-pool update paced --start-rate fast")
        .exits(2)
        .saying(&["--start-rate", "10/s"]);
}

#[test]
fn runs_hold_slots_of_a_name_by_number() {
    let pool = Pool::new("weighed");
    let stack = &pool.stack;
    let _worker = stack.worker("weighed", "--pool weighed --limit 8");
    stack.weir("gcl create db-connections --limit 5").ok();
    pool.scheduler_knows("gcl inspect db-connections");
    let slots = |n: u32| json!({"limits": {"db-connections": n}});
    pool.publish_gated("weighed-1", "weighed-gate-1", slots(3));
    stack.run_is("weighed-1", "Running", SOON);
    pool.publish_gated("weighed-2", "weighed-gate", slots(3));
    // Behind one that needs more than is free, one that needs less goes on.
    pool.publish_gated("weighed-3", "weighed-gate", slots(2));
    stack.run_is("weighed-3", "Running", SOON);
    stack.weir("why weighed-2").ok().saying(&[
        "3 slots of limit db-connections",
        "5 of 5",
        "weighed-1",
        "weighed-3",
    ]);
    stack.weir("gcl ls").ok().saying(&["db-connections", "5/5"]);
    fs::write(stack.path("weighed-gate-1"), "").unwrap();
    stack.run_is("weighed-2", "Running", SOON);
    fs::write(stack.path("weighed-gate"), "").unwrap();
    for id in ["weighed-1", "weighed-2", "weighed-3"] {
        stack.run_is(id, "Completed", SOON);
    }
    let parts = waited(stack, "weighed-2");
    assert!(causes(&parts).contains(&"limit"), "{parts:?}");
    stack.weir("gcl delete db-connections").ok();
    stack.weir("gcl inspect db-connections").exits(7);
}

#[test]
fn each_value_of_a_tag_is_limited_for_itself() {
    let pool = Pool::new("each");
    let stack = &pool.stack;
    let _worker = stack.worker("each", "--pool each --limit 8");
    stack.weir("concurrency-limit create customer:* 1").ok();
    stack.weir("concurrency-limit create customer:big 2").ok();
    pool.scheduler_knows("concurrency-limit inspect customer:big");
    let tagged = |customer: &str| json!({"tags": [format!("customer:{customer}")]});
    let all = [
        ("each-a1", "a"),
        ("each-a2", "a"),
        ("each-b1", "b"),
        ("each-big1", "big"),
        ("each-big2", "big"),
        ("each-big3", "big"),
    ];
    for (id, customer) in all {
        pool.publish_gated(id, "each-gate", tagged(customer));
    }
    let started = ["each-a1", "each-b1", "each-big1", "each-big2"];
    until("one of each runs, and two of big", SOON, || {
        (running(stack, &started) == 4).then_some(())
    });
    stack
        .weir("why each-a2")
        .ok()
        .saying(&["tag customer:a", "1 of 1", "each-a1"]);
    stack
        .weir("why each-big3")
        .ok()
        .saying(&["tag customer:big", "2 of 2"]);
    stack
        .weir("concurrency-limit inspect customer:*")
        .ok()
        .saying(&["1 by tag customer:a", "1 by tag customer:b"]);
    fs::write(stack.path("each-gate"), "").unwrap();
    for (id, _) in all {
        stack.run_is(id, "Completed", SOON);
    }
}

fn deploy(stack: &Stack, name: &str, strategy: &str) {
    let file = stack.path(&format!("{name}.yaml"));
    let text = format!(
        "name: etl/{name}\npool: {name}\nconcurrency_limit: {{limit: 1, collision_strategy: {strategy}}}\n"
    );
    fs::write(&file, text).unwrap();
    stack.weir(&format!("deploy -f {}", file.display())).ok();
}

#[test]
fn a_new_run_is_cancelled_where_the_deployment_says_so() {
    let pool = Pool::new("refusing");
    let stack = &pool.stack;
    deploy(stack, "refusing", "CANCEL_NEW");
    let _worker = stack.worker("refusing", "--pool refusing --limit 8");
    let of = json!({"deployment": "etl/refusing"});
    pool.publish_gated("refusing-1", "refusing-gate", of.clone());
    stack.run_is("refusing-1", "Running", SOON);
    pool.publish_gated("refusing-2", "refusing-gate", of.clone());
    let second = stack.run_is("refusing-2", "Cancelled", SOON);
    assert_eq!(second["reason"], "Collision", "{second}");
    assert_eq!(state(stack, "refusing-1"), "Running");
    fs::write(stack.path("refusing-gate"), "").unwrap();
    stack.run_is("refusing-1", "Completed", SOON);
    pool.publish_gated("refusing-3", "refusing-gate", of);
    stack.run_is("refusing-3", "Completed", SOON);
}

#[test]
fn the_running_run_gives_way_where_the_deployment_says_so() {
    let pool = Pool::new("replacing");
    let stack = &pool.stack;
    deploy(stack, "replacing", "CANCEL_RUNNING");
    let _worker = stack.worker("replacing", "--pool replacing --limit 8");
    let of = json!({"deployment": "etl/replacing"});
    pool.publish_gated("replacing-1", "replacing-gate", of.clone());
    stack.run_is("replacing-1", "Running", SOON);
    pool.publish_gated("replacing-2", "replacing-gate", of);
    let first = stack.run_is("replacing-1", "Cancelled", SOON);
    assert!(
        first["message"]
            .as_str()
            .is_some_and(|text| text.contains("replacing-2")),
        "{first}"
    );
    stack.run_is("replacing-2", "Running", SOON);
    fs::write(stack.path("replacing-gate"), "").unwrap();
    stack.run_is("replacing-2", "Completed", SOON);
    let parts = waited(stack, "replacing-2");
    assert!(causes(&parts).contains(&"limit"), "{parts:?}");
}

#[test]
fn a_run_that_is_cancelled_while_it_waits_tells_how_it_waited() {
    let pool = Pool::new("given-up");
    let stack = &pool.stack;
    stack
        .weir("work-pool set-concurrency-limit given-up 1")
        .ok();
    pool.scheduler_knows("work-pool inspect given-up");
    let _worker = stack.worker("given-up", "--pool given-up --limit 8");
    pool.publish_gated("given-up-1", "given-up-gate", json!({}));
    stack.run_is("given-up-1", "Running", SOON);
    pool.publish_gated("given-up-2", "given-up-gate", json!({}));
    until("it waits for the pool", SOON, || {
        let why = stack.weir("why given-up-2 -o json").ok().json();
        why["spent"][0]["cause"]["limit"].is_object().then_some(())
    });
    stack.weir("run cancel given-up-2").ok();
    stack.run_is("given-up-2", "Cancelled", SOON);
    let parts = waited(stack, "given-up-2");
    assert!(causes(&parts).contains(&"limit"), "{parts:?}");

    // One that is cancelled between two attempts waited for its time.
    let failing = r#"{"retries":3,"retryDelay":"3600s","jobVariables":{"command":"false"}}"#;
    fs::write(stack.path("given-up-gate"), "").unwrap();
    stack.run_is("given-up-1", "Completed", SOON);
    pool.publish("given-up-3", failing).stored();
    stack.run_is("given-up-3", "AwaitingRetry", SOON);
    stack.weir("run cancel given-up-3").ok();
    stack.run_is("given-up-3", "Cancelled", SOON);
    assert_eq!(causes(&waited(stack, "given-up-3")), ["notDue"]);
}

//! The seed scenario: three limits that overlap over five hundred mixed runs, counted by a reader that shares no code
//! with weir. How long it may take is a figure and no test: `weir bench --scenario`.

use std::time::Duration;

use serde_json::{Value, json};
use weir_tests::harness::{Count, Stack};

const RUNS: usize = 500;
const POOL_LIMIT: u64 = 50;
const HIGH_LIMIT: u64 = 10;
const TAG_LIMIT: u64 = 5;
const LONG: Duration = Duration::from_mins(3);

/// Numbers below a bound, the same ones each time.
struct Series(u64);

impl Series {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Three in ten runs are in the queue of high priority and two in ten have the tag, independently; `job` makes the job
/// variables of a run of so many milliseconds.
fn publish(stack: &Stack, pool: &str, job: impl Fn(u64) -> Value) {
    let mut series = Series(0x5eed);
    let requests = (0..RUNS).map(|n| {
        let queue = if series.below(10) < 3 {
            "high-priority"
        } else {
            "default"
        };
        let tags = if series.below(10) < 2 {
            json!(["five"])
        } else {
            json!([])
        };
        let request = json!({"tags": tags, "jobVariables": job(50 + series.below(251))});
        let subject = format!("weir.run.{pool}.{queue}.{pool}-{n}.request");
        (subject, request.to_string().into_bytes())
    });
    for published in stack.wire().publish_all(requests) {
        published.stored();
    }
}

/// All that wait at the beginning are there before anybody looks, so that each limit has runs that it holds back.
#[track_caller]
fn plays(pool: &str, kind: &str, job: impl Fn(u64) -> Value) -> Count {
    let stack = Stack::start();
    for line in [
        format!("work-pool create {pool} --type {kind} --concurrency-limit {POOL_LIMIT}"),
        format!("work-queue create high-priority --pool {pool} --limit {HIGH_LIMIT} --priority 1"),
        format!("work-queue update default --pool {pool} --priority 2"),
        format!("concurrency-limit create five {TAG_LIMIT}"),
    ] {
        stack.weir(&line).ok();
    }
    publish(&stack, pool, job);
    let _scheduler = stack.scheduler("one");
    let _workers = ["w1", "w2"].map(|name| {
        let arguments = format!("--pool {pool} --limit {POOL_LIMIT}");
        stack.worker(name, &arguments)
    });
    for run in stack.all_ended(pool, RUNS, LONG) {
        assert_eq!(run["state"], "COMPLETED", "{run:#}");
    }
    let limits = json!({
        format!("pool {pool}"): POOL_LIMIT,
        format!("queue {pool}/high-priority"): HIGH_LIMIT,
        "tag five": TAG_LIMIT,
    });
    let count = Count::of(&stack, &[pool], &limits);
    assert_eq!((count.requested, count.ended), (500, 500));
    assert_eq!(count.peak("tag five"), TAG_LIMIT);
    let high = format!("queue {pool}/high-priority");
    assert_eq!(count.peak(&high), HIGH_LIMIT);
    count
}

#[test]
fn three_limits_over_five_hundred_mixed_runs_are_never_passed() {
    let count = plays("seed", "null", |millis| json!({ "sleep": millis }));
    let all = count.peak("pool seed");
    assert!(
        all > HIGH_LIMIT + TAG_LIMIT,
        "untagged runs of the other queue go on beside those: {all}"
    );
}

#[test]
fn three_limits_over_five_hundred_real_processes_are_never_passed() {
    plays(
        "seed-real",
        "process",
        |millis| json!({"command": format!("sleep 0.{millis:03}")}),
    );
}

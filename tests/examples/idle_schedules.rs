//! `cargo run -p weir-tests --example idle_schedules`: the processor time that a scheduler takes with 1,000 schedules that
//! are due each minute, over three minutes, in three cells: without a schedule, with runs that all wait (each due time is
//! passed over), and with runs that a worker does at once.
//!
//! It measures, and asserts nothing: how busy the machine is beside it is nobody's business here.

#![expect(
    clippy::print_stdout,
    reason = "the figures are what it is started for"
)]

use std::{fs, time::Duration};

use serde_json::{Value, json};
use weir_tests::harness::{Stack, for_a_while, until};

const DEPLOYMENTS: usize = 10;
const SCHEDULES: usize = 100;
const SPAN: Duration = Duration::from_mins(3);
const SOON: Duration = Duration::from_mins(3);

fn main() {
    measure("no schedules", 0, false);
    measure("1,000 schedules, their runs wait", DEPLOYMENTS, false);
    measure(
        "1,000 schedules, a worker does 1,000 runs a minute",
        DEPLOYMENTS,
        true,
    );
}

fn measure(what: &str, deployments: usize, works: bool) {
    let stack = Stack::start();
    let measured = stack.scheduler("measured");
    stack.led_by("measured", SOON);
    stack.weir("work-pool create idle --type process").ok();
    let worker = works.then(|| stack.worker("w", "--pool idle --limit 16"));
    for n in 0..deployments {
        let schedules =
            (0..SCHEDULES).map(|n| json!({"cron": "* * * * *", "slug": format!("s{n}")}));
        let schedules: Vec<Value> = schedules.collect();
        let deployment = json!({
            "name": format!("idle/d{n}"),
            "pool": "idle",
            "schedules": schedules,
            "job_variables": {"command": ["true"]},
        });
        let file = stack.path("idle.yaml");
        fs::write(&file, deployment.to_string()).expect("the stack's folder can be written");
        stack.weir(&format!("deploy -f {}", file.display())).ok();
    }
    let wire = stack.wire();
    until("each schedule has made a run", SOON, || {
        let (queues, _) = wire.request("weir.api.v1.queue.list", "{}").ok()?;
        let queues: Value = serde_json::from_slice(&queues).ok()?;
        let view = &queues["queues"][0];
        let count = |field: &str| view[field].as_str().and_then(|n| n.parse::<usize>().ok());
        let runs = count("waiting")? + count("live")? + count("ended")?;
        (runs >= deployments * SCHEDULES).then_some(())
    });
    let before = measured.processor_time();
    for_a_while(SPAN);
    let used = measured.processor_time().saturating_sub(before);
    let hundredths = used.as_micros() * 10_000 / SPAN.as_micros();
    println!(
        "{what}: {}.{:02} % of a core",
        hundredths / 100,
        hundredths % 100
    );
    drop(worker);
}

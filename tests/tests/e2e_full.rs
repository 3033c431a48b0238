//! A queue that is full: new requests are answered, what was accepted ends, and all goes on by itself when it is raised.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};
use weir_tests::harness::{Program, Published, Stack, Wire, until};

const SOON: Duration = Duration::from_secs(20);

fn request(script: &str, ballast: usize) -> String {
    let parameters = json!({"ballast": "x".repeat(ballast)});
    json!({"jobVariables": {"command": ["sh", "-c", script]}, "parameters": parameters}).to_string()
}

fn publish(wire: &Wire, pool: &str, id: &str, payload: &str) -> Published {
    wire.publish(&format!("weir.run.{pool}.default.{id}.request"), payload)
}

/// A small queue with two runs under way that end when the test says so, and more that wait behind a limit of 2.
fn begun(stack: &Stack, wire: &Wire, pool: &str) -> Program {
    stack
        .weir(&format!(
            "work-pool create {pool} --type process --concurrency-limit 2"
        ))
        .ok();
    stack
        .weir(&format!(
            "work-queue update default --pool {pool} --max-bytes 64KiB"
        ))
        .ok();
    let worker = stack.worker(pool, &format!("--pool {pool} --limit 8"));
    let wait = format!(
        "while [ ! -e {} ]; do sleep 0.05; done",
        stack.path("go").display()
    );
    for number in 0..4 {
        publish(wire, pool, &format!("held-{number}"), &request(&wait, 0)).stored();
    }
    stack.run_is("held-0", "Running", SOON);
    stack.run_is("held-1", "Running", SOON);
    worker
}

fn let_go(stack: &Stack) {
    std::fs::write(stack.path("go"), "").expect("the stack's folder can be written");
}

#[test]
fn a_full_queue_rejects_new_requests_while_what_was_accepted_goes_on_even_over_a_failover() {
    let stack = Stack::start();
    let wire = stack.wire();
    let first = stack.scheduler("first");
    let _worker = begun(&stack, &wire, "full");
    for number in 0..12 {
        publish(
            &wire,
            "full",
            &format!("fill-{number}"),
            &request("true", 8 * 1024),
        )
        .stored();
    }
    until("new requests are rejected", SOON, || {
        let id = format!("over-{}", stack.runs("full").len());
        publish(&wire, "full", &id, &request("true", 0)).stored();
        let run = stack.weir(&format!("run watch full/default/{id} --give-up 1s -o json"));
        let run = run.json_lines().pop()?;
        (run["stateName"] == "Rejected").then(|| assert_eq!(run["reason"], "QueueFull", "{run}"))
    });
    let said = stack.weir("run submit --pool full --command true").exits(6);
    said.saying(&["QueueFull", "--max-bytes"]);
    stack
        .weir("work-queue inspect default --pool full")
        .ok()
        .saying(&["past its request bound"]);

    first.kill_9();
    let _second = stack.scheduler("second");
    stack.led_by("second", SOON);
    until("the new leader rejects as well", SOON, || {
        let said = stack.weir("run submit --pool full --command true");
        (said.code == 6 && said.err.contains("QueueFull")).then_some(())
    });
    let_go(&stack);
    for number in 0..4 {
        stack.run_is(&format!("held-{number}"), "Completed", SOON);
    }
    stack
        .weir("work-queue update default --pool full --max-bytes 4MiB")
        .ok();
    until("requests are taken again", SOON, || {
        (stack
            .weir("run submit --pool full --command true --wait")
            .code
            == 0)
            .then_some(())
    });
    let lost: Vec<Value> = stack
        .runs("full")
        .into_iter()
        .filter(|run| run["stateName"] == "Scheduled")
        .collect();
    let ended = |run: &Value| {
        stack.inspect(run["runId"].as_str().unwrap_or_default())["state"] != "SCHEDULED"
    };
    until("nothing waits any more", SOON, || {
        lost.iter().all(ended).then_some(())
    });
}

#[test]
fn where_even_the_reserve_ends_all_waits_and_goes_on_when_the_bound_is_raised() {
    // The leader may not raise the stream's bound by itself here.
    let stack = Stack::start_with(&[("WEIR_CONFIG__SCHEDULER__QUEUE_DISK_BYTES_MAX", "65536")]);
    let wire = stack.wire();
    let mut scheduler = stack.begin(
        "first",
        "scheduler start --name first --health-addr 127.0.0.1:0",
    );
    let _worker = begun(&stack, &wire, "brim");
    // Larger ones first, then what still fits beside them, to the last byte.
    let mut number = 0;
    for ballast in [90 * 1024, 8 * 1024, 512, 0] {
        let mut refused = 0;
        while refused < 3 {
            number += 1;
            let payload = if ballast == 0 {
                "{}".to_owned()
            } else {
                request("true", ballast)
            };
            match publish(&wire, "brim", &format!("f{number}"), &payload) {
                Published::Stored { .. } => refused = 0,
                Published::Refused { code, .. } => {
                    assert_eq!(code, Some(10077), "the broker says that the stream is full");
                    refused += 1;
                }
            }
        }
    }
    let_go(&stack);
    until("it says that it is full", SOON, || {
        let said = stack.weir("work-queue inspect default --pool brim");
        (said.out().contains("full")).then_some(())
    });
    let address = until("the health endpoint", SOON, || address(&scheduler.output()));
    until("readiness says so", SOON, || {
        readiness(&address).filter(|said| said.contains("full") && said.contains("503"))
    });
    for number in 0..2 {
        let run = stack.inspect(&format!("held-{number}"));
        assert_eq!(run["state"], "RUNNING", "its end cannot be told: {run}");
    }
    stack
        .weir("run submit --pool brim --command true")
        .exits(6)
        .saying(&["full", "--max-bytes"]);
    assert!(scheduler.ended().is_none(), "it waits");

    scheduler.kill_9();
    let _second = stack.scheduler("second");
    stack.led_by("second", SOON);
    stack
        .weir("work-queue update default --pool brim --max-bytes 64MiB")
        .ok();
    for number in 0..4 {
        let run = stack.run_is(
            &format!("held-{number}"),
            "Completed",
            Duration::from_secs(40),
        );
        assert_eq!(
            run["attempt"], 1,
            "nothing was lost and nothing done twice: {run}"
        );
    }
    stack
        .weir("run submit --pool brim --command true --wait")
        .ok();
}

/// The address in the line `health endpoint address=…`.
fn address(log: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains("health endpoint"))?;
    let start = line.find("127.0.0.1:")?;
    let port: String = line[start + 10..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    Some(format!("127.0.0.1:{port}"))
}

fn readiness(address: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n")
        .ok()?;
    let mut said = String::new();
    stream.read_to_string(&mut said).ok()?;
    Some(said)
}

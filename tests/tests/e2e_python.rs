//! The main job, seen by a user of another language: a request published with a stock NATS client becomes a finished run.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdout, Stdio},
    time::Duration,
};

use serde_json::Value;
use weir_tests::harness::{History, Script, Stack, Wire};

const LIMIT: usize = 6;

/// The script, killed when the test fails.
struct Publisher {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Publisher {
    fn start(stack: &Stack, pool: &str) -> Self {
        let mut command = Script("publish_200.py").command();
        command.args([stack.url(), pool, "default"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the script can be started");
        let output = child.stdout.take().expect("its output is a pipe");
        Self {
            child,
            lines: BufReader::new(output),
        }
    }
    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line);
        read.expect("the script prints text");
        line.trim().to_owned()
    }
    fn go_on(&mut self) {
        let input = self.child.stdin.as_mut().expect("its input is a pipe");
        input.write_all(b"go on\n").expect("the script listens");
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn two_hundred_requests_of_a_stock_python_client_end_with_the_right_exit_codes() {
    let stack = Stack::start();
    stack
        .weir(&format!(
            "work-pool create py --type process --concurrency-limit {LIMIT}"
        ))
        .ok();
    let mut publisher = Publisher::start(&stack, "py");
    assert_eq!(
        publisher.line(),
        "half",
        "the first half is published while no scheduler and no worker runs"
    );

    let _scheduler = stack.scheduler("one");
    let _worker = stack.worker("w", "--pool py --limit 16");
    publisher.go_on();
    assert_eq!(publisher.line(), "published");

    let ends: Value =
        serde_json::from_str(&publisher.line()).expect("the script ends with what it has seen");
    let ends = ends.as_object().unwrap();
    assert_eq!(ends.len(), 200, "the script sees 200 ends");
    for number in 0..200 {
        let end = &ends[&format!("run-{number}")];
        let code = i64::from(number % 8);
        let class = if code == 0 { 1 } else { 2 };
        assert_eq!(
            (&end["exit_code"], &end["class"]),
            (&code.into(), &class.into()),
            "run-{number}: {end}"
        );
        assert_eq!(
            end["attempt"], 1,
            "nothing is tried twice: run-{number}: {end}"
        );
    }
    assert!(publisher.child.wait().unwrap().success());

    let history = History::read(stack.url(), "py");
    assert_eq!(history.runs().len(), 200);
    let peak = history.peak().pool;
    assert!(
        peak <= LIMIT,
        "the pool's limit of {LIMIT} was exceeded: {peak}"
    );
    assert_eq!(
        peak, LIMIT,
        "and used: with 16 places and 200 runs it fills"
    );

    let listed = stack.all_ended("py", 200, Duration::from_secs(5));
    for run in &listed {
        let expected = if run["exitCode"] == 0 {
            "COMPLETED"
        } else {
            "FAILED"
        };
        assert_eq!(run["state"], expected, "{run}");
    }
    let said = stack.weir("run logs run-13").ok();
    assert_eq!(said.out(), "hello from run-13\n");
}

#[test]
fn the_control_api_is_found_by_the_services_convention() {
    let stack = Stack::start();
    let _one = stack.scheduler("one");
    stack.led_by("one", Duration::from_secs(20));
    let wire: Wire = stack.wire();
    let pings = wire.request_many("$SRV.PING.weir", "");
    assert_eq!(pings.len(), 1, "{pings:?}");
    let info: Value =
        serde_json::from_slice(&wire.request_many("$SRV.INFO.weir", "")[0].0).unwrap();
    let subjects: Vec<&str> = info["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|e| e["subject"].as_str())
        .collect();
    for wanted in [
        "weir.api.v1.run.list",
        "weir.api.v1.run.why",
        "weir.api.v1.queue.list",
        "weir.api.v1.cell.status",
    ] {
        assert!(subjects.contains(&wanted), "{subjects:?}");
    }
    let (answer, _) = wire.request("weir.api.v1.cell.status", "{}").unwrap();
    let status: Value = serde_json::from_slice(&answer).expect("a JSON question has a JSON answer");
    assert_eq!(
        (&status["scheduler"], &status["leads"]),
        (&"one".into(), &true.into()),
        "{status}"
    );
}

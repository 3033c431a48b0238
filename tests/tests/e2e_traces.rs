//! Each run has one whole trace at the collector, whatever is killed, down or slow in the meantime, and nothing of it piles
//! up in a scheduler. `WEIR_TRACE_RUNS` says how many runs (2,000): 10,000 are what is promised, and take one to three
//! minutes.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use weir_otlp_standin::{Port, Span, kept};
use weir_tests::harness::{Program, Scrape, Stack, Wire, until};

const SOON: Duration = Duration::from_mins(1);
/// How long all runs of a part may take, and all spans.
const LONG: Duration = Duration::from_mins(5);
/// What a collector that is slow takes for each request, in ms.
const SLOW: &str = "100";
/// What a scheduler that has made traces may take beyond two folds of the log, in bytes: a batch on its way, and what an
/// allocator keeps. The spans of 10,000 runs are some 60,000.
const BESIDE_FOLDS: u64 = 24 << 20;

fn runs() -> usize {
    let set = env::var_os("WEIR_TRACE_RUNS");
    let set = set.map(|set| set.to_str().and_then(|set| set.parse().ok()));
    set.map_or(2_000, |set| set.expect("WEIR_TRACE_RUNS is a number"))
}

/// Says where fewer are tried than are promised.
#[expect(
    clippy::print_stderr,
    reason = "whoever reads the tests' output is to see it"
)]
fn tell(runs: usize) {
    if runs < 10_000 {
        eprintln!(
            "!!!!!! {runs} runs with traces, and not 10,000: WEIR_TRACE_RUNS=10000 tries all"
        );
    }
}

/// A collector in a process of its own, on a port that stays the test's.
struct Receiver {
    port: Port,
    folder: PathBuf,
    log: PathBuf,
}

impl Receiver {
    fn new(stack: &Stack, port: Port) -> Self {
        let (folder, log) = (stack.path("spans"), stack.path("receiver.log"));
        fs::create_dir(&folder).expect("the stack's folder can be written");
        Self { port, folder, log }
    }

    fn start(&self, slow: Option<&str>) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otlp-standin"));
        let address = self.port.address().expect("it is held");
        command
            .arg(address.to_string())
            .arg(&self.folder)
            .args(slow);
        Program::start("receiver", command, self.log.clone())
    }

    /// Spans of runs by id. One that has come twice is the same both times.
    #[track_caller]
    fn distinct(&self) -> BTreeMap<String, Span> {
        let mut distinct = BTreeMap::new();
        let spans = kept(&self.folder).expect("the folder can be read");
        let of_runs = spans
            .into_iter()
            .filter(|span| span.resource["service.name"] == "weir");
        for span in of_runs {
            if let Some(before) = distinct.insert(span.span_id.clone(), span.clone()) {
                assert_eq!(before, span, "one id, one content");
            }
        }
        distinct
    }

    fn count(&self, name: &str) -> usize {
        let spans = self.distinct();
        spans.values().filter(|span| span.name == name).count()
    }
}

fn scheduler(stack: &Stack, name: &str, endpoint: Option<&str>) -> Program {
    let line = format!("scheduler start --name {name} --health-addr 127.0.0.1:0");
    let endpoint = endpoint.map(|url| ("WEIR_CONFIG__TELEMETRY__ENDPOINT", url));
    let variables: Vec<_> = endpoint.into_iter().collect();
    stack.begin_with(name, &line, &variables)
}

/// No more than it takes to fold the log twice, by what it takes to fold it once, and this beside.
#[track_caller]
fn keeps_no_spans(makes_traces: &Program, folds: &Program, beside: u64) {
    let (most, once) = (makes_traces.memory_at_most(), folds.memory_at_most());
    let bound = 2 * once + beside;
    assert!(most < bound, "{most} bytes, where one fold takes {once}");
}

fn publish(wire: &Wire, numbers: std::ops::Range<usize>) {
    let request = |number: usize| {
        let subject = format!("weir.run.n.default.r{number}.request");
        (subject, br#"{"jobVariables": {"sleep": 5}}"#.to_vec())
    };
    for published in wire.publish_all(numbers.map(request)) {
        published.stored();
    }
}

/// Waits until so many runs have ended, by what the leader knows.
#[track_caller]
fn all_ended(leader: &Program, count: usize) {
    let what = format!("{count} runs have ended");
    until(&what, LONG, || {
        let ended = Scrape::of(leader).sum("weir_runs", &["state_name=\"Completed\""])?;
        #[expect(clippy::cast_precision_loss, reason = "not so many")]
        let wanted = count as f64;
        (ended > wanted - 0.5).then_some(())
    });
}

#[test]
fn every_run_has_one_whole_trace_though_a_scheduler_and_the_receiver_are_killed() {
    let runs = runs();
    tell(runs);
    let port = Port::reserve().expect("loopback has a free port");
    let endpoint = format!("http://{}", port.address().expect("it is held"));
    let stack = Stack::start_with(&[
        ("WEIR_CONFIG__TELEMETRY__TIMEOUT", "2s"),
        ("RUST_LOG", "info"),
    ]);
    let receiver = Receiver::new(&stack, port);
    let collects = receiver.start(None);
    let first = scheduler(&stack, "first", Some(&endpoint));
    stack.led_by("first", SOON);
    stack
        .weir("work-pool create n --type null --concurrency-limit 200")
        .ok();
    let _worker = stack.worker("w", "--pool n --limit 200");
    let wire = stack.wire();
    publish(&wire, 0..runs / 2);
    until("traces come while there are runs", SOON, || {
        (receiver.count("flow_run") > 0).then_some(())
    });
    // Both at once, in the middle of it.
    collects.kill_9();
    first.kill_9();
    let second = scheduler(&stack, "second", Some(&endpoint));
    stack.led_by("second", SOON);
    let folds = scheduler(&stack, "folds", None);
    publish(&wire, runs / 2..runs * 3 / 4);
    all_ended(&second, runs * 3 / 4);
    until("the lag is shown", SOON, || {
        let scrape = Scrape::of(&second);
        let active = scrape.sum("weir_trace_emitter_active", &[])? > 0.5;
        let behind = scrape.sum("weir_trace_emitter_lag_records", &[])? > 0.5;
        let late = scrape.sum("weir_trace_emitter_lag_seconds", &[])? > 0.5;
        (active && behind && late).then_some(())
    });
    // It does not read on, so its second fold stands still too.
    keeps_no_spans(&second, &folds, 0);
    let _collects = receiver.start(Some(SLOW));
    publish(&wire, runs * 3 / 4..runs);
    all_ended(&second, runs);
    until("all have come", LONG, || {
        // Asked first: to count is to read all spans.
        let lag = Scrape::of(&second).sum("weir_trace_emitter_lag_records", &[])?;
        let whole = lag < 0.5 && receiver.count("flow_run") == runs;
        whole.then_some(())
    });
    keeps_no_spans(&second, &folds, BESIDE_FOLDS);
    whole_traces(&receiver.distinct(), runs);
}

/// One root in each trace, every phase of each attempt below the one it belongs to, and no run in two traces.
#[track_caller]
fn whole_traces(spans: &BTreeMap<String, Span>, runs: usize) {
    let mut traces: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    for span in spans.values() {
        traces.entry(&span.trace_id).or_default().push(span);
    }
    let mut ids = BTreeSet::new();
    for trace in traces.values() {
        ids.insert(whole_trace(trace));
    }
    assert_eq!((traces.len(), ids.len()), (runs, runs));
}

/// The run whose trace it is.
#[track_caller]
fn whole_trace<'a>(trace: &[&'a Span]) -> &'a str {
    let number = |span: &Span| {
        span.attributes["weir.attempt"]
            .parse::<u32>()
            .expect("a number")
    };
    let of = |name: &str| {
        trace
            .iter()
            .filter(|span| span.name == name)
            .collect::<Vec<_>>()
    };
    let roots = of("flow_run");
    assert_eq!(roots.len(), 1, "{trace:#?}");
    let root = roots[0];
    assert_eq!((root.parent.as_str(), root.status), ("", 1), "{root:#?}");
    let run = &root.attributes["weir.run.id"];
    let attempts: u32 = root.attributes["weir.run.attempts"]
        .parse()
        .expect("a number");
    // A claim that nobody took before its leader was gone is an attempt too, of which no phase but `dispatch` is.
    for (name, parent, last_only) in [
        ("queued", "flow_run", false),
        ("attempt", "flow_run", false),
        ("dispatch", "attempt", false),
        ("execution", "attempt", true),
    ] {
        let mut numbers: Vec<u32> = of(name).into_iter().map(|span| number(span)).collect();
        numbers.sort_unstable();
        let wanted = if last_only {
            attempts..=attempts
        } else {
            1..=attempts
        };
        assert_eq!(
            numbers,
            wanted.collect::<Vec<_>>(),
            "{name} of {run}: {trace:#?}"
        );
        for span in of(name) {
            let above = trace.iter().find(|above| above.span_id == span.parent);
            let right = above.is_some_and(|above| {
                above.name == parent && (parent == "flow_run" || number(above) == number(span))
            });
            assert!(right, "the parent of {span:#?}");
        }
    }
    for span in trace {
        assert_eq!(&span.attributes["weir.run.id"], run);
        let above = trace.iter().any(|above| above.span_id == span.parent);
        assert!(
            above || span.span_id == root.span_id,
            "no orphan: {span:#?}"
        );
    }
    run
}

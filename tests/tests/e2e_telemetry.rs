//! A whole installation under its metrics: every documented name is shown, by whom it should be and no other, and means
//! what it says; and the same numbers arrive at a collector.

use std::{collections::BTreeSet, time::Duration};

use weir_otlp_standin::{Answer, Collector, Reading, Span};
use weir_tests::harness::{Cluster, Program, Scrape, Stack, described, until};

const SOON: Duration = Duration::from_secs(40);

fn scheduler(stack: &Stack, name: &str) -> Program {
    let line = format!("scheduler start --name {name} --health-addr 127.0.0.1:0");
    stack.begin(name, &line)
}

/// Waits until a program shows this much.
#[track_caller]
fn shows(program: &Program, name: &str, labels: &[&str], value: f64) {
    let what = format!("{} shows {name} {labels:?} = {value}", program.name());
    until(&what, SOON, || {
        let sum = Scrape::of(program).sum(name, labels);
        sum.is_some_and(|sum| (sum - value).abs() < 1e-9)
            .then_some(())
    });
}

/// Runs of each kind of end, in a pool of processes and in one of Jobs.
fn work(stack: &Stack) {
    let submit = |more: &str| stack.weir(&format!("run submit {more}"));
    submit("--pool p --command true --wait").ok();
    submit("--pool p --command \"sh -c 'exit 3'\" --retries 1 --retry-delay 100ms --wait");
    let wire = stack.wire();
    wire.publish(
        "weir.run.p.default.wrong.request",
        r#"{"deployment": "no/such"}"#,
    );
    stack.run_is("wrong", "Rejected", SOON);
    submit("--pool k --job-variable image=busybox --job-variable namespace=runs --job-variable command=\"sh -c 'exit 0'\" --wait").ok();
}

#[test]
fn every_documented_metric_is_shown_and_no_other_and_the_numbers_are_right() {
    let collector = Collector::start();
    let endpoint = collector.endpoint();
    let stack = Stack::start_with(&[
        ("WEIR_CONFIG__TELEMETRY__ENDPOINT", &endpoint),
        ("WEIR_CONFIG__TELEMETRY__METRICS_INTERVAL", "1s"),
        ("WEIR_CONFIG__TELEMETRY__SAMPLE_RATIO", "1.0"),
    ]);
    let cluster = Cluster::start();
    let first = scheduler(&stack, "first");
    stack.led_by("first", SOON);
    let standby = scheduler(&stack, "standby");
    stack
        .weir("work-pool create p --type process --concurrency-limit 2")
        .ok();
    stack.weir("work-pool create k --type kubernetes").ok();
    let health = "--health-addr 127.0.0.1:0";
    let processes = stack.worker("wp", &format!("--pool p {health}"));
    let jobs = stack.worker("wk", &format!("--pool k {} {health}", cluster.arguments()));
    work(&stack);

    runs_are_counted(&first);
    workers_are_counted(&processes, &jobs);
    lines_name_run_attempt_and_trace(&processes);
    all_names(&[&first, &standby, &processes, &jobs]);
    only_the_leader_tells_of_the_cell(first, &standby);
    arrived(&collector);
}

/// p: one good run, one of two attempts, one rejected; k: one.
#[track_caller]
fn runs_are_counted(first: &Program) {
    shows(first, "weir_requests_total", &[], 4.0);
    shows(first, "weir_claims_total", &["pool=\"p\""], 3.0);
    shows(first, "weir_claims_total", &["pool=\"k\""], 1.0);
    shows(first, "weir_retries_total", &["pool=\"p\""], 1.0);
    shows(
        first,
        "weir_runs_ended_total",
        &["state=\"Completed\""],
        2.0,
    );
    shows(first, "weir_runs_ended_total", &["state=\"Failed\""], 2.0);
    let rejected = ["reason=\"UnknownDeployment\"", "pool=\"p\""];
    shows(first, "weir_rejections_total", &rejected, 1.0);
    shows(first, "weir_run_wait_seconds_count", &[], 4.0);
    shows(first, "weir_run_take_seconds_count", &[], 4.0);
    shows(first, "weir_run_submit_seconds_count", &["pool=\"k\""], 1.0);
    shows(first, "weir_run_start_seconds_count", &[], 4.0);
    shows(first, "weir_run_execution_seconds_count", &[], 4.0);
    shows(first, "weir_run_duration_seconds_count", &[], 4.0);
    shows(first, "weir_runs", &["state_name=\"Completed\""], 2.0);
    shows(
        first,
        "weir_limit_slots",
        &["kind=\"pool\"", "limit=\"p\""],
        2.0,
    );
    shows(first, "weir_limit_slots_in_use", &[], 0.0);
    shows(first, "weir_pool_workers", &["pool=\"p\""], 1.0);
    shows(first, "weir_log_lag_records", &[], 0.0);
}

#[track_caller]
fn workers_are_counted(processes: &Program, jobs: &Program) {
    shows(
        processes,
        "weir_worker_attempts_ended_total",
        &["outcome=\"completed\""],
        1.0,
    );
    shows(
        processes,
        "weir_worker_attempts_ended_total",
        &["outcome=\"failed\""],
        2.0,
    );
    shows(processes, "weir_worker_session", &[], 1.0);
    shows(
        jobs,
        "weir_kubernetes_observer_active",
        &["pool=\"k\""],
        1.0,
    );
    let created = ["verb=\"create\"", "resource=\"jobs\"", "code=\"201\""];
    shows(jobs, "weir_kubernetes_requests_total", &created, 1.0);
}

/// What is logged of an attempt can be found by its run and by its trace.
#[track_caller]
fn lines_name_run_attempt_and_trace(worker: &Program) {
    let output = worker.output();
    let line = output.lines().find(|line| line.contains("attempt ended"));
    let line: serde_json::Value = serde_json::from_str(line.expect("it is logged")).expect("JSON");
    let span = &line["span"];
    assert!(
        span["weir.run"]
            .as_str()
            .is_some_and(|run| run.starts_with("p/default/")),
        "{line:#}"
    );
    assert_eq!(span["weir.attempt"], "1", "{line:#}");
    assert_eq!(
        span["trace_id"].as_str().map(str::len),
        Some(32),
        "{line:#}"
    );
}

#[track_caller]
fn all_names(programs: &[&Program]) {
    let (mut shown, mut wrong) = (BTreeSet::new(), Vec::new());
    for program in programs {
        let scrape = Scrape::of(program);
        for (name, kind) in scrape.kinds() {
            let Some(told) = described().into_iter().find(|told| told.name == name) else {
                wrong.push(format!("{name} is shown and not described"));
                continue;
            };
            let labels: BTreeSet<String> = told
                .labels
                .iter()
                .map(|label| (*label).to_owned())
                .collect();
            if told.kind.as_str() != kind || scrape.labels(name) != labels {
                wrong.push(format!(
                    "{name} is shown as a {kind} with {:?}",
                    scrape.labels(name)
                ));
            }
            shown.insert(told.name);
        }
    }
    let described: BTreeSet<&str> = described().into_iter().map(|told| told.name).collect();
    let missing: Vec<_> = described.difference(&shown).collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "missing: {missing:?}; {wrong:#?}"
    );
}

/// Two schedulers are not to be added up to twice of what there is.
fn only_the_leader_tells_of_the_cell(first: Program, standby: &Program) {
    let of_the_cell = |program: &Program| {
        let scrape = Scrape::of(program);
        let gauges = weir_scheduler::metrics::LEADER
            .iter()
            .filter(|told| told.kind.as_str() == "gauge");
        gauges
            .filter(|told| scrape.kinds().contains_key(told.name))
            .count()
    };
    assert_eq!(of_the_cell(standby), 0, "it stands by");
    assert!(of_the_cell(&first) > 5, "it leads");
    assert_eq!(Scrape::of(standby).sum("weir_claims_total", &[]), None);
    first.kill_9();
    shows(standby, "weir_scheduler_leads", &[], 1.0);
    shows(standby, "weir_runs", &["state_name=\"Completed\""], 2.0);
}

/// The same numbers come over OTLP, and spans of weir's own work.
#[track_caller]
fn arrived(collector: &Collector) {
    let ended = collector.points_until(SOON, |point| {
        point.name == "weir_runs_ended"
            && point.labels.get("state").map(String::as_str) == Some("Completed")
            && matches!(point.reading, Reading::Sum(value) if value >= 1.0)
    });
    assert!(ended, "{:#?}", collector.points());
    for name in [
        "fold",
        "plan",
        "append",
        "publish",
        "broker_request",
        "kubernetes_request",
    ] {
        let came = collector.spans_until(SOON, |spans| spans.iter().any(|span| span.name == name));
        assert!(came, "no span {name}");
    }
    let round_trip = |spans: &[Span]| {
        let mut publishes = spans.iter().filter(|span| span.name == "publish");
        let above = |span: &Span| {
            spans
                .iter()
                .any(|above| above.span_id == span.parent && above.name == "append")
        };
        publishes.any(above)
    };
    assert!(
        collector.spans_until(SOON, round_trip),
        "an append has its round trip below it"
    );
    // It says where it ran, however fast it was.
    let placed = |span: &Span| {
        let told = |attribute: &str| {
            span.attributes
                .get(attribute)
                .is_some_and(|text| !text.is_empty())
        };
        span.name == "execution"
            && ["k8s.job.name", "k8s.pod.name", "k8s.node.name"]
                .into_iter()
                .all(told)
    };
    let placed = collector.spans_until(SOON, |spans| spans.iter().any(placed));
    assert!(
        placed,
        "{:#?}",
        collector
            .spans()
            .iter()
            .filter(|span| span.name == "execution")
            .collect::<Vec<_>>()
    );
    assert_eq!(collector.wrong(), Vec::<String>::new());
}

#[test]
fn a_collector_that_never_answers_or_is_down_holds_up_neither_runs_nor_the_end() {
    let collector = Collector::start();
    collector.answer(Answer::Never);
    let endpoint = collector.endpoint();
    let stack = Stack::start_with(&[
        ("WEIR_CONFIG__TELEMETRY__ENDPOINT", &endpoint),
        ("WEIR_CONFIG__TELEMETRY__METRICS_INTERVAL", "1s"),
        ("WEIR_CONFIG__TELEMETRY__SAMPLE_RATIO", "1.0"),
    ]);
    let mut scheduler = scheduler(&stack, "s");
    stack.weir("work-pool create p --type process").ok();
    let mut worker = stack.worker("w", "--pool p --health-addr 127.0.0.1:0");
    stack.weir("run submit --pool p --command true --wait").ok();
    assert!(collector.requests_until(SOON, 2), "it is asked");
    collector.go_down();
    stack.weir("run submit --pool p --command true --wait").ok();
    until("failures are counted", SOON, || {
        let failures =
            Scrape::of(&scheduler).sum("weir_telemetry_failures_total", &["signal=\"metrics\""]);
        failures.is_some_and(|count| count > 0.0).then_some(())
    });
    worker.signal(rustix::process::Signal::TERM);
    assert!(worker.end_within(SOON).success());
    scheduler.signal(rustix::process::Signal::TERM);
    assert!(scheduler.end_within(SOON).success());
}

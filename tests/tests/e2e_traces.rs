//! Each run has one whole trace at the collector, whatever is killed or down in the meantime.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use weir_otlp_standin::{Collector, Span};
use weir_tests::harness::{Scrape, Stack, until};

const SOON: Duration = Duration::from_mins(1);
/// Half of them come while all is well.
const RUNS: usize = 400;

/// Spans of runs by id. One that has come twice is the same both times.
#[track_caller]
fn distinct(spans: Vec<Span>) -> BTreeMap<String, Span> {
    let mut distinct = BTreeMap::new();
    for span in spans
        .into_iter()
        .filter(|span| span.resource["service.name"] == "weir")
    {
        if let Some(before) = distinct.insert(span.span_id.clone(), span.clone()) {
            assert_eq!(before, span, "one id, one content");
        }
    }
    distinct
}

fn count(spans: &BTreeMap<String, Span>, name: &str) -> usize {
    spans.values().filter(|span| span.name == name).count()
}

#[test]
fn every_run_has_one_whole_trace_though_schedulers_and_the_collector_go_down() {
    let collector = Collector::start();
    let endpoint = collector.endpoint();
    let stack = Stack::start_with(&[
        ("WEIR_CONFIG__TELEMETRY__ENDPOINT", &endpoint),
        ("WEIR_CONFIG__TELEMETRY__TIMEOUT", "2s"),
    ]);
    let first = stack.scheduler("first");
    stack.led_by("first", SOON);
    stack
        .weir("work-pool create n --type null --concurrency-limit 20")
        .ok();
    let _worker = stack.worker("w", "--pool n --limit 20");
    let wire = stack.wire();
    let request = |number: usize| {
        let subject = format!("weir.run.n.default.r{number}.request");
        (subject, br#"{"jobVariables": {"sleep": 5}}"#.to_vec())
    };
    wire.publish_all((0..RUNS / 2).map(request));
    assert!(
        collector.spans_until(SOON, |spans| spans
            .iter()
            .any(|span| span.name == "flow_run")),
        "traces come while there are runs"
    );
    // Both at once, in the middle of it.
    collector.go_down();
    first.kill_9();
    let second = stack.begin(
        "second",
        "scheduler start --name second --health-addr 127.0.0.1:0",
    );
    wire.publish_all((RUNS / 2..RUNS).map(request));
    stack.all_ended("n", RUNS, SOON);
    until("the lag is shown", SOON, || {
        let scrape = Scrape::of(&second);
        let active = scrape.sum("weir_trace_emitter_active", &[])? > 0.5;
        let behind = scrape.sum("weir_trace_emitter_lag_records", &[])? > 0.5;
        let late = scrape.sum("weir_trace_emitter_lag_seconds", &[])? > 0.5;
        (active && behind && late).then_some(())
    });
    collector.come_up();
    until("all have come", SOON, || {
        let spans = distinct(collector.spans());
        let whole = count(&spans, "flow_run") == RUNS && count(&spans, "attempt") >= RUNS;
        whole.then_some(())
    });
    whole_traces(&distinct(collector.spans()));
    until("nothing is behind any more", SOON, || {
        let lag = Scrape::of(&second).sum("weir_trace_emitter_lag_records", &[])?;
        (lag < 0.5).then_some(())
    });
}

/// One root in each trace, every parent is there, and no run is in two traces.
#[track_caller]
fn whole_traces(spans: &BTreeMap<String, Span>) {
    let mut roots = BTreeMap::new();
    let mut runs = BTreeSet::new();
    for span in spans.values() {
        if span.parent.is_empty() {
            assert_eq!(span.name, "flow_run");
            assert_eq!(roots.insert(span.trace_id.clone(), &span.span_id), None);
            runs.insert(span.attributes.get("weir.run.id").cloned());
        } else {
            let parent = spans.get(&span.parent);
            let same = parent.is_some_and(|parent| parent.trace_id == span.trace_id);
            assert!(same, "the parent of {span:#?} is there");
        }
    }
    assert_eq!((roots.len(), runs.len()), (RUNS, RUNS));
}

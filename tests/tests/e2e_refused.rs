//! What a collector never takes is left out and told; what it refuses because of its settings or of ours is kept.

use std::{collections::BTreeSet, time::Duration};

use weir_otlp_standin::{Answer, Collector};
use weir_tests::harness::{Program, Scrape, Stack, until};

const SOON: Duration = Duration::from_secs(40);

/// The runs whose root has come.
fn told(collector: &Collector) -> BTreeSet<String> {
    let roots = collector
        .spans()
        .into_iter()
        .filter(|span| span.name == "flow_run");
    roots
        .map(|span| span.attributes["weir.run.id"].clone())
        .collect()
}

#[track_caller]
fn has_told(collector: &Collector, runs: &[&str]) {
    let wanted: BTreeSet<String> = runs.iter().map(|run| (*run).to_owned()).collect();
    until("the traces have come", SOON, || {
        (told(collector) == wanted).then_some(())
    });
}

#[track_caller]
fn shows(scheduler: &Program, name: &str, is_so: impl Fn(f64) -> bool) -> f64 {
    until(name, SOON, || {
        Scrape::of(scheduler)
            .sum(name, &[])
            .filter(|value| is_so(*value))
    })
}

#[test]
fn a_run_that_no_collector_takes_holds_up_no_other_and_wrong_settings_lose_none() {
    let collector = Collector::start();
    let stack = Stack::start_with(&[
        ("WEIR_CONFIG__TELEMETRY__ENDPOINT", &collector.endpoint()),
        ("WEIR_CONFIG__TELEMETRY__SAMPLE_RATIO", "0.0"),
    ]);
    let scheduler = stack.begin("s", "scheduler start --name s --health-addr 127.0.0.1:0");
    stack.led_by("s", SOON);
    stack.weir("work-pool create p --type null").ok();
    let _worker = stack.worker("w", "--pool p");
    let submit = |run: &str| {
        stack
            .weir(&format!("run submit --pool p --id {run} --wait"))
            .ok()
    };

    collector.answer(Answer::Invalid {
        attribute: "weir.run.id".to_owned(),
        value: "bad".to_owned(),
    });
    for run in ["one", "bad", "two"] {
        submit(run);
    }
    has_told(&collector, &["one", "two"]);
    let dropped = shows(
        &scheduler,
        "weir_trace_emitter_dropped_spans_total",
        |dropped| dropped > 4.5,
    );
    scheduler.says("are refused for good because of what is in them", SOON);

    // Somebody has taken its key away: nothing is lost until it is given back.
    collector.answer(Answer::Status(403));
    submit("three");
    shows(&scheduler, "weir_trace_emitter_lag_records", |lag| {
        lag > 0.5
    });
    scheduler.says("set up wrongly", SOON);
    // It is no collector at all, and says 400 to everything.
    collector.answer(Answer::Status(400));
    let asked = collector.requests();
    assert!(
        collector.requests_until(SOON, asked + 4),
        "it is asked again"
    );
    // Its bound is smaller than a batch.
    collector.answer(Answer::AtMost(2));
    has_told(&collector, &["one", "two", "three"]);
    shows(&scheduler, "weir_trace_emitter_lag_records", |lag| {
        lag < 0.5
    });
    let now = shows(&scheduler, "weir_trace_emitter_dropped_spans_total", |_| {
        true
    });
    assert!(
        (now - dropped).abs() < 0.5,
        "{dropped} were left out, and then {now}"
    );
}

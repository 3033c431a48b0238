//! A back end that was new gets the traces of the past: from the log, as often as one likes, and always the same.

use std::{collections::BTreeMap, time::Duration};

use weir_otlp_standin::{Collector, Span};
use weir_tests::harness::Stack;

const SOON: Duration = Duration::from_mins(1);
const RUNS: usize = 5;

fn by_id(spans: Vec<Span>) -> BTreeMap<String, Span> {
    spans
        .into_iter()
        .map(|span| (span.span_id.clone(), span))
        .collect()
}

#[test]
fn the_past_is_told_to_a_collector_that_came_later() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    stack.led_by("one", SOON);
    stack.weir("work-pool create p --type process").ok();
    let _worker = stack.worker("w", "--pool p");
    for n in 0..RUNS {
        let submit = format!("run submit --pool p --id r{n} --command true --wait");
        stack.weir(&submit).ok();
    }
    stack
        .weir("trace export --from 1h")
        .exits(1)
        .saying(&["--endpoint"]);
    stack
        .weir("trace export --from 1h --to 2h --endpoint http://127.0.0.1:9")
        .exits(1)
        .saying(&["--from must be before --to"]);
    let collector = Collector::start();
    let export = format!(
        "trace export --from 1h --endpoint {} -o json",
        collector.endpoint()
    );
    let told = stack.weir(&export).ok().json();
    assert_eq!((&told["runs"], &told["queues"]), (&RUNS.into(), &1.into()));
    let spans = collector.spans();
    assert_eq!(told["spans"], spans.len());
    let first = by_id(spans);
    let shown = stack.weir("run inspect r0 -o json").ok().json();
    let of_one = first
        .values()
        .filter(|span| shown["traceId"] == span.trace_id);
    let mut names: Vec<_> = of_one.map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    names.retain(|name| !name.starts_with("wait "));
    assert_eq!(
        names,
        ["attempt", "dispatch", "execution", "flow_run", "queued"]
    );
    stack.weir(&export).ok();
    let spans = collector.spans();
    assert_eq!(spans.len(), 2 * first.len());
    assert_eq!(by_id(spans), first, "the same again");
}

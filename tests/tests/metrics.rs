//! `deploy/METRICS.md` is what the code says, so that dashboards and alert rules are held against the names that there
//! are.

use std::{collections::BTreeSet, fs, path::Path};

use weir_runtime::metrics::to_markdown;
use weir_tests::harness::described;

const PREAMBLE: &str = "# Metrics

Each program of weir shows its metrics at `/metrics` of its health listener (`--health-addr`), in the text format of
Prometheus, and sends the same numbers over OTLP where a collector is configured (`[telemetry]` of the settings). Over
OTLP a counter has its name without `_total`, and all have their unit beside the name; a collector that writes for
Prometheus gives them the names below again.

A test keeps this file and the code together: to change a name, change it in the crate's `metrics.rs`.

**Sums.** What is true of the whole cell is told by the leader alone. A scheduler that leads no longer shows none of its
gauges any more, and its counters stand still. So add up over all schedulers: `sum by (pool, queue) (weir_queue_depth)`,
`sum by (pool) (rate(weir_claims_total[1m]))`, `max(weir_scheduler_leads)` for whether anybody leads. Counters begin at 0
with each program and count what was read while it led; the log is what is exact. Of workers, add up too.

**Labels.** There is one series for each pool, queue, limit, state or reason that there is; never one for a run. `state` is
the state's type (`Scheduled`, `Running`, …), `state_name` its finer name (`AwaitingRetry`, `Rejected`, …).

**Time spans** are histograms in seconds, with bounds from 1 ms to 2 h.
";

#[test]
fn the_list_of_metrics_is_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/METRICS.md");
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let printed = format!("{PREAMBLE}{}", to_markdown(&described()));
    assert!(kept == printed, "deploy/METRICS.md is to read:\n{printed}");
}

#[test]
fn names_follow_the_rules_of_prometheus_and_are_given_once() {
    let mut names = BTreeSet::new();
    for metric in described() {
        assert_eq!(metric.violation(), None);
        assert!(
            names.insert(metric.name),
            "{} is declared twice",
            metric.name
        );
    }
}

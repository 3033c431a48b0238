//! What a leader counts and measures: what records have done, once, and nothing of the past.

use std::{sync::Arc, time::Duration};

use weir_core::{
    awaits::{WaitId, Waits},
    event::{Outcome, OutcomeClass, Reported},
    ids::Attempt,
    request::{CancelRequest, Request},
    state::StateName,
};
use weir_runtime::Meter;

use crate::cell::{Cell, id, session};

/// The value of the one series of this name that has this in its labels.
pub(crate) fn shown(meter: &Meter, name: &str, labels: &str) -> Option<String> {
    let text = meter.to_text();
    let mut lines = text.lines().filter_map(|line| {
        let (series, value) = line.rsplit_once(' ')?;
        let (of, has) = series.split_once('{').unwrap_or((series, ""));
        (of == name && has.contains(labels)).then(|| value.to_owned())
    });
    let first = lines.next();
    assert_eq!(lines.next(), None, "{name} {labels}: several in {text}");
    first
}

impl Cell {
    /// Waits until it is shown.
    #[expect(
        clippy::panic,
        reason = "a test that cannot go on says so by panicking"
    )]
    pub(crate) async fn until_shown(
        &mut self,
        meter: &Meter,
        name: &str,
        labels: &str,
        value: &str,
    ) {
        let shows = || shown(meter, name, labels).as_deref() == Some(value);
        for _ in 0..1_000 {
            if shows() {
                return;
            }
            // Records of others let the leader go on, and virtual time with it.
            tokio::time::advance(Duration::from_millis(20)).await;
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
        panic!("{name} {labels} is not {value}: {}", meter.to_text());
    }

    async fn started(&self, run: &str, claim: weir_core::ids::Seq) {
        let infrastructure = "pid 1".to_owned();
        self.report(run, 1, 2, claim, Reported::Started { infrastructure })
            .await;
    }

    async fn ended(&self, run: &str, claim: weir_core::ids::Seq) {
        let outcome = Outcome::of(OutcomeClass::Completed);
        let gone = true;
        self.report(run, 1, 3, claim, Reported::Finished { outcome, gone })
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_life_is_counted_and_its_parts_are_measured_once() {
    let mut cell = Cell::new(Some(1)).await;
    let meter = Meter::new();
    let _leader = cell.schedule_measured("one", &meter);
    cell.worker(10).await;
    // What it reads before it leads is of the past.
    cell.until_shown(&meter, "weir_queue_depth", "", "0").await;
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.run("b").await;
    cell.take("a", 1, claim).await;
    tokio::time::advance(Duration::from_secs(2)).await;
    cell.started("a", claim).await;
    cell.until_state("a", StateName::Running).await;
    tokio::time::advance(Duration::from_secs(3)).await;
    cell.ended("a", claim).await;
    // Said twice, it is one end; the session's number tells.
    cell.ended("a", claim).await;
    let claim = cell.until_claimed("b", 1).await;
    cell.take("b", 1, claim).await;
    let own = "pool=\"pool\",queue=\"default\"";
    for (name, labels, value) in [
        ("weir_requests_total", own, "2"),
        ("weir_claims_total", own, "2"),
        ("weir_runs_ended_total", "state=\"Completed\"", "1"),
        ("weir_run_wait_seconds_count", own, "2"),
        ("weir_run_take_seconds_count", own, "2"),
        ("weir_run_submit_seconds_count", own, "0"),
        ("weir_run_start_seconds_count", own, "1"),
        ("weir_run_execution_seconds_count", own, "1"),
        ("weir_run_duration_seconds_count", own, "1"),
        ("weir_slot_handover_seconds_count", own, "1"),
        ("weir_retries_total", own, "0"),
        (
            "weir_limit_slots_in_use",
            "kind=\"pool\",limit=\"pool\"",
            "1",
        ),
        ("weir_limit_slots", "kind=\"pool\",limit=\"pool\"", "1"),
        ("weir_runs", "state_name=\"Completed\"", "1"),
        ("weir_pool_workers", "", "1"),
        ("weir_scheduler_leads", "", "1"),
    ] {
        cell.until_shown(&meter, name, labels, value).await;
    }
    let seconds = |name: &str| -> f64 {
        let sum = format!("{name}_sum");
        shown(&meter, &sum, own).unwrap().parse().unwrap()
    };
    assert!((2.0..2.5).contains(&seconds("weir_run_start_seconds")));
    assert!((3.0..3.5).contains(&seconds("weir_run_execution_seconds")));
    assert!((5.0..6.0).contains(&seconds("weir_run_duration_seconds")));
    assert!(seconds("weir_slot_handover_seconds") < 0.5);
}

#[tokio::test(start_paused = true)]
async fn who_takes_over_tells_how_the_cell_stands_and_counts_nothing_of_the_past() {
    let mut cell = Cell::new(Some(1)).await;
    let (before, after) = (Meter::new(), Meter::new());
    let first = cell.schedule_measured("first", &before);
    cell.run("a").await;
    cell.request("a", Request::Cancel(CancelRequest::default()))
        .await;
    cell.until_state("a", StateName::Cancelled).await;
    cell.until_shown(&before, "weir_runs_ended_total", "Cancelled", "1")
        .await;
    let _second = cell.schedule_measured("second", &after);
    cell.until_shown(&after, "weir_scheduler_ready", "", "1")
        .await;
    assert_eq!(shown(&after, "weir_runs", ""), None, "it stands by");
    assert_eq!(shown(&after, "weir_requests_total", ""), None);
    first.cancel();
    cell.until_shown(&after, "weir_scheduler_leads", "", "1")
        .await;
    cell.until_shown(&after, "weir_runs", "state_name=\"Cancelled\"", "1")
        .await;
    cell.until_shown(&after, "weir_requests_total", "", "0")
        .await;
    assert_eq!(shown(&after, "weir_runs_ended_total", ""), None);
    assert!(cell.folded.run(&id("a")).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_taken_back_is_told_by_its_cause_and_a_lost_worker_by_its_pool() {
    let mut cell = Cell::new(Some(1)).await;
    let meter = Meter::new();
    let _leader = cell.schedule_measured("one", &meter);
    cell.worker(10).await;
    cell.run("a").await;
    cell.until_claimed("a", 1).await;
    cell.until_shown(&meter, "weir_revocations_total", "cause=\"not-taken\"", "1")
        .await;
    cell.worker(10).await;
    let claim = cell.until_claimed("a", 2).await;
    cell.take("a", 2, claim).await;
    cell.until_shown(&meter, "weir_workers_lost_total", "pool=\"pool\"", "1")
        .await;
    cell.until_shown(
        &meter,
        "weir_revocations_total",
        "cause=\"worker-lost\"",
        "1",
    )
    .await;
    cell.until_state("a", StateName::WorkerLost).await;
    cell.until_shown(&meter, "weir_pool_workers", "", "0").await;
}

#[tokio::test(start_paused = true)]
async fn runs_that_hold_no_slots_while_they_wait_are_counted() {
    let mut cell = Cell::new(Some(1)).await;
    let meter = Meter::new();
    let _leader = cell.schedule_measured("one", &meter);
    cell.worker(10).await;
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    cell.until_shown(&meter, "weir_runs_yielded", "", "0").await;
    let id = WaitId {
        attempt: Attempt(1),
        session: session(),
        k: 1,
    };
    let waits = Waits {
        id: id.clone(),
        runs: vec!["b".parse().unwrap()],
        yields: true,
    };
    cell.request("a", Request::Waits(Arc::new(waits))).await;
    cell.until_shown(&meter, "weir_runs_yielded", "", "1").await;
    cell.until_shown(&meter, "weir_limit_slots_in_use", "kind=\"pool\"", "0")
        .await;
    cell.request("a", Request::GoesOn(id)).await;
    cell.until_shown(&meter, "weir_runs_yielded", "", "0").await;
}

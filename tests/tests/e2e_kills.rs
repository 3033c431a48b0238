//! What is killed or frozen in the middle of two hundred runs: after it is back all have ended, none twice at the same
//! time, and no limit was ever exceeded.

use std::{path::Path, time::Duration};

use rustix::process::Signal;
use serde_json::json;
use weir_core::event::{Body, Claim, RevokeCause};
use weir_tests::harness::{Crowd, History, MarkKind, Marks, Stack, for_a_while, until};

const SOON: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_secs(90);
/// The lease of the workers of a stack, and the grace that their processes get.
const LEASE: Duration = Duration::from_secs(6);
const GRACE: Duration = Duration::from_secs(1);

fn is_lost(body: &Body) -> bool {
    let Body::Claim { decided, .. } = body else {
        return false;
    };
    match &decided.what {
        Claim::Revoked(revoked) => matches!(revoked.cause, RevokeCause::WorkerLost { .. }),
        Claim::Claimed(_) => false,
    }
}

fn reports_on(body: &Body, attempt: u32) -> bool {
    matches!(body, Body::Report { report, .. } if report.attempt.0 == attempt)
}

#[test]
fn a_scheduler_killed_in_the_middle_disturbs_no_run() {
    let stack = Stack::start();
    let first = stack.scheduler("first");
    let crowd = Crowd::publish(&stack, &stack.wire(), "reign", 0);
    let _worker = stack.worker("w", &format!("--pool reign --limit {}", Crowd::CAPACITY));
    crowd.under_way(60);
    first.kill_9();
    let _second = stack.scheduler("second");
    crowd.assert_all_ended_well(&stack, LONG);
}

#[test]
fn processes_of_a_killed_worker_are_gone_within_its_lease_and_their_runs_end_elsewhere() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let crowd = Crowd::publish(&stack, &stack.wire(), "orphans", 10);
    let worker = stack.worker("w1", &format!("--pool orphans --limit {}", Crowd::CAPACITY));
    crowd.under_way(60);
    until("runs are under way", SOON, || {
        (stack.processes_of_runs().len() > 4).then_some(())
    });
    worker.kill_9();
    until("all its processes are gone", LEASE + GRACE, || {
        stack.processes_of_runs().is_empty().then_some(())
    });
    let _other = stack.worker("w2", &format!("--pool orphans --limit {}", Crowd::CAPACITY));
    crowd.assert_all_ended_well(&stack, LONG);
    assert!(
        crowd.retried(&stack) > 0,
        "some runs were under way when their worker was killed"
    );
}

#[test]
fn a_broker_killed_in_the_middle_loses_nothing() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let crowd = Crowd::publish(&stack, &stack.wire(), "blackout", 10);
    let _worker = stack.worker("w", &format!("--pool blackout --limit {}", Crowd::CAPACITY));
    crowd.under_way(60);
    stack.kill_broker();
    stack.restart_broker();
    crowd.under_way(120);
    stack.kill_broker();
    stack.restart_broker();
    crowd.assert_all_ended_well(&stack, LONG);
}

#[test]
fn a_standby_takes_over_from_a_killed_leader() {
    let stack = Stack::start();
    let first = stack.scheduler("first");
    stack.led_by("first", SOON);
    let _second = stack.scheduler("second");
    let crowd = Crowd::publish(&stack, &stack.wire(), "heirs", 0);
    let _worker = stack.worker("w", &format!("--pool heirs --limit {}", Crowd::CAPACITY));
    crowd.under_way(50);
    first.kill_9();
    stack.led_by("second", SOON);
    crowd.assert_all_ended_well(&stack, LONG);
    assert_eq!(
        History::read(stack.url(), "heirs").leaders(),
        ["first", "second"]
    );
}

/// Five runs whose first attempts would nap for minutes and whose second ones do not; all are running.
fn nappers(stack: &Stack, marks: &Marks) -> Vec<String> {
    let wire = stack.wire();
    let request = json!({
        "jobVariables": marks.job_with_first(300.0, 0.1, 0),
        "retries": 5,
        "retryDelay": "0s",
    });
    let ids: Vec<String> = (0..5).map(|number| format!("nap-{number}")).collect();
    for id in &ids {
        let subject = format!("weir.run.nap.default.{id}.request");
        wire.publish(&subject, request.to_string()).stored();
    }
    for id in &ids {
        stack.run_is(id, "Running", SOON);
    }
    ids
}

/// The lost worker's attempt was taken back, and its word about it was refused from then on.
fn assert_lost(history: &History, id: &str) {
    let records = history.of(id);
    let taken_back = records.iter().find(|record| is_lost(&record.body));
    let at = taken_back
        .expect("attempt 1 was taken back because its worker was lost")
        .seq;
    let late = records
        .iter()
        .filter(|record| record.seq > at && reports_on(&record.body, 1));
    assert_eq!(
        late.count(),
        0,
        "a word about attempt 1 came after its end: {records:?}"
    );
}

#[test]
fn a_worker_stopped_for_four_leases_finds_its_runs_ended_and_goes_on() {
    let lease = Duration::from_secs(1);
    let stack = Stack::start_with(&[
        ("WEIR_CONFIG__WORKER__LEASE", "1s"),
        ("WEIR_CONFIG__WORKER__HEARTBEAT_INTERVAL", "200ms"),
    ]);
    let _scheduler = stack.scheduler("one");
    stack.weir("work-pool create nap --type process").ok();
    let marks = stack.marks("nap");
    let mut sleeper = stack.worker("sleeper", "--pool nap --limit 8");
    let ids = nappers(&stack, &marks);
    let pids: Vec<u32> = ids.iter().map(|id| marks.of(id)[0].pid).collect();

    sleeper.freeze();
    let mut other = stack.worker("other", "--pool nap --limit 8");
    until("its keepers have ended its runs", lease + GRACE, || {
        let gone = |pid: &u32| !Path::new(&format!("/proc/{pid}")).exists();
        pids.iter().all(gone).then_some(())
    });
    for_a_while(4 * lease);
    stack.all_ended("nap", ids.len(), SOON);
    sleeper.thaw();
    until("the sleeper has begun another session", SOON, || {
        (sleeper.output().matches("session begun").count() >= 2).then_some(())
    });

    // It is as good as new: the only one that is left takes the next run.
    other.signal(Signal::TERM);
    other.end_within(SOON);
    stack
        .weir("run submit --pool nap --command true --wait --id after")
        .ok();
    assert_eq!(stack.inspect("after")["worker"], "sleeper");

    let history = History::read(stack.url(), "nap");
    for id in &ids {
        let run = stack.run_is(id, "Completed", SOON);
        assert_eq!(
            (&run["worker"], &run["attempt"]),
            (&json!("other"), &json!(2)),
            "{run}"
        );
        assert_lost(&history, id);
        let ends = marks
            .of(id)
            .into_iter()
            .filter(|mark| mark.kind == MarkKind::End);
        assert_eq!(
            ends.count(),
            1,
            "only the second attempt came to its end: {:?}",
            marks.of(id)
        );
    }
    marks.assert_never_twice();
    history.peak();
}

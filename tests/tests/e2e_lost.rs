//! Workers that are lost, late or told to stop: what becomes of what they held.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use weir_core::event::{Body, Reported};
use weir_tests::harness::{Fate, History, Link, Pool, Program, Succession, for_a_while, until};

const SOON: Duration = Duration::from_secs(30);
/// The lease of the workers that are to be lost.
const LEASE: Duration = Duration::from_secs(1);
const SHORT: (&str, &str) = ("WEIR_CONFIG__WORKER__LEASE", "1s");
const LONG: (&str, &str) = ("WEIR_CONFIG__WORKER__LEASE", "2m");

/// The first attempt goes on until it is stopped; another one ends well at once.
const FIRST_GOES_ON: &str = "[ \"$WEIR_ATTEMPT\" -gt 1 ] && exit 0; while :; do sleep 0.05; done";
const GIVEN_UP: &str = "the attempt was given up by the scheduler; its end is not reported";
const HANDED_BACK: &str = "taken and not started: it is handed back";

fn retried() -> Value {
    json!({"retries": 1, "retryDelay": "0.1s"})
}

/// A pool with a run that is tried once and one that is tried twice, both running on its only worker.
fn both_run(pool: &Pool, variables: &[(&str, &str)]) -> (Program, [Succession; 2]) {
    let (stack, name) = (&pool.stack, pool.name);
    let worker = stack.worker_with(&format!("{name}-w1"), &format!("--pool {name}"), variables);
    stack.workers_online(name, 1);
    let publish = |id, more| Succession::publish(stack, &pool.wire, name, id, FIRST_GOES_ON, more);
    let runs = match name {
        "killed" => [
            publish("killed-once", json!({})),
            publish("killed-twice", retried()),
        ],
        _ => [
            publish("stopped-once", json!({})),
            publish("stopped-twice", retried()),
        ],
    };
    for run in &runs {
        run.is_up(1);
        stack.run_is(run.id, "Running", SOON);
    }
    (worker, runs)
}

/// One is lost with its worker, the other one is tried again and ends well.
fn one_lost_one_saved(pool: &Pool, [once, twice]: &[Succession; 2]) {
    once.ends(&pool.stack, Fate::worker_lost());
    twice.ends(&pool.stack, Fate::completed().attempts(2));
    assert_eq!(
        pool.stack.inspect(twice.id)["worker"],
        format!("{}-w2", pool.name)
    );
    let history = History::read(pool.stack.url(), pool.name);
    once.was_in_turn(&history, 1);
    twice.was_in_turn(&history, 2);
}

#[test]
fn a_killed_workers_runs_end_when_its_lease_has_and_are_tried_again_elsewhere() {
    let pool = Pool::new("killed");
    let (worker, runs) = both_run(&pool, &[SHORT]);
    let _other = pool.stack.worker("killed-w2", "--pool killed");
    pool.stack.workers_online("killed", 2);
    worker.kill_9();
    one_lost_one_saved(&pool, &runs);
}

#[test]
fn a_worker_that_was_stopped_for_four_leases_says_what_it_has_lost_and_goes_on() {
    let pool = Pool::new("stopped");
    let stack = &pool.stack;
    let (mut worker, runs) = both_run(&pool, &[SHORT]);
    let mut other = stack.worker("stopped-w2", "--pool stopped");
    stack.workers_online("stopped", 2);
    worker.freeze();
    for_a_while(4 * LEASE);
    one_lost_one_saved(&pool, &runs);
    worker.thaw();
    until("it says what it has lost", SOON, || {
        (worker.output().matches(GIVEN_UP).count() == 2).then_some(())
    });
    until("it has begun another session", SOON, || {
        (worker.output().matches("session begun").count() == 2).then_some(())
    });
    // It has not said a word about what it had lost to the log, and is as good as new.
    one_lost_one_saved(&pool, &runs);
    other.signal(Signal::TERM);
    assert!(other.end_within(SOON).success());
    stack
        .weir("run submit --pool stopped --command true --wait --id after")
        .ok();
    assert_eq!(stack.inspect("after")["worker"], "stopped-w1");
}

/// A worker behind a line that is held once it has said that it takes the run, so that it has started nothing.
fn taken_and_held(
    pool: &Pool,
    id: &'static str,
    more: Value,
    lease: (&str, &str),
) -> (Link, Program, Succession) {
    let (stack, name) = (&pool.stack, pool.name);
    let link = Link::to(stack.url());
    let url = link.url();
    let variables = [("NATS_URL", url.as_str()), lease];
    let worker = stack.worker_with(&format!("{name}-w1"), &format!("--pool {name}"), &variables);
    stack.workers_online(name, 1);
    let run = Succession::queue(stack, name, id);
    link.hold_after(&run.subject(run.id, "report"));
    let run = run.request(&pool.wire, "exit 0", more);
    link.is_held(SOON);
    stack.run_is(run.id, "Submitting", SOON);
    (link, worker, run)
}

/// It has heard nothing of what became of the run, so it is the fence that tells it.
#[test]
fn a_worker_that_was_cut_off_before_the_start_is_refused_and_starts_nothing_when_it_is_back() {
    let pool = Pool::new("cut-off");
    let stack = &pool.stack;
    let (link, worker, run) = taken_and_held(&pool, "cut", retried(), SHORT);
    link.is_deaf_to(&run.subject(run.id, "claim"));
    let _other = stack.worker("cut-off-w2", "--pool cut-off");
    run.ends(stack, Fate::completed().attempts(2));
    link.release();
    worker.says(HANDED_BACK, SOON);
    worker.says(GIVEN_UP, SOON);
    let history = History::read(stack.url(), "cut-off");
    run.was_in_turn(&history, 1);
    assert_eq!(history.holds(run.id).len(), 2);
}

#[test]
fn a_worker_that_is_told_to_stop_hands_back_what_it_has_not_started() {
    let pool = Pool::new("handing");
    let stack = &pool.stack;
    let (link, mut worker, run) = taken_and_held(&pool, "handed", json!({}), LONG);
    worker.signal(Signal::TERM);
    worker.says("taking no more claims", SOON);
    let _other = stack.worker("handing-w2", "--pool handing");
    link.release();
    // It has no retries: what was handed back is no try.
    run.ends(stack, Fate::completed().attempts(2));
    assert_eq!(stack.inspect(run.id)["worker"], "handing-w2");
    worker.says(HANDED_BACK, SOON);
    assert!(worker.end_within(SOON).success());
    let history = History::read(stack.url(), "handing");
    run.was_in_turn(&history, 1);
    let is_back = |body: &Body| matches!(body, Body::Report { report, .. } if report.what == Reported::HandedBack);
    let of_run = history.of(run.id);
    let backs = of_run.iter().filter(|record| is_back(&record.body));
    assert_eq!(backs.count(), 1, "{of_run:?}");
}

#[test]
fn a_worker_that_is_told_to_stop_ends_what_does_not_end_within_its_settings() {
    let pool = Pool::new("ending");
    let stack = &pool.stack;
    let settings = [
        LONG,
        ("WEIR_CONFIG__WORKER__DRAIN__WAIT", "1s"),
        ("WEIR_CONFIG__WORKER__DRAIN__GRACE", "1s"),
    ];
    let mut worker = stack.worker_with("ending-w1", "--pool ending", &settings);
    stack.workers_online("ending", 1);
    let publish =
        |id, script: &str, more| Succession::publish(stack, &pool.wire, "ending", id, script, more);
    let deaf = "trap '' TERM; while :; do sleep 0.05; done";
    let in_time = "while [ ! -e \"$FOLDER/gate\" ]; do sleep 0.02; done; exit 3";
    let stopped = Fate::of("CRASHED", "WorkerStopped").because(
        "WorkerStopping",
        "stopped because its worker was being stopped",
    );
    let runs = [
        (
            publish("in-time", in_time, json!({})),
            Fate::failed(3, "exit code 3"),
            1,
        ),
        (
            publish("polite", FIRST_GOES_ON, json!({})),
            stopped.signal(15),
            1,
        ),
        (publish("deaf", deaf, json!({})), stopped.signal(9), 1),
        (
            publish("again", FIRST_GOES_ON, retried()),
            Fate::completed().attempts(2),
            2,
        ),
    ];
    for (run, _, _) in &runs {
        run.is_up(1);
        stack.run_is(run.id, "Running", SOON);
    }
    worker.signal(Signal::TERM);
    worker.says("taking no more claims", SOON);
    runs[0].0.open("gate");
    assert!(worker.end_within(SOON).success());
    for (run, _, _) in &runs {
        let left = stack.processes_of(run.id);
        assert!(
            left.is_empty(),
            "the worker has left {left:?} of {}",
            run.id
        );
    }
    let _other = stack.worker("ending-w2", "--pool ending");
    for (run, fate, _) in &runs {
        run.ends(stack, *fate);
    }
    let history = History::read(stack.url(), "ending");
    for (run, _, starts) in &runs {
        run.was_in_turn(&history, *starts);
    }
}

/// On a machine that was frozen as a whole something may be left of what a lost worker held; its pool waits for people.
#[test]
fn a_pool_that_holds_gives_nothing_of_a_lost_worker_on_until_that_is_given_up() {
    let pool = Pool::new("holding");
    let stack = &pool.stack;
    stack
        .weir("work-pool update holding --on-lost-worker hold")
        .ok();
    pool.scheduler_knows("work-pool inspect holding");
    let worker = stack.worker_with("holding-w1", "--pool holding", &[SHORT]);
    stack.workers_online("holding", 1);
    let run = Succession::publish(
        stack,
        &pool.wire,
        "holding",
        "held",
        FIRST_GOES_ON,
        json!({}),
    );
    run.is_up(1);
    stack.run_is(run.id, "Running", SOON);
    let forget = "worker forget holding-w1 --pool holding";
    stack
        .weir(forget)
        .exits(1)
        .saying(&["holding-w1", "is online: stop it first"]);
    let _other = stack.worker("holding-w2", "--pool holding");
    worker.kill_9();
    stack.workers_online("holding", 1);
    for_a_while(3 * LEASE);
    let held = stack.inspect(run.id);
    assert_eq!(
        (&held["stateName"], held["holds"].as_array().map(Vec::len)),
        (&json!("Running"), Some(2)),
        "{held}"
    );
    stack
        .weir("why held-heir")
        .ok()
        .saying(&["queue holding/held", "1 of 1", "held"]);
    stack
        .weir("worker ls --pool holding")
        .ok()
        .saying(&["holding-w1", "1 lost"]);
    stack
        .weir("worker forget nobody --pool holding")
        .exits(7)
        .saying(&["there is no worker nobody"]);
    stack
        .weir(forget)
        .ok()
        .saying(&["the attempt that it held is taken as gone"]);
    run.ends(stack, Fate::worker_lost());
    let history = History::read(stack.url(), "holding");
    run.was_in_turn(&history, 1);
}

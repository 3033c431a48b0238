//! Each way in which a run can end by itself or by its time, and ends that a broker's restart or absence crosses: what
//! is shown of it, and that its slot came free when nothing of it was left.

use std::time::Duration;

use serde_json::{Value, json};
use weir_tests::harness::{Fate, History, Pool, Stack, Succession, until};

const SOON: Duration = Duration::from_secs(30);

/// It goes on until it is stopped.
const ON: &str = "while :; do sleep 0.05; done";

struct Case {
    id: &'static str,
    script: &'static str,
    more: Value,
    fate: Fate,
}

fn case(id: &'static str, script: &'static str, more: Value, fate: Fate) -> Case {
    Case {
        id,
        script,
        more,
        fate,
    }
}

fn cases() -> [Case; 7] {
    let crashed = Fate::of("CRASHED", "Crashed");
    let timed_out = Fate::of("FAILED", "TimedOut");
    let missing = Fate::of("CRASHED", "StartFailed");
    [
        case("zero", "exit 0", json!({}), Fate::completed()),
        case("three", "exit 3", json!({}), Fate::failed(3, "exit code 3")),
        case(
            "killed",
            "kill -KILL $$",
            json!({}),
            crashed
                .because("", "ended by signal 9, which weir did not send")
                .signal(9),
        ),
        case(
            "late",
            ON,
            json!({"timeout": "1s"}),
            timed_out
                .because("TimedOut", "stopped when its timeout of 1s was over")
                .signal(15),
        ),
        case(
            "late-and-deaf",
            "trap '' TERM; while :; do sleep 0.05; done",
            json!({"timeout": "1s"}),
            timed_out
                .because("TimedOut", "stopped when its timeout of 1s was over")
                .signal(9),
        ),
        case(
            "again",
            "exit $((2 + WEIR_ATTEMPT))",
            json!({"retries": 2, "retryDelay": "0.1s"}),
            Fate::failed(5, "exit code 5").attempts(3),
        ),
        case(
            "missing",
            "",
            json!({"jobVariables": {"command": ["no-such-command"]}}),
            missing.because("CommandNotFound", "\"no-such-command\" was not found"),
        ),
    ]
}

#[test]
fn each_ending_is_told_as_it_was_and_frees_the_slot_when_nothing_is_left() {
    let pool = Pool::new("ends");
    let stack = &pool.stack;
    let _worker = stack.worker("ends", "--pool ends --limit 16");
    stack.workers_online("ends", 1);
    let runs: Vec<(Succession, Fate)> = cases()
        .into_iter()
        .map(
            |Case {
                 id,
                 script,
                 more,
                 fate,
             }| {
                let run = Succession::publish(stack, &pool.wire, "ends", id, script, more);
                (run, fate)
            },
        )
        .collect();
    for (run, fate) in &runs {
        run.ends(stack, *fate);
    }
    let history = History::read(stack.url(), "ends");
    for (run, _) in &runs {
        let starts = match run.id {
            "missing" => 0,
            "again" => 3,
            _ => 1,
        };
        run.was_in_turn(&history, starts);
        assert_eq!(history.holds(run.id).len(), starts.max(1));
    }
    until("no keeper is left", SOON, || {
        stack.processes_of_runs().is_empty().then_some(())
    });
}

/// Its end is told late and not lost, and what runs goes on.
#[test]
fn a_restarted_broker_costs_no_run_its_end() {
    let stack = Stack::start_with(&[("WEIR_CONFIG__WORKER__LEASE", "30s")]);
    let _scheduler = stack.scheduler("one");
    stack.weir("work-pool create back --type process").ok();
    let worker = stack.worker("back", "--pool back --limit 16");
    stack.workers_online("back", 1);
    let wire = stack.wire();
    let script = r#"while [ ! -e "$FOLDER/gate" ]; do sleep 0.02; done; : >"$FOLDER/left"; exit 3"#;
    let ended = Succession::publish(&stack, &wire, "back", "ended", script, json!({}));
    let goes_on = Succession::publish(&stack, &wire, "back", "goes-on", script, json!({}));
    for run in [&ended, &goes_on] {
        run.is_up(1);
        stack.run_is(run.id, "Running", SOON);
    }
    stack.kill_broker();
    ended.open("gate");
    until("one has ended while nobody hears of it", SOON, || {
        let gone = ended.has("left") && stack.processes_of(ended.id).is_empty();
        gone.then_some(())
    });
    stack.restart_broker();
    ended.ends(&stack, Fate::failed(3, "exit code 3"));
    assert_eq!(stack.inspect(goes_on.id)["stateName"], "Running");
    goes_on.open("gate");
    goes_on.ends(&stack, Fate::failed(3, "exit code 3"));
    let history = History::read(stack.url(), "back");
    for run in [ended, goes_on] {
        run.was_in_turn(&history, 1);
        assert_eq!(history.holds(run.id).len(), 1);
    }
    assert_eq!(worker.output().matches("session begun").count(), 1);
}

/// Its processes obey the lease that their worker cannot renew; the next attempt is not held up.
#[test]
fn a_broker_that_is_away_for_longer_than_the_lease_costs_a_run_one_attempt() {
    let stack = Stack::start_with(&[("WEIR_CONFIG__WORKER__LEASE", "1s")]);
    let _scheduler = stack.scheduler("one");
    stack.weir("work-pool create away --type process").ok();
    let _worker = stack.worker("away", "--pool away --limit 16");
    stack.workers_online("away", 1);
    let wire = stack.wire();
    let script = r#"[ "$WEIR_ATTEMPT" = 2 ] && exit 0; while :; do sleep 0.05; done"#;
    let retried = json!({"retries": 1, "retryDelay": "0.1s"});
    let once = Succession::publish(&stack, &wire, "away", "once", ON, json!({}));
    let twice = Succession::publish(&stack, &wire, "away", "twice", script, retried);
    for run in [&once, &twice] {
        run.is_up(1);
        stack.run_is(run.id, "Running", SOON);
    }
    stack.kill_broker();
    until("their processes are gone", SOON, || {
        stack.processes_of_runs().is_empty().then_some(())
    });
    stack.restart_broker();
    let run = stack.run_is(once.id, "WorkerLost", SOON);
    // Who comes first: the worker with its word, or the leader that has counted the lease.
    let reason = run["reason"].as_str().unwrap_or_default();
    let fate = match reason {
        "SessionLost" => Fate::of("CRASHED", "WorkerLost")
            .because("SessionLost", "could not renew its session")
            .signal(15),
        _ => Fate::worker_lost(),
    };
    once.ends(&stack, fate);
    twice.ends(&stack, Fate::completed().attempts(2));
    let history = History::read(stack.url(), "away");
    once.was_in_turn(&history, 1);
    twice.was_in_turn(&history, 2);
}

//! Cancels of runs in every state, with grace and with force; reports that cross the order on the way; and a cancel that
//! outlives everything there is.

use std::time::Duration;

use serde_json::{Value, json};
use weir_core::event::{Body, Decision, Record, Reported};
use weir_tests::harness::{Fate, History, Link, Pool, Program, Stack, Succession, until};

const SOON: Duration = Duration::from_secs(30);

/// It goes on until it is stopped.
const ON: &str = "while :; do sleep 0.05; done";
/// It goes on, and no polite word stops it.
const DEAF: &str = "trap '' TERM; : >\"$FOLDER/deaf\"; while :; do sleep 0.05; done";
/// It goes on until the gate is open, and ends with that code.
const GATED: &str =
    "while [ ! -e \"$FOLDER/gate\" ]; do sleep 0.02; done; : >\"$FOLDER/left\"; exit ";

const FORCE: &str = "--force --reason 'not needed'";

fn cancel(stack: &Stack, run: &Succession, how: &str) {
    stack.weir(&format!("run cancel {} {how}", run.id)).ok();
}

/// What is shown of a run that was cancelled where nothing of it ran.
fn untouched() -> Fate {
    Fate::of("CANCELLED", "Cancelled").because("", "not needed")
}

/// Where the first such record of a run stands.
fn place(history: &History, run: &str, is_it: impl Fn(&Body) -> bool) -> Option<u64> {
    let found = history
        .of(run)
        .into_iter()
        .find(|record| is_it(&record.body));
    found.map(|Record { seq, .. }| seq.0)
}

fn is_order(body: &Body) -> bool {
    matches!(body, Body::Decision { decided, .. } if matches!(decided.what, Decision::CancelOrdered { .. }))
}

fn is_finish(body: &Body) -> bool {
    matches!(body, Body::Report { report, .. } if matches!(report.what, Reported::Finished { .. }))
}

/// Waits until the order to stop it is on the log, and shown.
#[track_caller]
fn is_ordered(stack: &Stack, pool: &str, run: &Succession) {
    until("the order to stop", SOON, || {
        place(&History::read(stack.url(), pool), run.id, is_order)
    });
    stack.run_is(run.id, "Cancelling", SOON);
}

#[test]
fn what_runs_is_stopped_with_its_grace_or_by_force_and_what_waits_never_starts() {
    let pool = Pool::new("stops");
    let stack = &pool.stack;
    let _worker = stack.worker("stops", "--pool stops --limit 16");
    stack.workers_online("stops", 1);
    let publish = |id, script: &str, more: Value| {
        Succession::publish(stack, &pool.wire, "stops", id, script, more)
    };
    let polite = publish("polite", ON, json!({}));
    let deaf = publish("deaf", DEAF, json!({}));
    let forced = publish("forced", DEAF, json!({}));
    let hurried = publish("hurried", DEAF, json!({}));
    let says_bye = publish(
        "says-bye",
        "trap 'exit 0' TERM; while :; do sleep 0.05; done",
        json!({}),
    );
    let retrying = publish(
        "retrying",
        "exit 3",
        json!({"retries": 1, "retryDelay": "300s"}),
    );
    let waiting = Succession::queue(stack, "stops", "waiting");
    stack.weir("work-queue pause waiting --pool stops").ok();
    let waiting = waiting.request(&pool.wire, ON, json!({}));

    for run in [&polite, &says_bye] {
        run.is_up(1);
        stack.run_is(run.id, "Running", SOON);
        cancel(stack, run, "--grace 5m --reason 'not needed'");
    }
    for run in [&deaf, &forced, &hurried] {
        until("it does not listen", SOON, || run.has("deaf").then_some(()));
        stack.run_is(run.id, "Running", SOON);
    }
    cancel(stack, &deaf, "--grace 1s --reason 'not needed'");
    cancel(stack, &forced, FORCE);
    // Asked for again with less patience.
    cancel(stack, &hurried, "--grace 5m --reason 'not needed'");
    is_ordered(stack, "stops", &hurried);
    cancel(stack, &hurried, FORCE);
    stack.run_is(retrying.id, "AwaitingRetry", SOON);
    cancel(stack, &retrying, FORCE);
    cancel(stack, &waiting, FORCE);
    stack.run_is(waiting.id, "Cancelled", SOON);
    stack.weir("work-queue resume waiting --pool stops").ok();

    let killed = Fate::cancelled(9, "not needed");
    let fates = [
        (polite, Fate::cancelled(15, "not needed"), 1),
        (deaf, killed, 1),
        (forced, killed, 1),
        (hurried, killed, 1),
        (
            says_bye,
            untouched().because("Cancelled", "not needed").code(0),
            1,
        ),
        (retrying, untouched().code(3), 1),
        (waiting, untouched().attempts(0), 0),
    ];
    for (run, fate, _) in &fates {
        run.ends(stack, *fate);
    }
    let history = History::read(stack.url(), "stops");
    for (run, _, starts) in &fates {
        run.was_in_turn(&history, *starts);
        assert_eq!(history.holds(run.id).len(), *starts);
    }
}

/// Nobody has taken the claim: it is undone. Somebody has, and nothing is started yet: nothing ever is.
#[test]
fn what_is_claimed_or_taken_is_cancelled_before_anything_of_it_starts() {
    let stack = Stack::start_with(&[
        ("WEIR_CONFIG__SCHEDULER__TAKE_WITHIN", "1m"),
        ("WEIR_CONFIG__WORKER__LEASE", "2m"),
    ]);
    let _scheduler = stack.scheduler("one");
    let wire = stack.wire();
    for pool in ["claimed", "taken"] {
        stack
            .weir(&format!("work-pool create {pool} --type process"))
            .ok();
    }
    let mut frozen = stack.worker("frozen", "--pool claimed");
    let link = Link::to(stack.url());
    let behind = [("NATS_URL", link.url())];
    let behind = behind
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let _cut_off = stack.worker_with("cut-off", "--pool taken", &behind);
    stack.workers_online("claimed", 1);
    stack.workers_online("taken", 1);

    frozen.freeze();
    let claimed = Succession::publish(&stack, &wire, "claimed", "claimed", ON, json!({}));
    stack.run_is(claimed.id, "Pending", SOON);
    cancel(&stack, &claimed, "--reason 'not needed'");
    untouched().is_of(&stack.run_is(claimed.id, "Cancelled", SOON));
    frozen.thaw();
    claimed.ends(&stack, untouched());

    let taken = Succession::queue(&stack, "taken", "taken");
    link.hold_after(&taken.subject(taken.id, "report"));
    let taken = taken.request(&wire, ON, json!({}));
    link.is_held(SOON);
    stack.run_is(taken.id, "Submitting", SOON);
    cancel(&stack, &taken, "--reason 'not needed'");
    is_ordered(&stack, "taken", &taken);
    let run = stack.inspect(taken.id);
    assert_eq!(run["holds"].as_array().map(Vec::len), Some(2), "{run}");
    link.release();
    taken.ends(&stack, untouched().because("Cancelled", "not needed"));

    for run in [claimed, taken] {
        let history = History::read(stack.url(), run.id);
        run.was_in_turn(&history, 0);
        assert_eq!(history.holds(run.id).len(), 1);
    }
}

/// Both have ended by themselves, with 0 and 3, and their worker's word about it is on its way when the order is given.
#[test]
fn a_report_that_crosses_the_order_is_what_the_run_ends_with() {
    let pool = Pool::new("crossing");
    let stack = &pool.stack;
    let link = Link::to(stack.url());
    let url = link.url();
    let variables = [
        ("NATS_URL", url.as_str()),
        ("WEIR_CONFIG__WORKER__LEASE", "2m"),
    ];
    let _worker = stack.worker_with("crossing", "--pool crossing", &variables);
    stack.workers_online("crossing", 1);
    let publish = |id, code: u8| {
        let script = format!("{GATED}{code}");
        Succession::publish(stack, &pool.wire, "crossing", id, &script, json!({}))
    };
    let runs = [
        (publish("good", 0), Fate::completed()),
        (publish("bad", 3), Fate::failed(3, "exit code 3")),
    ];
    for (run, _) in &runs {
        run.is_up(1);
        stack.run_is(run.id, "Running", SOON);
    }
    link.hold();
    for (run, _) in &runs {
        run.open("gate");
        until("it has ended", SOON, || {
            let gone = run.has("left") && stack.processes_of(run.id).is_empty();
            gone.then_some(())
        });
        cancel(stack, run, FORCE);
        is_ordered(stack, "crossing", run);
    }
    link.release();
    crossed(stack, "crossing", &runs);
}

/// The same while the broker is away: what was told in vain is told again, and the order has come in between.
#[test]
fn a_report_that_the_broker_was_not_there_for_is_what_the_run_ends_with() {
    let stack = Stack::start_with(&[("WEIR_CONFIG__WORKER__LEASE", "2m")]);
    let _scheduler = stack.scheduler("one");
    stack.weir("work-pool create vain --type process").ok();
    let mut worker = stack.worker("vain", "--pool vain");
    stack.workers_online("vain", 1);
    let script = format!("{GATED}0");
    let run = Succession::publish(&stack, &stack.wire(), "vain", "vain", &script, json!({}));
    run.is_up(1);
    stack.run_is(run.id, "Running", SOON);
    stack.kill_broker();
    run.open("gate");
    worker.says("report sent again", SOON);
    worker.freeze();
    stack.restart_broker();
    cancel(&stack, &run, FORCE);
    is_ordered(&stack, "vain", &run);
    worker.thaw();
    crossed(&stack, "vain", &[(run, Fate::completed())]);
}

/// They ended as they really did, and the log has the order before the report.
#[track_caller]
fn crossed(stack: &Stack, pool: &str, runs: &[(Succession, Fate)]) {
    for (run, fate) in runs {
        run.ends(stack, *fate);
        assert_eq!(stack.inspect(run.id)["cancelRequested"], true);
    }
    let history = History::read(stack.url(), pool);
    for (run, _) in runs {
        run.was_in_turn(&history, 1);
        let order = place(&history, run.id, is_order);
        let finish = place(&history, run.id, is_finish);
        assert!(
            order.is_some() && order < finish,
            "they did not cross: {order:?} {finish:?}: {:?}",
            history.of(run.id)
        );
    }
}

/// Four runs, each cancelled in another state by a cancel that nobody has acted upon when everything is killed.
#[test]
fn a_cancel_outlives_the_scheduler_the_worker_and_the_broker() {
    let stack = Stack::start_with(&[("WEIR_CONFIG__SCHEDULER__TAKE_WITHIN", "1m")]);
    let mut scheduler = stack.scheduler("first");
    for pool in ["lasting", "claimed"] {
        stack
            .weir(&format!("work-pool create {pool} --type process"))
            .ok();
    }
    let mut frozen = stack.worker_with(
        "frozen",
        "--pool claimed",
        &[("WEIR_CONFIG__WORKER__LEASE", "2m")],
    );
    let worker = stack.worker("first", "--pool lasting");
    stack.workers_online("lasting", 1);
    stack.workers_online("claimed", 1);
    let wire = stack.wire();
    let publish =
        |pool, id, script| Succession::publish(&stack, &wire, pool, id, script, json!({}));
    let running = publish("lasting", "running", ON);
    let stopping = publish("lasting", "stopping", DEAF);
    let waiting = Succession::queue(&stack, "lasting", "waiting");
    stack.weir("work-queue pause waiting --pool lasting").ok();
    let waiting = waiting.request(&wire, ON, json!({}));
    frozen.freeze();
    let claimed = publish("claimed", "claimed", ON);
    stack.run_is(claimed.id, "Pending", SOON);
    running.is_up(1);
    until("it does not listen", SOON, || {
        stopping.has("deaf").then_some(())
    });
    for run in [&running, &stopping] {
        stack.run_is(run.id, "Running", SOON);
    }
    cancel(&stack, &stopping, "--grace 5m --reason 'not needed'");
    is_ordered(&stack, "lasting", &stopping);
    scheduler.freeze();
    for (pool, run) in [
        ("lasting", &running),
        ("lasting", &waiting),
        ("claimed", &claimed),
    ] {
        let named = format!("run cancel {pool}/{0}/{0} {FORCE}", run.id);
        stack.weir(&named).ok();
    }

    let programs: [Program; 3] = [scheduler, worker, frozen];
    programs.into_iter().for_each(Program::kill_9);
    stack.kill_broker();
    drop(wire);
    until("nothing of it is left", SOON, || {
        stack.processes_of_runs().is_empty().then_some(())
    });
    stack.restart_broker();
    let _scheduler = stack.scheduler("second");
    // A worker that is there first may take the claim before there is a leader who undoes it.
    for run in [&waiting, &claimed] {
        stack.run_is(run.id, "Cancelled", SOON);
    }
    stack.weir("work-queue resume waiting --pool lasting").ok();
    let _workers = ["lasting", "claimed"]
        .map(|pool| stack.worker(&format!("second-{pool}"), &format!("--pool {pool}")));

    let lost = untouched().because("WorkerLost", "not needed");
    let fates = [
        ("lasting", waiting, untouched().attempts(0), 0),
        ("lasting", running, lost, 1),
        ("lasting", stopping, lost, 1),
        ("claimed", claimed, untouched(), 0),
    ];
    for (pool, run, fate, starts) in fates {
        run.ends(&stack, fate);
        run.was_in_turn(&History::read(stack.url(), pool), starts);
    }
}

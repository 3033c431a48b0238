//! Five experiments that other orchestrators fail, with real processes: what was measured elsewhere is said at each.
//!
//! Elsewhere limits are counted when a worker polls. Here a slot is held in the log from the claim to the end of the last
//! process. Three witnesses must agree: the harness's own count of the log, a reader in another language, and the kernel.

use std::{fs, sync::Barrier, thread, time::Duration};

use serde_json::{Value, json};
use weir_core::event::{Body, Claim, Reported};
use weir_tests::harness::{Count, Crowd, History, Pool, Seats, Stack, Wire, until};

const SOON: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_secs(90);

fn ids(prefix: &str, count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("{prefix}-{n}")).collect()
}

fn request(job: &Value) -> String {
    json!({ "jobVariables": job }).to_string()
}

/// Those of these runs that are in a state now, as the scheduler lists them.
fn now<'a>(stack: &Stack, pool: &str, ids: &'a [String], state_name: &str) -> Vec<&'a str> {
    let listed = stack.runs(pool);
    let is = |id: &&String| {
        let mut all = listed.iter();
        all.any(|run| run["runId"] == id.as_str() && run["stateName"] == state_name)
    };
    ids.iter().filter(is).map(String::as_str).collect()
}

#[track_caller]
fn all_complete(stack: &Stack, ids: &[String], within: Duration) {
    for id in ids {
        stack.run_is(id, "Completed", within);
    }
}

/// One connection each, and all let go at the same moment.
fn publish_at_once(stack: &Stack, publishers: usize, requests: &[(String, String)]) {
    let wires: Vec<Wire> = (0..publishers).map(|_| stack.wire()).collect();
    let start = Barrier::new(publishers);
    thread::scope(|scope| {
        for (n, wire) in wires.iter().enumerate() {
            let mine = requests.iter().skip(n).step_by(publishers);
            let mine = mine.map(|(subject, payload)| (subject.clone(), payload.clone().into()));
            let start = &start;
            scope.spawn(move || {
                start.wait();
                for published in wire.publish_all(mine) {
                    published.stored();
                }
            });
        }
    });
}

/// Elsewhere 20 of 20 runs were let into a pool of 5.
#[test]
fn of_twenty_requests_at_once_from_eight_publishers_five_run_at_a_time() {
    let pool = Pool::new("burst");
    let stack = &pool.stack;
    stack.weir("work-pool set-concurrency-limit burst 5").ok();
    let _workers = ["burst-a", "burst-b"].map(|name| stack.worker(name, "--pool burst --limit 20"));
    stack.workers_online("burst", 2);
    let seats = stack.seats("burst", 5);
    let runs = ids("burst", 20);
    let requests = runs.iter().map(|id| {
        let subject = pool.subject("default", id);
        (subject, request(&seats.job_behind("gate")))
    });
    publish_at_once(stack, 8, &requests.collect::<Vec<_>>());
    until("the pool is full", SOON, || {
        (now(stack, "burst", &runs, "Running").len() >= 5).then_some(())
    });
    let waiting = now(stack, "burst", &runs, "Scheduled");
    assert_eq!(waiting.len(), 15, "all others wait: {waiting:?}");
    stack
        .weir(&format!("why {}", waiting[0]))
        .ok()
        .saying(&["pool burst", "5 of 5"]);
    seats.open("gate");
    all_complete(stack, &runs, LONG);
    assert_eq!(History::read(stack.url(), "burst").peak().pool, 5);
    let count = Count::of(stack, &["burst"], &json!({"pool burst": 5}));
    assert_eq!((count.ended, count.peak("pool burst")), (20, 5));
    seats.assert_one_each(&runs);
}

/// Elsewhere the runs of a paused queue count no more, and four ran in a pool of two.
#[test]
fn a_paused_queue_starts_nothing_and_its_running_runs_keep_their_slots() {
    let pool = Pool::new("pausing");
    let stack = &pool.stack;
    stack.weir("work-pool set-concurrency-limit pausing 2").ok();
    stack.weir("work-queue create other --pool pausing").ok();
    let _worker = stack.worker("pausing", "--pool pausing --limit 8");
    let seats = stack.seats("pausing", 2);
    let publish = |queue: &str, id: &str, gate: &str| {
        let payload = request(&seats.job_behind(gate));
        pool.wire
            .publish(&pool.subject(queue, id), payload)
            .stored();
    };
    let (busy, others) = (ids("busy", 3), ids("other", 4));
    for (id, gate) in busy.iter().zip(["first", "second"]) {
        publish("default", id, gate);
        stack.run_is(id, "Running", SOON);
    }
    stack.weir("work-queue pause default --pool pausing").ok();
    stack
        .weir("work-queue inspect default --pool pausing")
        .ok()
        .saying(&["paused"]);
    publish("default", &busy[2], "last");
    for id in &others {
        publish("other", id, "last");
    }
    until("the other queue waits for the pool", SOON, || {
        let why = stack.weir("why other-1").ok().out();
        let both = why.contains("busy-1") && why.contains("busy-2");
        (both && why.contains("2 of 2")).then_some(())
    });
    seats.open("first");
    stack.run_is(&others[0], "Running", SOON);
    let running = now(stack, "pausing", &others, "Running");
    assert_eq!(running, ["other-1"], "busy-2 holds the other slot");
    seats.open("second");
    seats.open("last");
    all_complete(stack, &others, SOON);
    stack.weir("why busy-3").ok().saying(&[
        "queue pausing/default is paused",
        "weir work-queue resume default --pool pausing",
    ]);
    stack.weir("work-queue resume default --pool pausing").ok();
    all_complete(stack, &busy, SOON);
    assert_eq!(History::read(stack.url(), "pausing").peak().pool, 2);
    let count = Count::of(stack, &["pausing"], &json!({"pool pausing": 2}));
    assert_eq!((count.ended, count.peak("pool pausing")), (7, 2));
    seats.assert_one_each(&[busy, others].concat());
}

/// Polite words are nothing to it for three seconds, and then until the gate opens.
const DEAF: &str = r#"
deaf() {
    trap '' TERM
    : >"$FOLDER/deaf-$WEIR_RUN_ID"
    sleep 3
    while [ ! -e "$FOLDER/gate" ]; do sleep 0.02; done
    : >"$FOLDER/left-$WEIR_RUN_ID"
    trap - TERM
    kill -TERM $$
}
trap deaf TERM
while :; do sleep 0.02; done
"#;

/// Where the log says that nothing is left of these runs, and where it grants an attempt of those.
fn left_and_claimed(
    history: &History,
    left: &[String],
    claimed: &[String],
) -> (Vec<u64>, Vec<u64>) {
    let places = |ids: &[String], wanted: fn(&Body) -> bool| {
        let records = ids.iter().flat_map(|id| history.of(id));
        let found = records.filter(|record| wanted(&record.body));
        let mut places: Vec<u64> = found.map(|record| record.seq.0).collect();
        places.sort_unstable();
        places
    };
    let gone = |body: &Body| {
        let Body::Report { report, .. } = body else {
            return false;
        };
        matches!(
            report.what,
            Reported::Finished { gone: true, .. } | Reported::Gone { .. }
        )
    };
    let granted = |body: &Body| {
        let Body::Claim { decided, .. } = body else {
            return false;
        };
        matches!(decided.what, Claim::Claimed(_))
    };
    (places(left, gone), places(claimed, granted))
}

/// Elsewhere a run that is being cancelled holds nothing, and others start beside its processes.
#[test]
fn cancelling_runs_whose_processes_are_deaf_hold_their_slots_until_these_are_gone() {
    let pool = Pool::new("deaf");
    let stack = &pool.stack;
    stack.weir("work-pool set-concurrency-limit deaf 4").ok();
    let _worker = stack.worker("deaf", "--pool deaf --limit 16");
    let seats = stack.seats("deaf", 4);
    let (deaf, others) = (ids("deaf", 4), ids("next", 4));
    for id in &deaf {
        pool.publish(id, request(&seats.job(DEAF))).stored();
    }
    for id in &deaf {
        stack.run_is(id, "Running", SOON);
        until("it is seated", SOON, || {
            seats.has(&format!("seated-{id}")).then_some(())
        });
    }
    for id in &others {
        pool.publish(id, request(&seats.job("true"))).stored();
    }
    stack
        .weir("run cancel --pool deaf --state Running --grace 5m")
        .ok()
        .saying(&["4 runs"]);
    until("all four do not listen", SOON, || {
        let all = deaf.iter().all(|id| seats.has(&format!("deaf-{id}")));
        all.then_some(())
    });
    stack
        .weir("why next-1")
        .ok()
        .saying(&["pool deaf", "4 of 4", "deaf-1"]);
    assert_eq!(now(stack, "deaf", &deaf, "Cancelling"), deaf);
    assert_eq!(now(stack, "deaf", &others, "Scheduled"), others);
    seats.open("gate");
    for id in &deaf {
        stack.run_is(id, "Cancelled", SOON);
        assert!(
            seats.has(&format!("left-{id}")),
            "{id} was killed while it was deaf"
        );
    }
    all_complete(stack, &others, SOON);

    let history = History::read(stack.url(), "deaf");
    let (left, claimed) = left_and_claimed(&history, &deaf, &others);
    assert_eq!((left.len(), claimed.len()), (4, 4));
    for (left, claimed) in left.iter().zip(&claimed) {
        assert!(
            left < claimed,
            "one started beside the deaf: {left} {claimed}"
        );
    }
    assert_eq!(history.peak().pool, 4);
    let count = Count::of(stack, &["deaf"], &json!({"pool deaf": 4}));
    assert_eq!((count.ended, count.peak("pool deaf")), (8, 4));
    seats.assert_one_each(&[deaf, others].concat());
}

/// Six runs of a deployment that lets one through at a time; a claim of one is stored, and nobody has taken it.
fn claimed_by_a_frozen_worker(stack: &Stack, seats: &Seats) -> Vec<String> {
    let file = stack.path("single.yaml");
    fs::write(
        &file,
        "name: etl/single\npool: single\nconcurrency_limit: 1\njob_variables: {command: 'false'}\n",
    )
    .expect("the stack's folder can be written");
    stack.weir(&format!("deploy -f {}", file.display())).ok();
    let runs = ids("single", 6);
    let wire = stack.wire();
    let payload = json!({"deployment": "etl/single", "jobVariables": seats.job_behind("gate")});
    for id in &runs {
        let subject = format!("weir.run.single.default.{id}.request");
        wire.publish(&subject, payload.to_string()).stored();
    }
    until("one is claimed", SOON, || {
        (!now(stack, "single", &runs, "Pending").is_empty()).then_some(())
    });
    runs
}

/// Elsewhere a server that was killed kept the slot for ever.
#[test]
fn a_scheduler_killed_while_its_deployments_only_slot_is_held_leaves_it_to_the_next() {
    // A frozen worker is to be believed for as long as the test takes.
    let stack = Stack::start_with(&[("WEIR_CONFIG__WORKER__LEASE", "2m")]);
    let first = stack.scheduler("first");
    stack.led_by("first", SOON);
    stack.weir("work-pool create single --type process").ok();
    let mut worker = stack.worker("w", "--pool single --limit 8");
    stack.workers_online("single", 1);
    worker.freeze();
    let seats = stack.seats("single", 1);
    let runs = claimed_by_a_frozen_worker(&stack, &seats);
    first.kill_9();
    worker.thaw();
    let second = stack.scheduler("second");
    stack.led_by("second", SOON);
    until("the claim is taken", SOON, || {
        (!now(&stack, "single", &runs, "Running").is_empty()).then_some(())
    });
    // Once more while its process runs.
    second.kill_9();
    let _third = stack.scheduler("third");
    stack.led_by("third", SOON);
    until("the third knows who holds the slot", SOON, || {
        let waiting = now(&stack, "single", &runs, "Scheduled");
        let why = stack.weir(&format!("why {}", waiting.first()?)).out();
        why.contains("deployment etl/single: 1 of 1").then_some(())
    });
    seats.open("gate");
    all_complete(&stack, &runs, LONG);
    let history = History::read(stack.url(), "single");
    assert_eq!(history.leaders(), ["first", "second", "third"]);
    assert_eq!(history.peak_of(|_| true), 1);
    let count = Count::of(&stack, &["single"], &json!({"deployment etl/single": 1}));
    assert_eq!((count.ended, count.peak("deployment etl/single")), (6, 1));
    seats.assert_one_each(&runs);
}

/// No limit may rest on a leader's noticing in time that it leads no longer.
#[test]
fn a_leader_frozen_for_longer_than_its_lease_steps_down_and_every_run_runs_once() {
    let stack = Stack::start();
    let mut first = stack.scheduler("first");
    stack.led_by("first", SOON);
    let second = stack.scheduler("second");
    let crowd = Crowd::publish(&stack, &stack.wire(), "regents", 0);
    let _worker = stack.worker("w", &format!("--pool regents --limit {}", Crowd::CAPACITY));
    crowd.under_way(50);
    first.freeze();
    stack.led_by("second", SOON);
    crowd.under_way(80);
    first.thaw();
    first.says("leads no longer", SOON);
    crowd.assert_all_ended_well(&stack, LONG);
    crowd.assert_each_ran_once();
    let limits =
        json!({"pool regents": Crowd::POOL_LIMIT, "queue regents/high": Crowd::HIGH_LIMIT});
    Count::of(&stack, &["regents"], &limits);
    assert_eq!(
        stack.leader().unwrap().as_str(),
        "second",
        "the deposed leader has not taken the lease back"
    );
    // It stands by from now on, and is good for another turn.
    drop(second);
    stack.led_by("first", SOON);
    stack
        .weir("run submit --pool regents --command true --wait")
        .ok();
}

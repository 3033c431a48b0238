//! Parents that wait for children: with `--yield-slots` they give their slots back meanwhile; without it they may wait for
//! each other, which is named.

use std::{fs, io::Write as _, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use weir_core::event::{Body, Decision};
use weir_tests::harness::{History, Stack, until, weir};

const SOON: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_secs(90);
/// Parents of a pool of as many slots.
const PARENTS: usize = 10;

/// A pool of so many slots, and a worker with room for all parents and children.
fn pool(stack: &Stack, name: &str, slots: usize) -> weir_tests::harness::Program {
    stack
        .weir(&format!(
            "work-pool create {name} --type process --concurrency-limit {slots}"
        ))
        .ok();
    stack.worker("w", &format!("--pool {name} --limit {}", 2 * PARENTS))
}

/// What submits a child to the same pool and waits for it. The child runs until the gate is open.
fn submits(stack: &Stack, pool: &str, id: &str, gate: &str, more: &str) -> String {
    let (weir, gate) = (weir().display(), stack.path(gate));
    let child = format!("while [ ! -e {} ]; do sleep 0.02; done", gate.display());
    format!(
        "{weir} run submit -p {pool} --id {id}-child --wait {more} -j 'command=[\"sh\",\"-c\",\"{child}\"]'"
    )
}

fn publish(stack: &Stack, pool: &str, id: &str, script: &str) {
    let request = json!({
        "jobVariables": {
            "command": ["sh", "-c", script],
            "env": {"NATS_URL": stack.url(), "HOME": stack.path("")},
        },
    });
    let subject = format!("weir.run.{pool}.default.{id}.request");
    stack.wire().publish(&subject, request.to_string()).stored();
}

/// Publishes a parent whose program submits a child and waits for it. The parent leaves a file `ID.done` behind when it
/// has gone on.
fn parent(stack: &Stack, pool: &str, id: &str, gate: &str, more: &str) {
    let submits = submits(stack, pool, id, gate, more);
    let done = stack.path(&format!("{id}.done"));
    let script = format!("{submits} || exit 9; : > {}", done.display());
    publish(stack, pool, id, &script);
}

/// As many parents as the pool has slots. All are there before the first of them starts, so that no child comes before one.
fn parents(stack: &Stack, pool: &str, gate: &str, more: &str) -> Vec<String> {
    let ids: Vec<String> = (0..PARENTS).map(|n| format!("{pool}-{n}")).collect();
    stack.weir(&format!("work-pool pause {pool}")).ok();
    for id in &ids {
        parent(stack, pool, id, gate, more);
    }
    stack.weir(&format!("work-pool resume {pool}")).ok();
    ids
}

fn decided(stack: &Stack, pool: &str, id: &str, what: impl Fn(&Decision) -> bool) -> usize {
    History::read(stack.url(), pool).decisions(id, what)
}

fn is_given(decision: &Decision) -> bool {
    matches!(decision, Decision::Yielded { .. })
}

fn is_regranted(decision: &Decision) -> bool {
    matches!(decision, Decision::Regranted { .. })
}

/// Processes that have just ended are let be.
fn kill_9(pids: &[u32]) {
    for pid in pids {
        let pid = i32::try_from(*pid).ok().and_then(Pid::from_raw);
        let pid = pid.expect("it was found in /proc");
        let _killed_or_gone = kill_process(pid, Signal::KILL);
    }
}

/// The processes of a run that are a `weir` with this word on its command line.
fn weirs_of(stack: &Stack, id: &str, word: &str) -> Vec<u32> {
    let mut found = stack.processes_of(id);
    found.retain(|pid| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let exe = fs::read_link(format!("/proc/{pid}/exe"));
        exe.is_ok_and(|exe| exe == weir()) && line.split('\0').any(|it| it == word)
    });
    found
}

fn in_use(stack: &Stack, pool: &str) -> usize {
    History::read(stack.url(), pool).held()
}

#[test]
fn parents_that_fill_their_pool_end_where_they_give_their_slots_back() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let _worker = pool(&stack, "giving", PARENTS);
    let ids = parents(&stack, "giving", "giving-gate", "--yield-slots");
    for id in &ids {
        stack.run_is(&format!("{id}-child"), "Running", LONG);
    }
    for id in &ids {
        let said = stack.weir(&format!("why {id}")).ok();
        said.saying(&["holds no slots meanwhile", &format!("{id}-child")]);
    }
    fs::write(stack.path("giving-gate"), "").unwrap();
    for id in &ids {
        stack.run_is(id, "Completed", LONG);
        assert!(stack.path(&format!("{id}.done")).exists(), "{id}");
    }
    let history = History::read(stack.url(), "giving");
    assert!(history.peak().pool <= PARENTS, "{:?}", history.peak());
    for id in &ids {
        assert_eq!(history.decisions(id, is_given), 1, "{id}");
        assert_eq!(history.decisions(id, is_regranted), 1, "{id}");
    }
}

#[test]
fn parents_that_hold_what_their_children_need_are_named() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let _worker = pool(&stack, "holding", PARENTS);
    let ids = parents(&stack, "holding", "holding-gate", "");
    let is_found = |decision: &Decision| matches!(decision, Decision::FoundInCycle { .. });
    until("each of them is told", LONG, || {
        let history = History::read(stack.url(), "holding");
        ids.iter()
            .all(|id| history.decisions(id, is_found) == 1)
            .then_some(())
    });
    let history = History::read(stack.url(), "holding");
    let mut stamps = ids.iter().map(|id| {
        let records = history.of(id);
        let at = |is: fn(&Body) -> bool| records.iter().find(|it| is(&it.body)).unwrap().at;
        let waits = at(|body| format!("{body:?}").contains("Waits("));
        let found = at(|body| format!("{body:?}").contains("FoundInCycle"));
        (waits, found)
    });
    // The last one closes it.
    let (mut closed, mut named) = stamps.next().unwrap();
    for (waits, found) in stamps {
        (closed, named) = (closed.max(waits), named.max(found));
    }
    let took = named.since(closed);
    let said = format!("the cycle was named {took:?} after it was closed\n");
    std::io::stdout().write_all(said.as_bytes()).unwrap();
    let child = format!("{}-child", ids[0]);
    for id in [&ids[0], &child] {
        stack.weir(&format!("why {id}")).ok().saying(&[
            "20 runs wait for each other",
            &format!("waits for holding/default/{}", "holding-"),
            "waits for slots of pool holding, held by",
            "--yield-slots",
        ]);
    }
    let inspected = stack.weir(&format!("run inspect {}", ids[3])).ok();
    inspected.saying(&["20 runs wait for each other"]);

    // One slot more is enough for all of them, one after another; and nothing of it is told any more.
    stack
        .weir(&format!(
            "work-pool update holding --concurrency-limit {}",
            PARENTS + 1
        ))
        .ok();
    until("a child runs", SOON, || {
        let runs = stack.runs("holding");
        let runs_now = |run: &Value| {
            run["stateName"] == "Running"
                && run["runId"]
                    .as_str()
                    .is_some_and(|id| id.ends_with("-child"))
        };
        runs.iter().any(runs_now).then_some(())
    });
    let said = stack.weir(&format!("why {}", ids[0])).ok().out();
    assert!(!said.contains("wait for each other"), "{said}");
    fs::write(stack.path("holding-gate"), "").unwrap();
    for id in &ids {
        stack.run_is(id, "Completed", LONG);
    }
    let peak = History::read(stack.url(), "holding").peak();
    assert!(peak.pool <= PARENTS + 1, "{peak:?}");
}

#[test]
fn a_leader_killed_while_all_wait_changes_nothing() {
    let stack = Stack::start();
    let first = stack.scheduler("first");
    stack.led_by("first", SOON);
    let _worker = pool(&stack, "heirs", 2);
    for id in ["heirs-0", "heirs-1"] {
        parent(&stack, "heirs", id, "heirs-gate", "--yield-slots");
    }
    for id in ["heirs-0-child", "heirs-1-child"] {
        stack.run_is(id, "Running", SOON);
    }
    first.kill_9();
    // What is said while nobody leads is heard by the next one.
    fs::write(stack.path("heirs-gate"), "").unwrap();
    until("a parent wants to go on", SOON, || {
        let history = History::read(stack.url(), "heirs");
        let records = history.of("heirs-0");
        let wants = |body: &Body| format!("{body:?}").contains("GoesOn");
        records.iter().any(|it| wants(&it.body)).then_some(())
    });
    assert!(!stack.path("heirs-0.done").exists());
    let _second = stack.scheduler("second");
    for id in ["heirs-0", "heirs-1"] {
        stack.run_is(id, "Completed", LONG);
        assert_eq!(decided(&stack, "heirs", id, is_regranted), 1, "{id}");
    }
    let peak = History::read(stack.url(), "heirs").peak();
    assert!(peak.pool <= 2, "{peak:?}");
}

#[test]
fn a_parent_killed_while_it_holds_nothing_ends_and_holds_nothing() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let _worker = pool(&stack, "fallen", 1);
    // Its child lives on without it.
    let more = "--yield-slots --on-parent-end detach";
    parent(&stack, "fallen", "fallen-0", "fallen-gate", more);
    stack.run_is("fallen-0-child", "Running", SOON);
    assert_eq!(in_use(&stack, "fallen"), 1);
    kill_9(&stack.processes_of("fallen-0"));
    stack.run_is("fallen-0", "Crashed", SOON);
    // Its child still has the slot, and nobody else.
    assert_eq!(in_use(&stack, "fallen"), 1);
    fs::write(stack.path("fallen-gate"), "").unwrap();
    stack.run_is("fallen-0-child", "Completed", SOON);
    until("nothing is held", SOON, || {
        (in_use(&stack, "fallen") == 0).then_some(())
    });
    assert_eq!(decided(&stack, "fallen", "fallen-0", is_regranted), 0);

    // A parent that is cancelled meanwhile gets nothing back, and ends.
    parent(&stack, "fallen", "fallen-1", "fallen-gate-1", more);
    stack.run_is("fallen-1-child", "Running", SOON);
    stack.weir("run cancel fallen-1 --force").ok();
    stack.run_is("fallen-1", "Cancelled", SOON);
    fs::write(stack.path("fallen-gate-1"), "").unwrap();
    stack.run_is("fallen-1-child", "Completed", SOON);
    assert_eq!(decided(&stack, "fallen", "fallen-1", is_regranted), 0);
    assert!(History::read(stack.url(), "fallen").peak().pool <= 1);
}

/// A parent that goes on, whatever becomes of its wait: it leaves `ID.on` behind, and ends when `ID.end` is there.
fn stubborn(stack: &Stack, pool: &str, id: &str, gate: &str) {
    let submits = submits(stack, pool, id, gate, "--yield-slots");
    let (on, end) = (
        stack.path(&format!("{id}.on")),
        stack.path(&format!("{id}.end")),
    );
    let script = format!(
        "{submits}; : > {}; while [ ! -e {} ]; do sleep 0.02; done",
        on.display(),
        end.display()
    );
    publish(stack, pool, id, &script);
}

#[test]
fn a_weir_that_is_killed_while_it_waits_leaves_an_heir_that_takes_the_slots_again() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let _worker = pool(&stack, "heir", 2);
    stubborn(&stack, "heir", "heir-0", "heir-gate");
    stack.run_is("heir-0-child", "Running", SOON);
    until("it holds nothing, and has an heir", SOON, || {
        let heirs = weirs_of(&stack, "heir-0", "go-on");
        (in_use(&stack, "heir") == 1 && heirs.len() == 1).then_some(())
    });
    kill_9(&weirs_of(&stack, "heir-0", "submit"));
    until("it has its slot again", SOON, || {
        (decided(&stack, "heir", "heir-0", is_regranted) == 1).then_some(())
    });
    // Long before its child ends.
    assert_eq!(in_use(&stack, "heir"), 2);
    until("the heir is gone", SOON, || {
        weirs_of(&stack, "heir-0", "go-on").is_empty().then_some(())
    });
    for file in ["heir-gate", "heir-0.end"] {
        fs::write(stack.path(file), "").unwrap();
    }
    for id in ["heir-0-child", "heir-0"] {
        stack.run_is(id, "Completed", SOON);
    }
}

#[test]
fn a_run_of_which_nobody_says_that_it_goes_on_has_its_slots_again() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let _worker = pool(&stack, "silent", 1);
    stubborn(&stack, "silent", "silent-0", "silent-gate");
    let (on, end) = (stack.path("silent-0.on"), stack.path("silent-0.end"));
    stack.run_is("silent-0-child", "Running", SOON);
    // Its heir first, or that would speak in its place.
    for word in ["go-on", "submit"] {
        let weirs = weirs_of(&stack, "silent-0", word);
        assert_eq!(weirs.len(), 1, "{word}");
        kill_9(&weirs);
    }
    until("its program goes on", SOON, || on.exists().then_some(()));
    assert_eq!(decided(&stack, "silent", "silent-0", is_regranted), 0);
    stack
        .weir("run submit -p silent -c true --id silent-next")
        .ok();
    fs::write(stack.path("silent-gate"), "").unwrap();
    until("it has its slot again", SOON, || {
        (decided(&stack, "silent", "silent-0", is_regranted) == 1).then_some(())
    });
    let history = History::read(stack.url(), "silent");
    let says = |body: &Body| format!("{body:?}").contains("GoesOn");
    assert!(!history.of("silent-0").iter().any(|it| says(&it.body)));
    stack
        .weir("why silent-next")
        .ok()
        .saying(&["held by", "silent-0"]);
    fs::write(end, "").unwrap();
    for id in ["silent-0", "silent-next"] {
        stack.run_is(id, "Completed", SOON);
    }
    assert_eq!(History::read(stack.url(), "silent").peak().pool, 1);
}

#[test]
fn a_wait_that_was_killed_does_not_keep_the_next_one_from_giving_slots_back() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let _worker = pool(&stack, "killed", 2);
    let first = submits(&stack, "killed", "killed-0", "killed-gate", "");
    let second = submits(&stack, "killed", "killed-1", "killed-gate", "--yield-slots");
    publish(&stack, "killed", "killed-0", &format!("{first}; {second}"));
    stack.run_is("killed-0-child", "Running", SOON);
    until("it is known to wait", SOON, || {
        let history = History::read(stack.url(), "killed");
        let waits = |body: &Body| format!("{body:?}").contains("Waits");
        let told = history.of("killed-0").iter().any(|it| waits(&it.body));
        told.then_some(())
    });
    kill_9(&weirs_of(&stack, "killed-0", "submit"));
    // There is a slot for it only because its parent gives its own back.
    stack.run_is("killed-1-child", "Running", SOON);
    assert_eq!(in_use(&stack, "killed"), 2);
    fs::write(stack.path("killed-gate"), "").unwrap();
    for id in ["killed-0-child", "killed-1-child", "killed-0"] {
        stack.run_is(id, "Completed", SOON);
    }
    assert!(History::read(stack.url(), "killed").peak().pool <= 2);
}

#[test]
fn slots_are_given_back_only_from_within_a_run() {
    let stack = Stack::start();
    let _scheduler = stack.scheduler("one");
    let _worker = pool(&stack, "outside", 1);
    stack
        .weir("run submit -p outside -c true --wait --yield-slots")
        .exits(1)
        .saying(&["--yield-slots", "WEIR_RUN_ID"]);
    stack
        .weir("run submit -p outside -c true --yield-slots")
        .exits(1)
        .saying(&["add --wait"]);
    assert!(stack.runs("outside").is_empty(), "nothing was submitted");
    let id = stack.weir("run submit -p outside -c true").ok().out();
    stack.weir(&format!("run wait {}", id.trim())).ok();

    // Whoever only may publish there cannot free the slots of a run that is not his: he does not know the session.
    let gated = json!({"jobVariables": {"command": ["sleep", "60"]}});
    let wire = stack.wire();
    let subject = "weir.run.outside.default.victim.request";
    wire.publish(subject, gated.to_string()).stored();
    stack.run_is("victim", "Running", SOON);
    let waits = json!({"waits": {"attempt": 1, "session": "guessed", "k": 1, "runs": ["x"], "yieldSlots": true}});
    wire.publish(subject, waits.to_string()).stored();
    stack.weir("run submit -p outside -c true --id next").ok();
    stack.weir("why next").ok().saying(&["held by", "victim"]);
    assert_eq!(decided(&stack, "outside", "victim", is_given), 0);
    stack.weir("run cancel victim --force").ok();
    stack.run_is("next", "Completed", SOON);
}

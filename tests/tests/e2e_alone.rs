//! The command line where nobody answers: no scheduler, no broker.

use std::time::Duration;

use serde_json::Value;
use weir_tests::harness::{Stack, until};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn without_a_scheduler_what_the_streams_tell_is_told_and_the_rest_says_how_to_start_one() {
    let stack = Stack::start();
    stack
        .weir("run ls")
        .exits(5)
        .saying(&["no scheduler is online", "weir scheduler start"]);
    stack.weir("work-pool ls").exits(7).saying(&["work pool"]);
    stack.weir("work-pool create p --type process").ok();
    let scheduler = stack.scheduler("for-a-while");
    let worker = stack.worker("w", "--pool p");
    stack
        .weir("run submit --pool p --id done-1 --command 'sh -c \"exit 1\"' --wait")
        .exits(3);
    stack
        .weir("run submit --pool p --id done-2 --command 'echo kept' --wait")
        .ok();
    drop((worker, scheduler));

    stack.weir("run ls").exits(5).saying(&[
        "no scheduler is online",
        "weir up",
        "weir scheduler start",
    ]);
    stack.weir("why done-2").exits(5);
    stack.weir("worker ls").exits(5);
    assert_eq!(stack.inspect("done-2")["stateName"], "Completed");
    stack.weir("run watch done-2").ok().saying(&["Completed"]);
    assert_eq!(stack.weir("run logs done-2").ok().out(), "kept\n");
    until(
        "the broker keeps nothing for who has read them",
        SOON,
        || {
            let asked = stack.wire().request("$JS.API.STREAM.INFO.weir_logs", "");
            let told: Value = serde_json::from_slice(&asked.ok()?.0).ok()?;
            (told["state"]["consumer_count"] == 0).then_some(())
        },
    );
    // Publishing works; it is decided when one is there.
    stack
        .weir("run submit --pool p --id next --command true")
        .ok();
    assert_eq!(stack.inspect("next")["stateName"], "Scheduled");
    stack.weir("work-queue create late --pool p").ok();
    stack
        .weir("run submit --pool p --queue late --id late-1 --command true")
        .ok();
    stack
        .weir("run submit --pool p --command true -jv comand=x")
        .exits(6)
        .saying(&["comand", "command"]);
    stack
        .weir("work-pool inspect p")
        .ok()
        .saying(&["no scheduler is online"]);
    stack.weir("run cancel next").ok();
    let _scheduler = stack.scheduler("again");
    let _worker = stack.worker("w2", "--pool p");
    stack.run_is("late-1", "Completed", SOON);
    stack.run_is("next", "Cancelled", SOON);
    assert_eq!(stack.runs("p").len(), 4, "what was done is still listed");
}

/// A reader that stays behind costs the broker memory for a minute, and the broker bounds how fast they are made.
#[test]
fn verbs_that_read_the_configuration_leave_no_reader_on_the_broker() {
    let stack = Stack::start();
    stack.weir("work-pool create p --type process").ok();
    stack.weir("run submit --pool p --id r --command true").ok();
    for _ in 0..20 {
        stack.inspect("r");
    }
    for line in [
        "work-pool ls",
        "work-pool inspect p",
        "work-pool history p",
        "work-queue ls --pool p",
        "deployment ls",
        "export",
    ] {
        stack.weir(line).ok();
    }
    let info = stack.wire().request("$JS.API.STREAM.INFO.weir_cell", "");
    let (info, _) = info.expect("the broker answers");
    let info: Value = serde_json::from_slice(&info).expect("it is JSON");
    assert_eq!(info["state"]["consumer_count"], 0, "{info:#}");
}

#[test]
fn a_broker_that_is_not_there_is_named_with_what_to_do() {
    let stack = Stack::start();
    stack.kill_broker();
    let url = stack.url().to_owned();
    stack
        .weir("work-pool ls")
        .exits(8)
        .saying(&[&url["nats://".len()..], "weir up", "--nats-url"]);
}

#[test]
fn services_that_start_before_their_broker_wait_for_it() {
    let stack = Stack::start();
    stack.weir("work-pool create p --type process").ok();
    stack.kill_broker();
    let scheduler = stack.scheduler("early");
    let worker = stack.worker("early-w", "--pool p");
    for program in [&scheduler, &worker] {
        until("it says that it waits", SOON, || {
            program
                .output()
                .contains("waits for the broker")
                .then_some(())
        });
    }
    stack.restart_broker();
    stack
        .weir("run submit --pool p --id first --command true")
        .ok();
    stack.run_is("first", "Completed", SOON);
}

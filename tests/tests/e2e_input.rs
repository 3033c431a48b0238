//! Bad input: each gets a clear answer, nothing else is disturbed, nothing is lost.

use std::time::Duration;

use serde_json::json;
use weir_tests::harness::{Pool, Published, lasts};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn what_is_no_request_is_rejected_with_what_would_be_right() {
    let pool = Pool::new("garbled");
    pool.is_rejected("bytes", b"\xff\xfe\x00garbage", "Undecodable", &["JSON"]);
    pool.is_rejected("cut", r#"{"deployment": "#, "Undecodable", &[]);
    pool.is_rejected("list", " [1]", "Undecodable", &["object"]);
    pool.is_rejected(
        "field",
        r#"{"deploymnet":"etl/nightly"}"#,
        "UnknownField",
        &["deploymnet", "deployment"],
    );
    pool.is_rejected(
        "nested",
        r#"{"cancel":{"reasn":"x"}}"#,
        "UnknownField",
        &["reason"],
    );
    pool.is_rejected(
        "kind",
        r#"{"tags":"db"}"#,
        "InvalidField",
        &["tags", "list"],
    );
    pool.is_rejected("number", r#"{"retries":-1}"#, "InvalidField", &["retries"]);
    pool.is_rejected(
        "span",
        r#"{"timeout":"soon","jobVariables":{"command":"true"}}"#,
        "InvalidField",
        &["timeout", "30s"],
    );
    pool.is_rejected(
        "both",
        r#"{"cancel":{},"tags":["x"]}"#,
        "InvalidField",
        &["cancel"],
    );
    pool.is_rejected("nothing", "{}", "NothingToRun", &["command"]);
    pool.is_rejected("empty", "", "NothingToRun", &["command"]);
    pool.still_works();
}

#[test]
fn what_does_not_fit_the_configuration_is_rejected_with_the_nearest_name() {
    let pool = Pool::new("unfit");
    let file = pool.stack.path("unfit.yaml");
    std::fs::write(
        &file,
        "name: etl/nightly\npool: unfit\njob_variables: {command: 'true'}\n",
    )
    .unwrap();
    pool.stack
        .weir(&format!("deploy -f {}", file.display()))
        .ok();
    pool.is_rejected(
        "no-deployment",
        r#"{"deployment":"etl/nightyl"}"#,
        "UnknownDeployment",
        &["etl/nightyl", "etl/nightly"],
    );
    pool.is_rejected(
        "bad-name",
        r#"{"deployment":"etl"}"#,
        "InvalidField",
        &["FLOW/NAME"],
    );
    pool.is_rejected(
        "variable",
        r#"{"jobVariables":{"comand":"true"}}"#,
        "UnknownVariable",
        &["comand", "command"],
    );
    let wrong = r#"{"jobVariables":{"command":"true","env":{"A":["x"]}}}"#;
    pool.is_rejected("schema", wrong, "InvalidVariable", &["env"]);
    pool.is_rejected(
        "quotes",
        r#"{"jobVariables":{"command":"echo 'x"}}"#,
        "InvalidVariable",
        &["quote"],
    );
    pool.is_rejected(
        "of-another",
        r#"{"deployment":"no/such"}"#,
        "UnknownDeployment",
        &["no/such"],
    );
    pool.still_works();
}

#[test]
fn what_passes_a_bound_is_refused_by_its_name() {
    let pool = Pool::new("toolarge");
    let large = |bytes: usize| {
        json!({"parameters": {"x": "y".repeat(bytes)}, "jobVariables": {"command": "true"}})
            .to_string()
    };
    pool.is_rejected(
        "together",
        large(96 * 1024),
        "TooLarge",
        &["parameters", "98304"],
    );
    let tags: Vec<String> = (0..65).map(|number| format!("tag-{number}")).collect();
    let tagged = json!({"tags": tags, "jobVariables": {"command": "true"}}).to_string();
    pool.is_rejected("tags", tagged, "TooLarge", &["tags", "64"]);
    let tag = json!({"tags": ["x".repeat(101)], "jobVariables": {"command": "true"}}).to_string();
    pool.is_rejected("long-tag", tag, "InvalidField", &["tags[0]", "100"]);
    // Past the payload's bound there is room for headers, then the broker itself refuses.
    pool.is_rejected("payload", vec![b' '; 161 * 1024], "TooLarge", &["163840"]);
    let refused = pool.publish("enormous", vec![b' '; 200 * 1024]);
    assert!(
        matches!(
            &refused,
            Published::Refused {
                code: Some(10054),
                ..
            }
        ),
        "{refused:?}"
    );
    // At the bounds all is well.
    pool.publish("just", large(90 * 1024)).stored();
    let tagged = json!({"tags": tags[..64], "jobVariables": {"command": "true"}}).to_string();
    pool.publish("tagged", tagged).stored();
    pool.still_works();
    pool.stack.run_is("just", "Completed", SOON);
    pool.stack.run_is("tagged", "Completed", SOON);
}

#[test]
fn illegal_names_reach_nobody() {
    let pool = Pool::new("illegal");
    // A subject of another shape is in no stream.
    for subject in [
        "weir.run.illegal.default.a.b.request",
        "weir.run.illegal.default.request",
    ] {
        let refused = pool.wire.publish(subject, "{}");
        assert!(
            matches!(&refused, Published::Refused { error, .. } if error.contains("NoStreamResponse")),
            "{refused:?}"
        );
    }
    // These are legal subjects, so the broker stores them; the fold refuses them, and nothing is run.
    for id in ["-x", "x-", "ä", "a~b", &"x".repeat(64)] {
        pool.publish(id, r#"{"jobVariables":{"command":"true"}}"#)
            .stored();
    }
    pool.still_works();
    let runs = pool.stack.runs("illegal");
    assert_eq!(runs.len(), 1, "only the good one is a run: {runs:#?}");
    for id in ["-x", "x-", "a.b", "ä"] {
        let line = format!("run submit --pool illegal --id={id} --command true");
        pool.stack
            .weir(&line)
            .exits(2)
            .saying(&["run id", "letters, digits"]);
    }
    pool.stack
        .weir("work-pool create Not_Legal --type process")
        .exits(2)
        .saying(&["Not_Legal", "lower-case"]);
}

#[test]
fn a_queue_that_does_not_exist_answers_at_once() {
    let pool = Pool::new("nowhere");
    let refused = pool
        .wire
        .publish("weir.run.nowhere.no-such.x.request", "{}");
    assert!(
        matches!(&refused, Published::Refused { error, .. } if error.contains("NoStreamResponse")),
        "{refused:?}"
    );
    let said = pool
        .stack
        .weir("run submit --pool nowhere --queue no-such --command true")
        .exits(7);
    said.saying(&["work-queue create no-such --pool nowhere"]);
    // Somebody who listens there takes the place of the answer: then it is a time-out.
    pool.wire.subscribe("weir.run.nowhere.no-such.>");
    let subject = "weir.run.nowhere.no-such.y.request";
    let refused = pool
        .wire
        .publish_with(subject, "{}", json!({"timeout": 0.5}));
    assert!(
        matches!(&refused, Published::Refused { error, .. } if error.contains("Timeout")),
        "{refused:?}"
    );
    assert!(pool.wire.events().iter().any(|(heard, _)| heard == subject));
}

#[test]
fn the_same_run_id_twice_is_one_run_and_other_content_is_shown() {
    let pool = Pool::new("twice");
    let first = r#"{"jobVariables":{"command":"echo first"}}"#;
    let at = pool.publish("same", first).stored();
    assert!(
        pool.publish("same", first).stored() > at,
        "the broker stores it again: the fold knows better"
    );
    pool.publish("same", r#"{"jobVariables":{"command":"echo other"}}"#)
        .stored();
    pool.still_works();
    let run = pool.stack.run_is("same", "Completed", SOON);
    assert_eq!(
        (&run["otherRequests"], &run["attempt"]),
        (&json!(1), &json!(1)),
        "{run}"
    );
    assert_eq!(pool.stack.weir("run logs same").ok().out(), "first\n");
    pool.stack
        .weir("run inspect same")
        .ok()
        .saying(&["other content"]);
    pool.stack
        .weir("run submit --pool twice --id same --command 'echo third'")
        .ok()
        .saying(&["was there before"]);
    let run = pool.stack.inspect("same");
    assert_eq!(
        (&run["otherRequests"], &run["attempt"]),
        (&json!(2), &json!(1)),
        "{run}"
    );
    let listed = pool.stack.runs("twice");
    assert_eq!(
        listed.iter().filter(|run| run["runId"] == "same").count(),
        1
    );
}

#[test]
fn a_cancel_that_comes_before_its_request_is_kept_and_applied() {
    let pool = Pool::new("early");
    pool.publish(
        "later",
        r#"{"cancel":{"grace":"30s","force":false,"reason":"never mind"}}"#,
    )
    .stored();
    let unknown = || {
        !pool
            .stack
            .runs("early")
            .iter()
            .any(|run| run["runId"] == "later" && run["state"] != "CANCELLED")
    };
    assert!(lasts(Duration::from_millis(300), unknown));
    let worker = pool.stack.worker("early", "--pool early");
    pool.publish(
        "later",
        r#"{"jobVariables":{"command":"echo should not run"}}"#,
    )
    .stored();
    let run = pool.stack.run_is("early/default/later", "Cancelled", SOON);
    assert_eq!(
        (&run["attempt"], &run["message"]),
        (&json!(0), &json!("never mind")),
        "{run}"
    );
    assert_eq!(
        pool.stack.weir("run logs early/default/later").ok().out(),
        ""
    );
    drop(worker);
    // By the command line it needs the whole name.
    pool.stack.weir("run cancel not-there").exits(7);
    pool.stack
        .weir("run cancel early/default/not-there")
        .ok()
        .saying(&["nothing is known of that run yet"]);
    pool.still_works();
}

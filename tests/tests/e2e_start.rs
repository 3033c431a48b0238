//! How runs start and what they say: what cannot be started, what is no text, what is still being said.

use std::time::Duration;

use serde_json::{Value, json};
use weir_tests::harness::{History, Pool, shared};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn what_cannot_be_started_says_why_and_what_to_do() {
    let pool = Pool::new("broken");
    let worker = pool.stack.worker("broken-w", "--pool broken");
    pool.publish(
        "no-command",
        r#"{"jobVariables":{"command":"no-such-command-anywhere --x"}}"#,
    )
    .stored();
    let run = pool.stack.run_is("no-command", "StartFailed", SOON);
    assert_eq!(
        (&run["state"], &run["reason"]),
        (&json!("CRASHED"), &json!("CommandNotFound")),
        "{run}"
    );
    assert!(
        run["message"]
            .as_str()
            .unwrap()
            .contains("no-such-command-anywhere"),
        "{run}"
    );
    pool.publish(
        "no-dir",
        r#"{"jobVariables":{"command":"true","working_dir":"/no/such/folder"}}"#,
    )
    .stored();
    let run = pool.stack.run_is("no-dir", "StartFailed", SOON);
    assert_eq!(run["reason"], "WorkingDirectoryNotFound", "{run}");
    assert!(
        run["message"].as_str().unwrap().contains("/no/such/folder"),
        "{run}"
    );
    pool.publish("no-exec", r#"{"jobVariables":{"command":"/etc/passwd"}}"#)
        .stored();
    assert_eq!(
        pool.stack.run_is("no-exec", "StartFailed", SOON)["reason"],
        "NotExecutable"
    );
    drop(worker);
    pool.still_works();
    let peak = History::read(pool.stack.url(), "broken").peak();
    assert!(peak.pool > 0, "and their slots are free again: {peak:?}");
}

#[test]
fn output_that_is_not_utf8_is_kept_as_it_is_and_shown() {
    let pool = Pool::new("latin");
    let worker = pool.stack.worker("latin-w", "--pool latin");
    let script = r"printf 'caf\351\n\377\376\000tail\n'; printf 'err\351\n' >&2; exit 1";
    let request = json!({"jobVariables": {"command": ["sh", "-c", script]}});
    pool.publish("bytes", request.to_string()).stored();
    pool.stack.run_is("bytes", "Failed", SOON);
    let said = pool.stack.weir("run logs bytes").ok();
    let holds = |part: &[u8]| said.bytes.windows(part.len()).any(|window| window == part);
    assert!(
        holds(b"caf\xe9\n") && holds(b"\xff\xfe\0tail\n"),
        "the bytes themselves: {:?}",
        said.bytes
    );
    let lines = pool.stack.weir("run logs bytes -o json").ok().json_lines();
    let texts: Vec<&str> = lines
        .iter()
        .filter_map(|line: &Value| line["text"].as_str())
        .collect();
    assert!(
        texts.contains(&"caf\u{fffd}"),
        "as JSON with replacement characters: {texts:?}"
    );
    pool.stack
        .weir("run inspect bytes")
        .ok()
        .saying(&["caf\u{fffd}"]);
    pool.stack.weir("run inspect bytes -o json").ok().json();
    drop(worker);
    pool.still_works();
}

#[test]
fn logs_are_followed_while_they_come() {
    let stack = shared();
    stack.weir("work-pool create talk --type process").ok();
    let _worker = stack.worker("talk", "--pool talk");
    let go = stack.path("talk-go");
    let script = format!(
        "sh -c \"echo one; while [ ! -e {} ]; do sleep 0.05; done; echo two\"",
        go.display()
    );
    stack
        .weir(&format!(
            "run submit --pool talk --id talk-1 --command '{script}'"
        ))
        .ok();
    let mut follower = stack.begin("follower", "run logs talk-1 --follow");
    follower.says("one", SOON);
    assert!(follower.ended().is_none());
    std::fs::write(go, "").unwrap();
    assert!(follower.end_within(SOON).success());
    assert!(
        follower.output().contains("one\ntwo\n"),
        "{}",
        follower.output()
    );
    assert_eq!(
        stack.weir("run logs talk-1 --tail -n 1").ok().out(),
        "two\n"
    );
    assert_eq!(
        stack.weir("run logs talk-1 --head -n 1").ok().out(),
        "one\n"
    );
}

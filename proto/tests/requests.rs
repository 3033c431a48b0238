//! Requests as people write them: both spellings, exact numbers, and a fault with a path and a fix for what is wrong.

#![expect(
    clippy::panic,
    reason = "a request of the wrong kind ends the test with its words"
)]

#[path = "requests/ask.rs"]
mod ask;

use std::{sync::Arc, time::Duration};

use ask::{refused, run};
use weir_core::{
    ids::Attempt,
    request::{FaultCode, Request},
};
use weir_proto::{decode_request, encode_request};

#[test]
fn the_examples_of_the_readme_are_requests() {
    let nightly = run(
        r#"{"deployment":"etl/nightly","parameters":{"day":"2026-11-23"},"tags":["db"],"jobVariables":{"env":{"A":"1"}}}"#,
    );
    assert_eq!(nightly.deployment, Some("etl/nightly".parse().unwrap()));
    assert_eq!(nightly.parameters.as_str(), r#"{"day":"2026-11-23"}"#);
    assert_eq!(nightly.job_variables.as_str(), r#"{"env":{"A":"1"}}"#);
    assert_eq!(nightly.tags, ["db".parse().unwrap()]);
    let command = run(r#"{"jobVariables":{"command":"python3 -c 'print(42)'"}}"#);
    assert_eq!(
        command.job_variables.as_str(),
        r#"{"command":"python3 -c 'print(42)'"}"#
    );
    let Request::Cancel(cancel) =
        decode_request(br#"{"cancel":{"grace":"30s","force":false,"reason":"wrong day"}}"#)
    else {
        panic!("not a cancel")
    };
    assert_eq!(cancel.grace, Some(Duration::from_secs(30)));
    assert_eq!((cancel.force, cancel.reason.as_str()), (false, "wrong day"));
    assert!(matches!(
        decode_request(br#"{"cancel":{}}"#),
        Request::Cancel(_)
    ));
}

#[test]
fn keys_are_accepted_in_both_spellings() {
    let camel = run(
        r#"{"jobVariables":{"a":1},"retryDelay":"1.5s","retries":3,"timeout":"60s","priority":-5,"name":"n"}"#,
    );
    let snake = run(
        r#"{"job_variables":{"a":1},"retry_delay":"1.5s","retries":"3","timeout":"60s","priority":"-5","name":"n"}"#,
    );
    assert_eq!(camel, snake);
    assert_eq!(camel.retry_delay, Some(Duration::from_millis(1500)));
    assert_eq!((camel.retries, camel.priority), (Some(3), -5));
}

#[test]
fn numbers_in_free_json_survive_digit_for_digit() {
    let text = r#"{"a":3,"b":9007199254740993,"c":1.10,"d":1e300,"e":-0.0,"f":123456789012345678901234567890,"g":"\u00e9"}"#;
    let request = run(&format!(
        r#"{{"parameters": {text} , "jobVariables":{text}}}"#
    ));
    assert_eq!(request.parameters.as_str(), text);
    assert_eq!(request.job_variables.as_str(), text);
    let again = decode_request(&encode_request(&Request::Run(Arc::clone(&request))));
    assert_eq!(again, Request::Run(request));
}

#[test]
fn an_empty_payload_is_a_request_with_nothing_in_it() {
    assert_eq!(decode_request(b""), Request::Run(Arc::default()));
    assert_eq!(decode_request(b"{}"), Request::Run(Arc::default()));
    assert_eq!(encode_request(&Request::Run(Arc::default())).len(), 0);
}

#[test]
fn a_request_is_json_iff_its_first_byte_after_white_space_is_a_brace() {
    assert_eq!(
        decode_request(b" \t\r\n{} \n"),
        Request::Run(Arc::default())
    );
    refused(
        b" \n",
        FaultCode::Undecodable,
        "",
        "begins with white space",
    );
    refused(
        b" \x12\x03a/b",
        FaultCode::Undecodable,
        "",
        "begins with white space",
    );
    refused(b"\x0b{}", FaultCode::Undecodable, "", "protobuf");
    for text in [
        "[]",
        "null",
        "\"run it\"",
        "42",
        "hello",
        "deployment: a/b",
        "\u{feff}{}",
    ] {
        refused(text, FaultCode::Undecodable, "", "JSON object");
    }
    refused([0_u8], FaultCode::Undecodable, "", "protobuf");
    refused([0xff; 40], FaultCode::Undecodable, "", "protobuf");
}

#[test]
fn what_is_not_json_is_undecodable_and_says_where() {
    refused(
        r#"{"deployment": "#,
        FaultCode::Undecodable,
        "",
        "line 1 column 15",
    );
    refused(
        r#"{"deployment": a/b}"#,
        FaultCode::Undecodable,
        "",
        "column 16",
    );
    refused(
        r#"{"parameters": {"a": }}"#,
        FaultCode::Undecodable,
        "",
        "column",
    );
    refused("{} {}", FaultCode::Undecodable, "", "trailing characters");
    refused(
        b"{\"name\": \"\xff\xfe\"}",
        FaultCode::Undecodable,
        "",
        "unicode",
    );
    refused(
        b"{\"parameters\": {\"a\": \"\xff\xfe\"}}",
        FaultCode::Undecodable,
        "",
        "unicode",
    );
}

#[test]
fn an_unknown_field_is_refused_with_the_nearest_name() {
    refused(
        r#"{"jobvariables":{}}"#,
        FaultCode::UnknownField,
        "jobvariables",
        "did you mean \"jobVariables\"?",
    );
    refused(
        r#"{"retry-delay":"1s"}"#,
        FaultCode::UnknownField,
        "retry-delay",
        "did you mean \"retryDelay\"?",
    );
    refused(
        r#"{"deploymnet":"a/b"}"#,
        FaultCode::UnknownField,
        "deploymnet",
        "did you mean \"deployment\"?",
    );
    refused(
        r#"{"cancel":{"garce":"1s"}}"#,
        FaultCode::UnknownField,
        "cancel.garce",
        "did you mean \"grace\"?",
    );
    refused(
        r#"{"xyzzyplugh":1}"#,
        FaultCode::UnknownField,
        "xyzzyplugh",
        "use deployment, name, parameters, jobVariables, tags, priority, retries, retryDelay, timeout, limits, fairnessKey, retryPolicy, manifest, schedule, parentRunId, onParentEnd, onFailure, after, afterOutcome, scheduledTime, maxLateness, cancel, setPriority, retry, waits, goesOn",
    );
}

#[test]
fn a_wrong_type_is_refused_with_its_path_and_what_would_be_right() {
    let bad = FaultCode::InvalidField;
    refused(r#"{"deployment":3}"#, bad, "deployment", "FLOW/NAME");
    refused(
        r#"{"tags":["a","b","c",4]}"#,
        bad,
        "tags[3]",
        "list of texts",
    );
    refused(r#"{"tags":"a"}"#, bad, "tags", "list of texts");
    refused(r#"{"cancel":{"grace":30}}"#, bad, "cancel.grace", "\"30s\"");
    refused(
        r#"{"cancel":{"grace":"30"}}"#,
        bad,
        "cancel.grace",
        "\"30s\"",
    );
    refused(
        r#"{"cancel":{"force":"yes"}}"#,
        bad,
        "cancel.force",
        "true or false",
    );
    refused(r#"{"cancel":true}"#, bad, "cancel", "use an object");
    refused(r#"{"timeout":60}"#, bad, "timeout", "\"30s\"");
    refused(
        r#"{"retries":"many"}"#,
        bad,
        "retries",
        "whole number from 0 to 1000",
    );
    refused(
        r#"{"retries":1.5}"#,
        bad,
        "retries",
        "whole number from 0 to 1000",
    );
    refused(
        r#"{"retries":-1}"#,
        bad,
        "retries",
        "whole number from 0 to 1000",
    );
    refused(r#"{"priority":[]}"#, bad, "priority", "whole number");
    for wrong in [r#""x""#, "-1", "1.5"] {
        refused(
            format!(r#"{{"limits":{{"db":{wrong}}}}}"#),
            bad,
            "limits.db",
            "whole number of slots from 0 to 1000000",
        );
    }
    refused(r#"{"parameters":3}"#, bad, "parameters", "use an object");
    refused(r#"{"parameters":[1]}"#, bad, "parameters", "an array");
    refused(r#"{"jobVariables":"x"}"#, bad, "jobVariables", "a string");
    refused(r#"{"job_variables":"x"}"#, bad, "job_variables", "a string");
    refused(r#"{"name":"a","name":"b"}"#, bad, "name", "twice");
}

#[test]
fn illegal_names_are_refused_with_their_field() {
    let bad = FaultCode::InvalidField;
    refused(
        r#"{"deployment":"nightly"}"#,
        bad,
        "deployment",
        "FLOW/NAME",
    );
    refused(r#"{"deployment":""}"#, bad, "deployment", "FLOW/NAME");
    refused(
        r#"{"tags":["a",""]}"#,
        bad,
        "tags[1]",
        "1 to 100 characters",
    );
    refused(
        r#"{"name":"two\nlines"}"#,
        bad,
        "name",
        "control characters",
    );
    refused(r#"{"name":""}"#, bad, "name", "leave it out");
}

#[test]
fn to_run_and_to_cancel_at_once_is_a_fault() {
    for with in [
        r#""deployment":"a/b""#,
        r#""name":"a""#,
        r#""parameters":{}"#,
        r#""jobVariables":{}"#,
        r#""tags":["a"]"#,
        r#""priority":1"#,
        r#""retries":0"#,
        r#""retryDelay":"1s""#,
        r#""timeout":"1s""#,
        r#""retryPolicy":{}"#,
        r#""retry":{}"#,
    ] {
        let json = format!(r#"{{"cancel":{{}},{with}}}"#);
        refused(
            json,
            FaultCode::InvalidField,
            "cancel",
            "either runs, cancels,",
        );
    }
}

#[test]
fn a_retry_stands_alone_and_names_the_attempt_that_it_follows() {
    let retry = |json: &str| decode_request(json.as_bytes());
    assert_eq!(retry(r#"{"retry":{}}"#), Request::Retry(None));
    assert_eq!(
        retry(r#"{"retry":{"attempt":2}}"#),
        Request::Retry(Some(Attempt(2)))
    );
    refused(
        r#"{"retry":{},"priority":1}"#,
        FaultCode::InvalidField,
        "retry",
        "send retry alone",
    );
}

#[test]
fn a_wait_stands_alone_and_what_is_wrong_in_it_is_named() {
    let json =
        r#"{"waits":{"attempt":1,"session":"s-1","k":2,"runs":["a","p/q/b"],"yieldSlots":true}}"#;
    let Request::Waits(waits) = decode_request(json.as_bytes()) else {
        panic!("not a wait");
    };
    let runs: Vec<_> = waits.runs.iter().map(ToString::to_string).collect();
    assert_eq!(
        (runs, waits.id.k, waits.yields),
        (vec!["a".to_owned(), "p/q/b".to_owned()], 2, true)
    );
    for (json, field, words) in [
        (
            r#"{"waits":{"session":"s","k":1,"runs":["a"]}}"#,
            "waits.attempt",
            "counts from 1",
        ),
        (
            r#"{"waits":{"attempt":1,"session":"s","runs":["a"]}}"#,
            "waits.k",
            "counts from 1",
        ),
        (
            r#"{"waits":{"attempt":1,"session":"s","k":1}}"#,
            "waits.runs",
            "name 1 to 1000",
        ),
        (
            r#"{"waits":{"attempt":1,"session":"s","k":1,"runs":["q/a"]}}"#,
            "waits.runs[0]",
            "POOL/QUEUE/ID",
        ),
        (
            r#"{"goesOn":{"attempt":1,"session":"","k":1}}"#,
            "goesOn.session",
            "",
        ),
        (
            r#"{"goesOn":{},"priority":1}"#,
            "goesOn",
            "send goesOn alone",
        ),
    ] {
        refused(json, FaultCode::InvalidField, field, words);
    }
}

#[test]
fn a_retry_policy_is_read_and_what_is_wrong_in_it_is_named() {
    let policy = run(
        r#"{"retryPolicy":{"delays":["1s","60s"],"factor":2,"jitterPercent":50,"maxDelay":"600s","on":["exit:75","oomkilled"],"notOn":["signal"]}}"#,
    );
    let policy = policy.retry_policy.as_deref().expect("it has one");
    assert_eq!(policy.delays, [1, 60].map(Duration::from_secs));
    assert_eq!(
        policy.on,
        ["exit:75", "OOMKilled"].map(|it| it.parse().unwrap())
    );
    for (json, field, words) in [
        (r#"{"factor":0}"#, "retryPolicy.factor", "from 1 to 100"),
        (
            r#"{"jitterPercent":101}"#,
            "retryPolicy.jitterPercent",
            "use 0 to 100",
        ),
        (r#"{"maxDelay":"0s"}"#, "retryPolicy.maxDelay", "it is 0"),
        (
            r#"{"delays":["1s","31622401s"]}"#,
            "retryPolicy.delays[1]",
            "366 days",
        ),
        (
            r#"{"on":["exit:75","oom"]}"#,
            "retryPolicy.on[1]",
            "OOMKilled",
        ),
        (
            r#"{"notOn":["exit:0"]}"#,
            "retryPolicy.notOn[0]",
            "exit:FROM-TO",
        ),
    ] {
        let json = format!(r#"{{"retryPolicy":{json}}}"#);
        refused(json, FaultCode::InvalidField, field, words);
    }
}

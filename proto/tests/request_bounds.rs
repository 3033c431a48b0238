//! Each bound of a request at its edge: accepted at the bound, refused one past it.

#![expect(
    clippy::panic,
    reason = "a request of the wrong kind ends the test with its words"
)]

#[path = "requests/ask.rs"]
mod ask;

use std::time::Duration;

use ask::{fault, refused, run};
use weir_core::{
    bounds,
    request::{FaultCode, Request},
    time::Timestamp,
};
use weir_proto::decode_request;

#[test]
fn spans_are_bounded_at_both_ends() {
    for field in ["timeout", "retryDelay", "maxLateness"] {
        let ask = |span: &str| format!(r#"{{"{field}":"{span}"}}"#);
        run(&ask("31622400s"));
        refused(
            ask("31622400.000000001s"),
            FaultCode::TooLarge,
            field,
            "366 days",
        );
        refused(ask("-1s"), FaultCode::InvalidField, field, "negative");
        refused(
            ask("-0.000000001s"),
            FaultCode::InvalidField,
            field,
            "negative",
        );
        refused(
            ask("--9223372036854775808s"),
            FaultCode::InvalidField,
            field,
            "a duration such as",
        );
    }
    assert_eq!(
        run(r#"{"retryDelay":"0s"}"#).retry_delay,
        Some(Duration::ZERO)
    );
    for field in ["timeout", "maxLateness"] {
        run(&format!(r#"{{"{field}":"0.000000001s"}}"#));
        refused(
            format!(r#"{{"{field}":"0s"}}"#),
            FaultCode::InvalidField,
            field,
            "leave it out",
        );
    }
    assert!(matches!(
        decode_request(br#"{"cancel":{"grace":"31622400s"}}"#),
        Request::Cancel(_)
    ));
    refused(
        r#"{"cancel":{"grace":"31622401s"}}"#,
        FaultCode::TooLarge,
        "cancel.grace",
        "366 days",
    );
    // Protobuf: nanos that are none.
    refused(
        [0x52, 0x06, 0x10, 0x80, 0x94, 0xeb, 0xdc, 0x03],
        FaultCode::InvalidField,
        "retryDelay",
        "nanos",
    );
}

#[test]
fn a_scheduled_time_is_one_point_in_time_whatever_its_offset() {
    let six = Some(Timestamp(1_795_755_600_000_000_000));
    for text in [
        "2026-11-27T05:00:00Z",
        "2026-11-27T06:00:00+01:00",
        "2026-11-27T06:00:00.000+01:00",
        "2026-11-26T23:30:00-05:30",
    ] {
        for field in ["scheduledTime", "scheduled_time"] {
            let asked = run(&format!(r#"{{"deployment":"a/b","{field}":"{text}"}}"#));
            assert_eq!(asked.scheduled_time, six, "{text}");
        }
    }
    // What is past and what is far ahead can be read: whether it is too far counts from the stamp, which only the fold has.
    run(r#"{"scheduledTime":"1970-01-01T00:00:00Z"}"#);
    run(r#"{"scheduledTime":"2262-04-11T23:47:16Z"}"#);
    for text in [
        r#""2026-11-27T06:00:00""#,
        r#""2026-11-27""#,
        r#""tomorrow""#,
        "1795759200",
    ] {
        refused(
            format!(r#"{{"scheduledTime":{text}}}"#),
            FaultCode::InvalidField,
            "scheduledTime",
            "an offset",
        );
    }
    refused(
        r#"{"scheduledTime":"9999-12-31T23:59:59Z"}"#,
        FaultCode::InvalidField,
        "scheduledTime",
        "",
    );
}

#[test]
fn numbers_are_bounded_at_both_ends() {
    assert_eq!(run(r#"{"retries":1000}"#).retries, Some(1000));
    refused(
        r#"{"retries":1001}"#,
        FaultCode::TooLarge,
        "retries",
        "at most 1000",
    );
    assert_eq!(run(r#"{"priority":1000000}"#).priority, 1_000_000);
    assert_eq!(run(r#"{"priority":-1000000}"#).priority, -1_000_000);
    refused(
        r#"{"priority":1000001}"#,
        FaultCode::InvalidField,
        "priority",
        "from -1000000 to 1000000",
    );
    refused(
        r#"{"priority":-1000001}"#,
        FaultCode::InvalidField,
        "priority",
        "from -1000000 to 1000000",
    );
}

#[test]
fn tags_and_names_are_bounded() {
    let tags = |n: usize| serde_json::json!({ "tags": vec!["t"; n] }).to_string();
    assert_eq!(run(&tags(bounds::TAGS_MAX)).tags.len(), bounds::TAGS_MAX);
    refused(
        tags(bounds::TAGS_MAX + 1),
        FaultCode::TooLarge,
        "tags",
        "at most 64",
    );
    let name = |n: usize| serde_json::json!({ "name": "é".repeat(n) }).to_string();
    run(&name(200));
    refused(name(201), FaultCode::TooLarge, "name", "at most 200");
}

#[test]
fn parameters_and_job_variables_are_bounded_together() {
    let bound = bounds::PARAMETERS_AND_VARIABLES_BYTES_MAX;
    // {"a":"…"} is eight bytes around its text.
    let ask = |parameters: usize, variables: usize| {
        let text = |n: usize| "x".repeat(n - 8);
        format!(
            r#"{{"parameters":{{"a":"{}"}},"jobVariables":{{"a":"{}"}}}}"#,
            text(parameters),
            text(variables)
        )
    };
    run(&ask(bound - 100, 100));
    refused(
        ask(bound - 100, 101),
        FaultCode::TooLarge,
        "parameters",
        "at most 98304",
    );
    refused(
        ask(100, bound - 99),
        FaultCode::TooLarge,
        "jobVariables",
        "at most 98304",
    );
}

#[test]
fn the_payload_is_bounded() {
    let padded = |size: usize| format!("{{{}}}", " ".repeat(size - 2));
    run(&padded(bounds::REQUEST_BYTES_MAX));
    refused(
        padded(bounds::REQUEST_BYTES_MAX + 1),
        FaultCode::TooLarge,
        "",
        "at most 163840",
    );
}

#[test]
fn free_json_that_is_nested_too_deep_is_refused() {
    let json = format!(
        r#"{{"parameters":{{"a":{}{}}}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let fault = fault(json);
    assert!(
        matches!(fault.code, FaultCode::InvalidField | FaultCode::Undecodable),
        "{fault}"
    );
}

#[test]
fn a_long_reason_is_cut_at_a_character() {
    let json = serde_json::json!({ "cancel": { "reason": "é".repeat(bounds::TEXT_BYTES_MAX) } })
        .to_string();
    let Request::Cancel(cancel) = decode_request(json.as_bytes()) else {
        panic!("not a cancel")
    };
    assert!(cancel.reason.len() <= bounds::TEXT_BYTES_MAX && cancel.reason.ends_with('…'));
}

#[test]
fn a_priority_is_changed_alone_and_within_its_bounds() {
    assert!(matches!(
        decode_request(br#"{"setPriority":{"priority":5}}"#),
        Request::SetPriority(5)
    ));
    assert!(matches!(
        decode_request(br#"{"set_priority":{"priority":-1000000}}"#),
        Request::SetPriority(-1_000_000)
    ));
    refused(
        r#"{"setPriority":{"priority":1000001}}"#,
        FaultCode::InvalidField,
        "setPriority.priority",
        "1000000",
    );
    refused(
        r#"{"setPriority":{"priority":1},"tags":["a"]}"#,
        FaultCode::InvalidField,
        "setPriority",
        "alone",
    );
    refused(
        r#"{"setPriority":{"priority":1},"cancel":{}}"#,
        FaultCode::InvalidField,
        "cancel",
        "alone",
    );
    refused(
        r#"{"setPriority":5}"#,
        FaultCode::InvalidField,
        "setPriority",
        "{\"priority\": 5}",
    );
}

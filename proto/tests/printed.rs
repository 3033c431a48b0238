//! The JSON that people and scripts see: the mapping of proto, every field there, numbers exact.

#![expect(
    clippy::unwrap_used,
    reason = "what is made here is legal, or the test is wrong"
)]

use std::time::Duration;

use weir_core::{
    api::{Answerer, FamilyView, RunFilter, RunList, RunView},
    cell::{Held, PoolConfig, PoolType},
    ids::{Attempt, Epoch, QueueKey, Revision, RunKey, Seq},
    json::JsonObject,
    limit::LimitKey,
    request::{CancelRequest, Request},
    state::{StateName, StateType},
    time::Timestamp,
};
use weir_proto::{api, encode_request_json};

fn queue() -> QueueKey {
    QueueKey::new("local".parse().unwrap(), "high".parse().unwrap())
}

fn list() -> RunList {
    let run = RunView {
        key: RunKey {
            queue: queue(),
            run_id: "r-1".parse().unwrap(),
        },
        deployment: None,
        name: None,
        tags: vec![],
        priority: 0,
        state: StateType::Scheduled,
        state_name: StateName::AwaitingRetry,
        reason: String::new(),
        message: String::new(),
        attempt: Attempt(1),
        requested_at: Timestamp(1_500_000_000),
        request_seq: Seq(u64::MAX),
        claimed_at: None,
        started_at: None,
        ended_at: None,
        due: Some(Timestamp(2_000_000_000)),
        exit_code: Some(0),
        signal: None,
        worker: None,
        infrastructure: String::new(),
        holds: vec![LimitKey::Queue(queue())],
        other_requests: 0,
        cancel_requested: false,
        state_since: Timestamp(3),
        scheduled_time: Some(Timestamp(1_000_000_000)),
        start_by: None,
        family: FamilyView::default(),
    };
    let from = Answerer {
        scheduler: "s".parse().unwrap(),
        leads: true,
        epoch: Epoch(1),
        cell: Seq(2),
        queues: vec![],
        impediments: vec![],
    };
    RunList {
        runs: vec![run],
        more: 0,
        from,
    }
}

#[test]
fn a_list_of_runs_has_every_field_in_camel_case() {
    let json: serde_json::Value = serde_json::from_str(&api::run_list_json(&list())).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "runs": [{
                "pool": "local", "queue": "high", "runId": "r-1", "tags": [], "priority": 0,
                "state": "SCHEDULED", "stateName": "AwaitingRetry", "stateSince": "1970-01-01T00:00:00.000000003Z",
                "scheduledTime": "1970-01-01T00:00:01Z", "reason": "", "message": "",
                "attempt": 1, "requestedAt": "1970-01-01T00:00:01.5Z",
                "requestSeq": "18446744073709551615", "due": "1970-01-01T00:00:02Z", "exitCode": 0,
                "infrastructure": "", "holds": [{"queue": {"pool": "local", "queue": "high"}}],
                "otherRequests": 0, "cancelRequested": false,
                "onParentEnd": "PROPAGATE", "onFailure": "DETACH", "children": "0", "after": [],
                "afterOutcome": "SUCCESS"
            }],
            "more": "0",
            "from": {
                "scheduler": "s", "leads": true, "epoch": "1", "cell": "2", "queues": [],
                "impediments": []
            }
        })
    );
}

#[test]
fn a_pool_is_printed_with_its_template_digit_for_digit_and_its_last_change() {
    let template = r#"{"variables":{"big":9007199254740993,"price":1.10}}"#;
    let held = Held {
        value: PoolConfig {
            base_job_template: JsonObject::parse(template).unwrap(),
            ..PoolConfig::new("local".parse().unwrap(), PoolType::Process)
        },
        revision: Revision(12),
        at: Timestamp(0),
        author: "me".into(),
    };
    let json = api::held_pool_json(&held);
    assert!(json.contains(template), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["type"], "PROCESS");
    assert_eq!(
        json["written"],
        serde_json::json!({"revision": "12", "at": "1970-01-01T00:00:00Z", "author": "me"})
    );
}

#[test]
fn a_cancel_is_printed_as_people_write_it() {
    let grace = Some(Duration::from_millis(1500));
    let cancel = CancelRequest {
        grace,
        force: false,
        reason: "wrong day".into(),
    };
    let json = encode_request_json(&Request::Cancel(cancel));
    assert_eq!(
        json,
        r#"{"cancel":{"grace":"1.500s","reason":"wrong day"}}"#
    );
}

#[test]
fn a_filter_may_be_asked_in_json() {
    let json = br#" {"pool":"local","states":["RUNNING","PAUSED"],"runId":"r-1","limit":5}"#;
    let filter = RunFilter {
        pool: Some("local".parse().unwrap()),
        run_id: Some("r-1".parse().unwrap()),
        states: vec![StateType::Running, StateType::Paused],
        limit: 5,
        ..RunFilter::default()
    };
    assert_eq!(api::decode_run_filter(json), Ok(filter));
    let error = api::decode_run_filter(br#"{"states":["ASLEEP"]}"#).unwrap_err();
    assert_eq!(error.field, "states[0]", "{error}");
    let error = api::decode_run_filter(br#"{"state":["RUNNING"]}"#).unwrap_err();
    assert!(error.detail.contains("did you mean \"states\"?"), "{error}");
    let error = api::decode_run_filter(br#"{"states":["UNSPECIFIED"]}"#).unwrap_err();
    assert_eq!(error.field, "states[0]", "{error}");
}

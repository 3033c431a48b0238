//! Jobs and pods as they are in rules, each with what is different about it.

use serde_json::{Value, json};
use weir_core::event::OutcomeClass;

use crate::kubernetes::reading::{JobSeen, JobState, PodSeen, Reading, read};

pub(super) const DELETION: &str = "2026-11-23T07:00:20Z";

pub(super) fn job(changes: &Value) -> JobSeen {
    let mut object = json!({
        "metadata": { "name": "j", "namespace": "runs", "uid": "u", "resourceVersion": "7",
            "annotations": { "weir.dev/attempt": "1", "other.example/x": "y" } },
        "spec": { "completions": 1, "parallelism": 1, "backoffLimit": 0, "suspend": false,
            "template": { "spec": { "restartPolicy": "Never", "containers": [{ "name": "main" }] } } },
        "status": {},
    });
    merge(&mut object, changes);
    JobSeen::of(serde_json::from_value(object).unwrap())
}

pub(super) fn pod(changes: &Value) -> PodSeen {
    let mut object = json!({
        "metadata": { "name": "j-x", "namespace": "runs", "uid": "p", "resourceVersion": "8",
            "ownerReferences": [{ "apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": "u", "controller": true }] },
        "spec": { "nodeName": "n", "containers": [{ "name": "main" }] },
        "status": { "phase": "Running" },
    });
    merge(&mut object, changes);
    PodSeen::of(serde_json::from_value(object).unwrap())
}

/// JSON merge patch (RFC 7396).
pub(super) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in patch {
        merge(&mut target[key], value);
    }
}

pub(super) fn ended(name: &str, code: i32, reason: &str, second: u32) -> Value {
    json!({ "name": name, "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": { "terminated": {
        "exitCode": code, "reason": reason,
        "startedAt": "2026-11-23T07:00:01Z", "finishedAt": format!("2026-11-23T07:00:{second:02}Z") } } })
}

pub(super) fn failed(changes: &Value) -> PodSeen {
    let mut all = json!({ "status": { "phase": "Failed" } });
    merge(&mut all, changes);
    pod(&all)
}

/// Class, exit code, reason and message.
pub(super) fn told(reading: Reading) -> Option<(OutcomeClass, Option<i32>, String, String)> {
    let outcome = reading.outcome?;
    Some((
        outcome.class,
        outcome.exit_code,
        outcome.reason,
        outcome.message,
    ))
}

pub(super) fn of(pod: &PodSeen) -> Option<(OutcomeClass, Option<i32>, String, String)> {
    told(read(JobState::Seen(&job(&json!({}))), &[pod], false))
}

//! Exit codes are those of programs: what the kubelet writes in their place is none.

use serde_json::{Value, json};

use super::made::{DELETION, ended, failed, job, merge};
use crate::kubernetes::reading::{JobState, read};

/// The kubelet fills in a code, and a runtime could fill in a signal; neither is anybody's end.
#[test]
fn of_a_container_that_never_started_no_exit_code_and_no_signal_is_told() {
    let never = |code, reason, started: Value| {
        let mut status = ended("main", code, reason, 5);
        if started.is_null() {
            status["state"]["terminated"]["finishedAt"] = Value::Null;
        }
        status["state"]["terminated"]["startedAt"] = started;
        status["state"]["terminated"]["signal"] = 9.into();
        json!({ "containerStatuses": [status] })
    };
    let epoch = json!("1970-01-01T00:00:00Z");
    let unknown = never(137, "ContainerStatusUnknown", Value::Null);
    let with = |more: Value| {
        let mut all = unknown.clone();
        merge(&mut all, &more);
        all
    };
    let eviction = json!([{ "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI" }]);
    let deletion = json!({ "deletionTimestamp": DELETION, "deletionGracePeriodSeconds": 5 });
    let failed_job = json!({ "status": { "conditions": [
        { "type": "FailureTarget", "status": "True", "reason": "BackoffLimitExceeded" }] } });
    let late_job = json!({ "status": { "conditions": [
        { "type": "FailureTarget", "status": "True", "reason": "DeadlineExceeded" }] } });
    let deleted_job = json!({ "metadata": deletion });
    for (told, of_job, of_pod, status) in [
        (
            "StartError",
            json!({}),
            json!({}),
            never(128, "StartError", epoch),
        ),
        (
            "ContainerStatusUnknown",
            json!({}),
            json!({}),
            unknown.clone(),
        ),
        (
            "Evicted",
            json!({}),
            json!({}),
            with(json!({ "reason": "Evicted" })),
        ),
        (
            "Evicted",
            json!({}),
            deletion.clone(),
            with(json!({ "conditions": eviction })),
        ),
        ("PodDeleted", failed_job, deletion.clone(), unknown.clone()),
        (
            "DeadlineExceeded",
            late_job,
            deletion.clone(),
            unknown.clone(),
        ),
        ("JobDeleted", deleted_job, deletion.clone(), unknown.clone()),
    ] {
        let pod = failed(&json!({ "metadata": of_pod, "status": status }));
        let reading = read(JobState::Seen(&job(&of_job)), &[&pod], true);
        let outcome = reading.outcome.expect(told);
        assert_eq!(
            (outcome.reason.as_str(), outcome.exit_code, outcome.signal),
            (told, None, None)
        );
    }
}

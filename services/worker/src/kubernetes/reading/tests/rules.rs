//! What the recordings do not show: starts in steps, sidecars, restarts in place, pods of nodes that are no more.

use serde_json::{Value, json};
use weir_core::event::OutcomeClass;

use super::made::{DELETION, ended, failed, job, merge, of, pod, told};
use crate::kubernetes::reading::{JobState, Left, PodSeen, read};

#[test]
fn a_job_and_its_pod_say_whose_they_are() {
    let job = job(&json!({}));
    let annotations: Vec<_> = job.annotations.iter().collect();
    assert_eq!(annotations, [("weir.dev/attempt", "1")]);
    assert!(job.single);
    // Orphaned, it has lost its owner but not its labels.
    let labels =
        json!({ "batch.kubernetes.io/controller-uid": "u", "batch.kubernetes.io/job-name": "j" });
    for changes in [
        json!({}),
        json!({ "metadata": { "ownerReferences": null, "labels": labels } }),
    ] {
        let pod = pod(&changes);
        assert_eq!(
            (pod.job_uid.as_deref(), pod.job.as_deref()),
            (Some("u"), Some("j"))
        );
    }
}

#[test]
fn a_job_that_may_make_another_pod_is_not_single() {
    for spec in [
        json!({ "completions": 2 }),
        json!({ "completions": 0 }),
        json!({ "parallelism": 2 }),
        json!({ "backoffLimit": 1 }),
        json!({ "backoffLimit": null }),
        json!({ "backoffLimitPerIndex": 1 }),
        json!({ "podFailurePolicy": { "rules": [] } }),
        json!({ "successPolicy": { "rules": [] } }),
        json!({ "manualSelector": true }),
        json!({ "managedBy": "example.com/other" }),
        json!({ "template": { "spec": { "restartPolicy": "OnFailure" } } }),
    ] {
        assert!(!job(&json!({ "spec": spec })).single, "{spec}");
    }
}

#[test]
fn the_container_that_failed_first_decides_and_is_named_among_several() {
    let pod = failed(&json!({
        "spec": { "containers": [{ "name": "main" }, { "name": "other" }] },
        "status": { "containerStatuses": [ended("main", 1, "Error", 9), ended("other", 3, "Error", 5)] },
    }));
    let message = "container other: exit code 3".to_owned();
    assert_eq!(
        of(&pod),
        Some((OutcomeClass::Failed, Some(3), "Error".into(), message))
    );
}

#[test]
fn a_container_for_the_start_decides_but_a_sidecar_does_not() {
    let init = json!([{ "name": "fetch" }, { "name": "proxy", "restartPolicy": "Always" }]);
    let pod = failed(&json!({
        "spec": { "initContainers": init },
        "status": { "initContainerStatuses": [ended("fetch", 4, "Error", 5), ended("proxy", 2, "Error", 3)] },
    }));
    let message = "container fetch: exit code 4".to_owned();
    assert_eq!(
        of(&pod),
        Some((OutcomeClass::Failed, Some(4), "Error".into(), message))
    );
    let reading = read(JobState::Seen(&job(&json!({}))), &[&pod], false);
    assert_eq!(
        reading.started, None,
        "what fails before the run's own containers has not started the run"
    );
}

#[test]
fn a_signal_that_the_runtime_names_is_told() {
    let mut status = ended("main", 139, "Error", 5);
    merge(
        &mut status,
        &json!({ "state": { "terminated": { "signal": 11 } } }),
    );
    let pod = failed(&json!({ "status": { "containerStatuses": [status] } }));
    let reading = read(JobState::Seen(&job(&json!({}))), &[&pod], false);
    let outcome = reading.outcome.unwrap();
    assert_eq!(
        (outcome.class, outcome.signal),
        (OutcomeClass::Signaled, Some(11))
    );
}

#[test]
fn an_end_before_a_deletion_is_the_pods_own_and_one_after_it_is_not() {
    let deleted = |second, code| {
        failed(&json!({
            "metadata": { "deletionTimestamp": DELETION, "deletionGracePeriodSeconds": 10 },
            "status": { "containerStatuses": [ended("main", code, "Error", second)] },
        }))
    };
    let failing = job(
        &json!({ "status": { "conditions": [{ "type": "FailureTarget", "status": "True", "reason": "BackoffLimitExceeded" }] } }),
    );
    let reason = |pod: &PodSeen| {
        told(read(JobState::Seen(&failing), &[pod], false))
            .unwrap()
            .2
    };
    assert_eq!(reason(&deleted(5, 1)), "Error");
    assert_eq!(
        reason(&deleted(5, 137)),
        "Error",
        "five seconds before anybody asked"
    );
    assert_eq!(
        reason(&deleted(10, 1)),
        "Error",
        "in the same second, and not by a signal"
    );
    assert_eq!(reason(&deleted(10, 143)), "PodDeleted");
    assert_eq!(reason(&deleted(11, 1)), "PodDeleted");
}

#[test]
fn a_deleted_pod_says_nothing_while_its_job_may_go_on() {
    let pod = failed(&json!({
        "metadata": { "deletionTimestamp": DELETION, "deletionGracePeriodSeconds": 10 },
        "status": { "containerStatuses": [ended("main", 143, "Error", 12)] },
    }));
    let suspended = job(&json!({ "spec": { "suspend": true } }));
    for job in [job(&json!({})), suspended] {
        let reading = read(JobState::Seen(&job), &[&pod], true);
        assert_eq!((reading.outcome, reading.left), (None, Left::Something));
    }
    assert_eq!(read(JobState::Unseen, &[&pod], true).left, Left::Something);
    let gone = read(JobState::Gone(None), &[&pod], true);
    assert_eq!(
        (gone.outcome.unwrap().reason.as_str(), gone.left),
        ("JobDeleted", Left::Nothing)
    );
}

#[test]
fn a_container_that_was_restarted_in_place_has_failed_by_its_own_last_end() {
    let last = ended("main", 7, "Error", 5)["state"].clone();
    let mut status = ended("main", 143, "Error", 12);
    merge(
        &mut status,
        &json!({ "lastState": last, "restartCount": 1 }),
    );
    let pod = failed(&json!({
        "metadata": { "deletionTimestamp": DELETION, "deletionGracePeriodSeconds": 10 },
        "status": { "containerStatuses": [status] },
    }));
    let conditions =
        json!([{ "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded" }]);
    let job = job(&json!({ "status": { "conditions": conditions },
        "spec": { "template": { "spec": { "restartPolicy": "OnFailure" } } } }));
    let reading = read(JobState::Seen(&job), &[&pod], true);
    let message = "exit code 7".to_owned();
    assert_eq!(
        told(reading),
        Some((OutcomeClass::Failed, Some(7), "Error".into(), message))
    );
}

#[test]
fn what_the_kubelet_refuses_was_not_started_and_what_it_ends_has_crashed() {
    let by_node = |reason, started: bool| {
        let statuses = if started {
            json!([ended("main", 137, "Error", 5)])
        } else {
            json!([])
        };
        of(&failed(&json!({ "status": { "reason": reason, "message": "so it is", "containerStatuses": statuses } })))
            .map(|(class, ..)| class)
    };
    assert_eq!(by_node("OutOfcpu", false), Some(OutcomeClass::StartFailed));
    assert_eq!(by_node("Evicted", false), Some(OutcomeClass::Crashed));
    assert_eq!(by_node("Terminated", true), Some(OutcomeClass::Crashed));
    assert_eq!(
        by_node("DeadlineExceeded", false),
        Some(OutcomeClass::TimedOut)
    );
}

#[test]
fn a_pod_of_a_node_that_is_no_more_is_gone_only_with_its_object() {
    let condition = json!({ "type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC", "message": "node is gone" });
    let mut pod = failed(&json!({ "status": { "conditions": [condition] } }));
    let failed = job(
        &json!({ "status": { "conditions": [{ "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded" }] } }),
    );
    let reading = read(JobState::Seen(&failed), &[&pod], true);
    assert_eq!(
        (reading.outcome, reading.left),
        (None, Left::Something),
        "the collector of pods is no kubelet"
    );
    pod.left();
    let reading = read(JobState::Seen(&failed), &[&pod], false);
    assert_eq!(
        (reading.outcome.unwrap().reason.as_str(), reading.left),
        ("NodeLost", Left::Unseen)
    );
    assert_eq!(
        read(JobState::Seen(&failed), &[&pod], true).left,
        Left::Nothing
    );
}

#[test]
fn a_job_that_failed_without_any_pod_tells_its_own_reason_once_a_list_has_shown_none() {
    let deadline = |reason| {
        job(
            &json!({ "status": { "conditions": [{ "type": "Failed", "status": "True", "reason": reason, "message": "so" }] } }),
        )
    };
    assert_eq!(
        read(JobState::Seen(&deadline("DeadlineExceeded")), &[], false).outcome,
        None
    );
    let outcome = |reason| {
        let outcome = read(JobState::Seen(&deadline(reason)), &[], true)
            .outcome
            .unwrap();
        (outcome.class, outcome.reason)
    };
    assert_eq!(
        outcome("DeadlineExceeded"),
        (OutcomeClass::TimedOut, "DeadlineExceeded".into())
    );
    assert_eq!(
        outcome("PodFailurePolicy"),
        (OutcomeClass::Crashed, "PodFailurePolicy".into())
    );
}

#[test]
fn the_last_deletion_of_the_kubelet_does_not_hide_the_first() {
    let at = |deletion: &str, grace, version: &str, phase, statuses: Value| {
        pod(&json!({
            "metadata": { "resourceVersion": version, "deletionTimestamp": deletion, "deletionGracePeriodSeconds": grace },
            "status": { "phase": phase, "containerStatuses": statuses },
        }))
    };
    let mut known = at(DELETION, 10, "8", "Running", json!([]));
    // Asked for at :10, ended by itself with 3 at :12 when it heard SIGTERM, removed by the kubelet at :13.
    let ended = ended("main", 3, "Error", 12);
    assert!(known.update(at("2026-11-23T07:00:13Z", 0, "9", "Failed", json!([ended]))));
    assert!(
        !known.update(at(DELETION, 10, "8", "Running", json!([]))),
        "older states change nothing"
    );
    let job = job(&json!({ "metadata": { "deletionTimestamp": DELETION } }));
    assert_eq!(
        told(read(JobState::Seen(&job), &[&known], false))
            .unwrap()
            .2,
        "JobDeleted"
    );
}

#[test]
fn a_deadline_that_ends_the_wait_for_an_image_is_a_start_that_failed() {
    let waits = json!([{ "name": "main", "image": "", "imageID": "", "ready": false, "restartCount": 0,
        "state": { "waiting": { "reason": "ImagePullBackOff", "message": "Back-off pulling" } } }]);
    let mut known = pod(&json!({ "status": { "phase": "Pending", "containerStatuses": waits } }));
    assert_eq!(
        read(JobState::Seen(&job(&json!({}))), &[&known], false)
            .waiting
            .unwrap()
            .reason,
        "ImagePullBackOff"
    );
    // On its way out the kubelet has nothing to say but that it cannot find the container.
    let lost = ended("main", 137, "ContainerStatusUnknown", 30);
    let mut statuses = json!([lost]);
    statuses[0]["state"]["terminated"]["startedAt"] = Value::Null;
    known.update(failed(&json!({
        "metadata": { "resourceVersion": "9", "deletionTimestamp": "2026-11-23T07:00:30Z", "deletionGracePeriodSeconds": 5 },
        "status": { "containerStatuses": statuses },
    })));
    let late = json!([{ "type": "FailureTarget", "status": "True", "reason": "DeadlineExceeded", "message": "too long" }]);
    let late = job(&json!({ "status": { "conditions": late } }));
    let outcome = told(read(JobState::Seen(&late), &[&known], false)).unwrap();
    assert_eq!(
        (outcome.0, outcome.2.as_str()),
        (OutcomeClass::StartFailed, "ImagePullBackOff")
    );
}

#[test]
fn of_several_pods_the_one_that_failed_last_decides() {
    let failed_at = |uid: &str, code, second| {
        failed(&json!({
            "metadata": { "uid": uid, "name": uid },
            "status": { "containerStatuses": [ended("main", code, "Error", second)] },
        }))
    };
    let conditions =
        json!([{ "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded" }]);
    let job =
        job(&json!({ "spec": { "backoffLimit": 2 }, "status": { "conditions": conditions } }));
    let pods = [
        failed_at("a", 3, 5),
        failed_at("b", 5, 9),
        failed_at("c", 4, 7),
    ];
    let pods: Vec<_> = pods.iter().collect();
    assert_eq!(
        read(JobState::Seen(&job), &pods, false).outcome,
        None,
        "there may be more of them"
    );
    let outcome = read(JobState::Seen(&job), &pods, true).outcome.unwrap();
    assert_eq!(outcome.exit_code, Some(5));
}

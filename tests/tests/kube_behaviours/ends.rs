//! How and when an attempt ends: behaviours 2, 3, 4, 14 and 15.

use std::time::Duration;

use serde_json::json;
use weir_kube_standin::{Effect, Fault, Node, Options, Resource};
use weir_tests::harness::{lasts, until};

use super::room::{A_WHILE, COMPARE, Room, SOON, pod, says};

/// The Job's `Complete` comes long after the pod's end, and the pod's end after its container's.
#[test]
fn b02_a_slot_is_free_when_the_pod_has_ended_and_not_only_when_its_job_says_so() {
    let options = Options {
        // A hundred times as long as they last here.
        batching: Duration::from_mins(30),
        kubelet_lag: Duration::from_mins(3),
        ..Options::default()
    };
    let room = Room::narrow("b02", options);
    room.hold("first");
    let name = room.is_up("first");
    // A change of the Job, such as its mark, would have its controller look at it at once.
    let late = Fault::new(Effect::DelayBefore(Duration::from_mins(10)));
    let marks = late.verb("patch").resource("jobs").name("first");
    room.cluster.fault(marks.times(1_000));
    room.hold("next");
    room.finish(&name, 0);
    until("the pod's phase tells of its end", SOON, || {
        let started = !room.jobs("next").is_empty();
        let ended = room.pods("first")[0]["status"]["phase"] == "Succeeded";
        assert!(ended || !started, "the next has begun before the pod's end");
        ended.then_some(())
    });
    room.completes("first", 1);
    room.is_up("next");
    let job = &room.jobs("first")[0];
    assert!(!says(job, "Complete"), "the slot has waited for the Job");
}

/// The TTL is patched in before; what a late watch then tells of the Job is of before its end.
#[test]
fn b02_a_job_that_says_late_that_it_is_complete_is_not_taken_for_waste() {
    let room = Room::open("b02l", "", Options::default(), &[], |cluster| {
        let late = Fault::new(Effect::WatchDelays(Duration::from_secs(1)));
        cluster.fault(late.verb("watch").resource("jobs").times(1_000));
    });
    room.quick("first");
    room.comes_to("first", "Completed");
    until("the TTL is patched in", SOON, || {
        let job = room.jobs("first").pop()?;
        (job["spec"]["ttlSecondsAfterFinished"] == 3600).then_some(())
    });
    let kept = lasts(2 * A_WHILE, || room.asked("delete", "jobs") == 0);
    assert!(kept, "a Job that ended well was deleted");
}

/// To the Job all of these are `BackoffLimitExceeded`.
#[test]
fn b03_the_cause_is_told_that_only_the_pod_knows() {
    let room = Room::wide("b03", Options::default());
    for name in ["oom", "evicted", "exit", "deleted", "forced"] {
        room.hold(name);
    }
    room.submit("start", "-j container_command=/nosuch/program");
    room.cluster.oom_kill("runs", &room.is_up("oom"));
    room.cluster.evict("runs", &room.is_up("evicted"));
    room.finish(&room.is_up("exit"), 3);
    room.cluster
        .delete_pod("runs", &room.is_up("deleted"), None);
    room.cluster
        .delete_pod("runs", &room.is_up("forced"), Some(0));
    room.ends("oom", "Crashed", "OOMKilled", "");
    room.ends("evicted", "Crashed", "Evicted", "");
    room.ends("exit", "Failed", "Error", "exit code 3");
    room.ends(
        "deleted",
        "Crashed",
        "PodDeleted",
        "was deleted before it had ended",
    );
    room.ends(
        "forced",
        "Crashed",
        "PodDeleted",
        "was deleted before it had ended",
    );
    room.ends("start", "StartFailed", "StartError", "");
    for name in ["oom", "evicted", "exit", "deleted", "forced"] {
        room.frees(name);
        assert_eq!(room.ran(name).len(), 1, "{name}");
    }
}

/// The Job itself waits without end.
#[test]
fn b04_what_can_never_start_is_told_meanwhile_and_given_up_in_time() {
    let pool = "--start-timeout 10s";
    let room = Room::open("b04", pool, Options::default(), &[], |_| {});
    let quota = json!({"kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "4"}}});
    let quotas = "/api/v1/namespaces/runs/resourcequotas";
    let cases = [
        ("pull", "-j image=nosuch/image:1", "ImagePullBackOff"),
        ("name", "-j image=Not::Legal", "InvalidImageName"),
        (
            "config",
            "-j 'env_from=[{\"configMapRef\":{\"name\":\"late\"}}]'",
            "CreateContainerConfigError",
        ),
        ("large", "-j 'cpu_request=\"1000000\"'", "Unschedulable"),
    ];
    for (name, variables, _) in cases {
        room.submit(name, variables);
    }
    until("four pods are there", SOON, || {
        (room.cluster.list(Resource::Pods, "runs").len() == 4).then_some(())
    });
    room.posts(quotas, &quota);
    room.quick("quota");
    let quota = [("quota", "", "FailedCreate")];
    for (name, _, reason) in cases.into_iter().chain(quota) {
        until(&format!("{name} waits for {reason}"), SOON, || {
            (room.run(name)["reason"] == reason).then_some(())
        });
    }
    for (name, _, reason) in cases.into_iter().chain(quota) {
        room.comes_to(name, "StartFailed");
        room.frees(name);
        let run = room.run(name);
        assert!(run.to_string().contains(reason), "{run:#}");
        assert!(room.ran(name).is_empty());
    }
}

/// Its pod's object stays for as long as nobody knows whether it runs.
#[test]
fn b14_a_lost_node_holds_the_slot_until_the_pods_object_is_gone() {
    let options = Options {
        nodes: vec![Node::new("node-0"), Node::new("node-1")],
        ..Options::default()
    };
    let room = Room::narrow("b14", options);
    room.hold("first");
    let name = room.is_up("first");
    room.quick("next");
    let node = room.ran("first")[0].node.clone();
    assert!(room.cluster.lose_node(&node));
    until("the Job is about to fail", SOON, || {
        says(&room.jobs("first")[0], "FailureTarget").then_some(())
    });
    room.keeps("first", "Running", "next");
    room.deletes(&pod(&name), &json!({"gracePeriodSeconds": 0}));
    room.ends("first", "Crashed", "NodeLost", "");
    room.frees("first");
    room.completes("next", 1);
    assert_eq!(room.ran("first").len(), 1);
}

#[test]
fn b15_a_job_that_somebody_suspends_and_resumes_is_still_the_same_attempt() {
    let room = Room::narrow("b15", Options::default());
    room.hold("first");
    let before = room.is_up("first");
    room.quick("next");
    let job = room.job("first");
    room.patches(&job, &json!({"spec": {"suspend": true}}));
    until("its pod is gone", SOON, || {
        room.pods("first").is_empty().then_some(())
    });
    room.keeps("first", "Running", "next");
    room.patches(&job, &json!({"spec": {"suspend": false}}));
    let after = room.is_up("first");
    assert_ne!(before, after);
    room.finish(&after, 0);
    room.completes("first", 2);
    room.completes("next", 1);
}

#[test]
fn b15_an_orphaned_pod_holds_the_slot_until_it_has_ended() {
    let settings = [(COMPARE, "1s")];
    let arguments = "--concurrency-limit 1";
    let room = Room::open("b15o", arguments, Options::default(), &settings, |_| {});
    room.hold("first");
    let name = room.is_up("first");
    room.quick("next");
    let job = room.job("first");
    room.deletes(&job, &json!({"propagationPolicy": "Orphan"}));
    until("the Job is gone", SOON, || {
        room.jobs("first").is_empty().then_some(())
    });
    room.keeps("first", "Running", "next");
    room.finish(&name, 0);
    room.comes_to("first", "Completed");
    room.completes("next", 1);
    assert_eq!(room.ran("first").len(), 1);
}

//! Why a run did not do well: what the Job says of it, and what only the pod and the watch know.

use serde_json::{Value, json};
use weir_kube_standin::{Node, Options, Resource, Speed, Standin};

use super::room::{JOBS, LONG, PODS, Room, has, job, see};

/// The reason of the first container's state.
fn reason(pod: &Value) -> &str {
    let state = &pod["status"]["containerStatuses"][0]["state"];
    let state = state
        .as_object()
        .and_then(|it| it.values().next())
        .unwrap_or(&Value::Null);
    state["reason"].as_str().unwrap_or_default()
}

/// Behaviour 2.
#[tokio::test]
async fn a_job_ends_after_its_container_and_in_steps() {
    let room = Room::open(Options {
        speed: Speed(20),
        ..Options::default()
    })
    .await;
    let mut jobs = room.watch(&format!("{JOBS}?watch=true")).await;
    let mut pods = room.watch(&format!("{PODS}?watch=true")).await;
    room.submit("steps", &json!({ "exitCode": 1 })).await;
    let ended = see(&mut pods, |it| reason(&it["object"]) == "Error").await;
    assert_eq!(
        ended["object"]["status"]["phase"], "Running",
        "the container has ended, the pod runs"
    );
    let target = see(&mut jobs, |it| has(&it["object"], "FailureTarget")).await;
    assert!(!has(&target["object"], "Failed"), "the target comes first");
    let failed = see(&mut jobs, |it| has(&it["object"], "Failed")).await;
    assert_eq!(failed["object"]["status"]["failed"], 1);
}

/// Behaviour 3.
#[tokio::test]
async fn many_causes_are_one_reason_to_the_job() {
    let room = Room::open(Options::default()).await;
    let causes = [
        ("oom", json!({ "end": "OOMKilled" }), "OOMKilled"),
        ("start", json!({ "blocked": "Command" }), "StartError"),
        ("exit", json!({ "exitCode": 1 }), "Error"),
        ("evicted", json!({ "end": "Evicted" }), "Error"),
    ];
    for (name, script, cause) in causes {
        room.submit(name, &script).await;
        let job = room.comes_to(name, "Failed").await;
        assert_eq!(
            job["status"]["conditions"][0]["reason"],
            "BackoffLimitExceeded"
        );
        let pod = room.standin.pod_of("runs", name).expect("its pod stays");
        let pod = room.standin.get(Resource::Pods, "runs", &pod).unwrap();
        assert_eq!(reason(&pod), cause, "{name}");
        let evicted = name == "evicted";
        assert_eq!(pod["status"]["reason"] == "Evicted", evicted, "{name}");
    }
    // A deleted pod has told its end only to those who watched.
    let mut pods = room.watch(&format!("{PODS}?watch=true")).await;
    let pod = room.running("deleted", &json!({ "hold": true })).await;
    room.admin
        .delete(&format!("{PODS}/{pod}"), &json!({}))
        .await
        .unwrap();
    let end = see(&mut pods, |it| it["type"] == "DELETED").await;
    assert_eq!(
        end["object"]["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"],
        143
    );
    room.comes_to("deleted", "Failed").await;
    assert_eq!(
        room.admin
            .get(&format!("{PODS}/{pod}"))
            .await
            .unwrap()
            .status,
        404
    );
}

/// Behaviour 4.
#[tokio::test]
async fn what_never_starts_never_fails_the_job() {
    let node = Node {
        cpus: 2,
        ..Node::new("small")
    };
    let room = Room::open(Options {
        nodes: vec![node],
        ..Options::default()
    })
    .await;
    let waits = [
        (
            "pull",
            json!({ "blocked": "ImagePull" }),
            "ImagePullBackOff",
        ),
        (
            "never",
            json!({ "blocked": "ImageNeverPull" }),
            "ErrImageNeverPull",
        ),
        (
            "name",
            json!({ "blocked": "ImageName" }),
            "InvalidImageName",
        ),
    ];
    for (name, script, why) in waits {
        room.submit(name, &script).await;
        let waits = |it: &Standin| {
            it.list(Resource::Pods, "runs")
                .iter()
                .any(|it| reason(it) == why)
        };
        assert!(
            room.standin.until(LONG, waits).await,
            "{name} waits for {why}"
        );
        let job = room.standin.get(Resource::Jobs, "runs", name).unwrap();
        assert!(
            job["status"]["conditions"].is_null(),
            "{name}: the Job says nothing"
        );
    }
    let mut large = job("large", &json!({}));
    large["spec"]["template"]["spec"]["containers"][0]["resources"] =
        json!({ "requests": { "cpu": "3" } });
    room.admin.post(JOBS, &large).await.unwrap();
    let waits = |it: &Standin| {
        let pods = it.list(Resource::Pods, "runs");
        pods.iter()
            .any(|it| it["status"]["conditions"][0]["reason"] == "Unschedulable")
    };
    assert!(room.standin.until(LONG, waits).await, "it fits on no node");
    // A node with room comes, and it runs.
    room.standin.add_node(Node::new("large"));
    room.comes_to("large", "Complete").await;
}

/// Behaviour 4, the config map that comes late.
#[tokio::test]
async fn a_missing_config_map_is_waited_for() {
    let room = Room::open(Options::default()).await;
    let mut job = job("config", &json!({ "runMs": 10 }));
    job["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
        json!([{ "configMapRef": { "name": "late" } }]);
    room.admin.post(JOBS, &job).await.unwrap();
    let waits = |it: &Standin| {
        it.list(Resource::Pods, "runs")
            .iter()
            .any(|it| reason(it) == "CreateContainerConfigError")
    };
    assert!(room.standin.until(LONG, waits).await);
    let map = json!({ "kind": "ConfigMap", "apiVersion": "v1", "metadata": { "name": "late" } });
    room.admin
        .post("/api/v1/namespaces/runs/configmaps", &map)
        .await
        .unwrap();
    room.comes_to("config", "Complete").await;
}

/// Behaviour 4, the quota.
#[tokio::test]
async fn a_quota_of_pods_leaves_nothing_but_events() {
    let room = Room::open(Options::default()).await;
    let quota = json!({ "kind": "ResourceQuota", "metadata": { "name": "none" }, "spec": { "hard": { "pods": "0" } } });
    room.admin
        .post("/api/v1/namespaces/runs/resourcequotas", &quota)
        .await
        .unwrap();
    room.submit("stuck", &json!({})).await;
    let told = |it: &Standin| {
        it.list(Resource::Events, "runs")
            .iter()
            .any(|it| it["reason"] == "FailedCreate")
    };
    assert!(room.standin.until(LONG, told).await);
    assert!(room.standin.list(Resource::Pods, "runs").is_empty());
}

/// Behaviour 14.
#[tokio::test]
async fn a_job_on_a_lost_node_fails_only_when_its_pod_has_gone() {
    let room = Room::open(Options {
        speed: Speed(1000),
        ..Options::default()
    })
    .await;
    let pod = room.running("lost", &json!({ "hold": true })).await;
    assert!(room.standin.lose_node("node-0"));
    let job = room.comes_to("lost", "FailureTarget").await;
    assert!(!has(&job, "Failed"));
    let object = room
        .standin
        .get(Resource::Pods, "runs", &pod)
        .expect("the pod stays");
    assert!(has(&object, "DisruptionTarget") && !object["metadata"]["deletionTimestamp"].is_null());
    room.admin
        .delete(
            &format!("{PODS}/{pod}"),
            &json!({ "gracePeriodSeconds": 0 }),
        )
        .await
        .unwrap();
    room.comes_to("lost", "Failed").await;
    let ran = room.standin.ran();
    assert!(
        ran[0].ended.is_none() && ran[0].forgotten.is_some(),
        "on the node it still runs"
    );
    // The node comes back and stops what nobody knows any more.
    assert!(room.standin.return_node("node-0"));
    assert!(
        room.standin
            .until(LONG, |it| it.ran()[0].ended.is_some())
            .await
    );
}

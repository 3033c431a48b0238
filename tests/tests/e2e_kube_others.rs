//! What others do to Jobs and their pods, and what a cluster refuses.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use weir_kube_standin::{Effect, Fault, Node, Options};
use weir_tests::harness::{Cluster, Fate, History, Kubernetes, Stack, lasts, until};

const SOON: Duration = Duration::from_mins(1);
const CRASHED: Fate = Fate::of("CRASHED", "Crashed");
const START_FAILED: Fate = Fate::of("CRASHED", "StartFailed");
const POOL: &str = "acts";

fn held(spec: Value, pod: Value) -> Value {
    Kubernetes::job(&json!({"hold": true}), spec, pod)
}

fn quick(namespace: &str) -> Value {
    let mut request = Kubernetes::job(&json!({"runMs": 500}), json!({}), json!({}));
    request["manifest"]["metadata"]["namespace"] = namespace.into();
    request
}

fn start(nodes: &[&str], namespaces: &[&str]) -> Kubernetes {
    let cluster = Cluster::start_with(Options {
        nodes: nodes.iter().map(|name| Node::new(name)).collect(),
        namespaces: namespaces.iter().map(|name| (*name).to_owned()).collect(),
        ..Options::default()
    });
    Kubernetes::new(Stack::start(), cluster)
}

fn job_path(name: &str) -> String {
    format!("/apis/batch/v1/namespaces/runs/jobs/{name}")
}

/// A pod of the run runs that is another one than this.
#[track_caller]
fn is_replaced(kubernetes: &Kubernetes, run: &str, pod: &str) {
    until(&format!("{pod} of run {run} is replaced"), SOON, || {
        let ran = kubernetes.ran(run);
        let other = |it: &&weir_kube_standin::Ran| it.ended.is_none() && it.pod != pod;
        ran.iter().find(other).map(|_| ())
    });
}

struct Told {
    id: &'static str,
    fate: Fate,
    starts: usize,
}

fn told(id: &'static str, fate: Fate, starts: usize) -> Told {
    Told { id, fate, starts }
}

#[track_caller]
fn all_told(kubernetes: &Kubernetes, all: &[Told]) {
    let stack = &kubernetes.stack;
    for Told { id, fate, .. } in all {
        fate.is_of(&stack.run_is(id, fate.name, SOON));
    }
    let history = History::read(stack.url(), POOL);
    for Told { id, starts, .. } in all {
        kubernetes.held_its_slot(&history, id, *starts);
        kubernetes.nothing_left(id);
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one cluster, one case after the other"
)]
fn what_others_do_to_jobs_and_pods_is_told_as_it_was() {
    let kubernetes = start(&["node-0"], &["runs"]);
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let _worker = kubernetes.worker("w", POOL);
    let disruption = json!([{"type": "DisruptionTarget", "status": "True"}]);
    let ignore = json!({"rules": [{"action": "Ignore", "onPodConditions": disruption}]});
    let plain = || held(json!({}), json!({}));
    let requests = [
        ("pod-0", plain()),
        ("pod-3", held(json!({"backoffLimit": 3}), json!({}))),
        ("evicted", plain()),
        (
            "ignored",
            held(json!({"podFailurePolicy": ignore}), json!({})),
        ),
        ("foreground", plain()),
        ("background", plain()),
        ("orphan", plain()),
        ("suspended", plain()),
        ("forced", plain()),
    ];
    for (id, request) in &requests {
        kubernetes.publish(POOL, id, request);
    }
    for id in ["pod-0", "pod-3"] {
        cluster.delete_pod("runs", &kubernetes.is_up(id), None);
    }
    cluster.delete_pod("runs", &kubernetes.is_up("forced"), Some(0));
    let pods: Vec<String> = ["pod-3", "ignored", "suspended"]
        .map(|id| {
            kubernetes
                .ran(id)
                .pop()
                .map_or_else(|| kubernetes.is_up(id), |it| it.pod)
        })
        .into();
    for id in ["evicted", "ignored"] {
        let pod = kubernetes.is_up(id);
        let body =
            json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod}});
        let path = format!("/api/v1/namespaces/runs/pods/{pod}/eviction");
        assert_eq!(kubernetes.admin("POST", &path, &body), 201);
    }
    for (id, propagation) in [
        ("foreground", "Foreground"),
        ("background", "Background"),
        ("orphan", "Orphan"),
    ] {
        kubernetes.is_up(id);
        let body =
            json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation});
        let path = job_path(&kubernetes.has_job(id));
        assert_eq!(kubernetes.admin("DELETE", &path, &body), 200);
    }
    kubernetes.is_up("suspended");
    stack.run_is("suspended", "Running", SOON);
    let job = job_path(&kubernetes.has_job("suspended"));
    let suspend = |suspend: bool| {
        let body = json!({"spec": {"suspend": suspend}});
        assert_eq!(kubernetes.admin("PATCH", &job, &body), 200);
    };
    suspend(true);
    until("its pod is gone", SOON, || {
        let ran = kubernetes.ran("suspended");
        ran.iter().all(|it| it.ended.is_some()).then_some(())
    });
    suspend(false);
    for (id, pod) in ["pod-3", "ignored", "suspended"].into_iter().zip(&pods) {
        is_replaced(&kubernetes, id, pod);
    }
    assert_eq!(stack.run_is("orphan", "Running", SOON)["state"], "RUNNING");
    for (id, code) in [
        ("pod-3", 0),
        ("ignored", 0),
        ("suspended", 5),
        ("orphan", 0),
    ] {
        kubernetes.finish(id, code);
    }
    let deleted = CRASHED.because("PodDeleted", "was deleted before it had ended");
    let job_deleted = CRASHED.because("JobDeleted", "its Job was deleted before it had ended");
    let evicted = CRASHED.because("Evicted", "EvictionByEvictionAPI");
    // Whether its end was seen before its object went is a matter of luck.
    let run = stack.run_is("forced", "Crashed", SOON);
    assert_eq!(run["reason"], "PodDeleted", "{run:#}");
    kubernetes.nothing_left("forced");
    all_told(
        &kubernetes,
        &[
            told("pod-0", deleted.code(143), 1),
            told("pod-3", Fate::completed(), 2),
            told("evicted", evicted.code(143), 1),
            told("ignored", Fate::completed(), 2),
            told("foreground", job_deleted.code(143), 1),
            told("background", job_deleted.code(143), 1),
            told("orphan", Fate::completed(), 1),
            told(
                "suspended",
                Fate::failed(5, "exit code 5").because("Error", "exit code 5"),
                2,
            ),
        ],
    );
}

/// The slot of what a lost node may still run is held until the node is back, or somebody says that it will not be.
#[test]
fn a_lost_node_keeps_its_slots_until_it_is_back_or_an_operator_removes_the_pod() {
    let kubernetes = start(&["node-0", "node-1"], &["runs"]);
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let _worker = kubernetes.worker("w", POOL);
    let on = |node: &str| {
        held(
            json!({}),
            json!({"nodeSelector": {"kubernetes.io/hostname": node}}),
        )
    };
    kubernetes.publish(POOL, "back", &on("node-0"));
    kubernetes.publish(POOL, "cancelled", &on("node-1"));
    kubernetes.publish(POOL, "removed", &on("node-1"));
    let ids = ["back", "cancelled", "removed"];
    for id in ids {
        kubernetes.is_up(id);
        stack.run_is(id, "Running", SOON);
    }
    assert!(cluster.lose_node("node-0") && cluster.lose_node("node-1"));
    stack
        .weir("run cancel cancelled --pool acts --grace 1s")
        .ok();
    let pods = ids.map(|id| kubernetes.is_up(id));
    for (id, pod) in ids.iter().zip(&pods) {
        until(&format!("the pod of {id} is to go"), SOON, || {
            let pod = cluster.get(weir_kube_standin::Resource::Pods, "runs", pod)?;
            pod["metadata"]["deletionTimestamp"]
                .is_string()
                .then_some(())
        });
    }
    for id in ids {
        let run = stack.inspect(id);
        assert!(
            ["RUNNING", "CANCELLING"].contains(&run["state"].as_str().unwrap_or_default()),
            "{run:#}"
        );
        assert!(
            !run["holds"].as_array().is_none_or(Vec::is_empty),
            "{run:#}"
        );
    }
    assert!(cluster.return_node("node-0"));
    cluster.delete_pod("runs", &pods[1], Some(0));
    cluster.delete_pod("runs", &pods[2], Some(0));
    let lost = CRASHED.because("NodeLost", "DeletionByTaintManager");
    lost.code(143).is_of(&stack.run_is("back", "Crashed", SOON));
    lost.is_of(&stack.run_is("removed", "Crashed", SOON));
    let run = stack.run_is("cancelled", "Cancelled", SOON);
    assert_eq!(run["state"], "CANCELLED", "{run:#}");
    let history = History::read(stack.url(), POOL);
    for id in ids {
        kubernetes.held_its_slot(&history, id, 1);
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one cluster, one case after the other"
)]
fn what_the_cluster_refuses_fails_with_its_words_and_what_it_has_no_room_for_waits() {
    let kubernetes = start(
        &["node-0"],
        &["runs", "jobs-quota", "pods-quota", "nowhere", "ending"],
    );
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    cluster.add_namespace("walled");
    let policy = stack.path("policy.yaml");
    let served = "namespaces: [runs, jobs-quota, pods-quota, nowhere, ending, walled]";
    fs::write(&policy, served).expect("the stack's folder can be written");
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, &format!("--policy {}", policy.display()));
    let quota = |namespace: &str, hard: Value| {
        let path = format!("/api/v1/namespaces/{namespace}/resourcequotas");
        let body = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": hard}});
        assert_eq!(kubernetes.admin("POST", &path, &body), 201);
    };
    quota("jobs-quota", json!({"count/jobs.batch": "0"}));
    quota("pods-quota", json!({"pods": "0"}));
    let kept = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "finalizers": ["example.com/kept"]}});
    assert_eq!(
        kubernetes.admin("POST", "/api/v1/namespaces/ending/configmaps", &kept),
        201
    );
    for namespace in ["nowhere", "ending"] {
        let path = format!("/api/v1/namespaces/{namespace}");
        assert_eq!(kubernetes.admin("DELETE", &path, &json!({})), 200);
    }
    let _worker = kubernetes.worker("w", POOL);
    for (id, namespace) in [
        ("full", "jobs-quota"),
        ("no-pods", "pods-quota"),
        ("missing", "nowhere"),
        ("terminating", "ending"),
        ("forbidden", "walled"),
    ] {
        kubernetes.publish(POOL, id, &quick(namespace));
    }
    let cut = Fault::new(Effect::CutAfter).verb("create").resource("jobs");
    cluster.fault(cut.name("weir-ours-"));
    kubernetes.publish(POOL, "ours", &quick("runs"));
    kubernetes.has_job("ours");
    let name = kubernetes.job_name("ours", POOL, "theirs");
    let mut theirs = quick("runs")["manifest"].take();
    theirs["metadata"]["name"] = name.as_str().into();
    assert_eq!(
        kubernetes.admin("POST", "/apis/batch/v1/namespaces/runs/jobs", &theirs),
        201
    );
    kubernetes.publish(POOL, "theirs", &quick("runs"));
    let waits = |id: &str, reason: &str, message: &str| {
        until(&format!("run {id} waits for {reason}"), SOON, || {
            let run = stack.inspect(id);
            let told = run["message"].as_str().unwrap_or_default();
            (run["reason"] == reason && told.contains(message)).then_some(())
        });
    };
    waits("full", "QuotaExceeded", "exceeded quota");
    waits("no-pods", "FailedCreate", "exceeded quota");
    assert_eq!(
        kubernetes.ran("full").len() + kubernetes.ran("no-pods").len(),
        0
    );
    for (namespace, hard) in [
        ("jobs-quota", json!({"count/jobs.batch": "9"})),
        ("pods-quota", json!({"pods": "9"})),
    ] {
        let path = format!("/api/v1/namespaces/{namespace}/resourcequotas/q");
        assert_eq!(
            kubernetes.admin("PATCH", &path, &json!({"spec": {"hard": hard}})),
            200
        );
    }
    all_told(
        &kubernetes,
        &[
            told("ours", Fate::completed(), 1),
            told(
                "theirs",
                START_FAILED.because("JobNameTaken", "that weir has not made"),
                0,
            ),
            told(
                "missing",
                START_FAILED.because("NotFound", "namespaces \"nowhere\" not found"),
                0,
            ),
            told(
                "terminating",
                START_FAILED.because("Forbidden", "being terminated"),
                0,
            ),
            told(
                "forbidden",
                START_FAILED.because("Forbidden", "cannot create resource"),
                0,
            ),
            told("full", Fate::completed(), 1),
            told("no-pods", Fate::completed(), 1),
        ],
    );
}

/// To a watch it looks as if the Job had been deleted.
#[test]
fn a_job_that_has_lost_its_label_is_not_gone() {
    let kubernetes = start(&["node-0"], &["runs"]);
    let stack = &kubernetes.stack;
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let _worker = kubernetes.worker("w", POOL);
    let quotas = "/api/v1/namespaces/runs/resourcequotas";
    let none = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "0"}}});
    assert_eq!(kubernetes.admin("POST", quotas, &none), 201);
    kubernetes.publish(POOL, "bare", &quick("runs"));
    until("it waits for its pod", SOON, || {
        (stack.inspect("bare")["reason"] == "FailedCreate").then_some(())
    });
    let job = job_path(&kubernetes.has_job("bare"));
    let bare = json!({"metadata": {"labels": {"weir.dev/installation": null}}});
    assert_eq!(kubernetes.admin("PATCH", &job, &bare), 200);
    let lives = lasts(Duration::from_secs(3), || {
        stack.inspect("bare")["endedAt"].is_null()
    });
    assert!(lives, "{:#}", stack.inspect("bare"));
    let room = json!({"spec": {"hard": {"pods": "9"}}});
    assert_eq!(
        kubernetes.admin("PATCH", &format!("{quotas}/q"), &room),
        200
    );
    all_told(&kubernetes, &[told("bare", Fate::completed(), 1)]);
}

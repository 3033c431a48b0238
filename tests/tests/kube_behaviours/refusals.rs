//! What a cluster refuses: behaviours 12 and 13.

use std::fs;

use serde_json::{Value, json};
use weir_kube_standin::Options;
use weir_tests::harness::{WORKER, until};

use super::room::{Room, SOON};

/// A kubeconfig whose user has this token.
fn kubeconfig(room: &Room, name: &str, token: &str) -> String {
    let known = room.cluster.kubeconfig(WORKER);
    let lines = known.lines().map(|line| match line.split_once("token:") {
        Some((before, _)) => format!("{before}token: {}", json!(token)),
        None => line.to_owned(),
    });
    let path = room.stack.path(&format!("{name}.kubeconfig"));
    fs::write(&path, lines.collect::<Vec<_>>().join("\n")).expect("the folder can be written");
    path.display().to_string()
}

#[test]
fn b12_who_may_not_is_told_by_the_cluster_and_at_once() {
    let room = Room::wide("b12", Options::default());
    for (pool, token, words) in [
        ("b12-none", "", "system:anonymous"),
        ("b12-wrong", "wrong", "Unauthorized"),
    ] {
        let create = format!("work-pool create {pool} --type kubernetes");
        room.stack.weir(&create).ok();
        let path = kubeconfig(&room, pool, token);
        let _worker = room
            .stack
            .worker(pool, &format!("--pool {pool} --kubeconfig {path}"));
        let submit =
            format!("run submit --pool {pool} --id {pool}-1 -j image=busybox -j namespace=runs");
        room.stack.weir(&submit).ok();
        let run = room.stack.run_is(&format!("{pool}-1"), "StartFailed", SOON);
        assert_eq!(run["reason"], "Forbidden", "{run:#}");
        let message = run["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{run:#}");
    }
    // Nothing of it touches whoever may.
    room.quick("good");
    room.completes("good", 1);
}

#[test]
fn b12_a_namespace_that_is_missing_going_or_not_served_fails_the_run_clearly() {
    let namespaces = r#"["runs","nowhere","going"]"#;
    let settings = [("WEIR_CONFIG__WORKER__KUBERNETES__NAMESPACES", namespaces)];
    let options = Options {
        namespaces: vec!["runs".to_owned(), "going".to_owned()],
        ..Options::default()
    };
    let room = Room::open("b12n", "", options, &settings, |_| {});
    let kept = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "kept", "finalizers": ["example.com/kept"]},
    });
    room.posts("/api/v1/namespaces/going/configmaps", &kept);
    room.deletes("/api/v1/namespaces/going", &json!({}));
    room.submit("other", "-j namespace=kube-system");
    room.submit("missing", "-j namespace=nowhere");
    room.submit("going", "-j namespace=going");
    room.ends("other", "StartFailed", "NamespaceNotServed", "kube-system");
    room.ends("missing", "StartFailed", "Forbidden", "nowhere");
    let run = room.comes_to("going", "StartFailed");
    assert!(run.to_string().contains("being terminated"), "{run:#}");
    for name in ["other", "missing", "going"] {
        room.frees(name);
    }
    room.quick("good");
    room.completes("good", 1);
}

/// A Job manifest in a file of the stack, changed by `change`.
fn manifest(room: &Room, name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut job = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": name, "namespace": "runs"},
        "spec": {"backoffLimit": 0, "template": {"spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "main", "image": "busybox", "command": ["sh", "-c", "exit 0"]}],
        }}},
    });
    change(&mut job);
    let path = room.stack.path(&format!("{}.json", room.id(name)));
    fs::write(&path, job.to_string()).expect("the folder can be written");
    path.display().to_string()
}

#[test]
fn b13_a_manifest_that_is_too_large_is_refused_where_it_is_submitted() {
    let room = Room::wide("b13", Options::default());
    for (name, bytes) in [("a", 300_000), ("b", 2_000_000), ("c", 3_500_000)] {
        let path = manifest(&room, name, |job| {
            job["metadata"]["annotations"] = json!({"filler": "x".repeat(bytes)});
        });
        let line = format!("run submit --pool b13 --id b13-{name} --manifest {path}");
        let said = room.stack.weir(&line);
        assert_ne!(said.code, 0);
        said.saying(&["bytes"]);
    }
    assert_eq!(room.asked("create", "jobs"), 0);
}

#[test]
fn b13_what_the_cluster_cannot_read_fails_the_run_at_once_with_the_clusters_words() {
    let room = Room::wide("b13m", Options::default());
    let container = "/spec/template/spec/containers/0";
    let quantity = manifest(&room, "quantity", |job| {
        if let Some(container) = job.pointer_mut(container) {
            container["resources"] = json!({"requests": {"cpu": "banana"}});
        }
    });
    let long = manifest(&room, "long", |job| {
        job["metadata"]["name"] = "n".repeat(80).into();
    });
    for (name, path) in [("quantity", &quantity), ("long", &long)] {
        let line = format!("run submit --pool b13m --id b13m-{name} --manifest {path}");
        room.stack.weir(&line).ok();
    }
    let run = room.comes_to("quantity", "StartFailed");
    assert!(run.to_string().contains("quantit"), "{run:#}");
    room.frees("quantity");
    assert!(room.jobs("quantity").is_empty());
    // A name of ours is made legal, however long it was.
    room.completes("long", 1);
    let creates = until("both were asked for once", SOON, || {
        let creates = room.asked("create", "jobs");
        (creates >= 2).then_some(creates)
    });
    assert_eq!(creates, 2, "nothing is tried again that cannot go well");
}

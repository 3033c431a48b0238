//! What the calls put on the wire, and what they make of the answers.

use super::*;
use crate::kubernetes::{
    connect::KubernetesConfig,
    scripted::{Act, Scripted, cluster_at},
};

fn job() -> Act {
    let job = json!({ "metadata": { "name": "j", "namespace": "runs", "uid": "u", "resourceVersion": "10" },
        "spec": { "suspend": false, "template": {} } });
    Act::json(200, &job)
}

fn success() -> Act {
    Act::json(200, &json!({ "kind": "Status", "status": "Success" }))
}

#[tokio::test]
async fn a_manifest_is_sent_as_it_is_and_unknown_fields_only_warn() {
    let exists = Act::status(409, "AlreadyExists", "jobs.batch \"j\" already exists");
    let dying = Act::status(
        409,
        "AlreadyExists",
        "object is being deleted: jobs.batch \"j\" already exists",
    );
    let warning = vec![("warning", "299 - \"unknown field \\\"spec.x\\\"\"")];
    let made = json!({ "metadata": { "uid": "u", "resourceVersion": "9" } }).to_string();
    let server = Scripted::new([Act::Answer(201, warning, made), exists, dying]);
    let cluster = server.cluster().await;
    let manifest = json!({ "kind": "Job", "spec": { "x": [1.0, null] } });
    let created = cluster.create_job("runs", &manifest).await.unwrap();
    let expected = Created::New {
        uid: "u".to_owned(),
        resource_version: "9".to_owned(),
    };
    assert_eq!(created, expected);
    for deleting in [false, true] {
        let created = cluster.create_job("runs", &manifest).await;
        assert_eq!(created, Ok(Created::AlreadyExists { deleting }));
    }
    let asked = &server.asked()[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(
        asked.uri,
        "/apis/batch/v1/namespaces/runs/jobs?fieldManager=weir&fieldValidation=Warn"
    );
    assert_eq!(
        (asked.content_type.as_str(), asked.json()),
        ("application/json", manifest)
    );
}

#[tokio::test]
async fn a_job_is_released_only_as_the_one_that_was_made() {
    let changed = Act::status(409, "Conflict", "the object has been modified");
    let server = Scripted::new([job(), changed, job(), job()]);
    let cluster = server.cluster().await;
    let released = cluster.unsuspend("runs", "j", "u", "9").await.unwrap();
    assert_eq!(
        (released.suspended, released.resource_version.as_str()),
        (false, "10")
    );
    let failure = cluster.unsuspend("runs", "j", "u", "9").await.unwrap_err();
    assert!(matches!(failure, Failure::Conflict { .. }), "{failure}");
    let marked = cluster.mark_stored("runs", "j", "u", Some(60)).await;
    marked.unwrap();
    cluster.mark_stored("runs", "j", "u", None).await.unwrap();
    let asked = server.asked();
    assert_eq!(
        (asked[0].method.as_str(), asked[0].content_type.as_str()),
        ("PATCH", "application/merge-patch+json")
    );
    assert_eq!(
        asked[0].json(),
        json!({ "metadata": { "uid": "u", "resourceVersion": "9" }, "spec": { "suspend": false } })
    );
    let stored = json!({ "uid": "u", "annotations": { "weir.dev/output": "stored" } });
    assert_eq!(
        asked[2].json(),
        json!({ "metadata": stored, "spec": { "ttlSecondsAfterFinished": 60 } })
    );
    assert_eq!(asked[3].json(), json!({ "metadata": stored }));
}

#[tokio::test]
async fn a_deletion_means_one_object_and_never_forgets_a_pod() {
    let other = "Operation cannot be fulfilled on Job.batch \"j\": the UID in the precondition (u) does not match the UID in record (v)";
    let server = Scripted::new([
        success(),
        success(),
        Act::status(404, "NotFound", "jobs.batch \"j\" not found"),
        Act::status(409, "Conflict", other),
    ]);
    let cluster = server.cluster().await;
    let zero = Duration::from_millis(900);
    assert_eq!(
        cluster.delete_pod("runs", "p", "u", zero).await,
        Ok(Deleted::Ordered)
    );
    for expected in [Deleted::Ordered, Deleted::Absent, Deleted::Absent] {
        let deleted = cluster
            .delete_job("runs", "j", "u", Propagation::Foreground)
            .await;
        assert_eq!(deleted, Ok(expected));
    }
    let asked = server.asked();
    assert_eq!(
        asked[0].uri.trim_end_matches('?'),
        "/api/v1/namespaces/runs/pods/p"
    );
    assert_eq!(
        asked[0].json(),
        json!({ "gracePeriodSeconds": 1, "preconditions": { "uid": "u" } })
    );
    assert_eq!(
        asked[1].json(),
        json!({ "propagationPolicy": "Foreground", "preconditions": { "uid": "u" } })
    );
}

#[tokio::test]
async fn a_missing_job_is_an_answer_and_a_missing_namespace_is_a_failure() {
    let nowhere = json!({ "kind": "Status", "message": "namespaces \"no\" not found", "reason": "NotFound",
        "details": { "name": "no", "kind": "namespaces" }, "code": 404 });
    let missing = Act::status(404, "NotFound", "jobs.batch \"j\" not found");
    let server = Scripted::new([missing, Act::json(404, &nowhere), job()]);
    let cluster = server.cluster().await;
    assert_eq!(cluster.get_job("runs", "j").await, Ok(None));
    let failure = cluster.create_job("no", &json!({})).await.unwrap_err();
    assert!(
        matches!(failure, Failure::Final { code: 404, .. }),
        "{failure}"
    );
    assert_eq!(
        cluster.get_job("runs", "j").await.unwrap().unwrap().uid,
        "u"
    );
}

#[tokio::test]
async fn names_that_would_change_the_path_are_not_sent() {
    let server = Scripted::new([]);
    let cluster = server.cluster().await;
    for name in ["", "a/b", "..", "a?b", "A", "-a", "a%2fb", "é"] {
        let failure = cluster.create_job(name, &json!({})).await.unwrap_err();
        assert!(
            matches!(failure, Failure::Final { code: 0, .. }),
            "{name:?}: {failure}"
        );
        assert!(cluster.get_job("runs", name).await.is_err(), "{name:?}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_cluster_is_known_by_its_kube_system_or_by_configuration() {
    let no =
        "namespaces \"kube-system\" is forbidden: User \"u\" cannot get resource \"namespaces\"";
    let found = json!({ "metadata": { "name": "kube-system", "uid": "c-1" } });
    let server = Scripted::new([Act::json(200, &found), Act::status(403, "Forbidden", no)]);
    let cluster = server.cluster().await;
    assert_eq!(cluster.cluster_uid().await.unwrap(), "c-1");
    let failure = cluster.cluster_uid().await.unwrap_err().to_string();
    assert!(failure.ends_with("or set `cluster-uid`"), "{failure}");
    let config = KubernetesConfig {
        cluster_uid: Some("mine".to_owned()),
        ..KubernetesConfig::default()
    };
    let configured = cluster_at(server.address, config).await;
    assert_eq!(configured.cluster_uid().await.unwrap(), "mine");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn the_events_of_an_object_say_what_the_object_does_not() {
    let events = json!({ "metadata": {}, "items": [{
        "metadata": {}, "involvedObject": {}, "reason": "FailedCreate", "type": "Warning", "count": 3,
        "message": "pods \"j-\" is forbidden: exceeded quota: q" }] });
    let server = Scripted::new([Act::json(200, &events)]);
    let seen = server
        .cluster()
        .await
        .events_of("runs", "u-1")
        .await
        .unwrap();
    let expected = EventSeen {
        told: Told::new(
            "FailedCreate",
            "pods \"j-\" is forbidden: exceeded quota: q",
        ),
        warning: true,
        count: 3,
    };
    assert_eq!(seen, [expected]);
    let uri = &server.asked()[0].uri;
    assert!(
        uri.contains("fieldSelector=involvedObject.uid%3Du-1"),
        "{uri}"
    );
}

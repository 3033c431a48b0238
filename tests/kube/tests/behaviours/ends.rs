//! Deletes, suspensions and refusals.

use serde_json::{Value, json};
use weir_kube_standin::{Account, Client, Options, Resource, Speed, Standin};

use super::room::{JOBS, LONG, PODS, Room, has, job};

/// Behaviour 11, the first half.
#[tokio::test]
async fn a_name_is_taken_also_while_its_job_goes() {
    let room = Room::open(Options {
        speed: Speed(1),
        ..Options::default()
    })
    .await;
    room.running("twin", &json!({ "hold": true, "ignoreSigterm": true }))
        .await;
    let again = room
        .admin
        .post(JOBS, &job("twin", &json!({})))
        .await
        .unwrap();
    assert_eq!(
        (again.status, &again.body["message"]),
        (409, &json!("jobs.batch \"twin\" already exists"))
    );
    room.admin
        .delete(
            &format!("{JOBS}/twin"),
            &json!({ "propagationPolicy": "Foreground" }),
        )
        .await
        .unwrap();
    let again = room
        .admin
        .post(JOBS, &job("twin", &json!({})))
        .await
        .unwrap();
    let message = "object is being deleted: jobs.batch \"twin\" already exists";
    assert_eq!(
        (again.status, &again.body["message"]),
        (409, &json!(message))
    );
}

/// Behaviour 12.
#[tokio::test]
async fn no_token_is_forbidden_and_a_wrong_one_is_not_authorised() {
    let role = json!({
        "kind": "Role", "metadata": { "name": "worker", "namespace": "runs" },
        "rules": [{ "apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "get"] }],
    });
    let account = Account::from_role(&role).unwrap();
    let room = Room::open(Options {
        accounts: vec![account],
        ..Options::default()
    })
    .await;
    let address = room.standin.address();
    let status = |token: Option<&'static str>, path: &'static str| async move {
        Client::new(address, token).get(path).await.unwrap().status
    };
    assert_eq!(status(None, JOBS).await, 403);
    assert_eq!(status(Some("wrong"), JOBS).await, 401);
    assert_eq!(status(Some("worker"), JOBS).await, 403, "it may not list");
    assert_eq!(
        status(Some("worker"), "/apis/batch/v1/namespaces/runs/jobs/x").await,
        404
    );
    assert_eq!(
        status(Some("worker"), "/apis/batch/v1/namespaces/nowhere/jobs/x").await,
        403
    );
    let nowhere = "/apis/batch/v1/namespaces/nowhere/jobs";
    let missing = room
        .admin
        .post(nowhere, &job("x", &json!({})))
        .await
        .unwrap();
    assert_eq!(
        (missing.status, &missing.body["message"]),
        (404, &json!("namespaces \"nowhere\" not found"))
    );
    let used = room.standin.used("system:serviceaccount:runs:worker");
    assert_eq!(
        used,
        [
            ("get".to_owned(), "jobs.batch".to_owned()),
            ("list".to_owned(), "jobs.batch".to_owned())
        ]
    );
}

/// Behaviour 13.
#[tokio::test]
async fn manifests_that_are_too_large_are_refused_in_three_ways() {
    let room = Room::open(Options::default()).await;
    let with = |bytes: usize, place: &str| {
        let mut job = job("large", &json!({}));
        let filler = Value::from("x".repeat(bytes));
        match place {
            "annotation" => job["metadata"]["annotations"] = json!({ "filler": filler }),
            _ => {
                job["spec"]["template"]["spec"]["containers"][0]["env"] =
                    json!([{ "name": "A", "value": filler }]);
            }
        }
        job
    };
    let answer = room
        .admin
        .post(JOBS, &with(300_000, "annotation"))
        .await
        .unwrap();
    assert_eq!(answer.status, 422);
    assert!(
        answer.body["message"]
            .as_str()
            .unwrap()
            .contains("may not be more than 262144 bytes")
    );
    let answer = room
        .admin
        .post(JOBS, &with(2_000_000, "env"))
        .await
        .unwrap();
    assert_eq!(answer.status, 422);
    assert!(
        answer.body["message"]
            .as_str()
            .unwrap()
            .contains("`selector` not auto-generated"),
        "it misleads"
    );
    let answer = room
        .admin
        .post(JOBS, &with(3_500_000, "env"))
        .await
        .unwrap();
    assert_eq!(
        (answer.status, &answer.body["reason"]),
        (413, &json!("RequestEntityTooLarge"))
    );
}

/// Behaviour 15.
#[tokio::test]
async fn a_suspended_job_loses_its_pod_and_counts_no_failure() {
    let room = Room::open(Options::default()).await;
    let first = room.running("pause", &json!({ "hold": true })).await;
    let path = format!("{JOBS}/pause");
    room.admin
        .patch(&path, &json!({ "spec": { "suspend": true } }))
        .await
        .unwrap();
    assert!(
        room.standin
            .until(LONG, |it| it.get(Resource::Pods, "runs", &first).is_none())
            .await
    );
    let job = room.comes_to("pause", "Suspended").await;
    assert!(job["status"]["startTime"].is_null() && job["status"]["failed"].is_null());
    room.admin
        .patch(&path, &json!({ "spec": { "suspend": false } }))
        .await
        .unwrap();
    assert!(room.standin.until(LONG, |it| it.ran().len() == 2).await);
    let second = room.standin.pod_of("runs", "pause").unwrap();
    assert!(room.standin.finish("runs", &second, 0));
    room.comes_to("pause", "Complete").await;
    let ran = room.standin.ran();
    assert!(!ran[0].overlaps(&ran[1]));
}

/// Behaviour 15, the orphan.
#[tokio::test]
async fn an_orphaned_pod_runs_on() {
    let room = Room::open(Options::default()).await;
    let pod = room.running("orphan", &json!({ "hold": true })).await;
    let answer = room
        .admin
        .delete(&format!("{JOBS}/orphan"), &json!({}))
        .await
        .unwrap();
    assert!(
        answer.warnings()[0].contains("child pods are preserved by default"),
        "{:?}",
        answer.warnings()
    );
    let gone = |it: &Standin| it.get(Resource::Jobs, "runs", "orphan").is_none();
    assert!(room.standin.until(LONG, gone).await);
    assert!(room.standin.ran()[0].ended.is_none());
    assert!(room.standin.finish("runs", &pod, 0));
    let done = |it: &Standin| {
        it.get(Resource::Pods, "runs", &pod)
            .is_some_and(|it| it["status"]["phase"] == "Succeeded")
    };
    assert!(room.standin.until(LONG, done).await);
}

#[tokio::test]
async fn a_patch_with_another_uid_or_an_old_revision_changes_nothing() {
    let room = Room::open(Options::default()).await;
    let mut manifest = job("fenced", &json!({}));
    manifest["spec"]["suspend"] = true.into();
    let created = room.admin.post(JOBS, &manifest).await.unwrap().body;
    room.comes_to("fenced", "Suspended").await;
    let path = format!("{JOBS}/fenced");
    let resume = |metadata: Value| json!({ "metadata": metadata, "spec": { "suspend": false } });
    let uid = json!({ "uid": "00000000-0000-0000-0000-000000000000" });
    let answer = room.admin.patch(&path, &resume(uid)).await.unwrap();
    assert_eq!(
        (answer.status, &answer.body["reason"]),
        (409, &json!("Conflict"))
    );
    let old = json!({ "resourceVersion": created["metadata"]["resourceVersion"] });
    let answer = room.admin.patch(&path, &resume(old)).await.unwrap();
    assert_eq!(
        (answer.status, &answer.body["reason"]),
        (409, &json!("Conflict"))
    );
    let now = room.standin.get(Resource::Jobs, "runs", "fenced").unwrap();
    let right = json!({ "uid": now["metadata"]["uid"], "resourceVersion": now["metadata"]["resourceVersion"] });
    assert_eq!(
        room.admin
            .patch(&path, &resume(right))
            .await
            .unwrap()
            .status,
        200
    );
    room.comes_to("fenced", "Complete").await;
}

#[tokio::test]
async fn a_delete_waits_for_the_grace_and_a_shorter_one_overtakes_it() {
    let room = Room::open(Options {
        speed: Speed(50),
        ..Options::default()
    })
    .await;
    let pod = room
        .running("stubborn", &json!({ "hold": true, "ignoreSigterm": true }))
        .await;
    let long = json!({ "gracePeriodSeconds": 3600 });
    room.admin
        .delete(&format!("{PODS}/{pod}"), &long)
        .await
        .unwrap();
    assert!(room.standin.ran()[0].ended.is_none());
    let short = room
        .admin
        .delete(
            &format!("{PODS}/{pod}"),
            &json!({ "gracePeriodSeconds": 1 }),
        )
        .await
        .unwrap();
    assert_eq!(short.body["metadata"]["deletionGracePeriodSeconds"], 1);
    assert!(
        room.standin
            .until(LONG, |it| it.ran()[0].ended.is_some())
            .await
    );
    assert_eq!(room.standin.ran()[0].exit_code, Some(137));
    assert!(
        room.standin.ran()[0].forgotten.is_none(),
        "its object stayed as long as it ran"
    );
    room.comes_to("stubborn", "Failed").await;
}

#[tokio::test]
async fn a_ttl_that_is_patched_in_after_the_end_is_kept() {
    let room = Room::open(Options::default()).await;
    room.submit("brief", &json!({})).await;
    let job = room.comes_to("brief", "Complete").await;
    assert!(has(&job, "SuccessCriteriaMet"));
    let ttl = json!({ "spec": { "ttlSecondsAfterFinished": 1 } });
    assert_eq!(
        room.admin
            .patch(&format!("{JOBS}/brief"), &ttl)
            .await
            .unwrap()
            .status,
        200
    );
    let gone = |it: &Standin| {
        it.get(Resource::Jobs, "runs", "brief").is_none()
            && it.list(Resource::Pods, "runs").is_empty()
    };
    assert!(room.standin.until(LONG, gone).await);
}

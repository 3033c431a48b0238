//! The record of what really ran, logs, and scripts that come from the manifest.

use serde_json::{Value, json};
use weir_kube_standin::{Options, Resource, Script, Scripts, Speed, Standin};

use super::room::{JOBS, LONG, PODS, Room, job, see};

/// A pod that is forced away may live on: whoever took it for gone was wrong.
#[tokio::test]
async fn a_forced_delete_forgets_a_container_that_still_runs() {
    let room = Room::open(Options {
        speed: Speed(10),
        ..Options::default()
    })
    .await;
    let pod = room
        .running("forced", &json!({ "hold": true, "ignoreSigterm": true }))
        .await;
    room.admin
        .delete(
            &format!("{PODS}/{pod}"),
            &json!({ "gracePeriodSeconds": 0 }),
        )
        .await
        .unwrap();
    assert!(
        room.standin
            .until(LONG, |it| it.get(Resource::Pods, "runs", &pod).is_none())
            .await
    );
    assert!(
        room.standin
            .until(LONG, |it| it.ran()[0].ended.is_some())
            .await
    );
    let ran = &room.standin.ran()[0];
    assert!(
        ran.forgotten.is_some_and(|it| Some(it) < ran.ended),
        "it ran on after its object had gone: {ran:?}"
    );
}

#[tokio::test]
async fn a_log_is_followed_to_its_end_and_read_in_parts() {
    let room = Room::open(Options {
        speed: Speed(20),
        ..Options::default()
    })
    .await;
    let mut job = job("talk", &Value::Null);
    job["spec"]["template"]["metadata"]["annotations"] = Value::Null;
    job["spec"]["template"]["spec"]["containers"][0]["command"] = json!([
        "sh",
        "-c",
        "echo one; sleep 2; echo two >&2; sleep 2; echo three"
    ]);
    room.admin.post(JOBS, &job).await.unwrap();
    assert!(room.standin.until(LONG, |it| !it.ran().is_empty()).await);
    let log = format!(
        "{PODS}/{}/log",
        room.standin.pod_of("runs", "talk").unwrap()
    );
    let text = |query: &'static str| {
        let path = format!("{log}?{query}");
        let admin = room.admin.clone();
        async move {
            admin
                .get(&path)
                .await
                .unwrap()
                .body
                .as_str()
                .unwrap_or_default()
                .to_owned()
        }
    };
    assert_eq!(
        text("follow=true").await,
        "one\ntwo\nthree\n",
        "it ends when the container ends"
    );
    assert_eq!(text("tailLines=2").await, "two\nthree\n");
    assert_eq!(text("limitBytes=5").await, "one\nt");
    assert!(
        text("timestamps=true")
            .await
            .lines()
            .all(|it| it.split_once("Z ").is_some())
    );
    assert_eq!(text("sinceTime=2100-01-01T00:00:00Z").await, "");
    assert_eq!(
        room.admin
            .get(&format!("{log}?container=other"))
            .await
            .unwrap()
            .status,
        400
    );
    assert_eq!(
        room.admin
            .get(&format!("{PODS}/nobody/log"))
            .await
            .unwrap()
            .status,
        404
    );
}

#[tokio::test]
async fn a_test_may_say_what_pods_do_and_when_they_end() {
    let scripts = Scripts::by(|pod| {
        let name = pod["metadata"]["labels"]["job-name"].as_str()?;
        name.starts_with("held").then(Script::holds)
    });
    let room = Room::open(Options {
        scripts,
        ..Options::default()
    })
    .await;
    let pod = room.running("held", &json!({})).await;
    room.submit("free", &json!({})).await;
    room.comes_to("free", "Complete").await;
    assert!(room.standin.say("runs", &pod, "still here"));
    let log = room.admin.get(&format!("{PODS}/{pod}/log")).await.unwrap();
    assert_eq!(log.body, "still here\n");
    assert!(room.standin.oom_kill("runs", &pod));
    room.comes_to("held", "Failed").await;
    assert!(
        !room.standin.finish("runs", &pod, 0),
        "it has ended already"
    );
    let ran = room.standin.ran();
    assert_eq!(
        ran.iter().map(|it| it.exit_code).collect::<Vec<_>>(),
        [Some(137), Some(0)]
    );
}

#[tokio::test]
async fn failed_pods_are_replaced_one_after_another() {
    let room = Room::open(Options {
        speed: Speed(1000),
        ..Options::default()
    })
    .await;
    let mut job = job("again", &json!({ "exitCode": 3 }));
    job["spec"]["backoffLimit"] = 2.into();
    room.admin.post(JOBS, &job).await.unwrap();
    room.comes_to("again", "Failed").await;
    let ran = room.standin.ran();
    assert_eq!(ran.len(), 3);
    assert!(!ran[0].overlaps(&ran[1]) && !ran[1].overlaps(&ran[2]));
    assert!(ran.iter().all(|it| it.label("job-name") == Some("again")));
}

#[tokio::test]
async fn every_request_is_recorded_with_who_and_what() {
    let room = Room::open(Options::default()).await;
    room.submit("noted", &json!({})).await;
    let requests = room.standin.requests();
    let request = &requests[0];
    assert_eq!(
        (request.verb, request.resource.as_str(), request.status),
        ("create", "jobs", Some(201))
    );
    assert_eq!(
        (request.account.as_str(), request.namespace.as_str()),
        ("admin", "runs")
    );
    assert_eq!(request.body["metadata"]["name"], "noted");
    let folder = tempfile::tempdir().unwrap();
    let path = room
        .standin
        .write_kubeconfig(folder.path(), "admin")
        .unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(
        text.contains(&room.standin.url()) && text.contains("token: admin"),
        "{text}"
    );
    assert!(
        room.standin
            .until(LONG, |it: &Standin| !it.ran().is_empty())
            .await
    );
}

#[tokio::test]
async fn a_container_may_start_again_in_its_pod() {
    let room = Room::open(Options::default()).await;
    let mut pods = room.watch(&format!("{PODS}?watch=true")).await;
    let mut job = job("inside", &json!({ "exitCode": 3 }));
    job["spec"]["backoffLimit"] = 2.into();
    job["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure".into();
    room.admin.post(JOBS, &job).await.unwrap();
    let before = "/object/status/containerStatuses/0/lastState/terminated/exitCode";
    see(&mut pods, |it| it.pointer(before) == Some(&json!(3))).await;
    let job = room.comes_to("inside", "Failed").await;
    assert_eq!(
        job["status"]["conditions"][0]["reason"],
        "BackoffLimitExceeded"
    );
    let ran = room.standin.ran();
    assert!(
        ran.len() >= 2 && ran.iter().all(|it| it.pod == ran[0].pod),
        "all in one pod: {ran:?}"
    );
}

//! What watches do and do not tell.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout_at};
use weir_kube_standin::{Effect, Fault, Options, Speed};

use super::room::{JOBS, PODS, Room, job, next, see};

/// Behaviour 1.
#[tokio::test]
async fn an_event_comes_before_the_answer_to_the_create() {
    let room = Room::open(Options::default()).await;
    let mut jobs = room.watch(&format!("{JOBS}?watch=true")).await;
    let mut pods = room.watch(&format!("{PODS}?watch=true")).await;
    room.standin
        .fault(Fault::new(Effect::DelayAfter(Duration::from_mins(10))).verb("create"));
    let manifest = job("early", &json!({ "hold": true }));
    let events = async {
        let job = see(&mut jobs, |it| it["type"] == "ADDED").await;
        assert_eq!(job["object"]["metadata"]["name"], "early");
        // Even the pod is told of before the answer.
        see(&mut pods, |it| it["type"] == "ADDED").await;
    };
    tokio::select! {
        answer = room.admin.post(JOBS, &manifest) => panic!("answered first: {answer:?}"),
        () = events => {}
    }
}

/// Behaviour 7.
#[tokio::test]
async fn a_slow_watcher_is_closed_without_a_word_and_may_go_on() {
    let room = Room::open(Options {
        watch_lag_max: 5,
        ..Options::default()
    })
    .await;
    let revision = room.revision().await;
    let path = format!("{JOBS}?watch=true&resourceVersion={revision}");
    let mut watch = room.watch(&path).await;
    // Large objects fill what the network holds for a client that does not read.
    let filler = "x".repeat(200_000);
    for number in 0..60 {
        let mut job = job(&format!("slow-{number}"), &json!({}));
        job["spec"]["suspend"] = true.into();
        job["metadata"]["annotations"] = json!({ "filler": filler });
        room.admin.post(JOBS, &job).await.unwrap();
    }
    let mut last = revision;
    let mut seen = 0;
    while let Some(event) = next(&mut watch).await {
        assert_ne!(event["type"], "ERROR");
        event["object"]["metadata"]["resourceVersion"]
            .as_str()
            .unwrap()
            .clone_into(&mut last);
        seen += usize::from(event["type"] == "ADDED");
    }
    assert!(seen < 60, "all {seen} were seen");
    let mut watch = room
        .watch(&format!("{JOBS}?watch=true&resourceVersion={last}"))
        .await;
    while seen < 60 {
        let event = next(&mut watch).await;
        // It lags again, and goes on again.
        let Some(event) = event else {
            watch = room
                .watch(&format!("{JOBS}?watch=true&resourceVersion={last}"))
                .await;
            continue;
        };
        event["object"]["metadata"]["resourceVersion"]
            .as_str()
            .unwrap()
            .clone_into(&mut last);
        seen += usize::from(event["type"] == "ADDED");
    }
}

/// Behaviour 8.
#[tokio::test]
async fn a_watch_from_the_future_is_silent_and_a_list_from_there_is_late() {
    let room = Room::open(Options {
        server_speed: Speed(50),
        ..Options::default()
    })
    .await;
    let mut watch = room
        .watch(&format!(
            "{JOBS}?watch=true&resourceVersion=99999999&timeoutSeconds=10"
        ))
        .await;
    room.submit("unseen", &json!({})).await;
    assert_eq!(next(&mut watch).await, None, "it ends with nothing said");
    let late = room
        .admin
        .get(&format!("{JOBS}?resourceVersion=99999999"))
        .await
        .unwrap();
    assert_eq!(
        (late.status, &late.body["reason"]),
        (504, &json!("Timeout"))
    );
    let garbage = room
        .admin
        .get(&format!("{JOBS}?watch=true&resourceVersion=banana"))
        .await
        .unwrap();
    assert_eq!(garbage.status, 500);
}

/// Behaviour 10.
#[tokio::test]
async fn bookmarks_come_once_a_minute_and_never_on_an_idle_cluster() {
    let room = Room::open(Options {
        server_speed: Speed(50),
        ..Options::default()
    })
    .await;
    let revision = room.revision().await;
    let path = format!(
        "{JOBS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=75&resourceVersion={revision}"
    );
    let mut idle = room.watch(&path).await;
    assert_eq!(
        next(&mut idle).await,
        None,
        "an idle cluster has nothing to tell"
    );
    let mut busy = room
        .watch(&format!("{path}&labelSelector=app%3Dother"))
        .await;
    room.submit("noise", &json!({})).await;
    let bookmark = next(&mut busy)
        .await
        .expect("something of another label has happened");
    assert_eq!(bookmark["type"], "BOOKMARK");
    assert_eq!(bookmark["object"]["kind"], "Job");
    assert!(bookmark["object"]["metadata"]["name"].is_null());
}

/// Behaviour 11, the second half.
#[tokio::test]
async fn a_label_that_is_taken_away_looks_like_a_delete() {
    let room = Room::open(Options::default()).await;
    let mut job = job("moved", &json!({}));
    job["spec"]["suspend"] = true.into();
    room.admin.post(JOBS, &job).await.unwrap();
    let mut watch = room
        .watch(&format!("{JOBS}?watch=true&labelSelector=app%3Dtest"))
        .await;
    let path = format!("{JOBS}/moved");
    room.admin
        .patch(&path, &json!({ "metadata": { "labels": { "app": null } } }))
        .await
        .unwrap();
    let event = see(&mut watch, |it| it["type"] == "DELETED").await;
    assert_eq!(
        event["object"]["metadata"]["labels"]["app"], "test",
        "its last state that was selected"
    );
    assert_eq!(room.admin.get(&path).await.unwrap().status, 200, "it lives");
    room.admin
        .patch(
            &path,
            &json!({ "metadata": { "labels": { "app": "test" } } }),
        )
        .await
        .unwrap();
    see(&mut watch, |it| it["type"] == "ADDED").await;
}

#[tokio::test]
async fn a_watch_can_end_repeat_be_late_be_silent_or_lose_its_place_by_order() {
    let room = Room::open(Options {
        server_speed: Speed(50),
        ..Options::default()
    })
    .await;
    let path = format!("{JOBS}?watch=true&timeoutSeconds=300");
    room.submit("first", &json!({ "hold": true })).await;
    room.standin.fault(Fault::new(Effect::WatchEnds(1)));
    let mut ends = room.watch(&path).await;
    assert!(next(&mut ends).await.is_some());
    assert_eq!(next(&mut ends).await, None);
    room.standin.fault(Fault::new(Effect::WatchRepeats));
    let mut repeats = room.watch(&path).await;
    assert_eq!(next(&mut repeats).await, next(&mut repeats).await);
    room.standin.fault(Fault::new(Effect::WatchGone(1)));
    let mut gone = room.watch(&path).await;
    assert!(next(&mut gone).await.is_some());
    let error = next(&mut gone).await.expect("an ERROR event");
    assert_eq!(
        (&error["type"], &error["object"]["code"]),
        (&json!("ERROR"), &json!(410))
    );
    assert_eq!(next(&mut gone).await, None);
    room.standin.fault(Fault::new(Effect::WatchSilent));
    let mut silent = room
        .watch(&format!("{JOBS}?watch=true&timeoutSeconds=5"))
        .await;
    assert_eq!(next(&mut silent).await, None);
    room.standin
        .fault(Fault::new(Effect::WatchDelays(Duration::from_mins(10))));
    let mut late = room.watch(&path).await;
    let mut on_time = room.watch(&path).await;
    assert!(next(&mut on_time).await.is_some());
    let soon = Instant::now() + Duration::from_millis(100);
    assert!(
        timeout_at(soon, late.next()).await.is_err(),
        "its event is still to come"
    );
}

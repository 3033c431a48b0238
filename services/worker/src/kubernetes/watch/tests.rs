//! The ends of watches, and what comes before them.

use serde_json::{Value, json};

use super::*;
use crate::kubernetes::scripted::{Act, Scripted};

fn job(version: u32) -> Value {
    json!({ "metadata": { "name": "j", "uid": "u", "resourceVersion": version.to_string() }, "spec": { "template": {} } })
}

fn line(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({ "type": kind, "object": object }))
}

async fn watch(act: Act) -> (Watch<JobSeen>, Scripted) {
    let server = Scripted::new([act]);
    let watch = server
        .cluster()
        .await
        .watch_jobs("runs", "a=b", "5")
        .await
        .unwrap();
    (watch, server)
}

fn pieces(pieces: &[String], ends: bool) -> Act {
    Act::Pieces {
        pieces: pieces.to_vec(),
        ends,
    }
}

#[tokio::test]
async fn events_move_the_place_and_a_plain_end_says_to_go_on_from_it() {
    // A bookmark as a real server words it, containers and all.
    let bookmark = json!({ "kind": "Job", "apiVersion": "batch/v1", "metadata": { "resourceVersion": "9" },
        "spec": { "template": { "metadata": {}, "spec": { "containers": null } } }, "status": {} });
    let text = [
        line("ADDED", &job(6)),
        line("MODIFIED", &job(7)),
        line("DELETED", &job(8)),
        line("BOOKMARK", &bookmark),
    ]
    .concat();
    // However the bytes come.
    let (one, two) = text.split_at(text.len() / 3);
    let (mut watch, server) = watch(pieces(&[one.to_owned(), two.to_owned()], true)).await;
    assert_eq!(watch.place(), "5");
    for (version, deleted) in [("6", false), ("7", false), ("8", true)] {
        let (seen, was_deleted) = match watch.next().await.unwrap() {
            Change::Seen(job) => (job, false),
            Change::Deleted(job) => (job, true),
            Change::Bookmark => panic!("no bookmark yet"),
        };
        assert_eq!(
            (seen.resource_version.as_str(), was_deleted, watch.place()),
            (version, deleted, version)
        );
    }
    assert_eq!(watch.next().await, Ok(Change::Bookmark));
    assert_eq!(watch.place(), "9");
    assert_eq!(watch.next().await, Err(WatchEnd::Closed));
    let uri = &server.asked()[0].uri;
    for part in [
        "watch=true",
        "timeoutSeconds=30",
        "allowWatchBookmarks=true",
        "resourceVersion=5",
        "labelSelector=a%3Db",
    ] {
        assert!(uri.contains(part), "{uri}");
    }
}

#[tokio::test]
async fn a_place_that_is_too_old_asks_for_a_new_list_however_it_is_said() {
    let status = json!({ "kind": "Status", "status": "Failure", "message": "too old resource version: 5 (9)", "reason": "Expired", "code": 410 });
    let (mut watch, _server) = watch(pieces(&[line("ERROR", &status)], true)).await;
    let expected = WatchEnd::Expired("too old resource version: 5 (9)".to_owned());
    assert_eq!(watch.next().await, Err(expected));
    let server = Scripted::new([Act::json(410, &status)]);
    let failure = server
        .cluster()
        .await
        .watch_jobs("runs", "", "5")
        .await
        .unwrap_err();
    assert!(matches!(failure, Failure::Expired { .. }), "{failure}");
}

#[tokio::test]
async fn another_error_and_a_line_that_is_cut_off_are_no_plain_end() {
    let status = json!({ "kind": "Status", "status": "Failure", "message": "etcd is away", "reason": "InternalError", "code": 500 });
    let (mut failed, _server) = watch(pieces(&[line("ERROR", &status)], true)).await;
    let end = failed.next().await.unwrap_err();
    assert!(
        matches!(end, WatchEnd::Broken(Failure::Transient { .. })),
        "{end}"
    );
    let whole = line("ADDED", &job(6));
    let half = whole[..whole.len() / 2].to_owned();
    let (mut cut, _server) = watch(pieces(&[whole, half], true)).await;
    assert!(matches!(cut.next().await, Ok(Change::Seen(_))));
    let end = cut.next().await.unwrap_err();
    assert!(matches!(end, WatchEnd::Broken(_)), "{end}");
    assert_eq!(cut.place(), "6");
    let (mut reset, _server) = watch(Act::Half(line("ADDED", &job(6)))).await;
    assert!(matches!(reset.next().await, Ok(Change::Seen(_))));
    assert!(matches!(reset.next().await, Err(WatchEnd::Broken(_))));
}

#[tokio::test]
async fn an_event_that_nobody_can_read_is_told_from_a_broken_connection() {
    let odd = "{\"type\":\"ADDED\",\"object\":{\"metadata\":7}}\n".to_owned();
    let (mut watch, _server) = watch(pieces(&[odd], true)).await;
    let end = watch.next().await.unwrap_err();
    assert!(
        matches!(end, WatchEnd::Broken(Failure::Final { code: 0, .. })),
        "{end}"
    );
}

#[tokio::test]
async fn a_server_that_keeps_a_watch_open_beyond_its_time_is_not_waited_for() {
    let (mut watch, _server) = watch(pieces(&[line("ADDED", &job(6))], false)).await;
    assert!(matches!(watch.next().await, Ok(Change::Seen(_))));
    // Nothing is under way but this wait, so the clock may jump to its end.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert!(matches!(watch.next().await, Err(WatchEnd::Broken(_))));
    let waited = began.elapsed();
    // From its opening on, and not from its last event.
    let (least, most) = (Duration::from_secs(34), Duration::from_millis(35_100));
    assert!(least < waited && waited < most, "{waited:?}");
}

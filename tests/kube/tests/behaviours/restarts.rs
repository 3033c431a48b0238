//! A server that goes away and comes back.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};
use weir_kube_standin::{History, Options, Restart, Standin};

use super::room::{JOBS, Room, next};

/// What requests meet until the server is back: each outcome once, in order.
async fn outcomes(room: &Room, restart: Restart) -> Vec<String> {
    let mut seen: Vec<String> = vec![];
    let mut over = std::pin::pin!(room.standin.restart(restart));
    let mut done = false;
    while !done {
        tokio::select! {
            () = over.as_mut() => done = true,
            () = tokio::task::yield_now() => {}
        }
        let outcome = match room.admin.get(JOBS).await {
            Ok(answer) => answer.status.to_string(),
            Err(error) => format!("{:?}", error.kind()),
        };
        if seen.last() != Some(&outcome) {
            seen.push(outcome);
        }
    }
    seen
}

/// Behaviour 5.
#[tokio::test]
async fn a_restart_refuses_then_forbids_then_answers_and_forgets() {
    let room = Room::open(Options::default()).await;
    room.running("through", &json!({ "hold": true })).await;
    let revision = room.revision().await;
    let short = Duration::from_millis(60);
    let restart = Restart {
        draining: Duration::ZERO,
        refused: short,
        forbidden: short,
        history: History::CacheLost,
    };
    let seen = outcomes(&room, restart).await;
    let seen: Vec<_> = seen
        .iter()
        .filter(|it| *it != "Other" && *it != "ConnectionReset")
        .collect();
    assert!(
        seen.ends_with(&[
            &"ConnectionRefused".to_owned(),
            &"403".to_owned(),
            &"200".to_owned()
        ]),
        "{seen:?}"
    );
    let mut watch = room
        .watch(&format!("{JOBS}?watch=true&resourceVersion={revision}"))
        .await;
    let event = next(&mut watch).await.expect("an ERROR event");
    assert_eq!(
        (&event["type"], &event["object"]["code"]),
        (&json!("ERROR"), &json!(410))
    );
    assert_eq!(next(&mut watch).await, None);
    // The container ran on meanwhile, and its end is told.
    let pod = room.standin.pod_of("runs", "through").unwrap();
    assert!(room.standin.finish("runs", &pod, 0));
    room.comes_to("through", "Complete").await;
}

/// Behaviour 6.
#[tokio::test]
async fn a_server_that_stops_leaves_old_watches_open_and_silent() {
    let room = Room::open(Options::default()).await;
    room.running("old", &json!({ "hold": true })).await;
    let mut watch = room.watch(&format!("{JOBS}?watch=true")).await;
    assert!(next(&mut watch).await.is_some());
    let long = Duration::from_millis(300);
    let restart = Restart {
        draining: long,
        ..Restart::default()
    };
    let mut over = std::pin::pin!(room.standin.restart(restart));
    let silent = async {
        // As soon as a new connection is refused, the old watch must be open and say nothing.
        while room.admin.get(JOBS).await.is_ok() {}
        room.standin
            .finish("runs", &room.standin.pod_of("runs", "old").unwrap(), 0);
        let soon = Instant::now() + long / 3;
        timeout_at(soon, watch.next()).await
    };
    let silence = tokio::select! {
        () = over.as_mut() => panic!("it was back too early"),
        silence = silent => silence,
    };
    assert!(silence.is_err(), "it said {silence:?}");
    over.await;
    assert_eq!(next(&mut watch).await, None, "in the end it is closed");
    room.comes_to("old", "Complete").await;
}

/// Behaviour 9.
#[tokio::test]
async fn an_old_page_is_served_until_the_server_is_restarted_over_a_compacted_store() {
    let room = Room::open(Options::default()).await;
    for name in ["a", "b", "c"] {
        room.suspended(name).await;
    }
    let page = room.get("limit=1").await.body;
    let revision = page["metadata"]["resourceVersion"].as_str().unwrap();
    let rest = format!("limit=5&continue={}", token(&page));
    let exact = format!("resourceVersion={revision}&resourceVersionMatch=Exact");
    let label = json!({ "metadata": { "labels": { "new": "1" } } });
    room.admin
        .patch(&format!("{JOBS}/b"), &label)
        .await
        .unwrap();
    let background = json!({ "propagationPolicy": "Background" });
    room.admin
        .delete(&format!("{JOBS}/c"), &background)
        .await
        .unwrap();
    // As it was: c lives, and b has no new label.
    let old = room.get(&rest).await.body;
    assert_eq!(names(&old), ["b", "c"]);
    assert!(old["items"][0]["metadata"]["labels"]["new"].is_null());
    assert_eq!(old["metadata"]["resourceVersion"], revision);
    let quick = Restart {
        refused: Duration::ZERO,
        forbidden: Duration::ZERO,
        ..Restart::default()
    };
    room.standin.restart(quick).await;
    assert_eq!(room.get(&exact).await.status, 200, "etcd still has it");
    let compacted = Restart {
        history: History::Compacted,
        ..quick
    };
    room.standin.restart(compacted).await;
    assert_eq!(room.get(&exact).await.status, 410);
    let gone = room.get(&rest).await;
    assert_eq!(
        (gone.status, &gone.body["reason"]),
        (410, &json!("Expired"))
    );
    let rest = room
        .get(&format!("limit=5&continue={}", token(&gone.body)))
        .await;
    assert_eq!(names(&rest.body), ["b"], "what there is now");
}

/// The continue token of a list, fit for a query.
fn token(list: &Value) -> String {
    let token = list["metadata"]["continue"].as_str().unwrap_or_default();
    token.replace('/', "%2F")
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().into_iter().flatten();
    items
        .filter_map(|it| it["metadata"]["name"].as_str())
        .collect()
}

#[tokio::test]
async fn the_port_stays_and_nothing_is_left_after_the_drop() {
    let room = Room::open(Options::default()).await;
    let address = room.standin.address();
    room.standin.restart(Restart::default()).await;
    assert_eq!(room.admin.get("/version").await.unwrap().status, 200);
    drop(room.standin);
    let free = async { while room.admin.get("/version").await.is_ok() {} };
    timeout_at(Instant::now() + super::room::LONG, free)
        .await
        .expect("nobody listens any more");
    let again = Options {
        port: address.port(),
        ..Options::default()
    };
    let standin = Standin::start(again).await.unwrap();
    assert_eq!(standin.address(), address);
}

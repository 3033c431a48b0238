//! How long a server that says nothing is believed.

use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{advance, pause, resume, timeout},
};

use super::*;
use crate::kubernetes::{
    measure::Hearing,
    scripted::{Act, Scripted},
};

fn opened(version: u32) -> Act {
    let job: Value = json!({ "metadata": { "name": "j", "uid": "u", "resourceVersion": version.to_string() },
        "spec": { "template": {} } });
    let event = json!({ "type": "MODIFIED", "object": job });
    Act::Pieces {
        pieces: vec![format!("{event}\n")],
        ends: false,
    }
}

/// Lets so much time pass while nothing comes: connections work in real time, so it must not stand still for long.
async fn pass(seconds: u64) {
    pause();
    advance(Duration::from_secs(seconds)).await;
    resume();
}

/// An API server that goes down keeps its watches open and silent, and a quiet cluster is as silent as that one: no watch
/// is longer than 30 s, and what is still open 5 s later is broken.
#[tokio::test]
async fn a_watch_that_is_silent_beyond_its_time_is_opened_anew_from_its_place() {
    let list = json!({ "kind": "JobList", "apiVersion": "batch/v1", "metadata": { "resourceVersion": "5" }, "items": [] });
    let server = Scripted::new([Act::json(200, &list), opened(6), opened(7)]);
    let (sights, mut seen) = mpsc::channel(16);
    let mut follower = JoinSet::new();
    let (namespace, selector) = ("runs".to_owned(), "a=b".to_owned());
    follower.spawn(follow::<JobSeen>(
        server.cluster().await,
        namespace,
        selector,
        sights,
        Hearing::default().ear(Duration::ZERO),
    ));
    let version = |sight: Option<Sight>| match sight {
        Some(Sight::Jobs(_, jobs)) => format!("{} Jobs", jobs.len()),
        Some(Sight::Job(Change::Seen(job))) => job.resource_version,
        other => panic!("{other:?}"),
    };
    assert_eq!(version(seen.recv().await), "0 Jobs");
    assert_eq!(version(seen.recv().await), "6");
    pass(34).await;
    let early = timeout(Duration::from_millis(300), seen.recv()).await;
    assert!(early.is_err(), "{early:?}");
    pass(1).await;
    assert_eq!(version(seen.recv().await), "7");
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(asked[2].uri.contains("watch=true"), "{:?}", asked[2]);
    assert!(asked[2].uri.contains("resourceVersion=6"), "{:?}", asked[2]);
}

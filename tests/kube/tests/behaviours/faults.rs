//! Faults that are ordered: what the client meets, and what has happened all the same.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout_at};
use weir_kube_standin::{Effect, Fault, Options, Resource};

use super::room::{JOBS, Room, job};

#[tokio::test]
async fn an_answer_in_place_of_the_effect() {
    let room = Room::open(Options::default()).await;
    room.standin.fault(
        Fault::new(Effect::Answer(429, Some(7)))
            .verb("create")
            .resource("jobs"),
    );
    assert_eq!(
        room.admin.get(JOBS).await.unwrap().status,
        200,
        "another verb is not met"
    );
    let answer = room
        .admin
        .post(JOBS, &job("busy", &json!({})))
        .await
        .unwrap();
    assert_eq!(
        (answer.status, &answer.body["reason"]),
        (429, &json!("TooManyRequests"))
    );
    assert_eq!(answer.headers["retry-after"], "7");
    assert!(room.standin.get(Resource::Jobs, "runs", "busy").is_none());
    assert_eq!(
        room.admin
            .post(JOBS, &job("busy", &json!({})))
            .await
            .unwrap()
            .status,
        201,
        "only once"
    );
    for code in [500, 503, 504] {
        room.standin.fault(Fault::new(Effect::Answer(code, None)));
        assert_eq!(room.admin.get(JOBS).await.unwrap().status, code);
    }
}

#[tokio::test]
async fn a_connection_cut_before_or_after_the_effect() {
    let room = Room::open(Options::default()).await;
    room.standin
        .fault(Fault::new(Effect::CutBefore).name("cut-before"));
    room.standin
        .fault(Fault::new(Effect::CutAfter).name("cut-after"));
    assert!(
        room.admin
            .post(JOBS, &job("cut-before", &json!({})))
            .await
            .is_err()
    );
    assert!(
        room.admin
            .post(JOBS, &job("cut-after", &json!({})))
            .await
            .is_err()
    );
    assert!(
        room.standin
            .get(Resource::Jobs, "runs", "cut-before")
            .is_none()
    );
    assert!(
        room.standin
            .get(Resource::Jobs, "runs", "cut-after")
            .is_some()
    );
    let unanswered = room
        .standin
        .requests()
        .iter()
        .filter(|it| it.status.is_none())
        .count();
    assert_eq!(unanswered, 2, "the record knows that nobody was told");
}

#[tokio::test]
async fn no_answer_at_all_before_or_after_the_effect() {
    let room = Room::open(Options::default()).await;
    room.standin
        .fault(Fault::new(Effect::NeverBefore).name("never-before"));
    room.standin
        .fault(Fault::new(Effect::NeverAfter).name("never-after"));
    for name in ["never-before", "never-after"] {
        let soon = Instant::now() + Duration::from_millis(200);
        assert!(
            timeout_at(soon, room.admin.post(JOBS, &job(name, &json!({}))))
                .await
                .is_err()
        );
    }
    assert!(
        room.standin
            .get(Resource::Jobs, "runs", "never-before")
            .is_none()
    );
    assert!(
        room.standin
            .get(Resource::Jobs, "runs", "never-after")
            .is_some()
    );
}

#[tokio::test]
async fn the_third_one_and_one_in_three_by_chance() {
    let room = Room::open(Options::default()).await;
    room.standin
        .fault(Fault::new(Effect::Answer(503, None)).verb("list").skip(2));
    let mut statuses = vec![];
    for _ in 0..4 {
        statuses.push(room.admin.get(JOBS).await.unwrap().status);
    }
    assert_eq!(statuses, [200, 200, 503, 200]);
    room.standin.clear_faults();
    room.standin
        .fault(Fault::new(Effect::Answer(500, None)).per_mille(333));
    let mut failed = 0;
    for _ in 0..60 {
        failed += u32::from(room.admin.get(JOBS).await.unwrap().status == 500);
    }
    assert!((5..40).contains(&failed), "{failed} of 60");
}

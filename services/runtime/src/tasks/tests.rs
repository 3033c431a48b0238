//! Tasks end together, whatever ends the first of them, and the answer names it.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::bail;
use tokio::sync::oneshot;

use super::*;

const GRACE: Duration = Duration::from_secs(5);
/// Real time after which a test that waits for an event has failed.
const DEADLINE: Duration = Duration::from_secs(10);

async fn joined(tasks: Tasks, grace: Duration) -> String {
    let result = tokio::time::timeout(DEADLINE, tasks.join(grace))
        .await
        .expect("join ends");
    result.map_or_else(|error| format!("{error:#}"), |()| "ok".to_owned())
}

/// A task that only ends when it is told to, and says so.
fn sibling(tasks: &mut Tasks) -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stopped);
    tasks.spawn("sibling", |stop| async move {
        stop.cancelled().await;
        seen.store(true, Ordering::SeqCst);
        Ok(())
    });
    stopped
}

#[tokio::test]
async fn an_error_stops_the_siblings_and_is_told_with_the_name() {
    let mut tasks = Tasks::new();
    let stopped = sibling(&mut tasks);
    tasks.spawn("reader", |_stop| async { bail!("the stream is gone") });
    assert_eq!(
        joined(tasks, GRACE).await,
        "task reader: the stream is gone"
    );
    assert!(stopped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_panic_stops_the_siblings_and_is_told_with_the_name() {
    let mut tasks = Tasks::new();
    let stopped = sibling(&mut tasks);
    tasks.spawn("planner", |_stop| async {
        panic!("slot {} is held twice", 3)
    });
    assert_eq!(
        joined(tasks, GRACE).await,
        "task planner: panicked: slot 3 is held twice"
    );
    assert!(stopped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_quiet_end_stops_the_siblings_too() {
    let mut tasks = Tasks::new();
    let stopped = sibling(&mut tasks);
    tasks.spawn("demo", |_stop| async { Ok(()) });
    assert_eq!(joined(tasks, GRACE).await, "ok");
    assert!(stopped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn siblings_are_stopped_before_anybody_joins() {
    let mut tasks = Tasks::new();
    let stop = tasks.stop_token();
    tasks.spawn("reader", |_stop| async { bail!("early") });
    tokio::time::timeout(DEADLINE, stop.cancelled())
        .await
        .expect("the end of a task cancels the token");
    assert_eq!(joined(tasks, GRACE).await, "task reader: early");
}

#[tokio::test]
async fn the_token_stops_all_and_what_is_done_in_the_grace_counts() {
    let mut tasks = Tasks::new();
    let (release, released) = oneshot::channel::<()>();
    tasks.spawn("slow", |stop| async move {
        stop.cancelled().await;
        released.await?;
        Ok(())
    });
    tasks.stop_token().cancel();
    release.send(()).expect("the task waits for it");
    assert_eq!(joined(tasks, GRACE).await, "ok");
}

#[tokio::test(start_paused = true)]
async fn what_outlives_the_grace_is_aborted_and_named() {
    let mut tasks = Tasks::new();
    let (held, mut dropped) = oneshot::channel::<()>();
    tasks.spawn("deaf", |_stop| async move {
        let _held = held;
        pending().await
    });
    sibling(&mut tasks);
    tasks.stop_token().cancel();
    assert_eq!(
        joined(tasks, GRACE).await,
        "still running 5s after the order to stop, aborted: deaf"
    );
    assert_eq!(
        dropped.try_recv(),
        Err(oneshot::error::TryRecvError::Closed),
        "the task's future is dropped by now"
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_error_wins_over_later_ones_and_over_the_late() {
    let mut tasks = Tasks::new();
    tasks.spawn("second", |stop| async move {
        stop.cancelled().await;
        bail!("also broken")
    });
    tasks.spawn("deaf", |_stop| pending());
    tasks.spawn("first", |_stop| async { bail!("broken") });
    assert_eq!(joined(tasks, GRACE).await, "task first: broken");
}

#[tokio::test(start_paused = true)]
async fn without_an_end_the_grace_does_not_run() {
    let mut tasks = Tasks::new();
    tasks.spawn("long", |stop| async move {
        let week = Duration::from_hours(7 * 24);
        assert!(
            tokio::time::timeout(week, stop.cancelled()).await.is_err(),
            "nobody stops it"
        );
        Ok(())
    });
    let joined = tasks.join(GRACE).await;
    assert!(joined.is_ok(), "{joined:?}");
}

#[tokio::test]
async fn no_tasks_end_at_once() {
    assert_eq!(joined(Tasks::new(), GRACE).await, "ok");
}

#[tokio::test]
async fn dropping_the_set_drops_the_tasks() {
    let mut tasks = Tasks::new();
    let (held, dropped) = oneshot::channel::<()>();
    tasks.spawn("deaf", |_stop| async move {
        let _held = held;
        pending().await
    });
    drop(tasks);
    let gone = tokio::time::timeout(DEADLINE, dropped)
        .await
        .expect("the future is dropped");
    assert!(gone.is_err());
}

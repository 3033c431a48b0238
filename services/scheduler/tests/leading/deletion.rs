//! Deleted queues: nothing starts, what runs goes on, and nothing is ever silently forgotten.

use std::{sync::Arc, time::Duration};

use weir_core::{
    cell::{CellState, ConfigObject, Deletion, QueueConfig},
    event::OutcomeClass,
    ids::{QueueKey, QueueStream, Seq},
    request::{Request, RunRequest},
    state::{Stage, StateName},
};
use weir_log::{Append, AppendError, Entry, QueueLog};

use crate::cell::{Cell, id};

/// The queue is deleted; gives the deletion's position.
async fn delete(cell: &Cell) -> Seq {
    let key = cell.queue.key.clone();
    let held = cell
        .until_cell("the queue is configured", |state| {
            state.queue(&key).is_some()
        })
        .await;
    let last = held.queue(&key).unwrap().revision;
    let deletion = ConfigObject::Deletion(Deletion::Queue(key));
    cell.configure_over(Seq(last.0), deletion).await
}

async fn until_closed(cell: &Cell) -> CellState {
    let life = cell.queue.clone();
    cell.until_cell("the queue is closed", |state| state.closed(&life).is_some())
        .await
}

fn message(cell: &Cell, run: &str) -> String {
    match &cell.folded.run(&id(run)).unwrap().stage {
        Stage::Ended(end) => end.message.clone(),
        Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed => {
            String::new()
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deleted_queue_starts_nothing_and_is_closed_when_all_has_ended() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    cell.run("runs").await;
    let claim = cell.until_claimed("runs", 1).await;
    cell.take("runs", 1, claim).await;
    cell.run("waits").await;
    tokio::time::advance(Duration::from_millis(1)).await;
    let deleted = delete(&cell).await;
    cell.until_state("waits", StateName::Cancelled).await;
    cell.run("late").await;
    cell.until_state("late", StateName::Rejected).await;
    for run in ["waits", "late"] {
        let said = message(&cell, run);
        let named = format!("by test (revision {deleted})");
        assert!(
            said.contains(&named) && said.contains("being deleted"),
            "{said}"
        );
    }
    let state = cell
        .until_cell("the deletion", |state| state.applied() >= deleted)
        .await;
    assert!(state.deleting(&cell.queue.key).is_some());
    cell.finish("runs", 1, claim, OutcomeClass::Completed).await;
    let state = until_closed(&cell).await;
    assert!(state.queue(&cell.queue.key).is_none());
    let usage = cell.log.usage(&cell.queue).await.unwrap();
    assert_eq!(state.closed(&cell.queue).unwrap().last, usage.last);
    let refused = cell.log.append(&cell.queue, later()).await;
    assert!(
        matches!(refused, Err(AppendError::Sealed { .. })),
        "{refused:?}"
    );

    // Its next life has the same name, the same run ids and the same positions, and nothing else in common.
    let next = QueueStream {
        incarnation: 2,
        ..cell.queue.clone()
    };
    cell.configure_over(deleted, cell.queue_config()).await;
    cell.until_cell("the next life is open", |state| {
        state.opened(&next.key).is_some()
    })
    .await;
    cell.turn_to(next).await;
    // Judged like any other, though its position was judged in the life before.
    let nowhere = RunRequest {
        deployment: Some("etl/nowhere".parse().unwrap()),
        ..RunRequest::default()
    };
    cell.request("typo", Request::Run(Arc::new(nowhere))).await;
    cell.until_state("typo", StateName::Rejected).await;
    cell.worker(10).await;
    for run in ["runs", "waits", "late"] {
        cell.run(run).await;
        let claim = cell.until_claimed(run, 1).await;
        cell.take(run, 1, claim).await;
        cell.finish(run, 1, claim, OutcomeClass::Completed).await;
        cell.until_state(run, StateName::Completed).await;
    }
}

fn later() -> Append {
    let request = Request::Run(Arc::new(RunRequest::default()));
    let entry = Entry::Request {
        run_id: id("later"),
        payload: weir_proto::encode_request(&request),
        traceparent: None,
    };
    Append {
        entry,
        fence: None,
        msg_id: None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_of_a_deleted_queue_is_not_tried_again() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let request = RunRequest {
        retries: Some(3),
        ..RunRequest::default()
    };
    cell.request("fails", Request::Run(Arc::new(request))).await;
    let claim = cell.until_claimed("fails", 1).await;
    cell.take("fails", 1, claim).await;
    delete(&cell).await;
    cell.finish("fails", 1, claim, OutcomeClass::Failed).await;
    cell.until_state("fails", StateName::Cancelled).await;
    until_closed(&cell).await;
}

/// The leader that has sealed the stream dies before it says so. The next one cannot write its epoch there any more, and
/// yet the pool's other queues must not stay closed for ever.
#[tokio::test(start_paused = true)]
async fn a_leader_that_finds_a_sealed_queue_closes_it() {
    let mut cell = Cell::new(Some(1)).await;
    let first = cell.schedule("one");
    cell.worker(10).await;
    cell.run("ends").await;
    let claim = cell.until_claimed("ends", 1).await;
    cell.take("ends", 1, claim).await;
    cell.finish("ends", 1, claim, OutcomeClass::Completed).await;
    cell.until_state("ends", StateName::Completed).await;
    first.cancel();
    delete(&cell).await;
    cell.log.shut_queue(&cell.queue).await.unwrap();
    cell.log.seal_queue(&cell.queue).await.unwrap();
    let other = QueueKey::new("pool".parse().unwrap(), "other".parse().unwrap());
    let ConfigObject::Queue(config) = cell.queue_config() else {
        return;
    };
    cell.configure(ConfigObject::Queue(QueueConfig {
        key: other.clone(),
        ..config
    }))
    .await;
    let _second = cell.schedule("two");
    until_closed(&cell).await;
    cell.until_cell("the other is open", |state| state.opened(&other).is_some())
        .await;
    cell.turn_to(QueueStream {
        key: other,
        incarnation: 1,
    })
    .await;
    cell.run("goes-on").await;
    cell.until_claimed("goes-on", 1).await;
}

/// A broker that had not heard of the shut door may store a request behind everything that a leader has seen.
#[tokio::test(start_paused = true)]
async fn what_slips_in_behind_all_decisions_counts_as_rejected() {
    let mut cell = Cell::new(None).await;
    let first = cell.schedule("one");
    cell.run("waits").await;
    cell.until_cell("it is open", |state| {
        state.opened(&cell.queue.key).is_some()
    })
    .await;
    first.cancel();
    delete(&cell).await;
    cell.log.seal_queue(&cell.queue).await.unwrap();
    let _second = cell.schedule("two");
    let state = until_closed(&cell).await;
    // Everybody who folds the sealed stream to its end says the same.
    let mut all = weir_core::state::State {
        cell: state,
        ..weir_core::state::State::default()
    };
    let followed = all.follow_cell();
    assert_eq!(followed.begun, [cell.queue.clone()]);
    let records = cell.until("all is read", |_, record| record.cloned().map(|r| vec![r]));
    for record in records.await {
        all.life_mut(&cell.queue).unwrap().apply(record);
    }
    let last = cell.log.usage(&cell.queue).await.unwrap().last;
    for seq in 2..=last.0 {
        if let Some(record) = cell.log.record(&cell.queue, Seq(seq)).await.unwrap() {
            all.life_mut(&cell.queue).unwrap().apply(record);
        }
    }
    all.settle(&cell.queue);
    let run = all.past[&cell.queue].run(&id("waits")).unwrap();
    assert_eq!(run.state_name(), StateName::Rejected);
}

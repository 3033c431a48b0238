//! What a leader does with what it reads: on the in-memory log and on virtual time, with the worker's part spoken by hand.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod cell;
mod deletion;
mod endings;
mod families;
mod lateness;
mod measures;
mod names;
mod outliving;
mod schedules;
mod timing;
mod traces;
mod why;

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_core::{
    cell::{CellBody, ConfigObject, DeploymentConfig, QueueConfig},
    event::{Body, Claim, OutcomeClass, Report, Reported, RevokeCause, Voice},
    ids::{Attempt, QueueKey, QueueStream, Seq},
    json::JsonObject,
    request::{CancelRequest, FaultCode, Request, RunRequest},
    state::{QueueState, Stage, StateName},
};
use weir_log::{
    Append, CellLog, Entry, Fence, QueueLog, Tail, TailEvent,
    memory::faults::{AppendFault, AppendRule, Fate},
};

use cell::{Cell, id, live, session};

#[tokio::test(start_paused = true)]
async fn a_request_becomes_a_claim_only_when_a_worker_has_room() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    cell.run("a").await;
    // A request that is rejected shows that the leader has read past the first one.
    cell.request("b", Request::Cancel(CancelRequest::default()))
        .await;
    cell.run("b").await;
    cell.until_state("b", StateName::Cancelled).await;
    assert_eq!(
        cell.folded.run(&id("a")).unwrap().state_name(),
        StateName::Scheduled
    );
    cell.worker(1).await;
    cell.until_claimed("a", 1).await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_run_is_rejected_and_says_what_to_mend() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let job_variables = JsonObject::parse(r#"{"sise": 3}"#).unwrap();
    cell.request(
        "typo",
        Request::Run(Arc::new(RunRequest {
            job_variables,
            ..RunRequest::default()
        })),
    )
    .await;
    let deployment = Some("etl/nightly".parse().unwrap());
    cell.request(
        "gone",
        Request::Run(Arc::new(RunRequest {
            deployment,
            ..RunRequest::default()
        })),
    )
    .await;
    cell.until_state("typo", StateName::Rejected).await;
    cell.until_state("gone", StateName::Rejected).await;
    let end = |run: &str| match &cell.folded.run(&id(run)).unwrap().stage {
        Stage::Ended(end) => end.clone(),
        Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed => {
            panic!("{run} has not ended")
        }
    };
    assert_eq!(end("typo").reason, FaultCode::UnknownVariable.as_str());
    assert!(
        end("typo").message.contains("size"),
        "{}",
        end("typo").message
    );
    assert_eq!(end("gone").reason, FaultCode::UnknownDeployment.as_str());
}

#[tokio::test(start_paused = true)]
async fn deploy_then_submit_works_even_where_the_leader_reads_the_cell_log_late() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    cell.run("first").await;
    cell.until_claimed("first", 1).await;
    let deployment = DeploymentConfig::new("etl/nightly".parse().unwrap(), cell.queue.key.clone());
    let name = Some(deployment.name.clone());
    cell.configure(ConfigObject::Deployment(Box::new(deployment)))
        .await;
    cell.request(
        "at-once",
        Request::Run(Arc::new(RunRequest {
            deployment: name,
            ..RunRequest::default()
        })),
    )
    .await;
    cell.until_claimed("at-once", 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_is_stored_after_its_time_out_passes_no_limit() {
    for stored in [Fate::Never, Fate::Now, Fate::Later] {
        let mut cell = Cell::new(Some(2)).await;
        cell.worker(10).await;
        cell.log.faults().on_append(
            AppendRule::next(&cell.queue, AppendFault::TimesOut(stored)).voice(Voice::Claim),
        );
        let _leader = cell.schedule("one");
        for run in ["a", "b", "c", "d"] {
            cell.run(run).await;
        }
        let mut ended = 0;
        let mut released = false;
        while ended < 4 {
            let (run, attempt, claim) = cell
                .until("a claim", |folded, _| {
                    assert!(live(folded) <= 2, "limit passed");
                    folded.runs().find_map(|(id, run)| {
                        let live = run.live.as_deref().filter(|live| live.holder.is_none())?;
                        Some((id.clone(), live.attempt, live.claim_seq))
                    })
                })
                .await;
            cell.take(run.as_str(), attempt.0, claim).await;
            if !released {
                // What the broker holds back comes at the worst time: when the leader has gone on.
                released = true;
                cell.log.faults().release();
            }
            cell.finish(run.as_str(), attempt.0, claim, OutcomeClass::Completed)
                .await;
            ended += 1;
            cell.until_state(run.as_str(), StateName::Completed).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_standby_takes_over_and_the_old_leaders_word_is_refused() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let first = cell.schedule("first");
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    let old = cell.folded.lane(weir_core::ids::Lane(3)).unwrap();
    let _second = cell.schedule("second");
    first.cancel();
    cell.run("b").await;
    cell.finish("a", 1, claim, OutcomeClass::Completed).await;
    cell.until_claimed("b", 1).await;
    let new = cell.folded.lane(weir_core::ids::Lane(3)).unwrap();
    assert!(new.0 > old.0);
    let epoch = weir_core::event::EpochRecord {
        lane: weir_core::ids::Lane(3),
        epoch: old.0,
        leader: "first".parse().unwrap(),
    };
    let late = Append {
        entry: Entry::Epoch(epoch),
        fence: Some(Fence::Lane {
            lane: weir_core::ids::Lane(3),
            seq: old.1,
        }),
        msg_id: None,
    };
    assert!(matches!(
        cell.log.append(&cell.queue, late).await,
        Err(weir_log::AppendError::Fenced { .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_nobody_takes_is_taken_back_and_made_again() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    cell.run("a").await;
    cell.until_claimed("a", 1).await;
    cell.worker(10).await;
    let claim = cell.until_claimed("a", 2).await;
    assert_eq!(
        cell.folded.run(&id("a")).unwrap().tries,
        0,
        "nobody has tried"
    );
    cell.take("a", 2, claim).await;
    cell.finish("a", 2, claim, OutcomeClass::Completed).await;
    cell.until_state("a", StateName::Completed).await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_is_tried_again_after_its_delay_and_then_fails_for_good() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let request = RunRequest {
        retries: Some(1),
        retry_delay: Some(Duration::from_secs(7)),
        ..RunRequest::default()
    };
    cell.request("a", Request::Run(Arc::new(request))).await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    cell.finish("a", 1, claim, OutcomeClass::Failed).await;
    cell.until_state("a", StateName::AwaitingRetry).await;
    let since = cell.clock.now();
    let claim = cell.until_claimed("a", 2).await;
    assert!(cell.clock.now().since(since) >= Duration::from_secs(7));
    cell.take("a", 2, claim).await;
    cell.finish("a", 2, claim, OutcomeClass::Failed).await;
    cell.until_state("a", StateName::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_stops_renewing_loses_its_attempts_after_its_whole_lease() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let since = cell.clock.now();
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    let cause = cell
        .until("the revocation", |_, record| match &record?.body {
            Body::Claim { decided, .. } => match &decided.what {
                Claim::Revoked(revoked) => Some(revoked.cause.clone()),
                Claim::Claimed(_) => None,
            },
            Body::Request { .. }
            | Body::Decision { .. }
            | Body::Report { .. }
            | Body::Epoch(_)
            | Body::Malformed { .. } => None,
        })
        .await;
    assert_eq!(cause, RevokeCause::WorkerLost { session: session() });
    assert!(cell.clock.now().since(since) >= Duration::from_secs(15));
    cell.until_state("a", StateName::WorkerLost).await;
}

#[tokio::test(start_paused = true)]
async fn a_cancel_reaches_a_run_wherever_it_stands() {
    let mut cell = Cell::new(Some(2)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    for run in ["held", "claimed", "waiting"] {
        cell.run(run).await;
    }
    let held = cell.until_claimed("held", 1).await;
    cell.take("held", 1, held).await;
    let claimed = cell.until_claimed("claimed", 1).await;
    for run in ["held", "claimed", "waiting"] {
        let cancel = CancelRequest {
            reason: "enough".to_owned(),
            ..CancelRequest::default()
        };
        cell.request(run, Request::Cancel(cancel)).await;
    }
    cell.until_state("waiting", StateName::Cancelled).await;
    cell.until_state("claimed", StateName::Cancelled).await;
    // Nobody can take the claim any more.
    let report = Report {
        attempt: Attempt(1),
        session: session(),
        n: 1,
        what: Reported::Taken {
            worker: "worker".parse().unwrap(),
            lease: Duration::ZERO,
        },
    };
    let late = Append {
        entry: Entry::Report {
            run_id: id("claimed"),
            report,
        },
        fence: Some(Fence::Claim(claimed)),
        msg_id: None,
    };
    assert!(matches!(
        cell.log.append(&cell.queue, late).await,
        Err(weir_log::AppendError::Fenced { .. })
    ));
    cell.until("the order", |folded, _| {
        folded.run(&id("held"))?.live.as_deref()?.stop
    })
    .await;
    assert_eq!(live(&cell.folded), 1, "the slot is held until it is gone");
    cell.finish("held", 1, held, OutcomeClass::Stopped).await;
    cell.until_state("held", StateName::Cancelled).await;
    assert_eq!(live(&cell.folded), 0);
}

#[tokio::test(start_paused = true)]
async fn a_queue_made_while_the_leadership_changes_is_opened_once_and_works() {
    // At every point of the old leader's work on it: before it has seen the queue, and so many turns of the executor on.
    for turns in [0, 1, 2, 3, 5, 8, 13, 21, 34] {
        let mut cell = Cell::new(None).await;
        cell.worker(10).await;
        let first = cell.schedule("first");
        cell.run("a").await;
        cell.until_claimed("a", 1).await;
        let _second = cell.schedule("second");
        let key = QueueKey::new("pool".parse().unwrap(), "late".parse().unwrap());
        let late = QueueStream {
            key: key.clone(),
            incarnation: 1,
        };
        cell.log.create_queue(&late, 1 << 30).await.unwrap();
        let config = QueueConfig {
            key: key.clone(),
            description: String::new(),
            concurrency_limit: None,
            priority: NonZeroU32::MIN,
            max_bytes: 1 << 30,
            paused: false,
            start_rate: None,
            weight: NonZeroU32::MIN,
        };
        cell.configure(ConfigObject::Queue(config)).await;
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        first.cancel();
        (cell.queue, cell.tail) = (late.clone(), cell.log.tail(&late, Seq(0)).await.unwrap());
        cell.folded = QueueState::default();
        cell.run("b").await;
        cell.until_claimed("b", 1).await;
        let mut opened = 0;
        let mut tail = cell.log.tail_cell(Seq(0)).await.unwrap();
        while let TailEvent::Records(records) = tail.next().await.unwrap() {
            let of_late = |body: &CellBody| matches!(body, CellBody::QueueOpened { queue, .. } if queue.key == key);
            opened += records
                .iter()
                .filter(|record| of_late(&record.body))
                .count();
        }
        assert_eq!(opened, 1, "after {turns} turns");
    }
}

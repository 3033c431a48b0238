//! How runs end, and how they go on after an end: policies, deadlines, the brake, lost workers, another attempt.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_core::{
    cell::{CellBody, CellState, ConfigObject, DeploymentConfig, OnLostWorker, PoolConfig},
    event::{Body, Claim, OutcomeClass, Reported, RevokeCause},
    ids::{Attempt, DeploymentName, Seq},
    request::{Request, RunRequest},
    retry::RetryPolicy,
    state::StateName,
};
use weir_log::{CellAppend, CellFence, CellLog, Tail, TailEvent};

use crate::cell::{Cell, id};

impl Cell {
    async fn cell_state(&self) -> CellState {
        let mut state = CellState::default();
        let mut tail = self.log.tail_cell(Seq(0)).await.unwrap();
        while let TailEvent::Records(records) = tail.next().await.unwrap() {
            for record in records {
                state.apply(record);
            }
        }
        state
    }
    /// Changes the pool.
    pub(crate) async fn change_pool(&self, change: impl FnOnce(&mut PoolConfig)) {
        let state = self.cell_state().await;
        let held = state.pool(&self.queue.key.pool).unwrap();
        let mut pool = held.value.clone();
        change(&mut pool);
        self.configure_over(Seq(held.revision.0), ConfigObject::Pool(pool))
            .await;
    }
    /// Deploys, over what there is.
    async fn deploy(&self, change: impl FnOnce(&mut DeploymentConfig)) -> DeploymentName {
        let name: DeploymentName = "etl/nightly".parse().unwrap();
        let state = self.cell_state().await;
        let held = state.deployment(&name);
        let fresh = || DeploymentConfig::new(name.clone(), self.queue.key.clone());
        let mut deployment = held.map_or_else(fresh, |held| held.value.clone());
        change(&mut deployment);
        let last = held.map_or(Seq(0), |held| Seq(held.revision.0));
        self.configure_over(last, ConfigObject::Deployment(Box::new(deployment)))
            .await;
        name
    }
    async fn run_of(&self, run: &str, deployment: &DeploymentName) {
        let request = RunRequest {
            deployment: Some(deployment.clone()),
            ..RunRequest::default()
        };
        self.request(run, Request::Run(Arc::new(request))).await;
    }
    pub(crate) async fn until_revoked(&mut self, run: &str) -> (RevokeCause, Seq) {
        let run = id(run);
        self.until("a revocation", |_, record| match &record?.body {
            Body::Claim { decided, run_id } if *run_id == run => match &decided.what {
                Claim::Revoked(revoked) => Some((revoked.cause.clone(), record?.seq)),
                Claim::Claimed(_) => None,
            },
            Body::Claim { .. }
            | Body::Request { .. }
            | Body::Decision { .. }
            | Body::Report { .. }
            | Body::Epoch(_)
            | Body::Malformed { .. } => None,
        })
        .await
    }
}

#[tokio::test(start_paused = true)]
async fn only_failures_that_the_policy_names_are_tried_again_and_each_after_its_delay() {
    let mut cell = Cell::new(Some(5)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let policy = RetryPolicy {
        factor: NonZeroU32::new(3).unwrap(),
        on: vec!["Timeout".parse().unwrap(), "exit".parse().unwrap()],
        not_on: vec!["exit:1".parse().unwrap()],
        ..RetryPolicy::default()
    };
    let request = RunRequest {
        retries: Some(5),
        retry_delay: Some(Duration::from_secs(2)),
        retry_policy: Some(Arc::new(policy)),
        ..RunRequest::default()
    };
    cell.request("a", Request::Run(Arc::new(request))).await;
    for (attempt, delay) in [(1, 2), (2, 6)] {
        let claim = cell.until_claimed("a", attempt).await;
        cell.take("a", attempt, claim).await;
        cell.finish("a", attempt, claim, OutcomeClass::TimedOut)
            .await;
        cell.until_state("a", StateName::AwaitingRetry).await;
        let since = cell.clock.now();
        cell.until_claimed("a", attempt + 1).await;
        let waited = cell.clock.now().since(since).as_secs();
        assert!(
            (delay..delay + 1).contains(&waited),
            "{waited} s after {attempt}"
        );
    }
    // Exit code 1, which is spared although `exit` is named.
    let claim = cell.until_claimed("a", 3).await;
    cell.take("a", 3, claim).await;
    cell.finish("a", 3, claim, OutcomeClass::Failed).await;
    cell.until_state("a", StateName::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_and_not_started_in_time_is_taken_back_and_fails_to_start() {
    let mut cell = Cell::new(Some(1)).await;
    cell.change_pool(|pool| {
        pool.submit_timeout = Some(Duration::from_secs(3));
        pool.start_timeout = Some(Duration::from_secs(5));
    })
    .await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    let since = cell.clock.now();
    let (cause, revoked) = cell.until_revoked("a").await;
    assert_eq!(cause, RevokeCause::NotSubmitted);
    assert_eq!(cell.clock.now().since(since).as_secs(), 3);
    // Its slot is held until its worker says that nothing of it is left.
    assert_eq!(crate::cell::live(&cell.folded), 1);
    cell.report("a", 1, 2, revoked, Reported::Gone { outcome: None })
        .await;
    cell.until_state("a", StateName::StartFailed).await;

    cell.run("b").await;
    let claim = cell.until_claimed("b", 1).await;
    cell.take("b", 1, claim).await;
    let submitted = Reported::Submitted {
        infrastructure: "job".to_owned(),
    };
    cell.report("b", 1, 2, claim, submitted).await;
    let waiting = Reported::Waiting {
        reason: "ImagePullBackOff".to_owned(),
        message: "no such image".to_owned(),
    };
    cell.report("b", 1, 3, claim, waiting).await;
    let (cause, revoked) = cell.until_revoked("b").await;
    assert_eq!(cause, RevokeCause::NotStarted);
    cell.report("b", 1, 4, revoked, Reported::Gone { outcome: None })
        .await;
    cell.until_state("b", StateName::StartFailed).await;
    let view = weir_core::state::run_view(
        weir_core::ids::RunKey {
            queue: cell.queue.key.clone(),
            run_id: id("b"),
        },
        cell.folded.run(&id("b")).unwrap(),
    );
    assert_eq!(view.reason, "ImagePullBackOff");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_nobody_ends_when_its_time_is_up_is_taken_back_and_has_timed_out() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let request = RunRequest {
        timeout: Some(Duration::from_secs(5)),
        ..RunRequest::default()
    };
    cell.request("a", Request::Run(Arc::new(request))).await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    let started = Reported::Started {
        infrastructure: "pid 1".to_owned(),
    };
    cell.report("a", 1, 2, claim, started).await;
    let since = cell.clock.now();
    let revoked = loop {
        // The worker is there all the time, and does nothing.
        cell.worker(10).await;
        let clock = cell.clock.clone();
        let waited = clock.timeout(Duration::from_secs(10), cell.until_revoked("a"));
        if let Ok((cause, at)) = waited.await {
            assert_eq!(cause, RevokeCause::RanTooLong);
            break at;
        }
    };
    assert!(cell.clock.now().since(since) >= Duration::from_secs(305));
    cell.report("a", 1, 3, revoked, Reported::Gone { outcome: None })
        .await;
    cell.until_state("a", StateName::TimedOut).await;
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_cannot_be_started_pauses_itself_and_counts_anew_when_it_is_changed() {
    let mut cell = Cell::new(Some(5)).await;
    let name = cell
        .deploy(|deployment| deployment.pause_after_failed_starts = NonZeroU32::new(2))
        .await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    for run in ["a", "b"] {
        cell.run_of(run, &name).await;
        let claim = cell.until_claimed(run, 1).await;
        cell.take(run, 1, claim).await;
        cell.finish(run, 1, claim, OutcomeClass::StartFailed).await;
        cell.until_state(run, StateName::StartFailed).await;
    }
    let paused = |state: &CellState| {
        state
            .deployment(&name)
            .is_some_and(|held| held.value.paused)
    };
    let state = cell.until_cell("the pause", paused).await;
    let held = state.deployment(&name).unwrap();
    let reason = held.value.paused_reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("last 2 attempts") && reason.contains("run b"),
        "{reason}"
    );
    assert_eq!(held.author, "scheduler one");
    // What waits starts again when somebody resumes it, and one failure is not two.
    cell.run_of("c", &name).await;
    cell.deploy(|deployment| {
        deployment.paused = false;
        deployment.paused_reason = None;
    })
    .await;
    let claim = cell.until_claimed("c", 1).await;
    cell.take("c", 1, claim).await;
    cell.finish("c", 1, claim, OutcomeClass::StartFailed).await;
    cell.until_state("c", StateName::StartFailed).await;
    cell.run_of("d", &name).await;
    let claim = cell.until_claimed("d", 1).await;
    cell.take("d", 1, claim).await;
    let started = Reported::Started {
        infrastructure: "pid 1".to_owned(),
    };
    cell.report("d", 1, 2, claim, started).await;
    cell.until_state("d", StateName::Running).await;
    // A start in between, so that the next failure is the first again.
    cell.run_of("e", &name).await;
    let claim = cell.until_claimed("e", 1).await;
    cell.take("e", 1, claim).await;
    cell.finish("e", 1, claim, OutcomeClass::StartFailed).await;
    cell.run_of("f", &name).await;
    cell.until_claimed("f", 1).await;
    assert!(!paused(&cell.cell_state().await));
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_holds_keeps_the_slots_of_a_lost_worker_until_it_is_given_up() {
    let mut cell = Cell::new(Some(1)).await;
    cell.change_pool(|pool| pool.on_lost_worker = OnLostWorker::Hold)
        .await;
    let leader = cell.schedule("one");
    cell.worker(10).await;
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    cell.run("b").await;
    // Many leases later, and after another has taken the lead, the slot is still held.
    cell.clock.sleep(Duration::from_mins(5)).await;
    leader.cancel();
    let _second = cell.schedule("two");
    cell.clock.sleep(Duration::from_mins(5)).await;
    cell.run("c").await;
    cell.until("the request", |folded, _| folded.run(&id("c")).map(|_| ()))
        .await;
    assert_eq!(
        cell.folded.run(&id("a")).unwrap().state_name(),
        StateName::Submitting
    );
    let body = CellBody::WorkerForgotten {
        pool: cell.queue.key.pool.clone(),
        worker: "worker".parse().unwrap(),
        author: "test".to_owned(),
    };
    let append = CellAppend {
        body,
        fence: CellFence::Own(Seq(0)),
        msg_id: None,
    };
    cell.log.append_cell(append).await.unwrap();
    cell.until_state("a", StateName::WorkerLost).await;
    assert_eq!(crate::cell::live(&cell.folded), 0);
}

#[tokio::test(start_paused = true)]
async fn an_ended_run_that_is_asked_for_again_gets_one_more_attempt_with_its_retries_counted_anew()
{
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let request = RunRequest {
        retries: Some(1),
        retry_delay: Some(Duration::from_secs(1)),
        ..RunRequest::default()
    };
    cell.request("a", Request::Run(Arc::new(request))).await;
    for attempt in [1, 2] {
        let claim = cell.until_claimed("a", attempt).await;
        cell.take("a", attempt, claim).await;
        cell.finish("a", attempt, claim, OutcomeClass::Failed).await;
    }
    cell.until_state("a", StateName::Failed).await;
    // Twice for the same end: it counts once.
    for _ in 0..2 {
        cell.request("a", Request::Retry(Some(Attempt(2)))).await;
    }
    let claim = cell.until_claimed("a", 3).await;
    cell.take("a", 3, claim).await;
    cell.finish("a", 3, claim, OutcomeClass::Failed).await;
    let claim = cell.until_claimed("a", 4).await;
    cell.take("a", 4, claim).await;
    cell.finish("a", 4, claim, OutcomeClass::Completed).await;
    cell.until_state("a", StateName::Completed).await;
    assert_eq!(cell.folded.anomalies().void_retries, 1);
    // What was cancelled may be asked for again, too.
    cell.run("hog").await;
    let hog = cell.until_claimed("hog", 1).await;
    cell.take("hog", 1, hog).await;
    cell.run("b").await;
    cell.request(
        "b",
        Request::Cancel(weir_core::request::CancelRequest::default()),
    )
    .await;
    cell.until_state("b", StateName::Cancelled).await;
    cell.request("b", Request::Retry(None)).await;
    cell.until_state("b", StateName::AwaitingRetry).await;
    cell.finish("hog", 1, hog, OutcomeClass::Completed).await;
    cell.until_claimed("b", 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_rejected_runs_when_it_is_asked_for_again_and_its_fault_is_mended() {
    let mut cell = Cell::new(Some(1)).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let name: DeploymentName = "etl/nightly".parse().unwrap();
    cell.run_of("a", &name).await;
    cell.until_state("a", StateName::Rejected).await;
    cell.request("a", Request::Retry(Some(Attempt(0)))).await;
    // Still the same fault: it is rejected again, not forgotten.
    cell.until_state("a", StateName::AwaitingRetry).await;
    cell.until_state("a", StateName::Rejected).await;
    cell.deploy(|_| {}).await;
    cell.request("a", Request::Retry(None)).await;
    cell.until_claimed("a", 1).await;
}

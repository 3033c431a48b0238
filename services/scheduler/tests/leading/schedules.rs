//! What schedules make: each time that is due one run, whoever leads and whenever.

mod jumps;
mod standing;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use weir_core::{
    cell::{ConfigObject, DeploymentConfig},
    event::{Body, Record, Voice},
    ids::{DeploymentName, RunId, Seq},
    json::JsonObject,
    request::{CancelRequest, Request, RunRequest},
    schedule::{ScheduleRef, run_id},
    state::{QueueState, StateName},
    time::Timestamp,
};

use weir_log::{
    QueueLog, Tail, TailEvent,
    memory::faults::{AppendFault, AppendRule, Fate},
};

use crate::cell::{Cell, id};

fn deployment(cell: &Cell, name: &str, schedules: &[&str]) -> DeploymentConfig {
    let read = |text: &&str| JsonObject::parse(text).unwrap();
    DeploymentConfig {
        schedules: schedules.iter().map(read).collect(),
        ..DeploymentConfig::new(name.parse().unwrap(), cell.queue.key.clone())
    }
}

async fn deploy(cell: &Cell, deployment: DeploymentConfig, last: Seq) -> Seq {
    let object = ConfigObject::Deployment(Box::new(deployment));
    cell.configure_over(last, object).await
}

/// The schedule that made a run, as the request says.
fn made(record: Option<&Record>) -> Option<(RunId, Arc<ScheduleRef>)> {
    let Body::Request {
        run_id, request, ..
    } = &record?.body
    else {
        return None;
    };
    match request {
        Request::Run(request) => Some((run_id.clone(), request.schedule.clone()?)),
        Request::Cancel(_)
        | Request::SetPriority(_)
        | Request::Retry(_)
        | Request::Waits(_)
        | Request::GoesOn(_)
        | Request::Bad(_) => None,
    }
}

/// Reads on until so many runs were made by schedules: the times that they are for, in the order of the log.
async fn until_made(cell: &mut Cell, most: usize) -> Vec<(RunId, Arc<ScheduleRef>, Timestamp)> {
    let mut all = Vec::new();
    cell.until(&format!("{most} runs of schedules"), |_, record| {
        all.extend(made(record).map(|(id, of)| (id, of, record.unwrap().at)));
        (all.len() >= most).then_some(())
    })
    .await;
    all
}

fn seconds(at: Timestamp) -> i64 {
    at.as_nanos() / 1_000_000_000
}

/// How often each run was asked for by a schedule, up to the request of `last`.
async fn requests(cell: &Cell, last: &RunId) -> BTreeMap<RunId, u32> {
    let mut count = BTreeMap::new();
    let mut tail = cell.log.tail(&cell.queue, Seq(0)).await.unwrap();
    while let TailEvent::Records(records) = tail.next().await.unwrap() {
        for record in &records {
            if let Some((id, of)) = made(Some(record)) {
                // The clock begins at 1,000 s.
                assert_eq!(seconds(of.due), 1_200);
                *count.entry(id).or_default() += 1;
            }
            if matches!(&record.body, Body::Request { run_id, .. } if run_id == last) {
                return count;
            }
        }
    }
    count
}

/// Lets virtual time pass.
async fn pass(cell: &Cell, span: Duration) {
    let until = cell.clock.monotonic() + span;
    cell.clock.sleep_until_monotonic(until).await;
}

fn waits(folded: &QueueState, run: &RunId) -> bool {
    folded.run(run).is_some_and(|run| !run.is_ended())
}

#[tokio::test(start_paused = true)]
async fn what_is_due_is_asked_for_at_its_time_under_an_id_that_follows_from_it() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    let text =
        r#"{"cron":"* * * * *","slug":"often","overlap_policy":"allow_all","parameters":{"a":1}}"#;
    deploy(&cell, deployment(&cell, "etl/load", &[text]), Seq(0)).await;
    let all = until_made(&mut cell, 3).await;
    for (n, (id, of, stored)) in (0_i64..).zip(&all) {
        // The clock begins at 1,000 s.
        assert_eq!(seconds(of.due), 1_020 + 60 * n);
        assert!(*stored >= of.due && stored.since(of.due) < Duration::from_millis(50));
        let name: DeploymentName = "etl/load".parse().unwrap();
        assert_eq!(*id, run_id(&name, &of.key, of.due));
        let request = cell.folded.run(id).unwrap().request.clone().unwrap();
        assert_eq!(request.parameters.as_str(), r#"{"a":1}"#);
        assert_eq!(request.scheduled_time, Some(of.due));
        assert!(!of.backfill && !of.database.is_empty() && of.epoch.0 > 0);
    }
    // Its lease has run out meanwhile.
    cell.worker(10).await;
    let first = all[0].0.to_string();
    cell.until_claimed(&first, 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_that_are_due_when_the_leader_is_killed_are_each_made_once() {
    for kill_after in [1, 25, 500] {
        let mut cell = Cell::new(Some(0)).await;
        let first = cell.schedule("one");
        for n in 0..10 {
            let all: Vec<String> = (0..100)
                .map(|n| format!(r#"{{"cron":"20 * * * *","slug":"s{n}"}}"#))
                .collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            deploy(&cell, deployment(&cell, &format!("etl/d{n}"), &all), Seq(0)).await;
        }
        let _second = cell.schedule("two");
        let many = |folded: &QueueState, most: usize| (folded.len() >= most).then_some(());
        cell.until("some are made", |folded, _| many(folded, kill_after))
            .await;
        first.cancel();
        cell.until("all are made", |folded, _| many(folded, 1_000))
            .await;
        // And no more until the next hour.
        pass(&cell, Duration::from_mins(1)).await;
        cell.run("last").await;
        let count = requests(&cell, &id("last")).await;
        assert_eq!(count.len(), 1_000, "killed after {kill_after}");
        assert!(
            count.values().all(|times| *times == 1),
            "killed after {kill_after}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_day_without_a_scheduler_each_time_is_made_up_for_once() {
    let mut cell = Cell::new(None).await;
    let leader = cell.schedule("one");
    let all = r#"{"cron":"0 * * * *","slug":"all","overlap_policy":"allow_all"}"#;
    let few =
        r#"{"cron":"0 * * * *","slug":"few","overlap_policy":"allow_all","catchup_window":"3h"}"#;
    let skip = r#"{"cron":"0 * * * *","slug":"skip"}"#;
    deploy(
        &cell,
        deployment(&cell, "etl/load", &[all, few, skip]),
        Seq(0),
    )
    .await;
    cell.until_cell("the queue is opened", |cell| {
        cell.all_opened().next().is_some()
    })
    .await;
    leader.cancel();
    pass(&cell, Duration::from_hours(24)).await;
    let _another = cell.schedule("two");
    let made = until_made(&mut cell, 24 + 3 + 1).await;
    let of = |slug: &str| -> Vec<i64> {
        let of = made.iter().filter(|(_, of, _)| of.key.as_str() == slug);
        of.map(|(_, of, _)| seconds(of.due) / 3_600).collect()
    };
    assert_eq!(of("all"), (1..=24).collect::<Vec<_>>());
    assert_eq!(of("few"), [22, 23, 24]);
    assert_eq!(of("skip"), [1], "the others were due before it has ended");
}

#[tokio::test(start_paused = true)]
async fn what_is_due_while_a_run_lasts_is_passed_over_and_a_new_leader_agrees() {
    let mut cell = Cell::new(None).await;
    let leader = cell.schedule("one");
    let text = r#"{"cron":"* * * * *","slug":"s"}"#;
    deploy(&cell, deployment(&cell, "etl/load", &[text]), Seq(0)).await;
    // There is no worker: it waits.
    let (run, of, _) = until_made(&mut cell, 1).await.remove(0);
    assert_eq!(seconds(of.due), 1_020);
    pass(&cell, Duration::from_secs(150)).await;
    assert!(waits(&cell.folded, &run));
    leader.cancel();
    cell.request(run.as_str(), Request::Cancel(CancelRequest::default()))
        .await;
    let _another = cell.schedule("two");
    cell.until_state(run.as_str(), StateName::Cancelled).await;
    let (_, of, _) = until_made(&mut cell, 1).await.remove(0);
    // 1,080 and 1,140 were due while it lasted, though nobody was there when it ended.
    assert_eq!(seconds(of.due), 1_200);
}

#[tokio::test(start_paused = true)]
async fn earlier_runs_are_cancelled_where_the_policy_says_so() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    let text = r#"{"cron":"* * * * *","slug":"s","overlap_policy":"cancel_other"}"#;
    deploy(&cell, deployment(&cell, "etl/load", &[text]), Seq(0)).await;
    // There is no worker: each waits until the next is due.
    let made = until_made(&mut cell, 3).await;
    let dues: Vec<i64> = made.iter().map(|(_, of, _)| seconds(of.due)).collect();
    assert_eq!(dues, [1_020, 1_080, 1_140]);
    for (run, _, _) in &made[..2] {
        let run = cell.folded.run(run).unwrap();
        assert_eq!(run.state_name(), StateName::Cancelled);
        let reason = &run.cancel.as_ref().unwrap().reason;
        assert!(reason.contains("cancels other runs"), "{reason}");
    }
    assert!(waits(&cell.folded, &made[2].0));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_made_up_for_that_was_due_during_a_pause() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    let text = r#"{"cron":"* * * * *","slug":"s","overlap_policy":"allow_all"}"#;
    let active = deployment(&cell, "etl/load", &[text]);
    let last = deploy(&cell, active.clone(), Seq(0)).await;
    until_made(&mut cell, 1).await;
    let paused = DeploymentConfig {
        paused: true,
        ..active.clone()
    };
    let last = deploy(&cell, paused, last).await;
    pass(&cell, Duration::from_secs(200)).await;
    let since = cell.clock.now();
    deploy(&cell, active, last).await;
    let (_, of, _) = until_made(&mut cell, 1).await.remove(0);
    assert!(of.due > since, "{:?} is not behind {since:?}", of.due);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_taken_is_left_and_the_schedule_goes_on() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    let text = r#"{"cron":"* * * * *","slug":"s","overlap_policy":"allow_all"}"#;
    let config = deployment(&cell, "etl/load", &[text]);
    let taken = run_id(
        &config.name,
        &"s".parse().unwrap(),
        Timestamp(1_020_000_000_000),
    );
    cell.run(taken.as_str()).await;
    deploy(&cell, config, Seq(0)).await;
    let (_, of, _) = until_made(&mut cell, 1).await.remove(0);
    assert_eq!(seconds(of.due), 1_080);
}

#[tokio::test(start_paused = true)]
async fn a_forged_reference_moves_no_cursor() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    let text = r#"{"cron":"* * * * *","slug":"s","overlap_policy":"allow_all"}"#;
    let config = deployment(&cell, "etl/load", &[text]);
    let forged = RunRequest {
        deployment: Some(config.name.clone()),
        schedule: Some(Arc::new(ScheduleRef {
            key: "s".parse().unwrap(),
            due: Timestamp(9_000_000_000_000),
            settled: Timestamp(9_000_000_000_000),
            database: String::new(),
            backfill: false,
            epoch: weir_core::ids::Epoch(1),
            passed_over: None,
        })),
        ..RunRequest::default()
    };
    deploy(&cell, config, Seq(0)).await;
    cell.request("forged", Request::Run(Arc::new(forged))).await;
    let made = until_made(&mut cell, 2).await;
    assert_eq!(made[0].0, id("forged"));
    assert_eq!(seconds(made[1].1.due), 1_020);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_broker_never_stores_is_asked_for_again() {
    for (fate, times) in [(Fate::Now, 1), (Fate::Later, 1), (Fate::Never, 40)] {
        let mut cell = Cell::new(None).await;
        let _leader = cell.schedule("one");
        let text = r#"{"cron":"20 * * * *","slug":"s"}"#;
        deploy(&cell, deployment(&cell, "etl/load", &[text]), Seq(0)).await;
        let never = AppendRule::next(&cell.queue, AppendFault::TimesOut(fate));
        let never = never.voice(Voice::Request).times(times);
        cell.log.faults().on_append(never);
        let (run, of, stored) = until_made(&mut cell, 1).await.remove(0);
        assert_eq!(seconds(of.due), 1_200);
        if fate == Fate::Never {
            // It was sent again for a minute, then given up, and asked for anew.
            assert!(seconds(stored) > 1_260, "{stored:?}");
        }
        cell.log.faults().release();
        pass(&cell, Duration::from_mins(1)).await;
        cell.run("last").await;
        let count = requests(&cell, &id("last")).await;
        assert_eq!(
            count.into_iter().collect::<Vec<_>>(),
            [(run, 1)],
            "{fate:?}"
        );
    }
}

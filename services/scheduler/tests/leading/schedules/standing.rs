//! What is told of schedules: what comes next, what waits for which run, and what has made no run, and why.

use std::time::Duration;

use weir_core::{
    api::{ScheduleFilter, ScheduleList, ScheduleView},
    cell::DeploymentConfig,
    ids::Seq,
    request::{CancelRequest, Request},
    schedule::{PassedOver, PassedReason},
    time::Timestamp,
};
use weir_log::Api;
use weir_proto::api;

use super::{deploy, deployment, pass, seconds, until_made};
use crate::cell::Cell;

/// What is answered as soon as it is as wanted: who begins has to read first, and who stops answers nobody.
async fn until_told(
    cell: &Cell,
    filter: &ScheduleFilter,
    wanted: impl Fn(&ScheduleList) -> bool,
) -> ScheduleList {
    let told = async {
        loop {
            let question = api::encode_schedule_filter(filter);
            let wait = Duration::from_secs(1);
            if let Ok(Ok(answer)) = cell.log.call("schedule.list", question, wait).await {
                let list = api::decode_schedule_list(&answer).unwrap();
                if wanted(&list) {
                    break list;
                }
            }
            pass(cell, Duration::from_millis(50)).await;
        }
    };
    let told = cell.clock.timeout(Duration::from_mins(5), told).await;
    told.expect("it is told within minutes")
}

/// How the only schedule stands.
async fn standing(cell: &Cell) -> ScheduleView {
    let filter = ScheduleFilter::default();
    let mut list = until_told(cell, &filter, |list| list.from.leads).await;
    assert_eq!(list.schedules.len(), 1);
    list.schedules.remove(0)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds * 1_000_000_000)
}

fn overlap(seconds: i64) -> PassedOver {
    let reason = PassedReason::Overlap;
    let at = at(seconds);
    PassedOver { at, reason }
}

/// A schedule of each minute, of which the run of 1,020 s waits for a worker that never comes; it is 1,170 s.
async fn stuck(policy: &str) -> (Cell, tokio_util::sync::CancellationToken, String) {
    let mut cell = Cell::new(None).await;
    let leader = cell.schedule("one");
    let text = format!(r#"{{"cron":"* * * * *","slug":"s","overlap_policy":"{policy}"}}"#);
    deploy(&cell, deployment(&cell, "etl/load", &[&text]), Seq(0)).await;
    let (run, of, _) = until_made(&mut cell, 1).await.remove(0);
    assert_eq!(seconds(of.due), 1_020);
    pass(&cell, Duration::from_secs(150)).await;
    (cell, leader, run.to_string())
}

async fn cancel(cell: &Cell, run: &str) {
    cell.request(run, Request::Cancel(CancelRequest::default()))
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_was_passed_over_is_told_while_it_lasts_and_by_every_later_leader() {
    let (mut cell, leader, run) = stuck("skip").await;
    let view = standing(&cell).await;
    assert_eq!((view.waits, view.next), (None, Some(at(1_200))));
    assert_eq!(
        (view.last, view.passed_over),
        (Some(at(1_020)), Some(overlap(1_140)))
    );
    assert_eq!(view.unended, [crate::cell::id(&run)]);
    cancel(&cell, &run).await;
    let (_, of, _) = until_made(&mut cell, 1).await.remove(0);
    assert_eq!(
        (seconds(of.due), of.passed_over),
        (1_200, Some(overlap(1_140)))
    );
    leader.cancel();
    let _another = cell.schedule("two");
    until_told(&cell, &ScheduleFilter::default(), |list| {
        list.from.scheduler.as_str() == "two" && list.from.leads
    })
    .await;
    let view = standing(&cell).await;
    assert_eq!(
        (view.last, view.passed_over),
        (Some(at(1_200)), Some(overlap(1_140)))
    );
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_a_buffer_is_told_with_the_runs_that_it_waits_for() {
    for (policy, passed_over) in [("buffer_one", Some(overlap(1_140))), ("buffer_all", None)] {
        let (mut cell, _leader, run) = stuck(policy).await;
        let view = standing(&cell).await;
        assert_eq!(view.waits, Some(at(1_080)), "{policy}");
        assert_eq!(view.unended, [crate::cell::id(&run)], "{policy}");
        assert_eq!(view.passed_over, passed_over, "{policy}");
        cancel(&cell, &run).await;
        let (_, of, stored) = until_made(&mut cell, 1).await.remove(0);
        assert_eq!((seconds(of.due), of.passed_over), (1_080, passed_over));
        // When that run has ended, and not when the schedule is due again, at 1,200.
        assert!(stored < at(1_180), "{stored:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_paused_or_cannot_be_read_is_told_as_such() {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    let all = [
        r#"{"cron":"* * * * *","slug":"paused","active":false}"#,
        r#"{"cron":"* * * * *","slug":"bad","timezone":"Mars/Phobos"}"#,
        r#"{"cron":"0 * * * *","slug":"good"}"#,
    ];
    let config = deployment(&cell, "etl/load", &all);
    let written = deploy(&cell, config.clone(), Seq(0)).await;
    let of = |name: &str| ScheduleFilter {
        deployment: Some(name.parse().unwrap()),
        ..ScheduleFilter::default()
    };
    let list = until_told(&cell, &of("etl/load"), |list| !list.schedules.is_empty()).await;
    let [paused, bad, good]: [ScheduleView; 3] = list.schedules.try_into().unwrap();
    assert_eq!((paused.active, paused.next), (false, None));
    assert!(
        !bad.active && bad.fault.starts_with("timezone: "),
        "{}",
        bad.fault
    );
    assert!(good.active && good.fault.is_empty());
    assert_eq!(good.next, Some(at(3_600)));
    let paused = DeploymentConfig {
        paused: true,
        ..config
    };
    deploy(&cell, paused, written).await;
    until_told(&cell, &of("etl/load"), |list| {
        list.schedules.iter().all(|view| !view.active)
    })
    .await;
    let other = until_told(&cell, &of("etl/other"), |_| true).await;
    assert_eq!(other.schedules, []);
}

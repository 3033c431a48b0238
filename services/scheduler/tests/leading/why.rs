//! Why a run waits, whoever is asked; and waits that only the clock ends.

use std::{num::NonZeroU32, time::Duration};

use weir_core::{
    api::{Why, WhyClause},
    cell::{ConfigObject, PoolConfig, PoolType},
    event::OutcomeClass,
    ids::Seq,
    json::JsonObject,
    wait::WaitCause,
};
use weir_log::Api;
use weir_proto::api::{self, RunRef};

use crate::cell::{Cell, id};

pub(crate) async fn ask(cell: &Cell, run: &str) -> Why {
    let question = RunRef {
        pool: None,
        queue: None,
        run_id: id(run),
    };
    let question = api::encode_run_ref(&question);
    let wait = Duration::from_secs(5);
    let answer = cell.log.call("run.why", question, wait).await;
    api::decode_why(&answer.unwrap().unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_standby_asks_the_leader_why_a_run_waits() {
    let mut cell = Cell::new(Some(1)).await;
    cell.worker(10).await;
    let first = cell.schedule("first");
    cell.run("a").await;
    cell.until_claimed("a", 1).await;
    let _second = cell.schedule("second");
    cell.run("b").await;
    // In turn each of the two is asked, and again; they may have to read first.
    let mut told = 0;
    for _ in 0..1_000 {
        let why = ask(&cell, "b").await;
        if why.spent.is_empty() {
            told = 0;
            continue;
        }
        told += 1;
        assert_eq!(why.from.scheduler.as_str(), "first");
        assert!(matches!(why.clauses.first(), Some(WhyClause::Limit { .. })));
        assert!(matches!(
            why.spent.last().unwrap().cause,
            WaitCause::Limit(..)
        ));
        if told == 6 {
            break;
        }
    }
    assert_eq!(told, 6, "whoever is asked tells how it waits");
    // With nobody who leads, a standby says what it knows.
    first.cancel();
    let alone = ask(&cell, "b").await;
    assert_eq!(alone.from.scheduler.as_str(), "second");
}

#[tokio::test(start_paused = true)]
async fn a_start_rate_wakes_the_leader_when_it_allows_more_and_a_new_leader_goes_on() {
    let mut cell = Cell::new(None).await;
    cell.worker(10).await;
    let rate = PoolConfig {
        start_rate: Some(weir_core::rate::StartRate {
            starts: NonZeroU32::MIN,
            per: Duration::from_secs(8),
            burst: NonZeroU32::MIN,
        }),
        base_job_template: JsonObject::parse(
            r#"{"job_configuration": {}, "variables": {"type": "object", "properties": {}}}"#,
        )
        .unwrap(),
        ..PoolConfig::new("pool".parse().unwrap(), PoolType::Null)
    };
    cell.configure_over(Seq(1), ConfigObject::Pool(rate)).await;
    let first = cell.schedule("first");
    for run in ["a", "b", "c"] {
        cell.run(run).await;
    }
    let mut claimed = Vec::new();
    for run in ["a", "b"] {
        let claim = cell.until_claimed(run, 1).await;
        claimed.push(cell.clock.now());
        cell.take(run, 1, claim).await;
        cell.finish(run, 1, claim, OutcomeClass::Completed).await;
    }
    cell.worker(10).await;
    let _second = cell.schedule("second");
    first.cancel();
    cell.until_claimed("c", 1).await;
    claimed.push(cell.clock.now());
    for pair in claimed.windows(2) {
        let apart = pair[1].since(pair[0]);
        assert!(apart >= Duration::from_millis(7_900), "{apart:?}");
    }
}

//! The contract of the log, in memory, on one broker and on three.
//!
//! In memory and on one broker each case is a test of its own with a log of its own. Three brokers take seconds to
//! start and to elect, so there the cases share a cluster, side by side, and one test says which of them failed.

use std::future::Future;

use tokio::time::timeout;
use weir_core::ids::Seq;
use weir_log::{
    CellLog as _,
    jetstream::{ConnectSettings, JetStream},
};
use weir_runtime::Clock;
use weir_tests::{
    contract::{
        self, CASE_MAX,
        broker::{One, Three},
        cell, chaos, closing, feeds, fences, leases, queue, work,
    },
    each_case,
    harness::Wire,
};

async fn within(case: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    timeout(CASE_MAX, case)
        .await
        .unwrap_or_else(|_| anyhow::bail!("the case did not end within {CASE_MAX:?}"))
}

macro_rules! in_memory {
    ($($module:ident::$case:ident,)+) => {
        mod in_memory {
            use super::*;
            $(#[tokio::test]
            async fn $case() -> anyhow::Result<()> {
                within($module::$case(&contract::memory::log(&Clock::system()))).await
            })+
        }
    };
}
each_case!(in_memory);

macro_rules! on_one_broker {
    ($($module:ident::$case:ident,)+) => {
        mod on_one_broker {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() -> anyhow::Result<()> {
                let one = One::start().await?;
                within($module::$case(&one.log)).await
            })+
        }
    };
}
each_case!(on_one_broker);

macro_rules! all_cases_on_three {
    ($($module:ident::$case:ident,)+) => {
        async fn all_cases_on_three(three: &Three) -> Vec<(&'static str, anyhow::Error)> {
            let cases: Vec<(&'static str, futures::future::LocalBoxFuture<'_, anyhow::Result<()>>)> = vec![
                $((stringify!($case), Box::pin(within($module::$case(&three.log)))),)+
            ];
            let ended = futures::future::join_all(cases.into_iter().map(|(name, case)| async move {
                case.await.err().map(|error| (name, error))
            }));
            ended.await.into_iter().flatten().collect()
        }
    };
}
each_case!(all_cases_on_three);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_three_brokers() -> anyhow::Result<()> {
    let three = Three::start().await?;
    let failed = all_cases_on_three(&three).await;
    assert!(failed.is_empty(), "{failed:#?}");
    Ok(())
}

/// Whoever makes a queue need not know how many copies the cell keeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_has_as_many_copies_as_its_cell() -> anyhow::Result<()> {
    let three = Three::start().await?;
    three.log.create_cell().await?;
    let urls = three.cluster.urls();
    let told_nothing = ConnectSettings::new(urls.join(","), "told-nothing");
    let log = JetStream::connect(told_nothing).await?;
    let queue = contract::fresh(&log, "copies").await?;
    let asked = format!("$JS.API.STREAM.INFO.{}", queue.stream_name());
    // The stock client is a program of its own, which is waited for.
    let answer = tokio::task::block_in_place(|| Wire::connect(&urls[0]).request(&asked, ""));
    let (info, _) = answer.map_err(anyhow::Error::msg)?;
    let info: serde_json::Value = serde_json::from_slice(&info)?;
    assert_eq!(info["config"]["num_replicas"], 3, "{info}");
    Ok(())
}

/// However long it is, and without a consumer on the broker.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cell_log_is_read_to_its_end_without_a_consumer() -> anyhow::Result<()> {
    let one = One::start().await?;
    let appended = cell::fill(&one.log, 1_100).await?;
    for after in [0, 1, 511, 512, 1_099, 1_100] {
        let read = one.log.read_cell(Seq(after)).await?;
        let positions: Vec<u64> = read.iter().map(|record| record.seq.0).collect();
        assert_eq!(positions, (after + 1..=1_100).collect::<Vec<_>>());
        let bodies = read.iter().map(|record| &record.body);
        let behind = usize::try_from(after)?;
        assert!(bodies.eq(&appended[behind..]), "the bodies behind {after}");
    }
    let url = one.server.url();
    let asked = "$JS.API.STREAM.INFO.weir_cell";
    let answer = tokio::task::block_in_place(|| Wire::connect(&url).request(asked, ""));
    let (info, _) = answer.map_err(anyhow::Error::msg)?;
    let info: serde_json::Value = serde_json::from_slice(&info)?;
    assert_eq!(info["state"]["consumer_count"], 0, "{info}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_is_stored_over_step_downs_on_three_brokers() -> anyhow::Result<()> {
    within(chaos::acknowledged_is_stored_over_step_downs(
        &Three::start().await?,
    ))
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_is_stored_over_the_death_of_one_of_three_brokers() -> anyhow::Result<()> {
    within(Box::pin(
        chaos::acknowledged_is_stored_over_the_death_of_a_server(Three::start().await?),
    ))
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_goes_on_after_the_only_broker_was_killed() -> anyhow::Result<()> {
    within(Box::pin(
        chaos::everything_goes_on_after_the_broker_was_killed(One::start().await?),
    ))
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fences_hold_over_a_restart_of_the_broker() -> anyhow::Result<()> {
    within(chaos::fences_hold_over_a_restart(One::start().await?)).await
}

mod faults_of_the_memory_log {
    use super::*;
    use weir_core::time::Timestamp;

    fn log() -> weir_log::Memory {
        contract::memory::log(&Clock::virtual_from(Timestamp(1_795_442_706_000_000_000)))
    }

    #[tokio::test(start_paused = true)]
    async fn an_append_that_arrives_late_is_cut_off_by_a_new_epoch() -> anyhow::Result<()> {
        contract::memory::an_append_that_arrives_late_is_cut_off_by_a_new_epoch(&log()).await
    }
    #[tokio::test(start_paused = true)]
    async fn an_unknown_append_is_settled_by_the_same_id() -> anyhow::Result<()> {
        contract::memory::an_unknown_append_is_settled_by_the_same_id(&log()).await
    }
    #[tokio::test(start_paused = true)]
    async fn readers_can_be_held_up() -> anyhow::Result<()> {
        contract::memory::readers_can_be_held_up(&log()).await
    }
    #[tokio::test(start_paused = true)]
    async fn a_cut_is_said() -> anyhow::Result<()> {
        contract::memory::a_cut_is_said(&log()).await
    }
}

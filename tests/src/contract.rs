//! What every log must keep, as one suite: in memory, on one broker, on three.
//!
//! Each case is a function over any [`Log`]; it makes a queue of its own, so cases may share a log. `each_case!` names
//! them all once, so that no log can be forgotten.

pub mod broker;
pub mod cell;
pub mod chaos;
pub mod closing;
pub mod feeds;
pub mod fences;
pub mod leases;
pub mod make;
pub mod memory;
pub mod queue;
pub mod work;

use std::{future::Future, time::Duration};

use anyhow::Context as _;
use tokio::time::timeout;
use weir_core::{
    event::Record,
    ids::{QueueStream, Seq},
};
use weir_log::{Log, QueueLog, Tail, TailEvent, traits::LiveFeed};

pub use make::queue;

/// How long anything that must happen may take.
pub const SOON: Duration = Duration::from_secs(20);
/// How long a case may take.
pub const CASE_MAX: Duration = Duration::from_secs(90);
/// How long it is watched that something does not happen.
pub const NOT_WITHIN: Duration = Duration::from_millis(300);
/// A bound that no case reaches unless it means to.
pub const ROOMY: u64 = 64 << 20;

/// Calls `$run!(module::case)` for each case of the suite.
#[macro_export]
macro_rules! each_case {
    ($run:ident) => {
        $run! {
            queue::requests_come_back_in_the_order_of_their_positions,
            queue::a_tail_catches_up_once,
            queue::what_is_not_legal_is_seen_by_every_reader,
            queue::making_a_queue_again_changes_nothing,
            queue::what_does_not_exist_is_said_so,
            queue::a_full_queue_refuses_until_it_is_resized,
            queue::a_record_that_is_too_large_is_refused,
            queue::a_message_id_is_stored_once,
            queue::single_records_are_found,
            closing::a_shut_queue_takes_no_request_and_brings_all_else_to_its_end,
            closing::a_sealed_queue_refuses_everything_and_can_be_read,
            closing::the_next_life_takes_the_subjects_over,
            fences::a_late_losers_epoch_is_refused,
            fences::a_deposed_leader_is_refused_on_every_lane,
            fences::a_superseded_worker_is_refused,
            fences::as_many_appends_as_lanes_are_stored_at_once,
            fences::a_late_append_is_cut_off_by_a_new_epoch,
            work::a_claim_is_offered_until_it_is_dealt_with,
            work::a_pull_waits_and_returns_with_the_first,
            work::a_pull_that_is_dropped_loses_nothing,
            work::revocations_are_no_work,
            work::of_two_workers_with_one_claim_the_first_report_decides,
            work::two_lists_share_the_work,
            feeds::orders_begin_now_and_leave_out_what_is_none,
            feeds::what_is_stored_can_be_watched,
            feeds::output_is_kept_by_attempt_and_followed,
            feeds::nobody_answers_until_somebody_serves,
            feeds::a_refused_call_says_why,
            cell::configuration_is_written_over_what_was_seen,
            cell::a_deposed_leaders_facts_are_refused,
            leases::a_lease_is_taken_renewed_and_lost,
            leases::a_pools_observer_holds_a_lease_of_its_own,
            leases::a_tracer_holds_a_lease_and_says_how_far_it_has_come,
            leases::a_session_is_written_over_its_last,
        }
    };
}

/// Fails when `what` does not come in time.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> anyhow::Result<T> {
    timeout(SOON, future)
        .await
        .with_context(|| format!("{what} did not happen within {SOON:?}"))
}

/// Reads a tail until it has caught up.
pub async fn caught_up<R>(tail: &mut impl Tail<R>) -> anyhow::Result<Vec<R>> {
    let mut all = Vec::new();
    loop {
        match soon("catching up", tail.next()).await?? {
            TailEvent::Records(records) => all.extend(records),
            TailEvent::CaughtUp => return Ok(all),
        }
    }
}

/// Reads that many records, whether the tail catches up meanwhile or not.
pub async fn take<R>(tail: &mut impl Tail<R>, count: usize) -> anyhow::Result<Vec<R>> {
    let mut all = Vec::new();
    while all.len() < count {
        match soon(&format!("record {} of {count}", all.len() + 1), tail.next()).await?? {
            TailEvent::Records(records) => all.extend(records),
            TailEvent::CaughtUp => {}
        }
    }
    anyhow::ensure!(
        all.len() == count,
        "{} records came instead of {count}",
        all.len()
    );
    Ok(all)
}

/// Everything in a queue's stream.
pub async fn everything(log: &impl QueueLog, queue: &QueueStream) -> anyhow::Result<Vec<Record>> {
    caught_up(&mut log.tail(queue, Seq(0)).await?).await
}

/// Fails when the tail brings a record within [`NOT_WITHIN`].
pub async fn nothing_more<R: std::fmt::Debug>(tail: &mut impl Tail<R>) -> anyhow::Result<()> {
    let watched = timeout(NOT_WITHIN, async {
        loop {
            match tail.next().await? {
                TailEvent::Records(records) => {
                    anyhow::bail!("records came that should not: {records:?}")
                }
                TailEvent::CaughtUp => {}
            }
        }
    });
    match watched.await {
        Ok(result) => result,
        Err(_elapsed) => Ok(()),
    }
}

/// The next that is watched.
pub async fn watched(live: &mut impl LiveFeed) -> anyhow::Result<(weir_core::ids::RunKey, Record)> {
    soon("a live record", live.next())
        .await?
        .context("the feed has ended")
}

/// Makes a queue for one case.
pub async fn fresh(log: &impl Log, name: &str) -> anyhow::Result<QueueStream> {
    let queue = queue(name);
    log.create_queue(&queue, ROOMY).await?;
    Ok(queue)
}

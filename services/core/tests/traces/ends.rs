//! Ends that nobody wanted.

use weir_core::{
    event::{Outcome, OutcomeClass, RevokeCause},
    request::{Fault, FaultCode},
    time::Timestamp,
    trace::TracedQueue,
};

use crate::{
    story::{Story, installation, stopped, stream},
    tree::tree,
};

fn running() -> Story {
    Story::requested()
        .claimed()
        .taken()
        .at(1_030)
        .started("pid 4711 on host-3")
}

#[test]
fn its_time_is_up_and_its_holder_ends_it() {
    let outcome = Outcome {
        signal: Some(15),
        reason: "TimedOut".to_owned(),
        message: "it ran for longer than 2s".to_owned(),
        ..Outcome::of(OutcomeClass::TimedOut)
    };
    let story = running().at(3_040).finished(outcome, true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn its_time_is_up_and_the_leader_takes_it_back() {
    let story = running().at(303_030).revoked(RevokeCause::RanTooLong);
    let story = story.at(304_000).gone();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn it_does_not_start_in_time() {
    let story = Story::requested()
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .taken()
        .at(1_200)
        .submitted()
        .at(2_000)
        .waiting("ImagePullBackOff", "back-off pulling image \"etl:1\"")
        .at(60_000)
        .revoked(RevokeCause::NotStarted)
        .at(61_000)
        .gone();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn a_process_crashes() {
    let outcome = Outcome {
        signal: Some(11),
        message: "ended by signal 11".to_owned(),
        ..Outcome::of(OutcomeClass::Signaled)
    };
    insta::assert_snapshot!(tree(&running().at(2_000).finished(outcome, true).spans()));
}

#[test]
fn a_pod_is_killed_for_its_memory() {
    let outcome = Outcome {
        exit_code: Some(137),
        reason: "OOMKilled".to_owned(),
        message: "container job used more memory than it may".to_owned(),
        ..Outcome::of(OutcomeClass::Crashed)
    };
    let story = Story::requested()
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .taken()
        .at(1_200)
        .submitted()
        .at(1_400)
        .waiting("Scheduled", "pod weir-nightly-1-x-abcde on node n1")
        .at(2_000)
        .started("")
        .at(5_000)
        .finished(outcome, true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn it_cannot_be_started() {
    let outcome = Outcome {
        reason: "CommandNotFound".to_owned(),
        message: "no such command: pyton".to_owned(),
        ..Outcome::of(OutcomeClass::StartFailed)
    };
    let story = Story::requested().claimed().taken().at(1_100);
    insta::assert_snapshot!(tree(&story.finished(outcome, true).spans()));
}

#[test]
fn its_worker_is_lost() {
    insta::assert_snapshot!(tree(&running().at(20_000).worker_lost().spans()));
}

#[test]
fn its_worker_is_lost_before_its_job_is_made() {
    let story = Story::requested()
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .taken()
        .at(20_000)
        .worker_lost()
        .at(20_010)
        .claimed();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn its_worker_is_stopped() {
    let story = running().at(2_000).finished(stopped(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn its_queue_is_closed() {
    let mut traced = TracedQueue::new(Some(installation()), stream());
    let records = running().records.into_iter();
    let mut spans: Vec<_> = records.flat_map(|record| traced.apply(record)).collect();
    let fault = Fault::new(FaultCode::UnknownQueue, "", "the queue was deleted");
    spans.extend(traced.close(Timestamp(9_000_000_000), &fault));
    insta::assert_snapshot!(tree(&spans));
    assert_eq!(traced.close(Timestamp(9_000_000_000), &fault), Vec::new());
}

//! How waits are told.

use weir_core::{
    request::{Fault, FaultCode, Request},
    wait::WaitCause,
};

use crate::{
    story::{Story, completed, failed, pool_limit, tag_limit},
    tree::tree,
};

#[test]
fn two_limits_in_turn() {
    let story = Story::requested()
        .waits_for(1_000, WaitCause::Limit(pool_limit(), 2))
        .waits_for(4_000, WaitCause::Limit(tag_limit(), 1))
        .waits_for(9_000, WaitCause::NoWorkers)
        .at(9_500)
        .claimed()
        .taken()
        .started("pid 4711 on host-3")
        .at(10_000)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn a_failover_while_it_waits() {
    let story = Story::requested()
        .at(5_000)
        .led_by("scheduler-2")
        .waits_for(1_000, WaitCause::BeforeLeader)
        .waits_for(5_000, WaitCause::QueueNotReady)
        .waits_for(5_100, WaitCause::Limit(tag_limit(), 1))
        .at(7_000)
        .claimed()
        .taken()
        .started("pid 4711 on host-3")
        .at(8_000)
        .led_by("scheduler-1")
        .at(9_000)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

/// A leader that was cut off may still be heard; what it says is void once no lane holds its epoch.
#[test]
fn a_deposed_leaders_word_is_not_told() {
    let story = Story::requested().at(2_000).led_by("scheduler-2");
    let told = story.clone().at(4_000).claimed().spans();
    let mut deposed = Story::requested()
        .at(2_000)
        .claimed()
        .records
        .pop()
        .unwrap();
    let mut records = story.at(4_000).claimed().records;
    deposed.seq = records.last().unwrap().seq;
    records.last_mut().unwrap().seq.0 += 1;
    records.insert(records.len() - 1, deposed);
    let mut traced = weir_core::trace::TracedQueue::new(
        Some(crate::story::installation()),
        crate::story::stream(),
    );
    let spans: Vec<_> = records
        .into_iter()
        .flat_map(|record| traced.apply(record))
        .collect();
    assert_eq!(spans, told);
}

/// Stamps of other logs may be ahead or behind: a part lies within its wait all the same.
#[test]
fn parts_lie_within_their_wait() {
    let story = Story::requested()
        .waits_for(500, WaitCause::Deciding)
        .waits_for(1_500, WaitCause::Rate(pool_limit()))
        .waits_for(1_500, WaitCause::Paused(pool_limit()))
        .waits_for(2_500, WaitCause::Kept(tag_limit()))
        .at(2_000)
        .claimed();
    insta::assert_snapshot!(tree(&story.spans()));
}

/// The decision does not tell how the wait was spent, and the one before it is over.
#[test]
fn a_rejection_while_it_waits_for_its_second_attempt() {
    let story = Story::requested()
        .waits_for(1_000, WaitCause::Limit(pool_limit(), 2))
        .at(2_000)
        .claimed_as(|claimed| claimed.retries = 1)
        .taken()
        .started("pid 4711 on host-3")
        .at(3_000)
        .finished(failed(2), true)
        .at(3_005)
        .retry_due(3_005)
        .at(4_000)
        .rejected(Fault::new(
            FaultCode::UnknownDeployment,
            "deployment",
            "was deleted",
        ));
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn a_rejected_request() {
    let fault = || {
        Fault::new(
            FaultCode::UnknownVariable,
            "jobVariables.comand",
            "is not a variable; did you mean command?",
        )
    };
    let story = Story::requested().at(1_020).rejected(fault());
    insta::assert_snapshot!(tree(&story.spans()));
    let unreadable = Story::new().at(1_000).user(Request::Bad(fault()), None);
    let unreadable = unreadable.at(1_020).rejected(fault());
    insta::assert_snapshot!(tree(&unreadable.spans()));
}

//! Cancels, wherever they find the run.

use weir_core::{event::RevokeCause, wait::WaitCause};

use crate::{
    story::{Story, failed, pool_limit, stopped},
    tree::tree,
};

#[test]
fn while_it_waits() {
    let story = Story::requested()
        .waits_for(1_000, WaitCause::Limit(pool_limit(), 2))
        .at(4_000)
        .cancel_asked()
        .at(4_005)
        .cancelled();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn before_the_request_came() {
    let story = Story::new().at(500).cancel_asked().at(1_000).asked(None);
    let story = story.at(1_005).cancelled();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn before_it_was_taken() {
    let story = Story::requested()
        .at(1_002)
        .claimed()
        .at(1_100)
        .cancel_asked()
        .at(1_105)
        .revoked(RevokeCause::Cancel)
        .at(1_110)
        .cancelled();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn while_its_infrastructure_is_pending() {
    let story = Story::requested()
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .taken()
        .at(1_200)
        .submitted()
        .at(3_000)
        .cancel_asked()
        .at(3_005)
        .cancel_ordered()
        .at(3_500)
        .finished(stopped_before_start(), false)
        .at(3_800)
        .gone();
    insta::assert_snapshot!(tree(&story.spans()));
}

fn stopped_before_start() -> weir_core::event::Outcome {
    weir_core::event::Outcome {
        signal: None,
        ..stopped()
    }
}

#[test]
fn while_it_runs() {
    let story = Story::requested()
        .claimed()
        .taken()
        .at(1_030)
        .started("pid 4711 on host-3")
        .at(3_000)
        .cancel_asked()
        .at(3_005)
        .cancel_ordered()
        .at(5_000)
        .finished(stopped(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn while_something_of_it_is_left() {
    let story = Story::requested()
        .claimed()
        .taken()
        .at(1_030)
        .started("pid 4711 on host-3")
        .at(3_000)
        .finished(failed(1), false)
        .at(3_005)
        .cancel_asked()
        .at(3_010)
        .cancel_ordered()
        .at(3_800)
        .gone();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn while_it_waits_for_its_next_attempt() {
    let first = Story::requested()
        .claimed_as(|claimed| claimed.retries = 1)
        .taken()
        .started("pid 4711 on host-3")
        .at(2_000)
        .finished(failed(2), true);
    let told = first.clone().at(2_005).retry_due(12_005).at(4_000);
    insta::assert_snapshot!(tree(&told.cancel_asked().at(4_005).cancelled().spans()));
    let untold = first.at(2_003).cancel_asked().at(2_010).cancelled();
    insta::assert_snapshot!(tree(&untold.spans()));
}

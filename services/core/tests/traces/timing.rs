//! A run with a time: until then it waits in its queue, and what comes too late says so.

use std::{sync::Arc, time::Duration};

use weir_core::{
    event::{CancelCause, Decision},
    ids::{Attempt, Seq},
    request::{Request, RunRequest},
    time::Timestamp,
    wait::WaitCause,
};

use crate::{
    story::{Story, completed, pool_limit, stopped},
    tree::tree,
};

const REASON: &str = "not started by 1970-01-01T00:00:10Z";

impl Story {
    /// Requested at 1 s for 5 s.
    fn for_later() -> Self {
        let mut story = Self::new().at(1_000);
        story.request = Seq(story.records.len() as u64 + 1);
        let request = RunRequest {
            scheduled_time: Some(Timestamp(5_000_000_000)),
            max_lateness: Some(Duration::from_secs(5)),
            ..RunRequest::default()
        };
        story
            .user(Request::Run(Arc::new(request)), None)
            .waits_for(1_000, WaitCause::NotDue)
    }
    fn lapsed(mut self) -> Self {
        let waits = std::mem::take(&mut self.waits);
        self.decides(Decision::Cancelled {
            reason: REASON.to_owned(),
            cause: CancelCause::Lapsed,
            waits,
        })
    }
    fn ordered_late(self) -> Self {
        self.decides(Decision::CancelOrdered {
            attempt: Attempt(1),
            grace: Duration::from_secs(5),
            reason: REASON.to_owned(),
            cause: CancelCause::Lapsed,
        })
    }
}

#[test]
fn what_is_asked_for_later_waits_in_its_queue() {
    let story = Story::for_later()
        .waits_for(5_001, WaitCause::Limit(pool_limit(), 2))
        .at(7_000)
        .claimed()
        .taken()
        .started("pid 4711 on host-3")
        .at(8_000)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn what_waits_too_long_lapses() {
    let story = Story::for_later()
        .waits_for(5_001, WaitCause::Limit(pool_limit(), 2))
        .at(10_001)
        .lapsed();
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn what_does_not_start_in_time_is_stopped_and_lapses() {
    let story = Story::for_later()
        .at(5_002)
        .claimed()
        .taken()
        .at(10_001)
        .ordered_late()
        .at(10_050)
        .finished(stopped(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn what_has_started_before_the_order_goes_on() {
    let told = |late: bool| {
        let story = Story::for_later().at(9_990).claimed().taken();
        let story = story.at(10_000).started("pid 4711 on host-3").at(10_001);
        let story = if late { story.ordered_late() } else { story };
        story.at(12_000).finished(completed(), true).spans()
    };
    assert_eq!(told(true), told(false));
}

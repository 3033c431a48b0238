//! Lives that go as they should, and those that try again.

use weir_core::{
    event::{Outcome, OutcomeClass, Reported, RevokeCause},
    trace::{TraceContext, Value, attempt_traceparent, spans_of_run},
};

use crate::{
    story::{Story, completed, failed, installation, run_id, stream},
    tree::tree,
};

#[test]
fn a_process_that_completes() {
    let story = Story::requested()
        .at(1_002)
        .claimed()
        .at(1_010)
        .taken()
        .at(1_030)
        .started("pid 4711 on host-3")
        .at(3_500)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn a_job_that_waits_for_its_image_and_completes() {
    let story = Story::requested()
        .at(1_002)
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .at(1_010)
        .taken()
        .at(1_200)
        .submitted()
        .at(1_400)
        .waiting("Scheduled", "pod weir-nightly-1-x-abcde on node n1")
        .at(2_000)
        .waiting("ImagePullBackOff", "back-off pulling image \"etl:1\"")
        .at(9_000)
        .started("")
        .at(12_000)
        .finished(completed(), false)
        .at(12_700)
        .gone();
    insta::assert_snapshot!(tree(&story.spans()));
}

/// Nothing was told of its pod before it ran.
#[test]
fn a_job_that_starts_at_once() {
    let story = Story::requested()
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .taken()
        .at(1_200)
        .submitted()
        .at(1_900)
        .started("pod weir-nightly-1-x-abcde on node n1")
        .at(2_000)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn a_job_whose_start_nobody_has_seen() {
    let story = Story::requested()
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .taken()
        .at(1_200)
        .submitted()
        .at(2_000)
        .finished(failed(3), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn a_second_attempt_after_a_delay() {
    let retries = |claimed: &mut weir_core::event::Claimed| claimed.retries = 1;
    let story = Story::requested()
        .at(1_002)
        .claimed_as(retries)
        .taken()
        .started("pid 4711 on host-3")
        .at(2_000)
        .finished(failed(2), true)
        .at(2_005)
        .retry_due(12_005)
        .at(5_000)
        .priority(7)
        .at(12_500)
        .claimed_as(retries)
        .taken()
        .started("pid 4712 on host-3")
        .at(13_000)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn once_more_after_the_end() {
    let story = Story::requested()
        .claimed()
        .taken()
        .started("pid 4711 on host-3")
        .at(2_000)
        .finished(failed(2), false)
        .at(2_500)
        .again_asked()
        .at(3_000)
        .gone()
        .at(3_010)
        .claimed()
        .taken()
        .started("pid 4712 on host-3")
        .at(4_000)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

#[test]
fn handed_back_and_not_taken_count_as_no_try() {
    let story = Story::requested()
        .claimed()
        .at(6_000)
        .revoked(RevokeCause::NotTaken)
        .at(6_010)
        .claimed()
        .at(6_020)
        .taken()
        .at(6_100)
        .reports(Reported::HandedBack)
        .at(6_110)
        .claimed()
        .taken()
        .started("pid 4711 on host-3")
        .at(7_000)
        .finished(completed(), true);
    insta::assert_snapshot!(tree(&story.spans()));
}

/// What comes late, twice or from somebody else is void for the fold, so it is for the trace.
#[test]
fn what_is_void_leaves_no_trace() {
    let plain = Story::requested().at(1_002).claimed().at(1_010).taken();
    let started = |story: Story| story.at(1_030).started("pid 4711 on host-3");
    let ended = |story: Story| story.at(3_500).finished(completed(), true);
    let told = ended(started(plain.clone())).spans();
    let mut void = plain.at(1_015).taken();
    void = started(void).at(1_040).cancelled().at(1_050).retry_due(0);
    void = void.revoked_of(7, RevokeCause::RanTooLong);
    void = ended(void)
        .at(3_600)
        .finished(Outcome::of(OutcomeClass::Failed), true)
        .at(3_700)
        .gone()
        .cancelled();
    assert_eq!(void.spans(), told);
}

#[test]
fn a_run_alone_and_a_run_in_its_queue_have_the_same_spans() {
    let story = Story::requested().claimed().taken().at(2_000);
    let story = story.finished(completed(), true);
    let alone = spans_of_run(Some(installation()), &stream(), story.records.clone());
    assert_eq!(alone, story.spans());
}

#[test]
fn the_publishers_trace_is_continued() {
    let published = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let story = Story::new().at(1_000).asked(Some(published));
    let story = story
        .claimed()
        .taken()
        .started("pid 4711 on host-3")
        .at(2_000);
    let spans = story.finished(completed(), true).spans();
    let theirs = TraceContext::parse(published).unwrap();
    assert!(spans.iter().all(|span| span.trace_id == theirs.trace_id));
    assert!(spans.iter().all(|span| !span.sampled));
    let remote: Vec<_> = spans.iter().filter(|span| span.parent_is_remote).collect();
    assert_eq!((remote.len(), remote[0].name), (1, "flow_run"));
    assert_eq!(remote[0].parent, Some(theirs.parent));
}

#[test]
fn the_runs_own_code_is_below_its_execution() {
    for published in [
        None,
        Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        Some("nonsense"),
    ] {
        let story = Story::new().at(1_000).asked(published).claimed();
        let story = story.taken().started("pid 4711 on host-3").at(2_000);
        let spans = story.finished(completed(), true).spans();
        let execution = spans.iter().find(|span| span.name == "execution").unwrap();
        let attempt = weir_core::ids::Attempt(1);
        let given = attempt_traceparent(
            Some(&installation()),
            &stream(),
            &run_id(),
            attempt,
            published,
        );
        let given = TraceContext::parse(&given).unwrap();
        let expected = (execution.trace_id, execution.span_id, execution.sampled);
        assert_eq!((given.trace_id, given.parent, given.sampled), expected);
    }
}

#[test]
fn a_wait_for_other_runs_is_told_on_the_execution() {
    let spans = Story::new()
        .asked(None)
        .claimed()
        .taken()
        .started("pid 4711 on host-3")
        .waits(1)
        .yielded(1)
        .goes_on(1)
        .regranted(1)
        // What is void is told nowhere: that wait is over.
        .waits(1)
        .yielded(1)
        .finished(completed(), true)
        .spans();
    let execution = spans.iter().find(|span| span.name == "execution").unwrap();
    let events: Vec<_> = execution.events.iter().map(|event| event.name).collect();
    assert_eq!(
        events,
        [
            "weir.runs.awaited",
            "weir.slots.yielded",
            "weir.slots.regranted"
        ]
    );
}

#[test]
fn what_is_the_case_already_is_not_told_again() {
    let story = Story::requested().priority(5).priority(5).claimed();
    let story = story.taken().started("pid 4711 on host-3").waits(1);
    let story = story.found_in_cycle(1).waiting("Throttled", "by itself");
    let spans = story.finished(completed(), true).spans();
    let events = |name: &str| -> Vec<&str> {
        let span = spans.iter().find(|span| span.name == name).unwrap();
        span.events.iter().map(|event| event.name).collect()
    };
    assert_eq!(events("queued"), ["weir.priority.changed"]);
    assert_eq!(
        events("execution"),
        ["weir.runs.awaited", "weir.cycle.found"]
    );
}

#[test]
fn it_runs_where_it_was_first_said_to_run() {
    let spans = Story::requested()
        .claimed_as(|claimed| claimed.outlives_worker = true)
        .taken()
        .submitted()
        .started("pod weir-nightly-1-x-abcde on node n1")
        .started("pod weir-nightly-1-x-fghij on node n2")
        .finished(completed(), true)
        .spans();
    let execution = spans.iter().find(|span| span.name == "execution").unwrap();
    let node = ("k8s.node.name", Value::Text("n1".to_owned()));
    assert!(execution.attributes.contains(&node), "{execution:#?}");
}

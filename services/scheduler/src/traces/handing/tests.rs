//! What is left out is only what nobody takes, and what is kept stays as it is.

use std::{collections::BTreeSet, sync::Arc};

use weir_core::{
    time::Timestamp,
    trace::{SpanId, SpanKind, SpanStatus, TraceId},
};

use super::*;

fn spans(count: u8) -> Vec<Span> {
    let span = |id| Span {
        trace_id: TraceId([1; 16]),
        span_id: SpanId([id; 8]),
        parent: None,
        parent_is_remote: false,
        sampled: true,
        kind: SpanKind::Internal,
        name: "flow_run",
        start: Timestamp(1),
        end: Timestamp(2),
        of_run: Arc::default(),
        attributes: Vec::new(),
        events: Vec::new(),
        links: Vec::new(),
        status: SpanStatus::Unset,
    };
    (1..=count).map(span).collect()
}

/// Hands them over to one who takes what he is asked to: who was taken in which order, and how often he was asked.
fn hand(
    handing: &mut Handing<'_>,
    takes: impl Fn(&BTreeSet<u8>) -> Result<(), Because>,
) -> (Vec<u8>, usize) {
    let (mut order, mut tries) = (Vec::new(), 0);
    while let Some(part) = handing.next() {
        tries += 1;
        let ids: Vec<u8> = part.iter().map(|span| span.span_id.0[0]).collect();
        match takes(&ids.iter().copied().collect()) {
            Ok(()) => {
                order.extend(ids);
                handing.accepted();
            }
            Err(because) => assert!(!handing.refused(because), "it would be tried for ever"),
        }
    }
    (order, tries)
}

#[test]
fn what_is_taken_is_handed_over_once_and_nothing_is_no_part() {
    let spans = spans(9);
    let mut handing = Handing::of(&spans);
    assert_eq!(hand(&mut handing, |_| Ok(())), ((1..=9).collect(), 1));
    assert_eq!(handing.told(), 0);
    assert_eq!(Handing::of(&[]).next(), None);
}

#[test]
fn only_the_spans_that_nobody_takes_are_left_out_and_they_are_found_by_halves() {
    let spans = spans(100);
    let bad = BTreeSet::from([1, 42, 43, 100]);
    let mut handing = Handing::of(&spans);
    let (taken, tries) = hand(&mut handing, |part| {
        if part.is_disjoint(&bad) {
            Ok(())
        } else {
            Err(Because::Content)
        }
    });
    let good: Vec<u8> = (1..=100).filter(|id| !bad.contains(id)).collect();
    assert_eq!(taken, good, "in their order");
    assert_eq!(handing.told(), 4);
    assert!(tries < 60, "{tries}");
}

#[test]
fn what_is_too_much_at_once_is_handed_over_in_parts_and_none_is_left_out() {
    let spans = spans(100);
    let mut handing = Handing::of(&spans);
    let (taken, tries) = hand(&mut handing, |part| {
        if part.len() <= 30 {
            Ok(())
        } else {
            Err(Because::TooLarge)
        }
    });
    assert_eq!(taken, (1..=100).collect::<Vec<u8>>());
    assert_eq!((handing.told(), tries), (0, 7));
}

#[test]
fn what_may_be_taken_another_time_stays_whole() {
    let spans = spans(3);
    let mut handing = Handing::of(&spans);
    for because in [Because::NotNow, Because::SetUp] {
        assert!(handing.refused(because));
        assert_eq!(handing.next().map(<[Span]>::len), Some(3));
    }
    // One that is too large by itself: a smaller bound than that is somebody's mistake.
    let mut single = Handing::of(&spans[..1]);
    assert!(single.refused(Because::TooLarge));
    assert_eq!(single.next().map(<[Span]>::len), Some(1));
}

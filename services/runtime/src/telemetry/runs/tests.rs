//! What is sent is what was given, in requests of a size that a collector takes.

use weir_core::trace::{SpanId, TraceId};

use super::*;

fn span(id: u8) -> Span {
    Span {
        trace_id: TraceId([id; 16]),
        span_id: SpanId([id; 8]),
        parent: Some(SpanId([9; 8])),
        parent_is_remote: true,
        sampled: true,
        kind: SpanKind::Consumer,
        name: "flow_run",
        start: Timestamp(1_000),
        end: Timestamp(2_500),
        attributes: vec![
            ("weir.run.id", Value::Text("a".to_owned())),
            ("weir.attempt", Value::Int(-2)),
            ("weir.late", Value::Bool(true)),
            (
                "weir.tags",
                Value::Texts(vec!["db".to_owned(), "x".to_owned()]),
            ),
        ],
        events: vec![SpanEvent {
            name: "scheduled",
            at: Timestamp(1_500),
            attributes: vec![("k8s.node.name", Value::Text("n".to_owned()))],
        }],
        links: vec![Link {
            trace_id: TraceId([3; 16]),
            span_id: SpanId([4; 8]),
            attributes: Vec::new(),
        }],
        status: SpanStatus::Error("exit code 1".to_owned()),
    }
}

#[test]
fn a_span_is_sent_with_all_that_it_has() {
    insta::assert_debug_snapshot!(sent(&span(7)));
}

#[test]
fn a_root_has_no_parent_and_a_point_before_1970_is_at_its_beginning() {
    let root = Span {
        parent: None,
        parent_is_remote: false,
        sampled: false,
        start: Timestamp(-5),
        status: SpanStatus::Ok,
        ..span(1)
    };
    let sent = sent(&root);
    assert!(sent.parent_span_id.is_empty());
    assert_eq!(sent.flags, SpanFlags::ContextHasIsRemoteMask as u32);
    assert_eq!(sent.start_time_unix_nano, 0);
    assert_eq!(
        sent.status.unwrap_or_default().code,
        i32::from(status::StatusCode::Ok)
    );
}

#[test]
fn many_spans_are_sent_in_several_requests_in_their_order() {
    let all = (0..=SPANS_MAX).map(|_| sent(&span(1)));
    let lengths: Vec<usize> = parts(all).iter().map(Vec::len).collect();
    assert_eq!(lengths, [SPANS_MAX, 1]);
    let large = |_| {
        let text = "x".repeat(BYTES_MAX / 2);
        sent(&Span {
            attributes: vec![("weir.reason", Value::Text(text))],
            ..span(1)
        })
    };
    let lengths: Vec<usize> = parts((0..3).map(large)).iter().map(Vec::len).collect();
    assert_eq!(
        lengths,
        [1, 1, 1],
        "two of them are larger than a request may be"
    );
    assert!(parts(std::iter::empty()).is_empty());
}

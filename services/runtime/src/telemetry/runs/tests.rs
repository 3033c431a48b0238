//! What is sent is what was given, in requests of a size that a collector takes.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    trace::v1::{Span as Sent, SpanFlags, status::StatusCode},
};
use weir_core::{
    time::Timestamp,
    trace::{Link, SpanEvent, SpanId, SpanKind, SpanStatus, TraceId, Value},
};

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
        of_run: vec![("weir.run.id", Value::Text("a".to_owned()))].into(),
        attributes: vec![
            ("weir.reason", Value::Word("Late")),
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

/// What a collector reads. The generated types would have written the same bytes.
fn sent(spans: &[Span]) -> Vec<Sent> {
    let (resource, scope) = (resource::text("env", "test"), resource::scope());
    let resource = opentelemetry_proto::tonic::resource::v1::Resource {
        attributes: vec![resource],
        ..Default::default()
    };
    let (resource_bytes, scope_bytes) = (resource.encode_to_vec(), scope.encode_to_vec());
    let mut sent = Vec::new();
    let used = vec![0xff; 300];
    for part in parts(spans, used, &resource_bytes, &scope_bytes) {
        let count = part.spans();
        let bytes = part.request(&resource_bytes, &scope_bytes);
        let mut read = ExportTraceServiceRequest::decode(bytes.clone()).unwrap();
        assert_eq!(read.encode_to_vec(), bytes);
        let [of_resource] = read.resource_spans.as_mut_slice() else {
            panic!("{read:?}");
        };
        assert_eq!(of_resource.resource.as_ref(), Some(&resource));
        let [of_scope] = of_resource.scope_spans.as_mut_slice() else {
            panic!("{of_resource:?}");
        };
        assert_eq!(of_scope.scope.as_ref(), Some(&scope));
        assert_eq!(of_scope.spans.len(), count);
        sent.append(&mut of_scope.spans);
    }
    sent
}

#[test]
fn a_span_is_sent_with_all_that_it_has() {
    let [sent] = sent(&[span(7)]).try_into().unwrap();
    insta::assert_debug_snapshot!(sent);
}

#[test]
fn a_root_has_no_parent_and_a_point_before_1970_is_at_its_beginning() {
    let root = Span {
        parent: None,
        parent_is_remote: false,
        sampled: false,
        kind: SpanKind::Internal,
        start: Timestamp(-5),
        status: SpanStatus::Ok,
        ..span(1)
    };
    let [sent] = sent(&[root]).try_into().unwrap();
    assert!(sent.parent_span_id.is_empty());
    assert_eq!(sent.flags, SpanFlags::ContextHasIsRemoteMask as u32);
    assert_eq!(sent.start_time_unix_nano, 0);
    assert_eq!(
        sent.status.unwrap_or_default().code,
        i32::from(StatusCode::Ok)
    );
}

#[test]
fn a_request_is_written_where_the_last_one_was() {
    let part = |buffer| parts(&[span(1)], buffer, b"resource", b"scope").remove(0);
    let first = part(Vec::new()).request(b"resource", b"scope");
    let held = first.clone();
    assert!(
        buffer_of(first).is_empty(),
        "somebody has not sent it all yet"
    );
    let (bytes, place) = (held.to_vec(), held.as_ptr());
    let second = part(buffer_of(held)).request(b"resource", b"scope");
    assert_eq!(second, bytes);
    assert_eq!(second.as_ptr(), place, "no other memory was asked for");
}

/// What is empty, and lengths of one, two, three and four digits.
#[test]
fn texts_of_every_length_are_read_as_they_are() {
    for length in [0, 1, 100, 127, 128, 200, 16_000, 16_383, 16_384, 2_100_000] {
        let text = || "x".repeat(length);
        let long = Span {
            attributes: vec![
                ("weir.reason", Value::Text(text())),
                ("weir.run.tags", Value::Texts(vec![text(), String::new()])),
                ("weir.limits", Value::Texts(Vec::new())),
                ("weir.attempt", Value::Int(0)),
                ("weir.attempt", Value::Int(i64::MAX)),
                ("weir.start.unknown", Value::Bool(false)),
            ],
            events: vec![SpanEvent {
                name: "weir.taken",
                at: Timestamp(0),
                attributes: vec![("weir.worker", Value::Text(text()))],
            }],
            links: Vec::new(),
            status: SpanStatus::Error(text()),
            ..span(2)
        };
        let [sent] = sent(&[long]).try_into().unwrap();
        assert_eq!(sent.status.unwrap().message.len(), length);
        assert_eq!(sent.attributes.len(), 7);
        assert_eq!(sent.events[0].attributes.len(), 1);
    }
}

#[test]
fn many_spans_are_sent_in_several_requests_in_their_order() {
    let lengths = |spans: &[Span]| -> Vec<usize> {
        let ids = spans.iter().map(|span| span.span_id.0.to_vec());
        let sent = sent(spans).into_iter().map(|span| span.span_id);
        assert!(sent.eq(ids));
        let parts = parts(spans, Vec::new(), &[], &[]);
        parts.iter().map(Written::spans).collect()
    };
    let all: Vec<Span> = (0..=SPANS_MAX)
        .map(|n| span(n.to_le_bytes()[0] | 1))
        .collect();
    assert_eq!(lengths(&all), [SPANS_MAX, 1]);
    let large = |id| Span {
        attributes: vec![("weir.reason", Value::Text("x".repeat(BYTES_MAX / 2)))],
        ..span(id)
    };
    assert_eq!(
        lengths(&[1, 2, 3].map(large)),
        [1, 1, 1],
        "two of them are larger than a request may be"
    );
    let larger = Span {
        attributes: vec![("weir.reason", Value::Text("x".repeat(BYTES_MAX + 1)))],
        ..span(4)
    };
    assert_eq!(lengths(&[larger, span(5), span(6)]), [1, 2]);
    assert_eq!(lengths(&[]), Vec::<usize>::new());
}

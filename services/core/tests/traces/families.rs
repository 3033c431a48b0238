//! A parent and its child: in one trace where the child was submitted inside its parent, linked where it was not.

use std::sync::Arc;

use weir_core::{
    event::{Basis, Body, CancelCause, Decided, Decision, Record},
    family::{After, AfterOutcome, Parent},
    ids::{Attempt, DecisionId, Epoch, RunId, Seq},
    request::{Request, RunRequest},
    time::Timestamp,
    trace::{Span, TraceContext, TracedQueue, Value, attempt_traceparent, run_trace_id},
    wait::{LogName, Place, Wait, WaitCause},
};

use crate::{
    story::{Story, completed, installation, run_id, stream},
    tree::tree,
};

/// A run of the same queue that names this one as its parent, ended by the queue's own records.
fn child(n: u64, parent: &str, traceparent: Option<&str>) -> Vec<Record> {
    let run_id: RunId = "child".parse().unwrap();
    let request = RunRequest {
        parent: Some(Parent::new(parent.parse().unwrap())),
        after: Some(After {
            runs: vec!["other/low/first".parse().unwrap()],
            outcome: AfterOutcome::Any,
        }),
        ..RunRequest::default()
    };
    let request = Body::Request {
        run_id: run_id.clone(),
        request: Request::Run(Arc::new(request)),
        digest: 1,
        traceparent: traceparent.map(str::to_owned),
    };
    let decided = Decided {
        id: DecisionId {
            epoch: Epoch(1),
            n: 900,
        },
        at: Timestamp(3_000_000_000),
        basis: Basis::default(),
        what: Decision::Cancelled {
            reason: "its parent has ended Failed".to_owned(),
            cause: CancelCause::ParentEnded,
            waits: vec![Wait {
                cause: WaitCause::After,
                from: Place {
                    log: LogName::Queue(stream().key),
                    seq: Seq(n),
                    at: Timestamp(2_000_000_000),
                },
                merged: None,
            }],
        },
    };
    let cancelled = Body::Decision { run_id, decided };
    let record = |seq, at, body| Record {
        seq: Seq(seq),
        at: Timestamp(at),
        body,
    };
    vec![
        record(n, 2_000_000_000, request),
        record(n + 1, 3_000_000_000, cancelled),
    ]
}

/// The parent's life, with the child's records in the middle of it.
fn family(parent: &str, traceparent: Option<&str>) -> Vec<Span> {
    let story = Story::requested().claimed().taken().at(1_500);
    let story = story.started("pid 4711 on host-3");
    let n = story.records.len() as u64;
    let mut records = story.records.clone();
    records.extend(child(n + 1, parent, traceparent));
    let end = story.at(3_500).finished(completed(), true);
    records.extend(
        end.records
            .into_iter()
            .skip(records.len() - 2)
            .map(|record| Record {
                seq: Seq(record.seq.0 + 2),
                ..record
            }),
    );
    let mut traced = TracedQueue::new(Some(installation()), stream());
    let records = records.into_iter();
    records.flat_map(|record| traced.apply(record)).collect()
}

fn of_child(spans: &[Span]) -> Vec<Span> {
    let own = |span: &&Span| {
        let mut said = span.of_run.iter();
        said.any(|said| *said == ("weir.run.id", Value::Text("child".to_owned())))
    };
    spans.iter().filter(own).cloned().collect()
}

#[test]
fn a_child_that_was_submitted_inside_its_parent_is_below_its_execution() {
    let inside = attempt_traceparent(
        Some(&installation()),
        &stream(),
        &run_id(),
        Attempt(1),
        None,
    );
    let spans = family(run_id().as_str(), Some(&inside));
    insta::assert_snapshot!(tree(&spans));
    let child = of_child(&spans);
    let root = child.iter().find(|span| span.is_root()).unwrap();
    let above = TraceContext::parse(&inside).unwrap();
    assert_eq!(
        (root.trace_id, root.parent),
        (above.trace_id, Some(above.parent))
    );
    // It is in the trace: there is nothing to link.
    assert_eq!(root.links, Vec::new());
}

#[test]
fn a_child_in_a_trace_of_its_own_is_linked_to_its_parent() {
    let child = of_child(&family(run_id().as_str(), None));
    insta::assert_snapshot!(tree(&child));
    let root = child.iter().find(|span| span.is_root()).unwrap();
    let parent = run_trace_id(Some(&installation()), &stream(), &run_id(), None);
    assert_eq!((root.links.len(), root.links[0].trace_id), (1, parent));
    assert_ne!(root.trace_id, parent);
    // Of a run in another queue it is not known which trace it is in.
    let child = of_child(&family("other/low/run", None));
    let root = child.iter().find(|span| span.is_root()).unwrap();
    assert_eq!(root.links, Vec::new());
}

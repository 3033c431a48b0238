//! Laws of the spans that a log becomes: on the same random histories, with runs that are run again after their end.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};
use weir_core::{
    event::{Body, Record},
    ids::{Attempt, QueueStream, RunId},
    state::Run,
    trace::{Span, TracedQueue, Value, vocabulary as is},
};

use crate::{
    history,
    said::{Said, queue, run_id, said},
};

fn stream() -> QueueStream {
    QueueStream {
        key: queue(),
        incarnation: 1,
    }
}

fn histories() -> impl Strategy<Value = Vec<Record>> {
    let said = prop_oneof![9 => said(), 1 => Just(Said::Again)];
    vec((0..3u8, prop::bool::weighted(0.95), said), 0..80).prop_map(|said| history(&said))
}

fn spans(traced: &mut TracedQueue, records: &[Record]) -> Vec<Span> {
    let records = records.iter().cloned();
    records.flat_map(|record| traced.apply(record)).collect()
}

fn is_of(span: &Span, run_id: &RunId) -> bool {
    let of = (is::RUN_ID, Value::Text(run_id.to_string()));
    span.of_run.contains(&of)
}

fn is_about(record: &Record, of: &RunId) -> bool {
    match &record.body {
        Body::Request { run_id, .. }
        | Body::Claim { run_id, .. }
        | Body::Decision { run_id, .. }
        | Body::Report { run_id, .. } => run_id == of,
        Body::Epoch(_) | Body::Malformed { .. } => true,
    }
}

/// Root and reruns, waits and attempts: each without a hole from the life's beginning to its end.
fn check_lives(run: &Run, spans: &[&Span]) -> Result<(), TestCaseError> {
    let lives = spans
        .iter()
        .filter(|span| [is::FLOW_RUN, is::RERUN].contains(&span.name));
    let mut told = 0;
    for life in lives {
        told += 1;
        let mut parts: Vec<&&Span> = spans
            .iter()
            .filter(|span| span.parent == Some(life.span_id) && span.name != is::RERUN)
            .collect();
        parts.sort_by_key(|span| (span.start, span.end));
        let mut until = life.start;
        for part in &parts {
            prop_assert_eq!(part.start, until, "a hole before {:#?}", part);
            until = part.end;
        }
        // Of an attempt that is not over yet nothing is told but its phases.
        let whole = parts.is_empty() || until >= life.end || run.live.is_some();
        prop_assert!(whole, "it ends early: {life:#?}");
    }
    let ended = u32::from(run.is_ended());
    prop_assert_eq!(told, run.again + ended, "a span for each life that is over");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_run_is_one_trace_with_one_root_and_no_span_without_its_parent(records in histories()) {
        let mut traced = TracedQueue::new(None, stream());
        let all = spans(&mut traced, &records);
        let mut ids = BTreeSet::new();
        for span in &all {
            prop_assert!(ids.insert(span.span_id), "two spans of one id: {span:#?}");
            prop_assert!(span.start <= span.end);
        }
        let mut of_runs = 0;
        for (id, run) in traced.state().runs() {
            let spans: Vec<&Span> = all.iter().filter(|span| is_of(span, id)).collect();
            of_runs += spans.len();
            let roots = spans.iter().filter(|span| span.parent.is_none()).count();
            let traces: BTreeSet<_> = spans.iter().map(|span| span.trace_id).collect();
            prop_assert!(traces.len() <= 1);
            let ended = run.is_ended() || run.again > 0;
            prop_assert_eq!(roots, usize::from(ended));
            let over = |attempt: Attempt| run.live.as_deref().is_none_or(|live| live.attempt != attempt);
            let attempts = (1..=run.attempt.0).filter(|n| over(Attempt(*n))).count();
            let told = spans.iter().filter(|span| span.name == is::ATTEMPT).count();
            prop_assert_eq!(told, attempts, "a span for each attempt that is over");
            if run.is_ended() && run.live.is_none() {
                for span in &spans {
                    let there = span.parent.is_none_or(|parent| spans.iter().any(|span| span.span_id == parent));
                    prop_assert!(there, "its parent is missing: {span:#?}");
                }
            }
            check_lives(run, &spans)?;
        }
        prop_assert_eq!(of_runs, all.len());
    }

    #[test]
    fn whoever_reads_again_from_the_start_makes_the_same_spans(records in histories(), cut in 0..100usize) {
        let whole = spans(&mut TracedQueue::new(None, stream()), &records);
        let mut traced = TracedQueue::new(None, stream());
        let mut again = spans(&mut traced, &records[..cut.min(records.len())]);
        // What is read twice is told once.
        again.extend(spans(&mut traced, &records));
        prop_assert_eq!(whole, again);
    }

    #[test]
    fn what_is_said_about_one_run_is_not_told_of_another(records in histories()) {
        let whole = spans(&mut TracedQueue::new(None, stream()), &records);
        for run in 0..3u8 {
            let id = run_id(run);
            let own: Vec<Record> = records.iter().filter(|record| is_about(record, &id)).cloned().collect();
            let alone = spans(&mut TracedQueue::new(None, stream()), &own);
            let of_it: Vec<Span> = whole.iter().filter(|span| is_of(span, &id)).cloned().collect();
            prop_assert_eq!(of_it, alone);
        }
    }
}

//! Spans as a tree that people can read: times since the first span's start, children below their parents.

use std::{collections::BTreeMap, fmt::Write as _};

use weir_core::{
    time::Timestamp,
    trace::{Key, Span, SpanId, SpanStatus, Value},
};

/// What every span of a story says, and no picture needs.
const SAME: [Key; 4] = ["weir.run.id", "weir.pool", "weir.queue", "weir.deployment"];

/// The tree of a run's spans. The record that ended each stands in the order in which they came.
pub(crate) fn tree(spans: &[Span]) -> String {
    check(spans);
    let zero = spans.iter().map(|span| span.start).min();
    let zero = zero.unwrap_or_default();
    let mut children: BTreeMap<Option<SpanId>, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        let known = |id: &SpanId| spans.iter().any(|span| span.span_id == *id);
        children
            .entry(span.parent.filter(known))
            .or_default()
            .push(span);
    }
    for below in children.values_mut() {
        below.sort_by_key(|span| (span.start, span.end));
    }
    let mut text = String::new();
    below(&children, None, zero, 0, &mut text);
    let order: Vec<_> = spans.iter().map(|span| span.name).collect();
    writeln!(text, "\nin this order: {}", order.join(", ")).unwrap();
    text
}

fn below(
    children: &BTreeMap<Option<SpanId>, Vec<&Span>>,
    parent: Option<SpanId>,
    zero: Timestamp,
    depth: usize,
    text: &mut String,
) {
    for span in children.get(&parent).into_iter().flatten() {
        let indent = "    ".repeat(depth);
        let (start, end) = (seconds(span.start, zero), seconds(span.end, zero));
        let status = match &span.status {
            SpanStatus::Unset => String::new(),
            SpanStatus::Ok => " ok".to_owned(),
            SpanStatus::Error(message) => format!(" error: {message}"),
        };
        writeln!(text, "{indent}{} {start} to {end}{status}", span.name).unwrap();
        for (key, value) in own(&span.attributes) {
            writeln!(text, "{indent}  {key} = {}", shown(value)).unwrap();
        }
        for event in &span.events {
            let said: Vec<_> = own(&event.attributes)
                .map(|(key, value)| format!(" {key} = {}", shown(value)))
                .collect();
            let at = seconds(event.at, zero);
            writeln!(text, "{indent}  * {at} {}{}", event.name, said.join(",")).unwrap();
        }
        for link in &span.links {
            let said: Vec<_> = own(&link.attributes)
                .map(|(_, value)| shown(value))
                .collect();
            writeln!(text, "{indent}  ~ {} {}", said.join(","), link.trace_id).unwrap();
        }
        below(children, Some(span.span_id), zero, depth + 1, text);
    }
}

fn own(attributes: &[(Key, Value)]) -> impl Iterator<Item = &(Key, Value)> {
    attributes.iter().filter(|(key, _)| !SAME.contains(key))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Word(word) => (*word).to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Texts(texts) => format!("[{}]", texts.join(", ")),
    }
}

fn seconds(at: Timestamp, zero: Timestamp) -> String {
    let millis = at.since(zero).as_millis();
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}

/// What holds for every run's spans, whatever its life was.
fn check(spans: &[Span]) {
    let mut ids: Vec<SpanId> = spans.iter().map(|span| span.span_id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), spans.len(), "two spans have one id: {spans:#?}");
    for span in spans {
        assert!(span.start <= span.end, "{span:#?}");
        assert_eq!(span.trace_id, spans[0].trace_id);
        let mut keys: Vec<_> = span.all_attributes().map(|(key, _)| *key).collect();
        let said = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), said, "a key twice: {span:#?}");
    }
}

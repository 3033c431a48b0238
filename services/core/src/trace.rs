//! A run's life as spans: one trace per run, made from the log and from nothing else, so that whoever makes it, and
//! however often, makes the same bytes.

mod span;

pub use span::{Key, Link, Span, SpanEvent, SpanId, SpanKind, SpanStatus, TraceId, Value};

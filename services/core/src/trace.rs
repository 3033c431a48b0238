//! A run's life as spans: one trace per run, made from the log and from nothing else, so that whoever makes it, and
//! however often, makes the same bytes.
//!
//! [`TracedQueue`] folds a queue's log as everybody does and reads the spans from the fold's own steps; [`Span`] is what an
//! exporter is handed. Ids follow from the run ([`attempt_traceparent`]), so a worker knows them without the log's reader.
//! `deploy/TRACES.md` says what the spans are and what they say.

mod attempt;
mod context;
mod events;
mod fold;
mod life;
mod place;
mod scene;
mod span;
pub mod vocabulary;
mod waited;

pub use context::{TraceContext, attempt_traceparent, run_trace_id};
pub use fold::{TracedQueue, spans_of_run};
pub use place::Place;
pub use span::{Key, Link, Span, SpanEvent, SpanId, SpanKind, SpanStatus, TraceId, Value};

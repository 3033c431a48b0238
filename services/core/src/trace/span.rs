//! Spans as plain values, in the terms of OpenTelemetry and without its crates: what an exporter is handed.

use std::{fmt, sync::Arc};

use crate::time::Timestamp;

/// The id of a trace, as W3C Trace Context has it. Never all zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(pub [u8; 16]);

/// The id of a span within its trace. Never all zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(pub [u8; 8]);

macro_rules! hex {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }
    };
}
hex!(TraceId);
hex!(SpanId);

/// The name of an attribute, one of those that `deploy/TRACES.md` lists.
pub type Key = &'static str;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A text, of at most [`crate::bounds::TEXT_BYTES_MAX`] bytes.
    Text(String),
    /// One of a small set of words.
    Word(&'static str),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// Several texts.
    Texts(Vec<String>),
}

/// A part of a run's life that is over. It never changes again: an exporter may send it as it is, and twice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "the id of a span is called that everywhere"
)]
pub struct Span {
    /// The run's trace; the publisher's own where it sent a `traceparent`.
    pub trace_id: TraceId,
    /// The span; it follows from the run, the attempt and the phase.
    pub span_id: SpanId,
    /// The span that it is a part of. That may be exported later than its parts. `None`: the root of its trace.
    pub parent: Option<SpanId>,
    /// The parent is the publisher's, from outside of weir.
    pub parent_is_remote: bool,
    /// The trace's sampled flag: the publisher's own where it sent one, else set. It is handed on as it came and does not
    /// decide whether the span is exported.
    pub sampled: bool,
    /// Its part in a conversation.
    pub kind: SpanKind,
    /// What it is a span of; one of a small set.
    pub name: &'static str,
    /// When it began.
    pub start: Timestamp,
    /// When it ended; not before `start`.
    pub end: Timestamp,
    /// What all spans of the run say.
    pub of_run: Arc<[(Key, Value)]>,
    /// What else is known of it; each key at most once, in both together.
    pub attributes: Vec<(Key, Value)>,
    /// What happened in the meantime, in the order of time.
    pub events: Vec<SpanEvent>,
    /// Other spans that it has to do with.
    pub links: Vec<Link>,
    /// How it ended.
    pub status: SpanStatus,
}

impl Span {
    /// All that is known of it.
    pub fn all_attributes(&self) -> impl Iterator<Item = &(Key, Value)> {
        self.of_run.iter().chain(&self.attributes)
    }

    /// Whether nothing of weir's is above it: the run as a whole, below its publisher's span or nobody's.
    pub fn is_root(&self) -> bool {
        self.parent.is_none() || self.parent_is_remote
    }
}

/// A span's part in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpanKind {
    /// Something inside of weir.
    Internal,
    /// It answers a message that somebody has published.
    Consumer,
}

/// Something that happened at a point of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanEvent {
    /// What; one of a small set.
    pub name: &'static str,
    /// When.
    pub at: Timestamp,
    /// What is known of it.
    pub attributes: Vec<(Key, Value)>,
}

/// Another span that a span has to do with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its trace.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
    /// What it has to do with it.
    pub attributes: Vec<(Key, Value)>,
}

/// How what a span stands for has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SpanStatus {
    /// Nothing is said.
    #[default]
    Unset,
    /// As it should.
    Ok,
    /// Otherwise, and why.
    Error(String),
}

//! The spans of runs as the bytes of OTLP, written straight from what they are.
//!
//! The generated types want every name and every text of a span as a piece of memory of its own, and count each length
//! twice: that was the larger part of what it cost to send a span. What is written here is read back by them in the tests,
//! and is byte for byte what they would write.

use hyper::body::Bytes;
use weir_core::{
    time::Timestamp,
    trace::{Key, Link, Span, SpanEvent, SpanKind, SpanStatus, Value},
};

use opentelemetry_proto::tonic::trace::v1::{SpanFlags, span, status::StatusCode};

/// The fields of `ScopeSpans`, `ResourceSpans` and the request that hold what is sent.
const SPANS: u32 = 2;
const SCOPE: u32 = 1;
const SCOPE_SPANS: u32 = 2;
const RESOURCE: u32 = 1;
const RESOURCE_SPANS: u32 = 1;

/// How a field is written.
const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;
const FIXED32: u32 = 5;

/// The most that a field's key and length take.
const FRAME_MAX: usize = 16;

/// Spans of one request, each as a field of `ScopeSpans`.
#[derive(Debug)]
pub(super) struct Written {
    /// First there is room for what stands before them, so that they need not be copied behind it.
    bytes: Vec<u8>,
    room: usize,
    spans: usize,
}

impl Written {
    /// None yet, in a buffer that may have been used before. `resource` and `scope` are the bytes of those messages.
    pub(super) fn into_buffer(mut buffer: Vec<u8>, resource: &[u8], scope: &[u8]) -> Self {
        let room = resource.len() + scope.len() + 4 * FRAME_MAX;
        buffer.clear();
        buffer.resize(room, 0);
        Self {
            bytes: buffer,
            room,
            spans: 0,
        }
    }

    pub(super) fn spans(&self) -> usize {
        self.spans
    }
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.room
    }

    /// Where it ends now.
    pub(super) fn mark(&self) -> usize {
        self.bytes.len()
    }
    /// Takes the last span out, which began at this mark, for a request of its own.
    pub(super) fn split(&mut self, mark: usize) -> Self {
        self.spans -= 1;
        let mut bytes = vec![0; self.room];
        bytes.extend(self.bytes.drain(mark..));
        Self {
            bytes,
            room: self.room,
            spans: 1,
        }
    }

    pub(super) fn add(&mut self, span: &Span) {
        message(&mut self.bytes, SPANS, |to| write(to, span));
        self.spans += 1;
    }

    /// The request with these spans; `resource` and `scope` as before.
    pub(super) fn request(mut self, resource: &[u8], scope: &[u8]) -> Bytes {
        let mut head = Vec::new();
        bytes(&mut head, SCOPE, scope);
        let of_scope = head.len() + self.len();
        let mut outer = Vec::new();
        bytes(&mut outer, RESOURCE, resource);
        key(&mut outer, SCOPE_SPANS, BYTES);
        varint(&mut outer, of_scope as u64);
        let mut before = Vec::new();
        key(&mut before, RESOURCE_SPANS, BYTES);
        varint(&mut before, (outer.len() + of_scope) as u64);
        before.extend_from_slice(&outer);
        before.extend_from_slice(&head);
        let from = self.room - before.len();
        if let Some(place) = self.bytes.get_mut(from..self.room) {
            place.copy_from_slice(&before);
        }
        Bytes::from(self.bytes).slice(from..)
    }
}

/// The buffer of a request that has been sent, for the next one, where nobody holds it any more: a new one of that size
/// would be cleared by the kernel, page by page, each time.
pub(super) fn buffer_of(request: Bytes) -> Vec<u8> {
    let Ok(mut buffer) = request.try_into_mut() else {
        return Vec::new();
    };
    buffer.clear();
    buffer.into()
}

fn write(to: &mut Vec<u8>, span: &Span) {
    bytes(to, 1, &span.trace_id.0);
    bytes(to, 2, &span.span_id.0);
    if let Some(parent) = &span.parent {
        bytes(to, 4, &parent.0);
    }
    text(to, 5, span.name);
    number(to, 6, kind(span.kind) as u64);
    fixed64(to, 7, nanos(span.start));
    fixed64(to, 8, nanos(span.end));
    attributes(to, 9, &span.of_run);
    attributes(to, 9, &span.attributes);
    for happened in &span.events {
        message(to, 11, |to| event(to, happened));
    }
    for other in &span.links {
        message(to, 13, |to| link(to, other));
    }
    message(to, 15, |to| status(to, &span.status));
    key(to, 16, FIXED32);
    to.extend_from_slice(&flags(span.sampled, span.parent_is_remote).to_le_bytes());
}

/// The W3C flags in the lowest byte, and whether the parent is from elsewhere.
fn flags(sampled: bool, remote: bool) -> u32 {
    let known = SpanFlags::ContextHasIsRemoteMask as u32;
    let remote = if remote {
        SpanFlags::ContextIsRemoteMask as u32
    } else {
        0
    };
    u32::from(sampled) | known | remote
}

fn kind(kind: SpanKind) -> span::SpanKind {
    match kind {
        SpanKind::Internal => span::SpanKind::Internal,
        SpanKind::Consumer => span::SpanKind::Consumer,
    }
}

fn status(to: &mut Vec<u8>, status: &SpanStatus) {
    let (code, words) = match status {
        SpanStatus::Unset => (StatusCode::Unset, ""),
        SpanStatus::Ok => (StatusCode::Ok, ""),
        SpanStatus::Error(words) => (StatusCode::Error, words.as_str()),
    };
    text(to, 2, words);
    number(to, 3, code as u64);
}

fn event(to: &mut Vec<u8>, event: &SpanEvent) {
    fixed64(to, 1, nanos(event.at));
    text(to, 2, event.name);
    attributes(to, 3, &event.attributes);
}

fn link(to: &mut Vec<u8>, link: &Link) {
    bytes(to, 1, &link.trace_id.0);
    bytes(to, 2, &link.span_id.0);
    attributes(to, 4, &link.attributes);
}

fn attributes(to: &mut Vec<u8>, field: u32, attributes: &[(Key, Value)]) {
    for (name, value) in attributes {
        message(to, field, |to| {
            text(to, 1, name);
            message(to, 2, |to| any(to, value));
        });
    }
}

/// One of several kinds: which it is shows by its being there, so it is written where it is empty, too.
fn any(to: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => bytes(to, 1, text.as_bytes()),
        Value::Word(word) => bytes(to, 1, word.as_bytes()),
        Value::Bool(flag) => {
            key(to, 2, VARINT);
            varint(to, u64::from(*flag));
        }
        Value::Int(number) => {
            key(to, 3, VARINT);
            varint(to, number.cast_unsigned());
        }
        Value::Texts(texts) => message(to, 5, |to| {
            for text in texts {
                message(to, 1, |to| bytes(to, 1, text.as_bytes()));
            }
        }),
    }
}

/// A point before 1970 has no form in OTLP.
pub(super) fn nanos(at: Timestamp) -> u64 {
    u64::try_from(at.as_nanos()).unwrap_or_default()
}

/// A message within: its length stands before it and is known after it.
fn message(to: &mut Vec<u8>, field: u32, content: impl FnOnce(&mut Vec<u8>)) {
    key(to, field, BYTES);
    let at = to.len();
    // Nearly all lengths take one byte, the others are made room for.
    to.push(0);
    content(to);
    let length = to.len() - at - 1;
    if let (Ok(short @ 0..=0x7f), Some(place)) = (u8::try_from(length), to.get_mut(at)) {
        *place = short;
        return;
    }
    let mut digits = Vec::with_capacity(10);
    varint(&mut digits, length as u64);
    to.splice(at..=at, digits);
}

/// What is empty or zero is left out, as the protocol has it.
fn text(to: &mut Vec<u8>, field: u32, text: &str) {
    if !text.is_empty() {
        bytes(to, field, text.as_bytes());
    }
}

fn number(to: &mut Vec<u8>, field: u32, number: u64) {
    if number != 0 {
        key(to, field, VARINT);
        varint(to, number);
    }
}

fn fixed64(to: &mut Vec<u8>, field: u32, number: u64) {
    if number != 0 {
        key(to, field, FIXED64);
        to.extend_from_slice(&number.to_le_bytes());
    }
}

fn bytes(to: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    key(to, field, BYTES);
    varint(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

fn key(to: &mut Vec<u8>, field: u32, how: u32) {
    varint(to, u64::from(field << 3 | how));
}

/// Seven bits in each byte, the lowest first; the eighth says that there are more.
fn varint(to: &mut Vec<u8>, mut number: u64) {
    while let (low, rest @ 1..) = (number & 0x7f, number >> 7) {
        to.extend(u8::try_from(low | 0x80));
        number = rest;
    }
    to.extend(u8::try_from(number));
}

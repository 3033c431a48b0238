//! Which trace a run belongs to, and what its spans are called there: a function of the run and of what its publisher
//! sent, so that the worker that starts a process and the reader of the log that tells of it agree without a word.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::span::{SpanId, TraceId};
use crate::ids::{Attempt, InstallationId, QueueKey, QueueStream, RunId};

/// A place in somebody's trace, as W3C Trace Context writes it in a `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: TraceId,
    /// The span that what follows is a part of.
    pub parent: SpanId,
    /// Whether the caller says that the trace is recorded.
    pub sampled: bool,
}

/// The characters of a `traceparent` of version 00.
const TRACEPARENT_CHARS: usize = 55;

impl TraceContext {
    /// Reads a `traceparent`; `None` where it is not valid, which means as if none had been sent. One of a later version is
    /// read as far as version 00 goes.
    pub fn parse(traceparent: &str) -> Option<Self> {
        let (own, rest) = traceparent.split_at_checked(TRACEPARENT_CHARS)?;
        let mut parts = own.split('-');
        let [version] = hex(parts.next()?)?;
        let (trace_id, parent) = (hex(parts.next()?)?, hex(parts.next()?)?);
        let [flags] = hex(parts.next()?)?;
        let known = match version {
            0x00 => rest.is_empty(),
            0xff => false,
            _ => rest.is_empty() || rest.starts_with('-'),
        };
        let valid = known && parts.next().is_none() && trace_id != [0; 16] && parent != [0; 8];
        valid.then_some(Self {
            trace_id: TraceId(trace_id),
            parent: SpanId(parent),
            sampled: flags & 1 == 1,
        })
    }

    /// Writes it as a `traceparent` of version 00.
    pub fn traceparent(&self) -> String {
        let flags = u8::from(self.sampled);
        format!("00-{}-{}-{flags:02x}", self.trace_id, self.parent)
    }
}

/// Lower-case hexadecimal digits, two for each byte and no other.
fn hex<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != BYTES || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

/// The `TRACEPARENT` that an attempt's process or pod is given: its `execution` span in the run's trace. `installation` is
/// that of the cell log in which the queue was opened, `published` the `traceparent` of the run's request.
pub fn attempt_traceparent(
    installation: Option<&InstallationId>,
    stream: &QueueStream,
    run_id: &RunId,
    attempt: Attempt,
    published: Option<&str>,
) -> String {
    let ids = Ids::of(installation, stream, run_id, published);
    TraceContext {
        trace_id: ids.trace_id,
        parent: ids.execution(attempt),
        sampled: ids.sampled,
    }
    .traceparent()
}

/// The trace that a run's spans are in. See [`attempt_traceparent`].
pub fn run_trace_id(
    installation: Option<&InstallationId>,
    stream: &QueueStream,
    run_id: &RunId,
    published: Option<&str>,
) -> TraceId {
    Ids::of(installation, stream, run_id, published).trace_id
}

/// The ids of one run's trace.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    /// The beginning of all digests: what names the run among those of all installations.
    named: Sha256,
    pub(super) trace_id: TraceId,
    /// The publisher's span.
    pub(super) published: Option<SpanId>,
    pub(super) sampled: bool,
}

impl Ids {
    /// Without the installation there is no queue yet: the first leadership makes both, in this order.
    pub(super) fn of(
        installation: Option<&InstallationId>,
        stream: &QueueStream,
        run_id: &RunId,
        published: Option<&str>,
    ) -> Self {
        let QueueStream {
            key: QueueKey { pool, queue },
            incarnation,
        } = stream;
        let installation = installation.map_or("", InstallationId::as_str);
        let run = format!("{installation}/{pool}/{queue}/{incarnation}/{run_id}");
        let named = Sha256::new_with_prefix(format!("weir span {run} "));
        let published = published.and_then(TraceContext::parse);
        let trace_id = match published {
            Some(published) => published.trace_id,
            None => TraceId(digest(Sha256::new(), format_args!("weir trace {run}"))),
        };
        Self {
            named,
            trace_id,
            published: published.map(|published| published.parent),
            sampled: published.is_none_or(|published| published.sampled),
        }
    }

    /// The run itself, and what it is once more after its end.
    pub(super) fn life(&self, again: u32) -> SpanId {
        self.span(format_args!("life {again}"))
    }
    /// A wait for an attempt. The same attempt may be waited for again, where nobody claimed it before the run's end.
    pub(super) fn wait(&self, what: &str, again: u32, attempt: Attempt) -> SpanId {
        self.span(format_args!("{what} {again} {attempt}"))
    }
    /// A part of such a wait.
    pub(super) fn wait_part(&self, again: u32, attempt: Attempt, part: usize) -> SpanId {
        self.span(format_args!("part {again} {attempt} {part}"))
    }
    /// An attempt, or a phase of it.
    pub(super) fn phase(&self, what: &str, attempt: Attempt) -> SpanId {
        self.span(format_args!("{what} {attempt}"))
    }
    /// What the run's own code is a part of.
    pub(super) fn execution(&self, attempt: Attempt) -> SpanId {
        self.phase(super::vocabulary::EXECUTION, attempt)
    }

    fn span(&self, what: fmt::Arguments<'_>) -> SpanId {
        SpanId(digest(self.named.clone(), what))
    }
}

/// Digests what is written into it, piece by piece.
struct Digested(Sha256);

impl fmt::Write for Digested {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// The first bytes of the digest of what has begun and this text, as an id: all zero is none.
fn digest<const BYTES: usize>(begun: Sha256, text: fmt::Arguments<'_>) -> [u8; BYTES] {
    let mut digested = Digested(begun);
    let written = fmt::Write::write_fmt(&mut digested, text);
    debug_assert!(written.is_ok(), "names and numbers can be shown");
    let digest = digested.0.finalize();
    let mut id = [0; BYTES];
    for (byte, from) in id.iter_mut().zip(digest) {
        *byte = from;
    }
    if id == [0; BYTES] {
        id = [1; BYTES];
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> QueueStream {
        QueueStream {
            key: QueueKey::new("etl".parse().unwrap(), "urgent".parse().unwrap()),
            incarnation: 1,
        }
    }

    fn given_in(installation: &str, published: Option<&str>) -> String {
        attempt_traceparent(
            Some(&installation.parse().unwrap()),
            &stream(),
            &"run-1".parse().unwrap(),
            Attempt(2),
            published,
        )
    }

    fn given(published: Option<&str>) -> String {
        given_in("k3v9", published)
    }

    /// Installations may share a back end, and people call runs `nightly-2026-11-27`.
    #[test]
    fn the_same_run_of_another_installation_is_another() {
        assert_ne!(given_in("k3v9", None), given_in("k3v8", None));
        assert_ne!(
            given_in("k3v9", Some(PUBLISHED)),
            given_in("k3v8", Some(PUBLISHED)),
            "also where a publisher asks both in one trace"
        );
    }

    const PUBLISHED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    /// These ids are in the traces of the past and in the environment of what runs: another version must make them too.
    #[test]
    fn ids_are_what_they_always_were() {
        assert_eq!(
            given(None),
            "00-070b80f99aad557d93d1636841addefe-fc7239f0fbcfa67c-01"
        );
        assert_eq!(
            given(Some(PUBLISHED)),
            "00-0af7651916cd43dd8448eb211c80319c-fc7239f0fbcfa67c-01"
        );
    }

    #[test]
    fn a_trace_is_continued_with_its_flag_and_what_is_invalid_is_as_if_it_were_not_there() {
        let unsampled = PUBLISHED.replace("-01", "-00");
        assert!(given(Some(&unsampled)).ends_with("-00"));
        assert!(given(Some(&unsampled)).starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
        let other_flags = PUBLISHED.replace("-01", "-03");
        assert!(given(Some(&other_flags)).ends_with("-01"));
        let later = format!("{}-what-may-come", PUBLISHED.replacen("00-", "cc-", 1));
        assert_eq!(given(Some(&later)), given(Some(PUBLISHED)));
        for invalid in [
            "",
            "-",
            "é",
            &PUBLISHED.replacen("00-", "ff-", 1),
            &PUBLISHED.to_uppercase(),
            &format!("{PUBLISHED}-more"),
            &format!("{}more", PUBLISHED.replacen("00-", "cc-", 1)),
            &format!(" {PUBLISHED}"),
            &PUBLISHED.replace("b7ad6b7169203331", "0000000000000000"),
            &PUBLISHED.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
            &PUBLISHED.replace("b7ad6b", "b7ad6g"),
            &PUBLISHED.replace("-01", "-1"),
            &PUBLISHED.replacen('-', "_", 2),
            &format!("{}é", &PUBLISHED[..54]),
        ] {
            assert_eq!(TraceContext::parse(invalid), None, "{invalid}");
            assert_eq!(given(Some(invalid)), given(None), "{invalid}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let read = TraceContext::parse(PUBLISHED).unwrap();
        assert_eq!(read.traceparent(), PUBLISHED);
    }
}

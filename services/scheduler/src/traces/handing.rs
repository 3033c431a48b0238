//! Spans on their way to whoever takes them: what becomes of those that are refused.
//!
//! What is refused because of what is in it would be refused for ever, and nothing behind it would ever be told. It is
//! looked for by halves, so that a span that nobody takes costs no other its place, and is left out and counted. What is
//! refused because of who asks, or where, is kept: somebody has to set it right, and then all of it is taken.

use std::ops::Range;

use weir_core::trace::{Span, Value, vocabulary};

use super::Because;

/// Spans that are handed over together, in as few parts as they are taken in.
#[derive(Debug)]
pub(super) struct Handing<'a> {
    spans: &'a [Span],
    /// What is left of them, the next part last.
    left: Vec<Range<usize>>,
    dropped: u64,
    first: Option<&'a Span>,
}

impl<'a> Handing<'a> {
    pub(super) fn of(spans: &'a [Span]) -> Self {
        let all = Some(0..spans.len()).filter(|all| !all.is_empty());
        Self {
            spans,
            left: all.into_iter().collect(),
            dropped: 0,
            first: None,
        }
    }

    /// The next part, until there is none.
    pub(super) fn next(&self) -> Option<&'a [Span]> {
        self.spans.get(self.left.last()?.clone())
    }

    /// That part has been taken.
    pub(super) fn accepted(&mut self) {
        self.left.pop();
    }

    /// That part has not been taken. Whether it is to be handed over again as it is, after a while.
    pub(super) fn refused(&mut self, because: Because) -> bool {
        let splits = match because {
            Because::NotNow | Because::SetUp => false,
            Because::TooLarge | Because::Content => true,
        };
        let Some(part) = self.left.last().cloned().filter(|_| splits) else {
            return true;
        };
        if part.len() > 1 {
            let middle = part.start + part.len() / 2;
            self.left.pop();
            self.left.extend([middle..part.end, part.start..middle]);
            return false;
        }
        if because != Because::Content {
            return true;
        }
        self.left.pop();
        self.dropped += 1;
        self.first = self.first.or_else(|| self.spans.get(part.start));
        false
    }

    /// Tells of what was left out, and how many spans that were.
    pub(super) fn told(&self) -> u64 {
        if let Some(span) = self.first {
            let run = span.all_attributes().find_map(|(key, value)| {
                let Value::Text(run) = value else {
                    return None;
                };
                (*key == vocabulary::RUN_ID).then_some(run.as_str())
            });
            tracing::error!(
                dropped = self.dropped,
                of = self.spans.len(),
                trace_id = %span.trace_id,
                span = span.name,
                run,
                "spans of runs are refused for good because of what is in them; they are left out, the first of them is told here"
            );
        }
        self.dropped
    }
}

#[cfg(test)]
mod tests;

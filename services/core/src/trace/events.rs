//! The events of a span that is not over yet: so many and no more, so that no run can make its reader grow.

use super::{
    span::{Key, SpanEvent, Value},
    vocabulary as is,
};
use crate::time::Timestamp;

/// Events of one span that are told; the first ones are kept.
pub(super) const EVENTS_MAX: usize = 32;

/// The events of one span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Events {
    kept: Vec<SpanEvent>,
    dropped: u32,
}

impl Events {
    pub(super) fn add(&mut self, name: &'static str, at: Timestamp, attributes: Vec<(Key, Value)>) {
        if self.kept.len() < EVENTS_MAX {
            self.kept.push(SpanEvent {
                name,
                at,
                attributes,
            });
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// The events, and what a span says of those that are missing.
    pub(super) fn told(self) -> (Vec<SpanEvent>, Option<(Key, Value)>) {
        let dropped =
            (self.dropped > 0).then_some((is::EVENTS_DROPPED, Value::Int(i64::from(self.dropped))));
        (self.kept, dropped)
    }
}

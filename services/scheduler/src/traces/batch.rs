//! Spans that are handed over together, and what of the logs they stand for.

use std::collections::BTreeMap;

use weir_core::{
    ids::{QueueStream, Seq},
    session::TracedRecord,
    time::Timestamp,
    trace::Span,
};

/// Spans of one batch. The last record's may go over it, and all together make one request.
pub(super) const SPANS_MAX: usize = 2_000;

/// A batch.
#[derive(Debug, Default)]
pub(super) struct Batch {
    spans: Vec<Span>,
    /// How far each queue will have come with it.
    up_to: BTreeMap<QueueStream, TracedRecord>,
    /// When the oldest record was stored that has a span in it.
    oldest: Option<Timestamp>,
    /// Records that it stands for, those without a span included.
    records: u64,
}

impl Batch {
    /// Adds what a record has ended. A record's spans are never parted.
    pub(super) fn add(&mut self, stream: &QueueStream, seq: Seq, at: Timestamp, spans: Vec<Span>) {
        self.records += 1;
        if spans.is_empty() {
            return;
        }
        self.mark(stream, seq, at).up_to = seq;
        self.spans.extend(spans);
    }

    /// Adds what the end of a queue has ended: with it nothing more is to come of that queue.
    pub(super) fn close(
        &mut self,
        stream: &QueueStream,
        seq: Seq,
        at: Timestamp,
        spans: Vec<Span>,
    ) {
        let mark = self.mark(stream, seq, at);
        mark.up_to = seq;
        mark.closed = true;
        self.spans.extend(spans);
    }

    fn mark(&mut self, stream: &QueueStream, seq: Seq, at: Timestamp) -> &mut TracedRecord {
        self.oldest.get_or_insert(at);
        let mark = self.up_to.entry(stream.clone()).or_default();
        debug_assert!(mark.up_to <= seq, "a queue's records come in order");
        mark
    }

    /// It has been handed over. Returned is how far each queue has come.
    pub(super) fn empty(&mut self) -> BTreeMap<QueueStream, TracedRecord> {
        // What they stand in is large, and soon needed again.
        self.spans.clear();
        (self.oldest, self.records) = (None, 0);
        std::mem::take(&mut self.up_to)
    }

    /// Whether there is something to hand over, or to write down.
    pub(super) fn is_empty(&self) -> bool {
        self.up_to.is_empty()
    }
    pub(super) fn is_full(&self) -> bool {
        self.spans.len() >= SPANS_MAX
    }
    pub(super) fn spans(&self) -> &[Span] {
        &self.spans
    }
    pub(super) fn oldest(&self) -> Option<Timestamp> {
        self.oldest
    }
    pub(super) fn records(&self) -> u64 {
        self.records
    }
}

//! One queue's log on its way to spans.

use super::batch::Batch;
use weir_core::{
    cell::Closed,
    event::Record,
    ids::{InstallationId, QueueStream, Seq},
    judge,
    session::TracedRecord,
    trace::{Span, TracedQueue},
};

/// One life of a queue.
#[derive(Debug)]
pub(super) struct Line {
    traced: TracedQueue,
    /// The durable position.
    pub(super) done: TracedRecord,
    /// Where that stands in the lease stream, to be written over.
    pub(super) done_at: Seq,
    /// The spans of its end are made.
    closing: bool,
}

impl Line {
    pub(super) fn new(
        installation: Option<InstallationId>,
        stream: QueueStream,
        held: Option<(Seq, TracedRecord)>,
    ) -> Self {
        let (done_at, done) = held.unwrap_or_default();
        Self {
            traced: TracedQueue::new(installation, stream),
            done,
            done_at,
            closing: false,
        }
    }

    /// Folds records until the batch is full, and adds what they have ended. What stands up to the durable position has
    /// been handed over.
    pub(super) fn fold_into(
        &mut self,
        batch: &mut Batch,
        stream: &QueueStream,
        records: &mut impl Iterator<Item = Record>,
    ) {
        while !batch.is_full()
            && let Some(record) = records.next()
        {
            let (seq, at) = (record.seq, record.at);
            let spans = self.apply(record);
            if seq > self.done.up_to {
                batch.add(stream, seq, at, spans);
            }
        }
    }

    /// The spans that a record has ended.
    pub(super) fn apply(&mut self, record: Record) -> Vec<Span> {
        self.traced.apply(record)
    }

    /// The spans that the queue's end has ended, once everything that is stored has been folded; `None` before that, and
    /// when it has given them.
    pub(super) fn close(&mut self, stream: &QueueStream, closed: &Closed) -> Option<Vec<Span>> {
        if self.closing || self.traced.applied() < closed.last {
            return None;
        }
        self.closing = true;
        let fault = judge::queue_closed(&stream.key);
        Some(self.traced.close(closed.at, &fault))
    }

    pub(super) fn applied(&self) -> Seq {
        self.traced.applied()
    }
}

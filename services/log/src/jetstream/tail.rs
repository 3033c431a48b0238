//! A tail as its reader sees it: batches out of a channel that a pump fills.

use std::{collections::VecDeque, fmt, sync::Arc};

use tokio::{sync::mpsc, task::JoinSet};

use super::{
    JetStream,
    pump::{Pump, Start},
};
use crate::{
    codec::Stored,
    error::LogError,
    traits::Tail,
    types::{TAIL_BATCH_MAX, TailEvent},
};

/// Room between the pump and its reader, in records: two batches, so that one is decoded while another is folded.
const ROOM: usize = 2 * TAIL_BATCH_MAX;

/// What a pump brings.
#[derive(Debug)]
pub(super) enum Item<R> {
    Record(R),
    CaughtUp,
    Failed(LogError),
}

pub(super) type Decode<R> = Arc<dyn Fn(&Stored<'_>) -> Option<R> + Send + Sync>;

/// See [`Tail`].
pub struct JetStreamTail<R> {
    from: mpsc::Receiver<Item<R>>,
    taken: Vec<Item<R>>,
    ready: VecDeque<Item<R>>,
    failed: Option<LogError>,
    /// Reads and decodes; it ends with the tail.
    _pump: JoinSet<()>,
}

impl<R> fmt::Debug for JetStreamTail<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamTail")
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

/// Which messages of which stream.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) stream: String,
    /// Subjects; empty is all, and then a hole before the first record is an error.
    pub(super) filters: Vec<String>,
}

impl<R: Send + 'static> JetStreamTail<R> {
    /// Looks whether the stream is there and reaches back far enough, then begins to read.
    pub(super) async fn open(
        log: &JetStream,
        selection: Selection,
        start: Start,
        decode: impl Fn(&Stored<'_>) -> Option<R> + Send + Sync + 'static,
    ) -> Result<Self, LogError> {
        let decode: Decode<R> = Arc::new(decode);
        let (to, from) = mpsc::channel(ROOM);
        let pump = Pump::prepare(log, selection, start, decode, to).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(pump.run());
        Ok(Self {
            from,
            taken: Vec::new(),
            ready: VecDeque::new(),
            failed: None,
            _pump: tasks,
        })
    }

    /// The next event of what has arrived.
    fn take(&mut self) -> Option<Result<TailEvent<R>, LogError>> {
        let mut records = Vec::new();
        while records.len() < TAIL_BATCH_MAX {
            match self.ready.pop_front() {
                Some(Item::Record(record)) => records.push(record),
                Some(other) if !records.is_empty() => {
                    self.ready.push_front(other);
                    break;
                }
                Some(Item::CaughtUp) => return Some(Ok(TailEvent::CaughtUp)),
                Some(Item::Failed(error)) => {
                    self.failed = Some(error.clone());
                    return Some(Err(error));
                }
                None => break,
            }
        }
        (!records.is_empty()).then_some(Ok(TailEvent::Records(records)))
    }
}

impl<R: Send + 'static> Tail<R> for JetStreamTail<R> {
    async fn next(&mut self) -> Result<TailEvent<R>, LogError> {
        loop {
            if let Some(event) = self.take() {
                return event;
            }
            if let Some(error) = &self.failed {
                return Err(error.clone());
            }
            if self.from.recv_many(&mut self.taken, TAIL_BATCH_MAX).await == 0 {
                let error = LogError::Unavailable {
                    detail: "the tail's reader has ended".to_owned(),
                };
                self.failed = Some(error);
            }
            self.ready.extend(self.taken.drain(..));
        }
    }
}

//! A tail as its reader sees it: batches out of a channel that a pump fills.

use std::{fmt, sync::Arc};

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

/// Batches between the pump and its reader. While they are full, what arrives is collected in the client and makes the
/// next ones larger.
const ROOM: usize = 8;

/// What a pump brings.
#[derive(Debug)]
pub(super) enum Item<R> {
    /// Never empty, at most a batch.
    Records(Vec<R>),
    CaughtUp,
    Failed(LogError),
}

pub(super) type Decode<R> = Arc<dyn Fn(&Stored<'_>) -> Option<R> + Send + Sync>;

/// See [`Tail`].
pub struct JetStreamTail<R> {
    from: mpsc::Receiver<Item<R>>,
    /// Taken from the channel and not yet returned.
    ready: Option<Item<R>>,
    failed: Option<LogError>,
    /// Reads and decodes; it ends with the tail.
    _pump: JoinSet<()>,
}

impl<R> fmt::Debug for JetStreamTail<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamTail")
            .field("failed", &self.failed)
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
            ready: None,
            failed: None,
            _pump: tasks,
        })
    }

    /// The next event: what is there, with what joins it without waiting.
    fn merge(&mut self, item: Item<R>) -> Result<TailEvent<R>, LogError> {
        let mut records = match item {
            Item::Records(records) => records,
            Item::CaughtUp => return Ok(TailEvent::CaughtUp),
            Item::Failed(error) => {
                self.failed = Some(error.clone());
                return Err(error);
            }
        };
        while let Ok(next) = self.from.try_recv() {
            match next {
                Item::Records(more) if records.len() + more.len() <= TAIL_BATCH_MAX => {
                    records.extend(more);
                }
                other @ (Item::Records(_) | Item::CaughtUp | Item::Failed(_)) => {
                    self.ready = Some(other);
                    break;
                }
            }
        }
        Ok(TailEvent::Records(records))
    }
}

impl<R: Send + 'static> Tail<R> for JetStreamTail<R> {
    async fn next(&mut self) -> Result<TailEvent<R>, LogError> {
        if let Some(item) = self.ready.take() {
            return self.merge(item);
        }
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if let Some(item) = self.from.recv().await {
            return self.merge(item);
        }
        let error = LogError::Unavailable {
            detail: "the connection was closed".to_owned(),
        };
        self.failed = Some(error.clone());
        Err(error)
    }
}

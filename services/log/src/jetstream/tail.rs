//! A tail as its reader sees it: batches out of a channel that a pump fills.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
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
/// How long it may take to tell the broker that a tail is read no more.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

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
    pump: JoinSet<()>,
    log: JetStream,
    selection: Selection,
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
    /// What the broker's consumer is called that reads them; empty before there is one.
    name: Arc<Mutex<String>>,
}

impl Selection {
    pub(super) fn of(stream: String, filters: Vec<String>) -> Self {
        Self {
            stream,
            filters,
            name: Arc::default(),
        }
    }

    /// A name for another consumer.
    pub(super) fn new_name(&self) -> String {
        let name = format!("tail-{:016x}", getrandom::u64().unwrap_or_default());
        self.name().clone_from(&name);
        name
    }

    fn name(&self) -> MutexGuard<'_, String> {
        self.name.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let pump = Pump::prepare(log, selection.clone(), start, decode, to).await?;
        let mut reads = JoinSet::new();
        reads.spawn(pump.run());
        Ok(Self {
            from,
            ready: None,
            failed: None,
            pump: reads,
            log: log.clone(),
            selection,
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

    async fn close(mut self) {
        self.pump.shutdown().await;
        let name = self.selection.name().clone();
        if name.is_empty() {
            return;
        }
        let subject = format!("$JS.API.CONSUMER.DELETE.{}.{name}", self.selection.stream);
        let client = self.log.client();
        let deleted = async {
            client.publish(subject, Bytes::new()).await.ok()?;
            client.flush().await.ok()
        };
        // Nobody waits for an answer: where this is not allowed, or gets lost, the broker removes it after a while.
        tokio::time::timeout(CLOSE_WITHIN, deleted).await.ok();
    }
}

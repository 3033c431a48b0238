//! The log in this process: the same promises as [`JetStream`](crate::JetStream)'s, without a broker.
//!
//! It stores encoded bytes and decodes them for each reader, so that faults of the wire format show. It asks no clock:
//! stamps come from the function that it is given, and waits are tokio's, so it runs on virtual time. With the feature
//! `test-util` its [`Faults`](faults::Faults) can be provoked.

mod api;
mod cell;
#[cfg_attr(
    not(feature = "test-util"),
    expect(
        dead_code,
        reason = "faults are provoked by tests only; the log itself always asks for them"
    )
)]
pub mod faults;
mod model;
mod queue;
mod tail;
mod work;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{mpsc, watch};
use weir_core::{
    event::Record,
    ids::{QueueKey, RunId, RunKey, Seq},
    time::Timestamp,
};

pub use api::{MemoryReply, MemoryService};
pub use queue::MemoryLive;
pub use tail::MemoryTail;
pub use work::{MemoryAck, MemoryWorkList};

use crate::{
    error::{AppendError, LogError},
    types::{Appended, Usage},
};
use faults::FaultState;
use model::{Config, Model, Publish, Refusal};

/// How long an append waits for its acknowledgement, as in JetStream.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(5);

/// A log in this process. Clones share it.
#[derive(Clone)]
pub struct Memory {
    inner: Arc<Inner>,
}

struct Inner {
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last stamp given: stamps never go back.
    stamped: Timestamp,
    streams: BTreeMap<String, Model>,
    live: Vec<Watcher>,
    servers: Vec<api::Server>,
    servers_made: u64,
    calls: usize,
    faults: FaultState,
}

/// Somebody who watches republished records.
struct Watcher {
    queue: QueueKey,
    run_id: Option<RunId>,
    to: mpsc::UnboundedSender<(RunKey, Record)>,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    /// An empty log whose stamps are what `now` says (held back from ever going back).
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self {
            inner: Arc::new(Inner {
                now: Box::new(now),
                state: Mutex::default(),
            }),
        }
    }

    /// To provoke what a broker and a network can do.
    #[cfg(feature = "test-util")]
    pub fn faults(&self) -> faults::Faults {
        faults::Faults::new(self.clone())
    }

    fn now(&self) -> Timestamp {
        (self.inner.now)()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A poisoned lock means that a test has panicked elsewhere; that one is the news, not this.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn create(&self, config: Config) {
        self.state()
            .streams
            .entry(config.name.clone())
            .or_insert_with(|| Model::new(config));
    }

    /// Reads a stream as of now.
    fn read<T>(&self, stream: &str, read: impl FnOnce(&mut Model) -> T) -> Result<T, LogError> {
        let now = self.now();
        let mut state = self.state();
        if state.faults.unreachable(stream) {
            return Err(LogError::Unavailable {
                detail: "it was made unreachable by a fault".to_owned(),
            });
        }
        let model = state
            .streams
            .get_mut(stream)
            .ok_or_else(|| LogError::NoStream {
                stream: stream.to_owned(),
            })?;
        model.expire(now);
        Ok(read(model))
    }

    fn changes(&self, stream: &str) -> Result<watch::Receiver<u64>, LogError> {
        self.read(stream, |model| model.changes())
    }

    async fn publish(&self, stream: &str, publish: Publish) -> Result<Appended, AppendError> {
        let decided = self.state().publish(stream, publish, self.now());
        if let Some(result) = decided {
            return result;
        }
        let waited = PUBLISH_TIMEOUT;
        match tokio::time::timeout(waited, std::future::pending::<std::convert::Infallible>()).await
        {
            Err(_elapsed) => Err(AppendError::Unacknowledged { waited }),
            Ok(never) => match never {},
        }
    }
}

impl State {
    /// `None`: nobody will ever tell what became of it.
    fn publish(
        &mut self,
        stream: &str,
        publish: Publish,
        now: Timestamp,
    ) -> Option<Result<Appended, AppendError>> {
        match self.faults.on_publish(stream, &publish) {
            None => Some(self.store(stream, publish, now)),
            Some(faults::Verdict::Busy) => Some(Err(AppendError::Busy {
                detail: "10164 by a fault".to_owned(),
            })),
            Some(faults::Verdict::LostUnstored) => None,
            Some(faults::Verdict::LostStored) => {
                // What became of it is exactly what the appender does not learn.
                self.store(stream, publish, now).ok();
                None
            }
        }
    }

    fn store(
        &mut self,
        stream: &str,
        publish: Publish,
        now: Timestamp,
    ) -> Result<Appended, AppendError> {
        let at = now.max(self.stamped);
        self.stamped = at;
        let Some(model) = self.streams.get_mut(stream) else {
            return Err(AppendError::Busy {
                detail: "503 no responders".to_owned(),
            });
        };
        let expected = publish.expect.as_ref().map_or(Seq(0), |expect| expect.seq);
        let appended = model
            .publish(publish, at)
            .map_err(|refusal| match refusal {
                Refusal::Moved { found } => AppendError::Fenced {
                    expected,
                    found: Some(found),
                },
                Refusal::Full => AppendError::Full {
                    stream: stream.to_owned(),
                },
                Refusal::TooLarge => AppendError::TooLarge {
                    stream: stream.to_owned(),
                },
                Refusal::Shut => AppendError::Busy {
                    detail: "503 no responders".to_owned(),
                },
                Refusal::Sealed => AppendError::Sealed {
                    stream: stream.to_owned(),
                },
            })?;
        if !appended.duplicate
            && let Some((run, record)) = model.republished(appended.seq)
        {
            self.live.retain(|watcher| {
                if run.queue != watcher.queue
                    || watcher.run_id.as_ref().is_some_and(|id| *id != run.run_id)
                {
                    return !watcher.to.is_closed();
                }
                watcher.to.send((run.clone(), record.clone())).is_ok()
            });
        }
        Ok(appended)
    }
}

impl Model {
    fn usage(&self) -> Usage {
        Usage {
            bytes: self.bytes(),
            bytes_max: self.bytes_max(),
            messages: self.len(),
            first: self.first(),
            last: self.last(),
        }
    }
}

//! The queues' logs on their way into the fold.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::{sync::mpsc, task::JoinSet};
use weir_core::{
    event::{Body, Record},
    ids::{Attempt, QueueStream, RunId, Seq},
    state::QueueState,
};
use weir_log::{Log, LogError, QueueLog, Tail as _, TailEvent};
use weir_runtime::{Backoff, Clock};

use super::{Key, Observer, standing::Standing};
use crate::kubernetes::executor::Known;

/// What has come from a log.
#[derive(Debug)]
pub(super) enum Folded {
    Records(QueueStream, Vec<Record>),
    /// All that was there when it was opened has come.
    CaughtUp(QueueStream),
}

/// One reader per queue.
#[derive(Debug)]
pub(super) struct Tails<L> {
    log: L,
    clock: Clock,
    records: mpsc::Sender<Folded>,
    readers: BTreeMap<QueueStream, JoinSet<()>>,
}

impl<L: QueueLog> Tails<L> {
    pub(super) fn new(log: L, clock: Clock, records: mpsc::Sender<Folded>) -> Self {
        Self {
            log,
            clock,
            records,
            readers: BTreeMap::new(),
        }
    }

    /// Reads these queues, those that are new from their beginning. What was read of a closed one stays folded.
    pub(super) fn follow(&mut self, queues: &[QueueStream]) {
        self.readers.retain(|queue, _| queues.contains(queue));
        for queue in queues {
            self.readers.entry(queue.clone()).or_insert_with(|| {
                let mut reader = JoinSet::new();
                reader.spawn(read(
                    self.log.clone(),
                    self.clock.clone(),
                    queue.clone(),
                    self.records.clone(),
                ));
                reader
            });
        }
    }
}

async fn read<L: QueueLog>(
    log: L,
    clock: Clock,
    queue: QueueStream,
    records: mpsc::Sender<Folded>,
) {
    let mut after = Seq(0);
    let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
    loop {
        let read: Result<(), LogError> = async {
            let mut tail = log.tail(&queue, after).await?;
            loop {
                let folded = match tail.next().await? {
                    TailEvent::Records(batch) => {
                        after = batch.last().map_or(after, |record| record.seq);
                        Folded::Records(queue.clone(), batch)
                    }
                    TailEvent::CaughtUp => Folded::CaughtUp(queue.clone()),
                };
                backoff.reset();
                if records.send(folded).await.is_err() {
                    return Ok(());
                }
            }
        }
        .await;
        match read {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(weir.queue = %queue.key, %error, "the queue's log cannot be read; trying again");
            }
        }
        clock.sleep(backoff.next_delay()).await;
    }
}

impl<L: Log> Observer<L> {
    pub(super) fn on_served(&mut self, tails: &mut Tails<L>) {
        let served = self.serving.served.borrow().clone();
        tails.follow(&served.pool_queues);
        let mut namespaces = self.cluster.namespaces().to_vec();
        let allowed = served.policy.iter().flat_map(|policy| &policy.namespaces);
        for namespace in allowed {
            if !namespaces.contains(namespace) {
                namespaces.push(namespace.clone());
            }
        }
        self.known.send_replace(Known {
            installation: served.installation,
            namespaces,
        });
    }

    pub(super) fn on_folded(&mut self, folded: Folded) {
        match folded {
            Folded::Records(stream, records) => {
                let mut touched: BTreeSet<RunId> = BTreeSet::new();
                let queue = self.queues.entry(stream.clone()).or_default();
                for record in records {
                    touched.extend(run_of(&record.body).cloned());
                    queue.apply(record);
                }
                for run_id in touched {
                    self.on_run(&stream, &run_id);
                }
            }
            Folded::CaughtUp(stream) => {
                self.queues.entry(stream.clone()).or_default();
                self.caught_up.insert(stream);
            }
        }
    }

    /// Something was said about a run.
    fn on_run(&mut self, stream: &QueueStream, run_id: &RunId) {
        let current = self.queues.get(stream).and_then(|queue| queue.run(run_id));
        let attempt = current.map(|run| run.attempt).unwrap_or_default();
        let key = Key {
            stream: stream.clone(),
            run_id: run_id.clone(),
            attempt,
        };
        // Earlier attempts of it that are looked after here are over.
        let first = Key {
            attempt: Attempt::default(),
            ..key.clone()
        };
        let known: Vec<Key> = self
            .scene
            .range(&first..=&key)
            .map(|(key, _)| key.clone())
            .collect();
        let waiting: Vec<Key> = self
            .waiting
            .range(first..=key.clone())
            .map(|(key, _)| key.clone())
            .collect();
        for key in waiting {
            self.release(&key);
        }
        self.dirty.extend(known);
        if self.observing && matches!(self.standing(&key), Standing::Submitted(_)) {
            self.touch(key);
        }
    }

    /// Tells those who wait that it is over, if it is.
    pub(super) fn release(&mut self, key: &Key) {
        if self.standing(key) == Standing::Over {
            for over in self.waiting.remove(key).into_iter().flatten() {
                if over.send(()).is_err() {
                    tracing::trace!("nobody waits for the attempt any more");
                }
            }
        }
    }

    pub(super) fn standing(&self, key: &Key) -> Standing {
        Standing::of(self.queues.get(&key.stream), key)
    }
}

/// Which run a record is about.
fn run_of(body: &Body) -> Option<&RunId> {
    match body {
        Body::Request { run_id, .. }
        | Body::Claim { run_id, .. }
        | Body::Decision { run_id, .. }
        | Body::Report { run_id, .. } => Some(run_id),
        Body::Epoch(_) | Body::Malformed { .. } => None,
    }
}

/// The attempts of a queue that outlive their workers and are not over.
pub(super) fn followed(stream: &QueueStream, queue: &QueueState) -> Vec<Key> {
    let outliving = queue.outliving();
    outliving
        .map(|(run_id, attempt)| Key {
            stream: stream.clone(),
            run_id: run_id.clone(),
            attempt,
        })
        .collect()
}

//! A queue's work list in the in-memory log: what the durable consumer `workers` is in JetStream.

use std::{collections::BTreeMap, fmt, time::Duration};

use tokio::sync::watch;
use weir_core::{
    event::{Body, Claim, Record},
    ids::{QueueStream, RunId, RunKey, Seq},
    time::Timestamp,
};

use super::{Memory, model::Model, tail::matches};
use crate::{
    codec::decode_record,
    error::LogError,
    subject::{QueueSubjects, RunVoice},
    traits::{ClaimAck, WorkList},
    types::{ACK_WAIT, ClaimItem},
};

/// Where the work list stands.
#[derive(Debug, Default)]
pub(super) struct Work {
    looked: Seq,
    unanswered: BTreeMap<Seq, Delivered>,
}

#[derive(Debug)]
struct Delivered {
    /// When it is offered again.
    due: Timestamp,
    times: u64,
}

impl Work {
    /// Offers all that is unanswered again, now.
    pub(super) fn redeliver(&mut self) {
        for delivered in self.unanswered.values_mut() {
            delivered.due = Timestamp::MIN;
        }
    }
}

/// See [`WorkList`].
pub struct MemoryWorkList {
    memory: Memory,
    queue: QueueStream,
    subjects: QueueSubjects,
    changed: watch::Receiver<u64>,
}

/// See [`ClaimAck`].
pub struct MemoryAck {
    memory: Memory,
    stream: String,
    seq: Seq,
}

impl fmt::Debug for MemoryWorkList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryWorkList")
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
impl fmt::Debug for MemoryAck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAck")
            .field("stream", &self.stream)
            .field("seq", &self.seq)
            .finish_non_exhaustive()
    }
}

impl MemoryWorkList {
    pub(super) fn open(memory: &Memory, queue: &QueueStream) -> Result<Self, LogError> {
        let changed = memory.changes(&queue.stream_name())?;
        Ok(Self {
            memory: memory.clone(),
            queue: queue.clone(),
            subjects: QueueSubjects::new(&queue.key),
            changed,
        })
    }

    fn poll(
        &mut self,
        max: usize,
    ) -> Result<(Vec<ClaimItem<MemoryAck>>, Option<Duration>), LogError> {
        self.changed.mark_unchanged();
        let stream = self.queue.stream_name();
        if self.memory.state().faults.stalled(&stream) {
            return Ok((Vec::new(), None));
        }
        let now = self.memory.now();
        let (found, due) = self.memory.read(&stream, |model| {
            let found = take(model, &self.subjects, max, now);
            (
                found,
                model
                    .work
                    .unanswered
                    .values()
                    .map(|delivered| delivered.due)
                    .min(),
            )
        })?;
        let items = found
            .into_iter()
            .map(|(run_id, record, delivered)| ClaimItem {
                run: RunKey {
                    queue: self.queue.key.clone(),
                    run_id,
                },
                stream: self.queue.clone(),
                delivered,
                ack: MemoryAck {
                    memory: self.memory.clone(),
                    stream: stream.clone(),
                    seq: record.seq,
                },
                record,
            })
            .collect();
        // A millisecond at least: a timer that is due at once on a coarse clock would spin.
        Ok((
            items,
            due.map(|due| due.since(now).max(Duration::from_millis(1))),
        ))
    }
}

fn take(
    model: &mut Model,
    subjects: &QueueSubjects,
    max: usize,
    now: Timestamp,
) -> Vec<(RunId, Record, u64)> {
    let mut found = Vec::new();
    let due: Vec<Seq> = model
        .work
        .unanswered
        .iter()
        .filter(|(_, d)| d.due <= now)
        .map(|(seq, _)| *seq)
        .collect();
    for seq in due {
        if found.len() >= max {
            return found;
        }
        let claim = model
            .get(seq)
            .and_then(|stored| claimed(decode_record(subjects, &stored)));
        match (claim, model.work.unanswered.get_mut(&seq)) {
            (Some((run_id, record)), Some(delivered)) => {
                delivered.due = now.after(ACK_WAIT);
                delivered.times += 1;
                found.push((run_id, record, delivered.times));
            }
            (None, _) | (_, None) => {
                model.work.unanswered.remove(&seq);
            }
        }
    }
    let claims = subjects.all(RunVoice::Claim);
    let mut looked = model.work.looked;
    let mut fresh = Vec::new();
    for stored in model.behind(looked) {
        if found.len() + fresh.len() >= max {
            break;
        }
        looked = stored.seq;
        if matches(&claims, stored.subject) {
            fresh.extend(claimed(decode_record(subjects, &stored)));
        }
    }
    model.work.looked = looked;
    for (run_id, record) in fresh {
        model.work.unanswered.insert(
            record.seq,
            Delivered {
                due: now.after(ACK_WAIT),
                times: 1,
            },
        );
        found.push((run_id, record, 1));
    }
    found
}

/// Only grants are work: a revocation stands on the same subject and is passed over.
fn claimed(record: Record) -> Option<(RunId, Record)> {
    match &record.body {
        Body::Claim { run_id, decided } if matches!(decided.what, Claim::Claimed(_)) => {
            Some((run_id.clone(), record))
        }
        Body::Claim { .. }
        | Body::Request { .. }
        | Body::Decision { .. }
        | Body::Report { .. }
        | Body::Epoch(_)
        | Body::Malformed { .. } => None,
    }
}

impl WorkList for MemoryWorkList {
    type Ack = MemoryAck;

    async fn pull(
        &mut self,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<ClaimItem<MemoryAck>>, LogError> {
        let over = tokio::time::Instant::now() + wait;
        loop {
            let due = match self.poll(max) {
                Ok((items, due)) if items.is_empty() => due,
                Ok((items, _)) => return Ok(items),
                Err(LogError::Unavailable { .. }) => None,
                Err(error) => return Err(error),
            };
            let until = due.map_or(over, |due| over.min(tokio::time::Instant::now() + due));
            match tokio::time::timeout_at(until, self.changed.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => {
                    return Err(LogError::NoStream {
                        stream: self.queue.stream_name(),
                    });
                }
                Err(_elapsed) if until >= over => return Ok(Vec::new()),
                Err(_elapsed) => {}
            }
        }
    }
}

impl ClaimAck for MemoryAck {
    async fn done(self) {
        self.answer(|work, seq, _| {
            work.unanswered.remove(&seq);
        });
    }

    async fn back(self, delay: Duration) {
        self.answer(|work, seq, now| {
            if let Some(delivered) = work.unanswered.get_mut(&seq) {
                delivered.due = now.after(delay);
            }
        });
    }
}

impl MemoryAck {
    fn answer(&self, change: impl FnOnce(&mut Work, Seq, Timestamp)) {
        let now = self.memory.now();
        // An answer that gets lost (the stream is unreachable) is only lost.
        self.memory
            .read(&self.stream, |model| {
                change(&mut model.work, self.seq, now);
                model.touch();
            })
            .ok();
    }
}

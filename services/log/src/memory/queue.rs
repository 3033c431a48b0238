//! The streams of the queues in the in-memory log.

use tokio::sync::mpsc;
use weir_core::{
    bounds::REQUEST_BYTES_MAX,
    event::Record,
    ids::{QueueKey, QueueStream, RunId, RunKey, Seq},
};

use super::{
    Memory, MemoryTail, MemoryWorkList, Watcher,
    model::{Config, Door, Kind, Publish},
    tail::{Select, matches},
};
use crate::{
    codec::{Stored, decode_record, encode_entry, expect_entry},
    error::{AppendError, LogError},
    subject::{QueueSubjects, RunVoice, parse_stream_name},
    traits::{LiveFeed, QueueLog},
    types::{Append, Appended, MESSAGE_ROOM, Usage},
};

/// See [`LiveFeed`].
#[derive(Debug)]
pub struct MemoryLive(mpsc::UnboundedReceiver<(RunKey, Record)>);

impl LiveFeed for MemoryLive {
    async fn next(&mut self) -> Option<(RunKey, Record)> {
        self.0.recv().await
    }
}

impl Memory {
    /// As in JetStream: two streams cannot hold the same subjects, so a queue's next life takes them over from those
    /// before it, which must be sealed.
    fn take_over(&self, queue: &QueueStream) -> Result<(), LogError> {
        let mut state = self.state();
        for (name, model) in &mut state.streams {
            let Some(other) = parse_stream_name(name).filter(|other| other.key == queue.key) else {
                continue;
            };
            if other.incarnation == queue.incarnation {
                continue;
            }
            match model.door {
                Door::Sealed | Door::HandedOn if other.incarnation < queue.incarnation => {
                    model.door = Door::HandedOn;
                }
                Door::Open | Door::Shut | Door::Sealed | Door::HandedOn => {
                    let detail = format!("subjects overlap with the existing stream {name}");
                    return Err(LogError::Refused { detail });
                }
            }
        }
        Ok(())
    }

    fn records(
        &self,
        queue: &QueueStream,
        after: Seq,
        select: Select,
    ) -> Result<MemoryTail<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let decode = move |stored: &Stored<'_>| Some(decode_record(&subjects, stored));
        MemoryTail::open(self, queue.stream_name(), after, select, decode)
    }
}

impl QueueLog for Memory {
    type Records = MemoryTail<Record>;
    type Claims = MemoryWorkList;
    type Live = MemoryLive;

    async fn create_queue(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        self.take_over(queue)?;
        self.create(Config {
            name: queue.stream_name(),
            bytes_max,
            message_max: REQUEST_BYTES_MAX + MESSAGE_ROOM,
            kind: Kind::Queue(QueueSubjects::new(&queue.key)),
        });
        self.read(&queue.stream_name(), |model| match model.door {
            Door::Open => Ok(()),
            Door::Shut | Door::Sealed | Door::HandedOn => Err(LogError::Refused {
                detail: format!("the stream {} is sealed", queue.stream_name()),
            }),
        })?
    }

    async fn shut_queue(&self, queue: &QueueStream) -> Result<(), LogError> {
        self.read(&queue.stream_name(), |model| {
            if model.door == Door::Open {
                model.door = Door::Shut;
            }
        })
    }

    async fn seal_queue(&self, queue: &QueueStream) -> Result<(), LogError> {
        self.read(&queue.stream_name(), |model| {
            if model.door != Door::HandedOn {
                model.door = Door::Sealed;
            }
        })
    }

    async fn resize_queue(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        self.read(&queue.stream_name(), |model| model.resize(bytes_max))
    }

    async fn usage(&self, queue: &QueueStream) -> Result<Usage, LogError> {
        self.read(&queue.stream_name(), |model| model.usage())
    }

    async fn queue_streams(&self) -> Result<Vec<QueueStream>, LogError> {
        Ok(self
            .state()
            .streams
            .keys()
            .filter_map(|name| parse_stream_name(name))
            .collect())
    }

    async fn append(&self, queue: &QueueStream, append: Append) -> Result<Appended, AppendError> {
        let subjects = QueueSubjects::new(&queue.key);
        let Append {
            entry,
            fence,
            msg_id,
        } = append;
        let (subject, payload, traceparent) = encode_entry(&subjects, &entry);
        let expect = fence.map(|fence| expect_entry(&subjects, &entry, fence));
        let msg_id = msg_id.map(|id| id.0);
        let publish = Publish {
            subject,
            payload,
            traceparent,
            msg_id,
            expect,
            ttl: None,
        };
        self.publish(&queue.stream_name(), publish).await
    }

    async fn tail(&self, queue: &QueueStream, after: Seq) -> Result<MemoryTail<Record>, LogError> {
        self.records(queue, after, Select::All)
    }

    async fn orders(&self, queue: &QueueStream) -> Result<MemoryTail<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let last = self.read(&queue.stream_name(), |model| model.last())?;
        let patterns = [RunVoice::Claim, RunVoice::Decision]
            .map(|voice| subjects.all(voice))
            .into();
        self.records(
            queue,
            last,
            Select::Orders(patterns, std::collections::BTreeSet::new()),
        )
    }

    async fn claims(&self, queue: &QueueStream) -> Result<MemoryWorkList, LogError> {
        MemoryWorkList::open(self, queue)
    }

    async fn record(&self, queue: &QueueStream, seq: Seq) -> Result<Option<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        self.read(&queue.stream_name(), |model| {
            model
                .get(seq)
                .map(|stored| decode_record(&subjects, &stored))
        })
    }

    async fn first_report(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
        after: Seq,
    ) -> Result<Option<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let subject = subjects.run(run_id, RunVoice::Report);
        self.read(&queue.stream_name(), |model| {
            let found = model.behind(after).find(|stored| stored.subject == subject);
            found.map(|stored| decode_record(&subjects, &stored))
        })
    }

    async fn last_claim(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> Result<Option<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let subject = subjects.run(run_id, RunVoice::Claim);
        self.read(&queue.stream_name(), |model| {
            model
                .last_on(&subject)
                .map(|stored| decode_record(&subjects, &stored))
        })
    }

    async fn run_records(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> Result<Vec<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let pattern = subjects.of_run(run_id);
        self.read(&queue.stream_name(), |model| {
            let of_run = model
                .behind(Seq(0))
                .filter(|stored| matches(&pattern, stored.subject));
            of_run
                .map(|stored| decode_record(&subjects, &stored))
                .collect()
        })
    }

    async fn live(&self, queue: &QueueKey, run_id: Option<&RunId>) -> Result<MemoryLive, LogError> {
        let (to, from) = mpsc::unbounded_channel();
        self.state().live.push(Watcher {
            queue: queue.clone(),
            run_id: run_id.cloned(),
            to,
        });
        Ok(MemoryLive(from))
    }
}

//! The cell log, the leases and the output in the in-memory log.

use std::time::Duration;

use bytes::Bytes;
use weir_core::{
    cell::CellRecord,
    ids::{Attempt, PoolName, QueueStream, RunKey, Seq, WorkerName},
    session::{LeaseRecord, ObserverRecord, Session, SessionRecord, TracedRecord, TracerRecord},
    time::Timestamp,
};

use super::{
    Memory, MemoryTail,
    model::{Config, Kind, Publish},
    tail::Select,
};
use crate::{
    codec,
    error::{AppendError, LogError},
    subject::{CELL_STREAM, LEASE_STREAM, LOGS_STREAM, SESSION_SUBJECTS, Subject},
    traits::{CellLog, Leases, Outputs},
    types::{Appended, CellAppend, MESSAGE_ROOM, OutputChunk, ttl_secs},
};

const MESSAGE_MAX: usize = 1 << 20;
const LOGS_BYTES_MAX: u64 = 1 << 30;
const LOGS_AGE_MAX: Duration = Duration::from_hours(7 * 24);

impl CellLog for Memory {
    type CellRecords = MemoryTail<CellRecord>;

    async fn create_cell(&self) -> Result<(), LogError> {
        let message_max = MESSAGE_MAX - MESSAGE_ROOM;
        for (name, bytes_max, kind) in [
            (CELL_STREAM, u64::MAX, Kind::Cell),
            (LEASE_STREAM, u64::MAX, Kind::Lease),
            (
                LOGS_STREAM,
                LOGS_BYTES_MAX,
                Kind::Logs {
                    age_max: LOGS_AGE_MAX,
                },
            ),
        ] {
            self.create(Config {
                name: name.to_owned(),
                bytes_max,
                message_max,
                kind,
            });
        }
        Ok(())
    }

    async fn append_cell(&self, append: CellAppend) -> Result<Appended, AppendError> {
        let CellAppend {
            body,
            fence,
            msg_id,
        } = append;
        let Some(subject) = codec::cell_subject(&body) else {
            return Err(codec::no_cell_record());
        };
        let publish = Publish {
            subject: subject.to_string(),
            payload: weir_proto::encode_cell(&body),
            traceparent: None,
            msg_id: msg_id.map(|id| id.0),
            expect: Some(codec::expect_cell(fence)),
            ttl: None,
        };
        self.publish(CELL_STREAM, publish).await
    }

    async fn tail_cell(&self, after: Seq) -> Result<MemoryTail<CellRecord>, LogError> {
        MemoryTail::open(self, CELL_STREAM.to_owned(), after, Select::All, |stored| {
            Some(codec::decode_cell(stored))
        })
    }

    async fn cell_record(&self, seq: Seq) -> Result<Option<CellRecord>, LogError> {
        self.read(CELL_STREAM, |model| {
            model.get(seq).map(|stored| codec::decode_cell(&stored))
        })
    }
}

impl Leases for Memory {
    type Sessions = MemoryTail<SessionRecord>;

    async fn put_lease(
        &self,
        lease: &LeaseRecord,
        ttl: Duration,
        last: Seq,
    ) -> Result<(Seq, Timestamp), AppendError> {
        let publish = Publish {
            subject: Subject::Lease.to_string(),
            payload: weir_proto::encode_lease(lease),
            traceparent: None,
            msg_id: None,
            expect: Some(codec::Expect {
                subject: None,
                seq: last,
            }),
            ttl: Some(Duration::from_secs(ttl_secs(ttl))),
        };
        let Appended { seq, duplicate: _ } = self.publish(LEASE_STREAM, publish).await?;
        let at = self.read(LEASE_STREAM, |model| model.get(seq).map(|stored| stored.at));
        match at {
            Ok(Some(at)) => Ok((seq, at)),
            Ok(None) | Err(_) => Err(AppendError::Unacknowledged {
                waited: Duration::ZERO,
            }),
        }
    }

    async fn lease(&self) -> Result<Option<(Seq, Timestamp, LeaseRecord)>, LogError> {
        let subject = Subject::Lease.to_string();
        self.read(LEASE_STREAM, |model| {
            model
                .last_on(&subject)
                .map(|stored| codec::decode_lease(&stored))
        })?
        .transpose()
    }

    async fn drop_lease(&self, last: Seq) -> Result<(), LogError> {
        self.drop_at(&Subject::Lease, last)
    }

    async fn put_observer(
        &self,
        pool: &PoolName,
        observer: &ObserverRecord,
        ttl: Duration,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        let subject = Subject::Observer(pool.clone()).to_string();
        let payload = weir_proto::encode_observer(observer);
        self.put_over(subject, payload, Some(ttl), last).await
    }

    async fn observer(&self, pool: &PoolName) -> Result<Option<(Seq, ObserverRecord)>, LogError> {
        let subject = Subject::Observer(pool.clone()).to_string();
        self.read(LEASE_STREAM, |model| {
            model
                .last_on(&subject)
                .map(|stored| codec::decode_observer(&stored))
        })?
        .transpose()
    }

    async fn drop_observer(&self, pool: &PoolName, last: Seq) -> Result<(), LogError> {
        self.drop_at(&Subject::Observer(pool.clone()), last)
    }

    async fn put_tracer(
        &self,
        tracer: &TracerRecord,
        ttl: Duration,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        let payload = weir_proto::encode_tracer(tracer);
        self.put_over(Subject::Tracer.to_string(), payload, Some(ttl), last)
            .await
    }

    async fn tracer(&self) -> Result<Option<(Seq, TracerRecord)>, LogError> {
        let subject = Subject::Tracer.to_string();
        self.read(LEASE_STREAM, |model| {
            model
                .last_on(&subject)
                .map(|stored| codec::decode_tracer(&stored))
        })?
        .transpose()
    }

    async fn drop_tracer(&self, last: Seq) -> Result<(), LogError> {
        self.drop_at(&Subject::Tracer, last)
    }

    async fn put_traced(
        &self,
        queue: &QueueStream,
        traced: TracedRecord,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        let subject = Subject::Traced(queue.clone()).to_string();
        let payload = weir_proto::encode_traced(&traced);
        self.put_over(subject, payload, None, last).await
    }

    async fn traced(&self, queue: &QueueStream) -> Result<Option<(Seq, TracedRecord)>, LogError> {
        let subject = Subject::Traced(queue.clone()).to_string();
        self.read(LEASE_STREAM, |model| {
            model
                .last_on(&subject)
                .map(|stored| codec::decode_traced(&stored))
        })?
        .transpose()
    }

    async fn put_session(&self, session: &Session, last: Seq) -> Result<Seq, AppendError> {
        let subject = codec::session_subject(session);
        let payload = weir_proto::encode_session(session);
        self.put_over(subject, payload, None, last).await
    }

    async fn session(
        &self,
        pool: &PoolName,
        worker: &WorkerName,
    ) -> Result<Option<SessionRecord>, LogError> {
        let subject = Subject::Session(pool.clone(), worker.clone()).to_string();
        self.read(LEASE_STREAM, |model| {
            model
                .last_on(&subject)
                .and_then(|stored| codec::decode_session(&stored))
        })
    }

    async fn sessions(&self) -> Result<MemoryTail<SessionRecord>, LogError> {
        let select = Select::Matching(vec![SESSION_SUBJECTS.to_owned()]);
        MemoryTail::open(
            self,
            LEASE_STREAM.to_owned(),
            Seq(0),
            select,
            codec::decode_session,
        )
    }
}

impl Memory {
    /// Writes over the last record of a subject of the lease stream, if it is still the one at `last`.
    async fn put_over(
        &self,
        subject: String,
        payload: Bytes,
        ttl: Option<Duration>,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        let publish = Publish {
            subject,
            payload,
            traceparent: None,
            msg_id: None,
            expect: Some(codec::Expect {
                subject: None,
                seq: last,
            }),
            ttl: ttl.map(|ttl| Duration::from_secs(ttl_secs(ttl))),
        };
        Ok(self.publish(LEASE_STREAM, publish).await?.seq)
    }

    /// Gives a lease up, if it is still the one at `last`.
    fn drop_at(&self, subject: &Subject, last: Seq) -> Result<(), LogError> {
        let subject = subject.to_string();
        self.read(LEASE_STREAM, |model| {
            if model
                .last_on(&subject)
                .is_some_and(|stored| stored.seq == last)
            {
                model.remove(last);
            }
        })
    }
}

impl Outputs for Memory {
    type Output = MemoryTail<OutputChunk>;

    async fn put_output(&self, chunk: &OutputChunk) -> Result<(), AppendError> {
        let (subject, payload) = codec::encode_output(chunk);
        let publish = Publish {
            subject,
            payload,
            traceparent: None,
            msg_id: None,
            expect: None,
            ttl: None,
        };
        self.publish(LOGS_STREAM, publish).await.map(|_| ())
    }

    async fn output(
        &self,
        run: &RunKey,
        attempt: Option<Attempt>,
    ) -> Result<MemoryTail<OutputChunk>, LogError> {
        let select = Select::Matching(vec![codec::output_filter(run, attempt)]);
        MemoryTail::open(
            self,
            LOGS_STREAM.to_owned(),
            Seq(0),
            select,
            codec::decode_output,
        )
    }
}

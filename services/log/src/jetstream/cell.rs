//! The cell log, the leases and the output on JetStream.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use weir_core::{
    cell::CellRecord,
    ids::{Attempt, PoolName, QueueStream, RunKey, Seq, WorkerName},
    session::{LeaseRecord, ObserverRecord, Session, SessionRecord, TracedRecord, TracerRecord},
    time::Timestamp,
};

use super::{
    JetStream, JetStreamTail,
    api::{ApiError, STREAM_NOT_FOUND},
    publish::Publish,
    pump::Start,
    tail::Selection,
    wire,
};
use crate::{
    codec,
    error::{AppendError, LogError},
    subject::{CELL_STREAM, CELL_SUBJECTS, LEASE_STREAM, LOGS_STREAM, SESSION_SUBJECTS, Subject},
    traits::{CellLog, Leases, Outputs},
    types::{Appended, CellAppend, OutputChunk, ttl_secs},
};

/// How often the stamp of a lease that has just been stored is asked for.
const STAMP_TRIES: u32 = 5;

impl CellLog for JetStream {
    type CellRecords = JetStreamTail<CellRecord>;

    async fn create_cell(&self) -> Result<(), LogError> {
        self.ensure_cell().await
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
        self.publish(Publish {
            stream: CELL_STREAM.to_owned(),
            subject: subject.to_string(),
            payload: weir_proto::encode_cell(&body),
            traceparent: None,
            msg_id: msg_id.map(|id| id.0),
            expect: Some(codec::expect_cell(fence)),
            ttl: None,
        })
        .await
    }

    async fn tail_cell(&self, after: Seq) -> Result<JetStreamTail<CellRecord>, LogError> {
        let selection = Selection::of(CELL_STREAM.to_owned(), Vec::new());
        JetStreamTail::open(self, selection, Start::After(after), |stored| {
            Some(codec::decode_cell(stored))
        })
        .await
    }

    async fn read_cell(&self, after: Seq) -> Result<Vec<CellRecord>, LogError> {
        self.get_behind(CELL_STREAM, CELL_SUBJECTS, after, codec::decode_cell)
            .await
    }

    async fn cell_record(&self, seq: Seq) -> Result<Option<CellRecord>, LogError> {
        if seq.0 == 0 {
            return Ok(None);
        }
        self.get(CELL_STREAM, &json!({ "seq": seq.0 }), codec::decode_cell)
            .await
    }
}

impl Leases for JetStream {
    type Sessions = JetStreamTail<SessionRecord>;

    async fn put_lease(
        &self,
        lease: &LeaseRecord,
        ttl: Duration,
        last: Seq,
    ) -> Result<(Seq, Timestamp), AppendError> {
        let publish = Publish {
            stream: LEASE_STREAM.to_owned(),
            subject: Subject::Lease.to_string(),
            payload: weir_proto::encode_lease(lease),
            traceparent: None,
            msg_id: None,
            expect: Some(codec::Expect {
                subject: None,
                seq: last,
            }),
            ttl: Some(ttl_secs(ttl)),
        };
        let Appended { seq, duplicate: _ } = self.publish(publish).await?;
        // The acknowledgement has no stamp. The stream's leader, unlike a replica, has the record.
        for _ in 0..STAMP_TRIES {
            if let Ok(Some(at)) = self.stamp(LEASE_STREAM, seq).await {
                return Ok((seq, at));
            }
        }
        Err(AppendError::Unacknowledged {
            waited: Duration::ZERO,
        })
    }

    async fn lease(&self) -> Result<Option<(Seq, Timestamp, LeaseRecord)>, LogError> {
        let query = json!({ "last_by_subj": Subject::Lease.to_string() });
        self.get(LEASE_STREAM, &query, codec::decode_lease)
            .await?
            .transpose()
    }

    async fn drop_lease(&self, last: Seq) -> Result<(), LogError> {
        self.drop_at(last).await
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
        let query = json!({ "last_by_subj": Subject::Observer(pool.clone()).to_string() });
        self.get(LEASE_STREAM, &query, codec::decode_observer)
            .await?
            .transpose()
    }

    async fn drop_observer(&self, _pool: &PoolName, last: Seq) -> Result<(), LogError> {
        self.drop_at(last).await
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
        let query = json!({ "last_by_subj": Subject::Tracer.to_string() });
        self.get(LEASE_STREAM, &query, codec::decode_tracer)
            .await?
            .transpose()
    }

    async fn drop_tracer(&self, last: Seq) -> Result<(), LogError> {
        self.drop_at(last).await
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
        let query = json!({ "last_by_subj": Subject::Traced(queue.clone()).to_string() });
        self.get(LEASE_STREAM, &query, codec::decode_traced)
            .await?
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
        let query =
            json!({ "last_by_subj": Subject::Session(pool.clone(), worker.clone()).to_string() });
        Ok(self
            .get(LEASE_STREAM, &query, codec::decode_session)
            .await?
            .flatten())
    }

    async fn sessions(&self) -> Result<JetStreamTail<SessionRecord>, LogError> {
        // The stream holds one message per subject, so its beginning is each session's last record.
        let selection = Selection::of(LEASE_STREAM.to_owned(), vec![SESSION_SUBJECTS.to_owned()]);
        JetStreamTail::open(self, selection, Start::After(Seq(0)), codec::decode_session).await
    }
}

impl JetStream {
    /// Writes over the last record of a subject of the lease stream, if it is still the one at `last`.
    async fn put_over(
        &self,
        subject: String,
        payload: Bytes,
        ttl: Option<Duration>,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        let publish = Publish {
            stream: LEASE_STREAM.to_owned(),
            subject,
            payload,
            traceparent: None,
            msg_id: None,
            expect: Some(codec::Expect {
                subject: None,
                seq: last,
            }),
            ttl: ttl.map(ttl_secs),
        };
        Ok(self.publish(publish).await?.seq)
    }

    /// Gives the lease at `last` up, if it is still there.
    async fn drop_at(&self, last: Seq) -> Result<(), LogError> {
        // A position names one message for ever, so deleting by position is a compare-and-set of its own: a lease that
        // somebody else has written since stands at another position and stays.
        let body = json!({ "seq": last.0, "no_erase": true });
        match self
            .api(&format!("STREAM.MSG.DELETE.{LEASE_STREAM}"), &body)
            .await
        {
            Ok(_) => Ok(()),
            Err(ApiError::Server(fault))
                if fault.err_code != STREAM_NOT_FOUND && fault.code < 500 =>
            {
                Ok(())
            }
            // 10057: no such message (any more), in the store's words.
            Err(ApiError::Server(fault)) if fault.err_code == 10_057 => Ok(()),
            Err(error) => Err(error.about(LEASE_STREAM)),
        }
    }

    /// When the record at `seq` was stored, from the stream's leader.
    async fn stamp(&self, stream: &str, seq: Seq) -> Result<Option<Timestamp>, LogError> {
        let answer = self
            .ask(
                &format!("STREAM.MSG.GET.{stream}"),
                &json!({ "seq": seq.0 }),
            )
            .await;
        let answer = answer.map_err(|error| error.about(stream))?;
        Ok(answer["message"]["time"]
            .as_str()
            .and_then(wire::parse_time))
    }
}

impl Outputs for JetStream {
    type Output = JetStreamTail<OutputChunk>;

    async fn put_output(&self, chunk: &OutputChunk) -> Result<(), AppendError> {
        let (subject, payload) = codec::encode_output(chunk);
        let stream = LOGS_STREAM.to_owned();
        let publish = Publish {
            stream,
            subject,
            payload,
            traceparent: None,
            msg_id: None,
            expect: None,
            ttl: None,
        };
        self.publish(publish).await.map(|_| ())
    }

    async fn output(
        &self,
        run: &RunKey,
        attempt: Option<Attempt>,
    ) -> Result<JetStreamTail<OutputChunk>, LogError> {
        let filters = vec![codec::output_filter(run, attempt)];
        let selection = Selection::of(LOGS_STREAM.to_owned(), filters);
        JetStreamTail::open(self, selection, Start::After(Seq(0)), codec::decode_output).await
    }
}

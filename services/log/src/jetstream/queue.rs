//! The streams of the queues on JetStream.

use serde_json::json;
use weir_core::{
    event::Record,
    ids::{QueueKey, QueueStream, RunId, Seq},
};

use super::{
    JetStream, JetStreamLive, JetStreamTail, JetStreamWorkList, publish::Publish, pump::Start,
    tail::Selection,
};
use crate::{
    codec::{Stored, decode_record, encode_entry, expect_entry},
    error::{AppendError, LogError},
    subject::{QueueSubjects, RunVoice},
    traits::QueueLog,
    types::{Append, Appended, Usage},
};

impl JetStream {
    async fn records(
        &self,
        queue: &QueueStream,
        filters: Vec<String>,
        start: Start,
    ) -> Result<JetStreamTail<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let selection = Selection::of(queue.stream_name(), filters);
        let decode = move |stored: &Stored<'_>| Some(decode_record(&subjects, stored));
        JetStreamTail::open(self, selection, start, decode).await
    }

    async fn get_record(
        &self,
        queue: &QueueStream,
        query: serde_json::Value,
    ) -> Result<Option<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        self.get(&queue.stream_name(), &query, |stored| {
            decode_record(&subjects, stored)
        })
        .await
    }
}

impl QueueLog for JetStream {
    type Records = JetStreamTail<Record>;
    type Claims = JetStreamWorkList;
    type Live = JetStreamLive;

    async fn create_queue(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        self.ensure_queue(queue, bytes_max).await
    }

    async fn shut_queue(&self, queue: &QueueStream) -> Result<(), LogError> {
        self.shut(queue).await
    }

    async fn seal_queue(&self, queue: &QueueStream) -> Result<(), LogError> {
        self.seal(queue).await
    }

    async fn resize_queue(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        self.resize(queue, bytes_max).await
    }

    async fn usage(&self, queue: &QueueStream) -> Result<Usage, LogError> {
        let info = self.stream_info(&queue.stream_name()).await?;
        let state = |key: &str| info["state"][key].as_u64().unwrap_or(0);
        Ok(Usage {
            bytes: state("bytes"),
            // -1: none.
            bytes_max: info["config"]["max_bytes"].as_u64().unwrap_or(u64::MAX),
            messages: state("messages"),
            first: Seq(state("first_seq")),
            last: Seq(state("last_seq")),
        })
    }

    async fn queue_streams(&self) -> Result<Vec<QueueStream>, LogError> {
        self.list_queues().await
    }

    // What is asked is turned into what is sent at once: a future that waits for an answer has no room for both.
    fn append(
        &self,
        queue: &QueueStream,
        append: Append,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send {
        let subjects = QueueSubjects::new(&queue.key);
        let Append {
            entry,
            fence,
            msg_id,
        } = append;
        let (subject, payload, traceparent) = encode_entry(&subjects, &entry);
        let expect = fence.map(|fence| expect_entry(&subjects, &entry, fence));
        let stream = queue.stream_name();
        let msg_id = msg_id.map(|id| id.0);
        self.publish(Publish {
            stream,
            subject,
            payload,
            traceparent,
            msg_id,
            expect,
            ttl: None,
        })
    }

    async fn tail(
        &self,
        queue: &QueueStream,
        after: Seq,
    ) -> Result<JetStreamTail<Record>, LogError> {
        self.records(queue, Vec::new(), Start::After(after)).await
    }

    async fn orders(&self, queue: &QueueStream) -> Result<JetStreamTail<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let filters = [RunVoice::Claim, RunVoice::Decision]
            .map(|voice| subjects.all(voice))
            .into();
        self.records(queue, filters, Start::Now).await
    }

    async fn claims(&self, queue: &QueueStream) -> Result<JetStreamWorkList, LogError> {
        JetStreamWorkList::open(self, queue).await
    }

    async fn record(&self, queue: &QueueStream, seq: Seq) -> Result<Option<Record>, LogError> {
        if seq.0 == 0 {
            return Ok(None);
        }
        self.get_record(queue, json!({ "seq": seq.0 })).await
    }

    async fn first_report(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
        after: Seq,
    ) -> Result<Option<Record>, LogError> {
        let subject = QueueSubjects::new(&queue.key).run(run_id, RunVoice::Report);
        self.get_record(
            queue,
            json!({ "seq": after.0 + 1, "next_by_subj": subject }),
        )
        .await
    }

    async fn last_claim(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> Result<Option<Record>, LogError> {
        let subject = QueueSubjects::new(&queue.key).run(run_id, RunVoice::Claim);
        self.get_record(queue, json!({ "last_by_subj": subject }))
            .await
    }

    async fn run_records(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> Result<Vec<Record>, LogError> {
        let subjects = QueueSubjects::new(&queue.key);
        let filter = subjects.of_run(run_id);
        self.get_all(&queue.stream_name(), &filter, |stored| {
            decode_record(&subjects, stored)
        })
        .await
    }

    async fn live(
        &self,
        queue: &QueueKey,
        run_id: Option<&RunId>,
    ) -> Result<JetStreamLive, LogError> {
        JetStreamLive::open(self, queue, run_id).await
    }
}

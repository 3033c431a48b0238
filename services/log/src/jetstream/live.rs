//! What is stored about runs, as the broker republishes it: plain NATS, so what is not received is gone.

use std::fmt;

use async_nats::Subscriber;
use futures::StreamExt as _;
use weir_core::{
    event::Record,
    ids::{QueueKey, RunId, RunKey},
};

use super::{JetStream, wire};
use crate::{
    codec::decode_record,
    error::LogError,
    subject::{QueueSubject, QueueSubjects},
    traits::LiveFeed,
};

/// See [`LiveFeed`].
pub struct JetStreamLive {
    messages: Subscriber,
    subjects: QueueSubjects,
}

impl fmt::Debug for JetStreamLive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamLive")
            .field("queue", self.subjects.key())
            .finish_non_exhaustive()
    }
}

impl JetStreamLive {
    pub(super) async fn open(
        log: &JetStream,
        queue: &QueueKey,
        run_id: Option<&RunId>,
    ) -> Result<Self, LogError> {
        let unavailable = |detail: String| LogError::Unavailable { detail };
        let subjects = QueueSubjects::new(queue);
        let client = log.client();
        let messages = client
            .subscribe(subjects.live(run_id))
            .await
            .map_err(|error| unavailable(error.to_string()))?;
        // From here on everything is seen: the broker has the subscription before it answers.
        client
            .flush()
            .await
            .map_err(|error| unavailable(error.to_string()))?;
        Ok(Self { messages, subjects })
    }
}

impl LiveFeed for JetStreamLive {
    async fn next(&mut self) -> Option<(RunKey, Record)> {
        loop {
            let message = self.messages.next().await?;
            // Somebody who publishes here by hand is not believed: the position is missing, or the subject is foreign.
            let Some(stored) = wire::copied(&message) else {
                continue;
            };
            if let QueueSubject::Run(run_id, _) = self.subjects.parse(stored.subject) {
                let record = decode_record(&self.subjects, &stored);
                return Some((
                    RunKey {
                        queue: self.subjects.key().clone(),
                        run_id,
                    },
                    record,
                ));
            }
        }
    }
}

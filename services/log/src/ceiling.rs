//! What the broker itself can take: plain, pipelined publishes of events that weir has stored before, for `weir bench`.
//!
//! It stands here because no other crate speaks to the broker. Nothing of weir's own log is used or touched: it has its
//! own connections and its own stream, without fences, ids, republishing or consumers.

use std::{collections::VecDeque, fmt::Display, time::Duration};

use async_nats::{
    ConnectOptions, HeaderMap,
    jetstream::{
        consumer::pull::OrderedConfig,
        context::{Context, ContextBuilder, PublishAckFuture},
        message::PublishMessage,
        stream::Config,
    },
};
use bytes::Bytes;
use futures::StreamExt;
use tokio::task::JoinSet;
use weir_core::ids::QueueStream;

use crate::error::LogError;

/// The stream that is filled and deleted.
const STREAM: &str = "bench_ceiling";
/// What the subjects begin with, in place of `weir`: as long, so that the same bytes travel.
const PREFIX: &str = "ceil";
/// Acknowledgements that one connection waits for at once; the client blocks a publisher at 5,000 by itself.
const IN_FLIGHT_MAX: usize = 4_000;

/// One event as the broker sees it: a subject and a number of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainEvent {
    /// Where it was published.
    pub subject: String,
    /// Headers and payload together, in bytes.
    pub bytes: usize,
}

/// A number of connections that publish to a plain stream of their own.
#[derive(Debug)]
pub struct Ceiling {
    contexts: Vec<Context>,
}

impl Ceiling {
    /// Connects `connections` times (at least once) and makes the stream. The server is to be the bench's own: a stream
    /// of the same name is deleted.
    ///
    /// # Errors
    /// When the broker cannot be reached or refuses the stream.
    pub async fn connect(url: &str, connections: usize) -> Result<Self, LogError> {
        let mut contexts = Vec::new();
        for n in 0..connections.max(1) {
            let options = ConnectOptions::new().name(format!("weir-bench-ceiling-{n}"));
            let client = options.connect(url).await.map_err(unavailable)?;
            contexts.push(
                ContextBuilder::new()
                    .max_ack_inflight(2 * IN_FLIGHT_MAX)
                    .build(client),
            );
        }
        let ceiling = Self { contexts };
        ceiling.renew().await?;
        Ok(ceiling)
    }

    /// The events that a queue's stream holds, in order.
    ///
    /// # Errors
    /// When the stream is not there or cannot be read.
    pub async fn stored(&self, queue: &QueueStream) -> Result<Vec<PlainEvent>, LogError> {
        let name = queue.stream_name();
        let stream = self.first().get_stream(&name).await.map_err(unavailable)?;
        let count = stream.cached_info().state.messages;
        let consumer = stream
            .create_consumer(OrderedConfig::default())
            .await
            .map_err(unavailable)?;
        let mut messages = consumer.messages().await.map_err(unavailable)?;
        let mut events = Vec::new();
        while (events.len() as u64) < count {
            let Some(message) = messages.next().await else {
                break;
            };
            let message = message.map_err(unavailable)?;
            let bytes = message.payload.len() + message.headers.as_ref().map_or(0, header_bytes);
            events.push(PlainEvent {
                subject: message.subject.to_string(),
                bytes,
            });
        }
        Ok(events)
    }

    /// Publishes all of it, each list over its own connection, pipelined, and waits for every acknowledgement. Tells
    /// the time between the broker's stamps of the first and the last event. The stream is empty before and after.
    ///
    /// # Errors
    /// When an event is not acknowledged.
    pub async fn publish_all(&self, lists: Vec<Vec<PlainEvent>>) -> Result<Duration, LogError> {
        self.renew().await?;
        let mut publishers = JoinSet::new();
        for (list, context) in lists.into_iter().zip(self.contexts.iter().cycle().cloned()) {
            publishers.spawn(publish_list(context, list));
        }
        while let Some(done) = publishers.join_next().await {
            done.map_err(unavailable)??;
        }
        let stream = self.first().get_stream(STREAM).await.map_err(unavailable)?;
        let state = &stream.cached_info().state;
        let span = state.last_timestamp - state.first_timestamp;
        let span = Duration::try_from(span).unwrap_or_default();
        self.renew().await?;
        Ok(span)
    }

    /// Publishes one event and waits for its acknowledgement.
    ///
    /// # Errors
    /// When it is not acknowledged.
    pub async fn publish_one(&self, event: &PlainEvent) -> Result<(), LogError> {
        publish(self.first(), event)
            .await?
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    /// Deletes the stream.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn close(self) -> Result<(), LogError> {
        self.first()
            .delete_stream(STREAM)
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    fn first(&self) -> &Context {
        self.contexts.first().expect("connect makes at least one")
    }

    async fn renew(&self) -> Result<(), LogError> {
        // It is not there the first time.
        drop(self.first().delete_stream(STREAM).await);
        let config = Config {
            name: STREAM.to_owned(),
            subjects: vec![format!("{PREFIX}.>")],
            ..Config::default()
        };
        self.first()
            .create_stream(config)
            .await
            .map_err(unavailable)?;
        Ok(())
    }
}

async fn publish_list(context: Context, events: Vec<PlainEvent>) -> Result<(), LogError> {
    let mut waiting: VecDeque<PublishAckFuture> = VecDeque::new();
    for event in &events {
        if waiting.len() >= IN_FLIGHT_MAX
            && let Some(oldest) = waiting.pop_front()
        {
            oldest.await.map_err(unavailable)?;
        }
        waiting.push_back(publish(&context, event).await?);
    }
    for acknowledgement in waiting {
        acknowledgement.await.map_err(unavailable)?;
    }
    Ok(())
}

/// All payloads are parts of these: what is in them does not matter to the broker.
static PAYLOAD: [u8; 64 * 1024] = [b'x'; 64 * 1024];

async fn publish(context: &Context, event: &PlainEvent) -> Result<PublishAckFuture, LogError> {
    let subject = event.subject.replacen("weir", PREFIX, 1);
    let payload = Bytes::from_static(PAYLOAD.get(..event.bytes).unwrap_or(&PAYLOAD));
    context
        .send_publish(subject, PublishMessage::build().payload(payload))
        .await
        .map_err(unavailable)
}

/// `NATS/1.0`, a line for each header, an empty line; each with its line end.
fn header_bytes(headers: &HeaderMap) -> usize {
    let lines = headers.iter().flat_map(|(name, values)| {
        let name: &str = name.as_ref();
        values
            .iter()
            .map(move |value| name.len() + ": \r\n".len() + value.as_str().len())
    });
    "NATS/1.0\r\n\r\n".len() + lines.sum::<usize>()
}

fn unavailable(error: impl Display) -> LogError {
    LogError::Unavailable {
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_counted_as_they_travel() {
        let mut headers = HeaderMap::new();
        headers.insert("A", "bc");
        headers.append("A", "d");
        assert_eq!(
            header_bytes(&headers),
            "NATS/1.0\r\nA: bc\r\nA: d\r\n\r\n".len()
        );
    }
}

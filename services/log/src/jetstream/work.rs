//! A queue's work list: pulls on the durable consumer `workers`.

use std::{collections::VecDeque, fmt, time::Duration};

use async_nats::{Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};
use weir_core::{
    event::{Body, Claim, Record},
    ids::{QueueStream, RunId, RunKey},
};

use super::{JetStream, connect::jitter, wire};
use crate::{
    codec::decode_record,
    error::LogError,
    subject::{QueueSubjects, WORKERS_CONSUMER},
    traits::{ClaimAck, WorkList},
    types::ClaimItem,
};

/// How long a pull waits at the broker before it is sent anew, and how often the broker says that it still stands.
const PULL_MAX: Duration = Duration::from_secs(30);
const HEARTBEAT: Duration = Duration::from_secs(2);
const SILENCE_MAX: Duration = Duration::from_millis(4_500);
/// Between two looks at a broker that does not answer as it should.
const PAUSE: Duration = Duration::from_millis(50);

/// See [`WorkList`].
///
/// The request that waits at the broker belongs to the list, not to the call: a `pull` that is dropped loses nothing,
/// and what was delivered meanwhile is what the next one returns. What was delivered and never returned is given back
/// when the list is dropped.
pub struct JetStreamWorkList {
    log: JetStream,
    queue: QueueStream,
    subjects: QueueSubjects,
    connected: watch::Receiver<u64>,
    open: Option<Open>,
    arrived: VecDeque<ClaimItem<JetStreamAck>>,
    /// Another pull of everybody's was waiting: wait with it, for one claim.
    crowded: bool,
}

/// A pull that waits at the broker.
struct Open {
    messages: Subscriber,
    /// How many claims may still come on it.
    left: u64,
    /// Silence until then means that it is lost.
    heard_by: Instant,
    heartbeats: bool,
}

/// See [`ClaimAck`].
pub struct JetStreamAck {
    log: JetStream,
    reply: async_nats::Subject,
}

impl fmt::Debug for JetStreamWorkList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamWorkList")
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
impl fmt::Debug for JetStreamAck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamAck")
            .field("reply", &self.reply)
            .finish_non_exhaustive()
    }
}

/// What became of a pull.
enum Heard {
    /// A message or a status; look again.
    Something,
    /// It is over; send another.
    Over,
    /// Nobody serves the consumer, or it is gone.
    Nobody,
}

impl JetStreamWorkList {
    pub(super) async fn open(log: &JetStream, queue: &QueueStream) -> Result<Self, LogError> {
        let connected = log.connected();
        log.ensure_workers(queue).await?;
        Ok(Self {
            log: log.clone(),
            queue: queue.clone(),
            subjects: QueueSubjects::new(&queue.key),
            connected,
            open: None,
            arrived: VecDeque::new(),
            crowded: false,
        })
    }

    /// Sends a pull: as many as are there, or the first that comes, but no longer than `wait`.
    async fn send(&mut self, max: usize, wait: Duration) -> Result<(), LogError> {
        let unavailable = |detail: String| LogError::Unavailable { detail };
        let client = self.log.client();
        let inbox = client.new_inbox();
        let messages = client
            .subscribe(inbox.clone())
            .await
            .map_err(|error| unavailable(error.to_string()))?;
        let expires = wait.clamp(Duration::from_millis(1), PULL_MAX);
        let left = if self.crowded { 1 } else { max as u64 };
        let mut request = json!({ "batch": left, "expires": u64::try_from(expires.as_nanos()).unwrap_or(u64::MAX) });
        if !self.crowded {
            // One shot: the broker ends the pull as soon as it has delivered what there was.
            request["no_wait"] = json!(true);
        }
        let heartbeats = expires > HEARTBEAT * 2;
        if heartbeats {
            request["idle_heartbeat"] =
                json!(u64::try_from(HEARTBEAT.as_nanos()).unwrap_or(u64::MAX));
        }
        let subject = format!(
            "$JS.API.CONSUMER.MSG.NEXT.{}.{WORKERS_CONSUMER}",
            self.queue.stream_name()
        );
        let sent = client
            .publish_with_reply(subject, inbox, Bytes::from(request.to_string()))
            .await;
        sent.map_err(|error| unavailable(error.to_string()))?;
        let silence = if heartbeats {
            SILENCE_MAX
        } else {
            expires + SILENCE_MAX
        };
        self.crowded = false;
        self.open = Some(Open {
            messages,
            left,
            heard_by: Instant::now() + silence,
            heartbeats,
        });
        Ok(())
    }

    /// Takes what has arrived, without waiting.
    fn collect(&mut self) -> Heard {
        let mut heard = Heard::Something;
        while let Some(open) = &mut self.open {
            match open.messages.next().now_or_never() {
                None => break,
                Some(None) => heard = self.over(Heard::Over),
                Some(Some(message)) => heard = self.take(&message),
            }
        }
        heard
    }

    fn over(&mut self, heard: Heard) -> Heard {
        self.open = None;
        heard
    }

    fn take(&mut self, message: &Message) -> Heard {
        let Some(open) = &mut self.open else {
            return Heard::Over;
        };
        if open.heartbeats {
            open.heard_by = Instant::now() + SILENCE_MAX;
        }
        if let Some(status) = message.status {
            return self.on_status(status, message);
        }
        open.left = open.left.saturating_sub(1);
        let done = open.left == 0;
        if let Some(reply) = message.reply.clone()
            && let Some(delivery) = wire::parse_delivery(&reply)
        {
            let ack = JetStreamAck {
                log: self.log.clone(),
                reply,
            };
            match claimed(decode_record(
                &self.subjects,
                &wire::delivered(message, &delivery),
            )) {
                Some((run_id, record)) => self.arrived.push_back(ClaimItem {
                    run: RunKey {
                        queue: self.queue.key.clone(),
                        run_id,
                    },
                    stream: self.queue.clone(),
                    record,
                    delivered: delivery.delivered,
                    ack,
                }),
                // A revocation is no work: it is dealt with by being passed over.
                None => ack.send_now(Bytes::from_static(b"+ACK")),
            }
        }
        if done {
            self.over(Heard::Over)
        } else {
            Heard::Something
        }
    }

    fn on_status(&mut self, status: StatusCode, message: &Message) -> Heard {
        let text = message.description.as_deref().unwrap_or_default();
        match status.as_u16() {
            100 => Heard::Something,
            404 | 408 => {
                self.crowded = text.contains("Requests Pending");
                self.over(Heard::Over)
            }
            503 => self.over(Heard::Nobody),
            409 if text.contains("Consumer Deleted") => self.over(Heard::Nobody),
            code => {
                tracing::debug!(
                    stream = self.queue.stream_name(),
                    code,
                    text,
                    "a pull has ended"
                );
                self.over(Heard::Over)
            }
        }
    }

    /// Waits for something to arrive, a new connection, silence, or the end of the wait.
    async fn wait(&mut self, over: Instant) -> Heard {
        let Some(open) = &mut self.open else {
            return Heard::Over;
        };
        let until = over.min(open.heard_by);
        let message = tokio::select! {
            message = timeout_at(until, open.messages.next()) => message,
            // Whatever waited at the broker waits there no more.
            _ = self.connected.changed() => return self.over(Heard::Over),
        };
        match message {
            Ok(Some(message)) => self.take(&message),
            Ok(None) => self.over(Heard::Over),
            Err(_elapsed) if until < over => self.over(Heard::Over),
            Err(_elapsed) => Heard::Something,
        }
    }

    /// Makes the consumer anew where it is gone. A broker that does not answer is waited for.
    async fn restore(&self) -> Result<(), LogError> {
        match self.log.ensure_workers(&self.queue).await {
            Err(LogError::Unavailable { detail }) => {
                tracing::debug!(
                    stream = self.queue.stream_name(),
                    detail,
                    "the work list cannot be reached"
                );
                Ok(())
            }
            other => other,
        }
    }
}

/// Only grants are work: a revocation stands on the same subject.
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

impl WorkList for JetStreamWorkList {
    type Ack = JetStreamAck;

    async fn pull(
        &mut self,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<ClaimItem<JetStreamAck>>, LogError> {
        let over = Instant::now() + wait;
        loop {
            let mut heard = self.collect();
            if self.arrived.is_empty() && matches!(heard, Heard::Something) && self.open.is_some() {
                heard = self.wait(over).await;
                // What came with the first comes with it.
                if matches!(heard, Heard::Something | Heard::Over) && self.open.is_some() {
                    heard = self.collect();
                }
            }
            if !self.arrived.is_empty() {
                let count = self.arrived.len().min(max);
                return Ok(self.arrived.drain(..count).collect());
            }
            if max == 0 || Instant::now() >= over {
                return Ok(Vec::new());
            }
            if matches!(heard, Heard::Nobody) {
                // The pause ends early with a new connection.
                let pause = Instant::now() + PAUSE + jitter(PAUSE);
                timeout_at(over.min(pause), self.connected.changed())
                    .await
                    .ok();
                self.restore().await?;
            }
            if self.open.is_none() {
                self.send(max, over.saturating_duration_since(Instant::now()))
                    .await?;
            }
        }
    }
}

impl Drop for JetStreamWorkList {
    fn drop(&mut self) {
        self.collect();
        for item in self.arrived.drain(..) {
            item.ack.send_now(Bytes::from_static(b"-NAK"));
        }
    }
}

impl JetStreamAck {
    async fn send(self, answer: Bytes) {
        if let Err(error) = self.log.client().publish(self.reply, answer).await {
            tracing::debug!(%error, "an answer to a claim is lost; it will be offered again");
        }
    }

    /// Without waiting for room in the connection's channel: where there is none, the claim comes again by itself.
    fn send_now(self, answer: Bytes) {
        self.send(answer).now_or_never();
    }
}

impl ClaimAck for JetStreamAck {
    async fn done(self) {
        self.send(Bytes::from_static(b"+ACK")).await;
    }

    async fn back(self, delay: Duration) {
        let answer = if delay.is_zero() {
            Bytes::from_static(b"-NAK")
        } else {
            Bytes::from(format!(
                "-NAK {}",
                json!({ "delay": u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX) })
            ))
        };
        self.send(answer).await;
    }
}

//! The reader behind a tail: an ordered consumer of our own, which heals and tells what cannot be healed.
//!
//! It keeps the broker's ephemeral consumer (no acks, in memory, one copy) fed with overlapping pulls, checks that the
//! consumer's own count of deliveries has no hole, and begins anew behind the last record that it has handed on
//! whenever anything is odd: a hole, a missed heartbeat, another leader, another connection.

use std::time::Duration;

use async_nats::{Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use weir_core::ids::Seq;

use super::{
    JetStream,
    connect::jitter,
    tail::{Decode, Item, Selection},
    wire::{self, Delivery},
};
use crate::error::LogError;

/// Messages per pull. Together with the half that is still open at a refill this stays far below what the client
/// buffers per subscription (65,536), where it would drop messages.
const PULL: u64 = 2_048;
/// Bytes per pull, which bounds what may wait undecoded. Well above the largest message.
const PULL_BYTES: u64 = 8 << 20;
const PULL_EXPIRES: Duration = Duration::from_secs(30);
const HEARTBEAT: Duration = Duration::from_secs(2);
/// Two heartbeats and some grace.
const SILENCE_MAX: Duration = Duration::from_millis(4_500);
/// The broker removes a consumer that nobody has pulled from for so long.
const INACTIVE_MAX: Duration = Duration::from_mins(1);
const BACKOFF_FIRST: Duration = Duration::from_millis(20);
const BACKOFF_MAX: Duration = Duration::from_secs(2);
/// How long a stream may end before the last record that was read from it: a replica that has just been elected
/// applies what it holds first.
const SHORT_FOR_MAX: u32 = 8;

/// Where a tail begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// With the first record behind this.
    After(Seq),
    /// With the first record that is stored from now on.
    Now,
}

/// Why a session with the broker's consumer ended.
#[derive(Debug)]
enum Stop {
    /// Begin anew. Whether anything was brought meanwhile is in the pump.
    Again(String),
    Failed(LogError),
    /// The tail was dropped.
    Unread,
}

pub(super) struct Pump<R> {
    log: JetStream,
    selection: Selection,
    decode: Decode<R>,
    to: mpsc::Sender<Item<R>>,
    connected: watch::Receiver<u64>,
    /// The last position that has been handed on or passed over.
    after: Seq,
    /// What was stored at the start; `None` once it has been brought.
    target: Option<Seq>,
    short: u32,
}

impl<R: Send + 'static> Pump<R> {
    /// Finds the place to begin at.
    pub(super) async fn prepare(
        log: &JetStream,
        selection: Selection,
        start: Start,
        decode: Decode<R>,
        to: mpsc::Sender<Item<R>>,
    ) -> Result<Self, LogError> {
        let connected = log.connected();
        let (first, last) = bounds(&log.stream_info(&selection.stream).await?);
        let after = match start {
            Start::After(seq) => seq,
            Start::Now => last,
        };
        let pump = Self {
            log: log.clone(),
            selection,
            decode,
            to,
            connected,
            after,
            target: Some(last),
            short: 0,
        };
        pump.check_cut(first)?;
        Ok(pump)
    }

    fn check_cut(&self, first: Seq) -> Result<(), LogError> {
        let wanted = Seq(self.after.0 + 1);
        if self.selection.filters.is_empty() && first > wanted {
            return Err(LogError::Cut {
                stream: self.selection.stream.clone(),
                first,
                wanted,
            });
        }
        Ok(())
    }

    /// Reads until the tail is dropped or nothing can heal it.
    pub(super) async fn run(mut self) {
        let mut backoff = BACKOFF_FIRST;
        loop {
            let before = self.after;
            let mut connected = self.connected.clone();
            let stop = tokio::select! {
                stop = self.session() => stop,
                // Dropping the session loses nothing: `after` moves with each record that is handed on.
                change = connected.changed() => match change {
                    Ok(()) => Stop::Again("the connection was made anew".to_owned()),
                    Err(_) => Stop::Unread,
                },
            };
            self.connected = connected;
            match stop {
                Stop::Again(reason) => {
                    let stream = &self.selection.stream;
                    tracing::debug!(stream, after = self.after.0, reason, "a tail begins anew");
                }
                Stop::Unread => return,
                Stop::Failed(error) => {
                    // A reader that is gone needs no error.
                    self.to.send(Item::Failed(error)).await.ok();
                    return;
                }
            }
            if self.after > before {
                backoff = BACKOFF_FIRST;
            }
            let pause = backoff + jitter(backoff);
            backoff = (backoff * 2).min(BACKOFF_MAX);
            tokio::select! {
                () = self.to.closed() => return,
                // A new connection ends the pause early.
                _ = tokio::time::timeout(pause, self.connected.changed()) => {}
            }
        }
    }

    async fn session(&mut self) -> Stop {
        match self.try_session().await {
            Ok(never) => match never {},
            Err(stop) => stop,
        }
    }

    async fn try_session(&mut self) -> Result<std::convert::Infallible, Stop> {
        self.check_stream().await?;
        let (consumer, pending) = self.create_consumer().await?;
        let inbox = self.log.client().new_inbox();
        let again = |error: async_nats::SubscribeError| Stop::Again(error.to_string());
        let mut messages = self
            .log
            .client()
            .subscribe(inbox.clone())
            .await
            .map_err(again)?;
        if pending == 0 {
            self.caught_up().await?;
        }
        let mut open = 0_u64;
        let mut consumer_seq = 0_u64;
        loop {
            if open <= PULL / 2 {
                self.pull(&consumer, &inbox).await?;
                open += PULL;
            }
            let message = next(&mut messages).await?;
            if let Some(status) = message.status {
                open = open.saturating_sub(self.on_status(status, &message)?);
                continue;
            }
            let delivery = message.reply.as_deref().and_then(wire::parse_delivery);
            let Some(delivery) = delivery else { continue };
            if delivery.consumer_seq != consumer_seq + 1 {
                return Err(Stop::Again(format!(
                    "delivery {} came after {consumer_seq}",
                    delivery.consumer_seq
                )));
            }
            consumer_seq += 1;
            open = open.saturating_sub(1);
            self.hand_on(&message, delivery).await?;
        }
    }

    /// The stream is there, still has what we need next, and has not lost what we have read.
    async fn check_stream(&mut self) -> Result<(), Stop> {
        let stream = &self.selection.stream;
        let info = self
            .log
            .stream_info(stream)
            .await
            .map_err(|error| match error {
                LogError::Unavailable { detail } => Stop::Again(detail),
                error @ (LogError::NoStream { .. }
                | LogError::Cut { .. }
                | LogError::Refused { .. }
                | LogError::NoResponders
                | LogError::Decode { .. }) => Stop::Failed(error),
            })?;
        let (first, last) = bounds(&info);
        self.check_cut(first).map_err(Stop::Failed)?;
        if last >= self.after {
            self.short = 0;
            return Ok(());
        }
        self.short += 1;
        let detail = format!(
            "{stream} ends at {last:?}, before {:?}, which has been read from it",
            self.after
        );
        if self.short <= SHORT_FOR_MAX {
            return Err(Stop::Again(detail));
        }
        Err(Stop::Failed(LogError::Refused {
            detail: format!("{detail}: it has lost records; start anew from it"),
        }))
    }

    async fn create_consumer(&self) -> Result<(String, u64), Stop> {
        let Selection { stream, filters } = &self.selection;
        let name = format!("tail-{:016x}", getrandom::u64().unwrap_or_default());
        let span = |span: Duration| u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        let mut config = json!({
            "name": name,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self.after.0 + 1,
            "ack_policy": "none",
            "replay_policy": "instant",
            "max_deliver": -1,
            "mem_storage": true,
            "num_replicas": 1,
            "inactive_threshold": span(INACTIVE_MAX),
        });
        let mut subject = format!("CONSUMER.CREATE.{stream}.{name}");
        match filters.as_slice() {
            [] => {}
            [filter] => {
                config["filter_subject"] = json!(filter);
                subject = format!("{subject}.{filter}");
            }
            several => config["filter_subjects"] = json!(several),
        }
        let body = json!({ "stream_name": stream, "config": config, "action": "create" });
        let made =
            self.log
                .api(&subject, &body)
                .await
                .map_err(|error| match error.about(stream) {
                    LogError::Refused { detail } => Stop::Failed(LogError::Refused { detail }),
                    // Even `NoStream` is believed only from the stream's own info.
                    error @ (LogError::NoStream { .. }
                    | LogError::Unavailable { .. }
                    | LogError::Cut { .. }
                    | LogError::NoResponders
                    | LogError::Decode { .. }) => Stop::Again(error.to_string()),
                })?;
        Ok((name, made["num_pending"].as_u64().unwrap_or(1)))
    }

    async fn pull(&self, consumer: &str, inbox: &str) -> Result<(), Stop> {
        let request = json!({
            "batch": PULL,
            "max_bytes": PULL_BYTES,
            "expires": u64::try_from(PULL_EXPIRES.as_nanos()).unwrap_or(u64::MAX),
            "idle_heartbeat": u64::try_from(HEARTBEAT.as_nanos()).unwrap_or(u64::MAX),
        });
        let subject = format!(
            "$JS.API.CONSUMER.MSG.NEXT.{}.{consumer}",
            self.selection.stream
        );
        let sent = self.log.client().publish_with_reply(
            subject,
            inbox.to_owned(),
            Bytes::from(request.to_string()),
        );
        sent.await.map_err(|error| Stop::Again(error.to_string()))
    }

    /// What a status says: how many messages of an open pull will not come, or that the consumer is of no more use.
    fn on_status(&self, status: StatusCode, message: &Message) -> Result<u64, Stop> {
        let text = message.description.as_deref().unwrap_or_default();
        match status.as_u16() {
            // A heartbeat says that nothing more is there. What was to be brought and is not must have been removed.
            100 if self.target.is_some() => {
                Err(Stop::Again("idle before it has caught up".to_owned()))
            }
            100 => Ok(0),
            408 => Ok(wire::number(message, wire::PENDING_MESSAGES).unwrap_or(0)),
            409 if text.contains("Exceeds MaxBytes") || text.contains("Batch Completed") => {
                Ok(wire::number(message, wire::PENDING_MESSAGES).unwrap_or(0))
            }
            code => Err(Stop::Again(format!("{code} {text}"))),
        }
    }

    async fn hand_on(&mut self, message: &Message, delivery: Delivery) -> Result<(), Stop> {
        let seq = delivery.stream_seq;
        if seq <= self.after {
            return Ok(());
        }
        if seq.0 > self.after.0 + 1 && self.selection.filters.is_empty() {
            // A hole: a single record that was removed is no harm, a cut is.
            self.check_stream().await?;
        }
        if let Some(record) = (self.decode)(&wire::delivered(message, &delivery)) {
            self.send(Item::Record(record)).await?;
        }
        // No await since then: a record is handed on and counted, or neither.
        self.after = seq;
        if delivery.pending == 0 || self.target.is_some_and(|target| seq >= target) {
            self.caught_up().await?;
        }
        Ok(())
    }

    async fn caught_up(&mut self) -> Result<(), Stop> {
        if self.target.is_some() {
            self.send(Item::CaughtUp).await?;
            self.target = None;
        }
        Ok(())
    }

    async fn send(&self, item: Item<R>) -> Result<(), Stop> {
        self.to.send(item).await.map_err(|_gone| Stop::Unread)
    }
}

/// The next message, without a timer where one is there already.
async fn next(messages: &mut Subscriber) -> Result<Message, Stop> {
    let message = match messages.next().now_or_never() {
        Some(message) => message,
        None => tokio::time::timeout(SILENCE_MAX, messages.next())
            .await
            .map_err(|_elapsed| {
                Stop::Again(format!(
                    "nothing within {SILENCE_MAX:?}, not even a heartbeat"
                ))
            })?,
    };
    message.ok_or_else(|| Stop::Again("the subscription has ended".to_owned()))
}

/// The first and the last position of a stream. An empty one begins behind its last.
fn bounds(info: &Value) -> (Seq, Seq) {
    let state = &info["state"];
    let last = state["last_seq"].as_u64().unwrap_or(0);
    let first = if state["messages"].as_u64() == Some(0) {
        last + 1
    } else {
        state["first_seq"].as_u64().unwrap_or(last + 1)
    };
    (Seq(first), Seq(last))
}

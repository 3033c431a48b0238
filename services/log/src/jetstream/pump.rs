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
use crate::{error::LogError, types::TAIL_BATCH_MAX};

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
/// How often a stream may be said not to exist before that is believed: for about two seconds.
const MISSING_FOR_MAX: u32 = 6;

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

/// The messages of one consumer of the broker's.
struct Feed {
    messages: Subscriber,
    /// How many messages its open pulls may still bring.
    open: u64,
    /// The consumer's own count of deliveries.
    consumer_seq: u64,
}

/// Records that are handed on together.
struct Batch<R> {
    records: Vec<R>,
    /// The last position that it brings or passes over.
    last: Seq,
    /// With it, everything that was stored at the start has been brought.
    caught_up: bool,
}

/// How far a batch was filled.
enum Filled {
    Batch,
    /// This one came next, and something is missing before it.
    UpToHole(Box<Message>, Delivery),
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
    missing: u32,
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
            missing: 0,
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
        let messages = self
            .log
            .client()
            .subscribe(inbox.clone())
            .await
            .map_err(again)?;
        if pending == 0 {
            self.caught_up().await?;
        }
        let mut feed = Feed {
            messages,
            open: 0,
            consumer_seq: 0,
        };
        loop {
            if feed.open <= PULL / 2 {
                self.pull(&consumer, &inbox).await?;
                feed.open += PULL;
            }
            let first = next(&mut feed.messages).await?;
            let mut batch = Batch {
                records: Vec::new(),
                last: self.after,
                caught_up: false,
            };
            let filled = self.fill(&mut feed, &mut batch, first);
            self.hand_on(batch).await?;
            match filled {
                Ok(Filled::Batch) => {}
                // A hole: a single record that was removed is no harm, a cut is.
                Ok(Filled::UpToHole(message, delivery)) => {
                    self.check_stream().await?;
                    let mut batch = Batch {
                        records: Vec::new(),
                        last: self.after,
                        caught_up: false,
                    };
                    self.add(&mut batch, &message, &delivery);
                    self.hand_on(batch).await?;
                }
                Err(stop) => return Err(stop),
            }
        }
    }

    /// Takes what is there, up to a batch, without waiting.
    fn fill(&self, feed: &mut Feed, batch: &mut Batch<R>, first: Message) -> Result<Filled, Stop> {
        let mut next = Some(first);
        while let Some(message) = next {
            if let Some(status) = message.status {
                feed.open = feed.open.saturating_sub(self.on_status(status, &message)?);
            } else if let Some(delivery) = message.reply.as_deref().and_then(wire::parse_delivery) {
                let wanted = feed.consumer_seq + 1;
                if delivery.consumer_seq != wanted {
                    let found = delivery.consumer_seq;
                    return Err(Stop::Again(format!(
                        "delivery {found} came in place of {wanted}"
                    )));
                }
                feed.consumer_seq = wanted;
                feed.open = feed.open.saturating_sub(1);
                let hole = delivery.stream_seq.0 > batch.last.0 + 1;
                if hole && self.selection.filters.is_empty() {
                    return Ok(Filled::UpToHole(Box::new(message), delivery));
                }
                self.add(batch, &message, &delivery);
            }
            if batch.records.len() >= TAIL_BATCH_MAX || feed.open <= PULL / 2 {
                break;
            }
            next = feed.messages.next().now_or_never().flatten();
        }
        Ok(Filled::Batch)
    }

    fn add(&self, batch: &mut Batch<R>, message: &Message, delivery: &Delivery) {
        let seq = delivery.stream_seq;
        if seq <= batch.last {
            return;
        }
        batch
            .records
            .extend((self.decode)(&wire::delivered(message, delivery)));
        batch.last = seq;
        batch.caught_up |= delivery.pending == 0 || self.target.is_some_and(|target| seq >= target);
    }

    async fn hand_on(&mut self, batch: Batch<R>) -> Result<(), Stop> {
        if !batch.records.is_empty() {
            self.send(Item::Records(batch.records)).await?;
        }
        // No await since then: records are handed on and counted, or neither.
        self.after = batch.last;
        if batch.caught_up {
            self.caught_up().await
        } else {
            Ok(())
        }
    }

    /// The stream is there, still has what we need next, and has not lost what we have read.
    async fn check_stream(&mut self) -> Result<(), Stop> {
        let stream = &self.selection.stream;
        let info = match self.log.stream_info(stream).await {
            Ok(info) => info,
            Err(LogError::Unavailable { detail }) => return Err(Stop::Again(detail)),
            // A server that has just come back may not know it yet: it is gone when that is said again and again.
            Err(LogError::NoStream { .. }) if self.missing < MISSING_FOR_MAX => {
                self.missing += 1;
                return Err(Stop::Again(format!("{stream} is not known")));
            }
            Err(error) => return Err(Stop::Failed(error)),
        };
        self.missing = 0;
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
        let (stream, filters) = (&self.selection.stream, &self.selection.filters);
        let name = self.selection.new_name();
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
pub(super) fn bounds(info: &Value) -> (Seq, Seq) {
    let state = &info["state"];
    let last = state["last_seq"].as_u64().unwrap_or(0);
    let first = if state["messages"].as_u64() == Some(0) {
        last + 1
    } else {
        state["first_seq"].as_u64().unwrap_or(last + 1)
    };
    (Seq(first), Seq(last))
}

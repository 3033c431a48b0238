//! Single records by direct get: quick, and possibly from a replica that lags. Nothing is decided by them alone.

use std::time::Duration;

use async_nats::{Message, Request, RequestErrorKind, StatusCode};
use bytes::Bytes;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;
use weir_core::ids::Seq;

use super::{JetStream, api::PAUSE, pump::bounds, wire};
use crate::{codec::Stored, error::LogError};

const READ_TIMEOUT: Duration = Duration::from_secs(5);
/// How many messages one answer may hold.
const BATCH: u32 = 512;

/// How often in a row nobody may answer, or somebody who is behind.
const LAGS_MAX: u32 = 20;

const NO_MESSAGE: u16 = 404;
const END_OF_BATCH: u16 = 204;

impl JetStream {
    /// The message that `query` asks for (`{"seq": …}`, `{"last_by_subj": …}`, `{"seq": …, "next_by_subj": …}`).
    pub(super) async fn get<T>(
        &self,
        stream: &str,
        query: &Value,
        read: impl FnOnce(&Stored<'_>) -> T,
    ) -> Result<Option<T>, LogError> {
        let message = self.direct_get(stream, query).await?;
        if refusal(stream, &message)?.is_some() {
            return Ok(None);
        }
        let undecodable = || LogError::Decode {
            what: format!("an answer of {stream}"),
            detail: "it does not say which record it is".to_owned(),
        };
        let stored = wire::copied(&message).ok_or_else(undecodable)?;
        Ok(Some(read(&stored)))
    }

    /// A stream that has just been made, or is electing, has nobody who answers for a moment.
    async fn direct_get(&self, stream: &str, query: &Value) -> Result<Message, LogError> {
        let until = Instant::now() + READ_TIMEOUT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let request = Request::new()
                .payload(Bytes::from(query.to_string()))
                .timeout(Some(left));
            let answer = self
                .client()
                .send_request(format!("$JS.API.DIRECT.GET.{stream}"), request)
                .await;
            match answer {
                Ok(message) => return Ok(message),
                Err(error) if error.kind() == RequestErrorKind::NoResponders => {
                    let why = self.nobody_answers(stream).await;
                    if !matches!(why, LogError::Unavailable { .. }) || left < PAUSE * 2 {
                        return Err(why);
                    }
                    self.pause(PAUSE).await;
                }
                Err(error) => {
                    return Err(LogError::Unavailable {
                        detail: error.to_string(),
                    });
                }
            }
        }
    }

    async fn nobody_answers(&self, stream: &str) -> LogError {
        if self.is_gone(stream).await {
            return LogError::NoStream {
                stream: stream.to_owned(),
            };
        }
        LogError::Unavailable {
            detail: format!("nobody answers for {stream}: it may be electing"),
        }
    }

    /// All messages on subjects that match `filter`, in order.
    pub(super) async fn get_all<T>(
        &self,
        stream: &str,
        filter: &str,
        mut read: impl FnMut(&Stored<'_>) -> T,
    ) -> Result<Vec<T>, LogError> {
        let mut found = Vec::new();
        let mut from = 1;
        let mut tries = LAGS_MAX;
        loop {
            let query = json!({ "seq": from, "batch": BATCH, "next_by_subj": filter });
            let page = match self.get_page(stream, &query).await {
                Err(LogError::Unavailable { .. }) if tries > 0 => {
                    tries -= 1;
                    self.pause(PAUSE).await;
                    continue;
                }
                other => other?,
            };
            for stored in page.iter().filter_map(wire::copied) {
                from = stored.seq.0 + 1;
                found.push(read(&stored));
            }
            if page.len() < BATCH as usize {
                return Ok(found);
            }
        }
    }

    /// All messages on subjects that match `filter` behind `after`, up to the last one that the stream's leader has now.
    /// Direct gets may be answered by a replica that lags; then it is asked again until it has come as far.
    pub(super) async fn get_behind<T>(
        &self,
        stream: &str,
        filter: &str,
        after: Seq,
        mut read: impl FnMut(&Stored<'_>) -> T,
    ) -> Result<Vec<T>, LogError> {
        let (first, last) = bounds(&self.stream_info(stream).await?);
        let wanted = Seq(after.0 + 1);
        if first > wanted {
            return Err(LogError::Cut {
                stream: stream.to_owned(),
                first,
                wanted,
            });
        }
        let mut found = Vec::new();
        let mut at = after;
        let mut tries = LAGS_MAX;
        while at < last {
            let query = json!({ "seq": at.0 + 1, "batch": BATCH, "next_by_subj": filter });
            let page = match self.get_page(stream, &query).await {
                Err(LogError::Unavailable { .. }) if tries > 0 => Vec::new(),
                other => other?,
            };
            let before = at;
            for stored in page.iter().filter_map(wire::copied) {
                at = stored.seq;
                found.push(read(&stored));
            }
            if at > before {
                tries = LAGS_MAX;
                continue;
            }
            if tries == 0 {
                let detail =
                    format!("{stream} is said to end at {last:?} and is read only to {at:?}");
                return Err(LogError::Unavailable { detail });
            }
            tries -= 1;
            self.pause(PAUSE).await;
        }
        Ok(found)
    }

    async fn get_page(&self, stream: &str, query: &Value) -> Result<Vec<Message>, LogError> {
        let unavailable = |detail: String| LogError::Unavailable { detail };
        let inbox = self.client().new_inbox();
        let mut answers = self
            .client()
            .subscribe(inbox.clone())
            .await
            .map_err(|e| unavailable(e.to_string()))?;
        let subject = format!("$JS.API.DIRECT.GET.{stream}");
        let sent = self
            .client()
            .publish_with_reply(subject, inbox, Bytes::from(query.to_string()))
            .await;
        sent.map_err(|error| unavailable(error.to_string()))?;
        let mut page = Vec::new();
        loop {
            let answer = tokio::time::timeout(READ_TIMEOUT, answers.next()).await;
            let Ok(Some(message)) = answer else {
                return Err(unavailable(format!(
                    "no answer of {stream} within {READ_TIMEOUT:?}"
                )));
            };
            if message.status == Some(StatusCode::NO_RESPONDERS) {
                return Err(self.nobody_answers(stream).await);
            }
            match refusal(stream, &message)? {
                Some(_end) => return Ok(page),
                None => page.push(message),
            }
        }
    }
}

/// `Some` where the answer is that there is nothing (more).
fn refusal(stream: &str, message: &Message) -> Result<Option<()>, LogError> {
    match message.status.map(|status| status.as_u16()) {
        None => Ok(None),
        Some(NO_MESSAGE | END_OF_BATCH) => Ok(Some(())),
        Some(status) => {
            let text = message.description.as_deref().unwrap_or("no description");
            Err(LogError::Refused {
                detail: format!("{stream}: {status} {text}"),
            })
        }
    }
}

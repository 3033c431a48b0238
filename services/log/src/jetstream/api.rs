//! Requests to the broker's JetStream API, as JSON: the few that weir needs, with answers sorted by what they mean.

use std::time::Duration;

use async_nats::{Request, RequestErrorKind};
use bytes::Bytes;
use serde_json::Value;

use super::{JetStream, connect::jitter};
use crate::error::LogError;

/// Between two tries.
pub(super) const PAUSE: Duration = Duration::from_millis(50);
const API_TIMEOUT: Duration = Duration::from_secs(5);
/// How long each try of a question may take: in an election nobody may answer at all, and the next try finds the new
/// leader. Together as long as [`API_TIMEOUT`].
const ASK_TIMEOUTS: [Duration; 4] = [
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_300),
    Duration::from_millis(2_500),
];

/// An error that the broker answered with.
#[derive(Clone, Debug)]
pub(super) struct ServerFault {
    /// As HTTP uses it.
    pub(super) code: u64,
    /// The broker's own number.
    pub(super) err_code: u64,
    pub(super) description: String,
}

/// Why a request to the JetStream API failed.
#[derive(Clone, Debug)]
pub(super) enum ApiError {
    Server(ServerFault),
    /// Nobody answers: no leader at the moment, or no JetStream.
    NoResponders,
    /// No answer in time, or no connection.
    Unavailable(String),
}

/// No such stream.
pub(super) const STREAM_NOT_FOUND: u64 = 10_059;
/// No such consumer.
pub(super) const CONSUMER_NOT_FOUND: u64 = 10_014;

impl ApiError {
    pub(super) fn is(&self, err_code: u64) -> bool {
        matches!(self, Self::Server(fault) if fault.err_code == err_code)
    }

    /// In terms of what the caller must do, for a request about `stream`.
    pub(super) fn about(self, stream: &str) -> LogError {
        match self {
            Self::Server(fault) if fault.err_code == STREAM_NOT_FOUND => LogError::NoStream {
                stream: stream.to_owned(),
            },
            // 503: no leader, no quorum, no peers at the moment. 10008 and its like.
            Self::Server(fault) if fault.code >= 500 && fault.err_code != 10_047 => {
                LogError::Unavailable {
                    detail: fault.description,
                }
            }
            Self::Server(fault) => LogError::Refused {
                detail: format!("{stream}: {} ({})", fault.description, fault.err_code),
            },
            Self::NoResponders => LogError::Unavailable {
                detail: "no responders: it may be electing".to_owned(),
            },
            Self::Unavailable(detail) => LogError::Unavailable { detail },
        }
    }
}

impl JetStream {
    /// Asks `$JS.API.<subject>`.
    pub(super) async fn api(&self, subject: &str, body: &Value) -> Result<Value, ApiError> {
        let answer = self.api_raw(subject, bytes(body), API_TIMEOUT).await?;
        parse(subject, &answer)
    }

    /// Like [`JetStream::api`], for what changes nothing: it is asked again where no answer comes.
    pub(super) async fn ask(&self, subject: &str, body: &Value) -> Result<Value, ApiError> {
        let mut last = ApiError::NoResponders;
        for wait in ASK_TIMEOUTS {
            match self.api_raw(subject, bytes(body), wait).await {
                Ok(answer) => match parse(subject, &answer) {
                    Err(ApiError::Server(fault)) if fault.code >= 500 => {
                        last = ApiError::Server(fault);
                    }
                    other => return other,
                },
                Err(error) => last = error,
            }
            self.pause(PAUSE).await;
        }
        Err(last)
    }

    /// Waits a little; a new connection ends it early.
    pub(super) async fn pause(&self, pause: Duration) {
        tokio::time::timeout(pause + jitter(pause), self.connected().changed())
            .await
            .ok();
    }
}

fn bytes(body: &Value) -> Bytes {
    if body.is_null() {
        Bytes::new()
    } else {
        Bytes::from(body.to_string())
    }
}

fn parse(subject: &str, answer: &[u8]) -> Result<Value, ApiError> {
    let answer: Value = serde_json::from_slice(answer).map_err(|error| {
        ApiError::Unavailable(format!("the answer of {subject} is not JSON: {error}"))
    })?;
    match answer.get("error") {
        None => Ok(answer),
        Some(error) => Err(ApiError::Server(ServerFault {
            code: error["code"].as_u64().unwrap_or(500),
            err_code: error["err_code"].as_u64().unwrap_or(0),
            description: error["description"]
                .as_str()
                .unwrap_or("no description")
                .to_owned(),
        })),
    }
}

impl JetStream {
    #[tracing::instrument(
        name = "broker_request",
        level = "debug",
        skip_all,
        fields(otel.kind = "client", messaging.system = "nats", messaging.destination.name = subject)
    )]
    async fn api_raw(
        &self,
        subject: &str,
        payload: Bytes,
        wait: Duration,
    ) -> Result<Bytes, ApiError> {
        let request = Request::new().payload(payload).timeout(Some(wait));
        let subject = format!("$JS.API.{subject}");
        match self.client().send_request(subject, request).await {
            Ok(message) => Ok(message.payload),
            Err(error) if error.kind() == RequestErrorKind::NoResponders => {
                Err(ApiError::NoResponders)
            }
            Err(error) => Err(ApiError::Unavailable(error.to_string())),
        }
    }

    /// `$JS.API.<subject>` as it is, for tests that step leaders down and forge what this crate would never say.
    #[cfg(feature = "test-util")]
    pub async fn admin(&self, subject: &str, payload: Bytes) -> Result<Bytes, LogError> {
        self.api_raw(subject, payload, API_TIMEOUT)
            .await
            .map_err(|error| error.about(subject))
    }

    /// The state of a stream.
    pub(super) async fn stream_info(&self, stream: &str) -> Result<Value, LogError> {
        let info = self
            .ask(&format!("STREAM.INFO.{stream}"), &Value::Null)
            .await;
        info.map_err(|error| error.about(stream))
    }
}

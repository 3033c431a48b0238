//! One call to an API server: sent once, in its turn, within a time, and whatever comes of it told in one of few words.
//!
//! Nothing is tried again here. What a failure means for a run is the caller's to say, and how long to go on trying is
//! [`super::retry`]'s.

use std::{error::Error, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header::RETRY_AFTER};
use http_body_util::{BodyExt, Limited};
use kube::{client::Body, core::Status};
use serde::de::DeserializeOwned;

use super::{connect::Cluster, pace::Turn};

/// The largest answer that is read, in bytes. A page of 500 Jobs has about 6 MB.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The longest `Retry-After` that is obeyed.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(5);

/// Why a call has not done what it was for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server has too much to do (429).
    #[error("the API server asks for fewer calls: {message}")]
    Throttled {
        /// `Retry-After`, where it says.
        after: Option<Duration>,
        /// The server's words.
        message: String,
    },
    /// It may go well the next time: 5xx, a connection that was refused or cut, no answer in time. What became of a
    /// write is not known.
    #[error("the API server could not be asked: {message}")]
    Transient {
        /// `Retry-After`, where it says.
        after: Option<Duration>,
        /// What happened.
        message: String,
    },
    /// RBAC or authentication says no (403, 401). Just after a start of the API server this is not the last word.
    #[error("not allowed: {message}")]
    Forbidden {
        /// The server's words.
        message: String,
    },
    /// A resource quota is used up (403); it may have room later.
    #[error("no room in the quota: {message}")]
    QuotaExceeded {
        /// The server's words.
        message: String,
    },
    /// The object is not there (404). A namespace or a kind that is not there is [`Failure::Final`].
    #[error("not found: {message}")]
    NotFound {
        /// The server's words.
        message: String,
    },
    /// An object of this name is there, perhaps on its way out (409).
    #[error("already there: {message}")]
    AlreadyExists {
        /// The server's words.
        message: String,
    },
    /// A precondition does not hold: it is another object, or it has changed (409).
    #[error("it is not what it was: {message}")]
    Conflict {
        /// The server's words.
        message: String,
    },
    /// A position that the server does not know any more (410). Only a new list helps.
    #[error("list anew: {message}")]
    Expired {
        /// The server's words.
        message: String,
    },
    /// The same call can never go well.
    #[error("refused ({code} {reason}): {message}")]
    Final {
        /// The HTTP status; 0 if nothing was sent.
        code: u16,
        /// The server's reason, such as `Invalid`; may be empty.
        reason: String,
        /// The server's words.
        message: String,
    },
}

impl Failure {
    pub(super) fn transient(message: impl Into<String>) -> Self {
        Self::Transient {
            after: None,
            message: message.into(),
        }
    }

    /// A call that could not even be made into a request.
    pub(super) fn unsendable(error: &dyn Error) -> Self {
        Self::Final {
            code: 0,
            reason: "NotSent".to_owned(),
            message: chain(error),
        }
    }

    /// Reads an answer that is not a success. `body` is a `Status` of Kubernetes, or whatever stands between sent.
    pub fn of_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let read = serde_json::from_slice::<Status>(body).ok();
        let told = read.unwrap_or_else(|| Status {
            message: shortened(body),
            ..Status::default()
        });
        let header = headers.get(RETRY_AFTER);
        let seconds = header
            .and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok())
            .map(Duration::from_secs);
        Self::of_status(status.as_u16(), told, seconds)
    }

    /// Reads a `Status`, as an answer's body or as the object of a watch's `ERROR` event. `code`: of the answer, or its own.
    pub(super) fn of_status(code: u16, told: Status, after: Option<Duration>) -> Self {
        let details = told.details.as_ref();
        let in_body = details.map_or(0, |details| u64::from(details.retry_after_seconds));
        let kind = details.map_or("", |details| details.kind.as_str());
        let named = details.is_some_and(|details| !details.name.is_empty());
        let after = after
            .or_else(|| (in_body > 0).then(|| Duration::from_secs(in_body)))
            .map(|after| after.min(RETRY_AFTER_MAX));
        let message = told.message;
        match code {
            429 => Self::Throttled { after, message },
            408 | 500..=599 => Self::Transient { after, message },
            401 => Self::Forbidden { message },
            403 if quota(&message) => Self::QuotaExceeded { message },
            403 if told.reason.is_empty() || by_rbac(&message) => Self::Forbidden { message },
            404 if named && kind != "namespaces" => Self::NotFound { message },
            409 if told.reason == "AlreadyExists" => Self::AlreadyExists { message },
            // Two creations at once may collide in the counting of the quota; it says nothing about the object.
            409 if kind == "resourcequotas" => Self::Transient { after, message },
            409 => Self::Conflict { message },
            410 => Self::Expired { message },
            _ => Self::Final {
                code,
                reason: told.reason,
                message,
            },
        }
    }

    /// Reads what came instead of an answer.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "what kube may add to its errors is as likely to pass as the rest"
    )]
    pub(super) fn of_error(error: &kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::of_status(status.code, (**status).clone(), None),
            kube::Error::BuildRequest(_) | kube::Error::HttpError(_) => Self::unsendable(error),
            // The rest is about connections, TLS and credentials that a program of the user's has to bring.
            _ => Self::transient(chain(error)),
        }
    }
}

/// Quotas answer 403 like RBAC does, and there is no code for them.
fn quota(message: &str) -> bool {
    message.contains("exceeded quota:") || message.contains("status unknown for quota:")
}

/// RBAC says who may not do what; admission (pod security, limit ranges, webhooks) says what is wrong.
fn by_rbac(message: &str) -> bool {
    message.contains("User \"") && message.contains(" cannot ")
}

fn shortened(body: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(body).chars().take(500).collect();
    text.trim().to_owned()
}

/// An error with all of its causes, each once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}

impl Cluster {
    /// Sends a request once and reads the whole answer, which is a success.
    pub(super) async fn send(&self, request: Request<Vec<u8>>) -> Result<Bytes, Failure> {
        let turn = self.turn().await;
        let call = async {
            let response = self.begin(request).await?;
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX);
            let collected = body
                .collect()
                .await
                .map_err(|error| Failure::transient(chain(&*error)))?;
            Ok(collected.to_bytes())
        };
        let result = match self.clock.timeout(self.call_timeout, call).await {
            Ok(result) => result,
            Err(elapsed) => Err(Failure::transient(elapsed.to_string())),
        };
        self.learn(turn, result.as_ref().err());
        result
    }

    /// The same, with the answer read as JSON.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<T, Failure> {
        let bytes = self.send(request).await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Failure::transient(format!("its answer cannot be read: {error}")))
    }

    /// Opens a stream: a watch or a log. Only the wait for its head is bounded here.
    pub(super) async fn open(&self, request: Request<Vec<u8>>) -> Result<Body, Failure> {
        let turn = self.turn().await;
        let result = match self
            .clock
            .timeout(self.call_timeout, self.begin(request))
            .await
        {
            Ok(result) => result,
            Err(elapsed) => Err(Failure::transient(elapsed.to_string())),
        };
        self.learn(turn, result.as_ref().err());
        result.map(Response::into_body)
    }

    async fn turn(&self) -> Turn {
        let asked = self.clock.monotonic();
        let turn = self.pace.turn().await;
        let waited = self.clock.monotonic().saturating_sub(asked);
        self.measures.waited(waited);
        turn
    }

    #[tracing::instrument(
        name = "kubernetes_request",
        level = "debug",
        skip_all,
        fields(
            otel.kind = "client",
            http.request.method = %request.method(),
            url.path = request.uri().path(),
        )
    )]
    async fn begin(&self, request: Request<Vec<u8>>) -> Result<Response<Body>, Failure> {
        let asked = self.measures.begin(&request, &self.clock);
        let response = self
            .client
            .send(request.map(Body::from))
            .await
            .map_err(|error| Failure::of_error(&error))?;
        warn(response.headers());
        let status = response.status();
        asked.answered(status.as_u16());
        if status.is_success() {
            return Ok(response);
        }
        let (head, body) = response.into_parts();
        let bytes = Limited::new(body, ANSWER_BYTES_MAX)
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        Err(Failure::of_answer(status, &head.headers, &bytes))
    }

    /// Draws the lesson of an answer for the calls to come.
    fn learn(&self, turn: Turn, failure: Option<&Failure>) {
        let now = self.clock.monotonic();
        match failure {
            Some(Failure::Throttled { .. }) => turn.bad(),
            Some(Failure::Transient { .. }) => {
                self.calm.trouble(now);
                turn.bad();
            }
            // Said before it was known who may do what: no sign of health.
            Some(Failure::Forbidden { .. }) => turn.good(),
            None
            | Some(
                Failure::QuotaExceeded { .. }
                | Failure::NotFound { .. }
                | Failure::AlreadyExists { .. }
                | Failure::Conflict { .. }
                | Failure::Expired { .. }
                | Failure::Final { .. },
            ) => {
                self.calm.fine(now);
                turn.good();
            }
        }
    }
}

/// The server's warnings (RFC 7234, `299 - "text"`): unknown fields, old kinds. They are for whoever wrote the manifest.
fn warn(headers: &HeaderMap) {
    for text in warnings(headers) {
        tracing::warn!(kubernetes.warning = %text, "the API server warns");
    }
}

pub(super) fn warnings(headers: &HeaderMap) -> impl Iterator<Item = String> {
    headers
        .get_all(http::header::WARNING)
        .iter()
        .filter_map(|value| {
            let value = value.to_str().ok()?;
            let text = value.splitn(3, ' ').nth(2).unwrap_or(value);
            let quoted = text.trim().strip_prefix('"')?.strip_suffix('"')?;
            let text = quoted.replace("\\\"", "\"").replace("\\\\", "\\");
            Some(text)
        })
}

#[cfg(test)]
mod tests;

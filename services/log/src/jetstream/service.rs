//! Request/reply on NATS, by the micro-service convention (ADR-32), so that `nats micro ls` finds us.

use std::{collections::BTreeSet, fmt, time::Duration};

use async_nats::{
    Request, RequestErrorKind,
    service::{self, ServiceExt as _, endpoint::Endpoint},
};
use bytes::Bytes;
use futures::{
    FutureExt as _, StreamExt as _,
    stream::{BoxStream, SelectAll},
};

use super::JetStream;
use crate::{
    error::LogError,
    subject::{API_PREFIX, Subject},
    traits::{Api, ApiFault, Reply, Service},
    types::ApiRequest,
};

const NAME: &str = "weir";
const ERROR: &str = "Nats-Service-Error";
const ERROR_CODE: &str = "Nats-Service-Error-Code";

/// See [`Service`]. It stops serving when it is dropped.
pub struct JetStreamService {
    /// `None` only while it is being dropped.
    service: Option<service::Service>,
    requests: SelectAll<BoxStream<'static, (String, service::Request)>>,
}

/// See [`Reply`].
pub struct JetStreamReply(service::Request);

impl fmt::Debug for JetStreamService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamService")
            .field("endpoints", &self.requests.len())
            .finish_non_exhaustive()
    }
}
impl fmt::Debug for JetStreamReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamReply").finish_non_exhaustive()
    }
}

impl Drop for JetStreamService {
    fn drop(&mut self) {
        if let Some(service) = self.service.take() {
            // It never waits for anything.
            service.stop().now_or_never();
        }
    }
}

impl Api for JetStream {
    type Service = JetStreamService;

    async fn serve(&self, endpoints: BTreeSet<String>) -> Result<JetStreamService, LogError> {
        let unavailable = |error: async_nats::Error| LogError::Unavailable {
            detail: error.to_string(),
        };
        let service = self
            .client()
            .service_builder()
            .description("weir's control API: what only a folded state can answer")
            .start(NAME, env!("CARGO_PKG_VERSION"))
            .await
            .map_err(unavailable)?;
        let mut served = JetStreamService {
            service: None,
            requests: SelectAll::new(),
        };
        let group = service.group(API_PREFIX);
        for endpoint in endpoints {
            let name = endpoint.replace('.', "-");
            let requests: Endpoint = group
                .endpoint_builder()
                .name(name)
                .add(&endpoint)
                .await
                .map_err(unavailable)?;
            served.requests.push(
                requests
                    .map(move |request| (endpoint.clone(), request))
                    .boxed(),
            );
        }
        served.service = Some(service);
        // The subscriptions stand at the broker before anybody is told that we serve.
        self.client()
            .flush()
            .await
            .map_err(|error| LogError::Unavailable {
                detail: error.to_string(),
            })?;
        Ok(served)
    }

    async fn call(
        &self,
        endpoint: &str,
        payload: Bytes,
        wait: Duration,
    ) -> Result<Result<Bytes, ApiFault>, LogError> {
        let request = Request::new().payload(payload).timeout(Some(wait));
        let subject = Subject::Api(endpoint.to_owned()).to_string();
        let answer = self.client().send_request(subject, request).await;
        let message = answer.map_err(|error| match error.kind() {
            RequestErrorKind::NoResponders => LogError::NoResponders,
            RequestErrorKind::TimedOut => LogError::Unavailable {
                detail: format!("no answer within {wait:?}"),
            },
            RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                LogError::Refused {
                    detail: error.to_string(),
                }
            }
            RequestErrorKind::Other => LogError::Unavailable {
                detail: error.to_string(),
            },
        })?;
        let header = |name: &str| {
            message
                .headers
                .as_ref()
                .and_then(|headers| headers.get(name))
                .map(|value| value.as_str().to_owned())
        };
        match header(ERROR) {
            Some(text) => {
                let code = header(ERROR_CODE)
                    .and_then(|code| code.parse().ok())
                    .unwrap_or(500);
                Ok(Err(ApiFault {
                    code,
                    message: text,
                }))
            }
            None => Ok(Ok(message.payload)),
        }
    }
}

impl Service for JetStreamService {
    type Reply = JetStreamReply;

    async fn next(&mut self) -> Option<ApiRequest<JetStreamReply>> {
        let (endpoint, request) = self.requests.next().await?;
        let payload = request.message.payload.clone();
        Some(ApiRequest {
            endpoint,
            payload,
            reply: JetStreamReply(request),
        })
    }
}

impl Reply for JetStreamReply {
    async fn answer(self, answer: Result<Bytes, ApiFault>) {
        let answer = answer.map_err(|ApiFault { code, message }| {
            // A header is one line.
            let status = message
                .split(char::is_control)
                .collect::<Vec<_>>()
                .join(" ");
            service::error::Error { status, code }
        });
        if let Err(error) = self.0.respond(answer).await {
            tracing::debug!(%error, "an answer could not be sent");
        }
    }
}

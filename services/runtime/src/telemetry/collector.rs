//! One call to a collector: protobuf over HTTP, sent once, and whatever comes of it told in full.
//!
//! `opentelemetry-otlp` is not used for it: it keeps from its caller what a collector says of spans that it has thrown
//! away, and reads its settings from the environment by itself.

use std::{
    error::Error,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    HeaderMap, Request, StatusCode, Uri,
    body::Bytes,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, ResponseFuture, connect::HttpConnector},
    rt::TokioExecutor,
};
use prost::Message;
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::{
    config::{Pairs, Target},
    signal::{Numbers, Signal},
};
use crate::{Clock, Meter};

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// The longest `Retry-After` that is told.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(5);

/// Why a collector has not taken what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// It cannot be reached, does not answer in time, or has too much to do. The same bytes may be taken later.
    #[error("the collector at {url} does not take it now: {detail}")]
    Unavailable {
        /// The URL.
        url: String,
        /// What happened.
        detail: String,
        /// How long it asks to be left alone, where it says.
        after: Option<Duration>,
    },
    /// It takes less at once. In parts it may be taken.
    #[error("the collector at {url} does not take so much at once: {detail}")]
    TooLarge {
        /// The URL.
        url: String,
        /// Its words.
        detail: String,
    },
    /// It refuses what is in it (HTTP 400). The same bytes will be refused for ever.
    #[error("the collector at {url} refuses what is in it: {detail}")]
    Invalid {
        /// The URL.
        url: String,
        /// Its words.
        detail: String,
    },
    /// It refuses. The same bytes will be refused again, unless it is configured otherwise.
    #[error("the collector at {url} refuses it: {detail}")]
    Refused {
        /// The URL.
        url: String,
        /// Its words.
        detail: String,
    },
}

/// Why there is no way to a collector, before anything was sent.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// A header cannot be sent.
    #[error("telemetry.headers: {name:?} is no name of a header, or its value cannot be sent")]
    Header {
        /// Its name.
        name: String,
    },
    /// TLS is wanted and there is nothing to trust.
    #[error("cannot read the certificates that this machine trusts, which {url} needs")]
    Certificates {
        /// Where to.
        url: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What is to be trusted cannot be read.
    #[error("telemetry.certificate: cannot read certificates (PEM) from {path}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// What a collector has thrown away of what it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Partial {
    pub(super) rejected: u64,
    pub(super) message: String,
}

/// The answer to one signal's requests.
pub(super) trait Answer: Message + Default {
    fn partial(self) -> Partial;
}

/// A collector. Cheap to share.
#[derive(Debug)]
pub(super) struct Collector {
    way: Way,
    url: Uri,
    headers: HeaderMap,
    timeout: Duration,
    clock: Clock,
    meter: Meter,
}

impl Collector {
    pub(super) fn new(target: Target, clock: Clock, meter: Meter) -> Result<Self, SetUpError> {
        Ok(Self {
            way: Way::to(&target)?,
            url: target.url,
            headers: headers(&target.headers)?,
            timeout: target.timeout,
            clock,
            meter,
        })
    }

    pub(super) fn numbers(&self, signal: Signal) -> Numbers {
        Numbers::of(&self.meter, signal)
    }

    pub(super) fn url(&self) -> &Uri {
        &self.url
    }

    /// Sends once. `items` is how many things are in it. What the collector throws away is counted and told, and is no
    /// error: it has taken the request, and must not be sent it again (OTLP, "Partial Success").
    pub(super) async fn send<A: Answer>(
        &self,
        numbers: &Numbers,
        request: &impl Message,
        items: u64,
    ) -> Result<(), ExportError> {
        self.send_bytes::<A>(numbers, request.encode_to_vec().into(), items)
            .await
    }

    /// The same with the bytes of the request.
    pub(super) async fn send_bytes<A: Answer>(
        &self,
        numbers: &Numbers,
        request: Bytes,
        items: u64,
    ) -> Result<(), ExportError> {
        let url = self.url.clone();
        let call = self.call(url.clone(), request);
        let answered = match self.clock.timeout(self.timeout, call).await {
            Ok(answered) => answered,
            Err(elapsed) => Err(unavailable(&url, elapsed.to_string(), None)),
        };
        let told = answered.and_then(|answer| {
            A::decode(answer).map_err(|error| {
                unavailable(&url, format!("its answer cannot be read: {error}"), None)
            })
        });
        match told {
            Ok(answer) => {
                let Partial { rejected, message } = answer.partial();
                numbers.sent.add(items.saturating_sub(rejected));
                numbers.rejected.add(rejected);
                if rejected > 0 || !message.is_empty() {
                    tracing::warn!(%url, rejected, of = items, message, "the collector has thrown some of it away");
                }
                Ok(())
            }
            Err(error) => {
                numbers.failures.increment();
                Err(error)
            }
        }
    }

    async fn call(&self, url: Uri, body: Bytes) -> Result<Bytes, ExportError> {
        let mut request = Request::post(url.clone())
            .body(Full::new(body))
            .map_err(|error| refused(&url, error.to_string()))?;
        *request.headers_mut() = self.headers.clone();
        let answered = self.way.request(request).await;
        let response = answered.map_err(|error| unavailable(&url, chain(&error), None))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let body = body
            .map_err(|error| unavailable(&url, chain(&*error), None))?
            .to_bytes();
        if head.status.is_success() {
            return Ok(body);
        }
        let words: String = String::from_utf8_lossy(&body)
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect();
        let detail = format!("{} {words}", head.status).trim().to_owned();
        // The four that OTLP says may be tried again.
        match head.status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                Err(unavailable(&url, detail, retry_after(&head.headers)))
            }
            StatusCode::PAYLOAD_TOO_LARGE => Err(ExportError::TooLarge {
                url: url.to_string(),
                detail,
            }),
            StatusCode::BAD_REQUEST => Err(ExportError::Invalid {
                url: url.to_string(),
                detail,
            }),
            _ => Err(refused(&url, detail)),
        }
    }
}

fn unavailable(url: &Uri, detail: String, after: Option<Duration>) -> ExportError {
    let url = url.to_string();
    ExportError::Unavailable { url, detail, after }
}

fn refused(url: &Uri, detail: String) -> ExportError {
    let url = url.to_string();
    ExportError::Refused { url, detail }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

/// Certificates are read only where they are needed: a container may have none.
#[derive(Debug)]
enum Way {
    Plain(Client<HttpConnector, Full<Bytes>>),
    Tls(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl Way {
    fn to(target: &Target) -> Result<Self, SetUpError> {
        let client = Client::builder(TokioExecutor::new());
        if target.url.scheme_str() != Some("https") {
            return Ok(Self::Plain(client.build_http()));
        }
        let trusting = HttpsConnectorBuilder::new();
        let trusting = match &target.certificate {
            Some(path) => trusting.with_tls_config(trusting_only(path)?),
            None => trusting
                .with_native_roots()
                .map_err(|source| SetUpError::Certificates {
                    url: target.url.to_string(),
                    source,
                })?,
        };
        Ok(Self::Tls(
            client.build(trusting.https_only().enable_http1().build()),
        ))
    }

    fn request(&self, request: Request<Full<Bytes>>) -> ResponseFuture {
        match self {
            Self::Plain(client) => client.request(request),
            Self::Tls(client) => client.request(request),
        }
    }
}

/// TLS that trusts what is in this file and nothing else.
fn trusting_only(path: &Path) -> Result<ClientConfig, SetUpError> {
    let unread = |source: Box<dyn Error + Send + Sync>| SetUpError::Certificate {
        path: path.to_owned(),
        source,
    };
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unread(error.into()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unread(error.into()))?;
        roots
            .add(certificate)
            .map_err(|error| unread(error.into()))?;
    }
    if roots.is_empty() {
        return Err(unread("there is none in it".into()));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unread(error.into()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn headers(given: &Pairs) -> Result<HeaderMap, SetUpError> {
    let mut headers = HeaderMap::new();
    for (name, value) in given.all() {
        let read = HeaderName::try_from(name)
            .ok()
            .zip(HeaderValue::try_from(value).ok());
        let (header, mut value) = read.ok_or_else(|| SetUpError::Header {
            name: name.to_owned(),
        })?;
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-protobuf"),
    );
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(concat!("weir/", env!("CARGO_PKG_VERSION"))),
    );
    Ok(headers)
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

//! Is this program alive, and can it do its work? Answered over HTTP for supervisors and probes.
//!
//! Each part of the program says for itself what keeps it from working; nobody polls. `/livez` only shows that the
//! process answers: a scheduler that waits for its broker is not ready, but killing it would help nobody.

use std::{
    collections::BTreeMap, convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration,
};

use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Serialize;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::{Backoff, Clock, Meter};

/// At most so many connections at once; the next ones wait in the listener's backlog.
const CONNECTIONS_MAX: usize = 32;
/// Headers must have come by then.
const HEADER_WAIT: Duration = Duration::from_secs(5);
/// And the whole exchange must be over by then.
const CONNECTION_LIFE: Duration = Duration::from_secs(10);
const HEADERS_MAX: usize = 64;
const JSON: &str = "application/json";
const TEXT: &str = crate::metrics::TEXT_FORMAT;
/// In bytes; the least that hyper takes.
const BUFFER_MAX: usize = 8 * 1024;

type Parts = BTreeMap<&'static str, Vec<String>>;

/// What all parts of this program say about themselves. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<watch::Sender<Parts>>);

/// One part's voice in [`Health`]. Dropped, it says that the part has ended.
#[derive(Debug)]
pub struct Part {
    name: &'static str,
    health: Health,
}

/// Whether the program can do its work. Ready when no part has a reason why not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// No reasons are left.
    pub ready: bool,
    /// For each part that is not ready: why.
    pub reasons: BTreeMap<&'static str, Vec<String>>,
}

impl Health {
    /// Nothing is in the way of anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part, which is not ready until it says so.
    pub fn part(&self, name: &'static str) -> Part {
        let part = Part {
            name,
            health: self.clone(),
        };
        part.not_ready(["is starting"]);
        part
    }

    /// What the parts say now.
    pub fn readiness(&self) -> Readiness {
        readiness(&self.0.borrow())
    }

    /// Waits until all parts are ready.
    pub async fn ready(&self) {
        let mut parts = self.0.subscribe();
        // The sender lives in `self`, so that this cannot fail.
        drop(parts.wait_for(|parts| readiness(parts).ready).await);
    }
}

impl Part {
    /// Nothing is in the way.
    pub fn ready(&self) {
        self.not_ready(Vec::<String>::new());
    }

    /// Takes the place of what this part said before. No reasons means that it is ready.
    pub fn not_ready(&self, reasons: impl IntoIterator<Item = impl Into<String>>) {
        let reasons: Vec<String> = reasons.into_iter().map(Into::into).collect();
        self.health.0.send_if_modified(|parts| {
            parts.insert(self.name, reasons.clone()).as_ref() != Some(&reasons)
        });
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.not_ready(["has ended"]);
    }
}

fn readiness(parts: &Parts) -> Readiness {
    let reasons: BTreeMap<_, _> = parts
        .iter()
        .filter(|(_, reasons)| !reasons.is_empty())
        .map(|(name, reasons)| (*name, reasons.clone()))
        .collect();
    Readiness {
        ready: reasons.is_empty(),
        reasons,
    }
}

/// A bound listener, so that a port that is taken is an error at the start.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
}

/// What is shown.
#[derive(Clone, Debug)]
struct Shown {
    health: Health,
    meter: Meter,
}

impl Server {
    /// Listens on `address`; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(address).await?,
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is cancelled: `GET /livez` with 200, `GET /readyz` with 200 or 503 and the reasons as
    /// JSON, `GET /metrics` with what `meter` has, in the text format of Prometheus, all else with 404.
    ///
    /// # Errors
    /// None today; it has the form of a task.
    pub async fn run(
        self,
        health: Health,
        meter: Meter,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let shown = Shown { health, meter };
        let mut connections = JoinSet::new();
        let mut backoff = Backoff::new(Duration::from_millis(10), Duration::from_secs(1));
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                Some(_ended) = connections.join_next() => {}
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                    Ok((stream, _peer)) => {
                        backoff.reset();
                        connections.spawn(serve(stream, shown.clone()));
                    }
                    // Out of file descriptors, most often: it passes, and dying of it would help nobody.
                    Err(error) => {
                        warn!(%error, "cannot accept a connection to the health endpoint");
                        Clock::system().sleep(backoff.next_delay()).await;
                    }
                },
            }
        }
    }
}

async fn serve(stream: TcpStream, shown: Shown) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let response = respond(request.method(), request.uri().path(), &shown);
        async { Ok::<_, Infallible>(response) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_WAIT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(BUFFER_MAX)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), answer);
    match Clock::system().timeout(CONNECTION_LIFE, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => debug!(%error, "a connection to the health endpoint broke"),
        Err(late) => debug!(error = %late, "a connection to the health endpoint was cut"),
    }
}

fn respond(method: &Method, path: &str, shown: &Shown) -> Response<Full<Bytes>> {
    let asked = matches!(*method, Method::GET | Method::HEAD);
    let (status, kind, body) = match path {
        "/livez" if asked => (StatusCode::OK, JSON, "{\"alive\":true}\n".to_owned()),
        "/readyz" if asked => {
            let readiness = shown.health.readiness();
            let status = if readiness.ready {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            let body = serde_json::to_string(&readiness)
                .expect("names and texts always have a form in JSON");
            (status, JSON, body + "\n")
        }
        "/metrics" if asked => (StatusCode::OK, TEXT, shown.meter.to_text()),
        _ => (
            StatusCode::NOT_FOUND,
            JSON,
            "{\"error\":\"ask for GET /livez, GET /readyz or GET /metrics\"}\n".to_owned(),
        ),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests;

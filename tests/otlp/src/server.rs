//! The listening side.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::{
    metrics::v1::{
        ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
    },
    trace::v1::{ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse},
};
use prost::Message;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};

use crate::{
    read::{self, Span},
    state::{Answer, Door, Shared},
};

const BACKLOG: u32 = 64;

/// A port that is ours: bound, so that it refuses while nobody listens.
pub(crate) fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves until the door is over.
pub(crate) async fn serve(shared: Arc<Shared>, socket: TcpSocket) -> io::Result<()> {
    let address = socket.local_addr()?;
    let mut door = shared.door.subscribe();
    let mut socket = Some(socket);
    loop {
        let state = *door.borrow_and_update();
        match state {
            Door::Over => return Ok(()),
            Door::Closed => {
                shared.change(|kept| kept.open = false);
                if door.changed().await.is_err() {
                    return Ok(());
                }
            }
            Door::Open => {
                let bound = match socket.take() {
                    Some(socket) => socket,
                    None => reserve(address)?,
                };
                let listener = bound.listen(BACKLOG)?;
                shared.change(|kept| kept.open = true);
                let mut connections = JoinSet::new();
                loop {
                    tokio::select! {
                        _ = door.changed() => break,
                        Some(_ended) = connections.join_next() => {}
                        accepted = listener.accept() => if let Ok((stream, _peer)) = accepted {
                            connections.spawn(connection(Arc::clone(&shared), stream));
                        },
                    }
                }
                connections.shutdown().await;
                drop(listener);
                socket = Some(reserve(address)?);
            }
        }
    }
}

async fn connection(shared: Arc<Shared>, stream: TcpStream) {
    match shared.tls.clone() {
        None => speak(shared, stream).await,
        Some(tls) => {
            // Who does not trust us has said so by going away.
            if let Ok(stream) = tls.accept(stream).await {
                speak(shared, stream).await;
            }
        }
    }
}

async fn speak(shared: Arc<Shared>, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
    let answer = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(handle(&shared, request).await) }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    if served.await.is_err() {
        // Whoever asked is gone.
    }
}

async fn handle(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let headers = head.headers.iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    let headers = headers.collect();
    let mut answer = Answer::Taken;
    shared.change(|kept| {
        kept.requests += 1;
        kept.headers = headers;
        answer = kept.answer.clone();
    });
    let taken = |partly| taken(shared, &head.method, head.uri.path(), &body, partly);
    match answer {
        Answer::AtMost(spans) if spans_in(&body).len() > spans => plain(413, "as ordered"),
        Answer::Taken | Answer::AtMost(_) => taken(None),
        Answer::Partly { rejected, message } => taken(Some((rejected, message))),
        Answer::Invalid { attribute, value } => {
            let has = |span: &Span| span.attributes.get(&attribute) == Some(&value);
            if spans_in(&body).iter().any(has) {
                plain(400, "as ordered")
            } else {
                taken(None)
            }
        }
        Answer::Status(status) => plain(status, "as ordered"),
        Answer::RetryAfter(status, seconds) => {
            let mut response = plain(status, "as ordered");
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Answer::After(delay) => {
            // What is to be tried is a collector that is slow: nothing is waited for.
            tokio::time::timeout(delay, std::future::pending::<()>())
                .await
                .ok();
            taken(None)
        }
        Answer::Never => std::future::pending().await,
    }
}

fn taken(
    shared: &Shared,
    method: &Method,
    path: &str,
    body: &[u8],
    partly: Option<(i64, String)>,
) -> Response<Full<Bytes>> {
    let answer = match (method, path) {
        (&Method::POST, "/v1/traces") => traces(shared, body, partly),
        (&Method::POST, "/v1/metrics") => metrics(shared, body, partly),
        _ => return plain(404, "POST /v1/traces or /v1/metrics"),
    };
    match answer {
        Ok(bytes) => {
            let mut response = Response::new(Full::new(Bytes::from(bytes)));
            let kind = HeaderValue::from_static("application/x-protobuf");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        Err(error) => {
            shared.change(|kept| kept.wrong.push(format!("{path}: {error}")));
            plain(400, "not a message of OTLP")
        }
    }
}

/// Those of what may be a request with metrics: none.
fn spans_in(body: &[u8]) -> Vec<Span> {
    ExportTraceServiceRequest::decode(body).map_or_else(|_other| Vec::new(), read::spans)
}

fn traces(
    shared: &Shared,
    body: &[u8],
    partly: Option<(i64, String)>,
) -> Result<Vec<u8>, prost::DecodeError> {
    let mut spans = read::spans(ExportTraceServiceRequest::decode(body)?);
    if let Some((rejected, _)) = &partly {
        spans.truncate(
            spans
                .len()
                .saturating_sub(usize::try_from(*rejected).unwrap_or(0)),
        );
    }
    match &shared.shelf {
        Some(shelf) => shelf.keep(body).expect("its folder can be written"),
        None => shared.change(|kept| kept.spans.extend(spans)),
    }
    let partial_success = partly.map(
        |(rejected_spans, error_message)| ExportTracePartialSuccess {
            rejected_spans,
            error_message,
        },
    );
    Ok(ExportTraceServiceResponse { partial_success }.encode_to_vec())
}

fn metrics(
    shared: &Shared,
    body: &[u8],
    partly: Option<(i64, String)>,
) -> Result<Vec<u8>, prost::DecodeError> {
    let points = read::points(ExportMetricsServiceRequest::decode(body)?);
    shared.change(|kept| {
        for point in points {
            let key = (
                point.name.clone(),
                format!("{:?} {:?}", point.labels, point.resource),
            );
            kept.points.insert(key, point);
        }
    });
    let partial_success =
        partly.map(
            |(rejected_data_points, error_message)| ExportMetricsPartialSuccess {
                rejected_data_points,
                error_message,
            },
        );
    Ok(ExportMetricsServiceResponse { partial_success }.encode_to_vec())
}

fn plain(status: u16, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

//! An API server for tests that answers what it is told to, one answer per request, whatever is asked.

use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpSocket},
    task::JoinSet,
};
use weir_runtime::Clock;

use super::connect::{Cluster, KubernetesConfig, connect};

/// What is done with one request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A whole answer, with headers beside `Content-Type`.
    Answer(u16, Vec<(&'static str, &'static str)>, String),
    /// Half of an answer whose length was promised.
    Half(String),
    /// These pieces, and then the end of the answer, or silence.
    Pieces { pieces: Vec<String>, ends: bool },
    /// The connection is closed.
    Cut,
    /// Nothing, ever.
    Silence,
}

impl Act {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Answer(status, Vec::new(), body.to_string())
    }
    /// A refusal as Kubernetes words it.
    pub(crate) fn status(code: u16, reason: &str, message: &str) -> Self {
        let body = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "details": { "name": "j", "kind": "jobs" }, "code": code });
        Self::json(code, &body)
    }
}

/// One request that was made.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Debug, Default)]
struct Script {
    acts: VecDeque<Act>,
    asked: Vec<Asked>,
}

/// A port at which connections are refused until a server is put there. Nobody else gets it meanwhile.
#[derive(Debug)]
pub(crate) struct Port(TcpSocket);

impl Port {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }
    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }
}

/// The server. It is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Script>>,
    _tasks: JoinSet<()>,
}

impl Scripted {
    pub(crate) fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self::on(Port::new(), acts)
    }

    pub(crate) fn on(port: Port, acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = port.0.listen(64).unwrap();
        let address = listener.local_addr().unwrap();
        let acts = acts.into_iter().collect();
        let script = Arc::new(Mutex::new(Script {
            acts,
            asked: Vec::new(),
        }));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, Arc::clone(&script)));
        Self {
            address,
            script,
            _tasks: tasks,
        }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }

    /// A cluster that is this server.
    pub(crate) async fn cluster(&self) -> Cluster {
        cluster_at(self.address, KubernetesConfig::default()).await
    }
}

/// A cluster at this address, found as any other is: by a kubeconfig.
pub(crate) async fn cluster_at(address: SocketAddr, config: KubernetesConfig) -> Cluster {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "{{apiVersion: v1, kind: Config, current-context: c,
          clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}],
          contexts: [{{name: c, context: {{cluster: c, user: u, namespace: runs}}}}],
          users: [{{name: u, user: {{token: t}}}}]}}"
    );
    std::fs::write(file.path(), text).unwrap();
    let config = KubernetesConfig {
        kubeconfig: Some(file.path().to_owned()),
        ..config
    };
    connect(&config, &BTreeMap::new(), Clock::system())
        .await
        .unwrap()
}

async fn serve(listener: TcpListener, script: Arc<Mutex<Script>>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let script = Arc::clone(&script);
        connections.spawn(async move {
            let service = service_fn(|request| answer(request, &script));
            // A connection that its client drops is no news.
            let _ended = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

type Body = BoxBody<Bytes, io::Error>;

async fn answer(
    request: Request<Incoming>,
    script: &Mutex<Script>,
) -> Result<Response<Body>, io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let act = {
        let mut script = script.lock().unwrap();
        let content_type = head.headers.get(http::header::CONTENT_TYPE);
        script.asked.push(Asked {
            method: head.method.to_string(),
            uri: head.uri.to_string(),
            content_type: content_type
                .map_or("", |it| it.to_str().unwrap())
                .to_owned(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        script.acts.pop_front()
    };
    let unexpected = || Act::status(418, "ScriptOver", "the script has no answer left");
    match act.unwrap_or_else(unexpected) {
        Act::Answer(status, headers, text) => {
            let mut response = Response::new(whole(text));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            Ok(response)
        }
        Act::Half(text) => {
            let length = text.len() * 2;
            let sent = stream::iter([Ok(Frame::data(Bytes::from(text)))]);
            // What was handed over is written out only when there is nothing more for a moment.
            let cut = stream::once(async {
                tokio::task::yield_now().await;
                Err(io::Error::other("cut"))
            });
            let body = StreamBody::new(sent.chain(cut));
            let mut response = Response::new(BodyExt::boxed(body));
            response
                .headers_mut()
                .insert("content-length", length.into());
            Ok(response)
        }
        Act::Pieces { pieces, ends } => {
            let pieces = pieces
                .into_iter()
                .map(|piece| Ok(Frame::data(Bytes::from(piece))));
            let pieces = stream::iter(pieces);
            let body = if ends {
                BodyExt::boxed(StreamBody::new(pieces))
            } else {
                BodyExt::boxed(StreamBody::new(pieces.chain(stream::pending())))
            };
            Ok(Response::new(body))
        }
        Act::Cut => Err(io::Error::other("cut")),
        Act::Silence => std::future::pending().await,
    }
}

fn whole(text: String) -> Body {
    http_body_util::Full::new(Bytes::from(text))
        .map_err(|never: Infallible| match never {})
        .boxed()
}

//! The smallest client that can speak with the stand-in, so that a test can play the administrator with no other crate.

use std::{collections::VecDeque, future::Future, io, net::SocketAddr, pin::Pin};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Who speaks, and with whom.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
}

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// JSON, or else the text as a JSON string.
    pub body: Value,
}

impl Answer {
    /// The warnings that came with it.
    pub fn warnings(&self) -> Vec<String> {
        let all = self.headers.get_all(header::WARNING);
        all.iter()
            .filter_map(|it| it.to_str().ok())
            .map(str::to_owned)
            .collect()
    }
}

impl Client {
    /// A client with a bearer token, or with none.
    pub fn new(address: SocketAddr, token: Option<&str>) -> Self {
        Self {
            address,
            token: token.map(str::to_owned),
        }
    }

    /// Opens one connection that can be used again and again.
    ///
    /// # Errors
    /// When the connection is refused.
    pub async fn session(&self) -> io::Result<Session> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        let driver = Box::pin(async move {
            let _closed = connection.await;
        });
        Ok(Session {
            token: self.token.clone(),
            sender,
            driver: Some(driver),
        })
    }

    /// One request over a connection of its own. `path` holds the query too.
    ///
    /// # Errors
    /// When the connection is refused or cut.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Bytes,
    ) -> io::Result<Answer> {
        self.session()
            .await?
            .send(method, path, content_type, body)
            .await
    }

    /// GET.
    ///
    /// # Errors
    /// When the connection is refused or cut.
    pub async fn get(&self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, "", Bytes::new()).await
    }

    /// POST of JSON.
    ///
    /// # Errors
    /// When the connection is refused or cut.
    pub async fn post(&self, path: &str, body: &Value) -> io::Result<Answer> {
        self.send("POST", path, "application/json", body.to_string().into())
            .await
    }

    /// PATCH with a merge patch.
    ///
    /// # Errors
    /// When the connection is refused or cut.
    pub async fn patch(&self, path: &str, body: &Value) -> io::Result<Answer> {
        self.send(
            "PATCH",
            path,
            "application/merge-patch+json",
            body.to_string().into(),
        )
        .await
    }

    /// DELETE with options in the body.
    ///
    /// # Errors
    /// When the connection is refused or cut.
    pub async fn delete(&self, path: &str, options: &Value) -> io::Result<Answer> {
        self.send(
            "DELETE",
            path,
            "application/json",
            options.to_string().into(),
        )
        .await
    }

    /// Opens a watch; the answer itself if it is none.
    ///
    /// # Errors
    /// When the connection is refused or cut.
    pub async fn watch(&self, path: &str) -> io::Result<Result<Watch, Answer>> {
        let mut session = self.session().await?;
        let response = session
            .request("GET", path, "", "application/json", Bytes::new())
            .await?;
        if response.status() != 200 {
            return Ok(Err(session.read(response).await?));
        }
        Ok(Ok(Watch {
            body: response.into_body(),
            session,
            rest: Vec::new(),
            lines: VecDeque::new(),
        }))
    }
}

/// One connection.
pub struct Session {
    token: Option<String>,
    sender: http1::SendRequest<Full<Bytes>>,
    driver: Option<Driver>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

/// Waits for something that happens on a connection, and lets the connection work meanwhile.
async fn drive<T>(driver: &mut Option<Driver>, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    if let Some(connection) = driver {
        tokio::select! {
            biased;
            out = work.as_mut() => return out,
            () = connection.as_mut() => {}
        }
        *driver = None;
    }
    work.await
}

impl Session {
    async fn request(
        &mut self,
        method: &str,
        path: &str,
        content_type: &str,
        accept: &str,
        body: Bytes,
    ) -> io::Result<Response<Incoming>> {
        let method: Method = method.parse().map_err(io::Error::other)?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "standin");
        request = request.header(header::ACCEPT, accept);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if !content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(Full::new(body)).map_err(io::Error::other)?;
        let answer = self.sender.send_request(request);
        drive(&mut self.driver, answer)
            .await
            .map_err(io::Error::other)
    }

    async fn read(&mut self, response: Response<Incoming>) -> io::Result<Answer> {
        let (head, body) = response.into_parts();
        let bytes = drive(&mut self.driver, body.collect())
            .await
            .map_err(io::Error::other)?
            .to_bytes();
        let text = || Value::from(String::from_utf8_lossy(&bytes).into_owned());
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| text());
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        })
    }

    /// One request, read to its end.
    ///
    /// # Errors
    /// When the connection is cut.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Bytes,
    ) -> io::Result<Answer> {
        self.send_for(method, path, content_type, "application/json", body)
            .await
    }

    /// One request for a representation of the client's choice.
    ///
    /// # Errors
    /// When the connection is cut.
    pub async fn send_for(
        &mut self,
        method: &str,
        path: &str,
        content_type: &str,
        accept: &str,
        body: Bytes,
    ) -> io::Result<Answer> {
        let response = self
            .request(method, path, content_type, accept, body)
            .await?;
        self.read(response).await
    }
}

/// An open watch.
#[derive(Debug)]
pub struct Watch {
    body: Incoming,
    session: Session,
    rest: Vec<u8>,
    lines: VecDeque<Value>,
}

impl Watch {
    /// The next event; `None` at its end.
    ///
    /// # Errors
    /// When the connection is cut in the middle.
    pub async fn next(&mut self) -> io::Result<Option<Value>> {
        loop {
            if let Some(event) = self.lines.pop_front() {
                return Ok(Some(event));
            }
            let frame = drive(&mut self.session.driver, self.body.frame()).await;
            let Some(frame) = frame else { return Ok(None) };
            let frame = frame.map_err(io::Error::other)?;
            self.rest
                .extend_from_slice(frame.data_ref().map(Bytes::as_ref).unwrap_or_default());
            while let Some(end) = self.rest.iter().position(|it| *it == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                self.lines
                    .push_back(serde_json::from_slice(&line).map_err(io::Error::other)?);
            }
        }
    }
}

//! The listening side: connections, their end, and a port that refuses them while there is no API server.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinSet,
    time::Instant,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    handle::handle,
    shared::{Door, Shared},
};

const BACKLOG: u32 = 1024;
/// The longest between a child's birth and its own program.
const CHILD_BEGINS: Duration = Duration::from_secs(10);

/// A port of this machine that is ours and refuses connections.
fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// The same for a port that was ours just now. A child that is being started by another thread has copies of all that is
/// open until it becomes its own program, our closed listener among them.
async fn reserve_soon(address: SocketAddr) -> io::Result<TcpSocket> {
    let end = Instant::now() + CHILD_BEGINS;
    loop {
        match reserve(address) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < end => {
                tokio::time::sleep_until(Instant::now() + Duration::from_millis(2)).await;
            }
            other => return other,
        }
    }
}

/// Opens the port; 0 takes a free one.
pub(crate) fn open(port: u16) -> io::Result<TcpListener> {
    reserve(SocketAddr::from(([127, 0, 0, 1], port)))?.listen(BACKLOG)
}

enum Port {
    Listening(TcpListener),
    Reserved(TcpSocket),
}

impl Port {
    /// Closes and opens; the port stays ours in between.
    async fn turn(self, open: bool, address: SocketAddr) -> io::Result<Self> {
        match (self, open) {
            (Self::Listening(listener), false) => {
                drop(listener);
                reserve_soon(address).await.map(Self::Reserved)
            }
            (Self::Reserved(socket), true) => socket.listen(BACKLOG).map(Self::Listening),
            (port, _) => Ok(port),
        }
    }

    async fn accept(&self) -> Option<TcpStream> {
        match self {
            Self::Listening(listener) => listener.accept().await.ok().map(|it| it.0),
            Self::Reserved(_) => std::future::pending().await,
        }
    }
}

/// Serves until it is dropped; all connections go with it.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut door = shared.door();
    let mut port = Port::Listening(listener);
    let mut connections = JoinSet::new();
    loop {
        let state = *door.borrow_and_update();
        if state == Door::Closed {
            connections.shutdown().await;
        }
        port = port.turn(state == Door::Open, address).await?;
        shared.turned(state);
        tokio::select! {
            Some(stream) = port.accept() => {
                // A small answer must not wait for the next one.
                let _best_effort = stream.set_nodelay(true);
                connections.spawn(greet(shared.clone(), stream, tls.clone()));
            }
            Some(_ended) = connections.join_next() => {}
            alive = door.changed() => if alive.is_err() { return Ok(()) },
        }
    }
}

async fn greet(shared: Arc<Shared>, stream: TcpStream, tls: Option<TlsAcceptor>) {
    let Some(tls) = tls else {
        return connection(shared, stream).await;
    };
    // Who does not believe the certificate goes away.
    if let Ok(stream) = tls.accept(stream).await {
        connection(shared, stream).await;
    }
}

async fn connection(shared: Arc<Shared>, stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut door: watch::Receiver<Door> = shared.door();
    let service = service_fn(|request| handle(shared.clone(), request));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ended = connection.as_mut() => return,
        _draining = door.wait_for(|it| *it != Door::Open) => {}
    }
    // An idle connection ends here; an open watch stays.
    connection.as_mut().graceful_shutdown();
    let _ended = connection.await;
}

//! A collector that is a program of its own, and so can be killed.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use tokio::net::TcpSocket;

use crate::{
    server,
    shelf::Shelf,
    state::{Answer, Shared},
};

/// A port of loopback that nobody else gets while this is held, and on which whoever is told of it may listen.
#[derive(Debug)]
pub struct Port(TcpSocket);

impl Port {
    /// A free one.
    ///
    /// # Errors
    /// There is none.
    pub fn reserve() -> io::Result<Self> {
        Ok(Self(server::reserve((Ipv4Addr::LOCALHOST, 0).into())?))
    }

    /// Where it is.
    ///
    /// # Errors
    /// None while it is held.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Listens there until the process ends. Spans are in the folder before they are acknowledged; see [`crate::kept`].
///
/// # Errors
/// It cannot listen there, or not write to the folder.
pub fn serve(address: SocketAddr, folder: &Path, answer: Answer) -> io::Result<()> {
    let shared = Arc::new(Shared::shelved(Shelf::open(folder)?));
    shared.change(|kept| kept.answer = answer);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { server::serve(shared, server::reserve(address)?).await })
}

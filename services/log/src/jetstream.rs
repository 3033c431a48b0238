//! The log on a NATS server with JetStream: connection, streams, fenced appends, tails, work lists, request/reply.

mod api;
mod cell;
mod closing;
mod connect;
mod live;
mod publish;
mod pump;
mod queue;
mod read;
mod service;
mod streams;
mod tail;
mod wire;
mod work;

use std::{fmt, sync::Arc};

use async_nats::{Client, jetstream::Context};
use tokio::{sync::watch, task::JoinSet};

pub use connect::{ConnectSettings, MIN_SERVER_VERSION};
pub use live::JetStreamLive;
pub use service::{JetStreamReply, JetStreamService};
pub use streams::StreamSettings;
pub use tail::JetStreamTail;
pub use work::{JetStreamAck, JetStreamWorkList};

use connect::Denied;

/// The log on a NATS server. Clones share the connection, which lives as long as the last of them and of the tails,
/// work lists and services that came from them.
#[derive(Clone)]
pub struct JetStream {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    context: Context,
    streams: StreamSettings,
    /// Counts the times that the connection has been made: whoever waits for the broker looks again at each.
    connected: watch::Receiver<u64>,
    denied: Arc<Denied>,
    /// Watches the version of each server that is connected to; it ends with the last clone.
    _version_watch: JoinSet<()>,
}

impl fmt::Debug for JetStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = self
            .inner
            .client
            .try_server_info()
            .map(|info| info.server_name);
        f.debug_struct("JetStream")
            .field("server", &server)
            .finish_non_exhaustive()
    }
}

impl JetStream {
    fn client(&self) -> &Client {
        &self.inner.client
    }

    fn connected(&self) -> watch::Receiver<u64> {
        let mut connected = self.inner.connected.clone();
        connected.mark_unchanged();
        connected
    }

    /// The version of the server that is connected to at the moment.
    pub fn server_version(&self) -> String {
        self.inner
            .client
            .try_server_info()
            .map_or_else(String::new, |info| info.version)
    }
}

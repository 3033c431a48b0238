//! The connection, and the client that everything else hangs on.

use std::{path::PathBuf, sync::Arc};

use tokio::sync::Mutex;
use weir_core::cell::CellState;
use weir_log::{ConnectSettings, JetStream, LogError, StreamSettings, traits::Log};

/// Where the broker is and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// One or more URLs of NATS servers, separated by commas, such as `nats://127.0.0.1:4222`.
    pub url: String,
    /// A credentials file, as `nsc` writes it.
    pub creds: Option<PathBuf>,
    /// The connection's name, as the server lists it. `weir-client` by default.
    pub name: String,
    /// Who is written into configuration as its author: a claim, not a proof. Empty by default.
    pub author: String,
    /// Copies of each stream that this client makes: 1 by default, 3 on a cluster of three. Streams that are there
    /// already keep their own number.
    pub replicas: usize,
}

impl ConnectOptions {
    /// Connects to these servers, without credentials.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            creds: None,
            name: "weir-client".to_owned(),
            author: String::new(),
            replicas: 1,
        }
    }
    /// Uses a credentials file.
    #[must_use]
    pub fn creds(mut self, file: impl Into<PathBuf>) -> Self {
        self.creds = Some(file.into());
        self
    }
    /// Names the connection.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
    /// Makes streams with this many copies.
    #[must_use]
    pub fn replicas(mut self, replicas: usize) -> Self {
        self.replicas = replicas;
        self
    }
    /// Names the author of configuration.
    #[must_use]
    pub fn author(mut self, author: impl Into<String>) -> Self {
        self.author = author.into();
        self
    }
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the NATS server at {url}")]
pub struct ConnectError {
    /// Where it was looked for.
    pub url: String,
    /// What went wrong.
    #[source]
    pub source: LogError,
}

/// A client of one weir installation. Cheap to clone; all clones share the connection.
#[derive(Debug, Clone)]
pub struct Client<L = JetStream> {
    pub(crate) log: L,
    pub(crate) author: Arc<str>,
    /// The cell log as far as it has been read: each reading goes on from there.
    pub(crate) cell: Arc<Mutex<CellState>>,
}

impl Client<JetStream> {
    /// Connects.
    ///
    /// # Errors
    /// When no server answers there, when it refuses the credentials, or when its version is too old for weir.
    pub async fn connect(options: ConnectOptions) -> Result<Self, ConnectError> {
        let ConnectOptions {
            url,
            creds,
            name,
            author,
            replicas,
        } = options;
        let streams = StreamSettings {
            replicas,
            ..StreamSettings::default()
        };
        let settings = ConnectSettings {
            creds,
            streams,
            ..ConnectSettings::new(url.clone(), name)
        };
        let log = JetStream::connect(settings)
            .await
            .map_err(|source| ConnectError { url, source })?;
        Ok(Self::over(log, author))
    }
}

impl<L: Log> Client<L> {
    /// A client over a log that is there already, such as the in-memory one in tests.
    pub fn over(log: L, author: impl Into<String>) -> Self {
        let author: String = author.into();
        Self {
            log,
            author: author.into(),
            cell: Arc::default(),
        }
    }
    /// The log that this client speaks to.
    pub fn log(&self) -> &L {
        &self.log
    }
}

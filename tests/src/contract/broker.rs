//! Real brokers for the suite: one, or three that replicate, each in a folder that goes with it.

use std::{path::PathBuf, sync::OnceLock};

use anyhow::Context as _;
use tempfile::TempDir;
use weir_broker::{Cluster, ClusterConfig, PINNED, Permit, Server, ServerConfig, Sources, Want};
use weir_log::{ConnectSettings, JetStream, StreamSettings};

/// One broker with a connection to it.
#[derive(Debug)]
pub struct One {
    /// The connection.
    pub log: JetStream,
    /// To kill it and bring it back.
    pub server: Server,
    _folder: TempDir,
    _permit: Permit,
}

/// Three brokers with a connection to all.
#[derive(Debug)]
pub struct Three {
    /// The connection; its streams have three copies.
    pub log: JetStream,
    /// To kill one and bring it back.
    pub cluster: Cluster,
    _folder: TempDir,
    _permit: Permit,
}

async fn binary() -> anyhow::Result<PathBuf> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(path) = FOUND.get() {
        return Ok(path.clone());
    }
    let find = || Sources::from_environment().find(&Want::Exactly(PINNED));
    let path = tokio::task::spawn_blocking(find)
        .await?
        .context("failed to find nats-server")?
        .path;
    Ok(FOUND.get_or_init(|| path).clone())
}

impl One {
    /// Starts it.
    pub async fn start() -> anyhow::Result<Self> {
        let binary = binary().await?;
        let permit = Permit::acquire().await?;
        let folder = tempfile::tempdir()?;
        let server = Server::start(ServerConfig::new(binary, folder.path().join("store"))).await?;
        let log = JetStream::connect(ConnectSettings::new(server.url(), "contract")).await?;
        Ok(Self {
            log,
            server,
            _folder: folder,
            _permit: permit,
        })
    }
}

impl Three {
    /// Starts them.
    pub async fn start() -> anyhow::Result<Self> {
        let binary = binary().await?;
        let permit = Permit::acquire().await?;
        let folder = tempfile::tempdir()?;
        let cluster =
            Cluster::start(ClusterConfig::new(binary, folder.path().join("stores"))).await?;
        let settings = ConnectSettings {
            streams: StreamSettings {
                replicas: 3,
                ..StreamSettings::default()
            },
            ..ConnectSettings::new(cluster.urls().join(","), "contract")
        };
        let log = JetStream::connect(settings).await?;
        Ok(Self {
            log,
            cluster,
            _folder: folder,
            _permit: permit,
        })
    }
}

//! Several servers that replicate to each other, for tests of replicated streams.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

use crate::port::{HOST, Port};
use crate::server::{Fsync, Routes, Server, ServerConfig, StartError};

/// How often the servers are asked how they are, and how long one may take to answer.
const ASK_EVERY: Duration = Duration::from_millis(50);
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub struct ClusterConfig {
    pub binary: PathBuf,
    /// Gets one folder per server: `n0`, `n1`, …
    pub folder: PathBuf,
    /// How many servers; 3 for streams with three replicas.
    pub size: usize,
    pub sync: Fsync,
    /// Lines for the end of each server's configuration file, as they are.
    pub extra: Vec<String>,
    /// How long the start may take until all servers are current.
    pub current_within: Duration,
}

/// A cluster on loopback whose servers can be killed and brought back one by one. All are killed
/// when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    servers: Vec<Server>,
    current_within: Duration,
    /// Held for the life of the cluster: a server comes back at the same route port.
    _routes: Vec<Port>,
}

#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the cluster was not current within {waited:?}: {why}")]
    NotCurrent { waited: Duration, why: String },
}

impl ClusterConfig {
    /// Three servers with the server's defaults.
    pub fn new(binary: impl Into<PathBuf>, folder: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            folder: folder.into(),
            size: 3,
            sync: Fsync::default(),
            extra: Vec::new(),
            current_within: Duration::from_mins(1),
        }
    }
}

impl Cluster {
    /// Starts all servers and waits until they have a meta leader and all are current.
    pub async fn start(config: ClusterConfig) -> Result<Self, ClusterError> {
        let mut routes = Vec::new();
        for _ in 0..config.size {
            routes.push(Port::free().map_err(|source| StartError::NoPort { source })?);
        }
        let peers: Vec<u16> = routes.iter().map(|port| port.number).collect();
        let mut servers = Vec::new();
        for (index, &port) in peers.iter().enumerate() {
            let name = format!("n{index}");
            let mut server = ServerConfig::new(&config.binary, config.folder.join(&name));
            server.name = name;
            server.sync = config.sync;
            server.monitor = true;
            server.extra.clone_from(&config.extra);
            server.cluster = Some(Routes {
                cluster: "weir".to_owned(),
                port,
                peers: peers.clone(),
            });
            servers.push(Server::start(server).await?);
        }
        let cluster = Self {
            servers,
            current_within: config.current_within,
            _routes: routes,
        };
        cluster.wait_current().await?;
        Ok(cluster)
    }

    /// The client URLs of all servers, also of those that are down.
    pub fn urls(&self) -> Vec<String> {
        self.servers.iter().map(Server::url).collect()
    }

    /// The servers, named `n0`, `n1`, … in this order.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// Kills one at once (SIGKILL).
    pub async fn kill(&mut self, index: usize) -> io::Result<()> {
        self.servers[index].kill().await
    }

    /// Starts one again; when a majority runs, waits until all that run are current.
    pub async fn restart(&mut self, index: usize) -> Result<(), ClusterError> {
        self.servers[index].restart().await?;
        if self.running().count() * 2 > self.servers.len() {
            self.wait_current().await?;
        }
        Ok(())
    }

    /// Waits until the running servers know a running meta leader and each is current.
    pub async fn wait_current(&self) -> Result<(), ClusterError> {
        let mut why = String::from("nobody was asked");
        let asked = async {
            let mut tick = interval(ASK_EVERY);
            loop {
                tick.tick().await;
                match self.is_current().await {
                    Ok(()) => return,
                    Err(problem) => why = problem,
                }
            }
        };
        let waited = self.current_within;
        let done = timeout(waited, asked).await;
        done.map_err(|_elapsed| ClusterError::NotCurrent { waited, why })
    }

    /// Stops all, politely and in turn.
    pub async fn stop(&mut self) -> io::Result<()> {
        for server in &mut self.servers {
            server.stop().await?;
        }
        Ok(())
    }

    fn running(&self) -> impl Iterator<Item = (String, u16)> {
        let name = |index| format!("n{index}");
        self.servers
            .iter()
            .enumerate()
            .filter_map(move |(index, server)| {
                server.pid()?;
                Some((name(index), server.monitor_port()?))
            })
    }

    async fn is_current(&self) -> Result<(), String> {
        let mut current = BTreeSet::new();
        let mut leaders = BTreeSet::new();
        for (name, port) in self.running() {
            let (status, body) = get(port, "/healthz")
                .await
                .map_err(|error| format!("{name}: {error}"))?;
            if status != 200 {
                return Err(format!(
                    "{name} is not healthy: {}",
                    String::from_utf8_lossy(&body)
                ));
            }
            let (_, body) = get(port, "/jsz")
                .await
                .map_err(|error| format!("{name}: {error}"))?;
            let page: Value =
                serde_json::from_slice(&body).map_err(|error| format!("{name}: {error}"))?;
            let meta = &page["meta_cluster"];
            let leader = meta["leader"].as_str().unwrap_or_default().to_owned();
            if meta["cluster_size"].as_u64() != u64::try_from(self.servers.len()).ok() {
                return Err(format!("{name} sees a cluster of {}", meta["cluster_size"]));
            }
            if leader == name {
                // Only the leader knows of its followers.
                current.insert(name);
                let followers = meta["replicas"].as_array().into_iter().flatten();
                let followers =
                    followers.filter(|peer| peer["current"] == true && peer["offline"] != true);
                current
                    .extend(followers.filter_map(|peer| peer["name"].as_str().map(str::to_owned)));
            }
            leaders.insert(leader);
        }
        if leaders.len() != 1 {
            return Err(format!("the servers name these leaders: {leaders:?}"));
        }
        match self.running().find(|(name, _)| !current.contains(name)) {
            Some((name, _)) => Err(format!("{name} is not current with the leader {leaders:?}")),
            None => Ok(()),
        }
    }
}

/// One monitoring page: the status and the body.
async fn get(port: u16, path: &str) -> io::Result<(u16, Vec<u8>)> {
    let exchange = async {
        let mut stream = TcpStream::connect((HOST, port)).await?;
        stream
            .write_all(format!("GET {path} HTTP/1.0\r\nHost: {HOST}\r\n\r\n").as_bytes())
            .await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, io::Error>(answer)
    };
    let answer = timeout(ANSWER_WITHIN, exchange)
        .await
        .map_err(|_elapsed| io::ErrorKind::TimedOut)??;
    parse(&answer).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not an HTTP answer"))
}

fn parse(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let status = std::str::from_utf8(&answer[..end])
        .ok()?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()?;
    Some((status, answer[end + 4..].to_vec()))
}

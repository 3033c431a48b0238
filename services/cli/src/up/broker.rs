//! The broker of a local stack: found or fetched, started, and started again should it die.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use weir_broker::{Binary, Fsync, Server, ServerConfig, Sources, StartError, Want};
use weir_runtime::{Backoff, Clock};

use crate::output::Output;

/// Where NATS servers are expected to listen.
const USUAL_PORT: u16 = 4222;
/// Between tries to start a broker that has died.
const AGAIN_FIRST: Duration = Duration::from_millis(100);
const AGAIN_MAX: Duration = Duration::from_secs(10);

/// Which port the broker is to listen at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    /// This one or none.
    Exactly(u16),
    /// The usual one, or a free one if that is taken.
    Usual,
    /// Any free one.
    Free,
}

impl Port {
    pub(crate) const fn of_flag(flag: Option<u16>) -> Self {
        match flag {
            Some(0) => Self::Free,
            Some(port) => Self::Exactly(port),
            None => Self::Usual,
        }
    }
}

/// A running broker.
#[derive(Debug)]
pub(crate) struct Broker {
    server: Server,
    out: Output,
}

/// Finds a server, fetching one if there is none, and says which it is.
pub(crate) async fn find(out: Output, want: Want) -> anyhow::Result<Binary> {
    let sources = Sources::from_environment();
    let (explicit, cache) = (
        sources.weir_nats_server.is_some(),
        sources.cache_dir.clone(),
    );
    let binary = tokio::task::spawn_blocking(move || sources.find(&want)).await??;
    for skipped in binary
        .skipped
        .iter()
        .filter(|skipped| skipped.what != "PATH")
    {
        out.note(&format!("passed over: {skipped}"))?;
    }
    let from = match (explicit, binary.path.starts_with(cache)) {
        (true, _) => "WEIR_NATS_SERVER",
        (false, true) => "weir's cache folder",
        (false, false) => "PATH",
    };
    out.note(&format!(
        "nats-server {} from {from}: {}",
        binary.version,
        binary.path.display()
    ))?;
    Ok(binary)
}

impl Broker {
    /// Starts it with its store in `folder`.
    pub(crate) async fn start(
        out: Output,
        binary: PathBuf,
        folder: &Path,
        port: Port,
        sync: Fsync,
    ) -> anyhow::Result<Self> {
        let mut config = ServerConfig::new(binary, folder);
        config.sync = sync;
        config.port = match port {
            Port::Exactly(port) => Some(port),
            Port::Usual if is_free(USUAL_PORT) => Some(USUAL_PORT),
            Port::Usual | Port::Free => None,
        };
        let started = match Server::start(config.clone()).await {
            // Somebody was quicker.
            Err(StartError::PortInUse { .. }) if port == Port::Usual => {
                Server::start(ServerConfig {
                    port: None,
                    ..config
                })
                .await
            }
            started => started,
        };
        let server = started
            .map_err(with_advice)
            .context("cannot start the broker")?;
        if port == Port::Usual && server.port() != USUAL_PORT {
            let chosen = server.port();
            out.note(&format!("port {USUAL_PORT} is taken, so the broker listens at {chosen}; --port N names another"))?;
        }
        Ok(Self { server, out })
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.server.pid()
    }

    /// Starts it again whenever it ends, for as long as this is polled. Cancel safe but for a start under way, which
    /// is given up.
    pub(crate) async fn keep(&mut self, clock: &Clock) -> Infallible {
        let mut again = Backoff::new(AGAIN_FIRST, AGAIN_MAX);
        loop {
            let how = match self.server.ended().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
            self.say(&format!("the broker has ended ({how}); starting it again"));
            loop {
                clock.sleep(again.next_delay()).await;
                match self.server.restart().await {
                    Ok(()) => break,
                    Err(error) => {
                        self.say(&format!("the broker does not start: {error}; trying again"));
                    }
                }
            }
            self.say("the broker runs again");
        }
    }

    /// Whoever reads this may be gone; the broker is needed all the same.
    fn say(&self, words: &str) {
        self.out.note(words).unwrap_or_default();
    }

    /// Stops it in order.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        self.server.stop().await.context("cannot stop the broker")?;
        Ok(())
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn with_advice(error: StartError) -> anyhow::Error {
    let advice = match &error {
        StartError::FolderInUse { .. } => {
            Some("another `weir up` runs there: stop it, or use another folder with --data")
        }
        StartError::FolderName { .. } | StartError::Folder { .. } => {
            Some("use another folder with --data")
        }
        StartError::NoPort { .. }
        | StartError::PortInUse { .. }
        | StartError::Spawn { .. }
        | StartError::Exited { .. }
        | StartError::NotReady { .. } => None,
    };
    match advice {
        Some(advice) => anyhow!("{error}; {advice}"),
        None => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_named_is_meant() {
        assert_eq!(Port::of_flag(Some(4222)), Port::Exactly(4222));
        assert_eq!(Port::of_flag(Some(0)), Port::Free);
        assert_eq!(Port::of_flag(None), Port::Usual);
    }

    #[test]
    fn a_port_that_somebody_listens_at_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        drop(listener);
        assert!(is_free(port));
    }
}

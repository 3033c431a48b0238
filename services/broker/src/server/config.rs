//! What a server is to be, and the configuration file that says so.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::StartError;
use crate::port::HOST;

/// When an append to a stream is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fsync {
    /// Before it is acknowledged: it survives a power cut.
    Always,
    /// The server's own habit, every two minutes: it survives the death of the process only.
    #[default]
    ServerDefault,
}

/// The place of a server in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// The cluster's name, the same on every server.
    pub cluster: String,
    /// The loopback port that this server takes routes at.
    pub port: u16,
    /// The route ports of all servers of the cluster; this one's may be among them.
    pub peers: Vec<u16>,
}

/// What a server is to be. It listens on 127.0.0.1 only.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The `nats-server` to run, from [`crate::Sources::find`].
    pub binary: PathBuf,
    /// Holds the streams and our files: configuration, log, process id and lock. Made when absent.
    pub store_dir: PathBuf,
    /// The client port; a free one when none.
    pub port: Option<u16>,
    pub sync: Fsync,
    /// The server's name; no blanks. It has to differ between the servers of a cluster.
    pub name: String,
    /// The largest message in bytes; the server's default is 1 MiB, its most 64 MiB.
    pub max_payload: Option<u32>,
    /// Serve the monitoring pages at a free loopback port.
    pub monitor: bool,
    pub cluster: Option<Routes>,
    /// Lines for the end of the configuration file, as they are.
    pub extra: Vec<String>,
    /// How long the start may take. A large store takes its time.
    pub ready_within: Duration,
}

impl ServerConfig {
    /// A single server at a free port, with the server's defaults.
    pub fn new(binary: impl Into<PathBuf>, store_dir: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            store_dir: store_dir.into(),
            port: None,
            sync: Fsync::default(),
            name: "weir".to_owned(),
            max_payload: None,
            monitor: false,
            cluster: None,
            extra: Vec::new(),
            ready_within: Duration::from_secs(30),
        }
    }

    pub(super) fn log_file(&self) -> PathBuf {
        self.store_dir.join("nats-server.log")
    }

    pub(super) fn render(&self, port: u16, monitor: Option<u16>) -> Result<String, StartError> {
        let mut text = String::from("# Written by weir at every start.\n");
        let mut line = |line: std::fmt::Arguments<'_>| {
            text.write_fmt(line)
                .and_then(|()| text.write_char('\n'))
                .expect("writing to a string cannot fail");
        };
        line(format_args!("server_name: {}", quoted(&self.name)));
        line(format_args!("listen: \"{HOST}:{port}\""));
        line(format_args!(
            "pid_file: {}",
            quoted_path(&self.store_dir.join("nats-server.pid"))?
        ));
        if let Some(monitor) = monitor {
            line(format_args!("http: \"{HOST}:{monitor}\""));
        }
        if let Some(bytes) = self.max_payload {
            line(format_args!("max_payload: {bytes}"));
        }
        line(format_args!("jetstream {{"));
        line(format_args!(
            "  store_dir: {}",
            quoted_path(&self.store_dir)?
        ));
        // More than any disk here: what is kept is bounded by the streams' own limits.
        line(format_args!("  max_file_store: 1TB"));
        match self.sync {
            Fsync::Always => line(format_args!("  sync_interval: always")),
            Fsync::ServerDefault => {}
        }
        line(format_args!("}}"));
        if let Some(routes) = &self.cluster {
            let peers: Vec<_> = routes
                .peers
                .iter()
                .map(|peer| format!("\"nats-route://{HOST}:{peer}\""))
                .collect();
            line(format_args!("cluster {{"));
            line(format_args!("  name: {}", quoted(&routes.cluster)));
            line(format_args!("  listen: \"{HOST}:{}\"", routes.port));
            line(format_args!("  routes: [{}]", peers.join(", ")));
            line(format_args!("}}"));
        }
        for extra in &self.extra {
            line(format_args!("{extra}"));
        }
        Ok(text)
    }
}

fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('\n', r"\n")
    )
}

fn quoted_path(path: &Path) -> Result<String, StartError> {
    let path = std::path::absolute(path).unwrap_or_else(|_no_working_directory| path.to_owned());
    path.to_str()
        .map(quoted)
        .ok_or_else(|| StartError::FolderName { path: path.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_what_was_asked_for() {
        let mut config = ServerConfig::new("/bin/nats-server", "/data/a \"b\"");
        config.sync = Fsync::Always;
        config.max_payload = Some(2_000_000);
        config.cluster = Some(Routes {
            cluster: "c".to_owned(),
            port: 7,
            peers: vec![7, 8],
        });
        config.extra = vec!["debug: true".to_owned()];
        assert_eq!(
            config.render(4222, Some(8222)).unwrap(),
            r#"# Written by weir at every start.
server_name: "weir"
listen: "127.0.0.1:4222"
pid_file: "/data/a \"b\"/nats-server.pid"
http: "127.0.0.1:8222"
max_payload: 2000000
jetstream {
  store_dir: "/data/a \"b\""
  max_file_store: 1TB
  sync_interval: always
}
cluster {
  name: "c"
  listen: "127.0.0.1:7"
  routes: ["nats-route://127.0.0.1:7", "nats-route://127.0.0.1:8"]
}
debug: true
"#
        );
    }

    #[test]
    fn the_default_leaves_the_sync_to_the_server() {
        let text = ServerConfig::new("/bin/nats-server", "/data")
            .render(1, None)
            .unwrap();
        assert!(
            !text.contains("sync_interval") && !text.contains("http") && !text.contains("cluster"),
            "{text}"
        );
    }
}

//! One `nats-server` as a child process that never outlives its owner.
//!
//! The server writes its log to a file, not to a pipe, so it never waits for us to read. Its
//! standard input is the lock of its own store folder: whatever becomes of us, the folder stays
//! locked exactly as long as the server lives, and no second one can open the same store.

mod config;
mod log;
mod watchdog;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{interval, timeout};

pub use config::{Fsync, Routes, ServerConfig};
use log::Log;
use watchdog::Watchdog;

use crate::command::retry_busy;
use crate::port::{HOST, Port};

/// How often the log and the lock are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How long a new server waits for the last one on the same store to go: one whose owner was
/// killed lives until its watchdog has ended it.
const LOCK_WITHIN: Duration = Duration::from_secs(15);

/// How long [`Server::stop`] waits before it kills.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// A running `nats-server`, or one that was stopped and may be started again at the same port.
///
/// It is killed when this is dropped, and soon after our own death, however we die.
#[derive(Debug)]
pub struct Server {
    config: ServerConfig,
    client: Port,
    monitor: Option<Port>,
    lock: File,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    pid: u32,
    /// Fields drop in order: the child is killed first.
    _watchdog: Option<Watchdog>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the broker's data folder {} cannot be used: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("the broker's data folder {} is in use by another broker", path.display())]
    FolderInUse { path: PathBuf },
    #[error("the path {} is not UTF-8, which the broker's configuration file needs", path.display())]
    FolderName { path: PathBuf },
    #[error("no free port on {HOST}: {source}")]
    NoPort { source: io::Error },
    #[error(
        "port {port} on {HOST} is in use: choose another with --port, or stop what listens there"
    )]
    PortInUse { port: u16 },
    #[error("{} cannot be run: {source}", binary.display())]
    Spawn { binary: PathBuf, source: io::Error },
    #[error("the broker ended at its start ({status}); the end of {}:\n{tail}", log.display())]
    Exited {
        status: ExitStatus,
        log: PathBuf,
        tail: String,
    },
    #[error("the broker was not ready within {waited:?} and was killed; the end of {}:\n{tail}", log.display())]
    NotReady {
        waited: Duration,
        log: PathBuf,
        tail: String,
    },
}

impl Server {
    /// Starts a server and waits until it says that it is ready.
    pub async fn start(config: ServerConfig) -> Result<Self, StartError> {
        let folder = |source| StartError::Folder {
            path: config.store_dir.clone(),
            source,
        };
        fs::create_dir_all(&config.store_dir).map_err(folder)?;
        let lock = lock_folder(&config.store_dir).await?;
        let free = || Port::free().map_err(|source| StartError::NoPort { source });
        let client = config
            .port
            .map_or_else(free, |number| Ok(Port::fixed(number)))?;
        let monitor = if config.monitor { Some(free()?) } else { None };
        let mut server = Self {
            config,
            client,
            monitor,
            lock,
            running: None,
        };
        server.restart().await?;
        Ok(server)
    }

    /// Starts it again at the same port and on the same store, after [`Server::stop`] or
    /// [`Server::kill`]; one that still runs is killed first.
    pub async fn restart(&mut self) -> Result<(), StartError> {
        let folder = |source| StartError::Folder {
            path: self.config.store_dir.clone(),
            source,
        };
        if let Some(mut running) = self.running.take() {
            running.child.kill().await.map_err(folder)?;
        }
        let monitor = self.monitor.as_ref().map(|port| port.number);
        let text = self.config.render(self.client.number, monitor)?;
        let path = self.config.store_dir.join("nats-server.conf");
        fs::write(&path, text).map_err(folder)?;
        let mut log = Log::open(self.config.log_file()).map_err(folder)?;
        let mut running = self.spawn(&path, &log)?;
        self.ready(&mut running, &mut log).await?;
        self.running = Some(running);
        Ok(())
    }

    fn spawn(&self, config: &Path, log: &Log) -> Result<Running, StartError> {
        let spawn = |source| StartError::Spawn {
            binary: self.config.binary.clone(),
            source,
        };
        let (lock, output) = (|| Ok((self.lock.try_clone()?, log.writer()?)))().map_err(spawn)?;
        let mut command = Command::new(&self.config.binary);
        command
            .arg("--config")
            .arg(config)
            .stdin(Stdio::from(lock))
            .stdout(Stdio::null())
            .stderr(Stdio::from(output))
            // A Ctrl-C in our terminal is for us: we drain first and then stop the broker.
            .process_group(0)
            .kill_on_drop(true);
        let child = retry_busy(|| command.spawn()).map_err(spawn)?;
        let pid = child
            .id()
            .expect("a child that was not waited for has an id");
        Ok(Running {
            child,
            pid,
            _watchdog: Watchdog::guard(pid, config),
        })
    }

    async fn ready(&self, running: &mut Running, log: &mut Log) -> Result<(), StartError> {
        let seen = async {
            let mut tick = interval(LOOK_EVERY);
            loop {
                tokio::select! {
                    status = running.child.wait() => return status.map(Some),
                    _ = tick.tick() => if log.says("Server is ready")? { return Ok(None) },
                }
            }
        };
        let waited = self.config.ready_within;
        let ended = match timeout(waited, seen).await {
            Ok(ended) => ended,
            Err(_elapsed) => {
                return Err(StartError::NotReady {
                    waited,
                    log: log.path().to_owned(),
                    tail: log.tail(),
                });
            }
        };
        match ended {
            Ok(None) => Ok(()),
            Ok(Some(_))
                if log.tail().contains(&format!(
                    ":{}: bind: address already in use",
                    self.client.number
                )) =>
            {
                Err(StartError::PortInUse {
                    port: self.client.number,
                })
            }
            Ok(Some(status)) => Err(StartError::Exited {
                status,
                log: log.path().to_owned(),
                tail: log.tail(),
            }),
            Err(source) => Err(StartError::Folder {
                path: log.path().to_owned(),
                source,
            }),
        }
    }

    /// What a client connects to: `nats://127.0.0.1:PORT`. It stays the same over restarts.
    pub fn url(&self) -> String {
        format!("nats://{HOST}:{}", self.client.number)
    }

    pub fn port(&self) -> u16 {
        self.client.number
    }

    /// The port of the monitoring pages, when they were asked for.
    pub fn monitor_port(&self) -> Option<u16> {
        self.monitor.as_ref().map(|port| port.number)
    }

    /// The process id; none after a stop or a kill.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.pid)
    }

    pub fn store_dir(&self) -> &Path {
        &self.config.store_dir
    }

    pub fn log_file(&self) -> PathBuf {
        self.config.log_file()
    }

    /// Waits for the server to end by itself. Cancel safe. For ever when it is not running.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        match &mut self.running {
            Some(running) => running.child.wait().await,
            None => std::future::pending().await,
        }
    }

    /// Asks it to end (SIGTERM), waits at most 10 seconds, then kills it. None when it was not
    /// running.
    pub async fn stop(&mut self) -> io::Result<Option<ExitStatus>> {
        let Some(mut running) = self.running.take() else {
            return Ok(None);
        };
        // While we hold the child un-reaped, its id is its own. One that has just ended is no error.
        if let Some(pid) = running
            .child
            .id()
            .and_then(|pid| Pid::from_raw(pid.cast_signed()))
        {
            kill_process(pid, Signal::TERM).ok();
        }
        match timeout(STOP_WITHIN, running.child.wait()).await {
            Ok(status) => status.map(Some),
            Err(_elapsed) => {
                tracing::warn!(
                    pid = running.pid,
                    "the broker did not stop when asked and is killed"
                );
                running.child.kill().await?;
                running.child.wait().await.map(Some)
            }
        }
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    pub async fn kill(&mut self) -> io::Result<()> {
        match self.running.take() {
            Some(mut running) => running.child.kill().await,
            None => Ok(()),
        }
    }
}

async fn lock_folder(path: &Path) -> Result<File, StartError> {
    let folder = |source| StartError::Folder {
        path: path.to_owned(),
        source,
    };
    let lock = File::create(path.join("nats-server.lock")).map_err(folder)?;
    let locked = async {
        let mut tick = interval(LOOK_EVERY);
        loop {
            tick.tick().await;
            match lock.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    };
    match timeout(LOCK_WITHIN, locked).await {
        Ok(locked) => locked.map_err(folder)?,
        Err(_elapsed) => {
            return Err(StartError::FolderInUse {
                path: path.to_owned(),
            });
        }
    }
    Ok(lock)
}

//! What scheduler and worker have in common as programs: health, signals, and an orderly end.

use std::{fs, net::SocketAddr, time::Duration};

use anyhow::Context as _;
use tracing::info;
use weir_runtime::{
    Tasks, Telemetry,
    health::{Health, Server},
    signals,
};

use crate::exit::Exit;

/// How long an orderly end may take where nothing else is said.
const GRACE: Duration = Duration::from_secs(30);

/// How a service runs.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Where to answer GET /livez, /readyz and /metrics, such as 0.0.0.0:8080
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) health_addr: Option<SocketAddr>,
    /// How long the first signal gives it to end in order; a second one ends it at once [default: what its work may take]
    #[arg(long, value_name = "SPAN", value_parser = crate::value::span)]
    pub(crate) shutdown_grace: Option<Duration>,
}

/// Runs until the tasks end, or a signal has drained them, or a second one says now.
pub(crate) async fn serve(
    mut tasks: Tasks,
    health: Health,
    telemetry: &Telemetry,
    args: &ServeArgs,
) -> anyhow::Result<Exit> {
    if let Some(address) = args.health_addr {
        let server = Server::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        info!(address = %server.address()?, "health endpoint");
        let meter = telemetry.meter().clone();
        tasks.spawn("health", |stop| server.run(health, meter, stop));
    }
    telemetry.start(&mut tasks);
    let second = signals(tasks.stop_token()).context("cannot handle signals")?;
    tokio::select! {
        signal = second => Ok(Exit::Signal(signal.exit_code())),
        ended = tasks.join(args.shutdown_grace.unwrap_or(GRACE)) => ended.map(|()| Exit::Ok),
    }
}

/// A name for this process that is a legal token: the host's name and the process id.
pub(crate) fn process_name() -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name_of(&host, std::process::id())
}

fn name_of(host: &str, pid: u32) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let host: String = host.trim().chars().map(legal).take(40).collect();
    let host = host.trim_matches('-');
    if host.is_empty() {
        format!("host-{pid}")
    } else {
        format!("{host}-{pid}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_gives_a_legal_name() {
        for host in [
            "",
            "vm\n",
            "node-1.example.org",
            "-x-",
            "äöü",
            &"long".repeat(40),
        ] {
            let name = name_of(host, u32::MAX);
            assert!(name.parse::<weir_client::WorkerName>().is_ok(), "{name}");
        }
        assert_eq!(name_of("node-1.example.org\n", 7), "node-1-example-org-7");
    }
}

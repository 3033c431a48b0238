//! Ends the server when we are killed in a way that leaves us no time to do it.
//!
//! `kill_on_drop` does not run on SIGKILL. Linux has a parent death signal, but it can be asked
//! for only by unsafe code in the child, and it fires when the spawning *thread* ends. So a
//! shell of a few lines waits on a pipe whose other end only we hold: when we die, of whatever,
//! the pipe closes and the shell ends the server. It looks at the process's command line first,
//! so a process id that has gone to somebody else is left alone.

use std::path::Path;
use std::process::Stdio;

use tokio::process::{Child, Command};

/// `$1` is the server's process id, `$2` the configuration file on its command line.
const SCRIPT: &str = r#"
ours() { grep -qsF -e "$2" "/proc/$1/cmdline"; }
read -r _
ours "$@" || exit 0
kill -TERM "$1"
for _ in 1 2 3 4 5; do ours "$@" || exit 0; sleep 1; done
ours "$@" && kill -KILL "$1"
"#;

#[derive(Debug)]
pub(super) struct Watchdog {
    /// Killed when it is dropped; it holds the writing end of the pipe until then.
    _shell: Child,
}

impl Watchdog {
    /// A machine without a shell has no watchdog, and a line in the log.
    pub(super) fn guard(pid: u32, config: &Path) -> Option<Self> {
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "weir-broker-watchdog"])
            .arg(pid.to_string())
            .arg(config)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        match shell {
            Ok(shell) => Some(Self { _shell: shell }),
            Err(error) => {
                tracing::warn!(%error, "no watchdog: the broker outlives us if we are killed");
                None
            }
        }
    }
}

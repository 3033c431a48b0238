//! Runs a short foreign command with a deadline, so that a program that hangs cannot hang us.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// What is kept of each output stream, in bytes; a program that says more is cut off.
const OUTPUT_BYTES_MAX: u64 = 1 << 20;

/// How often a busy program file is tried, and how long to wait in between.
const BUSY_TRIES_MAX: u32 = 100;
const BUSY_WAIT: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The last line with anything on it that the program wrote to stderr.
    pub(crate) fn last_words(&self) -> &str {
        self.stderr
            .lines()
            .map(str::trim)
            .rfind(|line| !line.is_empty())
            .unwrap_or("it said nothing")
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error("{} cannot be run: {source}", program.display())]
    Spawn {
        program: OsString,
        source: io::Error,
    },
    #[error("{} did not end within {waited:?} and was killed", program.display())]
    TimedOut { program: OsString, waited: Duration },
}

/// Runs the command in its own process group and takes its output; at the deadline the whole
/// group is killed.
pub(crate) fn run(command: &mut Command, within: Duration) -> Result<Ran, RunError> {
    let program = command.get_program().to_owned();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = match retry_busy(|| command.spawn()) {
        Ok(child) => child,
        Err(source) => return Err(RunError::Spawn { program, source }),
    };
    let group = Pid::from_child(&child);
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let exit = wait_for(child);
    let ended = exit.recv_timeout(within);
    // Also after a timely end: a grandchild that holds the pipes would keep the readers waiting.
    // An empty group is the usual case and no error.
    kill_process_group(group, Signal::KILL).ok();
    let (stdout, stderr) = (text(stdout), text(stderr));
    match ended {
        Ok(Ok(status)) => Ok(Ran {
            status,
            stdout,
            stderr,
        }),
        Ok(Err(source)) => Err(RunError::Spawn { program, source }),
        Err(_elapsed) => Err(RunError::TimedOut {
            program,
            waited: within,
        }),
    }
}

/// Tries again while a program file is busy. It is when another thread forks in the moment in
/// which we write the file: the fork holds our descriptor until it execs.
pub(crate) fn retry_busy<T>(mut spawn: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..BUSY_TRIES_MAX {
        match spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                thread::park_timeout(BUSY_WAIT);
            }
            done => return done,
        }
    }
    spawn()
}

fn wait_for(mut child: Child) -> mpsc::Receiver<io::Result<ExitStatus>> {
    let (sender, receiver) = mpsc::channel();
    // Nobody listens after the deadline; the child is reaped all the same.
    thread::spawn(move || sender.send(child.wait()).ok());
    receiver
}

fn drain(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            // A read error ends the output; what came before it is still worth showing.
            stream.take(OUTPUT_BYTES_MAX).read_to_end(&mut bytes).ok();
        }
        bytes
    })
}

fn text(reader: JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn output_and_last_words_are_taken() {
        let ran = run(
            &mut sh("echo out; printf 'first\\nlast\\n\\n' >&2; exit 3"),
            LONG,
        )
        .unwrap();
        assert_eq!(
            (ran.status.code(), ran.stdout.as_str(), ran.last_words()),
            (Some(3), "out\n", "last")
        );
    }

    #[test]
    fn a_program_that_hangs_is_killed_with_its_children() {
        // The child of the shell holds the pipes too: were it left alive, this test would hang.
        let error = run(
            &mut sh("sleep 3600 & sleep 3600"),
            Duration::from_millis(50),
        )
        .unwrap_err();
        assert!(matches!(error, RunError::TimedOut { .. }), "{error}");
    }

    #[test]
    fn a_child_that_outlives_the_program_does_not_hold_us_up() {
        let ran = run(&mut sh("sleep 3600 & echo done"), LONG).unwrap();
        assert_eq!(ran.stdout, "done\n");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("/nowhere/python3"), LONG).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("/nowhere/python3 cannot be run: "),
            "{error}"
        );
    }
}

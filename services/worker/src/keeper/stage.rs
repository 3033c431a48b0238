//! The second stage: the forked keeper that turns into the command.
//!
//! It does what has to be done inside the new process and what `std` offers no safe hook for: it asks to be killed with
//! the keeper, enters the working directory, and says which of the two failed, directory or command. Its standard input
//! is the pipe for that answer; the pipe closes by itself when the command has taken over.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, stdin},
    os::{fd::OwnedFd, unix::process::CommandExt},
    process::{Command, ExitCode},
};

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// The argument behind which the stage's own begin: the keeper's pid, the directory (empty: stay), the command.
pub(super) const MARKER: &str = "--weir-keeper-stage";

/// What is written to the pipe when something failed: `d` or `x` for the directory or the command, and the errno.
pub(super) fn run(args: &[OsString]) -> ExitCode {
    let Ok(report) = stdin().as_fd_owned() else {
        return ExitCode::FAILURE;
    };
    let (step, error) = match args {
        [keeper, directory, program, rest @ ..] => become_command(keeper, directory, program, rest),
        _ => ('x', io::Error::from(io::ErrorKind::InvalidInput)),
    };
    let answer = format!("{step}{}", error.raw_os_error().unwrap_or_default());
    if let Err(_closed) = rustix::io::write(&report, answer.as_bytes()) {
        // Without the keeper nobody wants to know.
    }
    ExitCode::from(127)
}

fn become_command(
    keeper: &OsString,
    directory: &OsString,
    program: &OsString,
    rest: &[OsString],
) -> (char, io::Error) {
    if let Err(error) = prepare(keeper) {
        return ('x', error);
    }
    if !directory.is_empty()
        && let Err(error) = std::env::set_current_dir(directory)
    {
        return ('d', error);
    }
    ('x', Command::new(program).args(rest).exec())
}

fn prepare(keeper: &OsString) -> io::Result<()> {
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // The keeper may have died before the line above could take hold.
    let parent = getppid()
        .map(Pid::as_raw_pid)
        .unwrap_or_default()
        .to_string();
    if keeper.as_os_str() == parent.as_str() {
        Ok(())
    } else {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

trait AsFdOwned {
    fn as_fd_owned(&self) -> io::Result<OwnedFd>;
}
impl AsFdOwned for io::Stdin {
    /// A second descriptor of the pipe, which closes when the command takes over.
    fn as_fd_owned(&self) -> io::Result<OwnedFd> {
        use std::os::fd::AsFd as _;
        self.as_fd().try_clone_to_owned()
    }
}

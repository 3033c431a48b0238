//! Starting the command: through the second stage, whose answer is read later, and in words when it fails.

use std::{
    ffi::OsString,
    io,
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::process::{CommandExt as _, ExitStatusExt as _},
    },
    path::Path,
    process::{Command, Stdio},
};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::Errno,
    pipe::{PipeFlags, pipe_with},
    process::{Pid, WaitStatus, getpid},
};
use tempfile::TempDir;

use super::{
    frame::{Directory, Failure, Job},
    stage,
};

/// A command on its way.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) pid: Pid,
    pub(super) output: [Option<OwnedFd>; 2],
    /// The second stage's answer: it closes without one when the command has taken over.
    pub(super) answer: OwnedFd,
}

/// Makes the working directory, if it is ours to make.
pub(super) fn directory(job: &Job) -> Result<Option<TempDir>, Failure> {
    match &job.directory {
        Directory::Given(_) => Ok(None),
        Directory::Temporary { prefix } => {
            // The job's own TMPDIR, since that is where it may write.
            let base = job.env.get("TMPDIR").map_or("/tmp", String::as_str);
            tempfile::Builder::new().prefix(prefix).tempdir_in(base).map(Some).map_err(|error| {
                failure(
                    "WorkingDirectoryNotFound",
                    format!(
                        "cannot make a temporary working directory in {base:?}: {error}; set TMPDIR for the worker to a \
                         directory where it may write, or set working_dir"
                    ),
                )
            })
        }
    }
}

/// Starts the second stage in a process group of its own.
pub(super) fn start(
    job: &Job,
    own_args: &[OsString],
    own: Option<&Path>,
) -> Result<Started, Failure> {
    spawn(job, own_args, own).map_err(|error| {
        failure(
            "CannotStart",
            format!("the worker's machine cannot start another process: {error}"),
        )
    })
}

fn spawn(job: &Job, own_args: &[OsString], own: Option<&Path>) -> io::Result<Started> {
    let (answer, answer_end) = pipe_with(PipeFlags::CLOEXEC)?;
    let directory: OsString = match (&job.directory, own) {
        (Directory::Given(path), _) => path.into(),
        (Directory::Temporary { .. }, own) => own.map(Into::into).unwrap_or_default(),
    };
    let mut child = Command::new("/proc/self/exe")
        .args(own_args)
        .arg(stage::MARKER)
        .arg(getpid().as_raw_pid().to_string())
        .arg(directory)
        .args(&job.command)
        .env_clear()
        .envs(&job.env)
        .stdin(Stdio::from(answer_end))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let pid = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("the kernel gives positive pids");
    let output = [
        child.stdout.take().map(OwnedFd::from),
        child.stderr.take().map(OwnedFd::from),
    ];
    for fd in output.iter().flatten().chain([&answer]) {
        set_nonblocking(fd)?;
    }
    Ok(Started {
        pid,
        output,
        answer,
    })
}

/// Reads and writes of this descriptor do not wait from now on.
pub(super) fn set_nonblocking(fd: impl std::os::fd::AsFd) -> io::Result<()> {
    let flags = fcntl_getfl(fd.as_fd())?;
    fcntl_setfl(fd.as_fd(), flags | OFlags::NONBLOCK)?;
    Ok(())
}

/// What the second stage has said, if it is done: `Ok(None)`: it goes on; `Ok(Some(None))`: the command runs.
pub(super) fn answer(answer: &OwnedFd, job: &Job) -> Option<Result<(), Failure>> {
    let mut text = [0_u8; 32];
    match rustix::io::read(answer.as_fd(), &mut text) {
        Err(Errno::AGAIN | Errno::INTR) => None,
        Ok(0) => Some(Ok(())),
        Ok(count) => {
            let text = text
                .get(..count)
                .and_then(|text| std::str::from_utf8(text).ok())
                .unwrap_or_default();
            Some(Err(explain(text, job)))
        }
        Err(error) => Some(Err(failure(
            "CannotStart",
            format!("the keeper cannot read: {error}"),
        ))),
    }
}

fn explain(answer: &str, job: &Job) -> Failure {
    let errno = |code: &str| io::Error::from_raw_os_error(code.parse().unwrap_or_default());
    match (
        answer.strip_prefix('d').map(errno),
        answer.strip_prefix('x').map(errno),
    ) {
        (Some(error), _) => {
            let path = match &job.directory {
                Directory::Given(path) => path.as_str(),
                Directory::Temporary { .. } => "(temporary)",
            };
            failure(
                "WorkingDirectoryNotFound",
                format!(
                    "the working directory {path:?} cannot be entered on the worker's machine: {error}; make it there or \
                     correct working_dir (without one, the run gets a temporary directory)"
                ),
            )
        }
        (None, Some(error)) => explain_command(&error, job),
        (None, None) => failure(
            "CannotStart",
            format!("the start ended with the odd answer {answer:?}"),
        ),
    }
}

fn explain_command(error: &io::Error, job: &Job) -> Failure {
    let program = job.command.first().map_or("", String::as_str);
    let path = job.env.get("PATH").map_or("unset", String::as_str);
    let is_path = program.contains('/');
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOENT) if is_path && Path::new(program).exists() => failure(
            "CommandNotFound",
            format!(
                "{program:?} is there, but the interpreter that it names (its first line `#!...`, or its loader) is not: \
                 install it on the worker's machine or name one that is there"
            ),
        ),
        Some(Errno::NOENT) if is_path => failure(
            "CommandNotFound",
            format!("there is no file {program:?} on the worker's machine: install it there or correct the command"),
        ),
        Some(Errno::NOENT) => failure(
            "CommandNotFound",
            format!(
                "the command {program:?} was not found on the worker's machine in PATH ({path}): install it there, give \
                 its full path, or set PATH in env"
            ),
        ),
        Some(Errno::ACCESS) => failure(
            "NotExecutable",
            format!(
                "{program:?} may not be executed by the worker's user: `chmod +x` it, or name its interpreter in the \
                 command, such as `python3 {program}`"
            ),
        ),
        Some(Errno::TOOBIG) => failure(
            "CannotStart",
            "the command and its environment are larger than the system allows (one text: 128 KiB): make parameters \
             or env smaller"
                .to_owned(),
        ),
        Some(_) | None => failure("NotExecutable", format!("{program:?} cannot be executed: {error}")),
    }
}

fn failure(reason: &str, message: String) -> Failure {
    Failure {
        reason: reason.to_owned(),
        message,
    }
}

/// Exit code and signal of a status.
pub(super) fn split_status(status: WaitStatus) -> (Option<i32>, Option<i32>) {
    let status = std::process::ExitStatus::from_raw(status.as_raw());
    (status.code(), status.signal())
}

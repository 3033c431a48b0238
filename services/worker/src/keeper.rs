//! The keeper: a small process that stands between a worker and one attempt's processes, so that they never outlive
//! the worker's lease.
//!
//! It is the same binary under a hidden verb, synchronous and single-threaded. It leads a process group of its own, so
//! that neither a terminal's Ctrl-C nor a stopped worker reaches it, and it is the *subreaper* of all that descends from
//! it: what daemonises comes back to it as a child. It reads frames from standard input and writes frames to standard
//! output (see [`frame`]).
//!
//! - The first frame describes the job. The command runs in a process group of its own, with `/dev/null` as its
//!   standard input, in the given directory or in a temporary one that the keeper removes again.
//! - It is stopped (SIGTERM to its group, a grace, SIGKILL to everything below the keeper) when the worker says so, when
//!   its time is up, when the pipe from the worker closes, when the keeper itself gets SIGTERM, SIGINT or SIGHUP, and
//!   when the lease deadline passes. That deadline is a point of `CLOCK_BOOTTIME`, which a sleeping machine does not
//!   stop; the worker pushes it on with each acknowledged renewal. However long a grace is, SIGKILL comes at the
//!   lease's own kill time at the latest.
//! - When the command ends by itself and leaves processes behind (background children, daemons), these get SIGTERM, the
//!   job's leftover grace, then SIGKILL. A run is over when nothing of it is left.
//! - `Gone` is said when `wait` answers that there are no children any more, and not before.
//!
//! The command is started through a second stage of the same program (`stage`), which asks the kernel to be killed
//! with the keeper (`PR_SET_PDEATHSIG`) before it turns into the command. So even a keeper that dies by SIGKILL takes
//! the command itself along; what the command had started is then found by the worker.

pub mod frame;
mod outbox;
mod run;
mod stage;
mod start;
mod tree;
mod wake;

use std::{env, io, process::ExitCode};

use self::{outbox::Outbox, run::Keeper};

/// The keeper's `main`, for the hidden verb. Arguments of the program are handed on to the second stage as they are.
///
/// The exit code says nothing about the job: that is what the frames are for. It is 1 when the keeper could not work.
#[must_use]
pub fn main() -> ExitCode {
    let mut args: Vec<_> = env::args_os().skip(1).collect();
    if let Some(marker) = args.iter().position(|arg| arg == stage::MARKER) {
        return stage::run(&args.split_off(marker + 1));
    }
    match keep(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error is the worker's own; there is no other place to go to.
            say(&format!("weir keeper: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn keep(own_args: Vec<std::ffi::OsString>) -> io::Result<()> {
    Keeper::begin(own_args, Outbox::new())?.run()
}

fn say(text: &str) {
    if let Err(_closed) = rustix::io::write(io::stderr(), text.as_bytes()) {
        // Nobody is left to be told that nobody can be told.
    }
}

//! `weir keeper`: the hidden verb by which the worker starts a keeper for each process.

use std::{
    ffi::{OsStr, OsString},
    process::ExitCode,
};

/// The verb's name, which must come first.
pub(crate) const VERB: &str = "keeper";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The keeper reads its arguments itself
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

/// Whether these arguments of the program ask for a keeper. It is asked before anything else is set up: a keeper starts
/// with every run, and what stands behind the verb is the run's own.
pub(crate) fn is_asked_for(mut arguments: impl Iterator<Item = OsString>) -> bool {
    arguments.nth(1).as_deref() == Some(OsStr::new(VERB))
}

pub(crate) fn run() -> ExitCode {
    weir_worker::keeper::main()
}

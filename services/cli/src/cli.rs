//! The command line: its verbs are those that Prefect users know, so that a line of theirs works with the first word
//! changed.

use std::{ffi::OsString, path::PathBuf};

use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::{bench, cmd, exit::EXIT_CODES, output::Format, up};

/// Lets flow runs through at the rate that the country below can take.
#[derive(Debug, Parser)]
#[command(name = "weir", version, max_term_width = 100, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every verb takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    #[arg(
        help = "The NATS server, as the nats CLI takes it [default: a local stack that runs, else nats://127.0.0.1:4222]",
        long,
        visible_alias = "server",
        global = true,
        env = "NATS_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) nats_url: Option<String>,
    /// A credentials file for it
    #[arg(
        long,
        global = true,
        env = "NATS_CREDS",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub(crate) creds: Option<PathBuf>,
    /// How to print data
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(crate) output: Format,
    /// Settings of scheduler and worker (TOML)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Copies of each stream of a new cell: 3 on a cluster of three servers; a cell that is there keeps its number
    #[arg(long, global = true, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub(crate) replicas: u8,
    #[arg(
        help = "What to log, such as info,weir_log=debug",
        long,
        global = true,
        env = "RUST_LOG",
        hide_env_values = true,
        value_name = "FILTER"
    )]
    pub(crate) log: Option<String>,
    /// How to log: auto, human or json
    #[arg(long, global = true, default_value = "auto", value_name = "FORMAT")]
    pub(crate) log_format: weir_runtime::logging::Format,
    /// Ask nothing, not even on a terminal
    #[arg(long, global = true, hide = true)]
    pub(crate) no_prompt: bool,
    /// Who is written into configuration as its author, instead of the NATS user or the system's user@host
    #[arg(long, global = true, hide = true, default_value = "")]
    pub(crate) author: String,
    /// The system's user
    #[arg(long, global = true, hide = true, env = "USER", default_value = "")]
    pub(crate) os_user: String,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a whole local stack: broker, scheduler and worker
    Up(up::Args),
    /// Create, change and look at work pools
    #[command(subcommand)]
    WorkPool(cmd::pool::Command),
    /// Create, change and look at work queues
    #[command(subcommand)]
    WorkQueue(cmd::queue::Command),
    /// Limit how many runs with a tag may be under way at once
    #[command(subcommand)]
    ConcurrencyLimit(cmd::limit::Command),
    /// Limit runs by slots of a name that they ask for by number
    #[command(subcommand, visible_alias = "gcl")]
    GlobalConcurrencyLimit(cmd::named_limit::Command),
    /// Create or replace deployments from a file
    Deploy(cmd::deploy::Args),
    /// Bring work pools, queues, limits and deployments to what files say
    Apply(cmd::apply::Args),
    /// Print everything that is configured as a file that `weir apply` takes
    Export(cmd::export::Args),
    /// Look at deployments and run them
    #[command(subcommand)]
    Deployment(cmd::deployment::Command),
    /// Submit, list, watch and cancel runs
    #[command(subcommand, visible_alias = "flow-run")]
    Run(cmd::run::Command),
    /// Say what a run waits for, and how its wait was spent
    Why(cmd::why::Args),
    /// Make the traces of past runs again
    #[command(subcommand)]
    Trace(cmd::trace::Command),
    /// Start and list workers
    #[command(subcommand)]
    Worker(cmd::worker::Command),
    /// Start a scheduler
    #[command(subcommand)]
    Scheduler(cmd::scheduler::Command),
    /// Print the JSON schema of a file that weir reads, for editors
    Schema(cmd::schema::Args),
    /// Print the completions of a shell
    Completions(cmd::completions::Args),
    /// Measure this machine, its broker and weir on it
    Bench(bench::Args),
    /// Keep one process: started by the worker, never by hand
    #[command(hide = true)]
    Keeper(cmd::keeper::Args),
}

/// Prefect's `-jv` has two letters, which is one too many for a short option.
const JOB_VARIABLE: (&str, &str) = ("-jv", "--job-variable");

impl Command {
    /// What it is called among services, if it is one: it tells of itself what the settings say.
    pub(crate) const fn service(&self) -> Option<&'static str> {
        match self {
            Self::Up(_) => Some("weir"),
            Self::Bench(_) => Some("weir-bench"),
            Self::Worker(cmd::worker::Command::Start(_)) => Some("weir-worker"),
            Self::Scheduler(_) => Some("weir-scheduler"),
            Self::WorkPool(_)
            | Self::WorkQueue(_)
            | Self::ConcurrencyLimit(_)
            | Self::GlobalConcurrencyLimit(_)
            | Self::Deploy(_)
            | Self::Apply(_)
            | Self::Export(_)
            | Self::Deployment(_)
            | Self::Run(_)
            | Self::Why(_)
            | Self::Trace(_)
            | Self::Worker(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Keeper(_) => None,
        }
    }

    /// What is logged where nothing is said about it, of verbs whose own words are for people and tell enough.
    pub(crate) const fn quiet_log(&self) -> Option<&'static str> {
        match self {
            Self::Up(_) | Self::Bench(_) => Some("warn"),
            Self::WorkPool(_)
            | Self::WorkQueue(_)
            | Self::ConcurrencyLimit(_)
            | Self::GlobalConcurrencyLimit(_)
            | Self::Deploy(_)
            | Self::Apply(_)
            | Self::Export(_)
            | Self::Deployment(_)
            | Self::Run(_)
            | Self::Why(_)
            | Self::Trace(_)
            | Self::Worker(_)
            | Self::Scheduler(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Keeper(_) => None,
        }
    }
}

/// Values of these kinds may be written with a minus, and then it is their own parser that says what is wrong with that:
/// clap would call it an unexpected argument.
const NUMBERS: [&str; 7] = ["AGING", "BYTES", "N", "N/PERIOD", "SHARE", "SPAN", "TIME"];

/// The command line as it is read.
fn with_minus(command: clap::Command) -> clap::Command {
    let is_number = |arg: &Arg| {
        let mut names = arg.get_value_names().into_iter().flatten();
        // What may come without a value must not take the next option for one.
        let takes_one = arg.get_num_args().is_none_or(|count| count == 1.into());
        !arg.is_positional() && takes_one && names.any(|name| NUMBERS.contains(&name.as_str()))
    };
    let take = |arg: Arg| {
        if is_number(&arg) {
            arg.allow_hyphen_values(true)
        } else {
            arg
        }
    };
    command.mut_args(take).mut_subcommands(with_minus)
}

impl Cli {
    /// Reads the command line; where it cannot be read the program ends with words about it.
    pub(crate) fn read(given: impl IntoIterator<Item = OsString>) -> Self {
        Self::try_read(given).unwrap_or_else(|error| error.exit())
    }

    fn try_read(given: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let command = with_minus(Self::command());
        let matches = command.try_get_matches_from(Self::arguments(given))?;
        Self::from_arg_matches(&matches)
    }

    /// The arguments as clap can take them.
    fn arguments(given: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
        let (prefects, ours) = JOB_VARIABLE;
        given
            .into_iter()
            .map(|word| if word == prefects { ours.into() } else { word })
            .collect()
    }
}

#[cfg(test)]
mod tests;

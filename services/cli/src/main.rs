//! The `weir` binary: the one program, and where everything is put together.

mod author;
mod bench;
mod cli;
mod cmd;
mod context;
mod deploy_file;
mod document;
mod exit;
mod local_stack;
mod output;
mod settings;
mod table;
mod up;
mod value;
mod view;

use std::process::ExitCode;

use weir_runtime::Telemetry;

use crate::{
    cli::{Cli, Command},
    context::Context,
    exit::{Exit, hint},
};

/// A record costs a few dozen small allocations on its way; with glibc's allocator they were a quarter of the program's
/// time under load.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if cmd::keeper::is_asked_for(std::env::args_os()) {
        return cmd::keeper::run();
    }
    let cli = Cli::read(std::env::args_os());
    let out = output::Output::new(cli.global.output);
    match start(cli) {
        Ok(exit) => exit.into(),
        Err(error) if output::is_broken_pipe(&error) => Exit::Ok.into(),
        Err(error) => {
            out.error(&error, hint(&error).as_deref());
            Exit::of_error(&error).into()
        }
    }
}

fn start(cli: Cli) -> anyhow::Result<Exit> {
    let Cli { global, command } = cli;
    let (format, filter) = (global.log_format, global.log.clone());
    let filter = filter.as_deref().or(command.quiet_log());
    let context = Context::new(global);
    let telemetry = command.service().map(|name| context.telemetry(name));
    let telemetry = telemetry.transpose()?;
    weir_runtime::logging::init(format, filter, telemetry.as_ref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let exit = runtime.block_on(run(&context, command, telemetry));
    // What still blocks a thread after everything has been told to stop must not hold the exit back.
    runtime.shutdown_background();
    exit
}

async fn run(
    context: &Context,
    command: Command,
    telemetry: Option<Telemetry>,
) -> anyhow::Result<Exit> {
    let telemetry = telemetry.unwrap_or_default();
    match command {
        Command::Up(args) => up::run(context, args, telemetry).await,
        Command::Bench(args) => Box::pin(bench::run(context, args, telemetry)).await,
        Command::WorkPool(command) => cmd::pool::run(context, command).await,
        Command::WorkQueue(command) => cmd::queue::run(context, command).await,
        Command::ConcurrencyLimit(command) => cmd::limit::run(context, command).await,
        Command::GlobalConcurrencyLimit(command) => cmd::named_limit::run(context, command).await,
        Command::Deploy(args) => cmd::deploy::run(context, args).await,
        Command::Apply(args) => cmd::apply::run(context, args).await,
        Command::Export(args) => cmd::export::run(context, args).await,
        Command::Deployment(command) => cmd::deployment::run(context, command).await,
        Command::Run(command) => cmd::run::run(context, command).await,
        Command::Why(args) => cmd::why::run(context, args).await,
        Command::Trace(command) => cmd::trace::run(context, command).await,
        Command::Worker(command) => cmd::worker::run(context, command, telemetry).await,
        Command::Scheduler(command) => cmd::scheduler::run(context, command, telemetry).await,
        Command::Schema(args) => cmd::schema::run(context, &args),
        Command::Completions(args) => cmd::completions::run(context, &args),
        Command::Keeper(_) => anyhow::bail!("write `keeper` first: options stand behind it"),
    }
}

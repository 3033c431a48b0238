//! `weir completions`: what a shell needs to complete weir's verbs and options.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{cli::Cli, context::Context, exit::Exit};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    context.out.text(&String::from_utf8(script(args.shell))?)?;
    Ok(Exit::Ok)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "weir", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_is_told_the_verbs_and_their_options() {
        assert_eq!(Shell::value_variants().len(), 5);
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell)).expect("it is text");
            for word in [
                "work-pool",
                "set-concurrency-limit",
                "deploy",
                "strict",
                "weir.yaml",
            ] {
                assert!(script.contains(word), "{shell} is not told of {word}");
            }
        }
    }
}

//! `sim --seed N [--runs K] [--verbose]`: lives seeds N to N+K-1 through and says what broke.

use std::{io::Write as _, process::ExitCode};

use weir_tests::sim::{live, save};

struct Asked {
    seed: u64,
    runs: u64,
    verbose: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let asked = parse(std::env::args().skip(1))?;
    let mut out = std::io::stdout().lock();
    let mut broken = 0_u64;
    for seed in asked.seed..asked.seed.saturating_add(asked.runs) {
        let lived = live(seed);
        if asked.verbose {
            out.write_all(lived.trace.as_bytes())?;
        }
        let (runs, ended) = lived.runs;
        if lived.broken.is_empty() {
            writeln!(
                out,
                "seed {seed}: {runs} runs, {ended} ended, {} records",
                lived.records
            )?;
            continue;
        }
        broken += 1;
        let path = save(&lived)?;
        writeln!(
            out,
            "seed {seed}: BROKEN; the trace is in {}",
            path.display()
        )?;
        for what in lived.broken.iter().take(5) {
            writeln!(out, "  {what}")?;
        }
    }
    writeln!(out, "{broken} of {} seeds broken", asked.runs)?;
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn parse(mut args: impl Iterator<Item = String>) -> anyhow::Result<Asked> {
    let mut asked = Asked {
        seed: 1,
        runs: 1,
        verbose: false,
    };
    while let Some(arg) = args.next() {
        let mut number = || -> anyhow::Result<u64> {
            let text = args
                .next()
                .ok_or_else(|| anyhow::anyhow!("{arg} wants a number"))?;
            Ok(text.parse()?)
        };
        match arg.as_str() {
            "--seed" => asked.seed = number()?,
            "--runs" => asked.runs = number()?,
            "--verbose" => asked.verbose = true,
            _ => anyhow::bail!("unknown argument {arg}: use --seed N [--runs K] [--verbose]"),
        }
    }
    Ok(asked)
}

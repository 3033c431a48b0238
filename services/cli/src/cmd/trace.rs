//! `weir trace`: traces of the past.

use std::{str::FromStr, time::Duration};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use weir_core::time::Timestamp;
use weir_runtime::{Telemetry, telemetry::Endpoint};
use weir_scheduler::{Period, Rebuilt, rebuild_traces};

use super::serve::process_name;
use crate::{context::Context, exit::Exit, settings::Settings, value};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the traces of a past period again, from the log, and send them to a collector
    Export(Export),
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// From when on: a time such as 2026-11-26T08:00:00Z, or how long ago, such as 2h
    #[arg(long, value_name = "TIME")]
    from: Moment,
    /// Until when, which is not included [default: now]
    #[arg(long, value_name = "TIME")]
    to: Option<Moment>,
    #[arg(
        help = "The collector's OTLP endpoint over HTTP, such as http://127.0.0.1:4318 [default: the settings' telemetry.endpoint]",
        long,
        value_name = "URL"
    )]
    endpoint: Option<Endpoint>,
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    let Command::Export(args) = command;
    let now = context.clock.now();
    let period = Period {
        from: args.from.at(now),
        to: args.to.map_or(now, |to| to.at(now)),
    };
    if period.from >= period.to {
        bail!("the period is empty: --from must be before --to");
    }
    let mut settings = Settings::load(context)?.telemetry;
    if args.endpoint.is_some() {
        settings.endpoint = args.endpoint;
        settings.traces.endpoint = None;
    }
    let telemetry = Telemetry::new(&settings, "weir", &process_name(), context.clock.clone())?;
    let sink = telemetry
        .run_spans()
        .context("there is no collector: name one with --endpoint, or in the settings")?;
    let log = context.log("weir-trace").await?;
    let told = rebuild_traces(&log, &context.clock, &sink, period).await?;
    show(context, told)?;
    Ok(Exit::Ok)
}

fn show(context: &Context, told: Rebuilt) -> anyhow::Result<()> {
    let Rebuilt {
        queues,
        spans,
        dropped,
        runs,
        lost_records,
    } = told;
    if context.out.is_json() {
        let told = serde_json::json!({
            "queues": queues, "spans": spans, "droppedSpans": dropped, "runs": runs, "lostRecords": lost_records,
        });
        return context.out.json(&told.to_string());
    }
    let line = format!("{spans} spans of {queues} queues, {runs} runs that ended");
    context.out.line(&line)?;
    if dropped > 0 {
        context.out.note(&format!(
            "{dropped} spans are refused for good because of what is in them, and were left out"
        ))?;
    }
    if lost_records > 0 {
        context.out.note(&format!(
            "{lost_records} records were cut away from the beginnings of logs: of runs that began there nothing is told"
        ))?;
    }
    Ok(())
}

/// A point in time as people write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    At(Timestamp),
    Ago(Duration),
}

impl Moment {
    fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(ago) => {
                let ago = i64::try_from(ago.as_nanos()).unwrap_or(i64::MAX);
                Timestamp(now.as_nanos().saturating_sub(ago))
            }
        }
    }
}

impl FromStr for Moment {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> anyhow::Result<Self> {
        if let Ok(ago) = value::span(text) {
            return Ok(Self::Ago(ago));
        }
        let at: jiff::Timestamp = text.parse().map_err(|_unlike| {
            anyhow!("write a time such as 2026-11-26T08:00:00Z, or how long ago, such as 2h")
        })?;
        let at = i64::try_from(at.as_nanosecond()).context("it is too far away")?;
        Ok(Self::At(Timestamp(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_or_how_long_ago() {
        let now = Timestamp(1_795_680_000_000_000_000);
        let at = |text: &str| text.parse::<Moment>().map(|moment| moment.at(now)).ok();
        let hour = 3_600_000_000_000;
        assert_eq!(at("2026-11-26T08:00:00Z"), Some(now));
        assert_eq!(at("2026-11-26T09:00:00+01:00"), Some(now));
        assert_eq!(at("2h"), Some(Timestamp(now.0 - 2 * hour)));
        assert_eq!(at("3600"), Some(Timestamp(now.0 - hour)));
        assert_eq!(at("yesterday"), None);
        assert_eq!(at("2026-11-26"), None);
    }
}

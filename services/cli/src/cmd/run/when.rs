//! When a run is to start: `--at`, `--in`, `--max-lateness`.

use std::{str::FromStr, time::Duration};

use anyhow::anyhow;
use weir_client::Timestamp;

use crate::value;

/// When a run is to start.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct WhenArgs {
    /// Start it not before this time, such as 2026-11-27T06:00:00+01:00
    #[arg(
        long = "at",
        visible_alias = "start-at",
        value_name = "TIME",
        conflicts_with = "start_in"
    )]
    start_at: Option<At>,
    /// Start it so long from now, by this machine's clock, such as 2h30m
    #[arg(long = "in", visible_alias = "start-in", value_name = "SPAN", value_parser = value::span)]
    start_in: Option<Duration>,
    /// How late it may start: if it has not started by then it lapses [default: as its deployment says, else as late as it will]
    #[arg(long, value_name = "SPAN", value_parser = value::span)]
    pub(crate) max_lateness: Option<Duration>,
}

impl WhenArgs {
    /// The earliest start, if one is given.
    pub(crate) fn scheduled_time(&self, now: Timestamp) -> Option<Timestamp> {
        let At(at) = self
            .start_at
            .or_else(|| self.start_in.map(|span| At(now.after(span))))?;
        Some(at)
    }
}

/// A point in time that means the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At(Timestamp);

impl FromStr for At {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> anyhow::Result<Self> {
        match text.parse::<jiff::Timestamp>() {
            Ok(at) => {
                let at = i64::try_from(at.as_nanosecond());
                let at = at.map_err(|_beyond| anyhow!("use a time before the year 2262"))?;
                Ok(Self(Timestamp(at)))
            }
            // Nobody is asked in which zone he is: the same words would mean something else on another machine.
            Err(_) if text.parse::<jiff::civil::DateTime>().is_ok() => Err(anyhow!(
                "say in which time zone: add Z for UTC, or an offset such as +01:00"
            )),
            Err(_) => Err(anyhow!(
                "write a time such as 2026-11-27T06:00:00Z or 2026-11-27T06:00:00+01:00"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_its_offset_and_never_without() {
        let at = |text: &str| text.parse::<At>().map_err(|error| error.to_string());
        let six = Ok(At(Timestamp(1_795_755_600_000_000_000)));
        assert_eq!(at("2026-11-27T05:00:00Z"), six);
        assert_eq!(at("2026-11-27T06:00:00+01:00"), six);
        assert_eq!(at("2026-11-27 06:00:00+01:00"), six);
        for local in ["2026-11-27T06:00:00", "2026-11-27 06:00", "2026-11-27"] {
            assert!(at(local).unwrap_err().contains("add Z"), "{local}");
        }
        for wrong in ["", "soon", "06:00", "2026-11-27T25:00:00Z"] {
            assert!(
                at(wrong).unwrap_err().contains("2026-11-27T06:00:00Z"),
                "{wrong}"
            );
        }
    }
}

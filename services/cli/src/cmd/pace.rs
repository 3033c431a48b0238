//! Options of pools, queues and limits: how often runs may start, how they take turns, what holds for workers.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use anyhow::anyhow;
use clap::Args;
use weir_client::{Change, FairShare, FairnessKey, OnLostWorker, StartRate};

use crate::value;

/// How often runs may start.
#[derive(Debug, Args)]
pub(crate) struct RateArgs {
    /// At most so many starts in a period, such as 10/s, 100/m or 5/30s
    #[arg(long, value_name = "N/PERIOD")]
    pub(crate) start_rate: Option<StartRate>,
    /// How many may start at once after a quiet time [default: N of the rate]
    #[arg(long, value_name = "N", requires = "start_rate")]
    pub(crate) start_burst: Option<NonZeroU32>,
}

impl RateArgs {
    pub(crate) fn rate(&self) -> Option<StartRate> {
        self.start_rate.map(|rate| StartRate {
            burst: self.start_burst.unwrap_or(rate.burst),
            ..rate
        })
    }
}

/// The same for a change.
#[derive(Debug, Args)]
pub(crate) struct RateChange {
    #[command(flatten)]
    pub(crate) rate: RateArgs,
    /// Let runs start as often as the limits allow
    #[arg(long, conflicts_with = "start_rate")]
    pub(crate) no_start_rate: bool,
}

impl RateChange {
    pub(crate) fn change(&self) -> Change<StartRate> {
        match self.rate.rate() {
            Some(rate) => Change::Set(rate),
            None if self.no_start_rate => Change::Clear,
            None => Change::Keep,
        }
    }
}

/// How a pool's runs take turns.
#[derive(Debug, Args)]
pub(crate) struct FairArgs {
    /// Let queues and fairness keys take turns by weight, instead of queues strictly by priority; one step of a run's
    /// priority is worth so much waiting, such as 60s
    #[arg(long, value_name = "AGING", value_parser = value::span)]
    pub(crate) fair_share: Option<Duration>,
    /// The weight of a fairness key within its queue, such as acme=3; 1 if not given. Give all of them: those that are
    /// not named any more have 1 again
    #[arg(long, value_name = "KEY=WEIGHT", requires = "fair_share", value_parser = weight)]
    pub(crate) fairness_weight: Vec<(FairnessKey, NonZeroU32)>,
}

impl FairArgs {
    pub(crate) fn share(&self) -> anyhow::Result<Option<FairShare>> {
        let Some(aging) = self.fair_share else {
            return Ok(None);
        };
        if aging.is_zero() || aging > weir_client::bounds::SPAN_MAX {
            return Err(anyhow!(
                "--fair-share: use a time above 0 and at most 366 days, such as 60s"
            ));
        }
        let weights: BTreeMap<FairnessKey, NonZeroU32> =
            self.fairness_weight.iter().cloned().collect();
        Ok(Some(FairShare { aging, weights }))
    }
}

/// What holds for a pool's workers.
#[derive(Debug, Args)]
pub(crate) struct WorkerArgs {
    /// What becomes of the runs of a worker that is lost: release (they end when its lease is over) or hold (they keep
    /// their slots until somebody says that nothing of them is left) [default: release]
    #[arg(long, value_name = "WHAT")]
    pub(crate) on_lost_worker: Option<OnLostWorker>,
    /// How long a worker may take to make a run's infrastructure, such as 30s [default: 60s]
    #[arg(long, value_name = "SPAN", value_parser = value::span)]
    pub(crate) submit_timeout: Option<Duration>,
    /// How long that may take to start, such as 15m [default: 10m]
    #[arg(long, value_name = "SPAN", value_parser = value::span)]
    pub(crate) start_timeout: Option<Duration>,
}

fn weight(text: &str) -> anyhow::Result<(FairnessKey, NonZeroU32)> {
    let most = weir_client::bounds::WEIGHT_MAX;
    let wrong = || anyhow!("write KEY=WEIGHT with a weight from 1 to {most}, such as acme=3");
    let (key, weight) = text.rsplit_once('=').ok_or_else(wrong)?;
    let weight: NonZeroU32 = weight.parse().map_err(|_unlike| wrong())?;
    if weight.get() > most {
        return Err(wrong());
    }
    Ok((key.parse()?, weight))
}

/// Parses a named limit and how many of its slots a run holds, such as `db-connections=3`; 1 if no number is given.
pub(crate) fn slots(text: &str) -> anyhow::Result<(weir_client::LimitName, u32)> {
    let wrong = || anyhow!("write LIMIT or LIMIT=SLOTS, such as db-connections=3");
    match text.rsplit_once('=') {
        Some((name, slots)) => Ok((name.parse()?, slots.parse().map_err(|_unlike| wrong())?)),
        None => Ok((text.parse()?, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_has_bounds() {
        assert!(weight("acme=3").is_ok() && weight("acme=1000000").is_ok());
        for wrong in ["acme", "acme=0", "acme=x", "acme=1000001", "=3"] {
            assert!(weight(wrong).is_err(), "{wrong}");
        }
    }
}

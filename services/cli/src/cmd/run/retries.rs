//! What a submission says of retries.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_client::{FailurePattern, RetryPolicy, bounds};

use crate::value;

/// The help of the flag, with the words that it takes.
const RETRY_ON: &str = "Try again only such failures: exit, exit:3, exit:10-19, signal, signal:9, OOMKilled, Evicted, \
                        ImagePull, SubmissionError, Timeout, WorkerLost, WorkerStopped, Crashed";

/// How failed attempts are tried again.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RetryArgs {
    /// How often a failed or crashed attempt is tried again
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,
    /// How long to wait before each retry, such as 10s; several, such as 10s,1m,5m, are taken in turn
    #[arg(long, value_name = "SPAN", value_parser = value::span, value_delimiter = ',')]
    retry_delay: Vec<Duration>,
    /// Each delay past the last one named is so many times the one before
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(bounds::RETRY_FACTOR_MAX)))]
    retry_backoff_factor: Option<u32>,
    /// Up to this share of a delay is added to it, from 0 to 1
    #[arg(long, visible_alias = "retry-jitter-factor", value_name = "SHARE", value_parser = percent)]
    retry_jitter: Option<u32>,
    /// No delay is longer than this
    #[arg(long, value_name = "SPAN", value_parser = value::span)]
    max_retry_delay: Option<Duration>,
    /// Try again only such failures; more than one may be given
    #[arg(long, value_name = "FAILURE", value_delimiter = ',', help = RETRY_ON)]
    retry_on: Vec<FailurePattern>,
    /// Do not try such failures again, whatever --retry-on says
    #[arg(long, value_name = "FAILURE", value_delimiter = ',')]
    no_retry_on: Vec<FailurePattern>,
}

impl RetryArgs {
    /// The delay, where there is just one.
    pub(crate) fn delay(&self) -> Option<Duration> {
        match self.retry_delay.as_slice() {
            [delay] => Some(*delay),
            _ => None,
        }
    }

    /// The policy, where more is said than a delay.
    pub(crate) fn policy(&self) -> Option<Arc<RetryPolicy>> {
        let policy = RetryPolicy {
            delays: match self.retry_delay.as_slice() {
                [] | [_] => Vec::new(),
                several => several.to_vec(),
            },
            factor: self
                .retry_backoff_factor
                .and_then(NonZeroU32::new)
                .unwrap_or(NonZeroU32::MIN),
            jitter_percent: self.retry_jitter.unwrap_or(0),
            delay_max: self.max_retry_delay,
            on: self.retry_on.clone(),
            not_on: self.no_retry_on.clone(),
        };
        (policy != RetryPolicy::default()).then(|| Arc::new(policy))
    }
}

/// A share from 0 to 1, in percent.
pub(crate) fn percent(text: &str) -> anyhow::Result<u32> {
    let share: f64 = text.parse().unwrap_or(f64::NAN);
    let percent = (share * 100.0).round();
    (0..=100_u32)
        .find(|whole| (f64::from(*whole) - percent).abs() < 0.5)
        .ok_or_else(|| anyhow::anyhow!("write a share from 0 to 1, such as 0.2"))
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_taken_in_percent() {
        let of = |text| percent(text).ok();
        assert_eq!(
            (of("0.2"), of("1"), of("0")),
            (Some(20), Some(100), Some(0))
        );
        assert_eq!((of("1.2"), of("-1"), of("much")), (None, None, None));
    }
}

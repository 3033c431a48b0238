//! When an attempt that failed is tried again, and how soon: a function of the policy in force, the failure, and the
//! run's and the attempt's names.

use std::{num::NonZeroU32, time::Duration};

use crate::{
    bounds,
    failure::{FailureClass, FailurePattern},
    ids::{Attempt, RunId},
};

/// How failed attempts are tried again. How often is said beside it, and so is the delay where it lists none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Before the first retry, the second, and so on. Empty: the plain delay.
    pub delays: Vec<Duration>,
    /// Past the last of the delays, each is so many times the one before.
    pub factor: NonZeroU32,
    /// Up to so many percent of a delay are added to it.
    pub jitter_percent: u32,
    /// No delay is longer, jitter included.
    pub delay_max: Option<Duration>,
    /// Which failures are tried again. Empty: all.
    pub on: Vec<FailurePattern>,
    /// Which are not, whatever `on` says.
    pub not_on: Vec<FailurePattern>,
}

impl Default for RetryPolicy {
    /// Every failure, after the plain delay.
    fn default() -> Self {
        Self {
            delays: Vec::new(),
            factor: NonZeroU32::MIN,
            jitter_percent: 0,
            delay_max: None,
            on: Vec::new(),
            not_on: Vec::new(),
        }
    }
}

impl RetryPolicy {
    /// Whether such a failure is tried again.
    pub fn retries(&self, failure: FailureClass) -> bool {
        let named = |patterns: &[FailurePattern]| patterns.iter().any(|it| it.matches(failure));
        (self.on.is_empty() || named(&self.on)) && !named(&self.not_on)
    }

    /// About how many bytes it takes in a record.
    pub fn bytes(&self) -> usize {
        8 * (self.delays.len() + self.on.len() + self.not_on.len()) + 16
    }

    /// How long to wait before a retry, the first being 1, after `attempt` of `run_id` has failed. `plain` is the delay
    /// where the policy lists none.
    pub fn delay(&self, retry: u32, plain: Duration, run_id: &RunId, attempt: Attempt) -> Duration {
        let plain = [plain];
        let listed: &[Duration] = if self.delays.is_empty() {
            &plain
        } else {
            &self.delays
        };
        let at = usize::try_from(retry.max(1) - 1).unwrap_or(usize::MAX);
        let last = listed.len() - 1;
        let most = self.delay_max.unwrap_or(bounds::SPAN_MAX);
        let listed = listed.get(at.min(last)).copied().unwrap_or_default();
        let delay = grown(listed, self.factor.get(), at.saturating_sub(last), most);
        let jitter = part(delay, self.jitter_percent, dice(run_id, attempt));
        delay.saturating_add(jitter).min(most)
    }
}

/// `delay` times `factor` to the power of `times`, at most `most`.
fn grown(delay: Duration, factor: u32, times: usize, most: Duration) -> Duration {
    if factor == 1 || delay.is_zero() {
        return delay.min(most);
    }
    let mut delay = delay;
    // A factor of 2 or more reaches any bound of a year from a nanosecond in 55 steps.
    for _ in 0..times {
        if delay >= most {
            return most;
        }
        delay = delay.saturating_mul(factor);
    }
    delay.min(most)
}

/// `percent` of `delay`, times `dice` out of 2^32.
fn part(delay: Duration, percent: u32, dice: u32) -> Duration {
    let nanos = delay.as_nanos() * u128::from(percent) * u128::from(dice) / 100 / (1 << 32);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// A number that is the same for the same run and attempt for ever, and spread evenly over all runs: FNV-1a, whose low
/// bits are folded over the high ones, because two ids that differ in the last letter would come out close together.
fn dice(run_id: &RunId, attempt: Attempt) -> u32 {
    let bytes = run_id.as_str().bytes().chain(attempt.0.to_be_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The finish of SplitMix64.
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str) -> RunId {
        id.parse().expect("a legal id")
    }

    #[test]
    fn a_list_is_walked_and_its_last_delay_stays() {
        let policy = RetryPolicy {
            delays: [1, 10, 60].map(Duration::from_secs).to_vec(),
            ..RetryPolicy::default()
        };
        let delays = [1, 2, 3, 4, 9].map(|retry| {
            policy
                .delay(retry, Duration::from_secs(5), &run("a"), Attempt(retry))
                .as_secs()
        });
        assert_eq!(delays, [1, 10, 60, 60, 60]);
    }

    #[test]
    fn a_factor_grows_the_plain_delay_up_to_the_maximum() {
        let policy = RetryPolicy {
            factor: NonZeroU32::new(2).unwrap(),
            delay_max: Some(Duration::from_secs(50)),
            ..RetryPolicy::default()
        };
        let delays = [1, 2, 3, 4, 900].map(|retry| {
            policy
                .delay(retry, Duration::from_secs(10), &run("a"), Attempt(retry))
                .as_secs()
        });
        assert_eq!(delays, [10, 20, 40, 50, 50]);
    }

    #[test]
    fn jitter_is_the_same_for_the_same_attempt_and_spread_over_runs() {
        let policy = RetryPolicy {
            jitter_percent: 50,
            ..RetryPolicy::default()
        };
        let delay = |id: &str| policy.delay(1, Duration::from_secs(100), &run(id), Attempt(1));
        assert_eq!(delay("run-1"), delay("run-1"));
        let mut quarters = [0; 4];
        for n in 0..400 {
            let over = delay(&format!("run-{n}")).as_millis() - 100_000;
            quarters[usize::try_from(over / 12_500).unwrap()] += 1;
        }
        assert!(
            quarters.iter().all(|n| (70..130).contains(n)),
            "{quarters:?}"
        );
    }
}

//! Start rates: so many starts in a period, as the log's own stamps count them.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

use crate::{bounds, time::Timestamp};

/// At most so many starts in each period on average, and a burst after a quiet time.
///
/// In every window of length `T` there are at most `burst + T / interval` starts, by the points in time at which they
/// were decided. The rule is the generic cell rate algorithm (ITU-T I.371, a token bucket that needs one number): that
/// number stands in each claim, so a new leader goes on where the old one was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartRate {
    /// Starts per period.
    pub starts: NonZeroU32,
    /// The period.
    pub per: Duration,
    /// How many may come at once.
    pub burst: NonZeroU32,
}

/// A start rate, and how far the starts so far have used it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The rate that was in force.
    pub rate: StartRate,
    /// Up to when it is used up: the theoretical arrival time of the algorithm.
    pub used_up: Timestamp,
}

/// The shortest period of a rate.
pub const PERIOD_MIN: Duration = Duration::from_millis(1);

impl StartRate {
    /// The time between two starts at the full rate, rounded up so that the rate is never exceeded.
    pub fn interval(&self) -> Duration {
        let nanos = self.per.as_nanos().div_ceil(u128::from(self.starts.get()));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX).max(1))
    }

    /// What may come at once, as time.
    fn slack(&self) -> Duration {
        self.interval()
            .checked_mul(self.burst.get() - 1)
            .unwrap_or(Duration::MAX)
    }
}

impl Pace {
    /// A rate that nothing has used yet.
    pub fn unused(rate: StartRate) -> Self {
        Self {
            rate,
            used_up: Timestamp::MIN,
        }
    }

    /// The same use under the rate that is in force since `since`: as many starts are owed to the past as before.
    #[must_use]
    pub fn under(self, rate: StartRate, since: Timestamp) -> Self {
        let (was, is) = (self.rate.interval(), rate.interval());
        if was == is {
            return Self { rate, ..self };
        }
        let owed = self.used_up.since(since).as_nanos();
        let owed = owed
            .saturating_mul(is.as_nanos())
            .div_ceil(was.as_nanos().max(1));
        let owed = Duration::from_nanos(u64::try_from(owed).unwrap_or(u64::MAX));
        Self {
            rate,
            used_up: since.after(owed).min(Timestamp::MAX),
        }
    }

    /// From when on another start is allowed.
    pub fn opens_at(&self) -> Timestamp {
        let slack = i64::try_from(self.rate.slack().as_nanos()).unwrap_or(i64::MAX);
        Timestamp(self.used_up.0.saturating_sub(slack))
    }

    /// After one start at `now`.
    #[must_use]
    pub fn start(self, now: Timestamp) -> Self {
        Self {
            used_up: self.used_up.max(now).after(self.rate.interval()),
            ..self
        }
    }
}

/// What is wrong with a rate as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "start rate {given:?} is not legal: write STARTS/PERIOD such as 10/s, 100/m or 5/30s, at least 1 per 366 days"
)]
pub struct RateError {
    /// The text that was given.
    pub given: String,
}

impl FromStr for StartRate {
    type Err = RateError;
    /// `10/s`, `100/m`, `2/h`, `5/30s`, `1/500ms`; as many may come at once.
    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = || RateError {
            given: text.chars().take(80).collect(),
        };
        let (starts, per) = text.split_once('/').ok_or_else(wrong)?;
        let starts: NonZeroU32 = starts.trim().parse().map_err(|_unlike| wrong())?;
        let per = period(per.trim()).ok_or_else(wrong)?;
        if !(PERIOD_MIN..=bounds::SPAN_MAX).contains(&per) {
            return Err(wrong());
        }
        Ok(Self {
            starts,
            per,
            burst: starts,
        })
    }
}

/// A unit, with a whole number before it or not.
fn period(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at(digits);
    let count: u64 = if count.is_empty() {
        1
    } else {
        count.parse().ok()?
    };
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(count.checked_mul(millis)?))
}

impl fmt::Display for StartRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u128, &str); 5] = [
            (86_400_000, "d"),
            (3_600_000, "h"),
            (60_000, "m"),
            (1_000, "s"),
            (1, "ms"),
        ];
        let millis = self.per.as_millis();
        let (unit, name) = UNITS
            .into_iter()
            .find(|(unit, _)| millis.is_multiple_of(*unit))
            .unwrap_or((1, "ms"));
        write!(f, "{}/", self.starts)?;
        if millis / unit != 1 {
            write!(f, "{}", millis / unit)?;
        }
        f.write_str(name)?;
        if self.burst != self.starts {
            write!(f, " burst {}", self.burst)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(text: &str, burst: u32) -> StartRate {
        let burst = NonZeroU32::new(burst).unwrap();
        StartRate {
            burst,
            ..text.parse().unwrap()
        }
    }

    #[test]
    fn text_is_read_and_written() {
        for text in ["10/s", "100/m", "5/30s", "1/500ms", "2/h", "1/d"] {
            assert_eq!(text.parse::<StartRate>().unwrap().to_string(), text);
        }
        assert_eq!("60/60s".parse::<StartRate>().unwrap().to_string(), "60/m");
        for text in [
            "",
            "10",
            "0/s",
            "10/0s",
            "x/s",
            "10/fortnight",
            "1/400d",
            "-1/s",
            "5/",
        ] {
            let error = text.parse::<StartRate>().unwrap_err();
            assert!(error.to_string().contains("10/s"), "{error}");
        }
    }

    #[test]
    fn a_changed_rate_keeps_what_is_owed() {
        let (slow, fast) = (rate("1/m", 1), rate("100/s", 1));
        let used = Pace::unused(slow).start(Timestamp(0));
        assert_eq!(used.opens_at(), Timestamp(60_000_000_000));
        let changed = Timestamp(30_000_000_000);
        // Half a start was still owed.
        let owed = used.under(fast, changed).used_up.since(changed);
        assert_eq!(owed, Duration::from_millis(5));
    }

    proptest! {
        /// Whoever starts as soon as it is allowed, or later, never exceeds the rate in any window.
        #[test]
        fn no_window_has_more_starts_than_the_rate(
            starts in 1u32..50, per in 1u64..5_000, burst in 1u32..20,
            pauses in proptest::collection::vec(0u64..2_000_000_000, 1..60),
        ) {
            let rate = StartRate {
                starts: NonZeroU32::new(starts).unwrap(),
                per: Duration::from_millis(per),
                burst: NonZeroU32::new(burst).unwrap(),
            };
            let (mut pace, mut now, mut at) = (Pace::unused(rate), Timestamp(0), Vec::new());
            for (n, pause) in pauses.into_iter().enumerate() {
                if n % 3 == 0 {
                    now = now.after(Duration::from_nanos(pause));
                }
                now = now.max(pace.opens_at());
                pace = pace.start(now);
                at.push(now);
            }
            for (from, begin) in at.iter().enumerate() {
                for (to, end) in at.iter().enumerate().skip(from) {
                    let window = end.since(*begin).as_nanos();
                    let most = u128::from(burst) + window / rate.interval().as_nanos();
                    prop_assert!((to - from + 1) as u128 <= most);
                }
            }
        }
    }
}

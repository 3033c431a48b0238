//! Waits between tries, with jitter, so that many clients of one broker do not come back in step.

use std::time::Duration;

/// Growing random waits between two bounds.
#[derive(Clone, Debug)]
pub struct Backoff {
    min: Duration,
    max: Duration,
    ceiling: Duration,
    random: fastrand::Rng,
}

impl Backoff {
    /// Waits of at least `min` and at most `max` (which counts as `min` if it is less).
    pub fn new(min: Duration, max: Duration) -> Self {
        Self::drawing_from(min, max, fastrand::Rng::new())
    }

    /// The same waits for the same seed, for simulations.
    pub fn with_seed(min: Duration, max: Duration, seed: u64) -> Self {
        Self::drawing_from(min, max, fastrand::Rng::with_seed(seed))
    }

    fn drawing_from(min: Duration, max: Duration, random: fastrand::Rng) -> Self {
        Self {
            min,
            max: max.max(min),
            ceiling: min,
            random,
        }
    }

    /// How long to wait before the next try: anything between `min` and a ceiling that doubles with each call until
    /// it is `max`.
    pub fn next_delay(&mut self) -> Duration {
        // A minimum of nothing would double to nothing.
        let doubled = self.ceiling.max(Duration::from_millis(1)).saturating_mul(2);
        self.ceiling = doubled.min(self.max);
        let room =
            u64::try_from(self.ceiling.saturating_sub(self.min).as_nanos()).unwrap_or(u64::MAX);
        self.min + Duration::from_nanos(self.random.u64(0..=room))
    }

    /// Begins anew after a success.
    pub fn reset(&mut self) {
        self.ceiling = self.min;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: Duration = Duration::from_millis(10);
    const MAX: Duration = Duration::from_secs(1);

    #[test]
    fn waits_stay_between_their_bounds_and_grow() {
        let mut backoff = Backoff::with_seed(MIN, MAX, 7);
        let waits: Vec<_> = (0..200).map(|_| backoff.next_delay()).collect();
        assert!(
            waits.iter().all(|wait| (MIN..=MAX).contains(wait)),
            "{waits:?}"
        );
        assert!(waits[0] <= MIN * 2, "{:?}", waits[0]);
        assert!(waits.iter().any(|wait| *wait > MAX / 2), "{waits:?}");
    }

    #[test]
    fn two_clients_do_not_wait_in_step() {
        let (mut one, mut two) = (
            Backoff::with_seed(MIN, MAX, 1),
            Backoff::with_seed(MIN, MAX, 2),
        );
        let differ = (0..20)
            .filter(|_| one.next_delay() != two.next_delay())
            .count();
        assert!(differ > 15, "{differ} of 20");
    }

    #[test]
    fn a_success_begins_anew() {
        let mut backoff = Backoff::with_seed(MIN, MAX, 7);
        for _ in 0..20 {
            backoff.next_delay();
        }
        backoff.reset();
        assert!(backoff.next_delay() <= MIN * 2);
    }

    #[test]
    fn odd_bounds_do_no_harm() {
        let mut inverted = Backoff::with_seed(MAX, MIN, 7);
        assert_eq!(inverted.next_delay(), MAX);
        let mut zero = Backoff::with_seed(Duration::ZERO, MAX, 7);
        assert!((0..100).any(|_| zero.next_delay() > MAX / 4));
        let mut endless = Backoff::with_seed(Duration::MAX, Duration::MAX, 7);
        assert_eq!(endless.next_delay(), Duration::MAX);
    }
}

//! The leader's `now`: the broker's time, carried on between two stamps by the monotonic clock.
//!
//! Ages, rates and deadlines are compared with stamps that the broker wrote. Were `now` taken from this machine's wall
//! clock, a wrong or corrected clock would end runs early; so the wall clock has no part in it.

use std::time::Duration;

use weir_core::time::Timestamp;

/// The broker's time as far as this process knows it. It never goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerClock {
    stamp: Timestamp,
    monotonic: Duration,
    floor: Timestamp,
}

impl BrokerClock {
    /// Begins with a record of one's own (the lease) that the broker stamped `stamp` and whose acknowledgement came
    /// when the monotonic clock showed `monotonic`. Taken so, this clock is late by at most one round trip, never early.
    pub const fn new(stamp: Timestamp, monotonic: Duration) -> Self {
        Self {
            stamp,
            monotonic,
            floor: stamp,
        }
    }

    /// Follows a newer stamp of one's own. A stamp behind what was shown already lets the clock stand still until the
    /// broker's time has caught up.
    pub fn observe(&mut self, stamp: Timestamp, monotonic: Duration) {
        self.floor = self.now(monotonic);
        (self.stamp, self.monotonic) = (stamp, monotonic);
    }

    /// Raises the clock to at least `at`: the stamp of a record that was read, or the `at` of a decision by an earlier
    /// leader, so that this one goes on where that one was.
    pub fn not_before(&mut self, at: Timestamp) {
        self.floor = self.floor.max(at);
    }

    /// The broker's time when the monotonic clock shows `monotonic`.
    pub fn now(&self, monotonic: Duration) -> Timestamp {
        self.stamp
            .after(monotonic.saturating_sub(self.monotonic))
            .max(self.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(secs: i64) -> Timestamp {
        Timestamp(secs * 1_000_000_000)
    }
    const fn m(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn it_goes_on_with_the_monotonic_clock_between_stamps() {
        let clock = BrokerClock::new(s(1000), m(5));
        assert_eq!(clock.now(m(5)), s(1000));
        assert_eq!(clock.now(m(12)), s(1007));
    }

    #[test]
    fn it_follows_stamps_that_run_ahead_of_it() {
        let mut clock = BrokerClock::new(s(1000), m(5));
        clock.observe(s(1100), m(10));
        assert_eq!(clock.now(m(11)), s(1101));
    }

    #[test]
    fn it_never_goes_back_when_a_stamp_is_behind_it() {
        let mut clock = BrokerClock::new(s(1000), m(0));
        assert_eq!(clock.now(m(50)), s(1050));
        clock.observe(s(1020), m(50));
        assert_eq!(clock.now(m(50)), s(1050));
        assert_eq!(clock.now(m(79)), s(1050));
        assert_eq!(clock.now(m(81)), s(1051));
        clock.observe(s(900), m(81));
        assert_eq!(clock.now(m(81)), s(1051));
    }

    #[test]
    fn it_goes_on_where_an_earlier_leader_was() {
        let mut clock = BrokerClock::new(s(1000), m(0));
        clock.not_before(s(1030));
        assert_eq!(clock.now(m(1)), s(1030));
        assert_eq!(clock.now(m(31)), s(1031));
        clock.not_before(s(10));
        assert_eq!(clock.now(m(31)), s(1031));
    }

    #[test]
    fn a_reading_older_than_the_stamp_shows_the_stamp() {
        let clock = BrokerClock::new(s(1000), m(5));
        assert_eq!(clock.now(m(1)), s(1000));
    }

    #[test]
    fn the_end_of_time_is_held_and_not_passed() {
        let clock = BrokerClock::new(Timestamp::MAX, m(0));
        assert_eq!(clock.now(m(1)), Timestamp::MAX);
    }
}

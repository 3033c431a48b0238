//! Intervals from an anchor.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use weir_core::time::Timestamp;

use crate::zone;

const DAY: i64 = 86_400;

/// An interval in whole seconds, counted from an anchor in both directions.
#[derive(Clone, Debug)]
pub(crate) struct Interval {
    seconds: i64,
    /// What the schedule's clock shows at the anchor.
    anchor: NaiveDateTime,
}

impl Interval {
    /// `seconds` is at least 1.
    pub(crate) fn new(seconds: i64, anchor: NaiveDateTime) -> Self {
        Self {
            seconds: seconds.max(1),
            anchor,
        }
    }

    /// Whether it is counted on the wall clock: a day and more keeps its hour when the clocks change, as in Prefect.
    pub(crate) fn is_of_days(&self) -> bool {
        self.seconds >= DAY
    }

    /// The first wall clock time behind `shown`.
    pub(crate) fn next(&self, shown: NaiveDateTime) -> Option<NaiveDateTime> {
        let passed = shown.signed_duration_since(self.anchor).num_seconds();
        let times = passed.div_euclid(self.seconds).checked_add(1)?;
        let span = TimeDelta::try_seconds(times.checked_mul(self.seconds)?)?;
        self.anchor.checked_add_signed(span)
    }

    /// The first point in time behind `after`, by the time that passes.
    pub(crate) fn elapsed(&self, zone: Tz, after: Timestamp) -> Option<Timestamp> {
        let anchor = zone::utc(zone::meaning(zone, self.anchor)?.one());
        let of_utc = Self {
            anchor,
            ..self.clone()
        };
        zone::stamp(of_utc.next(zone::utc(after))?)
    }
}

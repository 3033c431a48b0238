//! Wall clock times of a zone as points in time, and back.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use weir_core::{
    request::{Fault, FaultCode},
    time::Timestamp,
};

/// The release of the time zone database that all of this rests on, such as `2026a`.
pub const DATABASE: &str = chrono_tz::IANA_TZDB_VERSION;

/// What a wall clock time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// One point in time.
    Once(Timestamp),
    /// The clock is put back over it: it comes twice, for the first time here.
    Twice(Timestamp),
    /// The clock is put forward over it: this is when it would have been, and the first wall clock time that there is
    /// again.
    Never(Timestamp, NaiveDateTime),
}

impl Meaning {
    /// The one point in time that is meant, as RFC 5545 has it.
    pub(crate) fn one(self) -> Timestamp {
        match self {
            Self::Once(at) | Self::Twice(at) | Self::Never(at, _) => at,
        }
    }
}

/// The zone of a name; an absent one is UTC, never this machine's.
pub(crate) fn named(name: Option<&str>) -> Result<Tz, Fault> {
    let Some(name) = name else { return Ok(Tz::UTC) };
    name.parse().map_err(|_unknown| {
        let message = format!(
            "{name:?} is no time zone of the database {DATABASE}: use a name such as \"Europe/Berlin\" or \"UTC\""
        );
        Fault::new(FaultCode::InvalidField, "timezone", message)
    })
}

/// In whole seconds; fractions are cut off.
fn seconds(at: Timestamp) -> i64 {
    at.as_nanos().div_euclid(1_000_000_000)
}

pub(crate) fn stamp(utc: NaiveDateTime) -> Option<Timestamp> {
    utc.and_utc().timestamp_nanos_opt().map(Timestamp)
}

pub(crate) fn utc(at: Timestamp) -> NaiveDateTime {
    DateTime::from_timestamp(seconds(at), 0)
        .unwrap_or(DateTime::UNIX_EPOCH)
        .naive_utc()
}

/// How far the zone's clocks are before UTC, in seconds.
pub(crate) fn offset(zone: Tz, at: Timestamp) -> i64 {
    let offset = zone.offset_from_utc_datetime(&utc(at));
    i64::from(offset.fix().local_minus_utc())
}

/// What the zone's clocks show, in whole seconds.
pub(crate) fn wall(zone: Tz, at: Timestamp) -> NaiveDateTime {
    utc(at) + TimeDelta::seconds(offset(zone, at))
}

/// The point in time at which a clock that is `offset` seconds before UTC shows this.
pub(crate) fn at_offset(wall: NaiveDateTime, offset: i64) -> Option<Timestamp> {
    stamp(wall.checked_sub_signed(TimeDelta::seconds(offset))?)
}

/// What a wall clock time of the zone means. `None` beyond the year 2261.
pub(crate) fn meaning(zone: Tz, shown: NaiveDateTime) -> Option<Meaning> {
    match zone.offset_from_local_datetime(&shown) {
        MappedLocalTime::Single(offset) => {
            let offset = i64::from(offset.fix().local_minus_utc());
            at_offset(shown, offset).map(Meaning::Once)
        }
        MappedLocalTime::Ambiguous(first, second) => {
            let offsets = [first, second].map(|offset| offset.fix().local_minus_utc());
            let larger = offsets.into_iter().max().unwrap_or_default();
            at_offset(shown, i64::from(larger)).map(Meaning::Twice)
        }
        MappedLocalTime::None => {
            // No zone has put its clocks forward by more than a day.
            let before = stamp(shown.checked_sub_signed(TimeDelta::hours(38))?)?;
            let at = at_offset(shown, offset(zone, before))?;
            let change = change(zone, before, at)?;
            Some(Meaning::Never(at, wall(zone, change)))
        }
    }
}

/// The first second in (`from`, `to`] at which the offset is not what it is at `from`, if it differs at `to`.
pub(crate) fn change(zone: Tz, from: Timestamp, to: Timestamp) -> Option<Timestamp> {
    let held = offset(zone, from);
    if offset(zone, to) == held {
        return None;
    }
    let (mut same, mut other) = (seconds(from), seconds(to));
    while other - same > 1 {
        let middle = same + (other - same) / 2;
        let at = Timestamp(middle.checked_mul(1_000_000_000)?);
        if offset(zone, at) == held {
            same = middle;
        } else {
            other = middle;
        }
    }
    Some(Timestamp(other.checked_mul(1_000_000_000)?))
}

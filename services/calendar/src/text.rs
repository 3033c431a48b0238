//! Points in time and spans as people write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use weir_core::time::Timestamp;

use crate::zone;

/// A date and time of day: with an offset it is a point in time, without one it is what a clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Point(Timestamp),
    Shown(NaiveDateTime),
}

impl Written {
    /// What the clocks of `zone` show then.
    pub(crate) fn shown(self, zone: Tz) -> NaiveDateTime {
        match self {
            Self::Point(at) => zone::wall(zone, at),
            Self::Shown(shown) => shown,
        }
    }
}

/// RFC 3339, with a space for the `T` as well; without an offset, or the date alone.
pub(crate) fn date(text: &str) -> Option<Written> {
    let text = text.trim();
    if let Ok(point) = DateTime::parse_from_rfc3339(text) {
        return point
            .timestamp_nanos_opt()
            .map(Timestamp)
            .map(Written::Point);
    }
    for form in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ] {
        if let Ok(shown) = NaiveDateTime::parse_from_str(text, form) {
            return Some(Written::Shown(shown));
        }
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(Written::Shown(day.and_hms_opt(0, 0, 0)?))
}

/// The point in time of a date as people write it: without an offset by the clocks of `timezone`, else of UTC. `None`: it
/// is no date, or there is no such zone.
pub fn instant(text: &str, timezone: Option<&str>) -> Option<Timestamp> {
    match date(text)? {
        Written::Point(at) => Some(at),
        Written::Shown(shown) => {
            let zone = zone::named(timezone).ok()?;
            Some(zone::meaning(zone, shown)?.one())
        }
    }
}

/// Whole seconds of a span: a number, or a text such as `90`, `10m`, `1h30m` or `PT10M`. `Err` says what would be right.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds);
    }
    let lower = text.to_ascii_lowercase();
    let (body, iso) = match lower.strip_prefix('p') {
        Some(rest) => (rest, true),
        None => (lower.as_str(), false),
    };
    let (mut total, mut digits, mut of_time, mut any) = (0_i64, String::new(), !iso, false);
    for c in body.chars().filter(|c| !c.is_whitespace()) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if c == 't' && iso && digits.is_empty() && !of_time {
            of_time = true;
            continue;
        }
        let unit = match c {
            's' if of_time => 1,
            'm' if of_time => 60,
            'h' if of_time => 3_600,
            'd' if !iso || !of_time => 86_400,
            'w' if !iso || !of_time => 604_800,
            _ => return None,
        };
        let part = digits.parse::<i64>().ok()?.checked_mul(unit)?;
        total = total.checked_add(part)?;
        digits.clear();
        any = true;
    }
    (any && digits.is_empty()).then_some(total)
}

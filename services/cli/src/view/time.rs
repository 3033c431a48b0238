//! Times and spans for people.

use std::time::Duration;

use jiff::Timestamp as Jiff;
use weir_client::Timestamp;

/// A point in time in UTC, to the millisecond, such as `2026-11-23T14:03:22.125Z`.
pub(crate) fn utc(at: Timestamp) -> String {
    Jiff::from_nanosecond(i128::from(at.as_nanos()))
        .map_or_else(|_out_of_range| "?".to_owned(), |at| format!("{at:.3}"))
}

/// A point in time, and how long ago it was.
pub(crate) fn utc_and_ago(at: Timestamp, now: Timestamp) -> String {
    if at > now {
        format!("{} (in {})", utc(at), span(at.since(now)))
    } else {
        format!("{} ({} ago)", utc(at), span(now.since(at)))
    }
}

/// A span for a table: two units at most, such as `2h 5m`, `1m 3s`, `4.2s`, `17ms`.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0 => format!("{}ms", span.as_millis()),
        1..10 => format!("{seconds}.{}s", span.subsec_millis() / 100),
        10..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m {}s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

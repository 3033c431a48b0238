//! Spans and bytes as people write them, without loss: what is read back is the same.

use std::time::Duration;

use serde_json::Value;

/// `1h30m`, `90s` as `1m30s`, `1s500ms`; `0s` is no time.
pub(super) fn span(span: Duration) -> String {
    const UNITS: [(u128, &str); 7] = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    let mut left = span.as_nanos();
    let mut text = String::new();
    for (unit, name) in UNITS {
        if left >= unit {
            text = format!("{text}{}{name}", left / unit);
            left %= unit;
        }
    }
    if text.is_empty() {
        text.push_str("0s");
    }
    text
}

/// `1GiB`, `64KiB`, and a plain number where it is no whole number of KiB.
pub(super) fn bytes(bytes: u64) -> Value {
    const UNITS: [(u32, &str); 4] = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    let whole = |(shift, _): &(u32, &str)| bytes > 0 && bytes.trailing_zeros() >= *shift;
    UNITS.into_iter().find(whole).map_or_else(
        || bytes.into(),
        |(shift, name)| format!("{}{name}", bytes >> shift).into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_names_each_unit_that_it_has() {
        for (nanos, text) in [
            (0, "0s"),
            (90_000_000_000, "1m30s"),
            (86_400_000_000_000, "1d"),
            (3_600_000_000_000 + 5_000_000, "1h5ms"),
            (1_001_001, "1ms1us1ns"),
        ] {
            assert_eq!(span(Duration::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn bytes_are_told_in_the_largest_unit_that_is_exact() {
        for (count, text) in [
            (0, Value::from(0)),
            (1_000, 1_000.into()),
            (64 << 10, "64KiB".into()),
            (1 << 30, "1GiB".into()),
            (1536 << 20, "1536MiB".into()),
            (3 << 40, "3TiB".into()),
        ] {
            assert_eq!(bytes(count), text);
        }
    }
}

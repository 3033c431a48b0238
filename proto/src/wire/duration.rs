//! `google.protobuf.Duration`: on the wire as everywhere, in JSON as "1.5s".
//!
//! Written by hand: the one of pbjson-types panics on some texts ("--9223372036854775808s"), accepts others that are no
//! durations ("--5s"), and its errors do not say what would be right.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const NANOS_PER_SECOND: i32 = 1_000_000_000;

/// A span, possibly negative: both fields have the same sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub(crate) struct Duration {
    #[prost(int64, tag = "1")]
    pub(crate) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(crate) nanos: i32,
}

impl From<std::time::Duration> for Duration {
    /// A span too long for the wire (292 billion years) becomes the longest.
    fn from(span: std::time::Duration) -> Self {
        Self {
            seconds: i64::try_from(span.as_secs()).unwrap_or(i64::MAX),
            nanos: i32::try_from(span.subsec_nanos()).unwrap_or_default(),
        }
    }
}

impl Duration {
    /// The span, or why it is none.
    pub(crate) fn to_span(self) -> Result<std::time::Duration, &'static str> {
        let Self { seconds, nanos } = self;
        if seconds < 0 || nanos < 0 {
            return Err("it is negative: use a duration of 0 or more, such as \"30s\"");
        }
        match (u64::try_from(seconds), u32::try_from(nanos)) {
            (Ok(seconds), Ok(sub)) if nanos < NANOS_PER_SECOND => {
                Ok(std::time::Duration::new(seconds, sub))
            }
            _ => Err("its nanos are not within a second: use 0 to 999999999"),
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seconds, nanos } = *self;
        let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
        write!(f, "{sign}{}", seconds.unsigned_abs())?;
        let nanos = nanos.unsigned_abs();
        if nanos == 0 {
            write!(f, "s")
        } else if nanos.is_multiple_of(1_000_000) {
            write!(f, ".{:03}s", nanos / 1_000_000)
        } else if nanos.is_multiple_of(1_000) {
            write!(f, ".{:06}s", nanos / 1_000)
        } else {
            write!(f, ".{nanos:09}s")
        }
    }
}

fn parse(text: &str) -> Option<Duration> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let bare = unsigned.strip_suffix('s')?;
    let (whole, part) = bare
        .split_once('.')
        .map_or((bare, None), |(whole, part)| (whole, Some(part)));
    if !digits(whole) || part.is_some_and(|part| !digits(part) || part.len() > 9) {
        return None;
    }
    let seconds: i64 = whole.parse().ok()?;
    let nanos: i32 = part.map_or(Some(0), |part| format!("{part:0<9}").parse().ok())?;
    Some(if unsigned.len() == text.len() {
        Duration { seconds, nanos }
    } else {
        Duration {
            seconds: -seconds,
            nanos: -nanos,
        }
    })
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Duration;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration such as \"30s\" or \"1.5s\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
                parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_protobuf_writes_them_and_read_back() {
        for (seconds, nanos, text) in [
            (30, 0, "30s"),
            (1, 500_000_000, "1.500s"),
            (0, 1, "0.000000001s"),
            (0, 1_000, "0.000001s"),
            (0, 0, "0s"),
            (-1, -500_000_000, "-1.500s"),
            (0, -5_000_000, "-0.005s"),
            (i64::MAX, 999_999_999, "9223372036854775807.999999999s"),
        ] {
            let duration = Duration { seconds, nanos };
            assert_eq!(duration.to_string(), text);
            assert_eq!(parse(text), Some(duration));
        }
        assert_eq!(
            parse("1.5s"),
            Some(Duration {
                seconds: 1,
                nanos: 500_000_000
            })
        );
    }

    #[test]
    fn text_that_is_no_duration_is_refused() {
        for text in [
            "",
            "s",
            "30",
            "30ss",
            "--5s",
            "--9223372036854775808s",
            "9223372036854775808s",
            "+1s",
            "1.s",
            ".5s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in [
            "1.0000000001s",
            "1.+5s",
            "1 s",
            "30sec",
            "1m",
            "٣s",
            "1.5.5s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

//! `google.protobuf.Timestamp`: on the wire as everywhere, in JSON as RFC 3339 in UTC ("2026-11-23T14:07:00.5Z").

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use weir_core::time;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// A point in time; `nanos` counts forward from `seconds`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub(crate) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(crate) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(crate) nanos: i32,
}

impl From<time::Timestamp> for Timestamp {
    fn from(at: time::Timestamp) -> Self {
        Self {
            seconds: at.as_nanos().div_euclid(NANOS_PER_SECOND),
            nanos: i32::try_from(at.as_nanos().rem_euclid(NANOS_PER_SECOND)).unwrap_or_default(),
        }
    }
}

impl Timestamp {
    /// The point in time, or why it is none that weir can hold.
    pub(crate) fn to_time(self) -> Result<time::Timestamp, &'static str> {
        let Self { seconds, nanos } = self;
        if !(0..NANOS_PER_SECOND).contains(&i64::from(nanos)) {
            return Err("its nanos are not within a second: use 0 to 999999999");
        }
        let total = i128::from(seconds) * i128::from(NANOS_PER_SECOND) + i128::from(nanos);
        match i64::try_from(total) {
            Ok(total) => Ok(time::Timestamp(total)),
            Err(_) => Err("it is not within the years 1678 to 2261"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at =
            jiff::Timestamp::new(self.seconds, self.nanos).map_err(serde::ser::Error::custom)?;
        serializer.collect_str(&at)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Timestamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time of RFC 3339 such as \"2026-11-23T14:07:00Z\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                let at: Option<jiff::Timestamp> = text.parse().ok();
                let at = at.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))?;
                let nanos = i64::try_from(at.as_nanosecond()).ok();
                let nanos =
                    nanos.ok_or_else(|| E::custom("it is not within the years 1678 to 2261"))?;
                Ok(time::Timestamp(nanos).into())
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nanosecond_comes_back_over_the_wire_and_over_json() {
        for nanos in [
            i64::MIN,
            -1,
            0,
            1,
            999_999_999,
            1_000_000_000,
            1_795_442_820_123_456_789,
            i64::MAX,
        ] {
            let wire = Timestamp::from(time::Timestamp(nanos));
            assert_eq!(wire.to_time(), Ok(time::Timestamp(nanos)));
            let json = serde_json::to_string(&wire).unwrap();
            assert_eq!(
                serde_json::from_str::<Timestamp>(&json).unwrap(),
                wire,
                "{json}"
            );
        }
        let wire = Timestamp::from(time::Timestamp(1_500_000_000));
        assert_eq!(
            serde_json::to_string(&wire).unwrap(),
            "\"1970-01-01T00:00:01.5Z\""
        );
    }
}

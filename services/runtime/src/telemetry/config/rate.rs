//! So much in a period, in the words that start rates are written in.

use std::{fmt, num::NonZeroU32, time::Duration};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, IgnoredAny},
};
use weir_core::rate::StartRate;

/// So much in a period, as much of it at once: `20/s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(StartRate);

impl Rate {
    pub(super) const fn per_second(count: NonZeroU32) -> Self {
        Self(StartRate {
            starts: count,
            per: Duration::from_secs(1),
            burst: count,
        })
    }

    /// In the terms of the algorithm that keeps to it.
    pub fn get(self) -> StartRate {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Other(IgnoredAny),
        }
        let rate = match Form::deserialize(from)? {
            Form::Text(text) => text.parse().ok(),
            Form::Other(_) => None,
        };
        rate.map(Self).ok_or_else(|| {
            de::Error::custom("not a rate: write COUNT/PERIOD such as \"20/s\" or \"100/m\"")
        })
    }
}

//! Values on the command line: `key=value` pairs, JSON objects, spans, names of runs.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, anyhow};
use serde_json::value::RawValue;
use weir_client::{JsonObject, QueueKey, Seq};

/// `key=value`. The value is JSON if it can be read as JSON, and text if not.
#[derive(Clone, Debug)]
pub(crate) struct KeyValue {
    key: String,
    value: Box<RawValue>,
}

impl std::str::FromStr for KeyValue {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (key, value) = text
            .split_once('=')
            .filter(|(key, _)| !key.trim().is_empty())
            .ok_or_else(|| anyhow!("write KEY=VALUE, where VALUE is JSON or else taken as text"))?;
        let value = match serde_json::from_str::<Box<RawValue>>(value) {
            Ok(json) => json,
            Err(_not_json) => text_value(value)?,
        };
        Ok(Self {
            key: key.trim().to_owned(),
            value,
        })
    }
}

fn text_value(text: &str) -> anyhow::Result<Box<RawValue>> {
    Ok(RawValue::from_string(serde_json::to_string(text)?)?)
}

/// One object of a JSON object and of pairs, which go over it. Numbers keep their digits.
pub(crate) fn object(base: Option<&JsonObject>, pairs: &[KeyValue]) -> anyhow::Result<JsonObject> {
    let mut map: BTreeMap<String, Box<RawValue>> = match base {
        Some(base) => {
            serde_json::from_str(base.as_str()).context("the JSON object cannot be read")?
        }
        None => BTreeMap::new(),
    };
    for KeyValue { key, value } in pairs {
        map.insert(key.clone(), value.clone());
    }
    JsonObject::parse(&serde_json::to_string(&map)?).context("the values do not make a JSON object")
}

/// A pair whose value is this text, whatever it looks like.
pub(crate) fn text_pair(key: &str, text: &str) -> anyhow::Result<KeyValue> {
    Ok(KeyValue {
        key: key.to_owned(),
        value: text_value(text)?,
    })
}

impl KeyValue {
    /// Its key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

/// Parses a JSON object.
pub(crate) fn json_object(text: &str) -> anyhow::Result<JsonObject> {
    JsonObject::parse(text).map_err(|error| anyhow!(one_line(&error)))
}

/// Parses a span such as `30s`, `5m` or `1h 30m`; a bare number is seconds.
pub(crate) fn span(text: &str) -> anyhow::Result<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    humantime::parse_duration(text)
        .map_err(|_unlike| anyhow!("write a span such as 30s, 5m or 1h30m"))
}

/// Parses a number of bytes such as `1048576`, `64KiB`, `512MiB` or `2GiB`.
pub(crate) fn bytes(text: &str) -> anyhow::Result<u64> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        "t" | "tb" | "tib" => 1 << 40,
        _ => {
            return Err(anyhow!(
                "write bytes such as 1048576, 64KiB, 512MiB or 2GiB"
            ));
        }
    };
    let number: u64 = number
        .parse()
        .map_err(|_unlike| anyhow!("write bytes such as 1048576, 64KiB or 2GiB"))?;
    number
        .checked_mul(scale)
        .ok_or_else(|| anyhow!("that is more than there are"))
}

/// An error and its causes on one line.
pub(crate) fn one_line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

/// A position in a queue's log: `POOL/QUEUE:SEQ`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) queue: QueueKey,
    pub(crate) seq: Seq,
}

impl std::str::FromStr for Position {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let parts = || {
            let (queue, seq) = text.rsplit_once(':')?;
            let (pool, queue) = queue.split_once('/')?;
            let key = QueueKey::new(pool.parse().ok()?, queue.parse().ok()?);
            Some((key, seq.parse().ok()?))
        };
        let (queue, seq) = parts().ok_or_else(|| {
            anyhow!("{text:?} is no position: write POOL/QUEUE:SEQ, such as etl/default:1234")
        })?;
        let seq = Seq(seq);
        Ok(Self { queue, seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(pairs: &[&str]) -> String {
        let pairs: Vec<KeyValue> = pairs
            .iter()
            .map(|pair| pair.parse().expect("a pair"))
            .collect();
        object(None, &pairs).expect("an object").as_str().to_owned()
    }

    #[test]
    fn a_value_is_json_if_it_is_json_and_text_if_not() {
        assert_eq!(
            built(&["n=3", "t=abc", "q=\"3\"", "l=[1,2]", "e="]),
            r#"{"e":"","l":[1,2],"n":3,"q":"3","t":"abc"}"#
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(
            built(&["n=9007199254740993123456789", "f=1.10"]),
            r#"{"f":1.10,"n":9007199254740993123456789}"#
        );
    }

    #[test]
    fn a_value_may_hold_an_equals_sign() {
        assert_eq!(built(&["a=b=c"]), r#"{"a":"b=c"}"#);
        assert!("=x".parse::<KeyValue>().is_err() && "x".parse::<KeyValue>().is_err());
    }

    #[test]
    fn pairs_go_over_the_object() {
        let base = json_object(r#"{"a":1,"b":2}"#).expect("an object");
        let pair = "b=3".parse().expect("a pair");
        assert_eq!(
            object(Some(&base), &[pair]).expect("an object").as_str(),
            r#"{"a":1,"b":3}"#
        );
    }

    #[test]
    fn spans_and_bytes_have_units() {
        assert_eq!(span("90").ok(), Some(Duration::from_secs(90)));
        assert_eq!(span("1h30m").ok(), Some(Duration::from_mins(90)));
        assert!(span("soon").is_err());
        assert_eq!(bytes("64KiB").ok(), Some(65536));
        assert_eq!(bytes("2g").ok(), Some(2 << 30));
        assert!(bytes("many").is_err() && bytes("99999999999T").is_err() && bytes("").is_err());
    }
}

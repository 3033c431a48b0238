//! Rates and bytes as people write them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use weir_client::StartRate;

use super::written::{PLACEHOLDER, unlike};
use crate::value;

/// So many starts in a period, such as `10/s`, `100/m` or `5/30s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(pub(crate) StartRate);

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let rate = written.as_str().and_then(|text| text.parse().ok());
        let wanted = "a rate such as 10/s, 100/m or 5/30s, at least 1 per 366 days";
        rate.map(Self).ok_or_else(|| unlike(&written, wanted))
    }
}

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let rate = r"^\s*[0-9]+\s*/\s*[0-9]*(?:ms|s|m|min|h|d)\s*$";
        json_schema!({
            "type": "string",
            "pattern": format!("{rate}|{PLACEHOLDER}"),
            "examples": ["10/s", "100/m", "5/30s"],
        })
    }
}

/// A number of bytes, or a text such as `64KiB`, `512MiB` or `1GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let bytes = match &written {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => value::bytes(text.trim()).ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let wanted = "bytes such as 1048576, 64KiB, 512MiB or 2GiB";
        bytes.map(Self).ok_or_else(|| unlike(&written, wanted))
    }
}

impl JsonSchema for Bytes {
    fn schema_name() -> Cow<'static, str> {
        "Bytes".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let bytes = r"^\s*[0-9]+\s*(?:[bB]|[kKmMgGtT](?:[iI]?[bB])?)?\s*$";
        json_schema!({
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": format!("{bytes}|{PLACEHOLDER}"), "examples": ["64KiB", "1GiB"]},
            ]
        })
    }
}

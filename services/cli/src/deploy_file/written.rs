//! Values as people write them: a number may also stand as text, because `{{ $NAME }}` gives nothing else.

use std::{borrow::Cow, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

use crate::value;

/// What a text looks like that is filled when the file is deployed.
pub(super) const PLACEHOLDER: &str = r"\{\{.*\}\}";

/// A whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Whole(pub(crate) u32);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let number = match &written {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let number = number.and_then(|number| number.try_into().ok());
        number.map(Self).ok_or_else(|| {
            let most = u32::MAX;
            unlike(&written, &format!("a whole number from 0 to {most}"))
        })
    }
}

impl JsonSchema for Whole {
    fn schema_name() -> Cow<'static, str> {
        "Whole".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": u32::MAX},
                {"type": "string", "pattern": format!(r"^\s*[0-9]+\s*$|{PLACEHOLDER}")},
            ]
        })
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Flag(pub(crate) bool);

const YES: [&str; 5] = ["true", "yes", "on", "y", "1"];
const NO: [&str; 5] = ["false", "no", "off", "n", "0"];

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let text = match &written {
            Value::Bool(is) => return Ok(Self(*is)),
            Value::String(text) => text.trim().to_ascii_lowercase(),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => String::new(),
        };
        if YES.contains(&text.as_str()) {
            Ok(Self(true))
        } else if NO.contains(&text.as_str()) {
            Ok(Self(false))
        } else {
            Err(unlike(&written, "true or false"))
        }
    }
}

impl JsonSchema for Flag {
    fn schema_name() -> Cow<'static, str> {
        "Flag".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words = [YES, NO].concat().join("|");
        json_schema!({
            "anyOf": [
                {"type": "boolean"},
                {"type": "string", "pattern": format!(r"^\s*(?:{words})\s*$|{PLACEHOLDER}")},
            ]
        })
    }
}

/// A number of seconds, or a text such as `30s`, `5m` or `1h30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let span = match &written {
            Value::Number(number) => number
                .as_f64()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            Value::String(text) => value::span(text.trim()).ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        span.map(Self).ok_or_else(|| {
            unlike(
                &written,
                "a span such as 30s, 5m or 1h30m, or a number of seconds",
            )
        })
    }
}

/// One span, or one for each retry; the last one stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spans(pub(crate) Vec<Duration>);

impl<'de> Deserialize<'de> for Spans {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = one_or_more(Value::deserialize(deserializer)?).into_iter();
        let spans = items.map(|item| serde_json::from_value(item).map(|Span(span)| span));
        spans
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(D::Error::custom)
    }
}

impl JsonSchema for Spans {
    fn schema_name() -> Cow<'static, str> {
        "Spans".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let span = generator.subschema_for::<Span>();
        json_schema!({"anyOf": [span, {"type": "array", "items": span}]})
    }
}

/// A share from 0 to 1, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share(pub(crate) u32);

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let share = match &written {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let is = |percent: &u32| {
            share.is_some_and(|share: f64| (share * 100.0 - f64::from(*percent)).abs() < 1e-6)
        };
        let percent = (0..=100).find(is);
        percent
            .map(Self)
            .ok_or_else(|| unlike(&written, "a share from 0 to 1 in hundredths, such as 0.25"))
    }
}

impl JsonSchema for Share {
    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "pattern": format!(r"^\s*[0-9.]+\s*$|{PLACEHOLDER}")},
            ]
        })
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "examples": ["30s", "5m", "1h30m"]},
            ]
        })
    }
}

/// A list of texts, or one alone. Numbers and booleans count as the texts that they look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Texts(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = one_or_more(Value::deserialize(deserializer)?);
        let texts = items.into_iter().map(|item| match item {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(is) => Ok(is.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => Err(unlike(&item, "a text")),
        });
        texts.collect::<Result<_, _>>().map(Self)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
                {"type": ["string", "number", "boolean"]},
            ]
        })
    }
}

/// A list's items, or the one value that stands for such a list.
pub(super) fn one_or_more(value: Value) -> Vec<Value> {
    if let Value::Array(items) = value {
        items
    } else {
        vec![value]
    }
}

pub(super) fn unlike<E: Error>(written: &Value, wanted: &str) -> E {
    let written = match written {
        Value::Null | Value::Array(_) | Value::Object(_) => type_name(written).to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => written.to_string(),
    };
    E::custom(format!("it is {written}, not {wanted}"))
}

/// What a value is, for people.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

//! Free JSON that weir carries and does not interpret: parameters, job variables, templates, schemas.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON object kept as the bytes in which it came, so that 3 stays 3 and 9007199254740993 survives.
#[derive(Clone, PartialEq, Eq)]
pub struct JsonObject(Arc<str>);

/// Why bytes are not a JSON object.
#[derive(Debug, thiserror::Error)]
pub enum JsonObjectError {
    /// Not JSON at all.
    #[error("not JSON")]
    Syntax(#[source] serde_json::Error),
    /// JSON, but not an object.
    #[error("it is {found}, not a JSON object such as {{\"key\": \"value\"}}")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
}

impl JsonObject {
    /// The empty object, `{}`.
    pub fn empty() -> Self {
        Self("{}".into())
    }
    /// Takes JSON text whose outermost value is an object.
    pub fn parse(text: &str) -> Result<Self, JsonObjectError> {
        let raw: &RawValue = serde_json::from_str(text).map_err(JsonObjectError::Syntax)?;
        if raw.get().starts_with('{') {
            // Raw text may be nested deeper than a value may be: find out now, so that `to_map` cannot fail.
            serde_json::from_str::<serde_json::Value>(text).map_err(JsonObjectError::Syntax)?;
        }
        match raw.get().as_bytes().first() {
            Some(b'{') => Ok(Self(raw.get().into())),
            Some(b'[') => Err(JsonObjectError::NotAnObject { found: "an array" }),
            Some(b'"') => Err(JsonObjectError::NotAnObject { found: "a string" }),
            Some(b't' | b'f') => Err(JsonObjectError::NotAnObject { found: "a boolean" }),
            Some(b'n') => Err(JsonObjectError::NotAnObject { found: "null" }),
            Some(_) | None => Err(JsonObjectError::NotAnObject { found: "a number" }),
        }
    }
    /// The object's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Its size in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether it is `{}` with nothing but white space in it.
    pub fn is_empty(&self) -> bool {
        self.0
            .trim_start_matches('{')
            .trim_end_matches('}')
            .trim()
            .is_empty()
    }
    /// The object as a map. The text was checked when it came, so this does not fail.
    pub fn to_map(&self) -> serde_json::Map<String, serde_json::Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl From<&serde_json::Map<String, serde_json::Value>> for JsonObject {
    fn from(map: &serde_json::Map<String, serde_json::Value>) -> Self {
        Self(
            serde_json::to_string(map)
                .unwrap_or_else(|_| "{}".to_owned())
                .into(),
        )
    }
}
impl Default for JsonObject {
    fn default() -> Self {
        Self::empty()
    }
}
impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}
impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get()).map_err(serde::de::Error::custom)
    }
}

//! `JsonObject`: bytes on the wire, the object itself in JSON, digit for digit.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use weir_core::json;

/// The text of a JSON object, not yet looked at when it comes off the wire.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub(crate) struct JsonObject {
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) json: Bytes,
}

impl JsonObject {
    /// The object for the wire; nothing for an empty one.
    pub(crate) fn unless_empty(object: &json::JsonObject) -> Option<Self> {
        (object.as_str() != "{}").then(|| Self {
            json: Bytes::copy_from_slice(object.as_str().as_bytes()),
        })
    }

    /// The object for the wire, an empty one too.
    pub(crate) fn of(object: &json::JsonObject) -> Self {
        Self {
            json: Bytes::copy_from_slice(object.as_str().as_bytes()),
        }
    }

    /// The object, or what is wrong with it.
    pub(crate) fn to_object(object: Option<&Self>) -> Result<json::JsonObject, String> {
        let Some(Self { json }) = object else {
            return Ok(json::JsonObject::empty());
        };
        if json.is_empty() {
            return Ok(json::JsonObject::empty());
        }
        let text =
            std::str::from_utf8(json).map_err(|error| format!("it is not UTF-8 text: {error}"))?;
        json::JsonObject::parse(text).map_err(|error| Told(&error).to_string())
    }
}

/// An error with its sources, in one line.
pub(crate) struct Told<'a>(pub(crate) &'a dyn std::error::Error);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::to_object(Some(self))
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Only a raw value keeps every digit; it passes through serde_path_to_error as it is.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match json::JsonObject::parse(raw.get()) {
            Ok(object) => Ok(Self {
                json: Bytes::copy_from_slice(object.as_str().as_bytes()),
            }),
            Err(error) => Err(serde::de::Error::custom(Told(&error))),
        }
    }
}

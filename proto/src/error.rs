//! Why bytes are not what their subject says they are.

use std::fmt;

use prost::Message;

/// Bytes that are not a record of their kind. `Display` names the record, the field and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not to be understood: {}{detail}", if field.is_empty() { String::new() } else { format!("{field}: ") })]
pub struct DecodeError {
    /// What was to be decoded, such as `claim`.
    pub what: &'static str,
    /// The path of the field; empty for the payload as a whole.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

/// What is wrong with a field, before it is known of which record it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) detail: String,
}

impl Wrong {
    pub(crate) fn new(field: &str, detail: impl fmt::Display) -> Self {
        Self {
            field: field.to_owned(),
            detail: detail.to_string(),
        }
    }
    pub(crate) fn missing(field: &str) -> Self {
        Self::new(
            field,
            "it is missing (or of a kind that only a newer weir knows)",
        )
    }
    /// The same fault seen from the message around it.
    pub(crate) fn under(mut self, parent: &str) -> Self {
        self.field = if self.field.is_empty() {
            parent.to_owned()
        } else {
            format!("{parent}.{}", self.field)
        };
        self
    }
    pub(crate) fn of(self, what: &'static str) -> DecodeError {
        let Self { field, detail } = self;
        DecodeError {
            what,
            field,
            detail,
        }
    }
}

/// Decodes protobuf into `M` and that into the domain.
pub(crate) fn decode<M: Message + Default, T>(
    what: &'static str,
    payload: &[u8],
    convert: impl FnOnce(M) -> Result<T, Wrong>,
) -> Result<T, DecodeError> {
    M::decode(payload)
        .map_err(|error| Wrong::new("", format_args!("not protobuf of it: {error}")))
        .and_then(convert)
        .map_err(|wrong| wrong.of(what))
}

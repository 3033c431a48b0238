//! JSON into generated messages, with errors that name the field and what would be right.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// What is wrong with JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonFault {
    pub(crate) kind: JsonFaultKind,
    /// The path of the field as the sender spelled it; empty for the whole.
    pub(crate) field: String,
    pub(crate) message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonFaultKind {
    /// Not JSON at all.
    Syntax,
    /// A key that the message does not have.
    UnknownField,
    /// A value of the wrong type.
    InvalidField,
}

/// Whether a payload is JSON: its first byte after white space is `{`.
pub fn is_json(payload: &[u8]) -> bool {
    payload.iter().find(|byte| !is_space(**byte)) == Some(&b'{')
}

/// White space as JSON means it.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Reads one message. Unknown fields are refused.
pub(crate) fn decode<M: DeserializeOwned>(payload: &[u8]) -> Result<M, JsonFault> {
    let mut deserializer = serde_json::Deserializer::from_slice(payload);
    let message = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = path_text(error.path());
        fault(&error.into_inner(), path)
    })?;
    deserializer
        .end()
        .map_err(|error| fault(&error, String::new()))?;
    Ok(message)
}

/// The path without the steps that are serde's own.
fn path_text(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.extend(["[", &index.to_string(), "]"]),
            Segment::Map { key } if key.starts_with("$serde_json::private") => {}
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Segment::Unknown => {}
        }
    }
    text
}

fn fault(error: &serde_json::Error, field: String) -> JsonFault {
    let text = error.to_string();
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => JsonFault {
            kind: JsonFaultKind::Syntax,
            field: String::new(),
            message: format!("not JSON: {text}"),
        },
        Category::Data => data_fault(&text, field),
    }
}

fn data_fault(text: &str, field: String) -> JsonFault {
    if let Some((name, known)) = unknown_field(text) {
        let (kind, message) = (JsonFaultKind::UnknownField, advice(name, &known));
        return JsonFault {
            kind,
            field: joined(field, name),
            message,
        };
    }
    let kind = JsonFaultKind::InvalidField;
    if let Some((name, _)) = text
        .strip_prefix("duplicate field `")
        .and_then(|rest| rest.split_once('`'))
    {
        let message = "it is there twice: say it once, in one spelling".to_owned();
        return JsonFault {
            kind,
            field: joined(field, name),
            message,
        };
    }
    // What pbjson says of a number that is none means nothing to those who sent it.
    let message = if text.contains("untagged enum") {
        "it is not a number that fits"
    } else {
        text
    };
    JsonFault {
        kind,
        field,
        message: message.to_owned(),
    }
}

/// The path of a key in the object at `path`; serde tells some paths with the key and some without.
fn joined(path: String, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else if path == name || path.ends_with(&format!(".{name}")) {
        path
    } else {
        format!("{path}.{name}")
    }
}

/// The name and the known ones, out of serde's words for an unknown field.
fn unknown_field(text: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = text.strip_prefix("unknown field `")?.split_once('`')?;
    // Every second piece stands between back-ticks. Both spellings of a field are listed: the JSON one is told.
    let known = rest
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|known| !known.contains('_'))
        .collect();
    Some((name, known))
}

fn advice(name: &str, known: &[&str]) -> String {
    let plain = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
            .to_lowercase()
    };
    let given = plain(name);
    let nearest = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&given, &plain(known)), known))
        .min()
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 3));
    match nearest {
        Some((_, known)) => format!("there is no such field; did you mean {known:?}?"),
        None => format!("there is no such field: use {}", known.join(", ")),
    }
}

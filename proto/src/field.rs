//! Fields on their way from the wire into the domain: each check names its field.

use std::{fmt, str::FromStr, time::Duration};

use weir_core::{bounds, ids::Attempt, ids::Epoch, json::JsonObject, time::Timestamp};

use crate::{error::Wrong, wire};

/// A name that is known to be legal.
pub(crate) fn name<T: FromStr<Err: fmt::Display>>(field: &str, text: &str) -> Result<T, Wrong> {
    text.parse().map_err(|error| Wrong::new(field, error))
}

/// A name that may be absent.
pub(crate) fn optional_name<T: FromStr<Err: fmt::Display>>(
    field: &str,
    text: Option<&str>,
) -> Result<Option<T>, Wrong> {
    text.map(|text| name(field, text)).transpose()
}

/// Names in a row.
pub(crate) fn names<T: FromStr<Err: fmt::Display>, C: FromIterator<T>>(
    field: &str,
    texts: &[String],
) -> Result<C, Wrong> {
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| name(&format!("{field}[{at}]"), text))
        .collect()
}

/// A message that must be there.
pub(crate) fn required<T>(field: &str, value: Option<T>) -> Result<T, Wrong> {
    value.ok_or_else(|| Wrong::missing(field))
}

/// A number that counts from 1, so that 0 means that it is absent.
pub(crate) fn counted<T: Default + PartialEq>(field: &str, value: T) -> Result<T, Wrong> {
    if value == T::default() {
        Err(Wrong::new(field, "it is missing or 0: it counts from 1"))
    } else {
        Ok(value)
    }
}

/// The number of an attempt.
pub(crate) fn attempt(value: u32) -> Result<Attempt, Wrong> {
    counted("attempt", value).map(Attempt)
}

/// The number of a leadership.
pub(crate) fn epoch(value: u64) -> Result<Epoch, Wrong> {
    counted("epoch", value).map(Epoch)
}

/// A span that may be absent.
pub(crate) fn optional_span(
    field: &str,
    value: Option<wire::Duration>,
) -> Result<Option<Duration>, Wrong> {
    value
        .map(|value| value.to_span().map_err(|detail| Wrong::new(field, detail)))
        .transpose()
}

/// A span for which absent means none.
pub(crate) fn span(field: &str, value: Option<wire::Duration>) -> Result<Duration, Wrong> {
    Ok(optional_span(field, value)?.unwrap_or_default())
}

/// A span for the wire; nothing for none.
pub(crate) fn span_to_wire(span: Duration) -> Option<wire::Duration> {
    (span != Duration::ZERO).then(|| span.into())
}

/// A point in time that may be absent.
pub(crate) fn optional_time(
    field: &str,
    value: Option<wire::Timestamp>,
) -> Result<Option<Timestamp>, Wrong> {
    value
        .map(|value| value.to_time().map_err(|detail| Wrong::new(field, detail)))
        .transpose()
}

/// A point in time that must be there.
pub(crate) fn time(field: &str, value: Option<wire::Timestamp>) -> Result<Timestamp, Wrong> {
    required(field, optional_time(field, value)?)
}

/// Free JSON; absent is `{}`.
pub(crate) fn object(field: &str, value: Option<&wire::JsonObject>) -> Result<JsonObject, Wrong> {
    wire::JsonObject::to_object(value).map_err(|detail| Wrong::new(field, detail))
}

/// Free text within its bound.
pub(crate) fn text(text: String) -> String {
    if text.len() <= bounds::TEXT_BYTES_MAX {
        text
    } else {
        bounds::bounded_text(&text)
    }
}

/// A value of an enum: neither absent nor unknown.
pub(crate) fn known<T>(field: &str, number: i32, value: Option<T>) -> Result<T, Wrong> {
    match value {
        Some(value) => Ok(value),
        None if number == 0 => Err(Wrong::missing(field)),
        None => Err(Wrong::new(
            field,
            format_args!("{number} is a value that only a newer weir knows"),
        )),
    }
}

//! Fills a template with values as Prefect's `apply_values` does, with one difference: a value that was put in is
//! never looked at again, so that a text with braces in it stays that text.

use std::{borrow::Cow, collections::BTreeSet};

use serde_json::{Map, Value};

use super::{
    placeholder::{self, Kind, Piece},
    python,
};

/// Fills in every placeholder. `None` means that the whole template was one placeholder without a value.
///
/// Keys are not expanded. `{{ prefect.blocks.* }}`, `{{ prefect.variables.* }}` and `{{ $NAME }}` stay.
#[must_use]
pub fn apply_values(template: &Value, values: &Map<String, Value>) -> Option<Value> {
    match template {
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(template.clone()),
        Value::String(text) => fill(text, values),
        Value::Array(items) => Some(Value::Array(
            items
                .iter()
                .filter_map(|item| apply_values(item, values))
                .collect(),
        )),
        Value::Object(map) => Some(Value::Object(apply_to_map(map, values))),
    }
}

/// The same for a map, which is never missing.
pub(super) fn apply_to_map(
    map: &Map<String, Value>,
    values: &Map<String, Value>,
) -> Map<String, Value> {
    map.iter()
        .filter_map(|(key, value)| Some((key.clone(), apply_values(value, values)?)))
        .collect()
}

/// The references to a Prefect server that a rendered configuration still holds, sorted, each once.
///
/// They may come from the template or from a job variable. Weir has no such server, so a run with one cannot start.
#[must_use]
pub fn unresolved_prefect_references(rendered: &Value) -> Vec<String> {
    let mut found = BTreeSet::new();
    collect_references(rendered, &mut found);
    found.into_iter().collect()
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => found.extend(
            placeholder::names(text)
                .filter(|name| placeholder::kind(name) == Kind::Prefect)
                .map(str::to_owned),
        ),
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        Value::Object(map) => map
            .values()
            .for_each(|item| collect_references(item, found)),
    }
}

fn fill(text: &str, values: &Map<String, Value>) -> Option<Value> {
    let pieces = placeholder::pieces(text);
    if let [Piece::Placeholder { name, .. }] = pieces.as_slice()
        && placeholder::kind(name) == Kind::Variable
    {
        return lookup(values, name).map(Cow::into_owned);
    }
    let mut filled = String::with_capacity(text.len());
    for piece in pieces {
        match piece {
            Piece::Text(plain) => filled.push_str(plain),
            Piece::Placeholder { whole, name } => match placeholder::kind(name) {
                Kind::Prefect | Kind::Environment => filled.push_str(whole),
                Kind::Variable => {
                    if let Some(value) = lookup(values, name) {
                        filled.push_str(&python::text(&value));
                    }
                }
            },
        }
    }
    Some(Value::String(filled))
}

/// Follows a path such as `a.b[0]`. As in Prefect, a part that is a whole number is an index and never a key, it may
/// count from the end, and it picks a character out of a text.
fn lookup<'a>(values: &'a Map<String, Value>, path: &str) -> Option<Cow<'a, Value>> {
    let path = placeholder::dotted(path);
    let mut parts = path.split('.').map(|part| (part, part.parse::<i64>().ok()));
    let first = match parts.next()? {
        (key, None) => values.get(key)?,
        (_, Some(_)) => return None,
    };
    let mut found = Cow::Borrowed(first);
    for (key, index) in parts {
        found = step(&found, key, index)?;
    }
    Some(found)
}

fn step<'a>(value: &Cow<'a, Value>, key: &str, index: Option<i64>) -> Option<Cow<'a, Value>> {
    if let Value::String(text) = value.as_ref() {
        let at = position(text.chars().count(), index?)?;
        return Some(Cow::Owned(Value::String(text.chars().nth(at)?.into())));
    }
    let Cow::Borrowed(value) = value else {
        return None;
    }; // only a character is ever owned
    match (value, index) {
        (Value::Array(items), Some(index)) => items.get(position(items.len(), index)?),
        (Value::Object(map), None) => map.get(key),
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _)
        | (Value::Array(_), None)
        | (Value::Object(_), Some(_)) => None,
    }
    .map(Cow::Borrowed)
}

/// Where an index points to; a negative one counts from the end. May lie past the end.
fn position(len: usize, index: i64) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    if index < 0 {
        len.checked_sub(distance)
    } else {
        Some(distance)
    }
}

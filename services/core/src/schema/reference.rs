//! Where a schema's `$ref`s lead. A remote one is refused rather than fetched, and one that leads in a circle is
//! refused rather than followed until the stack is gone.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::SchemaProblem;

/// Keywords whose values are data, in which `$ref` is no reference.
const DATA: [&str; 5] = ["default", "const", "enum", "examples", "example"];
/// Keywords whose members are named by the user, so that one called `default` is a schema all the same.
const NAMED: [&str; 5] = [
    "properties",
    "patternProperties",
    "definitions",
    "$defs",
    "dependentSchemas",
];
/// Keywords that apply their schemas to the very same value, so that a circle through them never ends.
const SAME_VALUE: [&str; 4] = ["allOf", "anyOf", "oneOf", "not"];

/// How many references may lead to one another without a value in between.
const DEPTH_MAX: usize = 32;
/// How many references one value may be held against. Two that each lead to two more soon make a million of one.
const STEPS_MAX: usize = 1024;

/// Refuses references that leave the schema, point at nothing or never arrive at a value.
pub(super) fn check(schema: &Map<String, Value>) -> Result<(), SchemaProblem> {
    let mut references = BTreeSet::new();
    collect(schema, &mut references);
    for reference in references {
        let mut open = Vec::new();
        let mut steps = 0;
        follow(schema, reference, &mut open, &mut steps)?;
    }
    Ok(())
}

fn collect<'a>(schema: &'a Map<String, Value>, references: &mut BTreeSet<&'a str>) {
    for (keyword, value) in schema {
        match value {
            Value::String(text) if matches!(keyword.as_str(), "$ref" | "$dynamicRef") => {
                references.insert(text);
            }
            Value::Object(members) if NAMED.contains(&keyword.as_str()) => {
                let schemas = members.values().filter_map(Value::as_object);
                schemas.for_each(|member| collect(member, references));
            }
            Value::Object(inner) if !DATA.contains(&keyword.as_str()) => collect(inner, references),
            Value::Array(items) if !DATA.contains(&keyword.as_str()) => {
                let schemas = items.iter().filter_map(Value::as_object);
                schemas.for_each(|item| collect(item, references));
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {}
        }
    }
}

/// Follows one reference through everything that is applied to the same value.
fn follow<'a>(
    root: &'a Map<String, Value>,
    reference: &'a str,
    open: &mut Vec<&'a str>,
    steps: &mut usize,
) -> Result<(), SchemaProblem> {
    *steps += 1;
    if open.contains(&reference) || open.len() >= DEPTH_MAX || *steps > STEPS_MAX {
        return Err(SchemaProblem::CircularReference {
            reference: reference.to_owned(),
        });
    }
    let Some(fragment) = reference.strip_prefix('#') else {
        return Err(SchemaProblem::RemoteReference {
            reference: reference.to_owned(),
        });
    };
    let target = match fragment.strip_prefix('/') {
        Some(pointer) => point(root, pointer)
            .ok_or_else(|| SchemaProblem::MissingReference {
                reference: reference.to_owned(),
            })?
            .as_object(),
        None if fragment.is_empty() => Some(root),
        None => None, // an anchor: the compiler knows whether it exists
    };
    open.push(reference);
    if let Some(target) = target {
        follow_all(root, target, open, steps)?;
    }
    open.pop();
    Ok(())
}

fn follow_all<'a>(
    root: &'a Map<String, Value>,
    schema: &'a Map<String, Value>,
    open: &mut Vec<&'a str>,
    steps: &mut usize,
) -> Result<(), SchemaProblem> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        follow(root, reference, open, steps)?;
    }
    for keyword in SAME_VALUE {
        let schemas = match schema.get(keyword) {
            Some(Value::Array(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for inner in schemas.iter().filter_map(Value::as_object) {
            follow_all(root, inner, open, steps)?;
        }
    }
    Ok(())
}

fn point<'a>(root: &'a Map<String, Value>, pointer: &str) -> Option<&'a Value> {
    let pointer = pointer.replace("%24", "$").replace("%20", " ");
    let (first, rest) = match pointer.split_once('/') {
        Some((first, rest)) => (first, format!("/{rest}")),
        None => (pointer.as_str(), String::new()),
    };
    root.get(&first.replace("~1", "/").replace("~0", "~"))?
        .pointer(&rest)
}

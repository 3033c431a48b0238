//! YAML to the JSON that everything behind works on: aliases and merge keys are resolved, and what JSON cannot say is
//! refused with its place.
//!
//! It is YAML 1.2: `yes` and `on` are texts here, where Prefect's reader takes them for `true`; fields that want a
//! boolean take them all the same.

use anyhow::{Context, anyhow, bail};
use serde_json::{Map, Value};
use yaml_serde::{Mapping, Value as Yaml};

use super::written::one_or_more;

/// The key that takes over what a mapping, or each of a list of mappings, has.
const MERGE: &str = "<<";

/// Reads one document.
pub(crate) fn read(text: &str) -> anyhow::Result<Value> {
    let yaml: Yaml = yaml_serde::from_str(text).context("it is not YAML")?;
    json(yaml, "")
}

fn json(yaml: Yaml, path: &str) -> anyhow::Result<Value> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(is) => Value::Bool(is),
        Yaml::Number(number) => number_of(&number)
            .ok_or_else(|| anyhow!("{path}: JSON has no number {number}: write a text"))?,
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(
            items
                .into_iter()
                .enumerate()
                .map(|(n, item)| json(item, &format!("{path}[{n}]")))
                .collect::<anyhow::Result<_>>()?,
        ),
        Yaml::Mapping(mapping) => Value::Object(object(mapping, path)?),
        Yaml::Tagged(tagged) => bail!(
            "{path}: weir does not know the YAML tag {}: leave it out",
            tagged.tag
        ),
    })
}

fn number_of(number: &yaml_serde::Number) -> Option<Value> {
    number
        .as_u64()
        .map(Value::from)
        .or_else(|| number.as_i64().map(Value::from))
        .or_else(|| serde_json::Number::from_f64(number.as_f64()?).map(Value::Number))
}

/// What a mapping says itself goes before what it takes over, and of several that it takes over the first goes first.
fn object(mapping: Mapping, path: &str) -> anyhow::Result<Map<String, Value>> {
    let mut fields = Map::new();
    let mut merged = Vec::new();
    for (key, value) in mapping {
        let key = match key {
            Yaml::String(text) => text,
            Yaml::Number(number) => number.to_string(),
            Yaml::Bool(is) => is.to_string(),
            Yaml::Null | Yaml::Sequence(_) | Yaml::Mapping(_) | Yaml::Tagged(_) => {
                bail!("{path}: a key has to be a text")
            }
        };
        let place = below(path, &key);
        let value = json(value, &place)?;
        if key == MERGE {
            merged = taken_over(value, &place)?;
        } else if fields.insert(key, value).is_some() {
            bail!("{place} is there twice");
        }
    }
    for (key, value) in merged.into_iter().flatten() {
        fields.entry(key).or_insert(value);
    }
    Ok(fields)
}

fn taken_over(value: Value, path: &str) -> anyhow::Result<Vec<Map<String, Value>>> {
    one_or_more(value)
        .into_iter()
        .map(|item| match item {
            Value::Object(fields) => Ok(fields),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => {
                bail!("{path}: only mappings can be taken over: write `<<: *ALIAS`")
            }
        })
        .collect()
}

/// The path of a field.
pub(super) fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(text: &str) -> String {
        format!("{:#}", read(text).expect_err(text))
    }

    #[test]
    fn what_a_mapping_says_itself_goes_before_what_it_takes_over() {
        let text = "
base: &base {a: 1, b: {c: 1, d: 1}}
more: &more {<<: *base, e: 2}
both: {<<: [*more, {a: 9, f: 9}], b: {c: 3}}
";
        let read = read(text).expect("it is legal");
        assert_eq!(read["both"], json!({"a": 1, "b": {"c": 3}, "e": 2, "f": 9}));
        assert_eq!(read["more"], json!({"a": 1, "b": {"c": 1, "d": 1}, "e": 2}));
    }

    #[test]
    fn keys_are_texts() {
        assert_eq!(
            read("{1: a, true: b, c: d}").expect("it is legal"),
            json!({"1": "a", "true": "b", "c": "d"})
        );
        assert!(refused("{[1]: a}").contains("a key"));
        assert!(refused("{1: a, '1': b}").contains("1 is there twice"));
    }

    #[test]
    fn what_json_cannot_say_is_refused_with_its_place() {
        assert!(refused("a: [1, {b: .nan}]").contains("a[1].b"));
        assert!(
            refused("a: {b: !secret x}").contains("a.b: weir does not know the YAML tag !secret")
        );
        assert!(refused("a: 9007199254740993123456789").contains("9007199254740993123456789"));
        assert!(refused("a: {<<: [1]}").contains("a.<<"));
        assert!(refused("a: [").contains("not YAML"));
    }
}

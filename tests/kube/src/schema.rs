//! Which fields a Job has and of what type, so that a misspelt field and a number in place of a word are refused in the
//! server's own words.
//!
//! The table was made from the types of Kubernetes 1.36 as the k8s-openapi crate has them. A line is a type and its
//! fields; `[` is a list of, `{` a map to, `s` a string, `q` a quantity, `x` anything.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::Value;

type Fields = BTreeMap<&'static str, &'static str>;

static TYPES: LazyLock<BTreeMap<&'static str, Fields>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let (name, fields) = line.split_once(' ')?;
        Some((
            name,
            fields
                .split(' ')
                .filter_map(|it| it.split_once(':'))
                .collect(),
        ))
    };
    include_str!("schema.txt")
        .lines()
        .filter_map(line)
        .collect()
});

/// What is wrong with the shape of an object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    /// Paths of fields that the type does not have. They are gone from the object.
    pub(crate) unknown: Vec<String>,
    /// The first value of a wrong type, as Go's decoder complains of it.
    pub(crate) mismatch: Option<String>,
}

/// Checks a Job and takes out of it what no Job has.
pub(crate) fn job(object: &mut Value) -> Problems {
    let mut problems = Problems::default();
    fields(object, "Job", "", &mut problems);
    problems
}

fn fields(object: &mut Value, kind: &'static str, path: &str, problems: &mut Problems) {
    let (Some(types), Some(map)) = (TYPES.get(kind), object.as_object_mut()) else {
        return;
    };
    map.retain(|key, value| {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match types.get(key.as_str()) {
            None => problems.unknown.push(path),
            Some(of) => check(value, of, kind, &path, problems),
        }
        types.contains_key(key.as_str())
    });
}

fn check(value: &mut Value, of: &'static str, parent: &str, path: &str, problems: &mut Problems) {
    if value.is_null() || of == "x" {
        return;
    }
    if let Some(item) = of.strip_prefix('[') {
        let Some(all) = value.as_array_mut() else {
            return complain(problems, value, parent, path, &format!("[]{}", go(item)));
        };
        for (at, one) in all.iter_mut().enumerate() {
            check(one, item, parent, &format!("{path}[{at}]"), problems);
        }
    } else if let Some(item) = of.strip_prefix('{') {
        let Some(all) = value.as_object_mut() else {
            return complain(
                problems,
                value,
                parent,
                path,
                &format!("map[string]{}", go(item)),
            );
        };
        for (_, one) in all {
            check(one, item, parent, path, problems);
        }
    } else {
        leaf(value, of, parent, path, problems);
    }
}

fn leaf(value: &mut Value, of: &'static str, parent: &str, path: &str, problems: &mut Problems) {
    let fits = match of {
        "s" => value.is_string(),
        "bool" => value.is_boolean(),
        "i32" => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        "i64" => value.is_i64(),
        "q" => {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            if !quantity(&text) {
                let message = "quantities must match the regular expression \
                               '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
                problems.mismatch.get_or_insert_with(|| message.to_owned());
            }
            true
        }
        _ => value.is_object(),
    };
    if fits {
        fields(value, of, path, problems);
    } else {
        complain(problems, value, parent, path, &go(of));
    }
}

fn complain(problems: &mut Problems, value: &Value, parent: &str, path: &str, want: &str) {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    problems.mismatch.get_or_insert_with(|| {
        format!(
            "json: cannot unmarshal {found} into Go struct field {parent}.{path} of type {want}"
        )
    });
}

/// The name that Go has for a type.
fn go(of: &str) -> String {
    match of {
        "s" => "string".to_owned(),
        "i32" => "int32".to_owned(),
        "i64" => "int64".to_owned(),
        "bool" => "bool".to_owned(),
        other => format!("v1.{other}"),
    }
}

fn quantity(text: &str) -> bool {
    let number = text.trim_start_matches(['+', '-']);
    let digits = number
        .find(|it: char| !it.is_ascii_digit() && it != '.')
        .unwrap_or(number.len());
    let (digits, suffix) = number.split_at(digits);
    !digits.is_empty()
        && digits.parse::<f64>().is_ok()
        && (matches!(
            suffix,
            "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E"
        ) || matches!(suffix, "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei")
            || suffix
                .strip_prefix(['e', 'E'])
                .is_some_and(|it| it.parse::<i32>().is_ok()))
}

/// A quantity in thousandths, so that `10m` of CPU is a whole number.
pub(crate) fn millis(quantity: &Value) -> u64 {
    let text = quantity
        .as_str()
        .map_or_else(|| quantity.to_string(), str::to_owned);
    let at = text
        .find(|it: char| !it.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, suffix) = text.split_at(at);
    let factor: u64 = match suffix {
        "m" => 1,
        "k" => 1_000_000,
        "M" => 1_000_000_000,
        "G" => 1_000_000_000_000,
        "T" => 1_000_000_000_000_000,
        "Ki" => 1000 << 10,
        "Mi" => 1000 << 20,
        "Gi" => 1000 << 30,
        "Ti" => 1000 << 40,
        _ => 1000,
    };
    digits
        .parse::<u64>()
        .unwrap_or_default()
        .saturating_mul(factor)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_that_no_job_has_is_named_and_taken_out() {
        let mut object = json!({
            "metadata": { "name": "a" },
            "spec": { "template": { "spec": { "containers": [{ "name": "main", "comand": ["x"] }] } } },
        });
        let problems = job(&mut object);
        assert_eq!(
            problems.unknown,
            ["spec.template.spec.containers[0].comand"]
        );
        assert_eq!(
            object["spec"]["template"]["spec"]["containers"],
            json!([{ "name": "main" }])
        );
    }

    #[test]
    fn a_wrong_type_is_told_as_go_tells_it() {
        let mut object = json!({ "spec": { "backoffLimit": "three" } });
        let want = "json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32";
        assert_eq!(job(&mut object).mismatch.as_deref(), Some(want));
        let mut object = json!({ "spec": { "template": { "spec": { "containers": {} } } } });
        assert!(
            job(&mut object)
                .mismatch
                .unwrap()
                .contains("cannot unmarshal object")
        );
    }

    #[test]
    fn quantities_are_read() {
        for good in ["1", "10m", "1.5", "64Mi", "1e3", "2G", "+1"] {
            assert!(quantity(good), "{good}");
        }
        for bad in ["", "lots", "1x", "Mi", "1 Gi"] {
            assert!(!quantity(bad), "{bad}");
        }
        assert_eq!(
            [
                millis(&json!("10m")),
                millis(&json!(2)),
                millis(&json!("1Ki"))
            ],
            [10, 2000, 1_024_000]
        );
    }
}

//! In what two forms of an object differ, field by field.

use serde_json::Value;

use super::form::Form;

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's path, such as `concurrency_limit` or `work_pool.job_variables.env.A`.
    pub field: String,
    /// What it is; `None`: it is not set.
    pub before: Option<Value>,
    /// What it becomes; `None`: it is not set any more.
    pub after: Option<Value>,
}

/// All fields that differ, by path. Mappings are compared field by field, all else as a whole.
pub(super) fn differences(before: &Form, after: &Form) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

fn compare(path: &str, before: &Form, after: &Form, found: &mut Vec<FieldChange>) {
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let field = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match (before.get(key), after.get(key)) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                compare(&field, before, after, found);
            }
            (before, after) if before == after => {}
            (before, after) => found.push(FieldChange {
                field,
                before: before.cloned(),
                after: after.cloned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(value: &Value) -> Form {
        value.as_object().cloned().expect("a form is an object")
    }

    #[test]
    fn only_what_differs_is_found_and_with_its_path() {
        let before = form(&json!({"a": 1, "b": {"c": 1, "d": [1]}, "e": {"f": 1}, "g": null}));
        let after = form(&json!({"a": 1, "b": {"c": 2, "d": [1]}, "h": {"i": 1}, "g": null}));
        let found = differences(&before, &after);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.field.as_str(), one.before.clone(), one.after.clone()))
            .collect();
        assert_eq!(
            found,
            [
                ("b.c", Some(json!(1)), Some(json!(2))),
                ("e", Some(json!({"f": 1})), None),
                ("h", None, Some(json!({"i": 1}))),
            ]
        );
        assert_eq!(differences(&after, &after), []);
    }
}

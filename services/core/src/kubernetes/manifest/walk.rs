//! The way through a manifest that nobody has typed: each step says where it is and what it would have needed there.

use serde_json::{Map, Value};

use super::ManifestError;
use crate::{template::python, words::type_name};

pub(super) type Object = Map<String, Value>;

/// The object under a key, which must be there.
pub(super) fn object<'a>(
    map: &'a mut Object,
    key: &str,
    path: &str,
) -> Result<&'a mut Object, ManifestError> {
    match map.get_mut(key) {
        Some(Value::Object(inner)) => Ok(inner),
        Some(Value::Null) | None => Err(missing(&format!("{path}.{key}"), "an object")),
        Some(other) => Err(wrong(&format!("{path}.{key}"), other, "an object")),
    }
}

/// The object under a key, made if it is not there.
pub(super) fn object_or_new<'a>(
    map: &'a mut Object,
    key: &str,
    path: &str,
) -> Result<&'a mut Object, ManifestError> {
    if map.get(key).is_none_or(Value::is_null) {
        map.insert(key.to_owned(), Value::Object(Object::new()));
    }
    object(map, key, path)
}

/// What a place would have needed, where there is something else.
pub(super) fn wrong(path: &str, found: &Value, needed: &str) -> ManifestError {
    ManifestError::at(
        path,
        format!("is {}: it must be {needed}", type_name(found)),
    )
}

/// What a place would have needed, where there is nothing.
pub(super) fn missing(path: &str, needed: &str) -> ManifestError {
    ManifestError::at(path, format!("is missing: it must be {needed}"))
}

/// A text that need not be there.
pub(super) fn text<'a>(
    map: &'a Object,
    key: &str,
    path: &str,
) -> Result<Option<&'a str>, ManifestError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong(&format!("{path}.{key}"), other, "a text")),
    }
}

/// A text, or a number or boolean as Prefect writes it.
pub(super) fn scalar(value: &Value, path: &str) -> Result<String, ManifestError> {
    match value {
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(python::text(value)),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(wrong(
            path,
            value,
            "a text; a list or an object can be given as JSON in quotes",
        )),
    }
}

/// Does something with each container of a pod, those that run before it first. The flag tells the first of those that
/// the pod is made for, which is the one that variables and commands mean.
pub(super) fn each_container(
    pod: &mut Object,
    path: &str,
    mut with: impl FnMut(&mut Object, &str, bool) -> Result<(), ManifestError>,
) -> Result<(), ManifestError> {
    for key in ["initContainers", "containers"] {
        let list = format!("{path}.{key}");
        let items = match pod.get_mut(key) {
            Some(Value::Array(items)) => items,
            None | Some(Value::Null) if key == "initContainers" => continue,
            None | Some(Value::Null) => {
                return Err(missing(&list, "a list with at least one container"));
            }
            Some(other) => return Err(wrong(&list, other, "a list of containers")),
        };
        if items.is_empty() && key == "containers" {
            return Err(ManifestError::at(
                list,
                "is empty: name at least one container",
            ));
        }
        for (index, item) in items.iter_mut().enumerate() {
            let at = format!("{list}[{index}]");
            match item {
                Value::Object(container) => {
                    with(container, &at, key == "containers" && index == 0)?;
                }
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => return Err(wrong(&at, item, "an object")),
            }
        }
    }
    Ok(())
}

/// Whether it is a Job of the version that weir knows.
pub(super) fn check_job(job: &Object, path: &str) -> Result<(), ManifestError> {
    for (key, needed) in [("apiVersion", "batch/v1"), ("kind", "Job")] {
        match text(job, key, path)? {
            Some(found) if found == needed => {}
            Some(found) => {
                let problem = format!("is {found:?}: it must be {needed:?}");
                return Err(ManifestError::at(format!("{path}.{key}"), problem));
            }
            None => return Err(missing(&format!("{path}.{key}"), &format!("{needed:?}"))),
        }
    }
    Ok(())
}

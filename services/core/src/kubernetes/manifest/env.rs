//! Environment variables of containers, from the forms in which people give them to the list that Kubernetes takes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    ManifestError,
    walk::{Object, scalar, wrong},
};

/// A map of names to texts, or a list of Kubernetes' own entries, as such a list.
///
/// In a map, null takes the variable away and `{"valueFrom": …}` refers to where its value is.
pub(super) fn listed(env: Option<Value>, path: &str) -> Result<Vec<Value>, ManifestError> {
    match env {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(map)) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| of_map(&name, &value, path))
            .collect(),
        Some(Value::Array(items)) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| of_list(item, &format!("{path}[{index}]")))
            .collect(),
        Some(other) => Err(wrong(path, &other, "a map of names to texts, or a list")),
    }
}

fn of_map(name: &str, value: &Value, path: &str) -> Result<Value, ManifestError> {
    let path = format!("{path}.{name}");
    if name.is_empty() || name.contains(['=', '\0']) {
        let problem = "is no name of an environment variable: it is empty or holds '=' or NUL";
        return Err(ManifestError::at(path, problem));
    }
    if let Value::Object(entry) = value
        && let (1, Some(from)) = (entry.len(), entry.get("valueFrom"))
    {
        return Ok(json!({"name": name, "valueFrom": from}));
    }
    Ok(json!({"name": name, "value": scalar(value, &path)?}))
}

fn of_list(item: Value, path: &str) -> Result<Value, ManifestError> {
    let Value::Object(mut entry) = item else {
        return Err(wrong(path, &item, "an object with `name` and `value`"));
    };
    if entry
        .get("name")
        .and_then(Value::as_str)
        .is_none_or(str::is_empty)
    {
        return Err(ManifestError::at(
            format!("{path}.name"),
            "is missing: each variable needs a name",
        ));
    }
    if let Some(value) = entry.get_mut("value")
        && !value.is_null()
    {
        *value = Value::String(scalar(value, &format!("{path}.value"))?);
    }
    Ok(Value::Object(entry))
}

/// The entries below without those that the ones above set, then those.
pub(super) fn laid_over(mut below: Vec<Value>, above: Vec<Value>) -> Vec<Value> {
    let names: BTreeSet<_> = above.iter().filter_map(name).map(str::to_owned).collect();
    below.retain(|entry| name(entry).is_none_or(|name| !names.contains(name)));
    below.extend(above);
    below
}

/// Gives a container what its attempt is told, over the same names of its own. It stands first, so that the others may
/// refer to it.
pub(super) fn tell(
    container: &mut Object,
    told: &BTreeMap<String, String>,
    path: &str,
) -> Result<(), ManifestError> {
    let mut own = listed(container.remove("env"), &format!("{path}.env"))?;
    own.retain(|entry| name(entry).is_none_or(|name| !told.contains_key(name)));
    let ours = told
        .iter()
        .map(|(name, value)| json!({"name": name, "value": literal(value)}));
    let env: Vec<_> = ours.chain(own).collect();
    if !env.is_empty() {
        container.insert("env".to_owned(), Value::Array(env));
    }
    Ok(())
}

/// A text that the kubelet leaves as it is: it replaces `$(NAME)` in values and arguments, and makes `$$` one `$`
/// (<https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>).
pub(super) fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

fn name(entry: &Value) -> Option<&str> {
    entry.get("name")?.as_str()
}

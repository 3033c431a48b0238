//! The three ways to change an object in place: merge patch (RFC 7386), strategic merge and JSON patch (RFC 6902).

use serde_json::{Map, Value};

use crate::status::Failure;

/// Applies a patch by its content type.
pub(crate) fn apply(content_type: &str, target: &mut Value, patch: &Value) -> Result<(), Failure> {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "application/merge-patch+json" | "application/apply-patch+yaml" => {
            merge(target, patch);
            Ok(())
        }
        "application/strategic-merge-patch+json" => {
            strategic(target, patch);
            Ok(())
        }
        "application/json-patch+json" => json(target, patch),
        _ => Err(Failure::media_type()),
    }
}

fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().expect("made an object just above");
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// As merge patch, but lists of named things are merged by their names, and finalizers as a set.
fn strategic(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().expect("made an object just above");
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
            continue;
        }
        let slot = target.entry(key.clone()).or_insert(Value::Null);
        match (merge_key(key), value.as_array()) {
            (Some(by), Some(items)) if slot.is_array() => merge_list(slot, items, by),
            _ if key == "finalizers" && slot.is_array() && value.is_array() => union(slot, value),
            _ => strategic(slot, value),
        }
    }
}

fn merge_key(list: &str) -> Option<&'static str> {
    match list {
        "containers" | "initContainers" | "env" | "volumes" | "imagePullSecrets" => Some("name"),
        "conditions" => Some("type"),
        "ownerReferences" => Some("uid"),
        _ => None,
    }
}

fn merge_list(slot: &mut Value, items: &[Value], by: &str) {
    let list = slot.as_array_mut().expect("the caller saw an array");
    for item in items {
        let at = list.iter().position(|it| it[by] == item[by]);
        match at {
            Some(at) if item["$patch"] == "delete" => drop(list.remove(at)),
            Some(at) => strategic(&mut list[at], item),
            None => list.push(item.clone()),
        }
    }
}

fn union(slot: &mut Value, items: &Value) {
    let list = slot.as_array_mut().expect("the caller saw an array");
    for item in items.as_array().into_iter().flatten() {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}

fn json(target: &mut Value, patch: &Value) -> Result<(), Failure> {
    for step in patch.as_array().ok_or_else(Failure::patch_rejected)? {
        one(target, step).ok_or_else(Failure::patch_rejected)?;
    }
    Ok(())
}

fn one(target: &mut Value, step: &Value) -> Option<()> {
    let path = step["path"].as_str()?;
    let value = step.get("value");
    match step["op"].as_str()? {
        "test" => (target.pointer(path) == value).then_some(()),
        "add" => put(target, path, value?.clone()),
        "replace" => {
            *target.pointer_mut(path)? = value?.clone();
            Some(())
        }
        "remove" => take(target, path).map(drop),
        "move" => {
            let moved = take(target, step["from"].as_str()?)?;
            put(target, path, moved)
        }
        "copy" => {
            let copied = target.pointer(step["from"].as_str()?)?.clone();
            put(target, path, copied)
        }
        _ => None,
    }
}

fn split(path: &str) -> Option<(&str, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

fn put(target: &mut Value, path: &str, value: Value) -> Option<()> {
    let (parent, key) = split(path)?;
    match target.pointer_mut(parent)? {
        Value::Object(fields) => drop(fields.insert(key, value)),
        Value::Array(list) if key == "-" => list.push(value),
        Value::Array(list) => {
            let at = key.parse::<usize>().ok().filter(|at| *at <= list.len())?;
            list.insert(at, value);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    Some(())
}

fn take(target: &mut Value, path: &str) -> Option<Value> {
    let (parent, key) = split(path)?;
    match target.pointer_mut(parent)? {
        Value::Object(fields) => fields.remove(&key),
        Value::Array(list) => {
            let at = key.parse::<usize>().ok().filter(|at| *at < list.len())?;
            Some(list.remove(at))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patched(kind: &str, mut target: Value, patch: &Value) -> Result<Value, u16> {
        let kind = format!("application/{kind}+json");
        apply(&kind, &mut target, patch).map_err(|it| it.code)?;
        Ok(target)
    }

    #[test]
    fn a_merge_patch_sets_and_removes() {
        let target = json!({ "a": { "b": 1, "c": 2 }, "list": [1, 2] });
        let patch = json!({ "a": { "b": null, "d": 3 }, "list": [3] });
        let want = json!({ "a": { "c": 2, "d": 3 }, "list": [3] });
        assert_eq!(patched("merge-patch", target, &patch), Ok(want));
    }

    #[test]
    fn a_strategic_patch_merges_lists_by_their_key() {
        let target = json!({ "containers": [{ "name": "a", "image": "1" }, { "name": "b" }], "finalizers": ["x"] });
        let patch = json!({ "containers": [{ "name": "a", "image": "2" }], "finalizers": ["y"] });
        let want = json!({ "containers": [{ "name": "a", "image": "2" }, { "name": "b" }], "finalizers": ["x", "y"] });
        assert_eq!(
            patched("strategic-merge-patch", target.clone(), &patch),
            Ok(want)
        );
        let delete = json!({ "containers": [{ "name": "b", "$patch": "delete" }] });
        let left = patched("strategic-merge-patch", target, &delete).unwrap();
        assert_eq!(left["containers"], json!([{ "name": "a", "image": "1" }]));
    }

    #[test]
    fn a_json_patch_is_all_or_nothing_to_the_client() {
        let target = json!({ "spec": { "suspend": true }, "list": [1] });
        let steps = json!([
            { "op": "test", "path": "/spec/suspend", "value": true },
            { "op": "replace", "path": "/spec/suspend", "value": false },
            { "op": "add", "path": "/list/-", "value": 2 },
            { "op": "remove", "path": "/list/0" },
        ]);
        let want = json!({ "spec": { "suspend": false }, "list": [2] });
        assert_eq!(patched("json-patch", target.clone(), &steps), Ok(want));
        let fails = json!([{ "op": "test", "path": "/spec/suspend", "value": false }]);
        assert_eq!(patched("json-patch", target.clone(), &fails), Err(422));
        assert_eq!(patched("unknown", target, &fails), Err(415));
    }
}

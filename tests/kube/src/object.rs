//! Reading objects that are plain JSON: a template's Job has fields that no type of ours would know.

use serde_json::{Map, Value, json};

/// The finalizer by which the Job controller counts each pod exactly once.
pub(crate) const TRACKING: &str = "batch.kubernetes.io/job-tracking";
/// The finalizer of a delete that waits for the dependents.
pub(crate) const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer of a delete that lets the dependents live.
pub(crate) const ORPHAN: &str = "orphan";

/// Namespace (empty for objects of the cluster) and name.
pub(crate) type Key = (String, String);

/// What all objects have.
pub(crate) trait Meta {
    fn text(&self, pointer: &str) -> Option<&str>;
    fn number(&self, pointer: &str) -> Option<i64>;
    fn name(&self) -> &str;
    fn namespace(&self) -> &str;
    fn uid(&self) -> &str;
    fn phase(&self) -> &str;
    fn finalizers(&self) -> Vec<&str>;
    fn key(&self) -> Key;
    fn deleting(&self) -> bool;
    fn terminal(&self) -> bool;
    fn owner_uid(&self) -> Option<&str>;
    fn condition(&self, kind: &str) -> Option<&Value>;
}

impl Meta for Value {
    fn text(&self, pointer: &str) -> Option<&str> {
        self.pointer(pointer).and_then(Value::as_str)
    }

    fn number(&self, pointer: &str) -> Option<i64> {
        self.pointer(pointer).and_then(Value::as_i64)
    }

    fn name(&self) -> &str {
        self.text("/metadata/name").unwrap_or_default()
    }

    fn namespace(&self) -> &str {
        self.text("/metadata/namespace").unwrap_or_default()
    }

    fn uid(&self) -> &str {
        self.text("/metadata/uid").unwrap_or_default()
    }

    fn phase(&self) -> &str {
        self.text("/status/phase").unwrap_or_default()
    }

    fn finalizers(&self) -> Vec<&str> {
        self.pointer("/metadata/finalizers")
            .and_then(Value::as_array)
            .map(|all| all.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    fn key(&self) -> Key {
        (self.namespace().to_owned(), self.name().to_owned())
    }

    fn deleting(&self) -> bool {
        self.pointer("/metadata/deletionTimestamp").is_some()
    }

    /// A pod that will never run again.
    fn terminal(&self) -> bool {
        matches!(self.phase(), "Succeeded" | "Failed")
    }

    fn owner_uid(&self) -> Option<&str> {
        self.text("/metadata/ownerReferences/0/uid")
    }

    fn condition(&self, kind: &str) -> Option<&Value> {
        self.pointer("/status/conditions")?
            .as_array()?
            .iter()
            .find(|it| it["type"] == kind)
    }
}

/// Whether the condition is there and true.
pub(crate) fn is_true(object: &Value, condition: &str) -> bool {
    object
        .condition(condition)
        .is_some_and(|it| it["status"] == "True")
}

/// A Job that came to its end.
pub(crate) fn finished(job: &Value) -> bool {
    is_true(job, "Complete") || is_true(job, "Failed")
}

/// The map under a key, made if it is not there.
pub(crate) fn map_at<'a>(object: &'a mut Value, key: &str) -> &'a mut Map<String, Value> {
    if !object[key].is_object() {
        object[key] = json!({});
    }
    object[key]
        .as_object_mut()
        .expect("made an object just above")
}

/// Adds a finalizer at the end, once.
pub(crate) fn add_finalizer(object: &mut Value, finalizer: &str) {
    if !object.finalizers().contains(&finalizer) {
        let list = map_at(object, "metadata")
            .entry("finalizers")
            .or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(finalizer.into());
        }
    }
}

/// Takes a finalizer away; the empty list goes too, as the API server has it.
pub(crate) fn drop_finalizer(object: &mut Value, finalizer: &str) {
    let metadata = map_at(object, "metadata");
    if let Some(list) = metadata.get_mut("finalizers").and_then(Value::as_array_mut) {
        list.retain(|it| it != finalizer);
        if list.is_empty() {
            metadata.remove("finalizers");
        }
    }
}

/// Sets a condition; its time changes only when its status does.
pub(crate) fn set_condition(status: &mut Value, mut condition: Value, now: &str) {
    let list = map_at_array(status, "conditions");
    let old = list.iter().position(|it| it["type"] == condition["type"]);
    let same = old.filter(|&at| list[at]["status"] == condition["status"]);
    condition["lastTransitionTime"] =
        same.map_or_else(|| now.into(), |at| list[at]["lastTransitionTime"].clone());
    match old {
        Some(at) => list[at] = condition,
        None => list.push(condition),
    }
}

fn map_at_array<'a>(object: &'a mut Value, key: &str) -> &'a mut Vec<Value> {
    if !object[key].is_array() {
        object[key] = json!([]);
    }
    object[key]
        .as_array_mut()
        .expect("made an array just above")
}

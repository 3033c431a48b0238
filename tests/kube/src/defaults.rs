//! What the API server fills in: labels that tie pods to their Job, and the values that a manifest leaves out.

use serde_json::{Map, Value, json};

use crate::object::{Meta, map_at};

fn default(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    match map.get(key) {
        Some(Value::Null) | None => drop(map.insert(key.to_owned(), value.into())),
        Some(_) => {}
    }
}

/// A new Job that already has its name and uid.
pub(crate) fn job(job: &mut Value) {
    let (name, uid) = (job.name().to_owned(), job.uid().to_owned());
    let spec = map_at(job, "spec");
    default(spec, "manualSelector", false);
    if spec["manualSelector"] == false {
        spec.insert(
            "selector".to_owned(),
            json!({ "matchLabels": { "batch.kubernetes.io/controller-uid": uid } }),
        );
    }
    if spec.get("completions").is_none_or(Value::is_null)
        && spec.get("parallelism").is_none_or(Value::is_null)
    {
        default(spec, "completions", 1);
    }
    default(spec, "parallelism", 1);
    default(spec, "backoffLimit", 6);
    default(spec, "completionMode", "NonIndexed");
    default(spec, "suspend", false);
    let policy = if spec.contains_key("podFailurePolicy") {
        "Failed"
    } else {
        "TerminatingOrFailed"
    };
    default(spec, "podReplacementPolicy", policy);
    let template = spec.entry("template").or_insert_with(|| json!({}));
    label(template, &name, &uid);
    pod_spec(map_at(template, "spec"));
    if job["metadata"]["labels"].is_null() {
        let mut labels = job["spec"]["template"]["metadata"]["labels"].clone();
        for key in ["controller-uid", "job-name"] {
            if let Some(map) = labels.as_object_mut() {
                map.remove(key);
                map.remove(&format!("batch.kubernetes.io/{key}"));
            }
        }
        if labels.as_object().is_some_and(|it| !it.is_empty()) {
            job["metadata"]["labels"] = labels;
        }
    }
    job["status"] = json!({});
}

fn label(template: &mut Value, name: &str, uid: &str) {
    let labels = map_at(template, "metadata")
        .entry("labels")
        .or_insert_with(|| json!({}));
    for (key, value) in [("controller-uid", uid), ("job-name", name)] {
        labels[key] = value.into();
        labels[format!("batch.kubernetes.io/{key}")] = value.into();
    }
}

fn pod_spec(spec: &mut Map<String, Value>) {
    default(spec, "restartPolicy", "Always");
    default(spec, "terminationGracePeriodSeconds", 30);
    default(spec, "dnsPolicy", "ClusterFirst");
    default(spec, "securityContext", json!({}));
    default(spec, "schedulerName", "default-scheduler");
    for list in ["containers", "initContainers"] {
        for container in spec
            .get_mut(list)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(container) = container.as_object_mut() {
                container_fields(container);
            }
        }
    }
}

fn container_fields(container: &mut Map<String, Value>) {
    default(container, "resources", json!({}));
    default(container, "terminationMessagePath", "/dev/termination-log");
    default(container, "terminationMessagePolicy", "File");
    let image = container
        .get("image")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    let floating = !last.contains(':') || last.ends_with(":latest");
    let policy = if floating && !image.contains('@') {
        "Always"
    } else {
        "IfNotPresent"
    };
    default(container, "imagePullPolicy", policy);
    let limits = container["resources"]["limits"].clone();
    let requests = container["resources"]["requests"].clone();
    if let Some(limits) = limits.as_object() {
        let mut merged = limits.clone();
        merged.extend(requests.as_object().cloned().unwrap_or_default());
        container["resources"]["requests"] = Value::Object(merged);
    }
}

/// What the API server adds to a pod that the Job controller made from a template.
pub(crate) fn pod(pod: &mut Value) {
    let qos = qos(&pod["spec"]);
    let spec = map_at(pod, "spec");
    default(spec, "serviceAccountName", "default");
    let account = spec["serviceAccountName"].clone();
    default(spec, "serviceAccount", account);
    default(spec, "enableServiceLinks", true);
    default(spec, "priority", 0);
    default(spec, "preemptionPolicy", "PreemptLowerPriority");
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    if let Some(list) = tolerations.as_array_mut() {
        for key in [
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable",
        ] {
            if list.iter().all(|it| it["key"] != key) {
                list.push(json!({
                    "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
                }));
            }
        }
    }
    pod["status"] = json!({ "phase": "Pending", "qosClass": qos });
}

fn qos(spec: &Value) -> &'static str {
    let containers = spec["containers"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let resources = |it: &Value, key: &str| {
        it["resources"][key]
            .as_object()
            .cloned()
            .unwrap_or_default()
    };
    let none =
        |it: &Value| resources(it, "limits").is_empty() && resources(it, "requests").is_empty();
    let full = |it: &Value| {
        let (limits, requests) = (resources(it, "limits"), resources(it, "requests"));
        ["cpu", "memory"]
            .iter()
            .all(|key| limits.contains_key(*key) && limits.get(*key) == requests.get(*key))
    };
    if containers.iter().all(none) {
        "BestEffort"
    } else if containers.iter().all(full) {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

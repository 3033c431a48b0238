//! The events that `kubectl describe` shows: the only place where some causes are told.

use serde_json::{Value, json};

use crate::{
    object::{Key, Meta},
    resource::Resource,
    world::World,
};

impl World {
    /// Tells something of a Job or a pod; the same thing again only counts up.
    pub(crate) fn event(&mut self, object: &Value, kind: &str, reason: &str, message: &str) {
        let resource = if object["spec"]["template"].is_object() {
            Resource::Jobs
        } else {
            Resource::Pods
        };
        let component = match (resource, reason) {
            (Resource::Jobs, _) => "job-controller",
            (_, "Scheduled" | "FailedScheduling") => "default-scheduler",
            (_, "TaintManagerEviction") => "taint-eviction-controller",
            _ => "kubelet",
        };
        let now = self.stamp();
        // One name for one thing that is told, so that telling it again finds it.
        let digest = fnv(&[object.uid(), reason, message]);
        let key: Key = (
            object.namespace().to_owned(),
            format!("{}.{digest:016x}", object.name()),
        );
        if let Some(old) = self.store.get(Resource::Events, &key) {
            let mut event = old.value.clone();
            event["count"] = (event["count"].as_u64().unwrap_or(0) + 1).into();
            event["lastTimestamp"] = now.into();
            self.put(Resource::Events, event);
            return;
        }
        let uid = self.uid();
        let event = json!({
            "metadata": { "name": key.1, "namespace": key.0, "uid": uid, "creationTimestamp": now },
            "involvedObject": {
                "kind": resource.kind(), "namespace": key.0, "name": object.name(), "uid": object.uid(),
                "apiVersion": resource.api_version(), "resourceVersion": object["metadata"]["resourceVersion"],
            },
            "reason": reason, "message": message, "type": kind, "count": 1,
            "source": { "component": component },
            "firstTimestamp": now, "lastTimestamp": now, "eventTime": null,
            "reportingComponent": component, "reportingInstance": "",
        });
        self.put(Resource::Events, event);
        self.told.push_back(key);
        // Real ones go after an hour.
        if self.told.len() > self.options.events_max
            && let Some(old) = self.told.pop_front()
        {
            self.remove(Resource::Events, &old);
        }
    }
}

fn fnv(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|it| it.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

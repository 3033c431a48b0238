//! What becomes of a template's manifest, and of one that is brought whole.

mod brought;
mod filled;
mod launched;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::*;
use crate::ids::{Attempt, QueueKey, RunKey, Seq};

fn identity() -> Identity {
    Identity {
        installation: "k3v9".parse().unwrap(),
        run: RunKey {
            queue: QueueKey::new("batch".parse().unwrap(), "default".parse().unwrap()),
            run_id: "order-17".parse().unwrap(),
        },
        incarnation: 1,
        attempt: Attempt(1),
        claim_seq: Seq(40),
        deployment: None,
        name: Some("nightly".to_owned()),
    }
}

fn told() -> BTreeMap<String, String> {
    let told = [
        ("WEIR_RUN_ID", "order-17"),
        ("WEIR_PARAMETERS", r#"{"price": "$$5 or $(HOME)"}"#),
        (
            "TRACEPARENT",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ),
    ];
    told.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// A job configuration with this pod.
fn configuration(pod: &Value) -> Value {
    json!({"job_manifest": {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "spec": {"template": {"spec": pod}},
    }})
}

/// One container that has these fields beside its image.
fn container(fields: &Value) -> Value {
    let mut container = json!({"name": "main", "image": "registry/app:1"});
    let fields = fields.as_object().expect("fields").clone();
    container.as_object_mut().expect("an object").extend(fields);
    container
}

fn rendered(configuration: &Value) -> Result<Manifest, ManifestError> {
    Manifest::of_rendered(configuration, &identity(), &BTreeMap::new(), None)
}

/// What the first container becomes.
fn first(manifest: &Manifest) -> &Value {
    &manifest.body["spec"]["template"]["spec"]["containers"][0]
}

fn with(mut of: Value, path: &str, value: Value) -> Value {
    let (parent, key) = path.rsplit_once('/').expect("a path");
    let parent: &mut Map<String, Value> = of
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .expect("a parent");
    parent.insert(key.to_owned(), value);
    of
}

//! POST: a new object, and the eviction of a pod.

use serde_json::{Value, json};

use crate::{
    api::{Call, Reply, view},
    defaults,
    object::{Meta, map_at},
    resource::Resource,
    schema,
    status::{Cause, Failure},
    validate,
    world::World,
};

/// What etcd takes in one write, by default.
const ETCD_MAX: usize = 1_572_864;

/// The object in a body, without `kind` and `apiVersion`.
pub(super) fn read(resource: Resource, call: &Call) -> Result<Value, Failure> {
    let media = call
        .content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if !matches!(media, "" | "application/json") {
        return Err(Failure::media_type());
    }
    let Value::Object(mut map) = call.json.clone() else {
        let text = String::from_utf8_lossy(&call.body);
        let kind = resource.kind();
        let what = unexpected(&text);
        return Err(Failure::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: \
             {what} ({})",
            text.chars().take(200).collect::<String>()
        )));
    };
    let kind = map.remove("kind");
    map.remove("apiVersion");
    if let Some(kind) = kind
        .as_ref()
        .and_then(Value::as_str)
        .filter(|it| *it != resource.kind())
    {
        let message = format!(
            "{kind} in version \"v1\" cannot be handled as a {}: no kind \"{kind}\" is registered for this path",
            resource.kind()
        );
        return Err(Failure::bad_request(message));
    }
    Ok(Value::Object(map))
}

/// What Go's decoder says of a text that is no JSON object.
fn unexpected(text: &str) -> String {
    let rest = text.trim_start();
    match rest.chars().next() {
        None => "unexpected end of JSON input".to_owned(),
        Some('{') => {
            let next = rest.chars().nth(1).unwrap_or('}');
            format!("invalid character '{next}' looking for beginning of object key string")
        }
        Some(other) => format!("invalid character '{other}' looking for beginning of value"),
    }
}

/// Checks types and unknown fields; gives the warnings.
pub(super) fn shape(object: &mut Value, call: &Call) -> Result<Vec<String>, Failure> {
    let problems = schema::job(object);
    let refuse = |why: &str| {
        Err(Failure::bad_request(format!(
            "Job in version \"v1\" cannot be handled as a Job: {why}"
        )))
    };
    if let Some(mismatch) = problems.mismatch {
        return refuse(&mismatch);
    }
    let unknown: Vec<_> = problems
        .unknown
        .iter()
        .map(|it| format!("unknown field \"{it}\""))
        .collect();
    match call.query.get("fieldValidation").unwrap_or("Warn") {
        "Strict" if !unknown.is_empty() => {
            refuse(&format!("strict decoding error: {}", unknown.join(", ")))
        }
        "Warn" => Ok(unknown),
        _ => Ok(Vec::new()),
    }
}

impl World {
    pub(super) fn create(&mut self, resource: Resource, call: &Call) -> Result<Reply, Failure> {
        let mut object = read(resource, call)?;
        let warnings = if resource == Resource::Jobs {
            shape(&mut object, call)?
        } else {
            Vec::new()
        };
        self.prepare(resource, call, &mut object)?;
        if resource == Resource::Jobs {
            validate::job(&object)?;
        } else {
            validate::plain(resource, &object)?;
        }
        if call.body.len() > ETCD_MAX {
            return Err(self.over_etcd(resource, &object));
        }
        self.admit(resource, &object)?;
        let key = object.key();
        if let Some(old) = self.store.get(resource, &key) {
            return Err(Failure::already_exists(
                resource,
                &key.1,
                old.value.deleting(),
            ));
        }
        let reply = if call.query.get("dryRun") == Some("All") {
            object["kind"] = resource.kind().into();
            object["apiVersion"] = resource.api_version().into();
            Reply::json(201, &object)
        } else {
            view::object(201, &self.put(resource, object), call)
        };
        Ok(Reply { warnings, ..reply })
    }

    /// Gives the object what only the server can give it.
    fn prepare(
        &mut self,
        resource: Resource,
        call: &Call,
        object: &mut Value,
    ) -> Result<(), Failure> {
        let namespace = &call.attributes.namespace;
        let (uid, now) = (self.uid(), self.stamp());
        let metadata = map_at(object, "metadata");
        for field in [
            "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
            "selfLink",
        ] {
            metadata.remove(field);
        }
        let asked = metadata
            .get("namespace")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if !asked.is_empty() && asked != namespace {
            let message = "the namespace of the provided object does not match the namespace sent on the request";
            return Err(Failure::bad_request(message));
        }
        if resource.namespaced() {
            metadata.insert("namespace".to_owned(), namespace.as_str().into());
        }
        metadata.insert("uid".to_owned(), uid.into());
        metadata.insert("creationTimestamp".to_owned(), now.into());
        if metadata
            .get("finalizers")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            metadata.remove("finalizers");
        }
        let prefix = metadata
            .get("generateName")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let unnamed = metadata
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .is_empty();
        if let Some(prefix) = prefix.filter(|_| unnamed) {
            let name = self.generate(&prefix);
            object["metadata"]["name"] = name.into();
        }
        match resource {
            Resource::Jobs => {
                object["metadata"]["generation"] = 1.into();
                defaults::job(object);
            }
            Resource::Namespaces => {
                let name = object.name().to_owned();
                object["metadata"]["labels"] = json!({ "kubernetes.io/metadata.name": name });
                object["spec"] = json!({ "finalizers": ["kubernetes"] });
                object["status"] = json!({ "phase": "Active" });
            }
            Resource::ResourceQuotas => object["status"] = json!({}),
            Resource::Pods
            | Resource::Events
            | Resource::ConfigMaps
            | Resource::Secrets
            | Resource::Nodes
            | Resource::Leases => {}
        }
        Ok(())
    }

    /// A write that is too much for etcd is tried again inside of the server, with a new uid, and so misses the labels
    /// of the first try. That is what clients are told.
    fn over_etcd(&mut self, resource: Resource, object: &Value) -> Failure {
        if resource != Resource::Jobs {
            return Failure::new(500, "", "etcdserver: request is too large");
        }
        let other = self.uid();
        let labels = &object["spec"]["template"]["metadata"]["labels"];
        let mut causes: Vec<Cause> = ["controller-uid", "batch.kubernetes.io/controller-uid"]
            .iter()
            .map(|it| {
                let field = format!("spec.template.metadata.labels[{it}]");
                Cause::invalid(field, labels, &format!("must be '{other}'"))
            })
            .collect();
        causes.push(Cause::invalid(
            "spec.selector",
            &object["spec"]["selector"],
            "`selector` not auto-generated",
        ));
        Failure::invalid(resource, object.name(), &causes)
    }

    /// POST pods/NAME/eviction, as a drain of a node does it.
    pub(super) fn evict(&mut self, call: &Call) -> Result<Reply, Failure> {
        let key = call.attributes.key();
        let Some(stored) = self.store.get(Resource::Pods, &key) else {
            return Err(Failure::not_found(Resource::Pods, &key.1));
        };
        if !stored.value.terminal() {
            self.disrupt(&key, "EvictionByEvictionAPI", "Eviction API: evicting");
        }
        self.delete_pod(
            &key,
            call.json["deleteOptions"]["gracePeriodSeconds"].as_u64(),
        );
        let done = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201 });
        Ok(Reply::json(201, &done))
    }
}

//! PUT and PATCH, of the object or of its status alone.

use serde_json::Value;

use crate::{
    api::{Call, Reply, create, view},
    controller::bump,
    object::Meta,
    patch,
    resource::Resource,
    status::Failure,
    store::Stored,
    validate,
    world::World,
};

impl World {
    pub(super) fn change(&mut self, resource: Resource, call: &Call) -> Result<Reply, Failure> {
        let key = call.attributes.key();
        let Some(stored) = self.store.get(resource, &key) else {
            return Err(Failure::not_found(resource, &key.1));
        };
        let mut object = wanted(resource, call, &stored)?;
        let warnings = if resource == Resource::Jobs {
            create::shape(&mut object, call)?
        } else {
            Vec::new()
        };
        precondition(resource, &stored, &object)?;
        settle(&stored.value, &mut object, &call.attributes.subresource);
        if resource == Resource::Jobs {
            validate::job_update(&stored.value, &object)?;
        } else {
            validate::plain(resource, &object)?;
        }
        if object["spec"] != stored.value["spec"] {
            bump(&mut object);
        }
        let after = if object == stored.value || call.query.get("dryRun") == Some("All") {
            stored
        } else {
            self.write(resource, object)
        };
        Ok(Reply {
            warnings,
            ..view::object(200, &after, call)
        })
    }
}

/// What the client wants the object to be.
fn wanted(resource: Resource, call: &Call, stored: &Stored) -> Result<Value, Failure> {
    if call.attributes.verb == "update" {
        return create::read(resource, call);
    }
    let mut object = stored.value.clone();
    object["kind"] = resource.kind().into();
    object["apiVersion"] = resource.api_version().into();
    if call.json.is_null() {
        return Err(Failure::bad_request(
            "error decoding patch: the body is no JSON",
        ));
    }
    patch::apply(&call.content_type, &mut object, &call.json)?;
    if let Some(map) = object.as_object_mut() {
        map.remove("kind");
        map.remove("apiVersion");
    }
    Ok(object)
}

/// The object must still be the one that the client speaks of.
fn precondition(resource: Resource, stored: &Stored, object: &Value) -> Result<(), Failure> {
    let name = stored.value.name();
    let text = |pointer: &str| object.text(pointer).unwrap_or_default();
    let revision = text("/metadata/resourceVersion");
    if !revision.is_empty() && revision != stored.revision.to_string() {
        return Err(Failure::modified(resource, name));
    }
    let (asked, uid) = (text("/metadata/uid"), stored.value.uid());
    if !asked.is_empty() && asked != uid {
        let group = if resource.group().is_empty() {
            String::new()
        } else {
            format!("{}/", resource.group())
        };
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: /registry/{group}{}/{}/{name}, ResourceVersion: 0, \
             AdditionalErrorMsg: Precondition failed: UID in precondition: {asked}, UID in object meta: {uid}",
            resource.plural(),
            stored.value.namespace()
        );
        return Err(Failure::conflict(resource, name, &why));
    }
    Ok(())
}

/// Puts back what a client cannot change: of the status only the status, of the object all but the status.
fn settle(before: &Value, object: &mut Value, subresource: &str) {
    if subresource == "status" {
        let status = object["status"].take();
        object.clone_from(before);
        object["status"] = status;
        return;
    }
    if !before["status"].is_null() {
        object["status"] = before["status"].clone();
    }
    let fixed = [
        "uid",
        "name",
        "namespace",
        "creationTimestamp",
        "generation",
        "resourceVersion",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generateName",
    ];
    for field in fixed {
        let old = before["metadata"].get(field).cloned();
        if let Some(metadata) = object["metadata"].as_object_mut() {
            match old {
                Some(old) => drop(metadata.insert(field.to_owned(), old)),
                None => drop(metadata.remove(field)),
            }
        }
    }
    let empty = object["metadata"]["finalizers"]
        .as_array()
        .is_some_and(Vec::is_empty);
    if let Some(metadata) = object["metadata"].as_object_mut().filter(|_| empty) {
        metadata.remove("finalizers");
    }
}

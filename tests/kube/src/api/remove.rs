//! DELETE, of one object or of all that a selector finds.

use crate::{
    api::{Call, Reply, view},
    controller::DeleteOptions,
    object::Meta,
    resource::Resource,
    selector::Selector,
    status::{self, Failure},
    world::World,
};

const PRESERVED: &str = "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to \
                         remove them or set propagationPolicy=Orphan to suppress this warning";

impl World {
    pub(super) fn delete_one(&mut self, resource: Resource, call: &Call) -> Result<Reply, Failure> {
        let options = DeleteOptions::of(&call.query, &call.json)?;
        let key = call.attributes.key();
        let Some(stored) = self.store.get(resource, &key) else {
            return Err(Failure::not_found(resource, &key.1));
        };
        options.check(resource, &stored.value)?;
        let left = if options.dry_run {
            Some(stored.clone())
        } else {
            self.delete(resource, &key, &options)
        };
        let reply = match left {
            Some(left) => view::object(200, &left, call),
            None if matches!(resource, Resource::ResourceQuotas) => {
                view::object(200, &stored, call)
            }
            None => Reply::json(200, &status::deleted(resource, &key.1, stored.value.uid())),
        };
        Ok(reply)
    }

    /// The answer is the list of what was there.
    pub(super) fn delete_all(&mut self, resource: Resource, call: &Call) -> Result<Reply, Failure> {
        let options = DeleteOptions::of(&call.query, &call.json)?;
        let selector = Selector::of(resource, &call.query)?;
        let metadata = serde_json::json!({ "resourceVersion": self.store.revision().to_string() });
        let namespace = &call.attributes.namespace;
        let all = self.store.all(
            resource,
            Some(namespace)
                .filter(|it| !it.is_empty())
                .map(String::as_str),
        );
        let found: Vec<_> = all
            .filter(|it| selector.matches(&it.value))
            .cloned()
            .collect();
        for stored in &found {
            self.delete(resource, &stored.value.key(), &options);
        }
        Ok(view::list(resource, &metadata, &found, call))
    }
}

/// The warning that comes with a delete of a Job that says nothing of its pods, whatever comes of it.
pub(crate) fn warning(call: &Call) -> Option<&'static str> {
    let it = &call.attributes;
    let job =
        it.known() == Some(Resource::Jobs) && matches!(it.verb, "delete" | "deletecollection");
    let silent =
        call.json["propagationPolicy"].is_null() && call.query.get("propagationPolicy").is_none();
    (job && silent && call.json["orphanDependents"].is_null()).then_some(PRESERVED)
}

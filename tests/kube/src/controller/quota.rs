//! What may be created at all: the namespace must live and its quotas must have room.

use serde_json::{Value, json};

use crate::{object::Meta, resource::Resource, status::Failure, world::World};

/// What a quota calls a resource that it counts.
fn counted(resource: Resource) -> Option<&'static str> {
    match resource {
        Resource::Jobs => Some("count/jobs.batch"),
        Resource::Pods => Some("pods"),
        Resource::Events
        | Resource::ConfigMaps
        | Resource::Secrets
        | Resource::ResourceQuotas
        | Resource::Namespaces
        | Resource::Nodes
        | Resource::Leases => None,
    }
}

impl World {
    /// The admission of a new object.
    pub(crate) fn admit(&self, resource: Resource, object: &Value) -> Result<(), Failure> {
        if !resource.namespaced() {
            return Ok(());
        }
        let (namespace, name) = (object.namespace(), object.name());
        match self
            .store
            .get(Resource::Namespaces, &(String::new(), namespace.to_owned()))
        {
            None => return Err(Failure::not_found(Resource::Namespaces, namespace)),
            Some(it) if it.value.deleting() => {
                return Err(Failure::terminating(resource, &object.key()));
            }
            Some(_) => {}
        }
        let Some(what) = counted(resource) else {
            return Ok(());
        };
        for quota in self.store.all(Resource::ResourceQuotas, Some(namespace)) {
            let Some(limit) = limit(&quota.value, what) else {
                continue;
            };
            let used = self.used(resource, namespace);
            if used >= limit {
                let why = format!(
                    "exceeded quota: {}, requested: {what}=1, used: {what}={used}, limited: {what}={limit}",
                    quota.value.name()
                );
                return Err(Failure::forbidden(resource, name, &why));
            }
        }
        Ok(())
    }

    /// Pods that have ended take no room.
    fn used(&self, resource: Resource, namespace: &str) -> usize {
        let all = self.store.all(resource, Some(namespace));
        all.filter(|it| resource != Resource::Pods || !it.value.terminal())
            .count()
    }

    /// Writes what is used into the status of the quotas of a namespace.
    pub(crate) fn count_quota(&mut self, resource: Resource, object: &Value) {
        let new = resource == Resource::ResourceQuotas;
        if counted(resource).is_none() && !new {
            return;
        }
        let namespace = object.namespace();
        let quotas: Vec<_> = self
            .store
            .all(Resource::ResourceQuotas, Some(namespace))
            .cloned()
            .collect();
        for quota in quotas {
            let mut used = json!({});
            for (resource, what) in
                [Resource::Jobs, Resource::Pods].map(|it| (it, counted(it).unwrap_or_default()))
            {
                if limit(&quota.value, what).is_some() {
                    used[what] = self.used(resource, namespace).to_string().into();
                }
            }
            let hard = quota.value["spec"]["hard"].clone();
            self.edit(Resource::ResourceQuotas, &quota.value.key(), |it| {
                it["status"] = json!({ "hard": hard, "used": used });
            });
        }
    }
}

fn limit(quota: &Value, what: &str) -> Option<usize> {
    let hard = &quota["spec"]["hard"][what];
    hard.as_str()
        .and_then(|it| it.parse().ok())
        .or_else(|| hard.as_u64().and_then(|it| usize::try_from(it).ok()))
}

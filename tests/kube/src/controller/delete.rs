//! Deleting: at once, with grace, or only after finalizers are gone; by whom does not matter.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use crate::{
    clock::stamp,
    object::{FOREGROUND, Key, Meta, ORPHAN, add_finalizer},
    resource::Resource,
    route::Query,
    status::Failure,
    store::Stored,
    timers::Action,
    world::{REACTION, World},
};

/// What becomes of the dependents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    Background,
    Foreground,
    Orphan,
}

/// What a delete asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeleteOptions {
    pub(crate) policy: Option<Policy>,
    pub(crate) grace: Option<u64>,
    pub(crate) dry_run: bool,
    uid: Option<String>,
    revision: Option<String>,
}

impl DeleteOptions {
    /// From the body, or else from the query.
    pub(crate) fn of(query: &Query, body: &Value) -> Result<Self, Failure> {
        let word = body
            .text("/propagationPolicy")
            .or_else(|| query.get("propagationPolicy"));
        let policy = match word {
            None => None,
            Some("Background") => Some(Policy::Background),
            Some("Foreground") => Some(Policy::Foreground),
            Some("Orphan") => Some(Policy::Orphan),
            Some(other) => {
                return Err(Failure::bad_request(format!(
                    "invalid propagationPolicy \"{other}\""
                )));
            }
        };
        let preconditions = |key: &str| {
            body.text(&format!("/preconditions/{key}"))
                .map(str::to_owned)
        };
        Ok(Self {
            policy,
            grace: body["gracePeriodSeconds"]
                .as_u64()
                .or_else(|| query.number("gracePeriodSeconds")),
            dry_run: body["dryRun"][0] == "All" || query.get("dryRun") == Some("All"),
            uid: preconditions("uid"),
            revision: preconditions("resourceVersion"),
        })
    }

    /// Whether the object is the one that was meant.
    pub(crate) fn check(&self, resource: Resource, object: &Value) -> Result<(), Failure> {
        let (uid, revision) = (
            object.uid(),
            object.text("/metadata/resourceVersion").unwrap_or_default(),
        );
        if let Some(asked) = self.uid.as_deref().filter(|it| *it != uid) {
            let why = format!(
                "the UID in the precondition ({asked}) does not match the UID in record ({uid}). The object might have \
                 been deleted and then recreated"
            );
            return Err(Failure::precondition(resource, object.name(), &why));
        }
        if let Some(asked) = self.revision.as_deref().filter(|it| *it != revision) {
            let why = format!(
                "the ResourceVersion in the precondition ({asked}) does not match the ResourceVersion in record \
                 ({revision}). The object might have been modified"
            );
            return Err(Failure::precondition(resource, object.name(), &why));
        }
        Ok(())
    }
}

impl World {
    /// Deletes an object; `None` if it is gone at once, else what it is now.
    pub(crate) fn delete(
        &mut self,
        resource: Resource,
        key: &Key,
        options: &DeleteOptions,
    ) -> Option<Arc<Stored>> {
        match resource {
            Resource::Jobs => self.delete_job(key, options.policy.unwrap_or(Policy::Orphan)),
            Resource::Pods => self.delete_pod(key, options.grace),
            Resource::Namespaces => self.delete_namespace(key),
            Resource::Events
            | Resource::ConfigMaps
            | Resource::Secrets
            | Resource::ResourceQuotas
            | Resource::Nodes
            | Resource::Leases => self.delete_plain(resource, key),
        }
    }

    pub(crate) fn delete_job(&mut self, key: &Key, policy: Policy) -> Option<Arc<Stored>> {
        let stored = self.store.get(Resource::Jobs, key)?;
        let mut job = stored.value.clone();
        match policy {
            Policy::Background => {}
            Policy::Foreground => add_finalizer(&mut job, FOREGROUND),
            Policy::Orphan => add_finalizer(&mut job, ORPHAN),
        }
        if job.finalizers().is_empty() {
            self.remove(Resource::Jobs, key);
            return None;
        }
        if stored.value.deleting() {
            return Some(stored);
        }
        job["metadata"]["deletionTimestamp"] = self.stamp().into();
        job["metadata"]["deletionGracePeriodSeconds"] = 0.into();
        bump(&mut job);
        Some(self.put(Resource::Jobs, job))
    }

    /// A pod without a node, and one that has ended, needs no grace. The last state is always seen with its deletion
    /// in it before it goes.
    pub(crate) fn delete_pod(&mut self, key: &Key, grace: Option<u64>) -> Option<Arc<Stored>> {
        let stored = self.store.get(Resource::Pods, key)?;
        let mut pod = stored.value.clone();
        let idle = pod.text("/spec/nodeName").is_none() || pod.terminal();
        let asked = grace
            .or_else(|| pod["spec"]["terminationGracePeriodSeconds"].as_u64())
            .unwrap_or(30);
        let grace = if idle { 0 } else { asked };
        let before = pod["metadata"]["deletionGracePeriodSeconds"].as_u64();
        if before.is_some_and(|it| it <= grace) && grace > 0 {
            return Some(stored);
        }
        if before.is_none() {
            bump(&mut pod);
        }
        let moment = self.clock.at(self.now + Duration::from_secs(grace));
        pod["metadata"]["deletionTimestamp"] = stamp(moment).into();
        pod["metadata"]["deletionGracePeriodSeconds"] = grace.into();
        let last = if before == Some(0) {
            stored
        } else {
            self.put(Resource::Pods, pod)
        };
        if grace == 0 && last.value.finalizers().is_empty() {
            return self.remove(Resource::Pods, key);
        }
        Some(last)
    }

    fn delete_plain(&mut self, resource: Resource, key: &Key) -> Option<Arc<Stored>> {
        let stored = self.store.get(resource, key)?;
        if stored.value.finalizers().is_empty() {
            self.remove(resource, key);
            return None;
        }
        if stored.value.deleting() {
            return Some(stored);
        }
        let mut value = stored.value.clone();
        value["metadata"]["deletionTimestamp"] = self.stamp().into();
        value["metadata"]["deletionGracePeriodSeconds"] = 0.into();
        Some(self.put(resource, value))
    }

    fn delete_namespace(&mut self, key: &Key) -> Option<Arc<Stored>> {
        let stored = self.store.get(Resource::Namespaces, key)?;
        if stored.value.deleting() {
            return Some(stored);
        }
        let mut value = stored.value.clone();
        value["metadata"]["deletionTimestamp"] = self.stamp().into();
        value["status"]["phase"] = "Terminating".into();
        self.after(REACTION, Action::EmptyNamespace(key.1.clone()));
        Some(self.put(Resource::Namespaces, value))
    }
}

/// A new generation, as a change of the spec and the mark of deletion make it.
pub(crate) fn bump(object: &mut Value) {
    if let Some(generation) = object.number("/metadata/generation") {
        object["metadata"]["generation"] = (generation + 1).into();
    }
}

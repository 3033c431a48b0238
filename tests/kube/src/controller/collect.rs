//! The garbage collector and the TTL controller: what becomes of the pods of a Job that goes, and of a finished Job.

use std::time::Duration;

use serde_json::Value;

use crate::{
    controller::Policy,
    object::{FOREGROUND, Key, Meta, ORPHAN, TRACKING, drop_finalizer, finished},
    resource::Resource,
    timers::Action,
    world::World,
};

impl World {
    /// A Job that waits for its dependents, or that leaves them behind.
    pub(crate) fn collect(&mut self, key: &Key) {
        let Some(stored) = self.store.get(Resource::Jobs, key) else {
            return;
        };
        let job = &stored.value;
        if !job.deleting() {
            return;
        }
        let pods = self.pods_of(job.uid());
        if job.finalizers().contains(&ORPHAN) {
            for pod in pods {
                self.edit(Resource::Pods, &pod.value.key(), |it| {
                    if let Some(metadata) = it["metadata"].as_object_mut() {
                        metadata.remove("ownerReferences");
                    }
                });
            }
            self.drop_finalizer(Resource::Jobs, key, ORPHAN);
        } else if job.finalizers().contains(&FOREGROUND) {
            if pods.is_empty() {
                self.drop_finalizer(Resource::Jobs, key, FOREGROUND);
            }
            for pod in pods.iter().filter(|it| !it.value.deleting()) {
                self.delete_pod(&pod.value.key(), None);
            }
        }
    }

    /// The pods of a Job that is gone: nobody counts them any more, and they go too.
    pub(crate) fn release_orphans(&mut self, uid: &str) {
        for pod in self.pods_of(uid) {
            let key = pod.value.key();
            self.edit(Resource::Pods, &key, |it| drop_finalizer(it, TRACKING));
            if !pod.value.deleting() {
                self.delete_pod(&key, None);
            }
        }
    }

    pub(crate) fn plan_expiry(&mut self, job: &Value) {
        let finished = self
            .memos
            .get(job.uid())
            .and_then(|it| it.finished)
            .unwrap_or(self.now);
        if let Some(ttl) = job["spec"]["ttlSecondsAfterFinished"].as_u64() {
            let at = finished + Duration::from_secs(ttl);
            self.timers
                .add(at, Action::Expire(job.key(), job.uid().to_owned()));
        }
    }

    /// The TTL may have been changed meanwhile.
    pub(crate) fn expire(&mut self, key: &Key, uid: &str) {
        let Some(stored) = self.store.get(Resource::Jobs, key) else {
            return;
        };
        let job = &stored.value;
        let ttl = job["spec"]["ttlSecondsAfterFinished"]
            .as_u64()
            .map(Duration::from_secs);
        let since = self.memos.get(uid).and_then(|it| it.finished);
        let over = since
            .zip(ttl)
            .is_some_and(|(since, ttl)| since + ttl <= self.now);
        if job.uid() == uid && finished(job) && over {
            self.delete_job(key, Policy::Foreground);
        }
    }
}

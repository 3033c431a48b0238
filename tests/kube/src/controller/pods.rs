//! How the Job controller makes pods, and how it takes them away when the Job ends or is suspended.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    controller::job::Pods,
    defaults,
    object::{Key, Meta, TRACKING, drop_finalizer},
    resource::Resource,
    status::Failure,
    timers::Action,
    world::World,
};

impl World {
    /// Makes as many pods as the Job still wants, once its back-off is over.
    pub(crate) fn make_pods(&mut self, job: &Value, pods: &mut Pods) {
        let spec = &job["spec"];
        let number = |it: &Value| it.as_u64().and_then(|it| usize::try_from(it).ok());
        let succeeded = number(&job["status"]["succeeded"]).unwrap_or(0) + pods.succeeded.len();
        let parallel = number(&spec["parallelism"]).unwrap_or(1);
        let wanted = match number(&spec["completions"]) {
            Some(all) => parallel.min(all.saturating_sub(succeeded)),
            None if succeeded > 0 => pods.active.len(),
            None => parallel,
        };
        while pods.active.len() > wanted {
            if let Some(key) = pods.active.pop() {
                self.stop_pod(job, &key);
                pods.terminating += 1;
            }
        }
        let waiting = if spec["podReplacementPolicy"] == "Failed" {
            pods.terminating
        } else {
            0
        };
        let missing = wanted.saturating_sub(pods.active.len() + waiting);
        let memo = self.memos.entry(job.uid().to_owned()).or_default();
        let retry_at = memo.retry_at;
        if missing > 0 && retry_at > self.now {
            self.timers.add(retry_at, Action::WakeJob(job.key()));
            return;
        }
        for _ in 0..missing {
            match self.make_pod(job) {
                Ok(key) => pods.active.push(key),
                Err(failure) => return self.refused(job, &failure),
            }
        }
    }

    /// A refused create is tried again after 1 s, 2 s, 4 s, ...
    fn refused(&mut self, job: &Value, failure: &Failure) {
        let memo = self.memos.entry(job.uid().to_owned()).or_default();
        let wait = Duration::from_secs(1) * 2_u32.saturating_pow(memo.refused.min(9));
        memo.refused += 1;
        self.event(
            job,
            "Warning",
            "FailedCreate",
            &format!("Error creating: {}", failure.message),
        );
        self.after(wait, Action::WakeJob(job.key()));
    }

    fn make_pod(&mut self, job: &Value) -> Result<Key, Failure> {
        let prefix = format!("{}-", job.name());
        let name = self.generate(&prefix);
        let (uid, now) = (self.uid(), self.stamp());
        let template = &job["spec"]["template"];
        let mut pod = json!({
            "metadata": {
                "name": name, "generateName": prefix, "namespace": job.namespace(), "uid": uid, "generation": 1,
                "creationTimestamp": now,
                "labels": template["metadata"]["labels"],
                "ownerReferences": [{
                    "apiVersion": "batch/v1", "kind": "Job", "name": job.name(), "uid": job.uid(),
                    "controller": true, "blockOwnerDeletion": true,
                }],
                "finalizers": [TRACKING],
            },
            "spec": template["spec"],
        });
        if template["metadata"]["annotations"].is_object() {
            pod["metadata"]["annotations"] = template["metadata"]["annotations"].clone();
        }
        defaults::pod(&mut pod);
        self.admit(Resource::Pods, &pod)?;
        if let Some(memo) = self.memos.get_mut(job.uid()) {
            memo.refused = 0;
        }
        let key = pod.key();
        self.put(Resource::Pods, pod);
        self.event(
            job,
            "Normal",
            "SuccessfulCreate",
            &format!("Created pod: {name}"),
        );
        Ok(key)
    }

    /// Deletes what is active when the Job ends. With `count` these pods are failed ones, as they were not when the
    /// Job was looked at.
    pub(crate) fn stop_pods(&mut self, job: &Value, pods: &mut Pods, count: bool) {
        let early = job["spec"]["podReplacementPolicy"] != "Failed";
        for key in std::mem::take(&mut pods.active) {
            let uid = self
                .store
                .get(Resource::Pods, &key)
                .map(|it| it.value.uid().to_owned());
            self.stop_pod(job, &key);
            pods.terminating += 1;
            if let (true, true, Some(uid)) = (count, early, uid) {
                pods.failed.push((key, uid));
            }
        }
        pods.ready = 0;
    }

    /// Deletes what is active when the Job is suspended. These pods count as nothing.
    pub(crate) fn suspend_pods(&mut self, job: &Value, pods: &mut Pods) {
        for key in std::mem::take(&mut pods.active) {
            self.edit(Resource::Pods, &key, |it| drop_finalizer(it, TRACKING));
            self.stop_pod(job, &key);
            pods.terminating += 1;
        }
        pods.ready = 0;
    }

    fn stop_pod(&mut self, job: &Value, key: &Key) {
        self.delete_pod(key, None);
        self.event(
            job,
            "Normal",
            "SuccessfulDelete",
            &format!("Deleted pod: {}", key.1),
        );
    }
}

//! The Job controller's one function: it looks at a Job and at its pods and does what is owed.
//!
//! The order of its writes is the one that was recorded: pods first; then the Job with the pods that are about to be
//! counted and with its target condition; then the finalizers; then the counts and the final condition.

use std::time::Duration;

use serde_json::Value;

use crate::{
    controller::{
        policy::{self, Verdict},
        status::{Counts, Outcome},
    },
    object::{Key, Meta, TRACKING, finished, is_true},
    resource::Resource,
    store::Stored,
    timers::Action,
    world::{REACTION, World},
};

/// The pods of a Job, sorted by what they mean to it.
#[derive(Default)]
pub(crate) struct Pods {
    pub(crate) active: Vec<Key>,
    pub(crate) ready: usize,
    pub(crate) terminating: usize,
    /// To be counted: key and uid.
    pub(crate) succeeded: Vec<(Key, String)>,
    pub(crate) failed: Vec<(Key, String)>,
    /// Failed, but not to be counted.
    pub(crate) ignored: Vec<Key>,
    /// How often containers of active pods started again.
    pub(crate) restarts: u64,
    /// A rule of the failure policy that ends the Job, with its message.
    pub(crate) fatal: Option<String>,
}

impl World {
    /// Plans to look at a Job after a delay, unless it is looked at earlier anyway.
    pub(crate) fn queue_sync(&mut self, key: &Key, delay: Duration) {
        let mut at = self.now + delay;
        if self.now < self.resumed {
            // What is told now happened while there was no API server: the controller has just heard of it.
            at = at.max(self.resumed + self.options.batching * 3);
        }
        if self.syncs.get(key).is_none_or(|it| *it > at) {
            self.syncs.insert(key.clone(), at);
            self.timers.add(at, Action::SyncJob(key.clone()));
        }
    }

    /// The API server is back. Kubelets tell first; the Job controller looks at everything anew a little later.
    pub(crate) fn resume(&mut self) {
        self.resumed = self.now;
        for key in std::mem::take(&mut self.syncs).into_keys() {
            self.queue_sync(&key, self.options.batching * 3);
        }
    }

    pub(crate) fn job_written(&mut self, before: Option<&Value>, job: &Value) {
        let generation = |it: &Value| it.number("/metadata/generation");
        let changed = before.is_none_or(|it| generation(it) != generation(job));
        let delay = if changed {
            REACTION
        } else {
            self.options.batching
        };
        self.queue_sync(&job.key(), delay);
        if job.deleting() && !before.is_some_and(Meta::deleting) {
            self.after(REACTION, Action::Collect(job.key()));
        }
        let done = finished(job);
        if done && !before.is_some_and(finished) {
            self.memos.entry(job.uid().to_owned()).or_default().finished = Some(self.now);
        }
        let ttl = |it: &Value| it.number("/spec/ttlSecondsAfterFinished");
        let news = before.is_none_or(|it| !finished(it) || ttl(it) != ttl(job));
        if let (true, true, Some(_)) = (done, news, ttl(job)) {
            self.plan_expiry(job);
        }
    }

    pub(crate) fn job_removed(&mut self, job: &Value) {
        self.memos.remove(job.uid());
        self.syncs.remove(&job.key());
        if self.pods_of.contains_key(job.uid()) {
            self.after(REACTION, Action::Orphaned(job.uid().to_owned()));
        }
    }

    pub(crate) fn sync_job(&mut self, key: &Key) {
        let Some(stored) = self.store.get(Resource::Jobs, key) else {
            return;
        };
        let job = &stored.value;
        if job
            .text("/spec/managedBy")
            .is_some_and(|it| it != "kubernetes.io/job-controller")
        {
            return;
        }
        if finished(job) {
            for pod in self.pods_of(job.uid()) {
                self.drop_finalizer(Resource::Pods, &pod.value.key(), TRACKING);
            }
            return;
        }
        let mut pods = self.sort_pods(job);
        if job.deleting() {
            self.sync_deleting(job, &pods);
            return;
        }
        let suspended = job["spec"]["suspend"] == true;
        let outcome = self.outcome(job, &pods);
        self.note_failures(job, &pods);
        if outcome.is_some() {
            // The last counted pod may leave others behind; they end with the Job, and count as failed if it failed.
            self.stop_pods(job, &mut pods, !matches!(outcome, Some(Outcome::Complete)));
        } else if suspended {
            self.suspend_pods(job, &mut pods);
        } else {
            self.make_pods(job, &mut pods);
        }
        self.flush(job, &pods, outcome, suspended);
    }

    fn sort_pods(&self, job: &Value) -> Pods {
        let early = job["spec"]["podReplacementPolicy"] != "Failed";
        let mut pods = Pods::default();
        for pod in self.pods_of(job.uid()) {
            Self::sort_pod(job, &pod, early, &mut pods);
        }
        pods
    }

    fn sort_pod(job: &Value, stored: &Stored, early: bool, pods: &mut Pods) {
        let pod = &stored.value;
        let (key, uid) = (pod.key(), pod.uid().to_owned());
        if !pod.terminal() {
            if pod.deleting() {
                pods.terminating += 1;
            } else {
                pods.active.push(key.clone());
                pods.ready += usize::from(is_true(pod, "Ready"));
                let containers = pod["status"]["containerStatuses"].as_array();
                let counts = containers
                    .into_iter()
                    .flatten()
                    .filter_map(|it| it["restartCount"].as_u64());
                pods.restarts += counts.sum::<u64>();
            }
        }
        if !pod.finalizers().contains(&TRACKING) {
            return;
        }
        let failed =
            pod.phase() == "Failed" || (early && pod.deleting() && pod.phase() != "Succeeded");
        if pod.phase() == "Succeeded" {
            pods.succeeded.push((key, uid));
        } else if failed {
            match policy::judge(job, pod) {
                Verdict::Count => pods.failed.push((key, uid)),
                Verdict::Ignore => pods.ignored.push(key),
                Verdict::Fail(message) => {
                    pods.fatal.get_or_insert(message);
                    pods.failed.push((key, uid));
                }
            }
        }
    }

    /// A Job that is being deleted counts nothing any more and lets its pods go.
    fn sync_deleting(&mut self, job: &Value, pods: &Pods) {
        self.write_status(&job.key(), |status| Counts::of(pods).write(status));
        for pod in self.pods_of(job.uid()) {
            if pod.value.deleting() || pod.value.terminal() {
                self.drop_finalizer(Resource::Pods, &pod.value.key(), TRACKING);
            }
        }
    }

    fn outcome(&self, job: &Value, pods: &Pods) -> Option<Outcome> {
        let status = &job["status"];
        if let Some(outcome) = Outcome::decided(status) {
            return Some(outcome);
        }
        let count = |key: &str| status[key].as_u64().unwrap_or(0);
        let failed = count("failed") + u64::try_from(pods.failed.len()).unwrap_or(0);
        let succeeded = count("succeeded") + u64::try_from(pods.succeeded.len()).unwrap_or(0);
        let started = self.memos.get(job.uid()).and_then(|it| it.started);
        let deadline = job["spec"]["activeDeadlineSeconds"]
            .as_u64()
            .map(Duration::from_secs);
        let late = started
            .zip(deadline)
            .is_some_and(|(start, max)| self.now >= start + max);
        if let Some(message) = &pods.fatal {
            return Some(Outcome::PodFailurePolicy(message.clone()));
        }
        let limit = job["spec"]["backoffLimit"].as_u64().unwrap_or(6);
        // Where pods start their containers again, these count in place of failed pods.
        if failed > limit || pods.restarts >= limit.max(1) {
            return Some(Outcome::BackoffLimit);
        }
        if late && job["spec"]["suspend"] != true {
            return Some(Outcome::Deadline);
        }
        let enough = match job["spec"]["completions"].as_u64() {
            Some(wanted) => succeeded >= wanted,
            None => succeeded > 0 && pods.active.is_empty(),
        };
        enough.then_some(Outcome::Complete)
    }

    /// Failed pods make the next one wait: 10 s, 20 s, 40 s, ... from the last failure on, ten minutes at most.
    fn note_failures(&mut self, job: &Value, pods: &Pods) {
        let failed = pods.failed.len() + pods.ignored.len();
        let lag = self.options.batching;
        let now = self.now;
        let memo = self.memos.entry(job.uid().to_owned()).or_default();
        if !pods.succeeded.is_empty() {
            memo.failures = 0;
            memo.retry_at = Duration::ZERO;
        }
        if failed > 0 {
            memo.failures += u32::try_from(failed).unwrap_or(u32::MAX);
            let wait = Duration::from_secs(10) * 2_u32.saturating_pow(memo.failures.min(7) - 1);
            memo.retry_at = now.saturating_sub(lag) + wait.min(Duration::from_mins(10));
        }
    }
}

//! What is kept of a Job: enough to judge its attempt by, and little, because an observer holds twenty thousand of them.

use k8s_openapi::api::batch::v1::{Job, JobSpec, JobStatus};
use weir_core::{bounds::bounded_text, kubernetes::identity};

use super::{marks::Marks, meta::later};

/// A Job as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSeen {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Which Job of that name it is.
    pub uid: String,
    /// Which state of it this is. See [`JobSeen::update`].
    pub resource_version: String,
    /// Its annotations under `weir.dev/`: whose it is.
    pub annotations: Marks,
    /// It makes no pods for now.
    pub suspended: bool,
    /// Its deletion has been asked for.
    pub deleting: bool,
    /// How it ended; no pod of it is made any more and all that it counts have ended.
    pub end: Option<JobEnd>,
    /// Why it is going to fail; its pods may still run (condition `FailureTarget`).
    pub failing: Option<Told>,
    /// One pod that ends by itself is all that this Job can have: one completion, no second try, and nothing in the
    /// manifest by which a pod's end would not count.
    pub single: bool,
}

/// The end of a Job, by its conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// Condition `Complete`.
    Complete,
    /// Condition `Failed`.
    Failed(Told),
}

/// A reason as Kubernetes spells it, with its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// A word, such as `DeadlineExceeded`.
    pub reason: String,
    /// For people; at most [`weir_core::bounds::TEXT_BYTES_MAX`] bytes, possibly empty.
    pub message: String,
}

impl Told {
    /// Both texts are cut to the bound of texts in records.
    pub fn new(reason: impl AsRef<str>, message: impl AsRef<str>) -> Self {
        Self {
            reason: bounded_text(reason.as_ref().trim()),
            message: bounded_text(message.as_ref().trim()),
        }
    }
}

impl JobSeen {
    /// Reads a Job. Total: what is missing counts as its default.
    pub(crate) fn of(job: Job) -> Self {
        let Job {
            metadata,
            spec,
            status,
        } = job;
        let status = status.unwrap_or_default();
        let spec = spec.unwrap_or_default();
        Self {
            namespace: metadata.namespace.unwrap_or_default(),
            name: metadata.name.unwrap_or_default(),
            uid: metadata.uid.unwrap_or_default(),
            resource_version: metadata.resource_version.unwrap_or_default(),
            annotations: Marks::of(metadata.annotations.as_ref()),
            suspended: spec.suspend.unwrap_or_default(),
            deleting: metadata.deletion_timestamp.is_some(),
            end: end(&status),
            failing: condition(&status, "FailureTarget"),
            single: single(&spec),
        }
    }

    /// It says that its output is in the log: see [`identity::OUTPUT`].
    pub fn is_marked(&self) -> bool {
        self.annotations.get(identity::OUTPUT).is_some()
    }

    /// Works in a state of the same Job, unless it is an older one: events come late and twice, and resource versions of
    /// one resource are numbers that grow (KEP-5504). Whether it did.
    pub fn update(&mut self, seen: Self) -> bool {
        let newer = seen.uid == self.uid && !later(&self.resource_version, &seen.resource_version);
        if newer {
            *self = seen;
        }
        newer
    }
}

fn end(status: &JobStatus) -> Option<JobEnd> {
    condition(status, "Failed")
        .map(JobEnd::Failed)
        .or_else(|| condition(status, "Complete").map(|_told| JobEnd::Complete))
}

fn condition(status: &JobStatus, kind: &str) -> Option<Told> {
    let found = status
        .conditions
        .iter()
        .flatten()
        .find(|condition| condition.type_ == kind && condition.status == "True")?;
    Some(Told::new(
        found.reason.as_deref().unwrap_or_default(),
        found.message.as_deref().unwrap_or_default(),
    ))
}

/// See [`JobSeen::single`]. The server has filled in the defaults: one completion and one pod at a time, six retries.
fn single(spec: &JobSpec) -> bool {
    let JobSpec {
        completions,
        parallelism,
        backoff_limit,
        backoff_limit_per_index,
        pod_failure_policy,
        success_policy,
        managed_by,
        manual_selector,
        template,
        ..
    } = spec;
    let never_restarts = template
        .spec
        .as_ref()
        .is_some_and(|pod| pod.restart_policy.as_deref() == Some("Never"));
    completions.unwrap_or(1) == 1
        && parallelism.unwrap_or(1) == 1
        && *backoff_limit == Some(0)
        && backoff_limit_per_index.is_none()
        && pod_failure_policy.is_none()
        && success_policy.is_none()
        && *manual_selector != Some(true)
        && managed_by
            .as_deref()
            .is_none_or(|manager| manager == "kubernetes.io/job-controller")
        && never_restarts
}

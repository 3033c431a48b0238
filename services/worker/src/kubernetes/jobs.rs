//! The calls that make, start, end and look at single objects. Each is one call; see [`Cluster::patiently`].

use std::{sync::atomic::Ordering, time::Duration};

use http::{Request, header::CONTENT_TYPE};
use k8s_openapi::{
    api::{
        batch::v1::Job,
        core::v1::{Event, Namespace},
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    api::{DeleteParams, GetParams, ListParams, Patch, PatchParams, Preconditions},
    core,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::Instrument;
use weir_core::kubernetes::identity;

use super::{
    call::Failure,
    connect::Cluster,
    list::Page,
    reading::{JobSeen, Told},
};

/// What has come of making a Job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is there now.
    New {
        /// Which Job it is.
        uid: String,
        /// Its first state.
        resource_version: String,
    },
    /// One of this name was there already. Whose it is, its annotations say.
    AlreadyExists {
        /// It is on its way out: the same name is free a little later.
        deleting: bool,
    },
}

/// What becomes of the pods of a Job that is deleted.
/// <https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// The Job goes at once, its pods after it.
    Background,
    /// The pods go first; the Job can be seen until they are gone.
    Foreground,
}

/// What has come of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// The server has taken the order. What is meant may be there for a while yet.
    Ordered,
    /// It was not there any more: no object of this name, or another one.
    Absent,
}

/// Something that happened to an object, as the cluster's controllers tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSeen {
    /// Reason and message, such as `FailedCreate` with the quota that is used up.
    pub told: Told,
    /// It is a warning.
    pub warning: bool,
    /// How often it was told.
    pub count: u32,
}

impl Cluster {
    /// Makes a Job of a whole manifest, as it is. Fields that the server does not know are dropped with a warning, which
    /// is logged (`fieldValidation=Warn`).
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn create_job(&self, namespace: &str, manifest: &Value) -> Result<Created, Failure> {
        let target = format!(
            "{}?fieldManager=weir&fieldValidation=Warn",
            jobs(namespace)?.url_path
        );
        let body = serde_json::to_vec(manifest).map_err(|error| Failure::unsendable(&error))?;
        let request = Request::post(target)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|error| Failure::unsendable(&error))?;
        let name = manifest["metadata"]["name"].as_str().unwrap_or_default();
        let span = tracing::info_span!(
            "create_job",
            kubernetes.namespace = namespace,
            kubernetes.job = name
        );
        match self.ask::<Headed>(request).instrument(span).await {
            Ok(made) => Ok(Created::New {
                uid: made.metadata.uid.unwrap_or_default(),
                resource_version: made.metadata.resource_version.unwrap_or_default(),
            }),
            Err(Failure::AlreadyExists { message }) => Ok(Created::AlreadyExists {
                deleting: message.starts_with("object is being deleted"),
            }),
            Err(failure) => Err(failure),
        }
    }

    /// A Job as it is now; `None` if there is none of this name.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn get_job(&self, namespace: &str, name: &str) -> Result<Option<JobSeen>, Failure> {
        legal("name", name)?;
        let request = jobs(namespace)?
            .get(name, &GetParams::default())
            .map_err(|error| Failure::unsendable(&error))?;
        match self.ask::<Job>(request).await {
            Ok(job) => Ok(Some(JobSeen::of(job))),
            Err(Failure::NotFound { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Lets a Job that was made suspended make its pod, if it is this Job in this very state.
    ///
    /// # Errors
    /// [`Failure::Conflict`] if it is another one or has changed; [`Failure::NotFound`] if there is none.
    pub async fn unsuspend(
        &self,
        namespace: &str,
        name: &str,
        uid: &str,
        resource_version: &str,
    ) -> Result<JobSeen, Failure> {
        let patch = json!({
            "metadata": { "uid": uid, "resourceVersion": resource_version },
            "spec": { "suspend": false },
        });
        let started = self.patch_job(namespace, name, patch).await?;
        self.let_start.fetch_add(1, Ordering::Relaxed);
        Ok(started)
    }

    /// Marks a Job as one whose output is in the log, if it is this Job, and has the cluster remove it `ttl_s` seconds after
    /// its end.
    ///
    /// # Errors
    /// [`Failure::Conflict`] if it is another one; [`Failure::NotFound`] if there is none.
    pub async fn mark_stored(
        &self,
        namespace: &str,
        name: &str,
        uid: &str,
        ttl_s: Option<u32>,
    ) -> Result<JobSeen, Failure> {
        let mut patch = json!({
            "metadata": { "uid": uid, "annotations": { identity::OUTPUT: identity::OUTPUT_STORED } },
        });
        if let Some(seconds) = ttl_s {
            patch["spec"] = json!({ "ttlSecondsAfterFinished": seconds });
        }
        self.patch_job(namespace, name, patch).await
    }

    async fn patch_job(
        &self,
        namespace: &str,
        name: &str,
        patch: Value,
    ) -> Result<JobSeen, Failure> {
        legal("name", name)?;
        let request = jobs(namespace)?
            .patch(name, &PatchParams::default(), &Patch::Merge(patch))
            .map_err(|error| Failure::unsendable(&error))?;
        self.ask::<Job>(request).await.map(JobSeen::of)
    }

    /// Orders the deletion of this Job. Its pods end with the grace of their own manifests: Kubernetes hands none on
    /// from Job to pod, so whoever wants another deletes the pods too ([`Cluster::delete_pod`]).
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn delete_job(
        &self,
        namespace: &str,
        name: &str,
        uid: &str,
        propagation: Propagation,
    ) -> Result<Deleted, Failure> {
        let params = match propagation {
            Propagation::Background => DeleteParams::background(),
            Propagation::Foreground => DeleteParams::foreground(),
        };
        self.delete(&jobs(namespace)?, name, uid, params).await
    }

    /// Orders the deletion of this pod, with this grace between SIGTERM and SIGKILL: whole seconds, at least 1. With 0
    /// the server would forget the pod at once, and with it a container that may still run.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn delete_pod(
        &self,
        namespace: &str,
        name: &str,
        uid: &str,
        grace: Duration,
    ) -> Result<Deleted, Failure> {
        let seconds = u32::try_from(grace.as_secs()).unwrap_or(u32::MAX).max(1);
        let params = DeleteParams::default().grace_period(seconds);
        self.delete(&pods(namespace)?, name, uid, params).await
    }

    async fn delete(
        &self,
        resource: &core::Request,
        name: &str,
        uid: &str,
        params: DeleteParams,
    ) -> Result<Deleted, Failure> {
        legal("name", name)?;
        let params = params.preconditions(Preconditions {
            uid: Some(uid.to_owned()),
            resource_version: None,
        });
        let request = resource
            .delete(name, &params)
            .map_err(|error| Failure::unsendable(&error))?;
        match self.send(request).await {
            Ok(_) => Ok(Deleted::Ordered),
            Err(Failure::NotFound { .. }) => Ok(Deleted::Absent),
            // The precondition is the uid alone: what has this name is another object.
            Err(Failure::Conflict { message }) if message.contains("UID in the precondition") => {
                Ok(Deleted::Absent)
            }
            Err(failure) => Err(failure),
        }
    }

    /// What was told of an object, by its uid: the only place where a Job says that it cannot make a pod.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn events_of(&self, namespace: &str, uid: &str) -> Result<Vec<EventSeen>, Failure> {
        let params = ListParams::default()
            .fields(&format!("involvedObject.uid={uid}"))
            .limit(500);
        let request = resource("/api/v1", namespace, "events")?
            .list(&params)
            .map_err(|error| Failure::unsendable(&error))?;
        let page: Page<Event> = self.ask(request).await?;
        let seen = |event: Event| EventSeen {
            told: Told::new(
                event.reason.unwrap_or_default(),
                event.message.unwrap_or_default(),
            ),
            warning: event.type_.as_deref() == Some("Warning"),
            count: u32::try_from(event.count.unwrap_or(1)).unwrap_or(1),
        };
        Ok(page.items.into_iter().map(seen).collect())
    }

    /// Which cluster this is: as configured, else the uid of its namespace `kube-system`, which lives as long as it does
    /// (Prefect's workers tell clusters apart by the same).
    ///
    /// # Errors
    /// [`Failure::Forbidden`] says what to configure instead.
    pub async fn cluster_uid(&self) -> Result<String, Failure> {
        if let Some(uid) = &self.uid {
            return Ok(uid.clone());
        }
        let request = core::Request::new("/api/v1/namespaces")
            .get("kube-system", &GetParams::default())
            .map_err(|error| Failure::unsendable(&error))?;
        match self.ask::<Namespace>(request).await {
            Ok(namespace) => Ok(namespace.metadata.uid.unwrap_or_default()),
            Err(Failure::Forbidden { message }) => Err(Failure::Forbidden {
                message: format!(
                    "{message}; allow to get the namespace kube-system, or set `cluster-uid`"
                ),
            }),
            Err(failure) => Err(failure),
        }
    }
}

/// An object of which only the head is looked at.
#[derive(Deserialize)]
struct Headed {
    metadata: ObjectMeta,
}

/// Jobs of a namespace.
pub(super) fn jobs(namespace: &str) -> Result<core::Request, Failure> {
    resource("/apis/batch/v1", namespace, "jobs")
}

/// Pods of a namespace.
pub(super) fn pods(namespace: &str) -> Result<core::Request, Failure> {
    resource("/api/v1", namespace, "pods")
}

/// Namespaces come from manifests of users, and here they become part of a path: one that has a slash or a question
/// mark in it would ask for something else than was allowed.
fn resource(api: &str, namespace: &str, kind: &str) -> Result<core::Request, Failure> {
    legal("namespace", namespace)?;
    Ok(core::Request::new(format!(
        "{api}/namespaces/{namespace}/{kind}"
    )))
}

/// The names of RFC 1123 that objects may have, as far as they matter to a path.
pub(super) fn legal(what: &str, name: &str) -> Result<(), Failure> {
    let legal =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    if bytes.len() <= 253
        && bytes.iter().copied().all(legal)
        && ends(bytes.first())
        && ends(bytes.last())
    {
        return Ok(());
    }
    Err(Failure::Final {
        code: 0,
        reason: "NotSent".to_owned(),
        message: format!(
            "the {what} {name:?} is no legal name: use a-z, 0-9, - and ., at most 253 characters"
        ),
    })
}

#[cfg(test)]
mod tests;

//! From a claim to a Job that may start, so that whoever is frozen at any point of it runs nothing later.
//!
//! 1. The Job is created *suspended* under a name that only this attempt has.
//! 2. `Submitted` is reported under the fence of the claim. If the attempt was taken back, it is refused.
//! 3. Only then the Job is un-suspended, if it is still this very Job in this very state.
//!
//! A POST that comes late makes a Job that nobody un-suspends; a patch that comes late meets another state, or no Job. Where
//! a worker ends between 2 and 3, the observer un-suspends what the log says is submitted.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::OwnedSemaphorePermit;
use weir_core::{
    event::OutcomeClass,
    kubernetes::{Identity, JobPolicy, Manifest, ManifestError, Owner, identity},
};
use weir_runtime::Backoff;

use super::{
    call::Failure,
    connect::Cluster,
    executor::Known,
    jobs::{Created, Propagation},
    reading::{JobSeen, PodSeen},
    retry::{Patience, Wait},
};
use crate::executor::{Control, Ended, Ending, Job, News};

/// Between two looks whether a Job that is to go has gone.
const UNDO: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Where Jobs are made.
pub(super) struct Place<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) cluster_uid: &'a str,
    pub(super) known: &'a Known,
    pub(super) patience: Patience,
    /// Until when the first try must have come to its turn, by the monotonic clock: then there is time left for it.
    pub(super) begin_by: Duration,
}

/// A Job that this attempt has made.
#[derive(Debug)]
pub(super) struct Made {
    cluster_uid: String,
    namespace: String,
    name: String,
    uid: String,
    resource_version: String,
    /// Selects the attempt's pods.
    selector: String,
    patience: Patience,
    /// Kept until the Job may start.
    under_way: OwnedSemaphorePermit,
}

impl Made {
    /// What the attempt is called in the log, as Prefect's workers call theirs.
    pub(super) fn infrastructure(&self) -> String {
        infrastructure(&self.cluster_uid, &self.namespace, &self.name)
    }
}

fn infrastructure(cluster_uid: &str, namespace: &str, name: &str) -> String {
    format!("{cluster_uid}:{namespace}:{name}")
}

/// Whether an attempt is in this cluster, by what it is called in the log.
pub(super) fn is_in(cluster_uid: &str, infrastructure: &str) -> bool {
    infrastructure
        .strip_prefix(cluster_uid)
        .is_some_and(|rest| rest.starts_with(':'))
}

/// Step 1 of the module. `Err`: the attempt has ended or is not begun here, and nothing of it has run or will.
pub(super) async fn make(place: &Place<'_>, job: &Job, control: &Control) -> Result<Made, Ending> {
    let identity = identity(place, job)?;
    let manifest = manifest(job, &identity)
        .map_err(|error| Ended::not_started("InvalidManifest", error.to_string()))?;
    let namespace = namespace(place, job, &manifest)?;
    let mut body = manifest.body;
    if let Some(metadata) = body.get_mut("metadata") {
        metadata["namespace"] = namespace.clone().into();
    }
    check(job, &body)?;
    let owner = identity.owner();
    let (found, under_way) =
        create(place, &owner, &namespace, &manifest.name, &body, control).await?;
    Ok(Made {
        cluster_uid: place.cluster_uid.to_owned(),
        namespace,
        name: manifest.name,
        uid: found.uid,
        resource_version: found.resource_version,
        selector: identity::attempt_selector(&identity.installation, &job.run, job.attempt),
        patience: place.patience,
        under_way,
    })
}

fn identity(place: &Place<'_>, job: &Job) -> Result<Identity, Ended> {
    let Some(installation) = place.known.installation.clone() else {
        return Err(Ended::not_started(
            "NoInstallation",
            "the cell log has no leadership yet",
        ));
    };
    Ok(Identity {
        installation,
        run: job.run.clone(),
        incarnation: job.incarnation,
        attempt: job.attempt,
        claim_seq: job.claim_seq,
        deployment: job.deployment.clone(),
        name: job.name.clone(),
    })
}

fn manifest(job: &Job, identity: &Identity) -> Result<Manifest, ManifestError> {
    if let Some(brought) = &job.manifest {
        return Manifest::of_brought(brought, identity, &job.env);
    }
    let entrypoint = job.entrypoint.as_deref();
    Manifest::of_rendered(&job.rendered, identity, &job.env, entrypoint)
}

fn namespace(place: &Place<'_>, job: &Job, manifest: &Manifest) -> Result<String, Ended> {
    let served = &place.known.namespaces;
    let allowed = job
        .policy
        .as_deref()
        .and_then(|policy| policy.namespaces.first());
    let namespace = match (&manifest.namespace, allowed.or(served.first())) {
        (Some(namespace), _) | (None, Some(namespace)) => namespace.clone(),
        (None, None) => "default".to_owned(),
    };
    if served.contains(&namespace) {
        return Ok(namespace);
    }
    let text = format!(
        "metadata.namespace is {namespace:?}, which this pool's workers do not follow: use one of {}, or add it to the \
         pool's policy or to the workers' `namespaces`",
        served.join(", ")
    );
    Err(Ended::not_started("NamespaceNotServed", text))
}

/// A manifest that a run brings must pass a policy in any case: whoever may publish would own the nodes otherwise.
fn check(job: &Job, body: &serde_json::Value) -> Result<(), Ended> {
    let strict = JobPolicy::default();
    let policy = match (&job.policy, &job.manifest) {
        (Some(policy), _) => policy,
        (None, Some(_)) => &strict,
        (None, None) => return Ok(()),
    };
    policy
        .check(body)
        .map_err(|error| Ended::not_started("PolicyViolation", error.to_string()))
}

/// A Job of this attempt, as the server knows it.
struct Found {
    uid: String,
    resource_version: String,
}

/// The right to create a Job, if it is to be had in time.
async fn turn(place: &Place<'_>) -> Option<OwnedSemaphorePermit> {
    let clock = place.cluster.clock();
    let left = place.begin_by.saturating_sub(clock.monotonic());
    clock.timeout(left, place.cluster.submission()).await.ok()
}

async fn create(
    place: &Place<'_>,
    owner: &Owner,
    namespace: &str,
    name: &str,
    body: &serde_json::Value,
    control: &Control,
) -> Result<(Found, OwnedSemaphorePermit), Ending> {
    let Place {
        cluster, patience, ..
    } = place;
    let Some(first) = turn(place).await else {
        // Nothing of it is there and nothing speaks against it: it may be tried again, here or by a worker that has less
        // to do.
        return Err(Ending::NotBegun);
    };
    let first = Mutex::new(Some(first));
    let tell = |wait: &Wait| match wait {
        Wait::Quota(message) => control.tell(News::Waiting {
            reason: "QuotaExceeded".to_owned(),
            message: message.clone(),
        }),
        Wait::Forbidden(message) | Wait::Trouble(message) => {
            tracing::warn!(%name, %message, "the Job cannot be made yet; trying again");
        }
    };
    // Whoever waits for room in a quota or for the server keeps nobody else waiting.
    let call = || async {
        let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let under_way = match first {
            Some(first) => first,
            None => cluster.submission().await,
        };
        let created = cluster.create_job(namespace, body).await?;
        Ok((created, under_way))
    };
    let created = cluster.patiently(*patience, tell, call).await;
    let (created, under_way) = created.map_err(|failure| failed(&failure))?;
    let found = match created {
        Created::New {
            uid,
            resource_version,
        } => Found {
            uid,
            resource_version,
        },
        Created::AlreadyExists { .. } => {
            let call = || cluster.get_job(namespace, name);
            let found = cluster.patiently(*patience, |_| {}, call).await;
            of_existing(found.map_err(|failure| failed(&failure))?, owner, name)?
        }
    };
    Ok((found, under_way))
}

/// A Job of this name that was there already is ours if it says that it is this attempt's, by this claim: then an earlier
/// try has made it, whose answer was lost.
fn of_existing(found: Option<JobSeen>, owner: &Owner, name: &str) -> Result<Found, Ended> {
    let refused = |text: String| Ended::not_started("JobNameTaken", text);
    let Some(job) = found else {
        return Err(refused(format!(
            "a Job {name} was there, and has gone while it was looked at"
        )));
    };
    match Owner::by(|key| job.annotations.get(key)) {
        Some(found) if found == *owner && !job.deleting => Ok(Found {
            uid: job.uid,
            resource_version: job.resource_version,
        }),
        Some(found) if found == *owner => Err(Ended::not_started(
            "JobDeleted",
            format!("somebody deletes the Job {name} of this attempt"),
        )),
        Some(found) => Err(refused(format!(
            "the Job {name} is there already and is of run {} attempt {}, by claim {}",
            found.run, found.attempt, found.claim_seq
        ))),
        None => Err(refused(format!(
            "a Job {name} is there already that weir has not made: rename or delete it"
        ))),
    }
}

/// Step 3 of the module: un-suspends the Job, if it is this one and nobody is deleting it. What fails here is done by the
/// observer.
pub(super) async fn start(cluster: &Cluster, mut made: Made) {
    loop {
        let Made {
            namespace,
            name,
            uid,
            resource_version,
            patience,
            ..
        } = &made;
        let call = || cluster.unsuspend(namespace, name, uid, resource_version);
        match cluster.patiently(*patience, |_| {}, call).await {
            Ok(_) | Err(Failure::NotFound { .. }) => return,
            Err(Failure::Conflict { .. }) => {}
            Err(failure) => {
                tracing::warn!(%name, %failure, "the Job cannot be un-suspended here; the observer will");
                return;
            }
        }
        let call = || cluster.get_job(namespace, name);
        match cluster.patiently(*patience, |_| {}, call).await {
            Ok(Some(job)) if job.uid == *uid && job.suspended && !job.deleting => {
                made.resource_version = job.resource_version;
            }
            Ok(_) | Err(_) => return,
        }
    }
}

/// Takes back what the log does not stand for. `sure`: nobody has let the Job start, or will, so whatever becomes of this
/// deletion nothing of it runs. Else an observer may have, and it ends when nothing of the attempt is left, as consistent
/// answers say.
pub(super) async fn undo(cluster: &Cluster, made: Made, sure: bool) {
    let Made {
        namespace,
        name,
        uid,
        selector,
        under_way,
        ..
    } = made;
    let (namespace, name, uid, selector) = (&*namespace, &*name, &*uid, &*selector);
    // It may take until a pod has had its grace.
    drop(under_way);
    let mut backoff = Backoff::new(UNDO.0, UNDO.1);
    loop {
        let deleted = cluster.delete_job(namespace, name, uid, Propagation::Foreground);
        match deleted.await {
            Ok(_) if sure => return,
            Ok(_) => {}
            Err(failure) if sure => {
                tracing::warn!(%name, %failure, "a Job that was never started is left; the observer deletes it");
                return;
            }
            Err(failure) => {
                tracing::warn!(%name, %failure, "a Job that is to go cannot be deleted; trying again");
            }
        }
        cluster.clock().sleep(backoff.next_delay()).await;
        let job = cluster.get_job(namespace, name).await;
        let gone = matches!(&job, Ok(found) if found.as_ref().is_none_or(|job| job.uid != uid));
        if gone
            && let Ok(pods) = cluster.list_pods(namespace, selector).await
            && pods.items.iter().all(PodSeen::terminal)
        {
            return;
        }
    }
}

/// The end of an attempt whose Job cannot be made.
pub(super) fn failed(failure: &Failure) -> Ended {
    let reason = match failure {
        Failure::Throttled { .. } | Failure::Transient { .. } | Failure::Expired { .. } => {
            "ClusterUnreachable"
        }
        Failure::Forbidden { .. } => "Forbidden",
        Failure::QuotaExceeded { .. } => "QuotaExceeded",
        Failure::NotFound { .. } => "NotFound",
        Failure::AlreadyExists { .. } | Failure::Conflict { .. } => "Conflict",
        Failure::Final { reason, .. } if reason.is_empty() => "Refused",
        Failure::Final { reason, .. } => reason,
    };
    let ended = Ended::not_started(reason, failure.to_string());
    debug_assert_eq!(ended.outcome.class, OutcomeClass::StartFailed);
    ended
}

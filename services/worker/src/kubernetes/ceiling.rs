//! What a cluster itself can take, for `weir bench --kubernetes`: the calls of each Job that weir has made before, by kube's
//! own client alone, with as many under way at once.
//!
//! Bare: the two calls of a submission, and nobody looks what becomes of the Jobs. Followed: the others too that weir makes
//! for a Job, to have its output and its end (`follow.rs`).

mod follow;

use std::{sync::Arc, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::{api::batch::v1::Job, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{
    Api,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use weir_core::kubernetes::identity;

use super::{
    call::Failure,
    connect::Cluster,
    jobs::{Propagation, jobs},
};

/// Whose the Jobs are that nobody but a bench has made.
const NOBODY: &str = "weir-bench-plain";

/// The Jobs that `selector` selects, as somebody would have to write them to have the same ones once more: suspended, with
/// other names, and no Jobs of any installation.
///
/// # Errors
/// See [`Failure`].
pub async fn manifests(
    cluster: &Cluster,
    namespace: &str,
    selector: &str,
) -> Result<Vec<Value>, Failure> {
    let listed = cluster
        .list(&jobs(namespace)?, selector, plain as fn(Value) -> _)
        .await?;
    Ok(listed.items)
}

fn plain(mut job: Value) -> Value {
    let metadata = job["metadata"].take();
    let name = metadata["name"].as_str().unwrap_or_default();
    let mut template = job["spec"]["template"].take();
    let metadata = json!({
        "name": name.replacen("weir-", "bench-", 1),
        "namespace": metadata["namespace"],
        "labels": metadata["labels"],
        "annotations": metadata["annotations"],
    });
    let mut spec = job["spec"].take();
    spec["suspend"] = true.into();
    for own in ["controller-uid", "job-name"] {
        for prefix in ["", "batch.kubernetes.io/"] {
            let labels = template["metadata"]["labels"].as_object_mut();
            labels.map(|labels| labels.remove(&format!("{prefix}{own}")));
        }
    }
    if let Some(spec) = spec.as_object_mut() {
        spec.remove("selector");
        // Weir patches it in when the end is known, and so does who follows.
        spec.remove("ttlSecondsAfterFinished");
    }
    spec["template"] = template;
    let mut job =
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec});
    for of in ["/metadata", "/spec/template/metadata"] {
        for marks in ["labels", "annotations"] {
            if let Some(mark) = job
                .pointer_mut(&format!("{of}/{marks}"))
                .and_then(|marks| marks.get_mut(identity::INSTALLATION))
            {
                *mark = NOBODY.into();
            }
        }
    }
    job
}

/// How the ceiling is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// The two of a submission.
    Bare,
    /// All that weir makes for a Job.
    Followed,
}

/// Makes all of them suspended and lets each start, with so many calls under way at once. How long that took; where they
/// are followed, it returns when all have ended.
///
/// # Errors
/// The first failure of any call.
pub async fn submit_all(
    cluster: &Cluster,
    namespace: &str,
    manifests: Vec<Value>,
    calls: Calls,
    concurrency: usize,
) -> Result<Duration, Failure> {
    let api: Api<Job> = Api::namespaced(cluster.client.clone(), namespace);
    let read = |manifest| {
        serde_json::from_value::<Job>(manifest).map_err(|error| Failure::unsendable(&error))
    };
    let all: Vec<Job> = manifests.into_iter().map(read).collect::<Result<_, _>>()?;
    let count = all.len();
    let turns = Arc::new(Semaphore::new(concurrency));
    let followed = async {
        match calls {
            Calls::Bare => Ok(()),
            Calls::Followed => follow::all(cluster, namespace, count, &turns).await,
        }
    };
    let began = cluster.clock().monotonic();
    let submitted = async {
        stream::iter(all.into_iter().map(Ok))
            .try_for_each_concurrent(concurrency, |job| {
                let (api, turns) = (api.clone(), turns.clone());
                async move {
                    submit(&api, &job, &turns)
                        .await
                        .map_err(|error| Failure::of_error(&error))
                }
            })
            .await?;
        Ok(cluster.clock().monotonic().saturating_sub(began))
    };
    let (span, ()) = futures::try_join!(submitted, followed)?;
    Ok(span)
}

async fn submit(api: &Api<Job>, job: &Job, turns: &Semaphore) -> Result<(), kube::Error> {
    let _turn = turns.acquire().await;
    let mut made = api.create(&PostParams::default(), job).await?;
    loop {
        let ObjectMeta {
            name,
            uid,
            resource_version,
            ..
        } = made.metadata;
        let name = name.unwrap_or_default();
        let patch = json!({
            "metadata": { "uid": uid, "resourceVersion": resource_version },
            "spec": { "suspend": false },
        });
        let patch = Patch::Merge(patch);
        match api.patch(&name, &PatchParams::default(), &patch).await {
            Ok(_started) => return Ok(()),
            // The Job controller was quicker to write its status; weir asks and tries again too.
            Err(kube::Error::Api(status)) if status.code == 409 => made = api.get(&name).await?,
            Err(error) => return Err(error),
        }
    }
}

/// Deletes all Jobs that were made in this way or that `selector` selects, and returns how many there still were.
///
/// # Errors
/// See [`Failure`].
pub async fn clear(
    cluster: &Cluster,
    namespace: &str,
    selector: &str,
    concurrency: usize,
) -> Result<usize, Failure> {
    let mut count = 0;
    let plain = format!("{}={NOBODY}", identity::INSTALLATION);
    for selector in [selector, &plain] {
        let there = cluster.list_jobs(namespace, selector).await?;
        count += there.items.len();
        stream::iter(there.items)
            .map(|job| async move {
                let background = Propagation::Background;
                cluster
                    .delete_job(&job.namespace, &job.name, &job.uid, background)
                    .await
            })
            .buffer_unordered(concurrency)
            .try_for_each(|_deleted| async { Ok(()) })
            .await?;
    }
    Ok(count)
}

//! The least that somebody does who wants to know what becomes of Jobs: one watch of the Jobs and one of their pods, each
//! pod's log followed while it runs and read again when it has ended, each Job's TTL set when its end is known.

use std::{collections::BTreeSet, sync::Arc};

use futures::{
    Stream, StreamExt as _, TryStreamExt as _,
    stream::{self, FuturesUnordered},
};
use k8s_openapi::api::{batch::v1::Job, core::v1::Pod};
use kube::{
    Api, Resource,
    api::{ListParams, LogParams, Patch, PatchParams, WatchEvent, WatchParams},
};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::Semaphore;
use weir_core::kubernetes::identity;

use super::NOBODY;
use crate::kubernetes::{
    call::Failure,
    connect::Cluster,
    reading::{JobSeen, PodSeen},
};

/// How long a watch is open, in seconds: as weir's are.
const OPEN_S: u32 = 25;

/// Follows Jobs until so many have ended and all of their output has been read.
pub(super) async fn all(
    cluster: &Cluster,
    namespace: &str,
    count: usize,
    turns: &Arc<Semaphore>,
) -> Result<(), Failure> {
    let jobs = ends(cluster, namespace, count, turns);
    let pods = outputs(cluster, namespace, count, turns);
    futures::try_join!(jobs, pods).map(|((), ())| ())
}

async fn ends(
    cluster: &Cluster,
    namespace: &str,
    count: usize,
    turns: &Semaphore,
) -> Result<(), Failure> {
    let api: Api<Job> = Api::namespaced(cluster.client.clone(), namespace);
    let mut ended = BTreeSet::new();
    let mut patches = FuturesUnordered::new();
    let mut events = std::pin::pin!(watched(api.clone()));
    while ended.len() < count || !patches.is_empty() {
        tokio::select! {
            event = events.next() => {
                let Some(job) = event.transpose()? else { continue };
                let job = JobSeen::of(job);
                if job.end.is_none() || !ended.insert(job.uid.clone()) {
                    continue;
                }
                let Some(seconds) = job.annotations.get(identity::TTL) else { continue };
                let seconds: u32 = seconds.parse().unwrap_or_default();
                let patch = json!({
                    "metadata": { "uid": job.uid },
                    "spec": { "ttlSecondsAfterFinished": seconds },
                });
                let api = api.clone();
                patches.push(async move {
                    let _turn = turns.acquire().await;
                    let patch = Patch::Merge(patch);
                    api.patch(&job.name, &PatchParams::default(), &patch).await
                });
            }
            Some(done) = patches.next() => drop(done.map_err(|error| Failure::of_error(&error))?),
        }
    }
    Ok(())
}

async fn outputs(
    cluster: &Cluster,
    namespace: &str,
    count: usize,
    turns: &Semaphore,
) -> Result<(), Failure> {
    let api: Api<Pod> = Api::namespaced(cluster.client.clone(), namespace);
    let (mut followed, mut ended) = (BTreeSet::new(), BTreeSet::new());
    let mut reads = FuturesUnordered::new();
    let mut events = std::pin::pin!(watched(api.clone()));
    while ended.len() < count || !reads.is_empty() {
        tokio::select! {
            event = events.next() => {
                let Some(pod) = event.transpose()? else { continue };
                let pod = PodSeen::of(pod);
                let begun = pod.started.is_some() && followed.insert(pod.uid.clone());
                let over = pod.terminal() && ended.insert(pod.uid.clone());
                for follow in [begun.then_some(true), over.then_some(false)].into_iter().flatten() {
                    let (api, name) = (api.clone(), pod.name.clone());
                    let params = LogParams { follow, timestamps: true, ..LogParams::default() };
                    reads.push(async move {
                        // A stream that is followed costs the server little while it is open.
                        let _turn = if follow { None } else { turns.acquire().await.ok() };
                        api.logs(&name, &params).await
                    });
                }
            }
            Some(done) = reads.next() => drop(done.map_err(|error| Failure::of_error(&error))?),
        }
    }
    Ok(())
}

/// All that is there and all that changes, for as long as anybody listens.
fn watched<K>(api: Api<K>) -> impl Stream<Item = Result<K, Failure>>
where
    K: Resource + Clone + DeserializeOwned + std::fmt::Debug + Send + 'static,
{
    let failed = |error: kube::Error| Failure::of_error(&error);
    let selector = format!("{}={NOBODY}", identity::INSTALLATION);
    let watches = stream::try_unfold((), move |()| {
        let (api, selector) = (api.clone(), selector.clone());
        async move {
            let params = ListParams::default().labels(&selector);
            let listed = api.list(&params).await.map_err(failed)?;
            let place = listed.metadata.resource_version.unwrap_or_default();
            let params = WatchParams::default().labels(&selector).timeout(OPEN_S);
            let events = api.watch(&params, &place).await.map_err(failed)?;
            let there = stream::iter(listed.items.into_iter().map(Ok));
            Ok::<_, Failure>(Some((there.chain(changes(events)), ())))
        }
    });
    watches.try_flatten()
}

fn changes<K: Clone>(
    events: impl Stream<Item = Result<WatchEvent<K>, kube::Error>>,
) -> impl Stream<Item = Result<K, Failure>> {
    let events = events.map_err(|error| Failure::of_error(&error));
    events.try_filter_map(|event| async move {
        match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => Ok(Some(object)),
            WatchEvent::Deleted(_) | WatchEvent::Bookmark(_) => Ok(None),
            WatchEvent::Error(status) => Err(Failure::of_status(status.code, *status, None)),
        }
    })
}

//! Follows the Jobs and the pods of one namespace: a list, then watches from there, and now and then another list, because
//! a watch may be silent about what it has missed.

use std::time::Duration;

use tokio::sync::mpsc;
use weir_runtime::Backoff;

use crate::kubernetes::{
    call::Failure,
    connect::Cluster,
    list::Listed,
    measure::Ear,
    reading::{JobSeen, PodSeen},
    watch::{Change, Watch, WatchEnd},
};

/// Between two lists where nothing may be watched.
const UNWATCHED: Duration = Duration::from_secs(5);

/// What is seen in a namespace.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "pods are the larger ones, and the many"
)]
pub(super) enum Sight {
    /// All Jobs that there are.
    Jobs(String, Vec<JobSeen>),
    /// All pods.
    Pods(String, Vec<PodSeen>),
    Job(Change<JobSeen>),
    Pod(Change<PodSeen>),
}

/// One kind of object.
pub(super) trait Kind: Sized + Send + 'static {
    fn list(
        cluster: &Cluster,
        namespace: &str,
        selector: &str,
    ) -> impl Future<Output = Result<Listed<Self>, Failure>> + Send;
    fn watch(
        cluster: &Cluster,
        namespace: &str,
        selector: &str,
        place: &str,
    ) -> impl Future<Output = Result<Watch<Self>, Failure>> + Send;
    fn all(namespace: String, all: Vec<Self>) -> Sight;
    fn one(change: Change<Self>) -> Sight;
}

impl Kind for JobSeen {
    async fn list(
        cluster: &Cluster,
        namespace: &str,
        selector: &str,
    ) -> Result<Listed<Self>, Failure> {
        cluster.list_jobs(namespace, selector).await
    }
    async fn watch(
        cluster: &Cluster,
        namespace: &str,
        selector: &str,
        place: &str,
    ) -> Result<Watch<Self>, Failure> {
        cluster.watch_jobs(namespace, selector, place).await
    }
    fn all(namespace: String, all: Vec<Self>) -> Sight {
        Sight::Jobs(namespace, all)
    }
    fn one(change: Change<Self>) -> Sight {
        Sight::Job(change)
    }
}

impl Kind for PodSeen {
    async fn list(
        cluster: &Cluster,
        namespace: &str,
        selector: &str,
    ) -> Result<Listed<Self>, Failure> {
        cluster.list_pods(namespace, selector).await
    }
    async fn watch(
        cluster: &Cluster,
        namespace: &str,
        selector: &str,
        place: &str,
    ) -> Result<Watch<Self>, Failure> {
        cluster.watch_pods(namespace, selector, place).await
    }
    fn all(namespace: String, all: Vec<Self>) -> Sight {
        Sight::Pods(namespace, all)
    }
    fn one(change: Change<Self>) -> Sight {
        Sight::Pod(change)
    }
}

/// Follows one kind of object until nobody listens any more.
pub(super) async fn follow<K: Kind>(
    cluster: Cluster,
    namespace: String,
    selector: String,
    sights: mpsc::Sender<Sight>,
    ear: Ear,
) {
    let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
    loop {
        match K::list(&cluster, &namespace, &selector).await {
            Ok(Listed {
                items,
                resource_version,
            }) => {
                backoff.reset();
                ear.heard(cluster.clock().monotonic());
                if sights.send(K::all(namespace.clone(), items)).await.is_err() {
                    return;
                }
                let place = resource_version;
                let at = Place {
                    namespace: &namespace,
                    selector: &selector,
                    from: place,
                };
                if watch::<K>(&cluster, at, &sights, &ear).await.is_none() {
                    return;
                }
            }
            Err(failure) => {
                tracing::warn!(%namespace, %failure, "the cluster cannot be looked at; trying again");
                cluster.clock().sleep(backoff.next_delay()).await;
            }
        }
    }
}

/// Where a watch begins.
struct Place<'a> {
    namespace: &'a str,
    selector: &'a str,
    from: String,
}

/// Watches from a list's place until it is time for another list. `None`: nobody listens any more.
async fn watch<K: Kind>(
    cluster: &Cluster,
    at: Place<'_>,
    sights: &mpsc::Sender<Sight>,
    ear: &Ear,
) -> Option<()> {
    let Place {
        namespace,
        selector,
        from: mut place,
    } = at;
    let now = cluster.clock().monotonic();
    let until = now.saturating_add(cluster.compare_interval);
    let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
    loop {
        let left = until.saturating_sub(cluster.clock().monotonic());
        if left.is_zero() {
            return Some(());
        }
        let mut watch = match K::watch(cluster, namespace, selector, &place).await {
            Ok(watch) => watch,
            Err(Failure::Expired { message }) => {
                tracing::debug!(%namespace, %message, "a place is not known any more; listing anew");
                return Some(());
            }
            // Lists show as much, only later and at a cost.
            Err(failure @ Failure::Forbidden { .. }) => {
                tracing::warn!(%namespace, %failure, "the cluster cannot be watched; listing anew");
                cluster.clock().sleep(UNWATCHED).await;
                return Some(());
            }
            // An answer like 500 for a place that it cannot read: the list is what helps in every case.
            Err(failure) => {
                tracing::debug!(%namespace, %failure, "a watch cannot be opened; listing anew");
                cluster.clock().sleep(backoff.next_delay()).await;
                return Some(());
            }
        };
        loop {
            let next = tokio::select! {
                biased;
                next = watch.next() => next,
                () = cluster.clock().sleep_until_monotonic(until) => return Some(()),
            };
            if next.is_ok() {
                ear.heard(cluster.clock().monotonic());
            }
            match next {
                Ok(Change::Bookmark) => backoff.reset(),
                Ok(change) => {
                    backoff.reset();
                    sights.send(K::one(change)).await.ok()?;
                }
                Err(WatchEnd::Closed) => break,
                Err(WatchEnd::Expired(message)) => {
                    tracing::debug!(%namespace, %message, "a place is not known any more; listing anew");
                    return Some(());
                }
                Err(WatchEnd::Broken(failure)) => {
                    tracing::debug!(%namespace, %failure, "a watch broke; going on from its place");
                    cluster.clock().sleep(backoff.next_delay()).await;
                    break;
                }
            }
        }
        watch.place().clone_into(&mut place);
    }
}

#[cfg(test)]
mod tests;

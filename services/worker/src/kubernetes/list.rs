//! Consistent lists: what there is at one point in time, which is not before the list was begun.

use k8s_openapi::{
    api::{batch::v1::Job, core::v1::Pod},
    apimachinery::pkg::apis::meta::v1::ListMeta,
};
use kube::{api::ListParams, core};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    call::Failure,
    connect::Cluster,
    jobs::{jobs, pods},
    reading::{JobSeen, PodSeen},
};

/// Objects of one page; what `kubectl` takes.
const PAGE: u32 = 500;
/// How often a list is begun anew whose place the server forgot between two pages.
const BEGUN_ANEW_MAX: u32 = 3;

/// A whole list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// All objects.
    pub items: Vec<T>,
    /// The point in time; a watch goes on from here.
    pub resource_version: String,
}

/// One page of a list. The items of lists do not say their kinds.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    #[serde(default)]
    metadata: ListMeta,
    #[serde(default = "Vec::new")]
    pub(super) items: Vec<T>,
}

impl Cluster {
    /// All Jobs that `selector` selects, as they are now. Without a `resourceVersion` the server answers from a quorum
    /// of etcd, never from the past (<https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list>).
    ///
    /// # Errors
    /// See [`Failure`]; [`Failure::Expired`] only when the list was begun anew several times.
    pub async fn list_jobs(
        &self,
        namespace: &str,
        selector: &str,
    ) -> Result<Listed<JobSeen>, Failure> {
        self.list(&jobs(namespace)?, selector, JobSeen::of as fn(Job) -> _)
            .await
    }

    /// All pods that `selector` selects, as they are now.
    ///
    /// # Errors
    /// See [`Failure`]; [`Failure::Expired`] only when the list was begun anew several times.
    pub async fn list_pods(
        &self,
        namespace: &str,
        selector: &str,
    ) -> Result<Listed<PodSeen>, Failure> {
        self.list(&pods(namespace)?, selector, PodSeen::of as fn(Pod) -> _)
            .await
    }

    pub(super) async fn list<K: DeserializeOwned, T>(
        &self,
        resource: &core::Request,
        selector: &str,
        seen: fn(K) -> T,
    ) -> Result<Listed<T>, Failure> {
        let mut begun = 0;
        loop {
            match self.pages(resource, selector, seen).await {
                // The rest of the old list, which the server offers, would be of another time than its beginning.
                Err(Failure::Expired { message }) if begun < BEGUN_ANEW_MAX => {
                    tracing::debug!(%message, "a list is begun anew");
                    begun += 1;
                }
                other => return other,
            }
        }
    }

    async fn pages<K: DeserializeOwned, T>(
        &self,
        resource: &core::Request,
        selector: &str,
        seen: fn(K) -> T,
    ) -> Result<Listed<T>, Failure> {
        let mut items = Vec::new();
        let mut place: Option<String> = None;
        loop {
            let mut params = ListParams::default().labels(selector).limit(PAGE);
            params.continue_token = place.take();
            let request = resource
                .list(&params)
                .map_err(|error| Failure::unsendable(&error))?;
            let page: Page<K> = self.ask(request).await?;
            items.extend(page.items.into_iter().map(seen));
            match page.metadata.continue_ {
                Some(next) if !next.is_empty() => place = Some(next),
                Some(_) | None => {
                    return Ok(Listed {
                        items,
                        resource_version: page.metadata.resource_version.unwrap_or_default(),
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

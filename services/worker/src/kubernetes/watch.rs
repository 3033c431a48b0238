//! Watches: what changes after a list.
//!
//! A watch is short (30 s at most) and ends by itself; then another goes on from where it was. Its end has three
//! meanings that must not be mixed up: a plain end (its time was over, or the server closes those that are slow, without
//! a word), a place in time that the server does not know any more, and a connection that broke.

use std::time::Duration;

use k8s_openapi::api::{batch::v1::Job, core::v1::Pod};
use kube::{
    api::{WatchEvent, WatchParams},
    core,
};
use serde::de::DeserializeOwned;

use super::{
    call::Failure,
    connect::Cluster,
    frames::Frames,
    jobs::{jobs, pods},
    reading::{JobSeen, PodSeen},
};

/// How long the server is to keep a watch open, in seconds. A server that goes down keeps old connections open and
/// silent, so this is also how long its silence can go unnoticed.
const OPEN_S: u32 = 30;
/// What is waited beyond that.
const BEYOND: Duration = Duration::from_secs(5);
/// The largest event, in bytes; objects have at most 3 MiB.
const EVENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One thing that a watch tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// It is there, in this state.
    Seen(T),
    /// It is no more, or not selected any more: the latter shows in a pod without a deletion. This was its last state.
    Deleted(T),
    /// Nothing that is selected has changed up to the watch's place. No heartbeat: quiet clusters send none.
    Bookmark,
}

/// How a watch ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WatchEnd {
    /// Go on from its place.
    #[error("the watch was closed")]
    Closed,
    /// Its place is not known to the server any more. List anew.
    #[error("list anew: {0}")]
    Expired(String),
    /// It broke. Go on from its place; if the server was restarted meanwhile, the place will be found to be expired. After
    /// [`Failure::Final`] only a new list leads past what could not be read.
    #[error("the watch broke: {0}")]
    Broken(Failure),
}

/// A watch that is open.
pub struct Watch<T> {
    frames: Frames,
    read: fn(&[u8]) -> Result<Read<T>, serde_json::Error>,
    place: String,
    cluster: Cluster,
    until: Duration,
}

impl<T> std::fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// An event with the place in time that it marks.
type Read<T> = Result<(Change<T>, String), WatchEnd>;

impl<T> Watch<T> {
    /// The place from which another watch goes on: the version of the latest event, at first the one that was given.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The next event. Cancel safe. After an end there is nothing more.
    ///
    /// # Errors
    /// The watch has ended.
    pub async fn next(&mut self) -> Result<Change<T>, WatchEnd> {
        let left = self.until.saturating_sub(self.cluster.clock.monotonic());
        let line = match self.cluster.clock.timeout(left, self.frames.next()).await {
            Ok(Ok(line)) => line,
            Ok(Err(failure)) => return Err(self.broken(failure)),
            Err(_silent) => {
                let silent = "the server kept it open beyond its time".to_owned();
                return Err(self.broken(Failure::transient(silent)));
            }
        };
        let Some((line, ends)) = line else {
            return Err(WatchEnd::Closed);
        };
        let read = (self.read)(&line).map_err(|error| {
            let message = format!("cannot read an event after {}: {error}", self.place);
            // A line that is cut off is a connection that was. A whole one comes again as often as it is asked for.
            self.broken(if ends {
                Failure::Final {
                    code: 0,
                    reason: "Unreadable".to_owned(),
                    message,
                }
            } else {
                Failure::transient(message)
            })
        })?;
        let (change, place) = read?;
        self.place = place;
        Ok(change)
    }

    fn broken(&self, failure: Failure) -> WatchEnd {
        self.cluster.calm.trouble(self.cluster.clock.monotonic());
        WatchEnd::Broken(failure)
    }
}

impl Cluster {
    /// Watches the Jobs that `selector` selects, from a list's or an earlier watch's place on.
    ///
    /// # Errors
    /// See [`Failure`]; [`Failure::Expired`] if the server does not know the place any more.
    pub async fn watch_jobs(
        &self,
        namespace: &str,
        selector: &str,
        place: &str,
    ) -> Result<Watch<JobSeen>, Failure> {
        self.watch(&jobs(namespace)?, selector, place, |line| {
            read::<Job, _>(line, JobSeen::of, |job| &job.resource_version)
        })
        .await
    }

    /// Watches the pods that `selector` selects.
    ///
    /// # Errors
    /// See [`Failure`]; [`Failure::Expired`] if the server does not know the place any more.
    pub async fn watch_pods(
        &self,
        namespace: &str,
        selector: &str,
        place: &str,
    ) -> Result<Watch<PodSeen>, Failure> {
        self.watch(&pods(namespace)?, selector, place, |line| {
            read::<Pod, _>(line, PodSeen::of, |pod| &pod.resource_version)
        })
        .await
    }

    async fn watch<T>(
        &self,
        resource: &core::Request,
        selector: &str,
        place: &str,
        read: fn(&[u8]) -> Result<Read<T>, serde_json::Error>,
    ) -> Result<Watch<T>, Failure> {
        let params = WatchParams::default().labels(selector).timeout(OPEN_S);
        let request = resource
            .watch(&params, place)
            .map_err(|error| Failure::unsendable(&error))?;
        let body = self.open(request).await?;
        let open = Duration::from_secs(u64::from(OPEN_S)) + BEYOND;
        Ok(Watch {
            frames: Frames::new(body, EVENT_BYTES_MAX),
            read,
            place: place.to_owned(),
            cluster: self.clone(),
            until: self.clock.monotonic() + open,
        })
    }
}

fn read<K: DeserializeOwned, T>(
    line: &[u8],
    seen: fn(K) -> T,
    version: fn(&T) -> &String,
) -> Result<Read<T>, serde_json::Error> {
    Ok(match serde_json::from_slice::<WatchEvent<K>>(line)? {
        WatchEvent::Added(object) | WatchEvent::Modified(object) => {
            let object = seen(object);
            let place = version(&object).clone();
            Ok((Change::Seen(object), place))
        }
        WatchEvent::Deleted(object) => {
            let object = seen(object);
            let place = version(&object).clone();
            Ok((Change::Deleted(object), place))
        }
        WatchEvent::Bookmark(bookmark) => {
            Ok((Change::Bookmark, bookmark.metadata.resource_version))
        }
        WatchEvent::Error(status) => {
            let failure = Failure::of_status(status.code, *status, None);
            Err(if let Failure::Expired { message } = failure {
                WatchEnd::Expired(message)
            } else {
                WatchEnd::Broken(failure)
            })
        }
    })
}

#[cfg(test)]
mod tests;

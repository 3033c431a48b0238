//! Jobs that are labelled as an installation's and that its log has never heard of. Workers leave them alone, because
//! nobody can tell what they are: of a log that was restored from an older copy, or by somebody who copied a manifest. So
//! they are for people to look at, and to delete.

use std::collections::BTreeMap;

use k8s_openapi::{api::batch::v1::Job, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use weir_core::{
    cell::CellState,
    ids::{PoolName, QueueStream},
    kubernetes::{Owner, identity},
    state::QueueState,
    time::Timestamp,
};
use weir_log::{LogError, QueueLog, Tail as _, TailEvent};

use super::{
    call::Failure,
    connect::Cluster,
    jobs::{Deleted, Propagation, jobs},
};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Which Job of that name it is.
    pub uid: String,
    /// When it was made, by the API server's clock.
    pub created: Option<Timestamp>,
    /// Whose it says it is.
    pub claims: Option<Owner>,
    /// Why nobody looks after it.
    pub why: Why,
}

/// Why nobody looks after a Job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its annotations name no attempt in full.
    NoAttempt,
    /// There is no such queue, or that life of it is over.
    NoQueue,
    /// The queue's log has never heard of the attempt.
    Unheard,
}

impl Why {
    /// One word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAttempt => "no-attempt",
            Self::NoQueue => "no-queue",
            Self::Unheard => "unheard",
        }
    }
}

/// Why they cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum OrphansError {
    /// The cluster does not say which Jobs there are.
    #[error("cannot list the Jobs of namespace {namespace}")]
    Cluster {
        /// Where.
        namespace: String,
        /// What it says instead.
        #[source]
        source: Failure,
    },
    /// A queue's log cannot be read.
    #[error("cannot read the log of queue {}", queue.key)]
    Log {
        /// Which.
        queue: QueueStream,
        /// Why.
        #[source]
        source: LogError,
    },
}

/// The orphans of a pool, in the namespaces that its workers follow. `cell` is the configuration as it is now.
///
/// # Errors
/// Cluster or log cannot be read to the end; then nothing is known of any Job.
pub async fn orphans<L: QueueLog>(
    cluster: &Cluster,
    log: &L,
    cell: &CellState,
    pool: &PoolName,
) -> Result<Vec<Orphan>, OrphansError> {
    let Some(installation) = cell.installation() else {
        return Ok(Vec::new());
    };
    let selector = identity::selector(installation, Some(pool));
    let policy = cell.pool(pool).and_then(|pool| pool.value.policy.clone());
    let policy = policy.unwrap_or_default();
    let mut seen = Vec::new();
    // Before the logs: whatever is seen here was claimed before, and so is in what is read of them afterwards.
    for namespace in served(cluster.namespaces(), &policy.namespaces) {
        let failed = |source| OrphansError::Cluster {
            namespace: namespace.clone(),
            source,
        };
        let jobs = jobs(namespace).map_err(failed)?;
        let listed = cluster.list(&jobs, &selector, Seen::of as fn(Job) -> _);
        seen.extend(listed.await.map_err(failed)?.items);
    }
    let mut queues: BTreeMap<QueueStream, Option<QueueState>> = BTreeMap::new();
    let mut found = Vec::new();
    for Seen { metadata, owner } in seen {
        let why = match &owner {
            None => Some(Why::NoAttempt),
            Some(owner) if owner.installation != *installation => Some(Why::NoAttempt),
            Some(owner) => {
                let stream = QueueStream {
                    key: owner.run.queue.clone(),
                    incarnation: owner.incarnation,
                };
                if !queues.contains_key(&stream) {
                    let read = read(log, cell, &stream).await;
                    let read = read.map_err(|source| OrphansError::Log {
                        queue: stream.clone(),
                        source,
                    })?;
                    queues.insert(stream.clone(), read);
                }
                why(queues.get(&stream).and_then(Option::as_ref), owner)
            }
        };
        found.extend(why.map(|why| orphan(metadata, owner, why)));
    }
    Ok(found)
}

fn served<'a>(own: &'a [String], allowed: &'a [String]) -> Vec<&'a String> {
    let more = allowed.iter().filter(|namespace| !own.contains(namespace));
    own.iter().chain(more).collect()
}

/// `None` for an attempt that the log knows, whether it is over or not: then the pool's workers look after it.
fn why(queue: Option<&QueueState>, owner: &Owner) -> Option<Why> {
    let Some(queue) = queue else {
        return Some(Why::NoQueue);
    };
    let run = queue.run(&owner.run.run_id);
    let known = run.is_some_and(|run| owner.attempt <= run.attempt);
    (!known).then_some(Why::Unheard)
}

/// A queue as its log says it is; `None` where there is no such life of it any more, or yet.
async fn read<L: QueueLog>(
    log: &L,
    cell: &CellState,
    stream: &QueueStream,
) -> Result<Option<QueueState>, LogError> {
    if !cell.all_opened().any(|open| open.stream == *stream) {
        return Ok(None);
    }
    let mut tail = log.tail(stream, weir_core::ids::Seq(0)).await?;
    let mut queue = QueueState::default();
    while let TailEvent::Records(records) = tail.next().await? {
        for record in records {
            queue.apply(record);
        }
    }
    Ok(Some(queue))
}

/// What is looked at of a Job.
struct Seen {
    metadata: ObjectMeta,
    owner: Option<Owner>,
}

impl Seen {
    fn of(job: Job) -> Self {
        let metadata = job.metadata;
        let owner = metadata.annotations.as_ref().and_then(Owner::of);
        Self { metadata, owner }
    }
}

fn orphan(metadata: ObjectMeta, claims: Option<Owner>, why: Why) -> Orphan {
    let created = metadata.creation_timestamp.and_then(|at| {
        let nanos = i64::try_from(at.0.as_nanosecond()).ok()?;
        Some(Timestamp(nanos))
    });
    Orphan {
        namespace: metadata.namespace.unwrap_or_default(),
        name: metadata.name.unwrap_or_default(),
        uid: metadata.uid.unwrap_or_default(),
        created,
        claims,
        why,
    }
}

/// Deletes one, with its pods, if it is still that very Job.
///
/// # Errors
/// See [`Failure`].
pub async fn delete(cluster: &Cluster, orphan: &Orphan) -> Result<Deleted, Failure> {
    let Orphan {
        namespace,
        name,
        uid,
        ..
    } = orphan;
    cluster
        .delete_job(namespace, name, uid, Propagation::Background)
        .await
}

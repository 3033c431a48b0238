//! What an attempt is called in a cluster, and how an object there says whose it is.
//!
//! The name follows from the attempt alone, so whoever creates its Job, or looks for it after a crash, knows the same
//! one. Labels are for selecting, and may be cut; annotations hold the exact values, and only they decide whose a Job is.

use std::{collections::BTreeMap, str::FromStr};

use super::legal;
use crate::ids::{Attempt, DeploymentName, InstallationId, PoolName, QueueKey, RunKey, Seq};

/// The prefix of every label and annotation of weir's own.
pub const PREFIX: &str = "weir.dev/";
/// Label and annotation: which installation.
pub const INSTALLATION: &str = "weir.dev/installation";
/// Label and annotation: the run's id.
pub const RUN_ID: &str = "weir.dev/run-id";
/// Label and annotation: which attempt of the run.
pub const ATTEMPT: &str = "weir.dev/attempt";
/// Label and annotation: the work pool.
pub const POOL: &str = "weir.dev/pool";
/// Label and annotation: the work queue.
pub const QUEUE: &str = "weir.dev/queue";
/// Label and annotation: the deployment, where there is one. The label is made legal: `etl/nightly` is `etl-nightly`.
pub const DEPLOYMENT: &str = "weir.dev/deployment";
/// Annotation: which life of the queue.
pub const INCARNATION: &str = "weir.dev/incarnation";
/// Annotation: where in the queue's stream the claim stands.
pub const CLAIM_SEQ: &str = "weir.dev/claim-seq";
/// Annotation: the run's name, where it has one.
pub const RUN_NAME: &str = "weir.dev/run-name";
/// Annotation: the trace that the run belongs to, as W3C Trace Context writes it.
pub const TRACEPARENT: &str = "weir.dev/traceparent";
/// Annotation: the time for which a finished Job is kept, in seconds. It is taken out of the manifest and patched in when
/// the end is in the log.
pub const TTL: &str = "weir.dev/ttl-seconds-after-finished";
/// Annotation: the Job's end and its output are in the log ([`OUTPUT_STORED`]). It is patched in afterwards, with the TTL
/// where there is one. So of a Job that has ended and has no such mark, whoever takes over looks for output that is missing.
pub const OUTPUT: &str = "weir.dev/output";
/// The value of [`OUTPUT`].
pub const OUTPUT_STORED: &str = "stored";
/// The label by which Kubernetes' own tools tell who made an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// The longest name of a Job: its pods carry it as a label.
const NAME_CHARS_MAX: usize = 63;
/// How many bytes of the hash stand in a name: 80 bits, 16 characters.
const NAME_HASH_BYTES: usize = 10;

/// An attempt, as a cluster needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Which installation.
    pub installation: InstallationId,
    /// Which run.
    pub run: RunKey,
    /// Which life of the run's queue, counted from 1.
    pub incarnation: u32,
    /// Which attempt of it.
    pub attempt: Attempt,
    /// Where in the queue's stream its claim stands.
    pub claim_seq: Seq,
    /// The run's deployment.
    pub deployment: Option<DeploymentName>,
    /// The run's name.
    pub name: Option<String>,
}

/// Whose an object in a cluster is: the exact values of its annotations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Which installation.
    pub installation: InstallationId,
    /// Which run.
    pub run: RunKey,
    /// Which life of the run's queue.
    pub incarnation: u32,
    /// Which attempt of it.
    pub attempt: Attempt,
    /// Where its claim stands.
    pub claim_seq: Seq,
}

impl Identity {
    /// The name of the attempt's Job: `weir-READABLE-ATTEMPT-HASH`, a DNS label of at most 63 characters.
    ///
    /// The readable part is the run's name, else its deployment's, else its id, made legal and cut. The hash is over
    /// installation, pool, queue, incarnation, run id and attempt, so no two attempts share a name.
    pub fn job_name(&self) -> String {
        let Self { run, attempt, .. } = self;
        let exact = format!(
            "{}/{}/{}/{}/{attempt}",
            self.installation, run.queue, self.incarnation, run.run_id
        );
        let end = format!(
            "-{attempt}-{}",
            legal::hash(exact.as_bytes(), NAME_HASH_BYTES)
        );
        let room = NAME_CHARS_MAX - "weir-".len() - end.len();
        let texts = [
            self.name.as_deref(),
            self.deployment.as_ref().map(DeploymentName::as_str),
            Some(run.run_id.as_str()),
        ];
        let readable = texts
            .into_iter()
            .flatten()
            .map(|text| legal::name(text, room))
            .find(|readable| !readable.is_empty())
            .unwrap_or_else(|| "run".to_owned());
        format!("weir-{readable}{end}")
    }

    /// The labels of the Job and of its pods. Each value is legal; one that had to be cut ends in a hash.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::from(
            [
                (INSTALLATION, self.installation.to_string()),
                (RUN_ID, legal::distinct_value(self.run.run_id.as_str())),
                (ATTEMPT, self.attempt.to_string()),
                (POOL, self.run.queue.pool.to_string()),
                (QUEUE, self.run.queue.queue.to_string()),
                (MANAGED_BY, "weir".to_owned()),
            ]
            .map(|(key, value)| (key.to_owned(), value)),
        );
        if let Some(deployment) = &self.deployment {
            let value = legal::distinct_value(deployment.as_str());
            labels.insert(DEPLOYMENT.to_owned(), value);
        }
        labels
    }

    /// The annotations of the Job and of its pods: the exact values, which [`Owner::of`] reads back.
    pub fn annotations(&self) -> BTreeMap<String, String> {
        let owned = [
            (INSTALLATION, Some(self.installation.to_string())),
            (RUN_ID, Some(self.run.run_id.to_string())),
            (ATTEMPT, Some(self.attempt.to_string())),
            (POOL, Some(self.run.queue.pool.to_string())),
            (QUEUE, Some(self.run.queue.queue.to_string())),
            (INCARNATION, Some(self.incarnation.to_string())),
            (CLAIM_SEQ, Some(self.claim_seq.to_string())),
            (
                DEPLOYMENT,
                self.deployment.as_ref().map(ToString::to_string),
            ),
            (RUN_NAME, self.name.clone()),
        ];
        owned
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .collect()
    }

    /// Whose the attempt's objects are.
    pub fn owner(&self) -> Owner {
        Owner {
            installation: self.installation.clone(),
            run: self.run.clone(),
            incarnation: self.incarnation,
            attempt: self.attempt,
            claim_seq: self.claim_seq,
        }
    }
}

impl Owner {
    /// Reads an object's annotations; `None` if they do not name an attempt in full, so that it is none of ours.
    pub fn of(annotations: &BTreeMap<String, String>) -> Option<Self> {
        Self::by(|key| annotations.get(key).map(String::as_str))
    }

    /// The same, wherever the annotations are kept.
    pub fn by<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        fn read<T: FromStr>(text: Option<&str>) -> Option<T> {
            text?.parse().ok()
        }
        Some(Self {
            installation: read(get(INSTALLATION))?,
            run: RunKey {
                queue: QueueKey::new(read(get(POOL))?, read(get(QUEUE))?),
                run_id: read(get(RUN_ID))?,
            },
            incarnation: read(get(INCARNATION))?,
            attempt: Attempt(read(get(ATTEMPT))?),
            claim_seq: Seq(read(get(CLAIM_SEQ))?),
        })
    }
}

/// The label selector of all that is an installation's, or of what is one pool's in it.
pub fn selector(installation: &InstallationId, pool: Option<&PoolName>) -> String {
    let all = format!("{INSTALLATION}={installation}");
    match pool {
        Some(pool) => format!("{all},{POOL}={pool}"),
        None => all,
    }
}

/// The label selector of what one attempt of a run has made. A later life of the queue may have made the same.
pub fn attempt_selector(installation: &InstallationId, run: &RunKey, attempt: Attempt) -> String {
    let QueueKey { pool, queue } = &run.queue;
    let run_id = legal::distinct_value(run.run_id.as_str());
    format!(
        "{},{QUEUE}={queue},{RUN_ID}={run_id},{ATTEMPT}={attempt}",
        selector(installation, Some(pool))
    )
}

#[cfg(test)]
mod tests;

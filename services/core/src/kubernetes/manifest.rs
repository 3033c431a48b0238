//! The Job of an attempt: what a template rendered, or what a user brought, made into what is sent to the server.
//!
//! Two steps, because the first is Prefect's and the second is weir's. *Prepared* ([`prepared`]): maps of environment
//! variables become lists, labels are made legal and reach the pods, a command text is split into words, an entrypoint
//! becomes the launcher. *Owned*: the attempt's name, labels and annotations, its `WEIR_*` variables in every container,
//! suspended, and without the TTL, which would take the result away before it is in
//! the log.

mod env;
mod owned;
mod prepare;
mod walk;

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use super::identity::Identity;
use crate::template::{Template, launcher::EntrypointError, unresolved_prefect_references};

/// The largest manifest, in bytes of JSON. A server takes 1.5 MiB at most, and answers larger ones with a message about
/// something else.
pub const MANIFEST_BYTES_MAX: usize = 1 << 20;
/// The most that the annotations of one object may hold, keys and values together, in bytes (Kubernetes' own bound).
pub const ANNOTATIONS_BYTES_MAX: usize = 256 << 10;
/// The longest time for which a finished Job can be kept, in seconds (the field has 32 bits).
pub const TTL_SECONDS_MAX: u64 = i32::MAX as u64;

/// Where a template's manifest stands, for messages.
const RENDERED: &str = "job_configuration.job_manifest";
/// What a manifest is called that a run brings, for messages.
const BROUGHT: &str = "manifest";

/// A Job to create for one attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Where; `None` is the namespace that the worker is configured for.
    pub namespace: Option<String>,
    /// Its name: [`Identity::job_name`], with the readable part of the job variable `name` where that is set, and of a
    /// manifest that is brought for a run without a name.
    pub name: String,
    /// What to POST. Suspended, and without a TTL.
    pub body: Value,
    /// `spec.ttlSecondsAfterFinished`, to be patched in when the end is in the log.
    pub ttl_seconds_after_finished: Option<u64>,
    /// How long its pod may take to start, where the configuration says so: Prefect's `pod_watch_timeout_seconds`.
    pub start_within: Option<Duration>,
}

/// Why there is no Job to create. `Display` names the path and the fix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Something at a path cannot be used.
    #[error("{path} {problem}")]
    Unusable {
        /// Where, such as `job_configuration.job_manifest.spec.template.spec.containers[0].image`.
        path: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// References to a Prefect server, which weir does not have.
    #[error("the job manifest still holds {}: weir has no Prefect server to ask, put the value itself there or refer to a Kubernetes Secret with `valueFrom`", list(.0))]
    PrefectReferences(Vec<String>),
    /// What is to be run is no entrypoint.
    #[error(transparent)]
    Entrypoint(#[from] EntrypointError),
    /// Larger than its bound.
    #[error(
        "{path} has {bytes} bytes, more than the {max} allowed: pass large data by reference, such as a ConfigMap or an object store"
    )]
    TooLarge {
        /// What is too large.
        path: String,
        /// How large it is.
        bytes: usize,
        /// The bound.
        max: usize,
    },
}

impl ManifestError {
    fn at(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Unusable {
            path: path.into(),
            problem: problem.into(),
        }
    }
}

fn list(references: &[String]) -> String {
    let quoted: Vec<_> = references
        .iter()
        .map(|name| format!("{{{{ {name} }}}}"))
        .collect();
    quoted.join(", ")
}

impl Manifest {
    /// Whether a template is one for Kubernetes; for the time when a pool is created.
    pub fn check_template(template: &Template) -> Result<(), ManifestError> {
        let secrets = template.secrets();
        if !secrets.env().is_empty() || secrets.env_file().is_some() {
            let problem = "takes secrets from the worker's environment (`secret_env`, `env_file` or a `${NAME}` in `env`), which would put them into the Job for all to read: refer to a Kubernetes Secret with `valueFrom` or `envFrom`";
            return Err(ManifestError::at("job_configuration", problem));
        }
        prepare::check_kind(template.job_configuration())
    }

    /// The Job of what [`Template::render`] gave.
    ///
    /// `env` is what the attempt is told (`WEIR_*`, `TRACEPARENT`). An entrypoint counts where nothing else says what
    /// to run.
    pub fn of_rendered(
        rendered: &Value,
        identity: &Identity,
        env: &BTreeMap<String, String>,
        entrypoint: Option<&str>,
    ) -> Result<Self, ManifestError> {
        let mut configuration = prepare::prepare(rendered, entrypoint)?;
        let job = configuration.remove("job_manifest").unwrap_or_default();
        let readable = name_in(configuration.get("name"));
        let manifest = owned::owned(job, RENDERED, readable, identity, env)?;
        let seconds = configuration.get("pod_watch_timeout_seconds");
        let start_within = seconds
            .and_then(Value::as_u64)
            .filter(|seconds| *seconds > 0)
            .map(Duration::from_secs);
        Ok(Self {
            start_within,
            ..manifest
        })
    }

    /// The Job of a whole manifest that a run brings. Nothing in it is expanded, and what is legal stays as it is.
    pub fn of_brought(
        manifest: &Value,
        identity: &Identity,
        env: &BTreeMap<String, String>,
    ) -> Result<Self, ManifestError> {
        refuse_references(manifest)?;
        let metadata = |key| name_in(manifest.get("metadata").and_then(|of| of.get(key)));
        let readable = metadata("name").or_else(|| metadata("generateName"));
        let readable = readable.filter(|_| identity.name.is_none());
        owned::owned(manifest.clone(), BROUGHT, readable, identity, env)
    }
}

/// A rendered `job_configuration` with its `job_manifest` as it would be created, but for what only an attempt has.
pub fn prepared(rendered: &Value, entrypoint: Option<&str>) -> Result<Value, ManifestError> {
    prepare::prepare(rendered, entrypoint).map(Value::Object)
}

fn name_in(value: Option<&Value>) -> Option<&str> {
    value?.as_str().filter(|name| !name.is_empty())
}

fn refuse_references(value: &Value) -> Result<(), ManifestError> {
    let references = unresolved_prefect_references(value);
    if references.is_empty() {
        Ok(())
    } else {
        Err(ManifestError::PrefectReferences(references))
    }
}

#[cfg(test)]
mod tests;

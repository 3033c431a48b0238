//! Why configuration is not written, in words that say what to do.

use std::{fmt, time::Duration};

use weir_core::{
    ids::{DeploymentName, LimitName, PoolName, QueueKey, Revision, Tag},
    kubernetes::ManifestError,
    template::{TemplateError, VariableError, process::ProcessJobError},
};
use weir_log::{AppendError, LogError};

use crate::{DeploymentError, RandomError, ReadCellError};

/// The settings in which an existing object differs from what was to be created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences(pub Vec<String>);

impl Differences {
    pub(super) fn note<T: PartialEq + fmt::Display>(
        &mut self,
        setting: &str,
        is: Option<&T>,
        wanted: Option<&T>,
    ) {
        if let Some(wanted) = wanted.filter(|wanted| is != Some(*wanted)) {
            let is = is.map_or_else(|| "not set".to_owned(), |is| format!("{is}"));
            self.0.push(format!("its {setting} is {is}, not {wanted}"));
        }
    }
    pub(super) fn note_span(
        &mut self,
        setting: &str,
        is: Option<Duration>,
        wanted: Option<Duration>,
    ) {
        let [is, wanted] = [is, wanted].map(|span| span.map(|span| format!("{span:?}")));
        self.note(setting, is.as_ref(), wanted.as_ref());
    }
}
impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

/// Why configuration was not written.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It exists, and differs.
    #[error("{what} exists already and {differences}: change it with `{update}`")]
    Exists {
        /// What exists, such as `work pool local`.
        what: String,
        /// In what it differs.
        differences: Differences,
        /// The command that changes it.
        update: String,
    },
    /// It is being deleted, and not gone yet.
    #[error(
        "{what} is being deleted {deleted}: `weir work-queue ls` shows what it still waits for; when it is gone it can be created anew"
    )]
    Deleting {
        /// What, such as `work queue local/high`.
        what: String,
        /// By whom, and the revision.
        deleted: String,
    },
    /// There is no such pool.
    #[error("there is no work pool {0}: create it with `weir work-pool create {0} --type process`")]
    UnknownPool(PoolName),
    /// There is no such queue.
    #[error("there is no work queue {0}: create it with `weir work-queue create {name} --pool {pool}`", name = .0.queue, pool = .0.pool)]
    UnknownQueue(QueueKey),
    /// There is no such deployment.
    #[error("there is no deployment {0}: list them with `weir deployment ls`")]
    UnknownDeployment(DeploymentName),
    /// There is no limit on this tag.
    #[error("there is no concurrency limit on tag {0}: list them with `weir concurrency-limit ls`")]
    UnknownTagLimit(Tag),
    /// There is no limit of this name.
    #[error(
        "there is no global concurrency limit {0}: list them with `weir global-concurrency-limit ls`"
    )]
    UnknownNamedLimit(LimitName),
    /// A base job template is not sound.
    #[error("the base job template is not usable")]
    Template(#[source] TemplateError),
    /// A base job template is sound, but not one for processes.
    #[error("the base job template is not one for a pool of type process")]
    ProcessTemplate(#[source] ProcessJobError),
    /// A base job template is sound, but not one for Kubernetes.
    #[error("the base job template is not one for a pool of type kubernetes")]
    KubernetesTemplate(#[source] ManifestError),
    /// A deployment's job variables do not fit its pool's base job template.
    #[error(
        "the job variables of deployment {deployment} do not fit the base job template of its pool"
    )]
    Variables {
        /// Which deployment.
        deployment: DeploymentName,
        /// What is wrong.
        #[source]
        source: VariableError,
    },
    /// Something that a deployment says of itself cannot be.
    #[error("deployment {deployment} was not saved")]
    Deployment {
        /// Which deployment.
        deployment: DeploymentName,
        /// What is wrong.
        #[source]
        source: Box<DeploymentError>,
    },
    /// A value is out of its bounds.
    #[error("{setting}: {problem}")]
    OutOfBounds {
        /// Which setting.
        setting: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A value that no reader would take.
    #[error("{what} was not saved: {field}: {problem}")]
    Unreadable {
        /// What was to be written.
        what: String,
        /// Which field.
        field: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A stream could not be made or changed.
    #[error("the stream of {what} could not be set up")]
    Stream {
        /// Of what.
        what: String,
        /// What went wrong.
        #[source]
        source: LogError,
    },
    /// Somebody else has changed it since a change of it was planned.
    #[error(
        "{what} was changed by somebody else after this was planned (revision {revision}): see what changed, and apply again"
    )]
    Moved {
        /// What was to be changed.
        what: String,
        /// The other's revision.
        revision: Revision,
    },
    /// Others kept changing the same object.
    #[error("others keep changing {what}: try again")]
    Contended {
        /// What was to be written.
        what: String,
    },
    /// The record could not be appended.
    #[error("{what} was not saved: try again, the same command counts once")]
    Append {
        /// What was to be written.
        what: String,
        /// What went wrong.
        #[source]
        source: AppendError,
    },
    /// The configuration could not be read.
    #[error("the configuration could not be read")]
    Cell(#[source] ReadCellError),
    /// No message id could be made.
    #[error("no message id could be made")]
    Random(#[source] RandomError),
}

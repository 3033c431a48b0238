//! What the Job of a run is made of, by request and configuration: so whoever judges a request makes the very Job that
//! its worker will make, and what is let in can be started.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    identity::Identity,
    manifest::{Manifest, ManifestError, prepared},
    policy::{JobPolicy, PolicyError},
};
use crate::{
    cell::{DeploymentConfig, PoolConfig},
    request::RunRequest,
    template::{Template, VariableError},
};

/// A run in a pool of type kubernetes.
#[derive(Clone, Copy, Debug)]
pub struct Recipe<'a> {
    /// The pool's base job template.
    pub template: &'a Template,
    /// The pool's policy. A manifest that a run brings is held against [`JobPolicy::default`] where there is none:
    /// whoever may publish to a queue must not thereby own the nodes.
    pub policy: Option<&'a JobPolicy>,
    /// What is asked.
    pub request: &'a RunRequest,
    /// The run's deployment.
    pub deployment: Option<&'a DeploymentConfig>,
}

/// Why there is no Job for a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// The job variables do not fit the template.
    #[error(transparent)]
    Variables(#[from] VariableError),
    /// There is no manifest to be made of it.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The manifest does not pass.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A manifest says all, and the request says something beside it.
    #[error("a manifest says all that is run: leave out {field}, or the manifest")]
    Beside {
        /// What else it says.
        field: &'static str,
    },
}

impl Recipe<'_> {
    /// The run of a pool, by what is configured.
    pub fn new<'a>(
        pool: &'a PoolConfig,
        template: &'a Template,
        request: &'a RunRequest,
        deployment: Option<&'a DeploymentConfig>,
    ) -> Recipe<'a> {
        Recipe {
            template,
            policy: pool.policy.as_deref(),
            request,
            deployment,
        }
    }

    /// The Job of one attempt, if the pool's policy lets it through. `told` is what the attempt is told (`WEIR_*`,
    /// `TRACEPARENT`).
    pub fn manifest(
        &self,
        identity: &Identity,
        told: &BTreeMap<String, String>,
    ) -> Result<Manifest, RecipeError> {
        let strict = JobPolicy::default();
        let (manifest, policy) = if let Some(brought) = &self.request.manifest {
            self.check_alone()?;
            let brought = Value::Object(brought.to_map());
            let manifest = Manifest::of_brought(&brought, identity, told)?;
            (manifest, Some(self.policy.unwrap_or(&strict)))
        } else {
            let rendered = self.rendered()?;
            let manifest = Manifest::of_rendered(&rendered, identity, told, self.entrypoint())?;
            (manifest, self.policy)
        };
        if let Some(policy) = policy {
            policy.check(&manifest.body)?;
        }
        Ok(manifest)
    }

    /// The manifest without what only an attempt has, for people to look at.
    pub fn shown(&self) -> Result<Value, RecipeError> {
        if let Some(brought) = &self.request.manifest {
            return Ok(Value::Object(brought.to_map()));
        }
        let mut prepared = prepared(&self.rendered()?, self.entrypoint())?;
        let manifest = prepared.get_mut("job_manifest");
        Ok(manifest.map(Value::take).unwrap_or_default())
    }

    fn rendered(&self) -> Result<Value, RecipeError> {
        let deployed = self
            .deployment
            .map(|deployment| deployment.job_variables.to_map());
        let own = self.request.job_variables.to_map();
        let variables = self.template.check(&deployed.unwrap_or_default(), &own)?;
        Ok(self.template.render(&variables))
    }

    fn entrypoint(&self) -> Option<&str> {
        self.deployment?.entrypoint.as_deref()
    }

    fn check_alone(&self) -> Result<(), RecipeError> {
        let beside = [
            ("deployment", self.request.deployment.is_some()),
            (
                "jobVariables",
                self.request.job_variables.to_map() != Map::new(),
            ),
        ];
        match beside.into_iter().find(|(_, said)| *said) {
            Some((field, _)) => Err(RecipeError::Beside { field }),
            None => Ok(()),
        }
    }
}

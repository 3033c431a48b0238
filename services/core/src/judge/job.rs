//! The job that a request would become: made as a worker makes it, so that what could not start is refused before
//! anybody claims it.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use crate::{
    cell::{DeploymentConfig, PoolConfig, PoolType},
    ids::{Attempt, InstallationId, QueueKey, RunId, RunKey, Seq},
    json::JsonObject,
    kubernetes::{Identity, ManifestError, Recipe, RecipeError},
    parameters::overlaid,
    request::{Fault, FaultCode, RunRequest},
    template::{
        Resolved, Template, VariableError, VariableProblem,
        process::{ProcessJob, ProcessJobError},
    },
};

/// A request, with all that its job is made of.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) queue: &'a QueueKey,
    pub(super) pool: &'a PoolConfig,
    pub(super) template: &'a Template,
    pub(super) request: &'a RunRequest,
    pub(super) deployment: Option<&'a DeploymentConfig>,
}

impl Case<'_> {
    /// Whether the job could start, and within what time it has to, where the job says so itself.
    pub(super) fn check(&self) -> Result<Option<Duration>, Fault> {
        self.check_manifest()?;
        match self.pool.kind {
            PoolType::Process => {
                let rendered = self.process()?;
                let parsed = ProcessJob::parse(&rendered);
                parsed.map(|_| None).map_err(|error| process_fault(&error))
            }
            PoolType::Kubernetes => {
                let made = self.recipe().manifest(&self.sample(), &self.told());
                made.map(|manifest| manifest.start_within)
                    .map_err(|error| self.recipe_fault(&error))
            }
            PoolType::Null => self.variables().map(|_| None),
        }
    }

    /// The job as people would like to see it, without what only an attempt has: of Kubernetes the Job's manifest, of
    /// others the rendered configuration.
    pub(super) fn show(&self) -> Result<Value, Fault> {
        match self.pool.kind {
            PoolType::Process => self.process(),
            PoolType::Kubernetes => {
                let shown = self.recipe().shown();
                shown.map_err(|error| self.recipe_fault(&error))
            }
            PoolType::Null => Ok(Value::Object(overlaid(
                &self.of_deployment(|deployment| &deployment.job_variables),
                &self.request.job_variables,
            ))),
        }
    }

    /// Only a Job has a manifest.
    fn check_manifest(&self) -> Result<(), Fault> {
        if self.request.manifest.is_none() || self.pool.kind == PoolType::Kubernetes {
            return Ok(());
        }
        let text = format!(
            "work pool {} is of type {}: submit a manifest to a pool of type kubernetes, or say what to run with jobVariables",
            self.pool.name,
            self.pool.kind.as_str()
        );
        Err(Fault::new(FaultCode::NothingToRun, "manifest", text))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::new(self.pool, self.template, self.request, self.deployment)
    }

    fn variables(&self) -> Result<Resolved, Fault> {
        let deployed = self.of_deployment(|deployment| &deployment.job_variables);
        self.template
            .check(&deployed.to_map(), &self.request.job_variables.to_map())
            .map_err(|error| variable_fault(&error))
    }

    fn process(&self) -> Result<Value, Fault> {
        let entrypoint = self
            .deployment
            .and_then(|deployment| deployment.entrypoint.as_deref());
        self.template
            .render_run(&self.variables()?, entrypoint)
            .map_err(|error| Fault::new(FaultCode::NothingToRun, "deployment", error.to_string()))
    }

    /// What is wrong with a Job. A policy may be changed, so what it does not allow may heal.
    fn recipe_fault(&self, error: &RecipeError) -> Fault {
        let field = if self.request.manifest.is_some() {
            "manifest"
        } else {
            "jobVariables"
        };
        let (code, field) = match error {
            RecipeError::Variables(error) => return variable_fault(error),
            RecipeError::Beside { field } => (FaultCode::InvalidField, *field),
            RecipeError::Manifest(ManifestError::Entrypoint(_)) => {
                (FaultCode::NothingToRun, "deployment")
            }
            RecipeError::Manifest(ManifestError::TooLarge { .. }) => (FaultCode::TooLarge, field),
            RecipeError::Manifest(
                ManifestError::Unusable { .. } | ManifestError::PrefectReferences(_),
            )
            | RecipeError::Policy(_) => (FaultCode::InvalidVariable, field),
        };
        Fault::new(code, field, error.to_string())
    }

    /// An attempt like the one that there would be.
    fn sample(&self) -> Identity {
        let installation: InstallationId = "0".parse().expect("a digit is a legal id");
        Identity {
            installation,
            run: RunKey {
                queue: self.queue.clone(),
                run_id: RunId::least(),
            },
            incarnation: 1,
            attempt: Attempt(1),
            claim_seq: Seq(1),
            deployment: self.request.deployment.clone(),
            name: self.request.name.clone(),
        }
    }

    /// What it would be told that may be large.
    fn told(&self) -> BTreeMap<String, String> {
        let deployed = self.of_deployment(|deployment| &deployment.parameters);
        let parameters = JsonObject::from(&overlaid(&deployed, &self.request.parameters));
        BTreeMap::from([("WEIR_PARAMETERS".to_owned(), parameters.as_str().to_owned())])
    }

    fn of_deployment(&self, part: impl Fn(&DeploymentConfig) -> &JsonObject) -> JsonObject {
        self.deployment.map(part).cloned().unwrap_or_default()
    }
}

fn process_fault(error: &ProcessJobError) -> Fault {
    let code = match error {
        ProcessJobError::MissingCommand => FaultCode::NothingToRun,
        ProcessJobError::UnbalancedCommand { .. }
        | ProcessJobError::WrongType { .. }
        | ProcessJobError::Unusable { .. }
        | ProcessJobError::UnknownKey { .. }
        | ProcessJobError::PrefectReferences(_) => FaultCode::InvalidVariable,
    };
    Fault::new(code, "jobVariables", error.to_string())
}

fn variable_fault(error: &VariableError) -> Fault {
    let unknown = error.problems.iter().any(|problem| match problem {
        VariableProblem::Unknown { .. } => true,
        VariableProblem::Missing { .. } | VariableProblem::Invalid { .. } => false,
    });
    let code = if unknown {
        FaultCode::UnknownVariable
    } else {
        FaultCode::InvalidVariable
    };
    Fault::new(code, "jobVariables", error.to_string())
}

//! Writing deployments: each write replaces the whole.

use weir_core::{
    bounds,
    cell::{ConfigObject, Deletion, DeploymentConfig, PoolConfig},
    ids::DeploymentName,
    json::JsonObject,
    parameters::{ParameterError, ParameterSchema},
    request::Fault,
    schema::SchemaError,
    template::{
        Template,
        launcher::{self, EntrypointError},
        run_name::{self, RunNameError},
    },
};
use weir_log::traits::Log;

use crate::{
    Client, ConfigError, Saved,
    config::{Wish, not_going},
};

/// What a deployment says of itself and cannot be, whatever its pool is like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeploymentError {
    /// Its entrypoint names no Python function.
    #[error(transparent)]
    Entrypoint(#[from] EntrypointError),
    /// Its parameter schema cannot be used.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Its own parameters do not fit its schema.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// Its template for the names of its runs cannot be used.
    #[error("the template for the names of its runs is not usable")]
    RunName(#[from] RunNameError),
    /// One of its schedules cannot be used.
    #[error("a schedule is not usable")]
    Schedule(#[from] Fault),
}

impl<L: Log> Client<L> {
    /// Creates a deployment, or replaces it by this one. Where nothing differs nothing is written.
    ///
    /// # Errors
    /// When its queue does not exist, when its job variables do not fit the pool's template, when what it says
    /// of itself cannot be ([`DeploymentError`]), when something is out of its bounds, or when the broker refuses.
    pub async fn deploy(&self, deployment: &DeploymentConfig) -> Result<Saved, ConfigError> {
        check_itself(deployment)?;
        self.save(&format!("deployment {}", deployment.name), |cell| {
            let pool = &deployment.queue.pool;
            let pool = cell
                .pool(pool)
                .ok_or_else(|| ConfigError::UnknownPool(pool.clone()))?;
            if cell.queue(&deployment.queue).is_none() {
                return Err(ConfigError::UnknownQueue(deployment.queue.clone()));
            }
            not_going(cell, &Deletion::Queue(deployment.queue.clone()))?;
            fits(&pool.value, deployment)?;
            let held = cell.deployment(&deployment.name);
            // Who writes it anew does not resume it: that is said by a command of its own.
            let was = held.filter(|held| held.value.paused);
            let deployment = &DeploymentConfig {
                paused: deployment.paused || was.is_some(),
                paused_reason: was.and_then(|held| held.value.paused_reason.clone()),
                ..deployment.clone()
            };
            match held {
                Some(held) if held.value == *deployment => Ok(Wish::Keep(held.revision)),
                Some(_) | None => {
                    let last = cell.last_written(&Deletion::Deployment(deployment.name.clone()));
                    let object = ConfigObject::Deployment(Box::new(deployment.clone()));
                    Ok(match held {
                        Some(_) => Wish::Write(Box::new(object), last),
                        None => Wish::Make(Box::new(object), last),
                    })
                }
            }
        })
        .await
    }
}

impl<L: Log> Client<L> {
    /// Pauses a deployment, so that none of its runs starts, or resumes it. What is under way goes on.
    ///
    /// # Errors
    /// When there is no such deployment, or the broker refuses.
    pub async fn pause_deployment(
        &self,
        name: &DeploymentName,
        paused: bool,
    ) -> Result<Saved, ConfigError> {
        self.save(&format!("deployment {name}"), |cell| {
            let held = cell
                .deployment(name)
                .ok_or_else(|| ConfigError::UnknownDeployment(name.clone()))?;
            if held.value.paused == paused {
                return Ok(Wish::Keep(held.revision));
            }
            let value = DeploymentConfig {
                paused,
                paused_reason: None,
                ..held.value.clone()
            };
            let object = ConfigObject::Deployment(Box::new(value));
            Ok(Wish::Write(Box::new(object), held.revision))
        })
        .await
    }
}

impl<L: Log> Client<L> {
    /// Changes the schedules of a deployment, by compare-and-set: `edit` is asked again where somebody else has changed
    /// the deployment meanwhile.
    ///
    /// # Errors
    /// When there is no such deployment, when `edit` refuses, when the schedules cannot be used or are too many, or the
    /// broker refuses.
    pub async fn edit_schedules(
        &self,
        name: &DeploymentName,
        edit: impl Fn(&[JsonObject]) -> Result<Vec<JsonObject>, Fault>,
    ) -> Result<Saved, ConfigError> {
        self.save(&format!("deployment {name}"), |cell| {
            let held = cell
                .deployment(name)
                .ok_or_else(|| ConfigError::UnknownDeployment(name.clone()))?;
            let schedules = edit(&held.value.schedules);
            let schedules = schedules.map_err(|fault| ConfigError::Deployment {
                deployment: name.clone(),
                source: Box::new(fault.into()),
            })?;
            let value = DeploymentConfig {
                schedules,
                ..held.value.clone()
            };
            if value == held.value {
                return Ok(Wish::Keep(held.revision));
            }
            check_itself(&value)?;
            let object = ConfigObject::Deployment(Box::new(value));
            Ok(Wish::Write(Box::new(object), held.revision))
        })
        .await
    }
}

/// Whether a deployment's job variables fit the pool that it goes to.
pub(crate) fn fits(pool: &PoolConfig, deployment: &DeploymentConfig) -> Result<(), ConfigError> {
    let template =
        Template::parse(pool.base_job_template.as_str()).map_err(ConfigError::Template)?;
    template
        .check_deployment(&deployment.job_variables.to_map())
        .map_err(|source| ConfigError::Variables {
            deployment: deployment.name.clone(),
            source,
        })
}

/// What can be told of a deployment without the rest of the configuration.
pub(crate) fn check_itself(deployment: &DeploymentConfig) -> Result<(), ConfigError> {
    check_bounds(deployment)?;
    check(deployment).map_err(|source| ConfigError::Deployment {
        deployment: deployment.name.clone(),
        source: Box::new(source),
    })
}

fn check_bounds(deployment: &DeploymentConfig) -> Result<(), ConfigError> {
    let bound = |setting, is: u128, most: u128, unit: &str| {
        if is <= most {
            return Ok(());
        }
        Err(ConfigError::OutOfBounds {
            setting,
            problem: format!("{is} {unit} are more than the {most} allowed"),
        })
    };
    let bytes = deployment.parameters.len() + deployment.job_variables.len();
    bound(
        "tags",
        deployment.tags.len() as u128,
        bounds::TAGS_MAX as u128,
        "tags",
    )?;
    bound(
        "parameters and job variables",
        bytes as u128,
        bounds::PARAMETERS_AND_VARIABLES_BYTES_MAX as u128,
        "bytes of JSON",
    )?;
    bound(
        "retries",
        u128::from(deployment.retries),
        u128::from(bounds::RETRIES_MAX),
        "retries",
    )?;
    bound(
        "retry delay",
        deployment.retry_delay.as_millis(),
        bounds::SPAN_MAX.as_millis(),
        "ms",
    )?;
    bound(
        "schedules",
        deployment.schedules.len() as u128,
        bounds::SCHEDULES_MAX as u128,
        "schedules",
    )?;
    let timeout = deployment.timeout.unwrap_or_default();
    bound(
        "timeout",
        timeout.as_millis(),
        bounds::SPAN_MAX.as_millis(),
        "ms",
    )
}

fn check(deployment: &DeploymentConfig) -> Result<(), DeploymentError> {
    if let Some(entrypoint) = &deployment.entrypoint {
        launcher::check(entrypoint)?;
    }
    if let Some(schema) = &deployment.parameter_schema {
        ParameterSchema::parse(schema)?.check_defaults(deployment.parameters.to_map())?;
    }
    weir_calendar::all(&deployment.schedules)?;
    if let Some(template) = &deployment.run_name {
        run_name::check(template)?;
    }
    Ok(())
}

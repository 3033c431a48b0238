//! Whether a request can be run, and what would be in force if it were claimed now. The scheduler and the client that
//! publishes ask the same code, so that a typo fails on the spot and the log's word is the same.

mod job;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::Value;

use self::job::Case;
use crate::{
    bounds,
    cell::{CellState, Deletion, DeploymentConfig, Held, PoolConfig, QueueConfig},
    ids::{DeploymentName, QueueKey, Revision},
    parameters::{ParameterSchema, overlaid},
    request::{Fault, FaultCode, RunRequest},
    retry::RetryPolicy,
    template::Template,
};

/// The delay before a retry where neither request nor deployment names one.
pub const RETRY_DELAY_DEFAULT: Duration = Duration::from_secs(10);

/// What is in force for a run, by request, deployment, queue and pool as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The pool's revision.
    pub pool_revision: Revision,
    /// The queue's revision.
    pub queue_revision: Revision,
    /// The deployment's revision.
    pub deployment_revision: Option<Revision>,
    /// Retries.
    pub retries: u32,
    /// Delay before each.
    pub retry_delay: Duration,
    /// When a failed attempt is tried again; `None`: every failure, after the delay.
    pub retry_policy: Option<Arc<RetryPolicy>>,
    /// How long whoever takes an attempt may take to make its infrastructure.
    pub submit_within: Duration,
    /// How long it may take to start from then on.
    pub start_within: Duration,
    /// Timeout of an attempt.
    pub timeout: Option<Duration>,
    /// What the run becomes lives on without its worker.
    pub outlives_worker: bool,
}

/// Judges requests, and remembers the templates and schemas that it has parsed.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    templates: BTreeMap<Revision, Result<Arc<Template>, String>>,
    schemas: BTreeMap<Revision, Result<Arc<ParameterSchema>, String>>,
}

/// How many parsed templates, and how many schemas, are remembered.
const PARSED_MAX: usize = 256;

/// Judges one request.
pub fn judge(cell: &CellState, queue: &QueueKey, request: &RunRequest) -> Result<Judged, Fault> {
    Judge::default().judge(cell, queue, request)
}

impl Judge {
    /// Judges one request by the configuration as it is folded now.
    pub fn judge(
        &mut self,
        cell: &CellState,
        queue: &QueueKey,
        request: &RunRequest,
    ) -> Result<Judged, Fault> {
        let found = self.checked(cell, queue, request)?;
        let template = self.template(found.pool)?;
        let start_within = found.case(queue, request, &template).check()?;
        let Found {
            pool,
            queue: held,
            deployment,
        } = found;
        let of = deployment.map(|held| &held.value);
        let (submit, start) = (pool.value.submit_timeout, pool.value.start_timeout);
        Ok(Judged {
            pool_revision: pool.revision,
            queue_revision: held.revision,
            deployment_revision: deployment.map(|held| held.revision),
            retries: request.retries.or(of.map(|d| d.retries)).unwrap_or(0),
            retry_delay: request
                .retry_delay
                .or(of.map(|d| d.retry_delay))
                .unwrap_or(RETRY_DELAY_DEFAULT),
            retry_policy: retry_policy(request, of),
            submit_within: submit.unwrap_or(bounds::SUBMIT_TIMEOUT_DEFAULT),
            start_within: start_within
                .or(start)
                .unwrap_or(bounds::START_TIMEOUT_DEFAULT),
            timeout: request.timeout.or(of.and_then(|d| d.timeout)),
            outlives_worker: pool.value.kind.outlives_worker(),
        })
    }

    /// What a request would start, as people would like to see it: the manifest of a Kubernetes Job, else the rendered
    /// job configuration. Refused for all that [`Self::judge`] refuses.
    pub fn show(
        &mut self,
        cell: &CellState,
        queue: &QueueKey,
        request: &RunRequest,
    ) -> Result<Value, Fault> {
        let found = self.checked(cell, queue, request)?;
        let template = self.template(found.pool)?;
        let case = found.case(queue, request, &template);
        case.check()?;
        case.show()
    }

    /// What the request is about, if all but its job is as it should be.
    fn checked<'a>(
        &mut self,
        cell: &'a CellState,
        queue: &QueueKey,
        request: &RunRequest,
    ) -> Result<Found<'a>, Fault> {
        let found = Found::find(cell, queue, request)?;
        check_joined(request, found.deployment)?;
        self.check_parameters(request, found.deployment)?;
        Ok(found)
    }

    fn template(&mut self, pool: &Held<PoolConfig>) -> Result<Arc<Template>, Fault> {
        if self.templates.len() >= PARSED_MAX {
            self.templates.clear();
        }
        let parsed = self.templates.entry(pool.revision).or_insert_with(|| {
            Template::parse(pool.value.base_job_template.as_str())
                .map(Arc::new)
                .map_err(|e| e.to_string())
        });
        parsed.clone().map_err(|e| {
            let text = format!(
                "the base job template of work pool {} cannot be used: {e}; mend it with `weir work-pool update {} --base-job-template FILE`",
                pool.value.name, pool.value.name
            );
            Fault::new(FaultCode::InvalidVariable, "", text)
        })
    }

    /// The parameters that the run would get, held against the deployment's schema.
    fn check_parameters(
        &mut self,
        request: &RunRequest,
        deployment: Option<&Held<DeploymentConfig>>,
    ) -> Result<(), Fault> {
        let Some(deployment) = deployment else {
            return Ok(());
        };
        let Some(schema) = &deployment.value.parameter_schema else {
            return Ok(());
        };
        if self.schemas.len() >= PARSED_MAX {
            self.schemas.clear();
        }
        let parsed = self.schemas.entry(deployment.revision).or_insert_with(|| {
            ParameterSchema::parse(schema)
                .map(Arc::new)
                .map_err(|e| e.to_string())
        });
        let name = &deployment.value.name;
        let schema = parsed.as_deref().map_err(|e| {
            let text = format!("deployment {name} cannot be run: {e}; deploy it again");
            Fault::new(FaultCode::InvalidParameter, "deployment", text)
        })?;
        schema
            .check(overlaid(&deployment.value.parameters, &request.parameters))
            .map_err(|error| {
                let message = error.without_first_path();
                Fault::new(FaultCode::InvalidParameter, error.first.path, message)
            })
    }
}

/// What of the configuration a request is about.
#[derive(Clone, Copy)]
struct Found<'a> {
    pool: &'a Held<PoolConfig>,
    queue: &'a Held<QueueConfig>,
    deployment: Option<&'a Held<DeploymentConfig>>,
}

impl<'a> Found<'a> {
    fn find(cell: &'a CellState, queue: &QueueKey, request: &RunRequest) -> Result<Self, Fault> {
        if let Some(fault) = queue_deleted(cell, queue) {
            return Err(fault);
        }
        let unknown = |what: &str| {
            let text = format!("{what} is not configured: create it with `weir work-queue create`");
            Fault::new(FaultCode::UnknownQueue, "", text)
        };
        let pool = cell
            .pool(&queue.pool)
            .ok_or_else(|| unknown(&format!("work pool {}", queue.pool)))?;
        let held = cell
            .queue(queue)
            .ok_or_else(|| unknown(&format!("work queue {queue}")))?;
        let deployment = match &request.deployment {
            Some(name) => Some(find_deployment(cell, queue, name)?),
            None => None,
        };
        Ok(Self {
            pool,
            queue: held,
            deployment,
        })
    }

    fn case(
        self,
        queue: &'a QueueKey,
        request: &'a RunRequest,
        template: &'a Template,
    ) -> Case<'a> {
        Case {
            queue,
            pool: &self.pool.value,
            template,
            request,
            deployment: self.deployment.map(|held| &held.value),
        }
    }
}

/// The request's policy, else the deployment's: there a delay of the request's own stands over those that it lists.
fn retry_policy(
    request: &RunRequest,
    deployment: Option<&DeploymentConfig>,
) -> Option<Arc<RetryPolicy>> {
    if request.retry_policy.is_some() {
        return request.retry_policy.clone();
    }
    let mut policy = deployment?.retry_policy.clone()?;
    if request.retry_delay.is_some() && !policy.delays.is_empty() {
        Arc::make_mut(&mut policy).delays.clear();
    }
    Some(policy)
}

/// What to say of a request that slipped into a queue that was closed. The same whenever it is said.
pub fn queue_closed(queue: &QueueKey) -> Fault {
    let text = format!("work queue {queue} was deleted before the run could start");
    Fault::new(FaultCode::UnknownQueue, "", text)
}

/// What to say of a queue that is being deleted, or was.
pub fn queue_deleted(cell: &CellState, queue: &QueueKey) -> Option<Fault> {
    let deleted = cell.deletion(&Deletion::Queue(queue.clone()))?;
    let text = if cell.queue(queue).is_some() {
        format!(
            "work queue {queue} is being deleted {deleted}: publish to another queue, or create it again when it is gone"
        )
    } else {
        format!(
            "work queue {queue} was deleted {deleted}: create it again with `weir work-queue create {} --pool {}`",
            queue.queue, queue.pool
        )
    };
    Some(Fault::new(FaultCode::UnknownQueue, "", text))
}

/// What to say of a deployment that is not there: whether it was deleted, or else the nearest name.
pub fn no_deployment(cell: &CellState, name: &DeploymentName) -> Fault {
    let text = if let Some(deleted) = cell.deletion(&Deletion::Deployment(name.clone())) {
        format!(
            "deployment {name} was deleted {deleted}: deploy it again with `weir deploy`, or name another"
        )
    } else {
        let names = cell.deployments().map(|held| held.value.name.as_str());
        let nearest = names
            .map(|known| (strsim::damerau_levenshtein(known, name.as_str()), known))
            .filter(|(distance, _)| *distance <= 2.max(name.as_str().len() / 4))
            .min();
        let hint = nearest.map_or_else(
            || ";".to_owned(),
            |(_, known)| format!("; did you mean {known}?"),
        );
        format!("there is no deployment {name}{hint} `weir deployment ls` lists them")
    };
    Fault::new(FaultCode::UnknownDeployment, "deployment", text)
}

fn find_deployment<'a>(
    cell: &'a CellState,
    queue: &QueueKey,
    name: &DeploymentName,
) -> Result<&'a Held<DeploymentConfig>, Fault> {
    let held = cell
        .deployment(name)
        .ok_or_else(|| no_deployment(cell, name))?;
    if held.value.queue != *queue {
        let QueueKey {
            pool,
            queue: theirs,
        } = &held.value.queue;
        let text = format!(
            "deployment {name} belongs to {}: publish to weir.run.{pool}.{theirs}.<run_id>.request",
            held.value.queue
        );
        return Err(Fault::new(FaultCode::UnknownDeployment, "deployment", text));
    }
    Ok(held)
}

/// The bounds hold for what request and deployment say together.
fn check_joined(
    request: &RunRequest,
    deployment: Option<&Held<DeploymentConfig>>,
) -> Result<(), Fault> {
    let Some(deployment) = deployment.map(|held| &held.value) else {
        return Ok(());
    };
    let own = request
        .tags
        .iter()
        .filter(|tag| !deployment.tags.contains(tag))
        .count();
    if deployment.tags.len() + own > bounds::TAGS_MAX {
        let text = format!(
            "{} tags with those of the deployment; the bound is {}",
            deployment.tags.len() + own,
            bounds::TAGS_MAX
        );
        return Err(Fault::new(FaultCode::TooLarge, "tags", text));
    }
    let own = request.limits.keys();
    let own = own.filter(|name| !deployment.limits.contains_key(*name));
    let limits = deployment.limits.len() + own.count();
    if limits > bounds::NAMED_LIMITS_MAX {
        let text = format!(
            "{limits} named limits with those of the deployment; the bound is {}",
            bounds::NAMED_LIMITS_MAX
        );
        return Err(Fault::new(FaultCode::TooLarge, "limits", text));
    }
    let bytes = [
        &request.parameters,
        &request.job_variables,
        &deployment.parameters,
        &deployment.job_variables,
    ]
    .iter()
    .map(|object| object.len())
    .sum::<usize>();
    if bytes > bounds::PARAMETERS_AND_VARIABLES_BYTES_MAX {
        let text = format!(
            "parameters and jobVariables have {bytes} bytes with those of the deployment; the bound is {}: pass large data by reference",
            bounds::PARAMETERS_AND_VARIABLES_BYTES_MAX
        );
        return Err(Fault::new(FaultCode::TooLarge, "parameters", text));
    }
    Ok(())
}

#[cfg(test)]
mod tests;

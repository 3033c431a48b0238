//! Deployments.

use std::{num::NonZeroU32, time::Duration};

use weir_core::{
    bounds,
    cell::{CollisionStrategy, DeploymentConfig},
    ids::QueueKey,
    json::JsonObject,
};

use super::at_most;
use crate::{error::Wrong, field, limit, retry, wire};

pub(crate) fn deployment_to_wire(
    deployment: &DeploymentConfig,
    written: Option<wire::Written>,
) -> wire::DeploymentConfig {
    let DeploymentConfig {
        name,
        queue: QueueKey { pool, queue },
        description,
        entrypoint,
        job_variables,
        parameters,
        tags,
        retries,
        retry_delay,
        timeout,
        concurrency_limit,
        paused,
        limits,
        collision_strategy,
        retry_policy,
        parameter_schema,
        run_name,
        schedules,
        pause_after_failed_starts,
        paused_reason,
        max_lateness,
    } = deployment;
    wire::DeploymentConfig {
        name: name.to_string(),
        pool: pool.to_string(),
        queue: queue.to_string(),
        description: field::text(description.clone()),
        entrypoint: entrypoint.clone(),
        job_variables: wire::JsonObject::unless_empty(job_variables),
        parameters: wire::JsonObject::unless_empty(parameters),
        tags: tags.iter().map(ToString::to_string).collect(),
        retries: *retries,
        retry_delay: field::span_to_wire(*retry_delay),
        timeout: timeout.map(Into::into),
        concurrency_limit: *concurrency_limit,
        paused: *paused,
        limits: limits
            .iter()
            .map(|(name, weight)| (name.to_string(), weight.get()))
            .collect(),
        collision_strategy: collision_to_wire(*collision_strategy).into(),
        retry_policy: retry_policy.as_deref().map(retry::to_wire),
        parameter_schema: parameter_schema.as_ref().map(wire::JsonObject::of),
        run_name: run_name.clone().unwrap_or_default(),
        schedules: schedules.iter().map(wire::JsonObject::of).collect(),
        pause_after_failed_starts: pause_after_failed_starts.map_or(0, NonZeroU32::get),
        paused_reason: field::text(paused_reason.clone().unwrap_or_default()),
        max_lateness: max_lateness.map(Into::into),
        written,
    }
}

fn collision_to_wire(strategy: CollisionStrategy) -> wire::deployment_config::CollisionStrategy {
    use wire::deployment_config::CollisionStrategy as Wire;
    match strategy {
        CollisionStrategy::Enqueue => Wire::Enqueue,
        CollisionStrategy::CancelNew => Wire::CancelNew,
        CollisionStrategy::CancelRunning => Wire::CancelRunning,
    }
}

fn collision_from_wire(number: i32) -> Result<CollisionStrategy, Wrong> {
    use wire::deployment_config::CollisionStrategy as Wire;
    let known = match Wire::try_from(number) {
        Ok(Wire::Enqueue) => Some(CollisionStrategy::Enqueue),
        Ok(Wire::CancelNew) => Some(CollisionStrategy::CancelNew),
        Ok(Wire::CancelRunning) => Some(CollisionStrategy::CancelRunning),
        Err(_) => None,
    };
    field::known("collisionStrategy", number, known)
}

pub(crate) fn deployment_from_wire(
    deployment: wire::DeploymentConfig,
) -> Result<DeploymentConfig, Wrong> {
    let wire::DeploymentConfig {
        name,
        pool,
        queue,
        description,
        entrypoint,
        job_variables,
        parameters,
        tags,
        retries,
        retry_delay,
        timeout,
        concurrency_limit,
        paused,
        limits,
        collision_strategy,
        retry_policy,
        parameter_schema,
        run_name,
        schedules,
        pause_after_failed_starts,
        paused_reason,
        max_lateness,
        written: _,
    } = deployment;
    let job_variables: JsonObject = field::object("jobVariables", job_variables.as_ref())?;
    let parameters = field::object("parameters", parameters.as_ref())?;
    let together = job_variables.len().saturating_add(parameters.len());
    at_most(
        "jobVariables",
        together,
        bounds::PARAMETERS_AND_VARIABLES_BYTES_MAX,
        "bytes together with parameters",
    )?;
    at_most("tags", tags.len(), bounds::TAGS_MAX, "tags")?;
    let chars = run_name.chars().count();
    at_most("runName", chars, bounds::NAME_CHARS_MAX, "characters")?;
    Ok(DeploymentConfig {
        name: field::name("name", &name)?,
        queue: QueueKey::new(field::name("pool", &pool)?, field::name("queue", &queue)?),
        description: field::text(description),
        entrypoint,
        job_variables,
        parameters,
        tags: field::names("tags", &tags)?,
        retries,
        retry_delay: field::span("retryDelay", retry_delay)?,
        timeout: field::optional_span("timeout", timeout)?,
        concurrency_limit,
        paused,
        limits: limit::numbers("limits", &limits, bounds::NAMED_LIMITS_MAX)?,
        collision_strategy: collision_from_wire(collision_strategy)?,
        retry_policy: retry::optional_from_wire(retry_policy)?,
        parameter_schema: schema(parameter_schema)?,
        run_name: Some(run_name).filter(|name| !name.is_empty()),
        schedules: schedules_from_wire(&schedules)?,
        pause_after_failed_starts: NonZeroU32::new(pause_after_failed_starts),
        paused_reason: Some(field::text(paused_reason)).filter(|reason| !reason.is_empty()),
        max_lateness: lateness(max_lateness)?,
    })
}

fn lateness(written: Option<wire::Duration>) -> Result<Option<Duration>, Wrong> {
    let lateness = field::optional_span("maxLateness", written)?;
    match lateness {
        Some(lateness) if lateness.is_zero() || lateness > bounds::SPAN_MAX => Err(Wrong::new(
            "maxLateness",
            "it is 0 or more than 366 days: use a span between them, or leave it out",
        )),
        Some(_) | None => Ok(lateness),
    }
}

fn schema(written: Option<wire::JsonObject>) -> Result<Option<JsonObject>, Wrong> {
    let Some(written) = written else {
        return Ok(None);
    };
    let schema = field::object("parameterSchema", Some(&written))?;
    let most = bounds::PARAMETER_SCHEMA_BYTES_MAX;
    at_most("parameterSchema", schema.len(), most, "bytes")?;
    Ok(Some(schema))
}

fn schedules_from_wire(schedules: &[wire::JsonObject]) -> Result<Vec<JsonObject>, Wrong> {
    let most = bounds::SCHEDULES_MAX;
    at_most("schedules", schedules.len(), most, "schedules")?;
    let schedules = schedules.iter().enumerate();
    schedules
        .map(|(at, schedule)| field::object(&format!("schedules[{at}]"), Some(schedule)))
        .collect()
}

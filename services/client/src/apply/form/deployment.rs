//! A deployment as files say it.

use serde_json::{Map, Value, json};
use weir_core::{
    cell::{CollisionStrategy, DeploymentConfig, default_queue},
    failure::FailurePattern,
    json::JsonObject,
    judge::RETRY_DELAY_DEFAULT,
    retry::RetryPolicy,
};

use super::{Fields, Form, full_name, units::span};

pub(super) fn form(deployment: &DeploymentConfig) -> Form {
    let DeploymentConfig {
        name,
        queue,
        description,
        entrypoint,
        job_variables,
        parameters,
        tags,
        retries,
        retry_delay,
        retry_policy,
        timeout,
        concurrency_limit,
        paused,
        limits,
        collision_strategy,
        parameter_schema,
        run_name,
        schedules,
        pause_after_failed_starts,
        paused_reason: _,
        max_lateness,
    } = deployment;
    let policy = retry_policy.as_deref().cloned().unwrap_or_default();
    let delay = if policy.delays.is_empty() {
        Value::from(span(*retry_delay))
    } else {
        policy.delays.iter().copied().map(span).collect()
    };
    let limits: Form = limits
        .iter()
        .map(|(name, slots)| (name.to_string(), slots.get().into()))
        .collect();
    let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
    let schedules: Vec<Value> = schedules.iter().map(|one| one.to_map().into()).collect();
    let concurrency = concurrency(*concurrency_limit, *collision_strategy);
    let fields = Fields::default()
        .set("name", full_name(name))
        .text("description", description)
        .some("entrypoint", entrypoint.as_deref())
        .set(
            "work_pool",
            work_pool(
                queue.pool.as_str(),
                queue.queue.as_str(),
                &job_variables.to_map(),
            ),
        )
        .set("parameters", parameters.to_map())
        .set("tags", tags)
        .set("retries", *retries)
        .set("retry_delay", delay);
    policy_fields(fields, &policy)
        .some("timeout", timeout.map(span))
        .some("max_lateness", max_lateness.map(span))
        .some("concurrency_limit", concurrency)
        .set("paused", *paused)
        .set("limits", limits)
        .some(
            "parameter_schema",
            parameter_schema.as_ref().map(JsonObject::to_map),
        )
        .some("run_name", run_name.as_deref())
        .set("schedules", schedules)
        .some(
            "pause_after_failed_starts",
            pause_after_failed_starts.map(std::num::NonZeroU32::get),
        )
        .0
}

fn work_pool(pool: &str, queue: &str, job_variables: &Map<String, Value>) -> Value {
    json!({"name": pool, "work_queue_name": queue, "job_variables": job_variables})
}

fn policy_fields(fields: Fields, policy: &RetryPolicy) -> Fields {
    let RetryPolicy {
        delays: _,
        factor,
        jitter_percent,
        delay_max,
        on,
        not_on,
    } = policy;
    let words = |patterns: &[FailurePattern]| -> Vec<String> {
        patterns.iter().map(ToString::to_string).collect()
    };
    fields
        .set("retry_backoff_factor", factor.get())
        .set("retry_jitter", f64::from(*jitter_percent) / 100.0)
        .some("max_retry_delay", delay_max.map(span))
        .set("retry_on", words(on))
        .set("no_retry_on", words(not_on))
}

fn concurrency(limit: Option<u32>, strategy: CollisionStrategy) -> Option<Value> {
    match (limit, strategy) {
        (None, CollisionStrategy::Enqueue) => None,
        (Some(limit), CollisionStrategy::Enqueue) => Some(limit.into()),
        (limit, strategy) => {
            let strategy = Some(Value::from(strategy.as_str()));
            let both = [
                ("limit", limit.map(Value::from)),
                ("collision_strategy", strategy),
            ];
            let both = both.into_iter();
            let both = both.filter_map(|(key, value)| Some((key.to_owned(), value?)));
            Some(Value::Object(both.collect()))
        }
    }
}

/// What holds of one that says no more than where its runs go.
pub(super) fn defaults(deployment: &DeploymentConfig) -> Form {
    form(&DeploymentConfig {
        retry_delay: RETRY_DELAY_DEFAULT,
        ..DeploymentConfig::new(deployment.name.clone(), deployment.queue.clone())
    })
}

/// Takes out of `work_pool` what holds where it names the pool alone.
pub(super) fn without_defaults(form: &mut Form, deployment: &DeploymentConfig) {
    let Some(Value::Object(pool)) = form.get_mut("work_pool") else {
        return;
    };
    if deployment.queue.queue == default_queue() {
        pool.remove("work_queue_name");
    }
    if deployment.job_variables.is_empty() {
        pool.remove("job_variables");
    }
}

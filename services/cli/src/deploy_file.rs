//! The file that `weir deploy` reads: our own form, and Prefect's `prefect.yaml` as far as it means the same here.
//!
//! A key that weir does not have is an error that names it; one that Prefect has and weir has not (yet) may stand there
//! empty, as Prefect's own templates leave it.

use std::{collections::BTreeMap, num::NonZeroU32, str::FromStr, time::Duration};

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use weir_client::{
    CollisionStrategy, DeploymentConfig, DeploymentName, JsonObject, LimitName, QueueKey, Tag,
};
use weir_core::judge::RETRY_DELAY_DEFAULT;

use crate::value;

/// The whole file: a list of deployments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    deployments: Vec<Entry>,
    #[serde(default, rename = "name")]
    _project: Option<String>,
    #[serde(default, rename = "prefect-version")]
    _prefect_version: Option<Value>,
    #[serde(default, rename = "definitions")]
    _definitions: Option<Value>,
    #[serde(flatten)]
    steps: Steps,
}

/// What Prefect does around a deployment and weir does not.
#[derive(Debug, Default, Deserialize)]
struct Steps {
    #[serde(default)]
    build: Option<Value>,
    #[serde(default)]
    push: Option<Value>,
    #[serde(default)]
    pull: Option<Value>,
}

/// One deployment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    name: String,
    #[serde(default, alias = "flow_name", alias = "flow-name")]
    flow: Option<String>,
    #[serde(default)]
    entrypoint: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default, alias = "work-pool")]
    work_pool: Option<WorkPool>,
    #[serde(default)]
    pool: Option<String>,
    #[serde(default)]
    queue: Option<String>,
    #[serde(default, alias = "job-variables", alias = "jobVariables")]
    job_variables: Option<Map<String, Value>>,
    #[serde(default)]
    parameters: Option<Map<String, Value>>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    retries: Option<u32>,
    #[serde(
        default,
        alias = "retry-delay",
        alias = "retryDelay",
        deserialize_with = "span"
    )]
    retry_delay: Option<Duration>,
    #[serde(default, deserialize_with = "span")]
    timeout: Option<Duration>,
    #[serde(default)]
    version: Option<Value>,
    #[serde(default)]
    schedule: Option<Value>,
    #[serde(default)]
    schedules: Option<Value>,
    #[serde(default)]
    triggers: Option<Value>,
    #[serde(default, alias = "concurrency-limit", alias = "concurrencyLimit")]
    concurrency_limit: Option<Value>,
    #[serde(default)]
    limits: Option<BTreeMap<String, u32>>,
    #[serde(default)]
    enforce_parameter_schema: Option<Value>,
    #[serde(default)]
    build: Option<Value>,
    #[serde(default)]
    push: Option<Value>,
    #[serde(default)]
    pull: Option<Value>,
}

/// Prefect's way to say where the runs go.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkPool {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, alias = "queue", alias = "work-queue-name")]
    work_queue_name: Option<String>,
    #[serde(default, alias = "job-variables", alias = "jobVariables")]
    job_variables: Option<Map<String, Value>>,
}

/// A limit as Prefect writes it: a number, or with what becomes of a run that finds the limit used up.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Concurrency {
    Limit(u32),
    Strategy {
        limit: u32,
        #[serde(default)]
        collision_strategy: Option<String>,
    },
}

fn concurrency(written: Value) -> anyhow::Result<(u32, CollisionStrategy)> {
    let (limit, strategy) = match serde_json::from_value(written) {
        Ok(Concurrency::Limit(limit)) => (limit, None),
        Ok(Concurrency::Strategy {
            limit,
            collision_strategy,
        }) => (limit, collision_strategy),
        Err(_neither) => bail!(
            "concurrency_limit: it is neither a whole number of runs nor {{limit: N, collision_strategy: ENQUEUE}}"
        ),
    };
    let strategy = strategy.as_deref().map(str::parse).transpose();
    let strategy = strategy.context("concurrency_limit.collision_strategy")?;
    Ok((limit, strategy.unwrap_or_default()))
}

/// Slots of named limits, by name.
fn limits(given: BTreeMap<String, u32>) -> anyhow::Result<BTreeMap<LimitName, NonZeroU32>> {
    let entry = |(name, slots): (String, u32)| {
        let slots = NonZeroU32::new(slots)
            .filter(|slots| slots.get() <= weir_client::bounds::WEIGHT_MAX)
            .ok_or_else(|| anyhow!("limits.{name}: use 1 to 1000000 slots"))?;
        let name = name.parse().with_context(|| format!("limits.{name}"))?;
        Ok((name, slots))
    };
    given.into_iter().map(entry).collect()
}

/// A number of seconds, or text such as `5m`.
fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seconds(u64),
        Text(String),
    }
    match Option::<Written>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Written::Seconds(seconds)) => Ok(Some(Duration::from_secs(seconds))),
        Some(Written::Text(text)) => value::span(&text)
            .map(Some)
            .map_err(serde::de::Error::custom),
    }
}

/// What a deployment gets that its entry does not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) pool: Option<String>,
    pub(crate) queue: Option<String>,
}

/// Reads a file: a list under `deployments`, or one deployment alone.
pub(crate) fn parse(text: &str, defaults: &Defaults) -> anyhow::Result<Vec<DeploymentConfig>> {
    let whole: Value = yaml_serde::from_str(text).context("it is not YAML")?;
    let entries = if whole.get("deployments").is_some() {
        let File {
            deployments, steps, ..
        } = yaml_serde::from_str(text)?;
        refuse(
            "",
            &[
                ("build", &steps.build),
                ("push", &steps.push),
                ("pull", &steps.pull),
            ],
        )?;
        deployments
    } else {
        vec![yaml_serde::from_str::<Entry>(text)?]
    };
    if entries.is_empty() {
        bail!("it lists no deployments");
    }
    entries
        .into_iter()
        .map(|entry| {
            let name = entry.name.clone();
            entry
                .into_config(defaults)
                .with_context(|| format!("deployment {name}"))
        })
        .collect()
}

impl Entry {
    fn into_config(self, defaults: &Defaults) -> anyhow::Result<DeploymentConfig> {
        refuse(
            "",
            &[
                ("version", &self.version),
                ("schedule", &self.schedule),
                ("schedules", &self.schedules),
                ("triggers", &self.triggers),
                ("enforce_parameter_schema", &self.enforce_parameter_schema),
                ("build", &self.build),
                ("push", &self.push),
                ("pull", &self.pull),
            ],
        )?;
        let name = full_name(&self.name, self.flow.as_deref(), self.entrypoint.as_deref())?;
        let work_pool = self.work_pool.unwrap_or_default();
        let pool = one_of("pool", "work_pool.name", self.pool, work_pool.name)?
            .or_else(|| defaults.pool.clone());
        let pool =
            pool.ok_or_else(|| anyhow!("it names no pool: say `pool: NAME`, or use --pool"))?;
        let queue = one_of(
            "queue",
            "work_pool.work_queue_name",
            self.queue,
            work_pool.work_queue_name,
        )?;
        let queue = match queue.or_else(|| defaults.queue.clone()) {
            Some(queue) => queue.parse()?,
            None => weir_core::cell::default_queue(),
        };
        let variables = one_of(
            "job_variables",
            "work_pool.job_variables",
            self.job_variables,
            work_pool.job_variables,
        )?;
        let limit = self.concurrency_limit.map(concurrency).transpose()?;
        Ok(DeploymentConfig {
            description: self.description.unwrap_or_default(),
            entrypoint: self.entrypoint,
            job_variables: JsonObject::from(&variables.unwrap_or_default()),
            parameters: JsonObject::from(&self.parameters.unwrap_or_default()),
            tags: tags(self.tags.unwrap_or_default())?,
            retries: self.retries.unwrap_or(0),
            retry_delay: self.retry_delay.unwrap_or(RETRY_DELAY_DEFAULT),
            timeout: self.timeout,
            concurrency_limit: limit.map(|(limit, _)| limit),
            collision_strategy: limit.map(|(_, strategy)| strategy).unwrap_or_default(),
            limits: limits(self.limits.unwrap_or_default())?,
            ..DeploymentConfig::new(name, QueueKey::new(pool.parse()?, queue))
        })
    }
}

fn tags(given: Vec<String>) -> anyhow::Result<Vec<Tag>> {
    let mut tags: Vec<Tag> = Vec::new();
    for text in given {
        let tag = Tag::from_str(&text)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// The same setting may be written in two places, but not in both.
fn one_of<T>(ours: &str, theirs: &str, a: Option<T>, b: Option<T>) -> anyhow::Result<Option<T>> {
    match (a, b) {
        (Some(_), Some(_)) => bail!("it says both {ours} and {theirs}: leave one of them out"),
        (a, b) => Ok(a.or(b)),
    }
}

/// Keys that may only stand there empty.
fn refuse(prefix: &str, keys: &[(&str, &Option<Value>)]) -> anyhow::Result<()> {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    let given: Vec<String> = keys
        .iter()
        .filter(|(_, value)| value.as_ref().is_some_and(|value| !empty(value)))
        .map(|(key, _)| format!("{prefix}{key}"))
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    bail!(
        "weir does not have {}: leave it out or empty",
        given.join(", ")
    )
}

/// `FLOW/NAME`: the flow is said, or stands in the name, or is the entrypoint's function as Prefect names it.
fn full_name(
    name: &str,
    flow: Option<&str>,
    entrypoint: Option<&str>,
) -> anyhow::Result<DeploymentName> {
    if name.contains('/') {
        return match flow {
            Some(flow) if !name.starts_with(&format!("{flow}/")) => {
                bail!("its flow is {flow}, but its name says another")
            }
            Some(_) | None => Ok(name.parse()?),
        };
    }
    let function = entrypoint
        .and_then(|entrypoint| entrypoint.rsplit_once(':'))
        .map(|(_, function)| function);
    let flow = flow
        .map(str::to_owned)
        .or_else(|| Some(function?.rsplit('.').next()?.replace('_', "-")));
    let flow = flow.ok_or_else(|| {
        anyhow!("its flow is not known: write `name: FLOW/{name}`, `flow:` or `entrypoint:`")
    })?;
    Ok(format!("{flow}/{name}").parse()?)
}

#[cfg(test)]
mod tests;

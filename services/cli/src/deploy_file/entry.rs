//! One deployment of the file as the client takes it.

use std::{collections::BTreeMap, num::NonZeroU32, path::Path, str::FromStr};

use anyhow::{Context, anyhow, bail};
use weir_client::{
    CollisionStrategy, DeploymentConfig, DeploymentName, JsonObject, LimitName, QueueKey, Tag,
};

use super::{
    form::{Concurrency, Entry},
    written::Whole,
};

/// What a deployment gets that its entry does not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) pool: Option<String>,
    pub(crate) queue: Option<String>,
}

impl Entry {
    /// `FLOW/NAME`: the flow is said, or stands in the name, or is the entrypoint's function as Prefect names it.
    pub(super) fn full_name(&self) -> anyhow::Result<DeploymentName> {
        let (name, flow) = (self.name.as_str(), self.flow.as_deref());
        if name.contains('/') {
            return match flow {
                Some(flow) if !name.starts_with(&format!("{flow}/")) => {
                    bail!("its flow is {flow}, but its name says another")
                }
                Some(_) | None => Ok(name.parse()?),
            };
        }
        let function = || {
            let (_, function) = self.entrypoint.as_deref()?.rsplit_once(':')?;
            Some(function.rsplit('.').next()?.replace('_', "-"))
        };
        let flow = flow.map(str::to_owned).or_else(function).ok_or_else(|| {
            anyhow!("its flow is not known: write `name: FLOW/{name}`, `flow:` or `entrypoint:`")
        })?;
        Ok(format!("{flow}/{name}").parse()?)
    }

    /// The deployment; paths in the entry are relative to `folder`.
    pub(super) fn into_config(
        mut self,
        name: DeploymentName,
        defaults: &Defaults,
        folder: &Path,
    ) -> anyhow::Result<DeploymentConfig> {
        let (retry_delay, retry_policy) = self.take_retries()?;
        let parameter_schema = self.take_parameter_schema(folder)?;
        let schedules = self.take_schedules()?;
        let starts = self.pause_after_failed_starts.map(|starts| starts.0);
        let work_pool = self.work_pool.unwrap_or_default();
        let pool = one_of("pool", "work_pool.name", self.pool, work_pool.name)?
            .or_else(|| defaults.pool.clone())
            .ok_or_else(|| anyhow!("it names no pool: say `pool: NAME`, or use --pool"))?;
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
        let (limit, collision_strategy) = concurrency(self.concurrency_limit)?;
        Ok(DeploymentConfig {
            description: self.description.unwrap_or_default(),
            entrypoint: self.entrypoint,
            job_variables: JsonObject::from(&variables.unwrap_or_default()),
            parameters: JsonObject::from(&self.parameters.unwrap_or_default()),
            tags: tags(self.tags.as_ref().map_or(&[], |tags| tags.0.as_slice()))?,
            retries: self.retries.map_or(0, |retries| retries.0),
            retry_delay,
            retry_policy,
            timeout: self.timeout.map(|timeout| timeout.0),
            max_lateness: self.max_lateness.map(|lateness| lateness.0),
            concurrency_limit: limit,
            collision_strategy,
            parameter_schema,
            run_name: self.run_name.filter(|name| !name.is_empty()),
            schedules,
            pause_after_failed_starts: starts.and_then(NonZeroU32::new),
            limits: limits(self.limits.unwrap_or_default())?,
            ..DeploymentConfig::new(name, QueueKey::new(pool.parse()?, queue))
        })
    }
}

fn concurrency(written: Option<Concurrency>) -> anyhow::Result<(Option<u32>, CollisionStrategy)> {
    let rule = match written {
        None => return Ok((None, CollisionStrategy::default())),
        Some(Concurrency::Limit(limit)) => {
            return Ok((Some(limit.0), CollisionStrategy::default()));
        }
        Some(Concurrency::Rule(rule)) => rule,
    };
    let strategy = rule
        .collision_strategy
        .as_deref()
        .map(str::parse)
        .transpose();
    let strategy = strategy.context("concurrency_limit.collision_strategy")?;
    if rule.limit.is_none() && strategy.is_some() {
        bail!(
            "concurrency_limit: it says what becomes of one run more and no limit: write `limit:` too"
        );
    }
    Ok((
        rule.limit.map(|limit| limit.0),
        strategy.unwrap_or_default(),
    ))
}

/// Slots of named limits, by name.
fn limits(given: BTreeMap<String, Whole>) -> anyhow::Result<BTreeMap<LimitName, NonZeroU32>> {
    let entry = |(name, Whole(slots)): (String, Whole)| {
        let slots = NonZeroU32::new(slots)
            .filter(|slots| slots.get() <= weir_client::bounds::WEIGHT_MAX)
            .ok_or_else(|| anyhow!("limits.{name}: use 1 to 1000000 slots"))?;
        let name = name.parse().with_context(|| format!("limits.{name}"))?;
        Ok((name, slots))
    };
    given.into_iter().map(entry).collect()
}

/// Each once. One that is empty was a placeholder for a variable that is not set, which is remarked on.
fn tags(given: &[String]) -> anyhow::Result<Vec<Tag>> {
    let mut tags: Vec<Tag> = Vec::new();
    for text in given.iter().filter(|text| !text.is_empty()) {
        let tag = Tag::from_str(text)?;
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

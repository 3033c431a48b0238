//! Configuration objects: pools, queues, limits.

mod deployment;

pub(crate) use deployment::{deployment_from_wire, deployment_to_wire};

use std::{num::NonZeroU32, sync::Arc};

use weir_core::{
    bounds,
    cell::{
        FairShare, Held, NamedLimitConfig, OnLostWorker, PoolConfig, PoolType, QueueConfig,
        TagLimitConfig,
    },
    ids::QueueKey,
    kubernetes::JobPolicy,
};

use crate::{error::Wrong, field, limit, wire};

/// What is known of the last change of an object in force.
pub(crate) fn written<T>(held: &Held<T>) -> wire::Written {
    let Held {
        value: _,
        revision,
        at,
        author,
    } = held;
    wire::Written {
        revision: revision.0,
        at: Some((*at).into()),
        author: author.clone(),
    }
}

pub(crate) fn pool_type_to_wire(kind: PoolType) -> wire::pool_config::Type {
    match kind {
        PoolType::Process => wire::pool_config::Type::Process,
        PoolType::Kubernetes => wire::pool_config::Type::Kubernetes,
        PoolType::Null => wire::pool_config::Type::Null,
    }
}

pub(crate) fn pool_type_from_wire(field: &str, number: i32) -> Result<PoolType, Wrong> {
    let kind = match wire::pool_config::Type::try_from(number) {
        Ok(wire::pool_config::Type::Process) => Some(PoolType::Process),
        Ok(wire::pool_config::Type::Kubernetes) => Some(PoolType::Kubernetes),
        Ok(wire::pool_config::Type::Null) => Some(PoolType::Null),
        Ok(wire::pool_config::Type::Unspecified) | Err(_) => None,
    };
    field::known(field, number, kind)
}

pub(crate) fn pool_to_wire(pool: &PoolConfig, written: Option<wire::Written>) -> wire::PoolConfig {
    let PoolConfig {
        name,
        kind,
        description,
        concurrency_limit,
        base_job_template,
        paused,
        start_rate,
        fair_share,
        on_lost_worker,
        submit_timeout,
        start_timeout,
        policy,
    } = pool;
    wire::PoolConfig {
        name: name.to_string(),
        r#type: pool_type_to_wire(*kind).into(),
        description: field::text(description.clone()),
        concurrency_limit: *concurrency_limit,
        base_job_template: wire::JsonObject::unless_empty(base_job_template),
        paused: *paused,
        start_rate: start_rate.as_ref().map(limit::rate_to_wire),
        fair_share: fair_share.as_ref().map(fair_share_to_wire),
        on_lost_worker: match on_lost_worker {
            OnLostWorker::Release => wire::pool_config::OnLostWorker::Release,
            OnLostWorker::Hold => wire::pool_config::OnLostWorker::Hold,
        }
        .into(),
        submit_timeout: submit_timeout.map(Into::into),
        start_timeout: start_timeout.map(Into::into),
        policy: policy.as_deref().map(policy_to_wire),
        written,
    }
}

pub(crate) fn pool_from_wire(pool: wire::PoolConfig) -> Result<PoolConfig, Wrong> {
    let wire::PoolConfig {
        name,
        r#type,
        description,
        concurrency_limit,
        base_job_template,
        paused,
        start_rate,
        fair_share,
        on_lost_worker,
        submit_timeout,
        start_timeout,
        policy,
        written: _,
    } = pool;
    let base_job_template = field::object("baseJobTemplate", base_job_template.as_ref())?;
    at_most(
        "baseJobTemplate",
        base_job_template.len(),
        bounds::TEMPLATE_BYTES_MAX,
        "bytes",
    )?;
    Ok(PoolConfig {
        name: field::name("name", &name)?,
        kind: pool_type_from_wire("type", r#type)?,
        description: field::text(description),
        concurrency_limit,
        base_job_template,
        paused,
        start_rate: limit::optional_rate("startRate", start_rate)?,
        fair_share: fair_share.map(fair_share_from_wire).transpose()?,
        on_lost_worker: on_lost_worker_from_wire(on_lost_worker)?,
        submit_timeout: field::optional_span("submitTimeout", submit_timeout)?,
        start_timeout: field::optional_span("startTimeout", start_timeout)?,
        policy: policy.map(policy_from_wire).transpose()?.map(Arc::new),
    })
}

fn policy_to_wire(policy: &JobPolicy) -> wire::JobPolicy {
    let JobPolicy {
        images,
        namespaces,
        service_accounts,
        host_paths,
        privileged,
    } = policy;
    wire::JobPolicy {
        images: images.clone(),
        namespaces: namespaces.clone(),
        service_accounts: service_accounts.clone(),
        host_paths: host_paths.clone(),
        privileged: *privileged,
    }
}

fn policy_from_wire(policy: wire::JobPolicy) -> Result<JobPolicy, Wrong> {
    let wire::JobPolicy {
        images,
        namespaces,
        service_accounts,
        host_paths,
        privileged,
    } = policy;
    Ok(JobPolicy {
        images: entries("policy.images", images)?,
        namespaces: entries("policy.namespaces", namespaces)?,
        service_accounts: entries("policy.serviceAccounts", service_accounts)?,
        host_paths: entries("policy.hostPaths", host_paths)?,
        privileged,
    })
}

fn entries(field: &str, entries: Vec<String>) -> Result<Vec<String>, Wrong> {
    at_most(field, entries.len(), bounds::POLICY_ENTRIES_MAX, "entries")?;
    for (at, entry) in entries.iter().enumerate() {
        let field = format!("{field}[{at}]");
        at_most(&field, entry.len(), bounds::POLICY_ENTRY_BYTES_MAX, "bytes")?;
        if entry.is_empty() {
            return Err(Wrong::new(
                &field,
                "is empty: name something, or leave it out",
            ));
        }
    }
    Ok(entries)
}

fn on_lost_worker_from_wire(number: i32) -> Result<OnLostWorker, Wrong> {
    let known = match wire::pool_config::OnLostWorker::try_from(number) {
        Ok(wire::pool_config::OnLostWorker::Release) => Some(OnLostWorker::Release),
        Ok(wire::pool_config::OnLostWorker::Hold) => Some(OnLostWorker::Hold),
        Err(_) => None,
    };
    field::known("onLostWorker", number, known)
}

fn fair_share_to_wire(share: &FairShare) -> wire::FairShare {
    let FairShare { aging, weights } = share;
    let weights = weights.iter();
    wire::FairShare {
        aging: field::span_to_wire(*aging),
        weights: weights
            .map(|(key, weight)| (key.to_string(), weight.get()))
            .collect(),
    }
}

fn fair_share_from_wire(share: wire::FairShare) -> Result<FairShare, Wrong> {
    let wire::FairShare { aging, weights } = share;
    let aging = field::span("fairShare.aging", aging)?;
    if aging.is_zero() || aging > bounds::SPAN_MAX {
        let text = "it is missing, 0 or longer than 366 days: use a time such as \"60s\"";
        return Err(Wrong::new("fairShare.aging", text));
    }
    let most = bounds::FAIRNESS_WEIGHTS_MAX;
    Ok(FairShare {
        aging,
        weights: limit::numbers("fairShare.weights", &weights, most)?,
    })
}

pub(crate) fn queue_to_wire(
    queue: &QueueConfig,
    written: Option<wire::Written>,
) -> wire::QueueConfig {
    let QueueConfig {
        key: QueueKey { pool, queue: name },
        description,
        concurrency_limit,
        priority,
        max_bytes,
        paused,
        start_rate,
        weight,
    } = queue;
    wire::QueueConfig {
        pool: pool.to_string(),
        name: name.to_string(),
        description: field::text(description.clone()),
        concurrency_limit: *concurrency_limit,
        priority: priority.get(),
        max_bytes: *max_bytes,
        paused: *paused,
        start_rate: start_rate.as_ref().map(limit::rate_to_wire),
        weight: if weight.get() == 1 { 0 } else { weight.get() },
        written,
    }
}

pub(crate) fn queue_from_wire(queue: wire::QueueConfig) -> Result<QueueConfig, Wrong> {
    let wire::QueueConfig {
        pool,
        name,
        description,
        concurrency_limit,
        priority,
        max_bytes,
        paused,
        start_rate,
        weight,
        written: _,
    } = queue;
    Ok(QueueConfig {
        key: QueueKey::new(field::name("pool", &pool)?, field::name("name", &name)?),
        description: field::text(description),
        concurrency_limit,
        priority: NonZeroU32::new(field::counted("priority", priority)?)
            .ok_or_else(|| Wrong::missing("priority"))?,
        max_bytes,
        paused,
        start_rate: limit::optional_rate("startRate", start_rate)?,
        weight: NonZeroU32::new(weight).unwrap_or(NonZeroU32::MIN),
    })
}

pub(crate) fn tag_limit_to_wire(
    limit: &TagLimitConfig,
    written: Option<wire::Written>,
) -> wire::TagLimitConfig {
    let TagLimitConfig {
        tag,
        concurrency_limit,
        start_rate,
    } = limit;
    wire::TagLimitConfig {
        tag: tag.to_string(),
        concurrency_limit: *concurrency_limit,
        start_rate: start_rate.as_ref().map(limit::rate_to_wire),
        written,
    }
}

pub(crate) fn tag_limit_from_wire(limit: wire::TagLimitConfig) -> Result<TagLimitConfig, Wrong> {
    let wire::TagLimitConfig {
        tag,
        concurrency_limit,
        start_rate,
        written: _,
    } = limit;
    Ok(TagLimitConfig {
        tag: field::name("tag", &tag)?,
        concurrency_limit,
        start_rate: limit::optional_rate("startRate", start_rate)?,
    })
}

pub(crate) fn named_limit_to_wire(
    limit: &NamedLimitConfig,
    written: Option<wire::Written>,
) -> wire::NamedLimitConfig {
    let NamedLimitConfig {
        name,
        concurrency_limit,
    } = limit;
    wire::NamedLimitConfig {
        name: name.to_string(),
        concurrency_limit: *concurrency_limit,
        written,
    }
}

pub(crate) fn named_limit_from_wire(
    limit: wire::NamedLimitConfig,
) -> Result<NamedLimitConfig, Wrong> {
    let wire::NamedLimitConfig {
        name,
        concurrency_limit,
        written: _,
    } = limit;
    Ok(NamedLimitConfig {
        name: field::name("name", &name)?,
        concurrency_limit,
    })
}

fn at_most(field: &str, given: usize, bound: usize, unit: &str) -> Result<(), Wrong> {
    if given <= bound {
        Ok(())
    } else {
        Err(Wrong::new(
            field,
            format_args!("{given} {unit}: use at most {bound}"),
        ))
    }
}

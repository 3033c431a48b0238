//! What creating a pool or a queue wishes for, once the configuration is known.

use std::num::NonZeroU32;

use weir_core::{
    bounds,
    cell::{
        CellState, ConfigObject, Deletion, OnLostWorker, PoolConfig, QUEUE_MAX_BYTES_DEFAULT,
        QueueConfig,
    },
    json::JsonObject,
};

use super::{
    ConfigError, Differences, PoolSpec, QueueSpec, Wish,
    check::{check_policy, check_pool_spans, check_template},
    default_base_job_template,
};

pub(super) fn wished_pool(cell: &CellState, spec: &PoolSpec) -> Result<Wish, ConfigError> {
    if let Some(template) = &spec.base_job_template {
        check_template(spec.kind, template)?;
    }
    check_pool_spans(spec.submit_timeout, spec.start_timeout)?;
    check_policy(spec.kind, spec.policy.as_deref())?;
    let pool = Deletion::Pool(spec.name.clone());
    if let Some(held) = cell.pool(&spec.name) {
        not_going(cell, &pool)?;
        let differences = pool_differences(&held.value, spec);
        if differences.0.is_empty() {
            return Ok(Wish::Keep(held.revision));
        }
        let update = format!("weir work-pool update {}", spec.name);
        return Err(ConfigError::Exists {
            what: format!("work pool {}", spec.name),
            differences,
            update,
        });
    }
    let template = match &spec.base_job_template {
        Some(template) => template.clone(),
        None => JsonObject::parse(default_base_job_template(spec.kind)).unwrap_or_default(),
    };
    let value = PoolConfig {
        description: bounds::bounded_text(spec.description.as_deref().unwrap_or_default()),
        concurrency_limit: spec.concurrency_limit,
        base_job_template: template,
        start_rate: spec.start_rate,
        fair_share: spec.fair_share.clone(),
        on_lost_worker: spec.on_lost_worker.unwrap_or_default(),
        submit_timeout: spec.submit_timeout,
        start_timeout: spec.start_timeout,
        policy: spec.policy.clone(),
        ..PoolConfig::new(spec.name.clone(), spec.kind)
    };
    let last = cell.last_written(&pool);
    Ok(Wish::Make(Box::new(ConfigObject::Pool(value)), last))
}

fn pool_differences(is: &PoolConfig, spec: &PoolSpec) -> Differences {
    let mut differences = Differences::default();
    differences.note("type", Some(&is.kind.as_str()), Some(&spec.kind.as_str()));
    differences.note(
        "concurrency limit",
        is.concurrency_limit.as_ref(),
        spec.concurrency_limit.as_ref(),
    );
    differences.note(
        "start rate",
        is.start_rate.as_ref(),
        spec.start_rate.as_ref(),
    );
    differences.note(
        "description",
        Some(&is.description),
        spec.description.as_ref(),
    );
    differences.note(
        "on-lost-worker",
        Some(&is.on_lost_worker.as_str()),
        spec.on_lost_worker.map(OnLostWorker::as_str).as_ref(),
    );
    let spans = [
        ("submit-timeout", is.submit_timeout, spec.submit_timeout),
        ("start-timeout", is.start_timeout, spec.start_timeout),
    ];
    for (setting, is, wanted) in spans {
        differences.note_span(setting, is, wanted);
    }
    if spec.fair_share.is_some() && spec.fair_share != is.fair_share {
        differences.0.push("it shares otherwise".to_owned());
    }
    if spec.policy.is_some() && spec.policy != is.policy {
        differences.0.push("its policy is another".to_owned());
    }
    if spec
        .base_job_template
        .as_ref()
        .is_some_and(|wanted| wanted.to_map() != is.base_job_template.to_map())
    {
        differences
            .0
            .push("its base job template is another".to_owned());
    }
    differences
}

pub(super) fn wished_queue(cell: &CellState, spec: &QueueSpec) -> Result<Wish, ConfigError> {
    if cell.pool(&spec.key.pool).is_none() {
        return Err(ConfigError::UnknownPool(spec.key.pool.clone()));
    }
    not_going(cell, &Deletion::Pool(spec.key.pool.clone()))?;
    let queue = Deletion::Queue(spec.key.clone());
    let Some(held) = cell.queue(&spec.key) else {
        let value = QueueConfig {
            description: bounds::bounded_text(spec.description.as_deref().unwrap_or_default()),
            concurrency_limit: spec.concurrency_limit,
            priority: spec.priority.unwrap_or(NonZeroU32::MIN),
            max_bytes: spec.max_bytes.unwrap_or(QUEUE_MAX_BYTES_DEFAULT),
            start_rate: spec.start_rate,
            weight: spec.weight.unwrap_or(NonZeroU32::MIN),
            ..QueueConfig::new(spec.key.clone())
        };
        let last = cell.last_written(&queue);
        return Ok(Wish::Make(Box::new(ConfigObject::Queue(value)), last));
    };
    not_going(cell, &queue)?;
    let is = &held.value;
    let mut differences = Differences::default();
    differences.note(
        "limit",
        is.concurrency_limit.as_ref(),
        spec.concurrency_limit.as_ref(),
    );
    differences.note("priority", Some(&is.priority), spec.priority.as_ref());
    differences.note("max-bytes", Some(&is.max_bytes), spec.max_bytes.as_ref());
    differences.note(
        "start rate",
        is.start_rate.as_ref(),
        spec.start_rate.as_ref(),
    );
    differences.note("weight", Some(&is.weight), spec.weight.as_ref());
    differences.note(
        "description",
        Some(&is.description),
        spec.description.as_ref(),
    );
    if differences.0.is_empty() {
        return Ok(Wish::Keep(held.revision));
    }
    let update = format!(
        "weir work-queue update {} --pool {}",
        spec.key.queue, spec.key.pool
    );
    Err(ConfigError::Exists {
        what: format!("work queue {}", spec.key),
        differences,
        update,
    })
}

/// What is being deleted is not changed any more, and not made anew before it is gone.
pub(crate) fn not_going(cell: &CellState, what: &Deletion) -> Result<(), ConfigError> {
    let (deleted, name) = match what {
        Deletion::Pool(name) => (cell.deleting_pool(name), format!("work pool {name}")),
        Deletion::Queue(key) => (cell.deleting(key), format!("work queue {key}")),
        Deletion::Deployment(_) => return Ok(()),
    };
    deleted.map_or(Ok(()), |deleted| {
        Err(ConfigError::Deleting {
            what: name,
            deleted: deleted.to_string(),
        })
    })
}

//! Configuration as files say it: one mapping per object, with the keys of `weir.yaml`. Differences are found in it, so
//! that they are told in the words of the files, and it can be written out as a file.

mod deployment;
mod units;

use serde_json::{Map, Value, json};
use weir_core::{
    cell::{ConfigObject, NamedLimitConfig, PoolConfig, PoolType, QueueConfig, TagLimitConfig},
    ids::DeploymentName,
    json::JsonObject,
    rate::StartRate,
};

use self::units::{bytes, span};
use crate::default_base_job_template;

/// One object's fields.
pub(super) type Form = Map<String, Value>;

/// An object with all of its fields. What is absent is not set.
pub(super) fn whole(object: &ConfigObject) -> Form {
    match object {
        ConfigObject::Pool(pool) => pool_form(pool),
        ConfigObject::Queue(queue) => queue_form(queue),
        ConfigObject::TagLimit(limit) => tag_limit_form(limit),
        ConfigObject::NamedLimit(limit) => named_limit_form(limit),
        ConfigObject::Deployment(deployment) => deployment::form(deployment),
        ConfigObject::Deletion(_) => Form::new(),
    }
}

/// An object as a file would say it: without what holds where nothing is said. Whether it is paused is left out too: that
/// is for whoever operates it.
pub fn as_in_file(object: &ConfigObject) -> Form {
    let defaults = defaults(object);
    let mut form = whole(object);
    form.retain(|key, value| key != "paused" && defaults.get(key) != Some(&*value));
    if let ConfigObject::Deployment(deployment) = object {
        deployment::without_defaults(&mut form, deployment);
    }
    form
}

/// What holds where a file names an object and says no more.
fn defaults(object: &ConfigObject) -> Form {
    let mut form = match object {
        ConfigObject::Pool(pool) => {
            let bare = PoolConfig {
                base_job_template: default_template(pool.kind),
                ..PoolConfig::new(pool.name.clone(), pool.kind)
            };
            pool_form(&bare)
        }
        ConfigObject::Queue(queue) => queue_form(&QueueConfig::new(queue.key.clone())),
        ConfigObject::Deployment(deployment) => deployment::defaults(deployment),
        ConfigObject::TagLimit(_) | ConfigObject::NamedLimit(_) | ConfigObject::Deletion(_) => {
            Form::new()
        }
    };
    for said in ["name", "type", "work_pool"] {
        form.remove(said);
    }
    form
}

/// The base job template that a pool has which brings none.
pub(super) fn default_template(kind: PoolType) -> JsonObject {
    JsonObject::parse(default_base_job_template(kind)).unwrap_or_default()
}

/// Collects the fields that are set.
#[derive(Default)]
struct Fields(Form);

impl Fields {
    fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }
    fn some<T: Into<Value>>(self, key: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }
    fn text(self, key: &str, text: &str) -> Self {
        self.some(key, Some(text).filter(|text| !text.is_empty()))
    }
    /// A rate, and beside it the burst where it is not the rate's own.
    fn rate(self, rate: Option<StartRate>) -> Self {
        let plain = rate.map(|rate| StartRate {
            burst: rate.starts,
            ..rate
        });
        let burst = rate.filter(|rate| rate.burst != rate.starts);
        self.some("start_rate", plain.map(|rate| rate.to_string()))
            .some("start_burst", burst.map(|rate| rate.burst.get()))
    }
}

fn pool_form(pool: &PoolConfig) -> Form {
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
    let fair_share = fair_share.as_ref().map(|share| {
        let weights = share.weights.iter();
        let weights: Form = weights
            .map(|(key, weight)| (key.to_string(), weight.get().into()))
            .collect();
        if weights.is_empty() {
            json!({"aging": span(share.aging)})
        } else {
            json!({"aging": span(share.aging), "weights": weights})
        }
    });
    Fields::default()
        .set("name", name.as_str())
        .set("type", kind.as_str())
        .text("description", description)
        .some("concurrency_limit", *concurrency_limit)
        .set("base_job_template", base_job_template.to_map())
        .set("paused", *paused)
        .rate(*start_rate)
        .some("fair_share", fair_share)
        .set("on_lost_worker", on_lost_worker.as_str())
        .some("submit_timeout", submit_timeout.map(span))
        .some("start_timeout", start_timeout.map(span))
        .some("policy", policy.as_ref().map(|policy| json!(policy)))
        .0
}

fn queue_form(queue: &QueueConfig) -> Form {
    let QueueConfig {
        key,
        description,
        concurrency_limit,
        priority,
        max_bytes,
        paused,
        start_rate,
        weight,
    } = queue;
    Fields::default()
        .set("name", key.queue.as_str())
        .text("description", description)
        .some("concurrency_limit", *concurrency_limit)
        .set("priority", priority.get())
        .set("max_bytes", bytes(*max_bytes))
        .set("paused", *paused)
        .rate(*start_rate)
        .set("weight", weight.get())
        .0
}

fn tag_limit_form(limit: &TagLimitConfig) -> Form {
    Fields::default()
        .set("tag", limit.tag.to_string())
        .some("limit", limit.concurrency_limit)
        .rate(limit.start_rate)
        .0
}

fn named_limit_form(limit: &NamedLimitConfig) -> Form {
    Fields::default()
        .set("name", limit.name.to_string())
        .some("limit", limit.concurrency_limit)
        .0
}

/// A deployment's name says its flow.
fn full_name(name: &DeploymentName) -> Value {
    name.as_str().into()
}

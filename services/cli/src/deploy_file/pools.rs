//! Work pools and their queues in the file, for `weir apply`.

use std::{collections::BTreeMap, num::NonZeroU32, path::Path, sync::Arc};

use anyhow::{Context, anyhow, bail};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use weir_client::{
    FairShare, JobPolicy, JsonObject, PoolConfig, PoolName, PoolType, QueueConfig, QueueKey,
    StartRate,
};

use super::{
    amounts::{Bytes, Rate},
    fill::Filler,
    form::with_aliases,
    parameter_schema::from_file,
    section::{Section, list, nested, section},
    written::{Flag, Span, Whole},
};

/// The key whose placeholders are filled when a run is made.
const TEMPLATE: &str = "base_job_template";

/// A work pool. What is not said is the default, apart from `paused`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct Pool {
    /// The name.
    name: String,
    /// What its runs become: `process`, `kubernetes`, or `null` for benchmarks. It cannot be changed later.
    #[schemars(extend("type" = ["string", "null"], "anyOf" = [{"enum": ["process", "kubernetes", "null", null]}, {}]))]
    r#type: String,
    /// What it is for.
    #[serde(default)]
    description: Option<String>,
    /// How many of its runs may be under way at once; any number where it is not said, and 0 starts nothing.
    #[serde(default)]
    concurrency_limit: Option<Whole>,
    /// Whether nothing new starts. It stays as it is where it is not said.
    #[serde(default)]
    paused: Option<Flag>,
    /// The base job template, or the path of a JSON or YAML file with it; the default of the type where it is not said.
    #[serde(default)]
    #[schemars(extend("type" = ["object", "string"]))]
    base_job_template: Option<Value>,
    /// How often its runs may start, such as `10/m`.
    #[serde(default)]
    start_rate: Option<Rate>,
    /// How many may start at once after a quiet time; as many as in the rate where it is not said.
    #[serde(default)]
    start_burst: Option<Whole>,
    /// Its queues take turns by weight; they go strictly by priority where it is not said.
    #[serde(default, deserialize_with = "nested")]
    fair_share: Option<Turns>,
    /// What becomes of the runs of a worker that is lost: `release` or `hold`.
    #[serde(default)]
    #[schemars(extend("anyOf" = [{"enum": ["release", "hold"]}, {}]))]
    on_lost_worker: Option<String>,
    /// How long a worker may take to make a run's infrastructure; 60s where it is not said.
    #[serde(default)]
    submit_timeout: Option<Span>,
    /// How long that may take to start; 10m where it is not said.
    #[serde(default)]
    start_timeout: Option<Span>,
    /// What the manifests of a pool of type kubernetes may hold; whatever the template makes of them where it is not said.
    #[serde(default, deserialize_with = "nested")]
    policy: Option<Policy>,
    /// Its queues. The queue `default` is always there and need not be named.
    #[serde(default, deserialize_with = "list")]
    work_queues: Option<Vec<Queue>>,
}

/// How runs take turns.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct Turns {
    /// How much waiting one step of a run's priority is worth.
    aging: Span,
    /// Weights of fairness keys; one that is not named has 1.
    #[serde(default)]
    weights: Option<BTreeMap<String, Whole>>,
}

/// What the manifests of Kubernetes Jobs may hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct Policy {
    /// Images that may run, `*` standing for any text; any image where none is named.
    #[serde(default)]
    images: Option<Vec<String>>,
    /// Namespaces in which Jobs may be made; any where none is named.
    #[serde(default)]
    namespaces: Option<Vec<String>>,
    /// Service accounts that pods may have, `default` being that of pods that name none; any where none is named.
    #[serde(default)]
    service_accounts: Option<Vec<String>>,
    /// Paths of the node that pods may mount, with everything below; no path where none is named.
    #[serde(default)]
    host_paths: Option<Vec<String>>,
    /// Whether containers may be privileged, add capabilities, and share the node's network, processes and IPC.
    #[serde(default)]
    privileged: Option<Flag>,
}

/// A work queue. What is not said is the default, apart from `paused`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct Queue {
    /// The name.
    name: String,
    /// What it is for.
    #[serde(default)]
    description: Option<String>,
    /// How many of its runs may be under way at once; any number where it is not said, and 0 starts nothing.
    #[serde(default)]
    concurrency_limit: Option<Whole>,
    /// 1 is the highest, and what holds where it is not said.
    #[serde(default)]
    priority: Option<Whole>,
    /// Past so many bytes in its stream new requests are rejected; 1GiB where it is not said.
    #[serde(default)]
    max_bytes: Option<Bytes>,
    /// How often its runs may start, such as `10/m`.
    #[serde(default)]
    start_rate: Option<Rate>,
    /// How many may start at once after a quiet time; as many as in the rate where it is not said.
    #[serde(default)]
    start_burst: Option<Whole>,
    /// Its share where the pool shares fairly; 1 where it is not said.
    #[serde(default)]
    weight: Option<Whole>,
    /// Whether nothing new starts. It stays as it is where it is not said.
    #[serde(default)]
    paused: Option<Flag>,
}

impl Section for Pool {
    const WHAT: &'static str = "a work pool such as {name: POOL, type: process}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[("queues", "work_queues")];
}
impl Section for Turns {
    const WHAT: &'static str = "turns such as {aging: 60s, weights: {acme: 3}}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[];
}
impl Section for Policy {
    const WHAT: &'static str =
        "a policy such as {images: [\"registry.example.com/*\"], namespaces: [batch]}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[];
}
impl Section for Queue {
    const WHAT: &'static str = "a work queue such as {name: QUEUE, priority: 1}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[("limit", "concurrency_limit")];
}

/// A value, and whether it is to be paused.
pub(crate) type AndPaused<T> = (T, Option<bool>);

impl Pool {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The pool and its queues. Paths in it are relative to `folder`.
    pub(crate) fn into_configs(
        self,
        folder: &Path,
    ) -> anyhow::Result<(AndPaused<PoolConfig>, Vec<AndPaused<QueueConfig>>)> {
        let name: PoolName = self.name.parse().context("name")?;
        let kind = self.r#type.parse().context("type")?;
        let on_lost_worker = self.on_lost_worker.as_deref().map(str::parse).transpose();
        let template = match self.base_job_template {
            Some(written) => from_file(written, folder)
                .and_then(|template| object(&template))
                .context(TEMPLATE)?,
            None => JsonObject::parse(weir_client::default_base_job_template(kind))?,
        };
        let queues = self.work_queues.unwrap_or_default().into_iter().enumerate();
        let queues = queues.map(|(n, queue)| {
            let place = format!("work_queues[{n}] ({})", queue.name);
            queue.into_config(&name).context(place)
        });
        let queues = queues.collect::<anyhow::Result<_>>()?;
        let pool = PoolConfig {
            description: self.description.unwrap_or_default(),
            concurrency_limit: self.concurrency_limit.map(|limit| limit.0),
            base_job_template: template,
            start_rate: rate(self.start_rate, self.start_burst)?,
            fair_share: self.fair_share.map(Turns::share).transpose()?,
            on_lost_worker: on_lost_worker
                .context("on_lost_worker")?
                .unwrap_or_default(),
            submit_timeout: self.submit_timeout.map(|span| span.0),
            start_timeout: self.start_timeout.map(|span| span.0),
            policy: self.policy.map(|policy| Arc::new(policy.into_policy())),
            ..PoolConfig::new(name, kind)
        };
        Ok(((pool, self.paused.map(|paused| paused.0)), queues))
    }
}

impl Queue {
    fn into_config(self, pool: &PoolName) -> anyhow::Result<AndPaused<QueueConfig>> {
        let key = QueueKey::new(pool.clone(), self.name.parse().context("name")?);
        let bare = QueueConfig::new(key.clone());
        let queue = QueueConfig {
            description: self.description.unwrap_or_default(),
            concurrency_limit: self.concurrency_limit.map(|limit| limit.0),
            priority: at_least_one("priority", self.priority)?.unwrap_or(bare.priority),
            max_bytes: self.max_bytes.map_or(bare.max_bytes, |bytes| bytes.0),
            start_rate: rate(self.start_rate, self.start_burst)?,
            weight: at_least_one("weight", self.weight)?.unwrap_or(bare.weight),
            ..bare
        };
        Ok((queue, self.paused.map(|paused| paused.0)))
    }
}

impl Policy {
    fn into_policy(self) -> JobPolicy {
        JobPolicy {
            images: self.images.unwrap_or_default(),
            namespaces: self.namespaces.unwrap_or_default(),
            service_accounts: self.service_accounts.unwrap_or_default(),
            host_paths: self.host_paths.unwrap_or_default(),
            privileged: self.privileged.is_some_and(|flag| flag.0),
        }
    }
}

/// Reads a policy that stands alone.
pub(crate) fn policy(written: Value) -> Result<JobPolicy, String> {
    section(written).map(Policy::into_policy)
}

impl Turns {
    fn share(self) -> anyhow::Result<FairShare> {
        let weights = self.weights.unwrap_or_default().into_iter();
        let weights = weights.map(|(key, weight)| {
            let place = format!("fair_share.weights.{key}");
            let weight = at_least_one(&place, Some(weight))?.unwrap_or(NonZeroU32::MIN);
            Ok((key.parse().context(place)?, weight))
        });
        let weights = weights.collect::<anyhow::Result<_>>()?;
        Ok(FairShare {
            aging: self.aging.0,
            weights,
        })
    }
}

/// A rate with its burst.
pub(super) fn rate(rate: Option<Rate>, burst: Option<Whole>) -> anyhow::Result<Option<StartRate>> {
    let burst = at_least_one("start_burst", burst)?;
    match (rate, burst) {
        (None, Some(_)) => bail!("start_burst: it says a burst and no rate: say start_rate too"),
        (rate, burst) => Ok(rate.map(|Rate(rate)| StartRate {
            burst: burst.unwrap_or(rate.burst),
            ..rate
        })),
    }
}

fn at_least_one(place: &str, given: Option<Whole>) -> anyhow::Result<Option<NonZeroU32>> {
    let number = |Whole(number)| {
        NonZeroU32::new(number).ok_or_else(|| anyhow!("{place}: it is 0: use 1 or more"))
    };
    given.map(number).transpose()
}

fn object(template: &Value) -> anyhow::Result<JsonObject> {
    let fields = template.as_object();
    let fields = fields.ok_or_else(|| {
        anyhow!("it is no mapping with job_configuration and variables: see `weir work-pool get-default-base-job-template`")
    })?;
    Ok(JsonObject::from(fields))
}

/// Fills the texts of a pool. Placeholders of its template are filled when a run is made, but for variables of the
/// environment.
pub(super) fn fill(
    filler: &mut Filler<'_>,
    fields: Map<String, Value>,
    path: &str,
) -> Map<String, Value> {
    let mut fields = filler.fields(fields, path, &[TEMPLATE]);
    if let Some(kind) = fields.get_mut("type")
        && kind.is_null()
    {
        // In YAML the type of that name is nothing at all, unless it stands in quotes.
        *kind = PoolType::Null.as_str().into();
    }
    if let Some(template) = fields.get_mut(TEMPLATE) {
        fill_variables(filler, template, &format!("{path}.{TEMPLATE}"));
    }
    fields
}

fn fill_variables(filler: &mut Filler<'_>, value: &mut Value, path: &str) {
    match value {
        Value::String(text) => *text = filler.variables(text, path),
        Value::Array(items) => {
            for (n, item) in items.iter_mut().enumerate() {
                fill_variables(filler, item, &format!("{path}[{n}]"));
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                fill_variables(filler, value, &format!("{path}.{key}"));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

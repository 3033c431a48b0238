//! What may stand in the file. The comments of these types are what editors show: `weir schema weir.yaml` is made from
//! them, so that what is published cannot differ from what is read.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::{Map, Value};

use super::{
    limits::{NamedLimit, TagLimit},
    pools::Pool,
    section::{Section, list, nested, section},
    written::{Flag, Share, Span, Spans, Texts, Whole},
};

/// The whole file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct File {
    /// The deployments.
    #[serde(default, deserialize_with = "list")]
    pub(super) deployments: Option<Vec<Entry>>,
    /// The work pools with their queues, for `weir apply`.
    #[serde(default, deserialize_with = "list")]
    pub(super) work_pools: Option<Vec<Pool>>,
    /// Limits on runs with a tag, for `weir apply`.
    #[serde(default, deserialize_with = "list")]
    pub(super) concurrency_limits: Option<Vec<TagLimit>>,
    /// Limits of a name whose slots runs take by number, for `weir apply`.
    #[serde(default, deserialize_with = "list")]
    pub(super) global_concurrency_limits: Option<Vec<NamedLimit>>,
    /// Anything at all, for YAML anchors: `definitions: {pool: &pool {...}}`, and later `work_pool: *pool`.
    #[serde(default, rename = "definitions")]
    _definitions: Option<Value>,
    /// The project's name. For people.
    #[serde(default, rename = "name")]
    _name: Option<String>,
    /// The version of Prefect that wrote the file. Without effect.
    #[serde(default, rename = "prefect-version")]
    _prefect_version: Option<Value>,
    /// Prefect's build steps. They are not run: a warning says so.
    #[serde(default)]
    pub(super) build: Option<Value>,
    /// Prefect's push steps. They are not run: a warning says so.
    #[serde(default)]
    pub(super) push: Option<Value>,
    /// Prefect's pull steps. They are not run: a warning says so.
    #[serde(default)]
    pub(super) pull: Option<Value>,
}

/// One deployment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct Entry {
    /// The name, as `NAME` or `FLOW/NAME`.
    pub(super) name: String,
    /// The flow, where neither the name nor the entrypoint says it.
    #[serde(default)]
    pub(super) flow: Option<String>,
    /// The flow's function, as `path/to/file.py:function`. Its name, with `-` for `_`, is the flow's.
    #[serde(default)]
    pub(super) entrypoint: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub(super) description: Option<String>,
    /// Where the runs go.
    #[serde(default, deserialize_with = "nested")]
    pub(super) work_pool: Option<WorkPool>,
    /// The pool, in short for `work_pool.name`.
    #[serde(default)]
    pub(super) pool: Option<String>,
    /// The queue, in short for `work_pool.work_queue_name`.
    #[serde(default)]
    pub(super) queue: Option<String>,
    /// Values for the placeholders of the pool's template, in short for `work_pool.job_variables`.
    #[serde(default)]
    pub(super) job_variables: Option<Map<String, Value>>,
    /// Parameters of the runs, where they do not say others.
    #[serde(default)]
    pub(super) parameters: Option<Map<String, Value>>,
    /// Tags of each run.
    #[serde(default)]
    pub(super) tags: Option<Texts>,
    /// How often a failed run is tried again.
    #[serde(default)]
    pub(super) retries: Option<Whole>,
    /// How long to wait before a run is tried again: a number of seconds, a text such as `5m`, or a list of them, one
    /// for each retry.
    #[serde(default)]
    pub(super) retry_delay: Option<Spans>,
    /// Each delay past the last that is listed is so many times the one before.
    #[serde(default)]
    pub(super) retry_backoff_factor: Option<Whole>,
    /// Up to this share of a delay, 0 to 1, is added to it, so that runs that fail together are not tried again together.
    #[serde(default)]
    pub(super) retry_jitter: Option<Share>,
    /// No delay is longer.
    #[serde(default)]
    pub(super) max_retry_delay: Option<Span>,
    /// Which failures are tried again, such as `exit:1`, `exit:64-78`, `signal`, `OOMKilled`, `Timeout`; all if not said.
    #[serde(default)]
    pub(super) retry_on: Option<Texts>,
    /// Which failures are not tried again, whatever `retry_on` says.
    #[serde(default)]
    pub(super) no_retry_on: Option<Texts>,
    /// The deployment is paused once so many of its attempts in a row could not be started; 0 is never.
    #[serde(default)]
    pub(super) pause_after_failed_starts: Option<Whole>,
    /// The name for people of runs that bring none, such as `load {{ parameters.day }}`.
    #[serde(default)]
    pub(super) run_name: Option<String>,
    /// How long an attempt may take: a number of seconds, or a text such as `5m`.
    #[serde(default)]
    pub(super) timeout: Option<Span>,
    /// How late a run may start that does not say so itself; later it lapses. A number of seconds, or a text such as `10m`.
    #[serde(default)]
    pub(super) max_lateness: Option<Span>,
    /// How many of its runs may be under way at once, and what becomes of one more.
    #[serde(default)]
    pub(super) concurrency_limit: Option<Concurrency>,
    /// Slots of named limits (`weir global-concurrency-limit`) that each run holds.
    #[serde(default)]
    pub(super) limits: Option<BTreeMap<String, Whole>>,
    /// When runs are to be made by themselves.
    #[serde(default, deserialize_with = "list")]
    pub(super) schedules: Option<Vec<Schedule>>,
    /// One schedule, as Prefect 2 had it.
    #[serde(default, deserialize_with = "nested")]
    pub(super) schedule: Option<Schedule>,
    /// Prefect's version of a deployment. Without effect: weir numbers revisions by itself.
    #[serde(default)]
    pub(super) version: Option<Value>,
    /// How Prefect finds a version. Without effect.
    #[serde(default)]
    pub(super) version_type: Option<Value>,
    /// Whether no schedule makes runs. `weir deployment pause` stops all runs.
    #[serde(default)]
    pub(super) paused: Option<Flag>,
    /// The JSON schema of the runs' parameters, or the path of a JSON or YAML file with it, relative to this file.
    #[serde(default)]
    #[schemars(extend("type" = ["object", "string", "null"]))]
    pub(super) parameter_schema: Option<Value>,
    /// Whether parameters that do not fit `parameter_schema` are refused, which is so if not said.
    #[serde(default)]
    pub(super) enforce_parameter_schema: Option<Flag>,
    /// Prefect's triggers. Without effect.
    #[serde(default)]
    pub(super) triggers: Option<Value>,
    /// Prefect's service level agreements. Without effect.
    #[serde(default)]
    pub(super) sla: Option<Value>,
    /// Prefect's build steps. They are not run: a warning says so.
    #[serde(default)]
    pub(super) build: Option<Value>,
    /// Prefect's push steps. They are not run: a warning says so.
    #[serde(default)]
    pub(super) push: Option<Value>,
    /// Prefect's pull steps. They are not run: a warning says so.
    #[serde(default)]
    pub(super) pull: Option<Value>,
    /// Where Prefect 2 kept the code. Without effect.
    #[serde(default)]
    pub(super) storage: Option<Value>,
    /// Where in its storage Prefect 2 kept the code. Without effect.
    #[serde(default)]
    pub(super) path: Option<Value>,
    /// What Prefect 2 ran the code on. Without effect.
    #[serde(default)]
    pub(super) infrastructure: Option<Value>,
}

/// Where the runs go.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct WorkPool {
    /// The work pool.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// The work queue; the pool's queue `default` where it is not said.
    #[serde(default)]
    pub(super) work_queue_name: Option<String>,
    /// Values for the placeholders of the pool's template.
    #[serde(default)]
    pub(super) job_variables: Option<Map<String, Value>>,
}

/// A limit on the deployment's runs.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Concurrency {
    /// So many at once; one more waits.
    Limit(Whole),
    /// So many at once, and what becomes of one more.
    Rule(Rule),
}

/// So many at once, and what becomes of one more.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct Rule {
    /// How many runs may be under way at once.
    #[serde(default)]
    pub(super) limit: Option<Whole>,
    /// What becomes of one more: it waits, it is cancelled, or the oldest one is.
    #[serde(default)]
    #[schemars(extend("anyOf" = [{"enum": ["ENQUEUE", "CANCEL_NEW", "CANCEL_RUNNING"]}, {}]))]
    pub(super) collision_strategy: Option<String>,
    /// How long Prefect waits for a run to start before it takes its slot away. Without effect: here a slot is held
    /// until nothing of the run is left.
    #[serde(default)]
    pub(super) grace_period_seconds: Option<Value>,
}

impl<'de> Deserialize<'de> for Concurrency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        if written.is_object() {
            return section(written).map(Self::Rule).map_err(D::Error::custom);
        }
        serde_json::from_value(written)
            .map(Self::Limit)
            .map_err(|error| {
                let words = format!("{error}, or {{limit: N, collision_strategy: ENQUEUE}}");
                D::Error::custom(words)
            })
    }
}

/// When runs are to be made: one of `cron`, `interval` and `rrule`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct Schedule {
    /// A cron expression, such as `0 6 * * *`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cron: Option<String>,
    /// Seconds between runs, or a text such as `10m` or `PT10M`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) interval: Option<Value>,
    /// A recurrence rule, such as `FREQ=WEEKLY;BYDAY=MO`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rrule: Option<String>,
    /// Whose days and hours they are, such as `Europe/Berlin`; `UTC` where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timezone: Option<String>,
    /// From when an interval counts; 2020-01-01 in its time zone where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    anchor_date: Option<String>,
    /// Whether a day of the month or of the week is enough where a cron expression names both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    day_or: Option<Flag>,
    /// Whether it makes runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active: Option<Flag>,
    /// Parameters of its runs, over those of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameters: Option<Map<String, Value>>,
    /// A name that is its own within the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    /// What becomes of a time at which an earlier run of the schedule has not ended: `skip` (where it is not said),
    /// `buffer_one`, `buffer_all`, `cancel_other` or `allow_all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overlap_policy: Option<String>,
    /// How long a time is made up for at which no scheduler ran: seconds, or a text such as `1h`; 365 days where it is
    /// not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    catchup_window: Option<Value>,
    /// The slug of the schedule that it takes the place of. Without effect: files say all schedules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    /// How many runs Prefect makes ahead. Without effect: each is made when it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_scheduled_runs: Option<Whole>,
}

impl Section for File {
    const WHAT: &'static str = "a mapping with `deployments`, `work_pools` or limits";
    const ALIASES: &'static [(&'static str, &'static str)] = &[];
}
impl Section for Entry {
    const WHAT: &'static str = "a deployment such as {name: FLOW/NAME, pool: POOL}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("flow_name", "flow"),
        ("flow-name", "flow"),
        ("work-pool", "work_pool"),
        ("workPool", "work_pool"),
        ("work_queue_name", "queue"),
        ("job-variables", "job_variables"),
        ("jobVariables", "job_variables"),
        ("infra_overrides", "job_variables"),
        ("retry-delay", "retry_delay"),
        ("retryDelay", "retry_delay"),
        ("retry_jitter_factor", "retry_jitter"),
        ("flow_run_name", "run_name"),
        ("parameter_openapi_schema", "parameter_schema"),
        ("concurrency-limit", "concurrency_limit"),
        ("concurrencyLimit", "concurrency_limit"),
    ];
}
impl Section for WorkPool {
    const WHAT: &'static str = "a work pool such as {name: POOL, work_queue_name: QUEUE}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("queue", "work_queue_name"),
        ("work-queue-name", "work_queue_name"),
        ("job-variables", "job_variables"),
        ("jobVariables", "job_variables"),
    ];
}
impl Section for Rule {
    const WHAT: &'static str = "a limit such as {limit: 1, collision_strategy: ENQUEUE}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[];
}
impl Section for Schedule {
    const WHAT: &'static str = "a schedule such as {cron: '0 6 * * *'}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[];
}

/// Second spellings are taken; editors are told not to offer those that differ in their case alone.
pub(super) fn with_aliases<T: Section>(schema: &mut Schema) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let Some(properties) = properties else {
        return;
    };
    for (alias, meant) in T::ALIASES {
        let mut same = properties.get(*meant).cloned().unwrap_or_default();
        if let Some(same) = same.as_object_mut() {
            if alias.contains(|c: char| c == '-' || c.is_ascii_uppercase()) {
                same.insert("deprecated".to_owned(), true.into());
            }
            same.insert(
                "description".to_owned(),
                format!("The same as {meant}.").into(),
            );
        }
        properties.insert((*alias).to_owned(), same);
    }
}

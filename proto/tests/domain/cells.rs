//! Records of the cell log of every shape.

use std::{num::NonZeroU32, sync::Arc};

use proptest::{collection::vec, option::of, prelude::*};
use weir_core::{
    cell::{
        CellBody, ConfigObject, Deletion, DeploymentConfig, NamedLimitConfig, OnLostWorker,
        PoolConfig, PoolType, QueueConfig, TagLimitConfig,
    },
    ids::{QueueStream, Seq},
    json::JsonObject,
    kubernetes::JobPolicy,
    retry::RetryPolicy,
};

use crate::{
    basic::{any_queue_key, deployment, epoch, label, object, span, tag, text, token},
    limits::{collision, fair_share, limit_name, limits, start_rate},
    retries::retry_policy,
};

pub(crate) fn pool_type() -> impl Strategy<Value = PoolType> {
    proptest::sample::select(vec![
        PoolType::Process,
        PoolType::Kubernetes,
        PoolType::Null,
    ])
}
/// Some are paused and some are not.
fn odd(number: u32) -> bool {
    number % 2 == 1
}
fn pool_config() -> impl Strategy<Value = PoolConfig> {
    let paced = (of(start_rate()), of(fair_share()), of(span()), of(span()));
    (
        label(),
        pool_type(),
        text(),
        of(any::<u32>()),
        object(),
        paced,
    )
        .prop_map(
            |(
                name,
                kind,
                description,
                concurrency_limit,
                base_job_template,
                (start_rate, fair_share, submit_timeout, start_timeout),
            )| PoolConfig {
                name,
                kind,
                description,
                concurrency_limit,
                paused: concurrency_limit.is_some_and(odd),
                base_job_template,
                fair_share,
                start_rate,
                on_lost_worker: if concurrency_limit.is_some_and(odd) {
                    OnLostWorker::Hold
                } else {
                    OnLostWorker::Release
                },
                submit_timeout,
                start_timeout,
                policy: concurrency_limit.map(policy).map(Arc::new),
            },
        )
}
fn policy(seed: u32) -> JobPolicy {
    let some = |bit: u32, text: &str| {
        let times = if seed & (1 << bit) == 0 { 0 } else { 2 };
        vec![text.to_owned(); times]
    };
    JobPolicy {
        images: some(0, "registry.example/*"),
        namespaces: some(1, "runs"),
        service_accounts: some(2, "runner"),
        host_paths: some(3, "/data"),
        privileged: seed & 16 != 0,
    }
}
fn queue_config() -> impl Strategy<Value = QueueConfig> {
    (
        any_queue_key(),
        text(),
        of(any::<u32>()),
        1..=u32::MAX,
        any::<u64>(),
        (of(start_rate()), 1..=u32::MAX),
    )
        .prop_map(
            |(key, description, concurrency_limit, priority, max_bytes, (start_rate, weight))| {
                QueueConfig {
                    key,
                    description,
                    concurrency_limit,
                    priority: NonZeroU32::new(priority).unwrap(),
                    max_bytes,
                    paused: concurrency_limit.is_some_and(odd),
                    start_rate,
                    weight: NonZeroU32::new(weight).unwrap(),
                }
            },
        )
}
type Definition = (
    Option<Arc<RetryPolicy>>,
    Option<JsonObject>,
    Option<String>,
    Vec<JsonObject>,
    u32,
    Option<String>,
);
/// What else a deployment says.
fn definition() -> impl Strategy<Value = Definition> {
    (
        of(retry_policy()),
        of(object()),
        of("[a-z{} .]{1,40}"),
        vec(object(), 0..3),
        0..4_u32,
        of("[a-z ]{1,40}"),
    )
}
fn deployment_config() -> impl Strategy<Value = DeploymentConfig> {
    let values = (object(), object(), vec(tag(), 0..4));
    (
        deployment(),
        any_queue_key(),
        text(),
        of(text()),
        values,
        any::<u32>(),
        span(),
        (of(span()), of(any::<u32>()), limits(), collision()),
        definition(),
    )
        .prop_map(
            |(
                name,
                queue,
                description,
                entrypoint,
                (job_variables, parameters, tags),
                retries,
                retry_delay,
                (timeout, concurrency_limit, limits, collision_strategy),
                (retry_policy, parameter_schema, run_name, schedules, starts, paused_reason),
            )| {
                DeploymentConfig {
                    name,
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
                    paused: odd(retries),
                    collision_strategy,
                    limits,
                    retry_policy,
                    parameter_schema,
                    run_name,
                    schedules,
                    pause_after_failed_starts: NonZeroU32::new(starts),
                    paused_reason,
                    max_lateness: Some(retry_delay).filter(|span| !span.is_zero()),
                }
            },
        )
}
pub(crate) fn any_cell() -> impl Strategy<Value = CellBody> {
    let stream = || {
        (any_queue_key(), 1..=u32::MAX)
            .prop_map(|(key, incarnation)| QueueStream { key, incarnation })
    };
    let object = prop_oneof![
        pool_config().prop_map(ConfigObject::Pool),
        queue_config().prop_map(ConfigObject::Queue),
        deployment_config().prop_map(|deployment| ConfigObject::Deployment(Box::new(deployment))),
        (tag(), of(any::<u32>()), of(start_rate())).prop_map(
            |(tag, concurrency_limit, start_rate)| {
                ConfigObject::TagLimit(TagLimitConfig {
                    tag,
                    concurrency_limit,
                    start_rate,
                })
            }
        ),
        (limit_name(), of(any::<u32>())).prop_map(|(name, concurrency_limit)| {
            ConfigObject::NamedLimit(NamedLimitConfig {
                name,
                concurrency_limit,
            })
        }),
        any_queue_key().prop_map(|key| ConfigObject::Deletion(Deletion::Pool(key.pool))),
        any_queue_key().prop_map(|key| ConfigObject::Deletion(Deletion::Queue(key))),
        deployment_config().prop_map(|d| ConfigObject::Deletion(Deletion::Deployment(d.name))),
    ];
    prop_oneof![
        (text(), object).prop_map(|(author, object)| CellBody::Config { author, object }),
        (epoch(), token()).prop_map(|(epoch, leader)| CellBody::Epoch { epoch, leader }),
        (stream(), epoch()).prop_map(|(queue, epoch)| CellBody::QueueOpened { queue, epoch }),
        (stream(), epoch(), any::<u64>()).prop_map(|(queue, epoch, last)| CellBody::QueueClosed {
            queue,
            epoch,
            last: Seq(last)
        }),
        epoch().prop_map(|epoch| CellBody::Barrier { epoch }),
        (label(), token(), text()).prop_map(|(pool, worker, author)| CellBody::WorkerForgotten {
            pool,
            worker,
            author
        }),
    ]
}

//! Configurations that tests want.

use std::{num::NonZeroU32, time::Duration};

use weir_client::{
    CollisionStrategy, DeploymentConfig, Desired, FairShare, JsonObject, NamedLimitConfig,
    OnLostWorker, PoolConfig, PoolType, QueueConfig, QueueKey, TagLimitConfig,
    default_base_job_template,
};

pub(super) fn object(json: &str) -> JsonObject {
    JsonObject::parse(json).expect("an object")
}

pub(super) fn pool(name: &str, kind: PoolType) -> PoolConfig {
    PoolConfig {
        base_job_template: object(default_base_job_template(kind)),
        ..PoolConfig::new(name.parse().expect("a legal name"), kind)
    }
}

pub(super) fn key(pool: &str, queue: &str) -> QueueKey {
    QueueKey::new(
        pool.parse().expect("a legal name"),
        queue.parse().expect("a legal name"),
    )
}

pub(super) fn queue(pool: &str, name: &str) -> QueueConfig {
    QueueConfig::new(key(pool, name))
}

pub(super) fn deployment(name: &str, queue: QueueKey) -> DeploymentConfig {
    DeploymentConfig::new(name.parse().expect("a legal name"), queue)
}

pub(super) fn tag_limit(tag: &str, limit: u32) -> TagLimitConfig {
    TagLimitConfig {
        tag: tag.parse().expect("a legal tag"),
        concurrency_limit: Some(limit),
        start_rate: None,
    }
}

pub(super) fn named_limit(name: &str, limit: u32) -> NamedLimitConfig {
    NamedLimitConfig {
        name: name.parse().expect("a legal name"),
        concurrency_limit: Some(limit),
    }
}

/// The objects of a configuration, which tests change one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) pools: Vec<PoolConfig>,
    pub(super) queues: Vec<QueueConfig>,
    pub(super) tag_limits: Vec<TagLimitConfig>,
    pub(super) named_limits: Vec<NamedLimitConfig>,
    pub(super) deployments: Vec<DeploymentConfig>,
    pub(super) paused: Option<bool>,
}

impl Files {
    pub(super) fn desired(&self) -> Desired {
        let mut desired = Desired::default();
        let place = |what: &str, name: &dyn std::fmt::Display| format!("weir.yaml: {what} {name}");
        for one in &self.pools {
            let place = place("work_pools", &one.name);
            desired.pool(one.clone(), self.paused, place).expect("new");
        }
        for one in &self.queues {
            let place = place("work_queues", &one.key);
            desired.queue(one.clone(), self.paused, place).expect("new");
        }
        for one in &self.tag_limits {
            let place = place("concurrency_limits", &one.tag);
            desired.tag_limit(one.clone(), place).expect("new");
        }
        for one in &self.named_limits {
            let place = place("global_concurrency_limits", &one.name);
            desired.named_limit(one.clone(), place).expect("new");
        }
        for one in &self.deployments {
            let place = place("deployments", &one.name);
            let added = desired.deployment(one.clone(), self.paused, place);
            added.expect("new");
        }
        desired
    }
}

/// A whole installation that says something about everything.
pub(super) fn rich() -> Files {
    let k8s = PoolConfig {
        description: "the big one".to_owned(),
        concurrency_limit: Some(10),
        start_rate: "10/m".parse().ok(),
        fair_share: Some(FairShare {
            aging: Duration::from_mins(1),
            weights: [("acme".parse().expect("a key"), NonZeroU32::MIN)].into(),
        }),
        on_lost_worker: OnLostWorker::Hold,
        submit_timeout: Some(Duration::from_secs(30)),
        start_timeout: Some(Duration::from_mins(15)),
        ..pool("k8s", PoolType::Process)
    };
    let high = QueueConfig {
        description: "first".to_owned(),
        concurrency_limit: Some(2),
        max_bytes: 64 << 20,
        start_rate: "1/s".parse().ok(),
        ..queue("k8s", "high")
    };
    let nightly = DeploymentConfig {
        description: "every night".to_owned(),
        job_variables: object(r#"{"command":"echo hi","env":{"A":"1"}}"#),
        parameters: object(r#"{"day":"today"}"#),
        tags: vec!["db".parse().expect("a tag")],
        retries: 2,
        timeout: Some(Duration::from_hours(1)),
        concurrency_limit: Some(1),
        collision_strategy: CollisionStrategy::CancelNew,
        limits: [("db-connections".parse().expect("a name"), NonZeroU32::MIN)].into(),
        ..deployment("etl/nightly", key("k8s", "high"))
    };
    Files {
        pools: vec![k8s, pool("local", PoolType::Null)],
        queues: vec![high, queue("k8s", "low"), queue("local", "other")],
        tag_limits: vec![tag_limit("db", 5), tag_limit("customer:*", 2)],
        named_limits: vec![named_limit("db-connections", 20)],
        deployments: vec![nightly, deployment("etl/hourly", key("local", "default"))],
        paused: None,
    }
}

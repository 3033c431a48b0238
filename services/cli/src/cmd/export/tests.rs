//! What is written out is wanted again without a change.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_client::{
    CollisionStrategy, Configured, DeploymentConfig, FairShare, JobPolicy, JsonObject,
    NamedLimitConfig, OnLostWorker, PoolConfig, PoolType, QueueConfig, QueueKey, Seq,
    TagLimitConfig, Timestamp, default_base_job_template,
};
use weir_core::{
    cell::{CellBody, CellRecord},
    retry::RetryPolicy,
};

use super::*;

fn object(json: &str) -> JsonObject {
    JsonObject::parse(json).expect("an object")
}

fn key(pool: &str, queue: &str) -> QueueKey {
    QueueKey::new(
        pool.parse().expect("a name"),
        queue.parse().expect("a name"),
    )
}

fn three() -> NonZeroU32 {
    NonZeroU32::new(3).expect("it is not 0")
}

fn pools() -> Vec<ConfigObject> {
    let bare = |name: &str, kind| PoolConfig {
        base_job_template: object(default_base_job_template(kind)),
        ..PoolConfig::new(name.parse().expect("a name"), kind)
    };
    let full = PoolConfig {
        description: "the: \"big\" one\n{x}".to_owned(),
        concurrency_limit: Some(0),
        base_job_template: object(
            r#"{"job_configuration":{"command":"echo {{ word }}"},"variables":{"type":"object","properties":{"word":{"type":"string","default":"1.10"}}}}"#,
        ),
        paused: true,
        start_rate: "10/m".parse().ok(),
        fair_share: Some(FairShare {
            aging: Duration::from_millis(90_500),
            weights: [("acme".parse().expect("a key"), three())].into(),
        }),
        on_lost_worker: OnLostWorker::Hold,
        submit_timeout: Some(Duration::from_mins(1)),
        start_timeout: Some(Duration::from_secs(1)),
        ..bare("full", PoolType::Process)
    };
    let cluster = PoolConfig {
        policy: Some(Arc::new(JobPolicy {
            images: vec!["registry.example.com/*".to_owned()],
            host_paths: vec!["/data".to_owned()],
            ..JobPolicy::default()
        })),
        ..bare("cluster", PoolType::Kubernetes)
    };
    let high = QueueConfig {
        description: "yes".to_owned(),
        concurrency_limit: Some(2),
        priority: three(),
        max_bytes: (1 << 20) + 1,
        weight: three(),
        ..QueueConfig::new(key("full", "high"))
    };
    vec![
        ConfigObject::Pool(full),
        ConfigObject::Pool(bare("bare", PoolType::Null)),
        ConfigObject::Pool(cluster),
        ConfigObject::Queue(QueueConfig::new(key("full", "default"))),
        ConfigObject::Queue(high),
        ConfigObject::Queue(QueueConfig {
            concurrency_limit: Some(1),
            ..QueueConfig::new(key("bare", "default"))
        }),
        ConfigObject::Queue(QueueConfig::new(key("bare", "other"))),
        ConfigObject::Queue(QueueConfig::new(key("cluster", "default"))),
    ]
}

fn limits() -> Vec<ConfigObject> {
    let mut burst: weir_client::StartRate = "5/30s".parse().expect("a rate");
    burst.burst = three();
    let tag = |tag: &str, concurrency_limit, start_rate| {
        ConfigObject::TagLimit(TagLimitConfig {
            tag: tag.parse().expect("a tag"),
            concurrency_limit,
            start_rate,
        })
    };
    vec![
        tag("customer:*", Some(2), None),
        tag("no", None, Some(burst)),
        ConfigObject::NamedLimit(NamedLimitConfig {
            name: "db".parse().expect("a name"),
            concurrency_limit: Some(20),
        }),
    ]
}

fn deployments() -> Vec<ConfigObject> {
    let bare = |name: &str| DeploymentConfig {
        retry_delay: weir_core::judge::RETRY_DELAY_DEFAULT,
        ..DeploymentConfig::new(name.parse().expect("a name"), key("bare", "default"))
    };
    let policy = RetryPolicy {
        delays: [1, 90].map(Duration::from_secs).to_vec(),
        factor: three(),
        jitter_percent: 29,
        delay_max: Some(Duration::from_mins(10)),
        on: vec!["exit:64-78".parse().expect("a pattern")],
        not_on: vec!["Timeout".parse().expect("a pattern")],
    };
    let full = DeploymentConfig {
        queue: key("full", "high"),
        description: "every night".to_owned(),
        entrypoint: Some("flows/etl.py:main".to_owned()),
        job_variables: object(r#"{"word":"null"}"#),
        parameters: object(r#"{"day":"2026-11-23","n":1.5,"list":[1,"2",null],"on":true}"#),
        tags: vec!["db".parse().expect("a tag")],
        retries: 2,
        retry_policy: Some(Arc::new(policy)),
        timeout: Some(Duration::from_hours(1)),
        concurrency_limit: Some(1),
        paused: true,
        limits: [("db".parse().expect("a name"), three())].into(),
        collision_strategy: CollisionStrategy::CancelNew,
        parameter_schema: Some(object(r#"{"type":"object"}"#)),
        run_name: Some("night {{ parameters.day }}".to_owned()),
        schedules: vec![object(r#"{"cron":"0 6 * * *"}"#)],
        pause_after_failed_starts: Some(three()),
        ..bare("etl/full")
    };
    let deployment = |one| ConfigObject::Deployment(Box::new(one));
    vec![deployment(bare("etl/bare")), deployment(full)]
}

/// An installation with these objects.
fn cell(objects: &[ConfigObject]) -> CellState {
    let mut cell = CellState::default();
    for (seq, object) in (1..).zip(objects) {
        let body = CellBody::Config {
            author: String::new(),
            object: object.clone(),
        };
        let at = Timestamp::default();
        cell.apply(CellRecord {
            seq: Seq(seq),
            at,
            body,
        });
    }
    cell
}

fn all() -> Vec<ConfigObject> {
    [pools(), limits(), deployments()].concat()
}

#[test]
fn what_is_written_out_is_wanted_again_without_a_change() {
    let objects = all();
    let cell = cell(&objects);
    let file = file(&objects);
    for text in [yaml(&file).expect("YAML"), file.to_string()] {
        assert_eq!(lost(&cell, &text).expect(&text), [""; 0], "{text}");
        let mut wanted = Wanted::default();
        let added = wanted.add(&text, "f", std::path::Path::new("."), &|_| None);
        added.expect("it is legal");
        let plan = weir_client::plan(&cell, &wanted.desired, true);
        assert_eq!(
            plan.expect("it can be"),
            weir_client::Plan::default(),
            "all is named: {text}"
        );
    }
}

#[test]
fn the_file_says_what_is_not_the_default_and_names_come_first() {
    insta::assert_snapshot!(yaml(&file(&all())).expect("YAML"));
}

#[test]
fn what_no_file_can_say_is_told() {
    let mut objects = all();
    let Some(ConfigObject::Deployment(last)) = objects.last_mut() else {
        panic!("the last one is a deployment")
    };
    last.parameters = object(r#"{"day":"{{ today }}"}"#);
    let text = yaml(&file(&objects)).expect("YAML");
    assert_eq!(
        lost(&cell(&objects), &text).expect("it is legal"),
        ["no file can say this of deployment etl/full: parameters.day"]
    );
}

#[test]
fn every_object_is_in_the_file() {
    let objects = all();
    let file = file(&objects);
    let names = |list: &str| file[list].as_array().expect(list).len();
    assert_eq!(names("work_pools"), 3);
    assert_eq!(names("concurrency_limits"), 2);
    assert_eq!(names("global_concurrency_limits"), 1);
    assert_eq!(names("deployments"), 2);
    let paused: Vec<String> = objects.iter().filter_map(paused).collect();
    assert_eq!(paused, ["work pool full", "deployment etl/full"]);
    let plan = weir_client::plan(&cell(&objects), &weir_client::Desired::default(), false);
    let unnamed = plan.expect("it can be").unnamed;
    assert!(matches!(unnamed.first(), Some(Configured::Pool(_))));
}

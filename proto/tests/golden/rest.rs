//! Samples of everything else: the cell log, requests, epochs, leases, sessions, output, the control API.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use weir_core::{
    api::{Answerer, RunFilter},
    cell::{
        CellBody, CollisionStrategy, ConfigObject, Deletion, DeploymentConfig, FairShare,
        NamedLimitConfig, OnLostWorker, PoolConfig, PoolType, QueueConfig, TagLimitConfig,
    },
    event::EpochRecord,
    ids::{Attempt, Epoch, Lane, QueueStream, Seq},
    json::JsonObject,
    rate::StartRate,
    request::{CancelRequest, Request, RunRequest},
    session::{LeaseRecord, Session},
    state::StateType,
};
use weir_proto::{
    OutputLine, OutputLines, OutputStreamKind, api, decode_cell, decode_epoch, decode_lease,
    decode_output, decode_request, decode_session, encode_cell, encode_epoch, encode_lease,
    encode_output, encode_request, encode_request_json, encode_session,
};

use crate::{AT, Sample, later, queue_key as queue, sample};

fn configuration() -> Vec<(&'static str, ConfigObject)> {
    let object = |text| JsonObject::parse(text).unwrap();
    let pool = PoolConfig {
        description: "d".into(),
        concurrency_limit: Some(0),
        base_job_template: object(r#"{"variables":{}}"#),
        ..PoolConfig::new("local".parse().unwrap(), PoolType::Process)
    };
    let queue_config = QueueConfig {
        key: queue(),
        description: "d".into(),
        concurrency_limit: Some(2),
        priority: 1.try_into().unwrap(),
        max_bytes: 1 << 30,
        paused: false,
        start_rate: None,
        weight: 1.try_into().unwrap(),
    };
    let deployment = DeploymentConfig {
        description: "d".into(),
        entrypoint: Some("flow.py:main".into()),
        job_variables: object(r#"{"env":{"A":"1"}}"#),
        parameters: object(r#"{"n":9007199254740993}"#),
        tags: vec!["db".parse().unwrap()],
        retries: 2,
        retry_delay: Duration::from_secs(10),
        timeout: Some(Duration::from_mins(1)),
        ..DeploymentConfig::new("etl/nightly".parse().unwrap(), queue())
    };
    let tag_limit = TagLimitConfig {
        tag: "db".parse().unwrap(),
        concurrency_limit: Some(5),
        start_rate: None,
    };
    let paused = PoolConfig {
        paused: true,
        ..pool.clone()
    };
    vec![
        ("cell.pool", ConfigObject::Pool(pool)),
        ("cell.pool.paused", ConfigObject::Pool(paused)),
        ("cell.queue", ConfigObject::Queue(queue_config)),
        (
            "cell.deployment",
            ConfigObject::Deployment(Box::new(deployment)),
        ),
        ("cell.tag-limit", ConfigObject::TagLimit(tag_limit)),
        (
            "cell.deletion.pool",
            ConfigObject::Deletion(Deletion::Pool(queue().pool)),
        ),
        (
            "cell.deletion.queue",
            ConfigObject::Deletion(Deletion::Queue(queue())),
        ),
        (
            "cell.deletion.deployment",
            ConfigObject::Deletion(Deletion::Deployment("etl/nightly".parse().unwrap())),
        ),
    ]
}

/// What limits and shares beyond that: rates, weights, names.
fn sharing() -> Vec<(&'static str, ConfigObject)> {
    let rate = StartRate {
        starts: 10.try_into().unwrap(),
        per: Duration::from_secs(1),
        burst: 20.try_into().unwrap(),
    };
    let shared = PoolConfig {
        start_rate: Some(rate),
        fair_share: Some(FairShare {
            aging: Duration::from_mins(1),
            weights: [("acme".parse().unwrap(), 3.try_into().unwrap())].into(),
        }),
        ..PoolConfig::new("local".parse().unwrap(), PoolType::Process)
    };
    let weighed = QueueConfig {
        start_rate: Some(rate),
        weight: 7.try_into().unwrap(),
        ..QueueConfig::new(queue())
    };
    let replacing = DeploymentConfig {
        limits: [("db".parse().unwrap(), 3.try_into().unwrap())].into(),
        collision_strategy: CollisionStrategy::CancelRunning,
        ..DeploymentConfig::new("etl/nightly".parse().unwrap(), queue())
    };
    let each = TagLimitConfig {
        tag: "customer:*".parse().unwrap(),
        concurrency_limit: None,
        start_rate: Some(rate),
    };
    let named = NamedLimitConfig {
        name: "db-connections".parse().unwrap(),
        concurrency_limit: Some(20),
    };
    vec![
        ("cell.pool.shared", ConfigObject::Pool(shared)),
        ("cell.queue.weighed", ConfigObject::Queue(weighed)),
        (
            "cell.deployment.replacing",
            ConfigObject::Deployment(Box::new(replacing)),
        ),
        ("cell.tag-limit.each", ConfigObject::TagLimit(each)),
        ("cell.named-limit", ConfigObject::NamedLimit(named)),
        ("cell.pool.holding", ConfigObject::Pool(holding())),
        (
            "cell.deployment.timed",
            ConfigObject::Deployment(Box::new(later::timed_deployment())),
        ),
        (
            "cell.deployment.defined",
            ConfigObject::Deployment(Box::new(defined())),
        ),
    ]
}

/// Every field that endings brought to pools.
fn holding() -> PoolConfig {
    PoolConfig {
        on_lost_worker: OnLostWorker::Hold,
        submit_timeout: Some(Duration::from_secs(30)),
        start_timeout: Some(Duration::from_mins(5)),
        ..PoolConfig::new("local".parse().unwrap(), PoolType::Process)
    }
}

/// Every field that definitions in files brought to deployments.
fn defined() -> DeploymentConfig {
    let object = |text| JsonObject::parse(text).unwrap();
    DeploymentConfig {
        retries: 3,
        retry_policy: Some(crate::queue::retry_policy()),
        parameter_schema: Some(object(r#"{"type":"object"}"#)),
        run_name: Some("etl {{ parameters.day }}".into()),
        schedules: vec![object(r#"{"cron":"0 6 * * *"}"#), object("{}")],
        pause_after_failed_starts: Some(5.try_into().unwrap()),
        paused: true,
        paused_reason: Some("the last 5 attempts could not be started".into()),
        ..DeploymentConfig::new("etl/nightly".parse().unwrap(), queue())
    }
}

pub(crate) fn cell_records() -> Vec<Sample> {
    let config = |object| CellBody::Config {
        author: "me".into(),
        object,
    };
    let stream = QueueStream {
        key: queue(),
        incarnation: 2,
    };
    let (epoch, leader) = (Epoch(3), "host-3-1".parse().unwrap());
    let facts = [
        ("cell.epoch", CellBody::Epoch { epoch, leader }),
        (
            "cell.queue-opened",
            CellBody::QueueOpened {
                queue: stream.clone(),
                epoch,
            },
        ),
        (
            "cell.queue-closed",
            CellBody::QueueClosed {
                queue: stream.clone(),
                epoch,
                last: Seq(0),
            },
        ),
        (
            "cell.queue-closed.last",
            CellBody::QueueClosed {
                queue: stream,
                epoch,
                last: Seq(300),
            },
        ),
        ("cell.barrier", CellBody::Barrier { epoch }),
        (
            "cell.worker-forgotten",
            CellBody::WorkerForgotten {
                pool: "local".parse().unwrap(),
                worker: "w-1".parse().unwrap(),
                author: "me".into(),
            },
        ),
    ];
    let configs = configuration().into_iter().chain(sharing());
    let configs = configs.map(|(name, object)| (name, config(object)));
    let sampled = configs.chain(facts).map(|(name, body)| {
        sample(name, encode_cell(&body), move |bytes| {
            decode_cell(bytes) == Ok(body.clone())
        })
    });
    sampled.collect()
}

fn run() -> RunRequest {
    RunRequest {
        deployment: Some("etl/nightly".parse().unwrap()),
        name: Some("nightly".into()),
        parameters: JsonObject::parse(r#"{"price":1.10}"#).unwrap(),
        job_variables: JsonObject::parse(r#"{"env":{"A":"1"}}"#).unwrap(),
        tags: vec!["db".parse().unwrap()],
        priority: -5,
        retries: Some(0),
        retry_delay: Some(Duration::from_millis(1500)),
        timeout: Some(Duration::from_mins(1)),
        ..RunRequest::default()
    }
}

pub(crate) fn requests() -> Vec<Sample> {
    let limited = RunRequest {
        limits: [("db-connections".parse().unwrap(), 3)].into(),
        fairness_key: Some("acme".parse().unwrap()),
        ..RunRequest::default()
    };
    let retried = RunRequest {
        retries: Some(3),
        retry_policy: Some(crate::queue::retry_policy()),
        ..RunRequest::default()
    };
    let cancel = CancelRequest {
        grace: Some(Duration::ZERO),
        force: true,
        reason: "why".into(),
    };
    let all = [
        (
            "request.run",
            "request.run.json",
            Request::Run(Arc::new(run())),
        ),
        (
            "request.cancel",
            "request.cancel.json",
            Request::Cancel(cancel),
        ),
        (
            "request.set-priority",
            "request.set-priority.json",
            Request::SetPriority(-5),
        ),
        (
            "request.limited",
            "request.limited.json",
            Request::Run(Arc::new(limited)),
        ),
        (
            "request.retried",
            "request.retried.json",
            Request::Run(Arc::new(retried)),
        ),
        (
            "request.family",
            "request.family.json",
            Request::Run(Arc::new(later::of_a_family())),
        ),
        (
            "request.timed",
            "request.timed.json",
            Request::Run(Arc::new(later::timed())),
        ),
        (
            "request.retry",
            "request.retry.json",
            Request::Retry(Some(Attempt(2))),
        ),
        (
            "request.empty",
            "request.empty.json",
            Request::Run(Arc::default()),
        ),
    ];
    all.into_iter().flat_map(in_both_forms).collect()
}

fn in_both_forms((name, json_name, request): (&'static str, &'static str, Request)) -> [Sample; 2] {
    let (bytes, json) = (encode_request(&request), encode_request_json(&request));
    let again = request.clone();
    [
        sample(name, bytes, move |bytes| decode_request(bytes) == request),
        sample(json_name, json, move |bytes| decode_request(bytes) == again),
    ]
}

pub(crate) fn others() -> Vec<Sample> {
    let epoch = EpochRecord {
        lane: Lane(31),
        epoch: Epoch(3),
        leader: "host-3-1".parse().unwrap(),
    };
    let lease = LeaseRecord {
        leader: "host-3-1".parse().unwrap(),
        epoch: Epoch(3),
    };
    let session = Session {
        worker: "w-1".parse().unwrap(),
        session: "s-1".parse().unwrap(),
        pool: "local".parse().unwrap(),
        queues: ["high".parse().unwrap()].into(),
        kind: "process".into(),
        capacity: 4,
        in_use: 1,
        lease: Duration::from_secs(15),
        version: "0.1.0".into(),
        started_at: AT,
        draining: true,
        ended: true,
    };
    let line = |stream, bytes: &'static [u8]| OutputLine {
        stream,
        at: AT,
        bytes: Bytes::from_static(bytes),
    };
    let lines = vec![
        line(OutputStreamKind::Stdout, b"42"),
        line(OutputStreamKind::Stderr, b"\xff\xfe"),
        line(OutputStreamKind::Weir, b"3 lines dropped"),
    ];
    let output = OutputLines { lines, last: true };
    vec![
        sample("epoch", encode_epoch(&epoch), move |bytes| {
            decode_epoch(bytes) == Ok(epoch.clone())
        }),
        sample("lease", encode_lease(&lease), move |bytes| {
            decode_lease(bytes) == Ok(lease.clone())
        }),
        sample("session", encode_session(&session), move |bytes| {
            decode_session(bytes) == Ok(session.clone())
        }),
        sample(
            "output",
            encode_output(&output.lines, output.last),
            move |bytes| decode_output(bytes) == Ok(output.clone()),
        ),
    ]
}

pub(crate) fn api_messages() -> Vec<Sample> {
    let filter = RunFilter {
        pool: Some("local".parse().unwrap()),
        states: vec![StateType::Running, StateType::Paused],
        limit: 20,
        ..RunFilter::default()
    };
    let answerer = Answerer {
        scheduler: "host-3-1".parse().unwrap(),
        leads: true,
        epoch: Epoch(3),
        cell: Seq(14),
        queues: vec![(queue(), Seq(1_200_345))],
        impediments: vec!["queue local/high is not folded".into()],
    };
    vec![
        sample(
            "api.run-filter",
            api::encode_run_filter(&filter),
            move |bytes| api::decode_run_filter(bytes) == Ok(filter.clone()),
        ),
        sample(
            "api.answerer",
            api::encode_answerer(&answerer),
            move |bytes| api::decode_answerer(bytes) == Ok(answerer.clone()),
        ),
    ]
}

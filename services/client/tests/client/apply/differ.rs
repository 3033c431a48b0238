//! Each field that changes is seen in the plan, and only that.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_client::{CollisionStrategy, DeploymentConfig, OnLostWorker, PoolConfig, QueueConfig};
use weir_core::retry::RetryPolicy;

use super::{
    applied, planned,
    wanted::{Files, key, object, rich},
    words,
};
use crate::scene::Scene;

type Edit = fn(&mut Files);

fn pool(files: &mut Files) -> &mut PoolConfig {
    &mut files.pools[0]
}
fn queue(files: &mut Files) -> &mut QueueConfig {
    &mut files.queues[0]
}
fn nightly(files: &mut Files) -> &mut DeploymentConfig {
    &mut files.deployments[0]
}
fn three() -> NonZeroU32 {
    NonZeroU32::new(3).expect("it is not 0")
}
fn policy(change: impl FnOnce(&mut RetryPolicy)) -> Arc<RetryPolicy> {
    let mut policy = RetryPolicy::default();
    change(&mut policy);
    Arc::new(policy)
}

/// A change of one field, and how the plan tells it: `field: before -> after`.
async fn told(edits: &[(Edit, &str)]) {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    for (edit, told) in edits {
        let mut files = rich();
        edit(&mut files);
        let plan = applied(&scene.client, &files).await;
        let fields = plan.changes.iter().flat_map(|change| &change.fields);
        let fields: Vec<_> = fields.collect();
        assert_eq!(
            (plan.changes.len(), fields.len()),
            (1, 1),
            "{told}: {fields:?}"
        );
        let field = fields[0];
        let value = |value: &Option<serde_json::Value>| {
            value
                .as_ref()
                .map_or("none".to_owned(), ToString::to_string)
        };
        let (before, after) = (value(&field.before), value(&field.after));
        assert_eq!(format!("{}: {before} -> {after}", field.field), *told);
        assert_eq!(
            words(&planned(&scene.client, &files, true).await),
            [""; 0],
            "{told}"
        );
        applied(&scene.client, &rich()).await;
        assert_eq!(
            words(&planned(&scene.client, &rich(), true).await),
            [""; 0],
            "{told}"
        );
    }
}

#[tokio::test]
async fn of_pools() {
    told(&[
        (
            |all| pool(all).description.clear(),
            r#"description: "the big one" -> none"#,
        ),
        (
            |all| pool(all).concurrency_limit = Some(0),
            "concurrency_limit: 10 -> 0",
        ),
        (
            |all| pool(all).concurrency_limit = None,
            "concurrency_limit: 10 -> none",
        ),
        (
            |all| {
                let mut template = pool(all).base_job_template.to_map();
                template["variables"]["properties"]["timeout"] =
                    serde_json::json!({"type": "integer"});
                pool(all).base_job_template = (&template).into();
            },
            r#"base_job_template.variables.properties.timeout: none -> {"type":"integer"}"#,
        ),
        (
            |all| pool(all).start_rate = "20/m".parse().ok(),
            r#"start_rate: "10/m" -> "20/m""#,
        ),
        (
            |all| {
                let rate = pool(all).start_rate.as_mut().expect("it has one");
                rate.burst = three();
            },
            "start_burst: none -> 3",
        ),
        (
            |all| pool(all).fair_share = None,
            r#"fair_share: {"aging":"1m","weights":{"acme":1}} -> none"#,
        ),
        (
            |all| {
                let share = pool(all).fair_share.as_mut().expect("it has one");
                share
                    .weights
                    .insert("acme".parse().expect("a key"), three());
            },
            "fair_share.weights.acme: 1 -> 3",
        ),
        (
            |all| pool(all).on_lost_worker = OnLostWorker::Release,
            r#"on_lost_worker: "hold" -> "release""#,
        ),
        (
            |all| pool(all).submit_timeout = None,
            r#"submit_timeout: "30s" -> none"#,
        ),
        (
            |all| pool(all).start_timeout = Some(Duration::from_secs(90)),
            r#"start_timeout: "15m" -> "1m30s""#,
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_queues_and_limits() {
    told(&[
        (
            |all| queue(all).description.clear(),
            r#"description: "first" -> none"#,
        ),
        (
            |all| queue(all).concurrency_limit = Some(4),
            "concurrency_limit: 2 -> 4",
        ),
        (|all| queue(all).priority = three(), "priority: 1 -> 3"),
        (
            |all| queue(all).max_bytes = 1 << 30,
            r#"max_bytes: "64MiB" -> "1GiB""#,
        ),
        (
            |all| queue(all).start_rate = None,
            r#"start_rate: "1/s" -> none"#,
        ),
        (|all| queue(all).weight = three(), "weight: 1 -> 3"),
        (
            |all| all.tag_limits[0].concurrency_limit = Some(6),
            "limit: 5 -> 6",
        ),
        (
            |all| all.tag_limits[0].start_rate = "5/30s".parse().ok(),
            r#"start_rate: none -> "5/30s""#,
        ),
        (
            |all| all.named_limits[0].concurrency_limit = Some(0),
            "limit: 20 -> 0",
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_deployments() {
    told(&[
        (
            |all| nightly(all).description.clear(),
            r#"description: "every night" -> none"#,
        ),
        (
            |all| nightly(all).queue = key("k8s", "low"),
            r#"work_pool.work_queue_name: "high" -> "low""#,
        ),
        (
            |all| nightly(all).entrypoint = Some("flows.py:nightly".to_owned()),
            r#"entrypoint: none -> "flows.py:nightly""#,
        ),
        (
            |all| nightly(all).job_variables = object(r#"{"env":{"A":"2"}, "command":"echo hi"}"#),
            r#"work_pool.job_variables.env.A: "1" -> "2""#,
        ),
        (
            |all| nightly(all).parameters = object("{}"),
            r#"parameters.day: "today" -> none"#,
        ),
        (|all| nightly(all).tags.clear(), r#"tags: ["db"] -> []"#),
        (|all| nightly(all).retries = 3, "retries: 2 -> 3"),
        (
            |all| nightly(all).retry_delay = Duration::from_millis(1500),
            r#"retry_delay: "0s" -> "1s500ms""#,
        ),
        (
            |all| {
                let delays = [1, 2].map(Duration::from_secs).to_vec();
                nightly(all).retry_policy = Some(policy(|policy| policy.delays = delays));
            },
            r#"retry_delay: "0s" -> ["1s","2s"]"#,
        ),
        (
            |all| nightly(all).retry_policy = Some(policy(|policy| policy.factor = three())),
            "retry_backoff_factor: 1 -> 3",
        ),
        (
            |all| nightly(all).retry_policy = Some(policy(|policy| policy.jitter_percent = 29)),
            "retry_jitter: 0.0 -> 0.29",
        ),
        (
            |all| {
                let most = Some(Duration::from_mins(1));
                nightly(all).retry_policy = Some(policy(|policy| policy.delay_max = most));
            },
            r#"max_retry_delay: none -> "1m""#,
        ),
        (
            |all| {
                let on = vec!["exit:75".parse().expect("a pattern")];
                nightly(all).retry_policy = Some(policy(|policy| policy.on = on));
            },
            r#"retry_on: [] -> ["exit:75"]"#,
        ),
        (
            |all| {
                let not_on = vec!["Timeout".parse().expect("a pattern")];
                nightly(all).retry_policy = Some(policy(|policy| policy.not_on = not_on));
            },
            r#"no_retry_on: [] -> ["Timeout"]"#,
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_how_deployments_run() {
    told(&[
        (
            |all| nightly(all).timeout = None,
            r#"timeout: "1h" -> none"#,
        ),
        (
            |all| nightly(all).concurrency_limit = Some(2),
            "concurrency_limit.limit: 1 -> 2",
        ),
        (
            |all| nightly(all).collision_strategy = CollisionStrategy::Enqueue,
            r#"concurrency_limit: {"collision_strategy":"CANCEL_NEW","limit":1} -> 1"#,
        ),
        (
            |all| nightly(all).limits.clear(),
            "limits.db-connections: 1 -> none",
        ),
        (
            |all| nightly(all).parameter_schema = Some(object(r#"{"type":"object"}"#)),
            r#"parameter_schema: none -> {"type":"object"}"#,
        ),
        (
            |all| nightly(all).run_name = Some("night".to_owned()),
            r#"run_name: none -> "night""#,
        ),
        (
            |all| nightly(all).schedules = vec![object(r#"{"cron":"0 6 * * *"}"#)],
            r#"schedules: [] -> [{"cron":"0 6 * * *"}]"#,
        ),
        (
            |all| nightly(all).pause_after_failed_starts = Some(three()),
            "pause_after_failed_starts: none -> 3",
        ),
    ])
    .await;
}

//! Configuration: created once, compared when created again, never lost to a race.

use std::{num::NonZeroU32, time::Duration};

use tokio::task::JoinSet;
use weir_client::{
    Change, Client, ConfigError, DeploymentConfig, FairShare, JsonObject, LimitChange, PoolName,
    PoolSpec, PoolType, PoolUpdate, QueueSpec, QueueUpdate, Saved, Submission,
};
use weir_core::cell::hard_bound;

use crate::scene::{POOL, Scene, echo, key};

fn pool_name() -> PoolName {
    POOL.parse().expect("a legal name")
}

fn spec() -> PoolSpec {
    PoolSpec::new(POOL.parse().expect("a legal name"), PoolType::Process)
}

#[tokio::test]
async fn a_new_pool_has_a_default_queue_that_can_be_published_to() {
    let scene = Scene::bare();
    let saved = scene
        .client
        .create_pool(spec())
        .await
        .expect("it is created");
    assert!(matches!(saved, Saved::Created(_)));
    let submission = Submission::to_queue(key("default"), echo()).wait(Duration::ZERO);
    scene
        .client
        .submit(submission)
        .await
        .expect("no scheduler is needed to publish");
}

#[tokio::test]
async fn a_pool_of_every_type_can_be_created() {
    let scene = Scene::bare();
    for kind in [PoolType::Process, PoolType::Kubernetes, PoolType::Null] {
        let spec = PoolSpec::new(kind.as_str().parse().expect("a legal name"), kind);
        scene
            .client
            .create_pool(spec)
            .await
            .expect("its default template is sound");
    }
}

#[tokio::test]
async fn creating_again_what_does_not_differ_changes_nothing() {
    let scene = Scene::bare();
    let mut limited = spec();
    limited.concurrency_limit = Some(4);
    let Ok(Saved::Created(revision)) = scene.client.create_pool(limited.clone()).await else {
        panic!("created")
    };
    for again in [limited, spec()] {
        let saved = scene
            .client
            .create_pool(again)
            .await
            .expect("it does not differ");
        assert_eq!(saved, Saved::Unchanged(revision));
    }
}

#[tokio::test]
async fn creating_again_what_differs_names_the_difference_and_the_update_verb() {
    let scene = Scene::new().await;
    let mut other = PoolSpec::new(POOL.parse().expect("a legal name"), PoolType::Null);
    other.concurrency_limit = Some(5);
    let error = scene
        .client
        .create_pool(other)
        .await
        .expect_err("it differs");
    assert_eq!(
        error.to_string(),
        "work pool local exists already and its type is process, not null; its concurrency limit is not set, not 5: \
         change it with `weir work-pool update local`"
    );
    let mut queue = QueueSpec::new(key("default"));
    queue.priority = NonZeroU32::new(3);
    let error = scene
        .client
        .create_queue(queue)
        .await
        .expect_err("it differs")
        .to_string();
    assert!(
        error.contains("its priority is 1, not 3") && error.contains("weir work-queue update"),
        "{error}"
    );
}

/// Two writers change different settings of one pool over and over. A write that did not compare would undo the other's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_is_lost_to_another_of_the_same_object() {
    let scene = Scene::new().await;
    let (a, b) = (
        Client::over(scene.log.clone(), "a"),
        Client::over(scene.log.clone(), "b"),
    );
    let mut writers = JoinSet::new();
    writers.spawn(async move {
        for n in 0..200 {
            let update = PoolUpdate {
                concurrency_limit: LimitChange::Set(n),
                ..PoolUpdate::default()
            };
            let saved = a.update_pool(&pool_name(), &update).await;
            assert!(matches!(saved, Ok(Saved::Updated(_))), "{saved:?}");
            let is = a.cell().await.expect("it can be read");
            assert_eq!(
                is.pool(&pool_name())
                    .expect("it is there")
                    .value
                    .concurrency_limit,
                Some(n)
            );
        }
    });
    writers.spawn(async move {
        for n in 0..200 {
            let update = PoolUpdate {
                description: Some(format!("n{n}")),
                ..PoolUpdate::default()
            };
            let saved = b.update_pool(&pool_name(), &update).await;
            assert!(matches!(saved, Ok(Saved::Updated(_))), "{saved:?}");
            let is = b.cell().await.expect("it can be read");
            assert_eq!(
                is.pool(&pool_name())
                    .expect("it is there")
                    .value
                    .description,
                format!("n{n}")
            );
        }
    });
    while let Some(ended) = writers.join_next().await {
        ended.expect("the writer ends well");
    }
}

#[tokio::test]
async fn another_template_takes_the_place_of_the_old_one() {
    let scene = Scene::new().await;
    let text =
        r#"{"job_configuration":{"command":"true"},"variables":{"type":"object","properties":{}}}"#;
    let update = PoolUpdate {
        base_job_template: JsonObject::parse(text).ok(),
        ..PoolUpdate::default()
    };
    scene
        .client
        .update_pool(&pool_name(), &update)
        .await
        .expect("it is changed");
    let cell = scene.client.cell().await.expect("it can be read");
    assert_eq!(
        cell.pool(&pool_name())
            .expect("it is there")
            .value
            .base_job_template
            .as_str(),
        text
    );
}

#[tokio::test]
async fn a_limit_is_set_and_cleared() {
    let scene = Scene::new().await;
    let queue = key("default");
    for (change, limit) in [
        (LimitChange::Set(0), Some(0)),
        (LimitChange::Keep, Some(0)),
        (LimitChange::Clear, None),
    ] {
        let update = QueueUpdate {
            concurrency_limit: change,
            ..QueueUpdate::default()
        };
        scene
            .client
            .update_queue(&queue, &update)
            .await
            .expect("it is changed");
        let cell = scene.client.cell().await.expect("it can be read");
        assert_eq!(
            cell.queue(&queue)
                .expect("it is there")
                .value
                .concurrency_limit,
            limit
        );
    }
}

#[tokio::test]
async fn another_bound_is_in_force_in_the_stream_at_once() {
    let scene = Scene::new().await;
    let queue = key("default");
    let bound = 256 << 20;
    let update = QueueUpdate {
        max_bytes: Some(bound),
        ..QueueUpdate::default()
    };
    scene
        .client
        .update_queue(&queue, &update)
        .await
        .expect("it is changed");
    assert_eq!(
        scene
            .client
            .queue_usage(&queue)
            .await
            .expect("it can be asked")
            .bytes_max,
        hard_bound(bound)
    );
    let update = QueueUpdate {
        max_bytes: Some(1),
        ..QueueUpdate::default()
    };
    let error = scene
        .client
        .update_queue(&queue, &update)
        .await
        .expect_err("too small");
    assert!(
        matches!(
            error,
            ConfigError::OutOfBounds {
                setting: "max-bytes",
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_template_that_is_not_sound_is_refused_before_it_is_written() {
    let scene = Scene::bare();
    let mut broken = spec();
    broken.base_job_template = JsonObject::parse(r#"{"variables":{}}"#).ok();
    let error = scene
        .client
        .create_pool(broken)
        .await
        .expect_err("it is not sound");
    assert!(matches!(error, ConfigError::Template(_)), "{error:?}");
    assert!(
        scene
            .client
            .cell()
            .await
            .expect("it can be read")
            .pools()
            .next()
            .is_none()
    );
}

#[tokio::test]
async fn a_queue_needs_its_pool() {
    let scene = Scene::new().await;
    let spec = QueueSpec::new(weir_client::QueueKey::new(
        "other".parse().expect("legal"),
        key("high").queue,
    ));
    let error = scene
        .client
        .create_queue(spec)
        .await
        .expect_err("no such pool");
    assert!(matches!(error, ConfigError::UnknownPool(_)), "{error:?}");
}

fn nightly(variables: &str) -> DeploymentConfig {
    DeploymentConfig {
        job_variables: JsonObject::parse(variables).expect("an object"),
        ..DeploymentConfig::new("etl/nightly".parse().expect("a legal name"), key("default"))
    }
}

#[tokio::test]
async fn a_deployment_is_created_kept_replaced_and_run() {
    let scene = Scene::new().await;
    let first = nightly(r#"{"command":"echo 1"}"#);
    assert!(matches!(
        scene.client.deploy(&first).await,
        Ok(Saved::Created(_))
    ));
    assert!(matches!(
        scene.client.deploy(&first).await,
        Ok(Saved::Unchanged(_))
    ));
    assert!(matches!(
        scene
            .client
            .deploy(&nightly(r#"{"command":"echo 2"}"#))
            .await,
        Ok(Saved::Updated(_))
    ));
    let submission = Submission::of_deployment(first.name).wait(Duration::ZERO);
    let submitted = scene
        .client
        .submit(submission)
        .await
        .expect("it is submitted");
    assert_eq!(submitted.run.queue, key("default"));
}

#[tokio::test]
async fn a_deployment_with_an_unknown_variable_is_refused() {
    let scene = Scene::new().await;
    let error = scene
        .client
        .deploy(&nightly(r#"{"comand":"echo"}"#))
        .await
        .expect_err("a typo");
    assert!(matches!(error, ConfigError::Variables { .. }), "{error:?}");
}

/// A record that readers refuse would shut its object for good: nobody could fence a change over it.
#[tokio::test]
async fn a_value_that_readers_refuse_is_not_written_and_the_object_can_still_be_changed() {
    let scene = Scene::new().await;
    let heavy = FairShare {
        aging: Duration::from_mins(1),
        weights: [("acme".parse().expect("a key"), NonZeroU32::MAX)].into(),
    };
    let heavy = PoolUpdate {
        fair_share: Change::Set(heavy),
        ..PoolUpdate::default()
    };
    let error = scene.client.update_pool(&pool_name(), &heavy).await;
    let Err(ConfigError::Unreadable { field, problem, .. }) = error else {
        panic!("{error:?}")
    };
    assert!(field.ends_with("fairShare.weights.acme"), "{field}");
    assert!(problem.contains("use at most 1000000"), "{problem}");
    let pause = PoolUpdate {
        paused: Some(true),
        ..PoolUpdate::default()
    };
    let saved = scene.client.update_pool(&pool_name(), &pause).await;
    assert!(matches!(saved, Ok(Saved::Updated(_))), "{saved:?}");

    let mut many = nightly(r#"{"command":"echo"}"#);
    many.limits = (0..9)
        .map(|i| (format!("l{i}").parse().expect("a name"), NonZeroU32::MIN))
        .collect();
    let error = scene.client.deploy(&many).await;
    assert!(
        matches!(error, Err(ConfigError::Unreadable { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn no_limit_is_made_that_limits_nothing() {
    let scene = Scene::new().await;
    let tag = "db".parse().expect("a legal tag");
    let none = scene
        .client
        .set_tag_limit(&tag, LimitChange::Keep, Change::Clear)
        .await;
    assert!(
        matches!(none, Err(ConfigError::UnknownTagLimit(_))),
        "{none:?}"
    );
}

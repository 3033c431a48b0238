//! What a pool says about its workers.

use std::{sync::Arc, time::Duration};

use weir_client::{
    Change, ConfigError, JobPolicy, OnLostWorker, PoolName, PoolSpec, PoolType, PoolUpdate, Saved,
};

use crate::scene::{POOL, Scene};

fn pool_name() -> PoolName {
    POOL.parse().expect("a legal name")
}

#[tokio::test]
async fn what_holds_for_a_pools_workers_is_created_compared_changed_and_bounded() {
    let scene = Scene::bare();
    let mut hold = PoolSpec::new(pool_name(), PoolType::Process);
    hold.on_lost_worker = Some(OnLostWorker::Hold);
    hold.submit_timeout = Some(Duration::from_secs(30));
    let made = scene.client.create_pool(hold.clone()).await;
    assert!(matches!(made, Ok(Saved::Created(_))), "{made:?}");
    let mut other = hold;
    other.on_lost_worker = Some(OnLostWorker::Release);
    other.submit_timeout = Some(Duration::from_mins(2));
    let error = scene
        .client
        .create_pool(other)
        .await
        .expect_err("it differs");
    let error = error.to_string();
    let differences =
        "its on-lost-worker is hold, not release; its submit-timeout is 30s, not 120s";
    assert!(error.contains(differences), "{error}");

    let update = PoolUpdate {
        on_lost_worker: Some(OnLostWorker::Release),
        submit_timeout: Change::Clear,
        start_timeout: Change::Set(Duration::from_mins(3)),
        ..PoolUpdate::default()
    };
    let saved = scene.client.update_pool(&pool_name(), &update).await;
    assert!(matches!(saved, Ok(Saved::Updated(_))), "{saved:?}");
    let cell = scene.client.cell().await.expect("it can be read");
    let pool = &cell.pool(&pool_name()).expect("it is there").value;
    assert_eq!(pool.on_lost_worker, OnLostWorker::Release);
    assert_eq!(pool.submit_timeout, None);
    assert_eq!(pool.start_timeout, Some(Duration::from_mins(3)));

    let update = PoolUpdate {
        start_timeout: Change::Set(Duration::ZERO),
        ..PoolUpdate::default()
    };
    let error = scene.client.update_pool(&pool_name(), &update).await;
    let Err(ConfigError::OutOfBounds { setting, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(setting, "start-timeout");
}

#[tokio::test]
async fn what_jobs_may_hold_is_created_compared_and_changed_in_pools_for_kubernetes_alone() {
    let scene = Scene::bare();
    let policy = |image: &str| {
        Arc::new(JobPolicy {
            images: vec![image.to_owned()],
            ..JobPolicy::default()
        })
    };
    let mut process = PoolSpec::new(pool_name(), PoolType::Process);
    process.policy = Some(policy("a"));
    let error = scene.client.create_pool(process).await;
    let Err(ConfigError::OutOfBounds { setting, problem }) = error else {
        panic!("{error:?}")
    };
    assert!(
        setting == "policy" && problem.contains("type process"),
        "{problem}"
    );

    let mut spec = PoolSpec::new(pool_name(), PoolType::Kubernetes);
    spec.policy = Some(policy("a"));
    let made = scene.client.create_pool(spec.clone()).await;
    assert!(matches!(made, Ok(Saved::Created(_))), "{made:?}");
    let again = scene.client.create_pool(spec.clone()).await;
    assert!(matches!(again, Ok(Saved::Unchanged(_))), "{again:?}");
    spec.policy = Some(policy("b"));
    let error = scene
        .client
        .create_pool(spec)
        .await
        .expect_err("it differs");
    assert!(
        error.to_string().contains("its policy is another"),
        "{error}"
    );
    for (change, then) in [
        (Change::Set(policy("b")), Some(policy("b"))),
        (Change::Keep, Some(policy("b"))),
        (Change::Clear, None),
    ] {
        let update = PoolUpdate {
            policy: change,
            ..PoolUpdate::default()
        };
        let saved = scene.client.update_pool(&pool_name(), &update).await;
        saved.expect("it is written");
        let cell = scene.client.cell().await.expect("it can be read");
        let pool = &cell.pool(&pool_name()).expect("it is there").value;
        assert_eq!(pool.policy, then);
    }
}

//! Whatever is there and whatever is wanted: applied, it is so, and applied again, nothing is done. Whoever is killed at
//! whichever step, the next one completes it.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use proptest::{collection::btree_map, option, prelude::*, sample::select};
use weir_client::{
    Client, ConfigObject, DeploymentConfig, NamedLimitConfig, Plan, PoolConfig, PoolType,
    QueueConfig, TagLimitConfig,
};
use weir_log::{
    Memory,
    memory::faults::{AppendFault, AppendRule, Fate},
};

use super::{
    done,
    leader::led,
    planned,
    wanted::{self, Files, object, rich},
};
use crate::scene::Scene;

/// Long enough for everything but an append that is never acknowledged.
const KILLED_AFTER: Duration = Duration::from_secs(1);

fn numbers() -> impl Strategy<Value = Option<u32>> {
    option::of(0..4_u32)
}

/// Pools of names that have one type each, because that cannot change.
fn pools() -> impl Strategy<Value = Vec<PoolConfig>> {
    let names = select(vec!["p1", "p2"]);
    btree_map(names, (numbers(), "[ab]?", option::of(Just("5/s"))), 0..3).prop_map(|pools| {
        let pools = pools
            .into_iter()
            .map(|(name, (limit, words, rate))| PoolConfig {
                concurrency_limit: limit,
                description: words,
                start_rate: rate.and_then(|rate| rate.parse().ok()),
                ..wanted::pool(name, PoolType::Null)
            });
        pools.collect()
    })
}

fn queues() -> impl Strategy<Value = BTreeMap<(usize, &'static str), (Option<u32>, u32, u64)>> {
    let names = (0..2_usize, select(vec!["default", "q1", "q2"]));
    let bounds = select(vec![1_u64 << 20, 1 << 30, 2 << 30]);
    btree_map(names, (numbers(), 1..3_u32, bounds), 0..5)
}

fn deployments() -> impl Strategy<Value = BTreeMap<&'static str, (usize, u32, Option<u32>)>> {
    let names = select(vec!["etl/a", "etl/b", "ml/c"]);
    btree_map(names, (0..8_usize, 0..3_u32, numbers()), 0..4)
}

fn files() -> impl Strategy<Value = Files> {
    let limits = btree_map(select(vec!["db", "gpu"]), 0..3_u32, 0..3);
    let paused = option::of(any::<bool>());
    let parts = (
        pools(),
        queues(),
        deployments(),
        limits.clone(),
        limits,
        paused,
    );
    parts.prop_map(|(pools, queues, deployments, tags, names, paused)| {
        let queues = queues
            .into_iter()
            .filter_map(|((pool, name), (limit, priority, bytes))| {
                let pool: &PoolConfig = pools.get(pool)?;
                Some(QueueConfig {
                    concurrency_limit: limit,
                    priority: NonZeroU32::new(priority)?,
                    max_bytes: bytes,
                    ..wanted::queue(pool.name.as_str(), name)
                })
            });
        let queues: Vec<QueueConfig> = queues.collect();
        let defaults = pools
            .iter()
            .map(|pool| wanted::key(pool.name.as_str(), "default"));
        let mut places: Vec<_> = queues.iter().map(|queue| queue.key.clone()).collect();
        places.extend(defaults);
        let deployments = deployments
            .into_iter()
            .filter_map(|(name, (place, retries, limit))| {
                let place = places.get(place % places.len().max(1))?.clone();
                Some(DeploymentConfig {
                    retries,
                    concurrency_limit: limit,
                    job_variables: object(&format!(r#"{{"sleep":{retries}}}"#)),
                    ..wanted::deployment(name, place)
                })
            });
        Files {
            deployments: deployments.collect(),
            pools: pools.clone(),
            queues: queues.clone(),
            tag_limits: tags
                .into_iter()
                .map(|(tag, n)| wanted::tag_limit(tag, n))
                .collect::<Vec<TagLimitConfig>>(),
            named_limits: names
                .into_iter()
                .map(|(name, n)| wanted::named_limit(name, n))
                .collect::<Vec<NamedLimitConfig>>(),
            paused,
        }
    })
}

/// What is configured and how large the queues' streams are, but for what is paused.
async fn state(client: &Client<Memory>) -> Vec<String> {
    let all = client.configured().await.unwrap_or_default();
    let mut told = Vec::new();
    for mut object in all {
        match &mut object {
            ConfigObject::Pool(pool) => pool.paused = false,
            ConfigObject::Deployment(deployment) => deployment.paused = false,
            ConfigObject::Queue(queue) => {
                queue.paused = false;
                let usage = client.queue_usage(&queue.key).await;
                let bound = usage.expect("it has a stream").bytes_max;
                told.push(format!("{}: {bound}", queue.key));
            }
            ConfigObject::TagLimit(_) | ConfigObject::NamedLimit(_) | ConfigObject::Deletion(_) => {
            }
        }
        told.push(format!("{object:?}"));
    }
    told
}

/// Brings everything to these files, come what may.
async fn brought(scene: &Scene, files: &Files) {
    let plan = planned(&scene.client, files, true).await;
    let applied = led(&scene.log, done(&scene.client, &plan)).await;
    assert!(applied.is_complete(), "{applied:?}");
    let again = planned(&scene.client, files, true).await;
    assert_eq!(again, Plan::default(), "applied twice, it changes nothing");
}

/// The state of an installation that never was another.
async fn fresh(files: &Files) -> Vec<String> {
    let scene = Scene::bare();
    brought(&scene, files).await;
    state(&scene.client).await
}

/// Applies until the append after `skip` others gets no answer, and is killed then. Whether it was reached.
async fn killed(scene: &Scene, files: &Files, skip: u32, fate: Fate) -> bool {
    let rule = AppendRule {
        stream: Some("weir_cell".to_owned()),
        voice: None,
        skip,
        times: 1,
        fault: AppendFault::TimesOut(fate),
    };
    let plan = planned(&scene.client, files, true).await;
    scene.log.faults().on_append(rule);
    let work = led(&scene.log, done(&scene.client, &plan));
    tokio::time::timeout(KILLED_AFTER, work).await.is_err()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn from_any_state_to_any_other(from in files(), to in files()) {
        block_on(async {
            let scene = Scene::bare();
            brought(&scene, &from).await;
            brought(&scene, &to).await;
            assert_eq!(state(&scene.client).await, fresh(&to).await);
        });
    }

    #[test]
    fn killed_anywhere_the_next_one_completes_it(
        from in files(), to in files(), skip in 0..24_u32, stored in any::<bool>(),
    ) {
        block_on(async {
            let scene = Scene::bare();
            brought(&scene, &from).await;
            let fate = if stored { Fate::Now } else { Fate::Never };
            killed(&scene, &to, skip, fate).await;
            let scene = Scene { client: Client::over(scene.log.clone(), "next"), ..scene };
            brought(&scene, &to).await;
            assert_eq!(state(&scene.client).await, fresh(&to).await);
        });
    }
}

/// The same for one large change, at every step.
#[tokio::test(start_paused = true)]
async fn killed_at_each_step_the_next_one_completes_it() {
    let mut to = rich();
    to.queues.remove(0);
    to.deployments.remove(0);
    to.pools[0].concurrency_limit = Some(3);
    to.queues[0].max_bytes = 2 << 30;
    to.tag_limits.remove(1);
    to.named_limits[0].concurrency_limit = Some(1);
    let wanted = fresh(&to).await;
    for fate in [Fate::Never, Fate::Now] {
        let mut steps = 0;
        loop {
            let scene = Scene::bare();
            brought(&scene, &rich()).await;
            if !killed(&scene, &to, steps, fate).await {
                break;
            }
            brought(&scene, &to).await;
            assert_eq!(state(&scene.client).await, wanted, "step {steps}, {fate:?}");
            steps += 1;
        }
        assert!(steps >= 8, "{steps} steps are fewer than there are changes");
    }
}

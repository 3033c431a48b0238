//! Bringing everything to what files say: what is planned, what is told of it, and that nothing is lost on the way.

mod differ;
mod laws;
mod leader;
mod prune;
mod wanted;

use weir_client::{
    Action, Applied, Client, ConfigError, ConfigObject, DeleteOptions, DeploymentConfig, Desired,
    Done, LimitChange, Plan, PoolType, PoolUpdate, QueueUpdate, Saved, Seq, StepError,
};
use weir_core::cell::{CellBody, hard_bound};
use weir_log::{CellAppend, CellFence, CellLog, Memory};

use self::wanted::{Files, deployment, key, object, pool, queue, rich, tag_limit};
use crate::scene::Scene;

async fn planned(client: &Client<Memory>, files: &Files, prune: bool) -> Plan {
    let plan = client.plan(&files.desired(), prune).await;
    plan.expect("the configuration can be read")
        .expect("nothing is wrong")
}

async fn done(client: &Client<Memory>, plan: &Plan) -> Applied {
    let options = DeleteOptions::default();
    let applied = client.apply(plan, &options, |_, _| {}).await;
    applied.expect("the cell can be made")
}

/// Plans and applies it all, and expects that it works.
async fn applied(client: &Client<Memory>, files: &Files) -> Plan {
    let plan = planned(client, files, false).await;
    let applied = done(client, &plan).await;
    assert!(applied.is_complete(), "{applied:?}");
    plan
}

/// What a plan does, in words: `+ work pool k8s`.
fn words(plan: &Plan) -> Vec<String> {
    let sign = |action| match action {
        Action::Create => '+',
        Action::Update => '~',
        Action::Delete => '-',
    };
    let words =
        |change: &weir_client::PlannedChange| format!("{} {}", sign(change.action), change.what);
    plan.changes.iter().map(words).collect()
}

#[tokio::test]
async fn everything_is_made_in_the_order_in_which_it_is_needed_and_then_nothing_is_left() {
    let scene = Scene::bare();
    let plan = applied(&scene.client, &rich()).await;
    assert_eq!(
        words(&plan),
        [
            "+ work pool k8s",
            "+ work pool local",
            "+ work queue k8s/default",
            "+ work queue k8s/high",
            "+ work queue k8s/low",
            "+ work queue local/default",
            "+ work queue local/other",
            "+ concurrency limit of tag customer:*",
            "+ concurrency limit of tag db",
            "+ global concurrency limit db-connections",
            "+ deployment etl/hourly",
            "+ deployment etl/nightly",
        ]
    );
    let before = scene.client.cell().await.expect("it can be read");
    let again = planned(&scene.client, &rich(), true).await;
    assert_eq!(again, Plan::default());
    assert!(done(&scene.client, &again).await.is_complete());
    let after = scene.client.cell().await.expect("it can be read");
    assert_eq!(before, after, "not a record more");
}

#[tokio::test]
async fn of_what_is_new_all_is_told_that_is_not_the_default() {
    let scene = Scene::bare();
    let files = Files {
        pools: vec![rich().pools[0].clone()],
        paused: Some(true),
        ..Files::default()
    };
    let plan = planned(&scene.client, &files, false).await;
    let told = plan.changes[0].fields.iter();
    let told: Vec<&str> = told.map(|one| one.field.as_str()).collect();
    assert_eq!(
        told,
        [
            "concurrency_limit",
            "description",
            "fair_share.aging",
            "fair_share.weights.acme",
            "on_lost_worker",
            "paused",
            "start_rate",
            "start_timeout",
            "submit_timeout",
            "type",
        ]
    );
    assert!(plan.changes[1].fields.is_empty(), "a plain queue");
}

#[tokio::test]
async fn what_is_removed_from_a_file_goes_back_to_its_default() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let mut files = rich();
    files.pools[0] = pool("k8s", PoolType::Process);
    files.queues[0] = queue("k8s", "high");
    let plan = applied(&scene.client, &files).await;
    assert_eq!(words(&plan), ["~ work pool k8s", "~ work queue k8s/high"]);
    let cell = scene.client.cell().await.expect("it can be read");
    let k8s = cell.pool(&"k8s".parse().expect("a name")).expect("there");
    assert_eq!(k8s.value, files.pools[0]);
    let high = cell.queue(&key("k8s", "high")).expect("there");
    assert_eq!(high.value, files.queues[0]);
    let usage = scene.client.queue_usage(&key("k8s", "high")).await;
    let bound = usage.expect("it can be asked").bytes_max;
    assert_eq!(bound, hard_bound(high.value.max_bytes));
}

#[tokio::test]
async fn who_pauses_is_not_overruled_by_a_file_that_does_not_say_it() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let name = "k8s".parse().expect("a name");
    let nightly = "etl/nightly".parse().expect("a name");
    let pause = PoolUpdate {
        paused: Some(true),
        ..PoolUpdate::default()
    };
    scene.client.update_pool(&name, &pause).await.expect("done");
    let paused = DeploymentConfig {
        paused: true,
        paused_reason: Some("it never starts".to_owned()),
        ..rich().deployments[0].clone()
    };
    let cell = scene.client.cell().await.expect("it can be read");
    let revision = cell.deployment(&nightly).expect("there").revision;
    let append = CellAppend {
        body: CellBody::Config {
            author: "a scheduler".to_owned(),
            object: ConfigObject::Deployment(Box::new(paused.clone())),
        },
        fence: CellFence::Own(Seq(revision.0)),
        msg_id: None,
    };
    scene.log.append_cell(append).await.expect("it is stored");
    assert_eq!(words(&planned(&scene.client, &rich(), true).await), [""; 0]);
    let mut files = rich();
    files.deployments[0].retries = 7;
    applied(&scene.client, &files).await;
    let cell = scene.client.cell().await.expect("it can be read");
    let held = &cell.deployment(&nightly).expect("there").value;
    assert!(
        held.paused && held.paused_reason == paused.paused_reason,
        "{held:?}"
    );
    let files = Files {
        paused: Some(false),
        ..rich()
    };
    let plan = applied(&scene.client, &files).await;
    assert_eq!(
        words(&plan),
        ["~ work pool k8s", "~ deployment etl/nightly"]
    );
    assert_eq!(plan.changes[0].fields[0].field, "paused");
}

#[tokio::test]
async fn a_change_by_somebody_else_after_the_plan_is_told_and_not_lost() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let mut files = rich();
    files.pools[0].concurrency_limit = Some(20);
    files.queues[0].concurrency_limit = Some(4);
    files.tag_limits[0].concurrency_limit = Some(6);
    let plan = planned(&scene.client, &files, false).await;
    let other = Client::over(scene.log.clone(), "somebody else");
    let limit = QueueUpdate {
        concurrency_limit: LimitChange::Set(3),
        ..QueueUpdate::default()
    };
    let theirs = other.update_queue(&key("k8s", "high"), &limit).await;
    let Ok(Saved::Updated(theirs)) = theirs else {
        panic!("{theirs:?}")
    };
    let applied_now = done(&scene.client, &plan).await;
    let [
        Ok(Done::Saved(Saved::Updated(_))),
        Err(StepError::Config(error)),
    ] = applied_now.steps.as_slice()
    else {
        panic!("{applied_now:?}")
    };
    assert!(
        matches!(error, ConfigError::Moved { revision, .. } if *revision == theirs),
        "{error:?}"
    );
    assert_eq!(applied_now.left, 1, "what comes after it is not tried");
    let cell = scene.client.cell().await.expect("it can be read");
    let high = cell.queue(&key("k8s", "high")).expect("there");
    assert_eq!(high.value.concurrency_limit, Some(3));
    let rest = applied(&scene.client, &files).await;
    assert_eq!(
        words(&rest),
        ["~ work queue k8s/high", "~ concurrency limit of tag db"]
    );
}

#[tokio::test]
async fn two_who_apply_the_same_at_once_do_not_hinder_each_other() {
    let scene = Scene::bare();
    let plan = planned(&scene.client, &rich(), false).await;
    let other = Client::over(scene.log.clone(), "somebody else");
    let (ours, theirs) = tokio::join!(done(&scene.client, &plan), done(&other, &plan));
    assert!(
        ours.is_complete() && theirs.is_complete(),
        "{ours:?} {theirs:?}"
    );
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_with_its_place_and_nothing_is_written() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let mut files = rich();
    files.pools[0].base_job_template = object(r#"{"variables":{}}"#);
    files.pools[1] = pool("local", PoolType::Process);
    files.queues[1].max_bytes = 1;
    files.queues.push(queue("nowhere", "high"));
    files.tag_limits[0].concurrency_limit = None;
    files.deployments[1].queue = key("local", "missing");
    let mut typo = deployment("etl/typo", key("local", "default"));
    typo.job_variables = object(r#"{"slep":1}"#);
    files.deployments.push(typo);
    let before = scene.client.cell().await.expect("it can be read");
    let plan = scene.client.plan(&files.desired(), false).await;
    let error = plan.expect("it can be read").expect_err("much is wrong");
    let told: Vec<String> = error.0.iter().map(ToString::to_string).collect();
    let expected = [
        ("weir.yaml: work_pools k8s", "base job template"),
        (
            "weir.yaml: work_pools local",
            "type: it is null and cannot become process",
        ),
        ("weir.yaml: work_queues k8s/low", "64 KiB"),
        (
            "weir.yaml: work_queues nowhere/high",
            "no work pool nowhere",
        ),
        ("weir.yaml: concurrency_limits db", "limits nothing"),
        (
            "weir.yaml: deployments etl/hourly",
            "no work queue local/missing",
        ),
        ("weir.yaml: deployments etl/nightly", "base job template"),
        ("weir.yaml: deployments etl/typo", "slep"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, (place, words)) in told.iter().zip(expected) {
        assert!(told.starts_with(place) && told.contains(words), "{told}");
    }
    let after = scene.client.cell().await.expect("it can be read");
    assert_eq!(before, after);
}

#[test]
fn what_two_files_name_is_refused_with_both_places() {
    let mut desired = Desired::default();
    let first = desired.tag_limit(tag_limit("db", 1), "a.yaml: concurrency_limits[0]");
    assert_eq!(first, Ok(()));
    let second = desired.tag_limit(tag_limit("db", 1), "b.yaml: concurrency_limits[3]");
    assert_eq!(
        second.expect_err("it is there").to_string(),
        "concurrency limit of tag db is named twice, at a.yaml: concurrency_limits[0] and at b.yaml: concurrency_limits[3]: \
         leave one of them out"
    );
}

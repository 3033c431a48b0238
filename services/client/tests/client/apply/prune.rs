//! What no file names: it stays unless it is to be pruned, and then goes when its runs have ended.

use std::time::Duration;

use weir_client::{
    DeleteError, DeleteOptions, Done, LimitChange, PoolType, QueueSpec, QueueUpdate, RunRequest,
    StepError, Submission,
};

use super::{
    applied, done,
    leader::led,
    planned,
    wanted::{Files, deployment, key, pool, queue, rich},
    words,
};
use crate::scene::Scene;

/// Only the pool `k8s` with its queue `low`.
fn little() -> Files {
    Files {
        pools: vec![rich().pools[0].clone()],
        queues: vec![queue("k8s", "low")],
        ..Files::default()
    }
}

#[tokio::test(start_paused = true)]
async fn what_no_file_names_stays_and_is_told() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let plan = planned(&scene.client, &little(), false).await;
    assert_eq!(words(&plan), [""; 0]);
    let unnamed: Vec<String> = plan.unnamed.iter().map(ToString::to_string).collect();
    assert_eq!(
        unnamed,
        [
            "work pool local",
            "work queue k8s/high",
            "concurrency limit of tag customer:*",
            "concurrency limit of tag db",
            "global concurrency limit db-connections",
            "deployment etl/hourly",
            "deployment etl/nightly",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_no_file_names_is_pruned_in_reverse_order() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let plan = planned(&scene.client, &little(), true).await;
    assert_eq!(
        words(&plan),
        [
            "- deployment etl/nightly",
            "- deployment etl/hourly",
            "- global concurrency limit db-connections",
            "- concurrency limit of tag db",
            "- concurrency limit of tag customer:*",
            "- work queue k8s/high",
            "- work pool local",
        ]
    );
    assert_eq!(
        plan.changes[6].fields[0].before,
        Some(vec!["default", "other"].into()),
        "its queues go with it"
    );
    let pruned = led(&scene.log, done(&scene.client, &plan)).await;
    assert!(pruned.is_complete(), "{pruned:?}");
    let cell = scene.client.cell().await.expect("it can be read");
    assert_eq!(cell.pools().count() + cell.queues().count(), 3);
    assert_eq!(cell.deployments().count() + cell.tag_limits().count(), 0);
    assert_eq!(cell.named_limits().count(), 0);
    assert_eq!(
        words(&planned(&scene.client, &little(), true).await),
        [""; 0]
    );
    // And back again: each is a new one.
    led(&scene.log, applied(&scene.client, &rich())).await;
    assert_eq!(words(&planned(&scene.client, &rich(), true).await), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_queue_default_is_never_pruned_but_takes_its_defaults_back() {
    let scene = Scene::bare();
    let files = Files {
        pools: vec![pool("local", PoolType::Null)],
        ..Files::default()
    };
    applied(&scene.client, &files).await;
    let limit = QueueUpdate {
        concurrency_limit: LimitChange::Set(3),
        ..QueueUpdate::default()
    };
    let default = key("local", "default");
    let set = scene.client.update_queue(&default, &limit).await;
    set.expect("it is set");
    let plan = planned(&scene.client, &files, false).await;
    assert_eq!((words(&plan), plan.unnamed), (vec![], vec![]));
    let plan = planned(&scene.client, &files, true).await;
    assert_eq!(words(&plan), ["~ work queue local/default"]);
    assert_eq!(plan.changes[0].fields[0].field, "concurrency_limit");
}

#[tokio::test(start_paused = true)]
async fn runs_that_have_not_ended_keep_what_they_need_and_the_rest_goes() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let submission = Submission::to_queue(key("local", "other"), RunRequest::default());
    let submitted = scene.client.submit(submission.wait(Duration::ZERO)).await;
    submitted.expect("it is stored");
    let plan = planned(&scene.client, &little(), true).await;
    let pruned = led(&scene.log, done(&scene.client, &plan)).await;
    let refused: Vec<_> = plan
        .changes
        .iter()
        .zip(&pruned.steps)
        .filter(|(_, step)| step.is_err())
        .map(|(change, _)| change.what.to_string())
        .collect();
    assert_eq!(refused, ["work pool local"]);
    let last = pruned.steps.last();
    assert!(
        matches!(
            last,
            Some(Err(StepError::Delete(DeleteError::Unended { runs: 1, .. })))
        ),
        "{last:?}"
    );
    assert!(!pruned.is_complete() && pruned.left == 0);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_nobody_ends_is_waited_for_by_the_next() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let plan = planned(&scene.client, &little(), true).await;
    let soon = DeleteOptions::default().within(Duration::from_millis(50));
    let pruned = scene.client.apply(&plan, &soon, |_, _| {}).await;
    let pruned = pruned.expect("it is tried");
    assert!(!pruned.is_complete(), "no scheduler is there");
    let plan = planned(&scene.client, &little(), false).await;
    assert_eq!(
        (words(&plan), plan.unnamed),
        (vec![], vec![]),
        "it goes anyway"
    );
    let plan = planned(&scene.client, &little(), true).await;
    assert_eq!(words(&plan), ["- work queue k8s/high", "- work pool local"]);
    let wanted = scene.client.plan(&rich().desired(), false).await;
    let error = wanted.expect("it can be read").expect_err("it goes");
    assert!(error.to_string().contains("is being deleted"), "{error}");
    let pruned = led(&scene.log, done(&scene.client, &plan)).await;
    assert!(pruned.is_complete(), "{pruned:?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_that_is_wanted_may_rest_on_what_is_pruned() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let mut files = little();
    files.deployments = vec![
        deployment("etl/high", key("k8s", "high")),
        deployment("etl/other", key("local", "other")),
    ];
    planned(&scene.client, &files, false).await;
    let plan = scene.client.plan(&files.desired(), true).await;
    let error = plan.expect("it can be read").expect_err("they would go");
    let told = error.to_string();
    for what in ["work queue k8s/high", "work pool local"] {
        assert!(told.contains(&format!("no file names {what}")), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_changes_or_adds_after_the_plan_is_not_pruned() {
    let scene = Scene::bare();
    applied(&scene.client, &rich()).await;
    let plan = planned(&scene.client, &little(), true).await;
    let limit = QueueUpdate {
        concurrency_limit: LimitChange::Set(7),
        ..QueueUpdate::default()
    };
    let high = key("k8s", "high");
    scene.client.update_queue(&high, &limit).await.expect("set");
    let new = QueueSpec::new(key("local", "new"));
    scene.client.create_queue(new).await.expect("made");
    let tag = "db".parse().expect("a tag");
    scene.client.delete_tag_limit(&tag).await.expect("deleted");
    let pruned = led(&scene.log, done(&scene.client, &plan)).await;
    let told: Vec<String> = pruned
        .steps
        .iter()
        .filter_map(|step| Some(step.as_ref().err()?.to_string()))
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].contains("work queue k8s/high was changed"),
        "{told:?}"
    );
    assert!(
        told[1].contains("work queue local/new was changed"),
        "{told:?}"
    );
    assert!(!matches!(pruned.steps[3], Ok(Done::Removed(_)) | Err(_)));
    let cell = scene.client.cell().await.expect("it can be read");
    assert!(cell.queue(&high).is_some() && cell.queue(&key("local", "new")).is_some());
}

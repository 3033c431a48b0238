//! Names that a deployment gives to its runs.

use std::sync::Arc;

use weir_core::{
    cell::{ConfigObject, DeploymentConfig},
    event::OutcomeClass,
    ids::Seq,
    json::JsonObject,
    request::{Request, RunRequest},
    state::StateName,
};

use crate::{
    cell::{Cell, id},
    why::ask,
};

fn nightly(cell: &Cell, template: &str) -> DeploymentConfig {
    DeploymentConfig {
        parameters: JsonObject::parse(r#"{"day": "today", "full": true}"#).unwrap(),
        run_name: Some(template.to_owned()),
        retries: 1,
        retry_delay: std::time::Duration::from_secs(1),
        ..DeploymentConfig::new("etl/nightly".parse().unwrap(), cell.queue.key.clone())
    }
}

async fn request(cell: &Cell, run: &str, name: Option<&str>) {
    let request = RunRequest {
        deployment: Some("etl/nightly".parse().unwrap()),
        name: name.map(str::to_owned),
        parameters: JsonObject::parse(r#"{"day": "2026-11-23"}"#).unwrap(),
        ..RunRequest::default()
    };
    cell.request(run, Request::Run(Arc::new(request))).await;
}

#[tokio::test(start_paused = true)]
async fn a_run_is_named_by_its_deployment_unless_it_brings_a_name() {
    let mut cell = Cell::new(None).await;
    let template = "{{ flow }} {{ parameters.day }} {{ parameters.full }} {{ run_id }}";
    let first = nightly(&cell, template);
    let at = cell
        .configure_over(Seq(0), ConfigObject::Deployment(Box::new(first)))
        .await;
    let _leader = cell.schedule("one");
    request(&cell, "a", None).await;
    request(&cell, "b", Some("mine")).await;
    // A request that is rejected shows that the leader has read past these.
    let unknown = RunRequest {
        deployment: Some("no/such".parse().unwrap()),
        ..RunRequest::default()
    };
    cell.request("c", Request::Run(Arc::new(unknown))).await;
    cell.until_state("c", StateName::Rejected).await;
    let waiting = ask(&cell, "a").await.run;
    assert_eq!(waiting.name.as_deref(), Some("etl 2026-11-23 True a"));
    assert_eq!(ask(&cell, "b").await.run.name.as_deref(), Some("mine"));
    assert_eq!(
        cell.folded.run(&id("a")).unwrap().name,
        None,
        "only a claim says it"
    );

    cell.worker(10).await;
    let claim = cell.until_claimed("a", 1).await;
    cell.until_claimed("b", 1).await;
    let name = |cell: &Cell, run: &str| cell.folded.run(&id(run)).unwrap().name.clone();
    assert_eq!(name(&cell, "a").as_deref(), Some("etl 2026-11-23 True a"));
    assert_eq!(name(&cell, "b"), None, "the request says it already");

    // The next attempt is named by the configuration that it is claimed with.
    let second = nightly(&cell, "again {{ run_id }}");
    cell.configure_over(at, ConfigObject::Deployment(Box::new(second)))
        .await;
    cell.take("a", 1, claim).await;
    cell.finish("a", 1, claim, OutcomeClass::Failed).await;
    cell.until_claimed("a", 2).await;
    assert_eq!(name(&cell, "a").as_deref(), Some("again a"));
}

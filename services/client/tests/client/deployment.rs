//! What a deployment may say of itself.

use std::time::Duration;

use serde_json::{Value, json};
use weir_client::{
    ConfigError, DeploymentConfig, DeploymentError, JsonObject, RunRequest, Submission,
};

use crate::scene::{Scene, key, run, run_id};

fn object(value: &Value) -> JsonObject {
    JsonObject::parse(&value.to_string()).expect("an object")
}

fn nightly() -> DeploymentConfig {
    DeploymentConfig {
        job_variables: object(&json!({"command": "echo"})),
        ..DeploymentConfig::new("etl/nightly".parse().expect("a legal name"), key("default"))
    }
}

async fn refusal(deployment: DeploymentConfig) -> DeploymentError {
    let scene = Scene::new().await;
    let error = scene
        .client
        .deploy(&deployment)
        .await
        .expect_err("it is refused");
    let cell = scene.client.cell().await.expect("it can be read");
    assert!(
        cell.deployment(&deployment.name).is_none(),
        "nothing is written"
    );
    let source = if let ConfigError::Deployment { source, .. } = error {
        Ok(*source)
    } else {
        Err(error)
    };
    source.expect("it is about the deployment itself")
}

#[tokio::test]
async fn an_entrypoint_that_is_none_is_refused() {
    let error = refusal(DeploymentConfig {
        entrypoint: Some("flows/etl.py".to_owned()),
        ..nightly()
    });
    let text = error.await.to_string();
    assert!(text.contains("write flows/etl.py:FUNCTION"), "{text}");
}

#[tokio::test]
async fn a_parameter_schema_that_cannot_be_used_is_refused() {
    for (schema, words) in [
        (json!({"type": "string"}), "must be one of an object"),
        (
            json!({"properties": {"a": {"$ref": "https://example.com/a.json"}}}),
            "https://example.com/a.json",
        ),
        (
            json!({"properties": {"a": {"pattern": "("}}}),
            "is not valid",
        ),
    ] {
        let error = refusal(DeploymentConfig {
            parameter_schema: Some(object(&schema)),
            ..nightly()
        });
        let error = error.await;
        assert!(matches!(error, DeploymentError::Schema(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn parameters_that_do_not_fit_the_deployments_own_schema_are_refused_and_missing_ones_are_not()
 {
    let with = |parameters: Value| DeploymentConfig {
        parameter_schema: Some(object(&json!({
            "properties": {"day": {"type": "string"}, "rows": {"type": "integer"}}, "required": ["day"]
        }))),
        parameters: object(&parameters),
        ..nightly()
    };
    let error = refusal(with(json!({"rows": "many"}))).await;
    assert!(
        error.to_string().starts_with("parameters.rows: \"many\""),
        "{error}"
    );
    let scene = Scene::new().await;
    scene
        .client
        .deploy(&with(json!({"rows": 5})))
        .await
        .expect("a run may bring the day");
    let submission = Submission::of_deployment(nightly().name);
    let refused = scene
        .client
        .submit(submission)
        .await
        .expect_err("there is no day");
    assert_eq!(
        refused.to_string(),
        "the run would be rejected (InvalidParameter), so it was not published"
    );
}

#[tokio::test(start_paused = true)]
async fn a_template_for_names_is_checked_and_shown_of_a_run_that_waits() {
    let named = |template: &str| DeploymentConfig {
        run_name: Some(template.to_owned()),
        ..nightly()
    };
    let error = refusal(named("etl {{ paramters.day }}")).await;
    assert!(
        matches!(&error, DeploymentError::RunName(error) if error.to_string().contains("parameters")),
        "{error:?}"
    );
    let scene = Scene::new().await;
    let deployment = named("etl {{ parameters.day }} {{ run_id }}");
    scene.client.deploy(&deployment).await.expect("it is saved");
    let request = |name: Option<&str>| RunRequest {
        deployment: Some(deployment.name.clone()),
        name: name.map(str::to_owned),
        parameters: object(&json!({"day": "2026-11-23"})),
        ..RunRequest::default()
    };
    for (id, own, name) in [
        ("r1", None, "etl 2026-11-23 r1"),
        ("r2", Some("mine"), "mine"),
    ] {
        let submission = Submission::to_queue(key("default"), request(own));
        let submission = submission.run_id(run_id(id)).wait(Duration::ZERO);
        scene
            .client
            .submit(submission)
            .await
            .expect("it is submitted");
        let detail = scene
            .client
            .inspect(&run("default", id))
            .await
            .expect("it is there");
        assert_eq!(detail.view.name.as_deref(), Some(name));
    }
}

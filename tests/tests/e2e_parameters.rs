//! Deployments that say what the parameters of their runs must be like, and what the runs are called.

use std::time::Duration;

use serde_json::{Value, json};
use weir_client::{Client, ConnectOptions, DeploymentConfig, JsonObject, QueueKey};
use weir_tests::harness::{Pool, block_on, until};

const SOON: Duration = Duration::from_secs(20);

fn object(value: &Value) -> JsonObject {
    JsonObject::parse(&value.to_string()).expect("an object")
}

fn deploy(pool: &Pool, deployment: &DeploymentConfig) {
    let saved = block_on(async {
        let client = Client::connect(ConnectOptions::new(pool.stack.url())).await;
        client.expect("the broker answers").deploy(deployment).await
    });
    saved.expect("it is saved");
}

fn nightly(pool: &Pool, parameters: &Value, command: &str) -> DeploymentConfig {
    let queue = QueueKey::new(
        pool.name.parse().expect("a legal name"),
        "default".parse().expect("a legal name"),
    );
    let name = format!("{}/nightly", pool.name);
    DeploymentConfig {
        parameters: object(parameters),
        job_variables: object(&json!({"command": ["sh", "-c", command]})),
        ..DeploymentConfig::new(name.parse().expect("a legal name"), queue)
    }
}

fn request(pool: &Pool, parameters: &Value) -> String {
    json!({"deployment": format!("{}/nightly", pool.name), "parameters": parameters}).to_string()
}

#[test]
fn a_request_whose_parameters_do_not_fit_the_schema_is_rejected_with_the_path_of_the_fault() {
    let pool = Pool::new("schooled");
    let schema = json!({
        "type": "object",
        "properties": {
            "day": {"type": "string"},
            "tables": {"type": "array", "items": {"$ref": "#/definitions/Table"}}
        },
        "required": ["day", "tables"],
        "definitions": {"Table": {"properties": {"rows": {"type": "integer", "minimum": 1}}}}
    });
    let deployment = DeploymentConfig {
        parameter_schema: Some(object(&schema)),
        ..nightly(
            &pool,
            &json!({"tables": [{"rows": 1}]}),
            "echo $WEIR_PARAMETERS",
        )
    };
    deploy(&pool, &deployment);
    let rejected = |id: &str, parameters: Value, words: &[&str]| {
        pool.is_rejected(id, request(&pool, &parameters), "InvalidParameter", words);
    };
    rejected(
        "typed",
        json!({"day": 5}),
        &["parameters.day: 5 is not of type string", "give string"],
    );
    rejected(
        "nested",
        json!({"day": "today", "tables": [{"rows": 2}, {"rows": 0}]}),
        &["parameters.tables[1].rows: ", "use 1 or more"],
    );
    rejected(
        "missing",
        json!({}),
        &["parameters: \"day\" is a required property", "add \"day\""],
    );
    pool.stack
        .weir("deployment run schooled/nightly -p day=5")
        .exits(6)
        .saying(&["parameters.day"]);
    // The deployment's own count too, and nothing is filled in.
    let worker = pool.stack.worker("schooled", "--pool schooled");
    pool.publish("fits", request(&pool, &json!({"day": "today"})))
        .stored();
    pool.stack.run_is("fits", "Completed", SOON);
    assert_eq!(
        pool.stack.weir("run logs fits").ok().out(),
        "{\"day\":\"today\",\"tables\":[{\"rows\":1}]}\n"
    );
    drop(worker);
}

#[test]
fn a_run_has_the_name_that_its_deployment_gives_it_from_the_first_moment_on() {
    let pool = Pool::new("named");
    let deployment = DeploymentConfig {
        run_name: Some("{{ flow }} of {{ parameters.day }}".to_owned()),
        ..nightly(&pool, &json!({}), "echo $WEIR_RUN_NAME")
    };
    deploy(&pool, &deployment);
    let names = |id: &str| {
        let listed = pool.stack.runs("named");
        let listed = listed.into_iter().find(|run| run["runId"] == id);
        let listed = listed.expect("it is listed");
        (
            listed["name"].clone(),
            pool.stack.inspect(id)["name"].clone(),
        )
    };
    let by_template = (json!("named of monday"), json!("named of monday"));
    let own = (json!("mine"), json!("mine"));
    pool.publish("one", request(&pool, &json!({"day": "monday"})))
        .stored();
    let with_name = json!({"deployment": "named/nightly", "name": "mine"});
    pool.publish("two", with_name.to_string()).stored();
    pool.stack.run_is("named/default/two", "Scheduled", SOON);
    pool.scheduler_knows("deployment inspect named/nightly");
    until("both are listed", SOON, || {
        (pool.stack.runs("named").len() == 2).then_some(())
    });
    assert_eq!(
        (names("one"), names("two")),
        (by_template.clone(), own.clone())
    );
    let worker = pool.stack.worker("named", "--pool named");
    for (id, said) in [("one", "named of monday\n"), ("two", "mine\n")] {
        pool.stack.run_is(id, "Completed", SOON);
        assert_eq!(pool.stack.weir(&format!("run logs {id}")).ok().out(), said);
    }
    assert_eq!((names("one"), names("two")), (by_template, own));
    drop(worker);
}

//! What is let through, and what is said of what is not.

mod job;

use serde_json::{Value, json};

use super::*;
use crate::{
    cell::{CellBody, CellRecord, ConfigObject, PoolType},
    ids::Seq,
    json::JsonObject,
    template::DEFAULT_PROCESS_TEMPLATE,
    time::Timestamp,
};

/// A cell with one queue, and the judge that remembers.
struct Court {
    cell: CellState,
    judge: Judge,
}

fn queue() -> QueueKey {
    QueueKey::new("local".parse().unwrap(), "default".parse().unwrap())
}

fn object(value: &Value) -> JsonObject {
    JsonObject::parse(&value.to_string()).unwrap()
}

fn nightly() -> DeploymentConfig {
    DeploymentConfig::new("etl/nightly".parse().unwrap(), queue())
}

impl Court {
    fn new() -> Self {
        let mut court = Self {
            cell: CellState::default(),
            judge: Judge::default(),
        };
        court.write(ConfigObject::Pool(PoolConfig {
            base_job_template: JsonObject::parse(DEFAULT_PROCESS_TEMPLATE).unwrap(),
            ..PoolConfig::new(queue().pool, PoolType::Process)
        }));
        court.write(ConfigObject::Queue(QueueConfig::new(queue())));
        court
    }

    fn write(&mut self, object: ConfigObject) {
        let seq = Seq(self.cell.applied().0 + 1);
        let author = "ann".to_owned();
        self.cell.apply(CellRecord {
            seq,
            at: Timestamp(0),
            body: CellBody::Config { author, object },
        });
    }

    fn deploy(&mut self, deployment: DeploymentConfig) {
        self.write(ConfigObject::Deployment(Box::new(deployment)));
    }

    /// What is said of a run of `etl/nightly` with these parameters.
    fn say(&mut self, parameters: &Value) -> Result<(), Fault> {
        let request = RunRequest {
            deployment: Some(nightly().name),
            parameters: object(parameters),
            ..RunRequest::default()
        };
        let said = self.judge.judge(&self.cell, &queue(), &request);
        said.map(|_| ())
    }
}

/// `etl/nightly` with a command and this schema of its parameters.
fn with_schema(schema: &Value, parameters: &Value) -> DeploymentConfig {
    DeploymentConfig {
        job_variables: object(&json!({"command": "true"})),
        parameter_schema: Some(object(schema)),
        parameters: object(parameters),
        ..nightly()
    }
}

#[test]
fn parameters_that_do_not_fit_the_schema_are_named_by_their_path() {
    let mut court = Court::new();
    let schema = json!({
        "properties": {"day": {"type": "string"}, "tables": {"items": {"properties": {"rows": {"minimum": 1}}}}},
        "required": ["day"]
    });
    court.deploy(with_schema(&schema, &json!({"tables": []})));
    let fault = court
        .say(&json!({"day": 1, "tables": [{}, {"rows": 0}]}))
        .unwrap_err();
    assert_eq!(fault.code, FaultCode::InvalidParameter);
    assert_eq!(fault.field, "parameters.day");
    assert_eq!(
        fault.to_string(),
        "parameters.day: 1 is not of type string; give string, for example \"1\" in quotes; \
         parameters.tables[1].rows: 0 is less than the minimum of 1; use 1 or more"
    );
    let fault = court.say(&json!({})).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "parameters: \"day\" is a required property; add \"day\""
    );
    assert_eq!(court.say(&json!({"day": "today"})), Ok(()));
}

#[test]
fn the_schema_holds_for_the_deployments_parameters_with_the_runs_own_over_them() {
    let mut court = Court::new();
    let schema = json!({"properties": {"a": {"type": "object", "required": ["x"]}, "b": {}}, "required": ["a", "b"]});
    court.deploy(with_schema(&schema, &json!({"a": {"x": 1}})));
    assert_eq!(court.say(&json!({"b": 1})), Ok(()));
    // One key of the run's replaces the whole of the deployment's.
    let fault = court.say(&json!({"b": 1, "a": {"y": 1}})).unwrap_err();
    assert_eq!(fault.field, "parameters.a");
}

#[test]
fn a_deployment_that_is_deployed_again_is_judged_by_its_new_schema() {
    let mut court = Court::new();
    let of_type = |kind: &str| json!({"properties": {"a": {"type": kind}}});
    court.deploy(with_schema(&of_type("string"), &json!({})));
    assert_eq!(court.say(&json!({"a": "x"})), Ok(()));
    assert!(court.say(&json!({"a": 1})).is_err());
    court.deploy(with_schema(&of_type("integer"), &json!({})));
    assert_eq!(court.say(&json!({"a": 1})), Ok(()));
    assert!(court.say(&json!({"a": "x"})).is_err());
    court.deploy(DeploymentConfig {
        parameter_schema: None,
        ..with_schema(&json!({}), &json!({}))
    });
    assert_eq!(court.say(&json!({"a": "x"})), Ok(()));
}

#[test]
fn a_stored_schema_that_cannot_be_used_stops_the_deployments_runs_and_says_so() {
    let mut court = Court::new();
    court.deploy(with_schema(
        &json!({"$ref": "http://example.com/a"}),
        &json!({}),
    ));
    for _ in 0..2 {
        let fault = court.say(&json!({})).unwrap_err();
        assert_eq!(
            (fault.code, fault.field.as_str()),
            (FaultCode::InvalidParameter, "deployment")
        );
        assert!(fault.message.contains("http://example.com/a"), "{fault}");
    }
}

#[test]
fn an_entrypoint_is_something_to_run_unless_it_cannot_be_one() {
    let mut court = Court::new();
    court.deploy(nightly());
    let fault = court.say(&json!({})).unwrap_err();
    assert_eq!(fault.code, FaultCode::NothingToRun);
    assert!(fault.message.contains("entrypoint"), "{fault}");
    let entrypoint = |text: &str| DeploymentConfig {
        entrypoint: Some(text.to_owned()),
        ..nightly()
    };
    court.deploy(entrypoint("flows/etl.py:main"));
    assert_eq!(court.say(&json!({})), Ok(()));
    court.deploy(entrypoint("flows.etl.main"));
    let fault = court.say(&json!({})).unwrap_err();
    assert_eq!(
        (fault.code, fault.field.as_str()),
        (FaultCode::NothingToRun, "deployment")
    );
    assert!(
        fault.message.contains("did you mean flows.etl:main?"),
        "{fault}"
    );
    // Where a command is given it is not needed.
    court.deploy(DeploymentConfig {
        job_variables: object(&json!({"command": "true"})),
        ..entrypoint("flows.etl.main")
    });
    assert_eq!(court.say(&json!({})), Ok(()));
}

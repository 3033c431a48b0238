//! What of a deployment file is taken, what is remarked on, and what is refused with its name.

mod prefects;
mod retries;
mod schema;
mod set_up;

use std::{path::Path, sync::LazyLock, time::Duration};

use super::*;
use jsonschema::Validator;

/// Two variables are set, and no others.
fn variable(name: &str) -> Option<String> {
    match name {
        "ENV" => Some("prod".to_owned()),
        "LIMIT" => Some("7".to_owned()),
        _ => None,
    }
}

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = Value::from(super::schema::weir_yaml());
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    jsonschema::draft202012::meta::validate(&schema).expect("it is a schema itself");
    jsonschema::draft202012::new(&schema).expect("it is complete")
});

/// What editors say to a file.
fn editors_take(text: &str) -> bool {
    let value = yaml::read(text).expect("it is YAML");
    SCHEMA.is_valid(&value)
}

type Ready = (DeploymentConfig, Vec<Remark>);

fn all(text: &str) -> Result<Vec<Ready>, String> {
    all_in(Path::new("/nowhere"), text)
}

fn all_in(folder: &Path, text: &str) -> Result<Vec<Ready>, String> {
    let defaults = Defaults::default();
    let configs = read(text, &variable).and_then(|candidates| {
        let configs = candidates.into_iter();
        configs
            .map(|one| one.into_config(&defaults, folder))
            .collect()
    });
    assert!(
        configs.is_err() || editors_take(text),
        "the schema refuses what is taken: {text}"
    );
    configs.map_err(|error| format!("{error:#}"))
}

#[track_caller]
fn one(text: &str) -> Ready {
    all(text).expect("it is legal").remove(0)
}

#[track_caller]
fn refused(text: &str, words: &[&str]) {
    let error = all(text).expect_err("it is refused");
    for word in words {
        assert!(error.contains(word), "{word}: {error}");
    }
}

/// The keys of warnings.
fn warned(remarks: &[Remark]) -> Vec<&str> {
    let warnings = remarks.iter().filter(|remark| remark.kind == Kind::Warning);
    warnings.map(|remark| remark.key.as_str()).collect()
}

#[test]
fn our_own_form_is_short() {
    let (deployment, remarks) = one(
        "name: etl/nightly\npool: local\nqueue: high\njob_variables: {command: echo hi}\nparameters: {day: 3}\ntags: [db, db]\nretries: 2\nretry_delay: 5s\ntimeout: 60\n",
    );
    assert_eq!(deployment.name.as_str(), "etl/nightly");
    assert_eq!(deployment.queue.to_string(), "local/high");
    assert_eq!(
        deployment.job_variables.as_str(),
        r#"{"command":"echo hi"}"#
    );
    assert_eq!(deployment.parameters.as_str(), r#"{"day":3}"#);
    assert_eq!(deployment.tags.len(), 1);
    assert_eq!(
        (deployment.retries, deployment.retry_delay.as_secs()),
        (2, 5)
    );
    assert_eq!(deployment.timeout, Some(Duration::from_mins(1)));
    assert_eq!(remarks, []);
}

/// What `prefect init` writes, with deployments as Prefect's documentation has them.
const PREFECTS: &str = "
name: my-project
prefect-version: 3.4.0
build: null
push:
pull: []
deployments:
- name: nightly
  version: null
  tags: []
  description: null
  schedule: {}
  entrypoint: flows/etl.py:load_all
  parameters: {}
  work_pool:
    name: k8s-pool
    work_queue_name: high
    job_variables: {image: 'python:3.13'}
- name: hourly
  flow_name: etl
  work_pool: {name: k8s-pool}
";

#[test]
fn prefects_form_is_taken() {
    let read = all(PREFECTS).expect("it is legal");
    let names: Vec<_> = read
        .iter()
        .map(|(deployment, remarks)| {
            assert_eq!(*remarks, []);
            (deployment.name.as_str(), deployment.queue.to_string())
        })
        .collect();
    assert_eq!(
        names,
        [
            ("load-all/nightly", "k8s-pool/high".to_owned()),
            ("etl/hourly", "k8s-pool/default".to_owned())
        ]
    );
    assert_eq!(
        read[0].0.entrypoint.as_deref(),
        Some("flows/etl.py:load_all")
    );
}

#[test]
fn a_key_that_nobody_knows_is_told_with_the_nearest() {
    refused(
        "name: a/b\npool: p\npriorty: 3\n",
        &["unknown key \"priorty\""],
    );
    refused(
        "name: a/b\npool: p\nretrys: 3\n",
        &["\"retrys\": did you mean \"retries\"?"],
    );
    refused(
        "deployments: [{name: a/c, pool: p}, {name: a/b, work_pool: {nmae: x}}]",
        &["deployments: [1] (a/b): work_pool: unknown key \"nmae\": did you mean \"name\"?"],
    );
    refused(
        "deployments: [{name: a/b, pool: p}]\npul: []\n",
        &["\"pul\": did you mean \"pull\"?"],
    );
    refused(
        "name: a/b\npool: p\nzzzzzzzz: 3\n",
        &["use one of name, flow,"],
    );
}

#[test]
fn second_spellings_are_taken_and_not_beside_the_first() {
    let (deployment, _) =
        one("name: b\nflow_name: a\nworkPool: {name: p, queue: q}\njobVariables: {x: 1}\n");
    assert_eq!(deployment.name.as_str(), "a/b");
    assert_eq!(deployment.queue.to_string(), "p/q");
    assert_eq!(deployment.job_variables.as_str(), r#"{"x":1}"#);
    for flow in ["flow", "flow_name", "flow-name"] {
        let (deployment, _) = one(&format!("{{name: b, {flow}: a, pool: p}}"));
        assert_eq!(deployment.name.as_str(), "a/b");
    }
    refused(
        "{name: a/b, pool: p, retry_delay: 1, retry-delay: 2}",
        &["retry_delay twice"],
    );
}

#[test]
fn what_is_missing_is_named() {
    refused("name: a/b", &["pool"]);
    refused("name: b\npool: p", &["flow"]);
    refused(
        "name: a/b\npool: p\nwork_pool: {name: q}",
        &["both pool and work_pool.name"],
    );
    refused("pool: p", &["missing field `name`"]);
    refused("deployments: []", &["lists no deployments"]);
    refused("deployments:\n", &["lists no deployments"]);
    refused(
        "deployments: {name: a/b}",
        &["deployments: invalid type: map, expected a sequence"],
    );
    refused(
        "deployments: [a/b]",
        &["deployments: [0]: it is a text, not a deployment such as"],
    );
    refused("- name: a/b", &["it is no mapping"]);
    refused(
        "deployments: [{name: a/b, pool: p}, {name: b, flow: a, pool: q}]",
        &["a/b is there twice"],
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_told_with_its_field() {
    for (field, words) in [
        ("retries: -1", "retries: it is -1, not a whole number"),
        ("retries: 1.5", "retries: it is 1.5, not a whole number"),
        (
            "retry_delay: soon",
            "retry_delay: it is \"soon\", not a span",
        ),
        ("retry_delay: -3", "retry_delay: it is -3, not a span"),
        (
            "paused: perhaps",
            "paused: it is \"perhaps\", not true or false",
        ),
        ("tags: [{a: 1}]", "tags: it is a mapping, not a text"),
        ("limits: {db: 0}", "limits.db: use 1 to 1000000 slots"),
        (
            "work_pool: p",
            "work_pool: it is a text, not a work pool such as",
        ),
        ("parameters: [1]", "parameters: invalid type"),
    ] {
        refused(&format!("{{name: a/b, pool: p, {field}}}"), &[words]);
    }
}

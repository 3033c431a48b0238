//! What of a deployment file is taken, and what is refused with its name.

use super::*;

fn read(text: &str) -> Result<Vec<DeploymentConfig>, String> {
    parse(text, &Defaults::default()).map_err(|error| format!("{error:#}"))
}

#[test]
fn our_own_form_is_short() {
    let read = read(
        "name: etl/nightly\npool: local\nqueue: high\njob_variables: {command: echo hi}\nparameters: {day: 3}\ntags: [db, db]\nretries: 2\nretry_delay: 5s\ntimeout: 60\n",
    );
    let deployment = &read.expect("it is legal")[0];
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
}

#[test]
fn prefects_form_is_taken() {
    let text = "
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
    let read = read(text).expect("it is legal");
    let names: Vec<_> = read
        .iter()
        .map(|deployment| (deployment.name.as_str(), deployment.queue.to_string()))
        .collect();
    assert_eq!(
        names,
        [
            ("load-all/nightly", "k8s-pool/high".to_owned()),
            ("etl/hourly", "k8s-pool/default".to_owned())
        ]
    );
    assert_eq!(read[0].entrypoint.as_deref(), Some("flows/etl.py:load_all"));
}

#[test]
fn what_weir_does_not_have_is_named() {
    let error = read("name: a/b\npool: p\nschedules: [{cron: '0 0 * * *'}]\n")
        .expect_err("schedules are refused");
    assert!(error.contains("schedules"), "{error}");
    let error = read("name: a/b\npool: p\npriorty: 3\n").expect_err("a typo is refused");
    assert!(error.contains("priorty"), "{error}");
    let error = read("deployments: [{name: a/b, pool: p, work_pool: {nmae: x}}]")
        .expect_err("a typo is refused");
    assert!(error.contains("nmae"), "{error}");
    let error =
        read("deployments: [{name: a/b, pool: p}]\npul: []\n").expect_err("a typo is refused");
    assert!(error.contains("pul"), "{error}");
}

#[test]
fn what_is_missing_is_named() {
    let error = read("name: a/b").expect_err("no pool");
    assert!(error.contains("pool"), "{error}");
    let error = read("name: b\npool: p").expect_err("no flow");
    assert!(error.contains("flow"), "{error}");
    let error = read("name: a/b\npool: p\nwork_pool: {name: q}").expect_err("two pools");
    assert!(error.contains("both pool and work_pool.name"), "{error}");
}

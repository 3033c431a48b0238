//! Jobs for Kubernetes, rendered and brought: refused at submit for what would keep them from starting.

use super::*;
use crate::{kubernetes::JobPolicy, template::DEFAULT_KUBERNETES_TEMPLATE};

fn cluster() -> QueueKey {
    QueueKey::new("cluster".parse().unwrap(), "default".parse().unwrap())
}

/// A court with a pool for Kubernetes beside the one for processes.
fn court(policy: Option<JobPolicy>) -> Court {
    let mut court = Court::new();
    court.write(ConfigObject::Pool(PoolConfig {
        base_job_template: JsonObject::parse(DEFAULT_KUBERNETES_TEMPLATE).unwrap(),
        policy: policy.map(Arc::new),
        ..PoolConfig::new(cluster().pool, PoolType::Kubernetes)
    }));
    court.write(ConfigObject::Queue(QueueConfig::new(cluster())));
    court.deploy(DeploymentConfig {
        entrypoint: Some("flows/etl.py:main".to_owned()),
        job_variables: object(&json!({"image": "registry/etl:1"})),
        ..DeploymentConfig::new("etl/nightly".parse().unwrap(), cluster())
    });
    court
}

fn job(pod: &Value) -> Value {
    let mut spec =
        json!({"restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox"}]});
    spec.as_object_mut()
        .unwrap()
        .extend(pod.as_object().unwrap().clone());
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "mine"},
        "spec": {"template": {"spec": spec}},
    })
}

fn variables(variables: &Value) -> RunRequest {
    RunRequest {
        job_variables: object(variables),
        ..RunRequest::default()
    }
}

fn brought(job: &Value) -> RunRequest {
    RunRequest {
        manifest: Some(object(job)),
        ..RunRequest::default()
    }
}

fn refused(court: &mut Court, queue: &QueueKey, request: &RunRequest) -> String {
    let Court { cell, judge } = court;
    let fault = judge.judge(cell, queue, request).unwrap_err();
    assert_eq!(
        judge.show(cell, queue, request).unwrap_err(),
        fault,
        "what cannot run is not shown either"
    );
    format!("{} {fault}", fault.code.as_str())
}

#[test]
fn a_rendered_job_is_judged_as_its_worker_would() {
    let mut court = court(None);
    let Court { cell, judge } = &mut court;
    judge
        .judge(cell, &cluster(), &variables(&json!({"image": "x"})))
        .unwrap();
    let said = [
        variables(&json!({})),
        variables(&json!({"imag": "x"})),
        variables(&json!({"image": ""})),
        variables(&json!({"image": "x", "command": "sh -c 'x"})),
        variables(&json!({"image": "x", "env": {"A": "{{ prefect.blocks.secret.a }}"}})),
    ];
    let said = said.map(|request| refused(&mut court, &cluster(), &request));
    insta::assert_snapshot!(said.join("\n"), @r#"
    InvalidVariable jobVariables: job variable "image" is required by the pool's base job template and not set: set it in the deployment's or the run's job variables
    UnknownVariable jobVariables: the run's job variable "imag" is not defined by the pool's base job template; did you mean "image"?; job variable "image" is required by the pool's base job template and not set: set it in the deployment's or the run's job variables
    InvalidVariable jobVariables: job_configuration.job_manifest.spec.template.spec.containers[0].image is missing: set the job variable `image`, or name one in the manifest
    InvalidVariable jobVariables: job_configuration.job_manifest.spec.template.spec.containers[0].args cannot be split into words, because a quote is not closed or it ends in a backslash: "sh -c 'x"
    InvalidVariable jobVariables: the job manifest still holds {{ prefect.blocks.secret.a }}: weir has no Prefect server to ask, put the value itself there or refer to a Kubernetes Secret with `valueFrom`
    "#);
}

#[test]
fn an_entrypoint_is_what_a_deployment_runs() {
    let mut court = court(None);
    let nightly = RunRequest {
        deployment: Some(nightly().name),
        ..RunRequest::default()
    };
    let shown = court.judge.show(&court.cell, &cluster(), &nightly).unwrap();
    let args = &shown["spec"]["template"]["spec"]["containers"][0]["args"];
    assert_eq!(args[3], "flows/etl.py:main");
    assert_eq!(shown["metadata"].get("name"), None, "that is an attempt's");
    court.deploy(DeploymentConfig {
        entrypoint: Some("nothing".to_owned()),
        ..court
            .cell
            .deployment(&nightly.deployment.clone().unwrap())
            .unwrap()
            .value
            .clone()
    });
    assert!(refused(&mut court, &cluster(), &nightly).starts_with("NothingToRun deployment: "));
}

#[test]
fn a_pools_policy_holds_for_what_is_rendered_and_for_what_is_brought() {
    let mut court = court(Some(JobPolicy {
        images: vec!["registry/*".to_owned()],
        privileged: true,
        ..JobPolicy::default()
    }));
    let Court { cell, judge } = &mut court;
    judge
        .judge(
            cell,
            &cluster(),
            &variables(&json!({"image": "registry/x"})),
        )
        .unwrap();
    let allowed =
        json!({"hostNetwork": true, "containers": [{"name": "a", "image": "registry/x"}]});
    judge
        .judge(cell, &cluster(), &brought(&job(&allowed)))
        .unwrap();
    let said = [
        variables(&json!({"image": "busybox"})),
        brought(&job(&json!({}))),
    ];
    let said = said.map(|request| refused(&mut court, &cluster(), &request));
    insta::assert_snapshot!(said.join("\n"), @r#"
    InvalidVariable jobVariables: spec.template.spec.containers[0].image is "busybox", which the work pool's policy does not allow: it allows the images registry/*
    InvalidVariable manifest: spec.template.spec.containers[0].image is "busybox", which the work pool's policy does not allow: it allows the images registry/*
    "#);
}

#[test]
fn a_brought_job_says_all_and_reaches_no_node() {
    let mut court = court(None);
    let mine = job(&json!({}));
    let Court { cell, judge } = &mut court;
    judge.judge(cell, &cluster(), &brought(&mine)).unwrap();
    assert_eq!(judge.show(cell, &cluster(), &brought(&mine)).unwrap(), mine);
    let said = [
        brought(&job(&json!({"hostPID": true}))),
        brought(&job(
            &json!({"volumes": [{"name": "root", "hostPath": {"path": "/"}}]}),
        )),
        brought(&json!({"kind": "Pod"})),
        RunRequest {
            deployment: Some(nightly().name),
            ..brought(&mine)
        },
        RunRequest {
            job_variables: object(&json!({"image": "x"})),
            ..brought(&mine)
        },
    ];
    let mut said: Vec<_> = said
        .iter()
        .map(|request| refused(&mut court, &cluster(), request))
        .collect();
    said.push(refused(&mut court, &queue(), &brought(&mine)));
    insta::assert_snapshot!(said.join("\n"), @r#"
    InvalidVariable manifest: spec.template.spec.hostPID is true, which the work pool's policy does not allow: leave it out, or set `privileged: true` in the policy
    InvalidVariable manifest: spec.template.spec.volumes[0].hostPath.path is "/", which the work pool's policy does not allow: it allows no path of the node
    InvalidVariable manifest: manifest.apiVersion is missing: it must be "batch/v1"
    InvalidField deployment: a manifest says all that is run: leave out deployment, or the manifest
    InvalidField jobVariables: a manifest says all that is run: leave out jobVariables, or the manifest
    NothingToRun manifest: work pool local is of type process: submit a manifest to a pool of type kubernetes, or say what to run with jobVariables
    "#);
}

/// A pool of processes shows what would be started, without the worker's secrets.
#[test]
fn a_process_is_shown_as_it_is_rendered() {
    let mut court = Court::new();
    let request = variables(&json!({"command": "echo hi", "env.A": "1"}));
    let shown = court.judge.show(&court.cell, &queue(), &request).unwrap();
    assert_eq!(
        shown,
        json!({"command": "echo hi", "env": {"A": "1"}, "stream_output": true})
    );
    let nothing = refused(&mut court, &queue(), &RunRequest::default());
    assert!(nothing.starts_with("NothingToRun "), "{nothing}");
}

#[test]
fn a_job_may_say_how_long_its_pod_may_take_to_start_and_the_pool_says_it_else() {
    let mut court = court(None);
    let Court { cell, judge } = &mut court;
    let mut within = |said: &Value| {
        let request = variables(said);
        judge
            .judge(cell, &cluster(), &request)
            .unwrap()
            .start_within
    };
    assert_eq!(
        within(&json!({"image": "x"})),
        bounds::START_TIMEOUT_DEFAULT
    );
    let said = json!({"image": "x", "pod_watch_timeout_seconds": 90});
    assert_eq!(within(&said), Duration::from_secs(90));
}

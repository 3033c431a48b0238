//! Environment, labels, namespace and TTL of a rendered manifest, and the default template with everything set.

use super::*;
use crate::template::DEFAULT_KUBERNETES_TEMPLATE;

/// The environment of a container with this one, below a configuration with that one.
fn env(own: &Value, shared: &Value) -> Value {
    let configuration = configuration(&json!({"containers": [container(&json!({"env": own}))]}));
    let made = rendered(&with(configuration, "/env", shared.clone())).unwrap();
    first(&made)["env"].clone()
}

#[test]
fn maps_become_lists_and_references_stay() {
    let reference = json!({"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}});
    let map =
        json!({"A": "1", "B": {"valueFrom": reference["valueFrom"]}, "C": null, "N": 5, "T": true});
    let listed = json!([
        {"name": "A", "value": "1"}, reference, {"name": "N", "value": "5"}, {"name": "T", "value": "True"},
    ]);
    assert_eq!(env(&map, &Value::Null), listed);
    assert_eq!(env(&Value::Null, &map), listed, "as Prefect does");
    assert_eq!(env(&listed, &Value::Null), listed);
    assert_eq!(env(&json!({"A": null}), &Value::Null), Value::Null);
    let hard_coded = json!([{"name": "B", "value": 7}]);
    assert_eq!(
        env(&hard_coded, &json!({"A": "1", "B": "mine"})),
        json!([{"name": "A", "value": "1"}, {"name": "B", "value": "7"}]),
        "the template's own is policy"
    );
}

#[test]
fn every_container_is_told_of_its_attempt_before_anything_else() {
    let pod = json!({
        "initContainers": [container(&json!({}))],
        "containers": [
            container(&json!({"env": {"WEIR_RUN_ID": "mine", "X": "$(WEIR_RUN_ID)"}})),
            container(&json!({"env": [{"name": "Y", "value": "$$"}]})),
        ],
    });
    let configuration = with(
        configuration(&pod),
        "/env",
        json!({"TRACEPARENT": "mine", "Z": "1"}),
    );
    let made = Manifest::of_rendered(&configuration, &identity(), &told(), None).unwrap();
    let pod = &made.body["spec"]["template"]["spec"];
    let names = |container: &Value| {
        let env = container["env"].as_array().unwrap().clone();
        let names: Vec<_> = env
            .iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect();
        names.join(" ")
    };
    let told = "TRACEPARENT WEIR_PARAMETERS WEIR_RUN_ID";
    assert_eq!(names(&pod["initContainers"][0]), told);
    assert_eq!(names(&pod["containers"][0]), format!("{told} Z X"));
    assert_eq!(names(&pod["containers"][1]), format!("{told} Y"));
    let env = &pod["containers"][1]["env"];
    assert_eq!(
        env[1]["value"], r#"{"price": "$$$$5 or $$(HOME)"}"#,
        "the kubelet makes one of two"
    );
    assert_eq!(env[2]["value"], "order-17");
    assert_eq!(
        env[3]["value"], "$$",
        "the user's own is Kubernetes' to read"
    );
}

#[test]
fn labels_reach_the_pods_and_are_made_legal() {
    let pod = json!({"containers": [container(&json!({}))]});
    let configuration = with(
        configuration(&pod),
        "/labels",
        json!({"Team Name": "Data/Eng!", "n": 1, "weir.dev/pool": "x"}),
    );
    let configuration = with(
        configuration,
        "/job_manifest/metadata",
        json!({"labels": {"own": "1"}, "annotations": {"iam.example.com/a--b": "Any text!", "a b": 1}}),
    );
    let made = rendered(&configuration).unwrap().body;
    let pod = &made["spec"]["template"]["metadata"];
    for labels in [&made["metadata"]["labels"], &pod["labels"]] {
        assert_eq!(labels["Team-Name"], "Data-Eng");
        assert_eq!(labels["n"], "1");
        assert_eq!(labels["weir.dev/pool"], "batch");
    }
    assert_eq!(made["metadata"]["labels"]["own"], "1");
    assert_eq!(pod["labels"].get("own"), None);
    assert_eq!(
        made["metadata"]["annotations"]["iam.example.com/a--b"],
        "Any text!"
    );
    assert_eq!(made["metadata"]["annotations"]["a-b"], "1");
}

#[test]
fn the_job_variable_name_is_what_people_read_in_the_jobs_name() {
    let pod = configuration(&json!({"containers": [container(&json!({}))]}));
    let pod = with(
        pod,
        "/job_manifest/metadata",
        json!({"name": "fixed", "generateName": "-"}),
    );
    let hash = identity().job_name().rsplit_once('-').unwrap().1.to_owned();
    let made = rendered(&with(pod.clone(), "/name", json!("My Job"))).unwrap();
    assert_eq!(made.name, format!("weir-my-job-1-{hash}"));
    assert_eq!(made.body["metadata"]["name"], *made.name);
    assert_eq!(made.body["metadata"].get("generateName"), None);
    for unnamed in [Value::Null, json!("")] {
        let made = rendered(&with(pod.clone(), "/name", unnamed)).unwrap();
        assert_eq!(made.name, identity().job_name());
    }
}

#[test]
fn what_a_template_cannot_mean_is_refused_by_path() {
    let pod = || configuration(&json!({"containers": [container(&json!({}))]}));
    let refused =
        |path: &str, value: Value| rendered(&with(pod(), path, value)).unwrap_err().to_string();
    let containers = "/job_manifest/spec/template/spec/containers";
    let said = [
        refused("/job_manifest", Value::Null),
        refused("/labels", json!({"!": "x"})),
        refused("/labels", json!({"a": ["x"]})),
        refused("/command", json!("sh -c 'open")),
        refused("/command", json!(["sh", 1])),
        refused("/env", json!({"A=B": "x"})),
        refused("/cluster_config", json!({"context_name": "other"})),
        refused(
            "/job_manifest/metadata",
            json!({"annotations": {"a": "{{ prefect.blocks.secret.key }}"}}),
        ),
        refused(containers, json!([container(&json!({"args": true}))])),
        rendered(&with(
            with(pod(), "/namespace", json!("a")),
            "/job_manifest/metadata",
            json!({"namespace": "b"}),
        ))
        .unwrap_err()
        .to_string(),
        rendered(&json!({})).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    job_configuration.job_manifest is null: it must be the manifest of a Job
    job_configuration.labels.! has no letter or digit in its key: give it a name such as team or example.com/team
    job_configuration.labels.a is a list: it must be a text; a list or an object can be given as JSON in quotes
    job_configuration.command cannot be split into words, because a quote is not closed or it ends in a backslash: "sh -c 'open"
    job_configuration.command[1] is a number: it must be a text
    job_configuration.env.A=B is no name of an environment variable: it is empty or holds '=' or NUL
    job_configuration.cluster_config is set: the worker's own configuration says which cluster it uses; make a pool for each cluster
    the job manifest still holds {{ prefect.blocks.secret.key }}: weir has no Prefect server to ask, put the value itself there or refer to a Kubernetes Secret with `valueFrom`
    job_configuration.job_manifest.spec.template.spec.containers[0].args is a boolean: use a text or a list of words
    job_configuration.job_manifest.metadata.namespace is "b", but job_configuration.namespace is "a": make them the same
    job_configuration.job_manifest is missing: put the manifest of a Job there, as `weir work-pool get-default-base-job-template --type kubernetes` shows
    "#);
}

#[test]
fn a_template_is_refused_that_would_put_the_workers_secrets_into_a_job() {
    let check = |configuration: Value| {
        let template = json!({"job_configuration": configuration, "variables": {}});
        Manifest::check_template(&Template::from_value(template).unwrap())
    };
    let pod = configuration(&json!({"containers": [container(&json!({}))]}));
    check(pod.clone()).unwrap();
    for (path, value) in [
        ("/secret_env", json!({"A": "${A}"})),
        ("/env_file", json!("/etc/weir/env")),
        ("/env", json!({"A": "${A}"})),
    ] {
        let said = check(with(pod.clone(), path, value)).unwrap_err();
        assert!(
            said.to_string().contains("refer to a Kubernetes Secret"),
            "{said}"
        );
    }
    assert!(check(json!({"command": "true"})).is_err());
    check(json!({"job_manifest": {"apiVersion": "batch/v1", "kind": "CronJob"}})).unwrap_err();
    let own = Template::parse(DEFAULT_KUBERNETES_TEMPLATE).unwrap();
    Manifest::check_template(&own).unwrap();
}

#[test]
fn the_default_template_reaches_all_that_a_job_needs() {
    let template = Template::parse(DEFAULT_KUBERNETES_TEMPLATE).unwrap();
    let variables = json!({
        "image": "registry/app:1", "command": "run --all", "container_command": ["tini", "--"],
        "env": {"A": "1", "P": {"valueFrom": {"secretKeyRef": {"name": "db", "key": "p"}}}},
        "env_from": [{"secretRef": {"name": "db"}}, {"configMapRef": {"name": "settings"}, "prefix": "S_"}],
        "cpu_request": "500m", "cpu_limit": "1", "memory_request": "1Gi", "memory_limit": "2Gi",
        "gpu_request": 1, "gpu_limit": 1,
        "service_account_name": "runner", "image_pull_secrets": [{"name": "registry"}], "image_pull_policy": "Always",
        "node_selector": {"disk": "ssd"}, "tolerations": [{"key": "gpu", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}}, "priority_class_name": "high",
        "volumes": [{"name": "scratch", "emptyDir": {}}], "volume_mounts": [{"name": "scratch", "mountPath": "/s"}],
        "labels": {"team": "data"}, "annotations": {"note": "any text"}, "namespace": "batch",
        "finished_job_ttl": 60, "active_deadline_seconds": 600, "termination_grace_period_seconds": 45,
    });
    let variables = variables.as_object().unwrap();
    let set = template.variables_schema()["properties"]
        .as_object()
        .unwrap();
    let unset: Vec<_> = set
        .keys()
        .filter(|name| !variables.contains_key(*name))
        .collect();
    assert_eq!(
        unset,
        ["name", "pod_watch_timeout_seconds", "stream_output"],
        "these are not Kubernetes'"
    );
    let rendered = template.render(&template.check(&Map::new(), variables).unwrap());
    let made = prepared(&rendered, None).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&made["job_manifest"]).unwrap());
    for (name, value) in [
        (
            "volumes",
            json!([{"name": "root", "hostPath": {"path": "/"}}]),
        ),
        ("env_from", json!([{"value": "secret"}])),
        ("env", json!({"A": {"value": "secret"}})),
    ] {
        let variables = json!({"image": "x", name: value});
        let said = template
            .check(&Map::new(), variables.as_object().unwrap())
            .unwrap_err();
        assert!(
            said.to_string()
                .starts_with(&format!("job variable {name}")),
            "{said}"
        );
    }
}

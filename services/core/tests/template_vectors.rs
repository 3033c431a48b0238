//! Prefect's own answers, case by case: what its code made of templates is what ours must make of them.

use serde_json::{Map, Value, json};
use weir_core::template::{
    DEFAULT_KUBERNETES_TEMPLATE, DEFAULT_PROCESS_TEMPLATE, Template, apply_values,
    process::ProcessJob, unresolved_prefect_references,
};

const VECTORS: &str = include_str!("data/prefect-template-vectors.json");
const KUBERNETES: &str = include_str!("data/prefect-kubernetes-base-job-template.json");
const PROCESS: &str = include_str!("data/prefect-process-base-job-template.json");

fn cases(kind: &str) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    let all = vectors["cases"]
        .as_array()
        .expect("a list of cases")
        .clone();
    all.into_iter()
        .filter(|case| case["kind"] == kind)
        .collect()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

#[test]
fn every_apply_values_case_gives_what_prefect_gave() {
    let cases = cases("apply_values");
    for case in &cases {
        let ours = apply_values(&case["template"], &object(&case["values"]));
        assert_eq!(
            ours.as_ref(),
            Some(&case["result"]),
            "case {}",
            case["name"]
        );
    }
    assert_eq!(cases.len(), 13);
}

/// What Prefect's worker adds around the rendered template (its labels, environment, default image and command) is
/// not the engine's; what the variables fill in is, and shows in the parts compared here.
#[test]
fn every_kubernetes_case_fills_in_the_variables_as_prefect_did() {
    let template = Template::parse(KUBERNETES).unwrap();
    let mut compared = 0;
    for case in cases("kubernetes_default_template") {
        if case["configuration"]["error"].is_string() {
            continue; // these two edit the manifest itself, which the kubernetes worker judges
        }
        let name = case["name"].as_str().unwrap();
        let resolved = template.merge(&Map::new(), &object(&case["job_variables"]));
        let ours = template.render(&resolved);
        let (spec, theirs) = (
            &ours["job_manifest"]["spec"],
            &case["prepared_job_manifest"]["spec"],
        );
        for path in [
            "/backoffLimit",
            "/ttlSecondsAfterFinished",
            "/template/spec/parallelism",
        ] {
            assert_eq!(
                spec.pointer(path),
                theirs.pointer(path),
                "case {name}, {path}"
            );
        }
        let container = "/template/spec/containers/0";
        let (our, their) = (
            spec.pointer(container).unwrap(),
            theirs.pointer(container).unwrap(),
        );
        assert_eq!(our["resources"], their["resources"], "case {name}");
        assert_eq!(
            our["imagePullPolicy"], their["imagePullPolicy"],
            "case {name}"
        );
        assert_eq!(
            ours["namespace"], case["configuration"]["namespace"],
            "case {name}"
        );
        assert_eq!(
            ours["pod_watch_timeout_seconds"],
            case["configuration"]["pod_watch_timeout_seconds"]
        );
        if let Some(image) = our.get("image") {
            assert_eq!(image, &their["image"], "case {name}");
        }
        for (key, value) in ours.get("env").map(object).unwrap_or_default() {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let expected = if value.is_null() {
                Value::Null
            } else {
                json!(text)
            };
            assert_eq!(
                case["configuration"]["env"][&key], expected,
                "case {name}, {key}"
            );
        }
        if let Some(labels) = ours.get("labels") {
            assert_eq!(labels, &case["configuration"]["labels"], "case {name}");
        }
        compared += 1;
    }
    assert_eq!(compared, 6);
}

#[test]
fn both_templates_of_prefect_are_accepted_and_render_with_nothing_set() {
    let none = Map::new();
    let process = Template::parse(PROCESS).unwrap();
    let resolved = process.check(&none, &none).unwrap();
    assert_eq!(process.render(&resolved), json!({"stream_output": true}));
    ProcessJob::check_template(&process).unwrap();

    let kubernetes = Template::parse(KUBERNETES).unwrap();
    let resolved = kubernetes.check(&none, &none).unwrap();
    let rendered = kubernetes.render(&resolved);
    let container = &rendered["job_manifest"]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(
        container["resources"],
        json!({"limits": {}, "requests": {}}),
        "emptied parents stay"
    );
    assert_eq!(rendered["job_manifest"]["metadata"]["generateName"], "-");
    assert!(unresolved_prefect_references(&rendered).is_empty());
}

#[test]
fn the_default_process_template_becomes_a_process() {
    let template = Template::parse(DEFAULT_PROCESS_TEMPLATE).unwrap();
    ProcessJob::check_template(&template).unwrap();
    let deployment = object(&json!({"command": "sh -c 'echo hi'", "env": {"A": "1", "B": "2"}}));
    let run = object(&json!({"env.B": "3", "env": {"C": null}, "working_dir": "/srv"}));
    let resolved = template.check(&deployment, &run).unwrap();
    let job = ProcessJob::parse(&template.render(&resolved)).unwrap();
    assert_eq!(job.command, ["sh", "-c", "echo hi"]);
    let env: Vec<_> = job
        .env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_deref()))
        .collect();
    assert_eq!(env, [("A", Some("1")), ("B", Some("3")), ("C", None)]);
    assert_eq!(job.working_dir.as_deref(), Some("/srv"));
    assert!(job.stream_output && job.labels.is_empty() && job.name.is_none());
    assert!(template.secrets().env().is_empty());
    assert_eq!(template.secrets().env_file(), None);
}

#[test]
fn the_default_kubernetes_template_asks_for_an_image_and_fixes_what_weir_decides() {
    let template = Template::parse(DEFAULT_KUBERNETES_TEMPLATE).unwrap();
    let none = Map::new();
    let error = template.check(&none, &none).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("job variable \"image\" is required"),
        "{error}"
    );
    let resolved = template.check(&object(&json!({"image": "busybox:1", "env.A": "1"})), &none);
    let rendered = template.render(&resolved.unwrap());
    let expected = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"namespace": "default"},
        "spec": {
            "backoffLimit": 0,
            "completions": 1,
            "parallelism": 1,
            "template": {
                "metadata": {},
                "spec": {
                    "containers": [{
                        "env": {"A": "1"},
                        "image": "busybox:1",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "weir-job",
                        "resources": {"limits": {}, "requests": {}}
                    }],
                    "enableServiceLinks": false,
                    "restartPolicy": "Never"
                }
            },
            "ttlSecondsAfterFinished": 3600
        }
    });
    assert_eq!(rendered["job_manifest"], expected);
}

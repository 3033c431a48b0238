//! A whole manifest that a run brings, and what neither it nor a template may be.

use super::*;
use crate::kubernetes::{Owner, identity::TTL};

fn job() -> Value {
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "generateName": "mine-",
            "namespace": "batch",
            "labels": {"app": "a--b", "weir.dev/installation": "theirs", "weir.dev/deployment": "etl-x"},
            "annotations": {"note": "{{ text }}", "weir.dev/claim-seq": "1", "weir.dev/other": "x"},
        },
        "spec": {
            "suspend": false,
            "backoffLimit": 3,
            "ttlSecondsAfterFinished": 60,
            "template": {"spec": {
                "restartPolicy": "Never",
                "initContainers": [{"name": "init", "image": "busybox"}],
                "containers": [{
                    "name": "main",
                    "image": "registry/app:1",
                    "args": ["a b", "$(WEIR_RUN_ID)"],
                    "env": [
                        {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                        {"name": "WEIR_RUN_ID", "value": "mine"},
                    ],
                    "futureField": {"kept": [1, null]},
                }],
            }},
        },
    })
}

fn brought(job: &Value) -> Result<Manifest, ManifestError> {
    Manifest::of_brought(job, &identity(), &told())
}

#[test]
fn a_brought_job_is_marked_as_the_runs_and_else_stays_as_it_is() {
    let made = brought(&job()).unwrap();
    assert_eq!(made.name, identity().job_name());
    assert_eq!(made.namespace.as_deref(), Some("batch"));
    assert_eq!(made.ttl_seconds_after_finished, Some(60));
    insta::assert_snapshot!(serde_json::to_string_pretty(&made.body).unwrap());
}

#[test]
fn a_run_without_a_name_is_called_as_its_manifest_is() {
    let nameless = Identity {
        name: None,
        ..identity()
    };
    let name = |job: &Value| {
        let made = Manifest::of_brought(job, &nameless, &told()).unwrap();
        assert_eq!(made.body["metadata"]["name"], *made.name);
        made.name
    };
    assert!(name(&job()).starts_with("weir-mine-1-"));
    let named = with(job(), "/metadata/name", json!("Yours.really"));
    assert!(name(&named).starts_with("weir-yours-really-1-"));
    assert_eq!(
        name(&with(job(), "/metadata", Value::Null)),
        nameless.job_name()
    );
}

#[test]
fn whose_a_job_is_can_be_read_from_it_and_cannot_be_feigned() {
    let made = brought(&job()).unwrap();
    for path in ["/metadata", "/spec/template/metadata"] {
        let metadata = made.body.pointer(path).unwrap();
        let annotations = metadata["annotations"].clone();
        let mut annotations: BTreeMap<String, String> =
            serde_json::from_value(annotations).unwrap();
        assert_eq!(Owner::of(&annotations), Some(identity().owner()));
        annotations.retain(|key, _| key.starts_with("weir.dev/"));
        annotations.remove("weir.dev/traceparent");
        annotations.remove(TTL);
        assert_eq!(annotations, identity().annotations());
        let labels: BTreeMap<String, String> =
            serde_json::from_value(metadata["labels"].clone()).unwrap();
        for (key, value) in identity().labels() {
            assert_eq!(labels.get(&key), Some(&value));
        }
        assert!(
            !labels.contains_key("weir.dev/deployment"),
            "the run has none"
        );
    }
}

#[test]
fn what_is_no_job_that_could_run_is_refused_by_path() {
    let refused =
        |path: &str, value: Value| brought(&with(job(), path, value)).unwrap_err().to_string();
    let pod = "/spec/template/spec";
    let said = [
        refused("/kind", json!("Pod")),
        refused("/apiVersion", json!("batch/v1beta1")),
        refused("/kind", Value::Null),
        refused("/spec", json!("x")),
        refused("/spec/template", Value::Null),
        refused(&format!("{pod}/containers"), json!([])),
        refused(&format!("{pod}/containers"), json!({})),
        refused(&format!("{pod}/containers"), json!(["x"])),
        refused(&format!("{pod}/initContainers"), json!([{"name": "init"}])),
        refused(
            &format!("{pod}/containers"),
            json!([{"image": "x", "env": [{"value": "1"}]}]),
        ),
        refused(
            &format!("{pod}/containers"),
            json!([{"image": "x", "env": {"A": [1]}}]),
        ),
        refused("/metadata/labels", json!([])),
        refused("/metadata/namespace", json!(1)),
        refused("/spec/ttlSecondsAfterFinished", json!("60")),
        refused("/spec/ttlSecondsAfterFinished", json!(TTL_SECONDS_MAX + 1)),
        refused("/spec/manualSelector", json!(true)),
        refused("/spec/selector", json!({"matchLabels": {"app": "theirs"}})),
        refused(
            "/metadata/annotations",
            json!({"a": "{{ prefect.blocks.secret.key }} {{ prefect.variables.x }}"}),
        ),
        brought(&json!([])).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    manifest.kind is "Pod": it must be "Job"
    manifest.apiVersion is "batch/v1beta1": it must be "batch/v1"
    manifest.kind is missing: it must be "Job"
    manifest.spec is a text: it must be an object
    manifest.spec.template is missing: it must be an object
    manifest.spec.template.spec.containers is empty: name at least one container
    manifest.spec.template.spec.containers is an object: it must be a list of containers
    manifest.spec.template.spec.containers[0] is a text: it must be an object
    manifest.spec.template.spec.initContainers[0].image is missing: set the job variable `image`, or name one in the manifest
    manifest.spec.template.spec.containers[0].env[0].name is missing: each variable needs a name
    manifest.spec.template.spec.containers[0].env.A is a list: it must be a text; a list or an object can be given as JSON in quotes
    manifest.metadata.labels is a list: it must be an object
    manifest.metadata.namespace is a number: it must be a text
    manifest.spec.ttlSecondsAfterFinished is "60": it must be whole seconds, 0 to 2147483647, or null
    manifest.spec.ttlSecondsAfterFinished is 2147483648: it must be whole seconds, 0 to 2147483647, or null
    manifest.spec.manualSelector is set: remove it, Kubernetes selects the Job's own pods by itself
    manifest.spec.selector is set: remove it, Kubernetes selects the Job's own pods by itself
    the job manifest still holds {{ prefect.blocks.secret.key }}, {{ prefect.variables.x }}: weir has no Prefect server to ask, put the value itself there or refer to a Kubernetes Secret with `valueFrom`
    manifest is a list: it must be the manifest of a Job
    "#);
}

#[test]
fn what_no_server_takes_for_its_size_is_refused_before() {
    let long = |bytes: usize| json!({"a": "x".repeat(bytes)});
    brought(&with(
        job(),
        "/metadata/annotations",
        long(ANNOTATIONS_BYTES_MAX - 2048),
    ))
    .unwrap();
    let said = brought(&with(
        job(),
        "/metadata/annotations",
        long(ANNOTATIONS_BYTES_MAX),
    ));
    assert!(
        said.unwrap_err()
            .to_string()
            .starts_with("manifest.metadata.annotations has 262")
    );
    brought(&with(
        job(),
        "/spec/large",
        json!("x".repeat(MANIFEST_BYTES_MAX - 8192)),
    ))
    .unwrap();
    let said = brought(&with(
        job(),
        "/spec/large",
        json!("x".repeat(MANIFEST_BYTES_MAX)),
    ));
    assert!(said.unwrap_err().to_string().starts_with("manifest has 10"));
}

/// Every place of a manifest, as a JSON pointer.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.replace('/', "~1"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (key, value) in children {
        let path = format!("{path}/{key}");
        places(value, &path, found);
        found.push(path);
    }
}

/// Whatever stands at whatever place, a manifest is refused, or it is a suspended Job that says whose it is.
#[test]
fn nothing_in_a_manifest_hides_whose_it_is() {
    let mut paths = Vec::new();
    places(&job(), "", &mut paths);
    assert!(paths.len() > 40, "{paths:?}");
    let (mut made, mut refused) = (0, 0);
    for path in &paths {
        for value in [
            json!(null),
            json!(true),
            json!(-1),
            json!(""),
            json!([]),
            json!([[]]),
            json!({}),
            json!({"a": []}),
        ] {
            let mut job = job();
            *job.pointer_mut(path).unwrap() = value.clone();
            let configuration = json!({"job_manifest": job});
            let all = [
                brought(&job),
                Manifest::of_rendered(&configuration, &identity(), &told(), None),
            ];
            for one in all {
                let Ok(one) = one else {
                    refused += 1;
                    continue;
                };
                made += 1;
                assert_eq!(one.body["spec"]["suspend"], true, "{path} {value}");
                for metadata in ["/metadata", "/spec/template/metadata"] {
                    let annotations = &one.body.pointer(metadata).unwrap()["annotations"];
                    let annotations: BTreeMap<String, Value> =
                        serde_json::from_value(annotations.clone()).unwrap();
                    let texts = annotations
                        .into_iter()
                        .filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())));
                    assert_eq!(
                        Owner::of(&texts.collect()),
                        Some(identity().owner()),
                        "{path} {value}"
                    );
                }
            }
        }
    }
    assert!(
        made > 100 && refused > 100,
        "{made} made, {refused} refused"
    );
}

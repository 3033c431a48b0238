//! Prefect's own answers, case by case: what its code made of templates is what ours must make of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use weir_core::{
    ids::{Attempt, QueueKey, RunKey, Seq},
    kubernetes::{Identity, Manifest, manifest::prepared},
    template::{
        DEFAULT_KUBERNETES_TEMPLATE, DEFAULT_PROCESS_TEMPLATE, Template, apply_values,
        process::ProcessJob, unresolved_prefect_references,
    },
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

/// An attempt of the run whose Job Prefect made, with nothing to tell it.
fn nobody() -> Identity {
    Identity {
        installation: "vectors".parse().expect("an id"),
        run: RunKey {
            queue: QueueKey::new(
                "k8s-pool".parse().expect("a name"),
                "default".parse().expect("a name"),
            ),
            run_id: "00000000-0000-0000-0000-00000000000a"
                .parse()
                .expect("a run id"),
        },
        incarnation: 1,
        attempt: Attempt(1),
        claim_seq: Seq(1),
        deployment: None,
        name: Some("fancy-Run_1".to_owned()),
    }
}

fn within<'a>(job: &'a mut Value, path: &str) -> &'a mut Map<String, Value> {
    let found = job.pointer_mut(path).and_then(Value::as_object_mut);
    found.expect("an object at the path")
}

/// Prefect's Job without what names its run and its server, and without its own command.
fn without_prefects_own(mut job: Value) -> Value {
    let own = |key: &str| key.starts_with("prefect.io/") || key.starts_with("app.kubernetes.io/");
    for path in ["/metadata/labels", "/spec/template/metadata/labels"] {
        within(&mut job, path).retain(|key, _| !own(key));
    }
    let generated = within(&mut job, "/metadata").remove("generateName");
    assert_eq!(generated, Some(json!("fancy-run-1-")));
    let container = within(&mut job, "/spec/template/spec/containers/0");
    let env = container["env"].as_array_mut().expect("a list");
    env.retain(|entry| !entry["name"].to_string().starts_with("\"PREFECT"));
    if env.is_empty() {
        container.remove("env");
    }
    if container["args"] == json!(["prefect", "flow-run", "execute"]) {
        container.remove("args");
    }
    job
}

/// Our Job without what names its attempt, and with the TTL where it was.
fn without_our_own(manifest: Manifest) -> Value {
    let Manifest {
        mut body,
        name,
        ttl_seconds_after_finished,
        ..
    } = manifest;
    for path in ["/metadata", "/spec/template/metadata"] {
        for key in ["labels", "annotations"] {
            within(&mut body, &format!("{path}/{key}")).retain(|key, _| {
                !key.starts_with("weir.dev/") && key != "app.kubernetes.io/managed-by"
            });
        }
    }
    let annotations = within(&mut body, "/spec/template/metadata").remove("annotations");
    assert_eq!(annotations, Some(json!({})), "the pods have only our own");
    let named = within(&mut body, "/metadata").remove("name");
    assert_eq!(named, Some(json!(name)));
    let spec = within(&mut body, "/spec");
    assert_eq!(spec.remove("suspend"), Some(json!(true)));
    if let Some(seconds) = ttl_seconds_after_finished {
        spec.insert("ttlSecondsAfterFinished".to_owned(), json!(seconds));
    }
    body
}

/// The image is Prefect's own too where none is set, its default; weir has none and refuses a Job without.
#[test]
fn every_kubernetes_case_becomes_the_job_that_prefect_made() {
    let template = Template::parse(KUBERNETES).unwrap();
    Manifest::check_template(&template).unwrap();
    let (mut compared, mut refused) = (0, 0);
    for case in cases("kubernetes_default_template") {
        if case["configuration"]["error"].is_string() {
            continue; // these two are made from another template, which the vectors do not hold
        }
        let name = case["name"].as_str().unwrap();
        let mut variables = object(&case["job_variables"]);
        let theirs = without_prefects_own(case["prepared_job_manifest"].clone());
        if name == "unknown variable is ignored" {
            let error = template.check(&Map::new(), &variables).unwrap_err();
            assert!(
                error.to_string().contains("\"nope\" is not defined"),
                "{error}"
            );
            variables.remove("nope");
            refused += 1;
        }
        if !variables.contains_key("image") {
            let rendered =
                template.render(&template.check(&Map::new(), &retyped(&variables)).unwrap());
            let error =
                Manifest::of_rendered(&rendered, &nobody(), &BTreeMap::new(), None).unwrap_err();
            assert!(
                error.to_string().contains("containers[0].image is missing"),
                "{error}"
            );
            variables.insert(
                "image".to_owned(),
                json!("prefecthq/prefect:3.8.8-python3.11"),
            );
        }
        // Prefect's code was handed variables that it had not held against the schema: an env value is a number there.
        let rendered = template.render(&template.merge(&Map::new(), &variables));
        let ours = Manifest::of_rendered(&rendered, &nobody(), &BTreeMap::new(), None).unwrap();
        assert_eq!(
            ours.namespace.as_deref(),
            theirs["metadata"]["namespace"].as_str()
        );
        assert_eq!(without_our_own(ours), theirs, "case {name}");
        let prepared = prepared(&rendered, None).unwrap();
        for key in ["labels", "namespace", "pod_watch_timeout_seconds"] {
            let absent = if key == "labels" {
                json!({})
            } else {
                Value::Null
            };
            let ours = prepared.get(key).unwrap_or(&absent);
            assert_eq!(ours, &case["configuration"][key], "case {name}, {key}");
        }
        compared += 1;
    }
    assert_eq!((compared, refused), (6, 1));
}

/// The variables as the schema wants them.
fn retyped(variables: &Map<String, Value>) -> Map<String, Value> {
    let mut variables = variables.clone();
    for value in variables
        .get_mut("env")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if value.is_number() {
            *value = json!(value.to_string());
        }
    }
    variables
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
        "metadata": {},
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

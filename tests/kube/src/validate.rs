//! The rules that a Job must keep, in the order and the words of the server.

use serde_json::Value;

use crate::{
    object::Meta,
    resource::Resource,
    status::{Cause, Failure},
};

const LABEL: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                     must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
                     regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
                         '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used \
                         for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const ANNOTATIONS_MAX: usize = 262_144;

/// Checks the parts that all objects have.
fn metadata(object: &Value, causes: &mut Vec<Cause>) {
    let name = object.name();
    if name.is_empty() {
        causes.push(Cause::required(
            "metadata.name",
            "name or generateName is required",
        ));
    } else if name.len() > 253 || !subdomain(name) {
        causes.push(Cause::invalid("metadata.name", &name.into(), SUBDOMAIN));
    }
    labels(&object["metadata"]["labels"], "metadata.labels", causes);
    let annotations = object["metadata"]["annotations"].as_object();
    let size: usize = annotations
        .into_iter()
        .flatten()
        .map(|(key, value)| key.len() + value.as_str().map_or(0, str::len))
        .sum();
    if size > ANNOTATIONS_MAX {
        causes.push(Cause::too_long("metadata.annotations", ANNOTATIONS_MAX));
    }
}

fn labels(labels: &Value, field: &str, causes: &mut Vec<Cause>) {
    for (_, value) in labels.as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        if text.len() > 63 {
            causes.push(Cause::invalid(
                field,
                value,
                "must be no more than 63 bytes",
            ));
        } else if !label(text) {
            causes.push(Cause::invalid(field, value, LABEL));
        }
    }
}

fn label(text: &str) -> bool {
    let inner = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
    let edge = |it: Option<&u8>| it.is_none_or(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.iter().all(|it| inner(*it)) && edge(bytes.first()) && edge(bytes.last())
}

fn subdomain(text: &str) -> bool {
    let small = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    let part = |it: &str| {
        let bytes = it.as_bytes();
        bytes.first().is_some_and(|it| small(*it))
            && bytes.last().is_some_and(|it| small(*it))
            && bytes.iter().all(|it| small(*it) || *it == b'-')
    };
    text.split('.').all(part)
}

/// A new object of any kind.
pub(crate) fn plain(resource: Resource, object: &Value) -> Result<(), Failure> {
    let mut causes = Vec::new();
    metadata(object, &mut causes);
    answer(resource, object, &causes)
}

/// A new Job, after its defaults were filled in.
pub(crate) fn job(object: &Value) -> Result<(), Failure> {
    let mut causes = Vec::new();
    metadata(object, &mut causes);
    for field in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
    ] {
        not_negative(&object["spec"], field, "spec", &mut causes);
    }
    let template = &object["spec"]["template"];
    labels(
        &template["metadata"]["labels"],
        "spec.template.labels",
        &mut causes,
    );
    pod(&template["spec"], &mut causes);
    let policy = &template["spec"]["restartPolicy"];
    if policy != "Never" && policy != "OnFailure" {
        causes.push(Cause::required(
            "spec.template.spec.restartPolicy",
            "valid values: \"OnFailure\", \"Never\"",
        ));
    }
    answer(Resource::Jobs, object, &causes)
}

fn not_negative(spec: &Value, field: &str, path: &str, causes: &mut Vec<Cause>) {
    if spec[field].as_i64().is_some_and(|it| it < 0) {
        causes.push(Cause::invalid(
            format!("{path}.{field}"),
            &spec[field],
            "must be greater than or equal to 0",
        ));
    }
}

fn pod(spec: &Value, causes: &mut Vec<Cause>) {
    let path = "spec.template.spec";
    let containers = spec["containers"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if containers.is_empty() {
        causes.push(Cause::required(format!("{path}.containers"), ""));
    }
    for (at, container) in containers.iter().enumerate() {
        for field in ["name", "image"] {
            if container
                .text(&format!("/{field}"))
                .unwrap_or_default()
                .is_empty()
            {
                causes.push(Cause::required(
                    format!("{path}.containers[{at}].{field}"),
                    "",
                ));
            }
        }
    }
    not_negative(spec, "terminationGracePeriodSeconds", path, causes);
}

/// What a change of a Job may not touch. While it is suspended the template's scheduling directives may change.
pub(crate) fn job_update(old: &Value, new: &Value) -> Result<(), Failure> {
    job(new)?;
    let mut causes = Vec::new();
    let (was, is) = (&old["spec"], &new["spec"]);
    for field in [
        "completions",
        "selector",
        "completionMode",
        "podFailurePolicy",
        "backoffLimitPerIndex",
        "managedBy",
    ] {
        if was[field] != is[field] {
            causes.push(Cause::invalid(
                format!("spec.{field}"),
                &is[field],
                "field is immutable",
            ));
        }
    }
    let open = was["suspend"] == true;
    if frozen(was, open) != frozen(is, open) {
        causes.push(Cause::invalid(
            "spec.template.spec",
            &is["template"]["spec"],
            "field is immutable",
        ));
    }
    answer(Resource::Jobs, new, &causes)
}

/// The template without what a suspended Job may still change.
fn frozen(spec: &Value, open: bool) -> Value {
    let mut template = spec["template"].clone();
    if open {
        for field in ["nodeSelector", "affinity", "tolerations", "schedulingGates"] {
            if let Some(map) = template["spec"].as_object_mut() {
                map.remove(field);
            }
        }
        if let Some(map) = template["metadata"].as_object_mut() {
            map.remove("labels");
            map.remove("annotations");
        }
    }
    template
}

fn answer(resource: Resource, object: &Value, causes: &[Cause]) -> Result<(), Failure> {
    if causes.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(resource, object.name(), causes))
    }
}

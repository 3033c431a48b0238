//! weir's part: a Job that says whose it is, waits suspended for its `Submitted`, and is not cleared away before its end
//! is in the log.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    ANNOTATIONS_BYTES_MAX, MANIFEST_BYTES_MAX, Manifest, ManifestError, TTL_SECONDS_MAX, env,
    walk::{Object, check_job, each_container, object, object_or_new, text, wrong},
};
use crate::kubernetes::identity::{self, Identity};

/// The Job of an attempt. `root` is what messages call the manifest, `readable` what people would call the Job.
pub(super) fn owned(
    job: Value,
    root: &str,
    readable: Option<&str>,
    identity: &Identity,
    told: &BTreeMap<String, String>,
) -> Result<Manifest, ManifestError> {
    let Value::Object(mut job) = job else {
        return Err(wrong(root, &job, "the manifest of a Job"));
    };
    check_job(&job, root)?;
    let name = named(identity, readable);
    let mut annotations = identity.annotations();
    if let Some(traceparent) = told.get("TRACEPARENT") {
        annotations.insert(identity::TRACEPARENT.to_owned(), traceparent.clone());
    }
    let spec = object(&mut job, "spec", root)?;
    let ttl = take_ttl(spec, root)?;
    check_selector(spec, root)?;
    spec.insert("suspend".to_owned(), Value::Bool(true));
    let template = object(spec, "template", &format!("{root}.spec"))?;
    let path = format!("{root}.spec.template");
    let metadata = object_or_new(template, "metadata", &path)?;
    mark(
        metadata,
        identity,
        &annotations,
        &format!("{path}.metadata"),
    )?;
    let pod = object(template, "spec", &path)?;
    each_container(pod, &format!("{path}.spec"), |container, path, _| {
        if text(container, "image", path)?.is_none() {
            let problem = "is missing: set the job variable `image`, or name one in the manifest";
            return Err(ManifestError::at(format!("{path}.image"), problem));
        }
        env::tell(container, told, path)
    })?;
    if let Some(seconds) = ttl {
        annotations.insert(identity::TTL.to_owned(), seconds.to_string());
    }
    let path = format!("{root}.metadata");
    let metadata = object_or_new(&mut job, "metadata", root)?;
    mark(metadata, identity, &annotations, &path)?;
    metadata.remove("generateName");
    metadata.insert("name".to_owned(), Value::String(name.clone()));
    let namespace = text(metadata, "namespace", &path)?.map(str::to_owned);
    let body = Value::Object(job);
    bounded(root, body.to_string().len(), MANIFEST_BYTES_MAX)?;
    Ok(Manifest {
        namespace,
        name,
        body,
        ttl_seconds_after_finished: ttl,
        start_within: None,
    })
}

fn named(identity: &Identity, readable: Option<&str>) -> String {
    match readable {
        Some(readable) => {
            let name = Some(readable.to_owned());
            let identity = identity.clone();
            Identity { name, ..identity }.job_name()
        }
        None => identity.job_name(),
    }
}

fn take_ttl(spec: &mut Object, root: &str) -> Result<Option<u64>, ManifestError> {
    let found = match spec.remove("ttlSecondsAfterFinished") {
        None | Some(Value::Null) => return Ok(None),
        Some(found) => found,
    };
    match found.as_u64() {
        Some(seconds) if seconds <= TTL_SECONDS_MAX => Ok(Some(seconds)),
        Some(_) | None => Err(ManifestError::at(
            format!("{root}.spec.ttlSecondsAfterFinished"),
            format!("is {found}: it must be whole seconds, 0 to {TTL_SECONDS_MAX}, or null"),
        )),
    }
}

/// A Job that selects its pods itself would count, and delete, pods of others.
fn check_selector(spec: &Object, root: &str) -> Result<(), ManifestError> {
    for key in ["manualSelector", "selector"] {
        match spec.get(key) {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(_) => {
                let problem = "is set: remove it, Kubernetes selects the Job's own pods by itself";
                return Err(ManifestError::at(format!("{root}.spec.{key}"), problem));
            }
        }
    }
    Ok(())
}

/// Lays the attempt's labels and annotations over what is there. Nobody else may use weir's prefix.
fn mark(
    metadata: &mut Object,
    identity: &Identity,
    annotations: &BTreeMap<String, String>,
    path: &str,
) -> Result<(), ManifestError> {
    for (key, ours) in [("labels", &identity.labels()), ("annotations", annotations)] {
        let map = object_or_new(metadata, key, path)?;
        map.retain(|key, _| !key.starts_with(identity::PREFIX));
        let ours = ours.iter();
        map.extend(ours.map(|(key, value)| (key.clone(), Value::String(value.clone()))));
    }
    let annotations = object(metadata, "annotations", path)?;
    let size = |(key, value): (&String, &Value)| key.len() + value.as_str().map_or(0, str::len);
    let bytes = annotations.iter().map(size).sum();
    bounded(&format!("{path}.annotations"), bytes, ANNOTATIONS_BYTES_MAX)
}

fn bounded(path: &str, bytes: usize, max: usize) -> Result<(), ManifestError> {
    if bytes <= max {
        return Ok(());
    }
    Err(ManifestError::TooLarge {
        path: path.to_owned(),
        bytes,
        max,
    })
}

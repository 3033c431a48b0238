//! Prefect's part: what `KubernetesWorkerJobConfiguration.prepare_for_flow_run` makes of a rendered configuration, so
//! that a template written for Prefect gives the same Job here.

use serde_json::Value;

use super::{
    ManifestError, RENDERED, env, refuse_references,
    walk::{Object, check_job, each_container, object, object_or_new, scalar, text, wrong},
};
use crate::{
    kubernetes::legal,
    template::launcher,
    words::{clip, type_name},
};

/// Whether a configuration, with its placeholders, can become a Job.
pub(super) fn check_kind(configuration: &Object) -> Result<(), ManifestError> {
    match configuration.get("job_manifest") {
        Some(Value::Object(job)) => check_job(job, RENDERED),
        Some(other) => Err(wrong(RENDERED, other, "the manifest of a Job")),
        None => Err(ManifestError::at(
            RENDERED,
            "is missing: put the manifest of a Job there, as `weir work-pool get-default-base-job-template --type kubernetes` shows",
        )),
    }
}

/// The configuration with its manifest prepared.
pub(super) fn prepare(rendered: &Value, entrypoint: Option<&str>) -> Result<Object, ManifestError> {
    refuse_references(rendered)?;
    let Value::Object(configuration) = rendered else {
        return Err(wrong("job_configuration", rendered, "an object"));
    };
    check_kind(configuration)?;
    if configuration
        .get("cluster_config")
        .is_some_and(|cluster| !cluster.is_null())
    {
        let problem = "is set: the worker's own configuration says which cluster it uses; make a pool for each cluster";
        return Err(ManifestError::at(
            "job_configuration.cluster_config",
            problem,
        ));
    }
    let mut configuration = configuration.clone();
    let Some(Value::Object(mut job)) = configuration.remove("job_manifest") else {
        return Err(ManifestError::at(RENDERED, "is missing"));
    };
    namespace(&mut job, &configuration)?;
    metadata(&mut job, &configuration)?;
    let spec = object(&mut job, "spec", RENDERED)?;
    let template = object(spec, "template", &format!("{RENDERED}.spec"))?;
    let pod = object(template, "spec", &format!("{RENDERED}.spec.template"))?;
    let path = format!("{RENDERED}.spec.template.spec");
    each_container(pod, &path, |container, path, first| {
        for key in ["command", "args"] {
            split(container, key, path)?;
        }
        if first {
            arguments(container, &configuration, entrypoint)?;
        }
        variables(container, &configuration, path, first)
    })?;
    configuration.insert("job_manifest".to_owned(), Value::Object(job));
    Ok(configuration)
}

/// The manifest's namespace, else the configuration's. Prefect POSTs to the latter, so both must be the same.
fn namespace(job: &mut Object, configuration: &Object) -> Result<(), ManifestError> {
    let of_pool = text(configuration, "namespace", "job_configuration")?.map(str::to_owned);
    let path = format!("{RENDERED}.metadata");
    let metadata = object_or_new(job, "metadata", RENDERED)?;
    match (text(metadata, "namespace", &path)?, of_pool) {
        (Some(own), Some(other)) if own != other => Err(ManifestError::at(
            format!("{path}.namespace"),
            format!("is {own:?}, but job_configuration.namespace is {other:?}: make them the same"),
        )),
        (Some(_), _) | (None, None) => Ok(()),
        (None, Some(other)) => {
            metadata.insert("namespace".to_owned(), Value::String(other));
            Ok(())
        }
    }
}

/// Labels and annotations made legal; the configuration's labels on the Job and on its pods.
fn metadata(job: &mut Object, configuration: &Object) -> Result<(), ManifestError> {
    let all = configuration.get("labels");
    let path = format!("{RENDERED}.metadata");
    let own = object_or_new(job, "metadata", RENDERED)?;
    // Each attempt has a name of its own.
    own.remove("name");
    own.remove("generateName");
    labels(own, all, &path)?;
    annotations(own, &path)?;
    own.entry("annotations")
        .or_insert_with(|| Object::new().into());
    let spec = object(job, "spec", RENDERED)?;
    let template = object(spec, "template", &format!("{RENDERED}.spec"))?;
    let path = format!("{RENDERED}.spec.template");
    let pod = object_or_new(template, "metadata", &path)?;
    let path = format!("{path}.metadata");
    labels(pod, all, &path)?;
    annotations(pod, &path)
}

fn labels(metadata: &mut Object, all: Option<&Value>, path: &str) -> Result<(), ManifestError> {
    let mut legal = Object::new();
    let own = metadata.remove("labels");
    for (labels, path) in [
        (own.as_ref(), format!("{path}.labels")),
        (all, "job_configuration.labels".to_owned()),
    ] {
        for (key, value) in entries(labels, &path)? {
            let at = format!("{path}.{key}");
            let value = legal::value(&scalar(value, &at)?);
            legal.insert(legal_key(key, &at)?, Value::String(value));
        }
    }
    metadata.insert("labels".to_owned(), Value::Object(legal));
    Ok(())
}

fn annotations(metadata: &mut Object, path: &str) -> Result<(), ManifestError> {
    let Some(own) = metadata.remove("annotations") else {
        return Ok(());
    };
    let path = format!("{path}.annotations");
    let mut legal = Object::new();
    for (key, value) in entries(Some(&own), &path)? {
        let at = format!("{path}.{key}");
        let value = Value::String(scalar(value, &at)?);
        if legal::is_key(key) {
            legal.insert(key.clone(), value);
        } else {
            legal.insert(legal_key(key, &at)?, value);
        }
    }
    metadata.insert("annotations".to_owned(), Value::Object(legal));
    Ok(())
}

fn legal_key(key: &str, path: &str) -> Result<String, ManifestError> {
    legal::key(key).ok_or_else(|| {
        ManifestError::at(
            path,
            "has no letter or digit in its key: give it a name such as team or example.com/team",
        )
    })
}

fn entries<'a>(
    map: Option<&'a Value>,
    path: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, ManifestError> {
    match map {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(other) => Err(wrong(path, other, "a map of names to texts")),
    }
    .map(|map| map.into_iter().flatten())
}

/// A text under `command` or `args` as words, split as a shell would; what is no word at all is taken away.
fn split(container: &mut Object, key: &str, path: &str) -> Result<(), ManifestError> {
    let Some(value) = container.get(key) else {
        return Ok(());
    };
    let words = words(value, &format!("{path}.{key}"))?;
    if words.is_empty() {
        container.remove(key);
    } else {
        container.insert(key.to_owned(), words.into());
    }
    Ok(())
}

fn words(value: &Value, path: &str) -> Result<Vec<String>, ManifestError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => shlex::split(text).ok_or_else(|| {
            let problem = format!(
                "cannot be split into words, because a quote is not closed or it ends in a backslash: {:?}",
                clip(text, 200)
            );
            ManifestError::at(path, problem)
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                item.as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| wrong(&format!("{path}[{index}]"), item, "a text"))
            })
            .collect(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            Err(ManifestError::at(
                path,
                format!("is {}: use a text or a list of words", type_name(value)),
            ))
        }
    }
}

/// What the first container is to run: its own arguments, else the configuration's command, else, where the template has
/// no command for it either, the entrypoint; else what its image says.
fn arguments(
    container: &mut Object,
    configuration: &Object,
    entrypoint: Option<&str>,
) -> Result<(), ManifestError> {
    if container.contains_key("args") {
        return Ok(());
    }
    let command = configuration.get("command").unwrap_or(&Value::Null);
    let mut words = words(command, "job_configuration.command")?;
    if let Some(entrypoint) = entrypoint
        && words.is_empty()
        && !container.contains_key("command")
    {
        launcher::check(entrypoint)?;
        words.extend(launcher::command(entrypoint).map(|word| env::literal(&word)));
    }
    if !words.is_empty() {
        container.insert("args".to_owned(), words.into());
    }
    Ok(())
}

/// The container's variables as a list: in the first one the configuration's, with the manifest's own over them.
fn variables(
    container: &mut Object,
    configuration: &Object,
    path: &str,
    first: bool,
) -> Result<(), ManifestError> {
    let own = env::listed(container.remove("env"), &format!("{path}.env"))?;
    let shared = configuration.get("env").filter(|_| first).cloned();
    let all = env::laid_over(env::listed(shared, "job_configuration.env")?, own);
    if !all.is_empty() {
        container.insert("env".to_owned(), Value::Array(all));
    }
    Ok(())
}

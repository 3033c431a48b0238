//! What a pool lets its Jobs be, whoever wrote them. A template is policy for what its variables cannot reach; this is
//! policy for what they can, and for Jobs that runs bring whole.
//!
//! What `privileged: false` keeps out follows the *baseline* of the Pod Security Standards
//! (<https://kubernetes.io/docs/concepts/security/pod-security-standards/>), only that no capability may be added at all.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the manifest of a Job may hold. Files say it as a map of these fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobPolicy {
    /// Images, each a pattern in which `*` stands for any text; none: any image.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Namespaces in which Jobs may be made; none: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Service accounts that pods may have, `default` being that of pods that name none; none: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_accounts: Vec<String>,
    /// Paths of the node that pods may mount, with everything below; none: no path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_paths: Vec<String>,
    /// Containers may be privileged, add capabilities, and share the node's network, processes and IPC.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub privileged: bool,
}

/// What a policy does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} is {found}, which the work pool's policy does not allow: {allowed}")]
pub struct PolicyError {
    /// Where in the manifest.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What would be allowed.
    pub allowed: String,
}

const CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];
const SHARED_WITH_NODE: [&str; 3] = ["hostNetwork", "hostPID", "hostIPC"];
const NOT_PRIVILEGED: &str = "leave it out, or set `privileged: true` in the policy";

impl JobPolicy {
    /// Whether a manifest passes: all its containers, volumes, its namespace and its service account.
    ///
    /// Fields of a wrong type are not looked at, because no server takes them.
    pub fn check(&self, manifest: &Value) -> Result<(), PolicyError> {
        let namespace = manifest.pointer("/metadata/namespace");
        // Where none is named, the worker takes the first that is allowed.
        one_of(
            &self.namespaces,
            namespace,
            self.namespaces.first().map(String::as_str),
            "metadata.namespace",
            "namespaces",
        )?;
        let Some(pod) = manifest.pointer("/spec/template/spec") else {
            return Ok(());
        };
        let path = "spec.template.spec";
        self.check_account(pod, path)?;
        for key in CONTAINERS {
            for (index, container) in items(pod, key) {
                self.check_container(container, &format!("{path}.{key}[{index}]"))?;
            }
        }
        for (index, volume) in items(pod, "volumes") {
            self.check_volume(volume, &format!("{path}.volumes[{index}]"))?;
        }
        if self.privileged {
            return Ok(());
        }
        for key in SHARED_WITH_NODE {
            refuse_true(pod, key, path)?;
        }
        check_security(pod, path)
    }

    /// `serviceAccount` is the old name of the field, which servers still read.
    fn check_account(&self, pod: &Value, path: &str) -> Result<(), PolicyError> {
        let key = match named(pod.get("serviceAccountName")) {
            None if named(pod.get("serviceAccount")).is_some() => "serviceAccount",
            Some(_) | None => "serviceAccountName",
        };
        let path = format!("{path}.{key}");
        one_of(
            &self.service_accounts,
            pod.get(key),
            Some("default"),
            &path,
            "service accounts",
        )
    }

    fn check_container(&self, container: &Value, path: &str) -> Result<(), PolicyError> {
        self.check_image(container.get("image"), &format!("{path}.image"))?;
        if self.privileged {
            return Ok(());
        }
        for (index, port) in items(container, "ports") {
            if port
                .get("hostPort")
                .and_then(Value::as_u64)
                .is_some_and(|port| port > 0)
            {
                let path = format!("{path}.ports[{index}].hostPort");
                return Err(refused(path, "set", NOT_PRIVILEGED));
            }
        }
        check_security(container, path)
    }

    fn check_image(&self, image: Option<&Value>, path: &str) -> Result<(), PolicyError> {
        let image = named(image).unwrap_or_default();
        if self.images.is_empty() || self.images.iter().any(|glob| matches(glob, image)) {
            return Ok(());
        }
        let allowed = format!("it allows the images {}", self.images.join(", "));
        Err(refused(path, &format!("{image:?}"), &allowed))
    }

    fn check_volume(&self, volume: &Value, path: &str) -> Result<(), PolicyError> {
        if let Some(image) = volume.get("image").filter(|image| !image.is_null()) {
            self.check_image(image.get("reference"), &format!("{path}.image.reference"))?;
        }
        let Some(host) = volume.get("hostPath").filter(|host| !host.is_null()) else {
            return Ok(());
        };
        let host = named(host.get("path")).unwrap_or_default();
        if self
            .host_paths
            .iter()
            .any(|allowed| is_below(host, allowed))
        {
            return Ok(());
        }
        let allowed = if self.host_paths.is_empty() {
            "it allows no path of the node".to_owned()
        } else {
            format!("it allows what is below {}", self.host_paths.join(", "))
        };
        Err(refused(
            format!("{path}.hostPath.path"),
            &format!("{host:?}"),
            &allowed,
        ))
    }
}

/// Whether a text is like one with `*` in it, each standing for any text, also for none.
fn matches(glob: &str, text: &str) -> bool {
    let Some((first, rest)) = glob.split_once('*') else {
        return glob == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        // The earliest place leaves most for what follows.
        let Some(at) = text.find(part) else {
            return false;
        };
        text = text.split_at(at + part.len()).1;
    }
    true
}

/// Whether a path is another one or lies below it. A path with `..` may lie anywhere.
fn is_below(path: &str, above: &str) -> bool {
    fn parts(path: &str) -> impl Iterator<Item = &str> {
        path.split('/').filter(|part| !matches!(*part, "" | "."))
    }
    let mut below = parts(path);
    path.starts_with('/')
        && parts(path).all(|part| part != "..")
        && parts(above).all(|part| below.next() == Some(part))
}

fn one_of(
    allowed: &[String],
    found: Option<&Value>,
    default: Option<&str>,
    path: &str,
    what: &str,
) -> Result<(), PolicyError> {
    if allowed.is_empty() {
        return Ok(());
    }
    let found = named(found).or(default);
    if found.is_some_and(|found| allowed.iter().any(|one| one == found)) {
        return Ok(());
    }
    let allowed = format!("it allows the {what} {}", allowed.join(", "));
    let found = found.map_or_else(|| "not set".to_owned(), |found| format!("{found:?}"));
    Err(refused(path, &found, &allowed))
}

/// The part of a pod's and of a container's security context that reaches beyond the container.
fn check_security(of: &Value, path: &str) -> Result<(), PolicyError> {
    let Some(context) = of.get("securityContext") else {
        return Ok(());
    };
    let path = format!("{path}.securityContext");
    refuse_true(context, "privileged", &path)?;
    if let Some(windows) = context.get("windowsOptions") {
        refuse_true(windows, "hostProcess", &format!("{path}.windowsOptions"))?;
    }
    if let Some(proc) = named(context.get("procMount")).filter(|proc| *proc != "Default") {
        return Err(refused(
            format!("{path}.procMount"),
            &format!("{proc:?}"),
            NOT_PRIVILEGED,
        ));
    }
    let added = context
        .pointer("/capabilities/add")
        .and_then(Value::as_array);
    match added.and_then(|added| added.first()) {
        Some(capability) => Err(refused(
            format!("{path}.capabilities.add"),
            &format!("a list with {capability}"),
            NOT_PRIVILEGED,
        )),
        None => Ok(()),
    }
}

fn refuse_true(of: &Value, key: &str, path: &str) -> Result<(), PolicyError> {
    if of.get(key) == Some(&Value::Bool(true)) {
        return Err(refused(format!("{path}.{key}"), "true", NOT_PRIVILEGED));
    }
    Ok(())
}

fn refused(path: impl Into<String>, found: &str, allowed: &str) -> PolicyError {
    PolicyError {
        path: path.into(),
        found: found.to_owned(),
        allowed: allowed.to_owned(),
    }
}

fn named(value: Option<&Value>) -> Option<&str> {
    value?.as_str().filter(|text| !text.is_empty())
}

fn items<'a>(of: &'a Value, key: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    let list = of.get(key).and_then(Value::as_array);
    list.into_iter().flatten().enumerate()
}

#[cfg(test)]
mod tests;

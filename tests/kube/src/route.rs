//! What a request asks for: an API server sees verb, resource, namespace and name before it sees anything else.

use http::Method;

use crate::{object::Key, resource::Resource};

/// The parameters of a query, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|it| !it.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(key, value)| (decode(key), decode(value)))
                .collect(),
        )
    }

    /// The parameter, if it is there and not empty.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(it, value)| it == key && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        matches!(self.get(key), Some("true" | "1"))
    }

    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.get(key).and_then(|it| it.parse().ok())
    }
}

/// Undoes percent-encoding and plus signs; what is not valid UTF-8 is replaced.
fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let hex: Vec<u8> = bytes.by_ref().take(2).collect();
                let code = std::str::from_utf8(&hex)
                    .ok()
                    .and_then(|it| u8::from_str_radix(it, 16).ok());
                out.push(code.unwrap_or(b'%'));
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A request in the words of RBAC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) verb: &'static str,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) resource: String,
    pub(crate) subresource: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// A path that names no resource, such as `/version`.
    pub(crate) other: Option<String>,
}

impl Attributes {
    pub(crate) fn of(method: &Method, path: &str, query: &Query) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let (group, version, rest) = match parts.as_slice() {
            ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
            ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
            _ => {
                return Self {
                    verb: "get",
                    other: Some(path.to_owned()),
                    ..Self::default()
                };
            }
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
            _ => ("", rest),
        };
        let part = |at: usize| rest.get(at).map(|it| decode(it)).unwrap_or_default();
        let mut it = Self {
            verb: "",
            group: group.to_owned(),
            version: version.to_owned(),
            resource: part(0),
            subresource: part(2),
            namespace: decode(namespace),
            name: part(1),
            other: None,
        };
        it.verb = verb(method, &it.name, query);
        if it.name.is_empty() && matches!(it.verb, "list" | "watch" | "deletecollection") {
            it.name = named_by_selector(query);
        }
        it
    }

    /// The resource, if the stand-in has it and it lives where the path says.
    pub(crate) fn known(&self) -> Option<Resource> {
        let known = Resource::find(&self.group, &self.version, &self.resource)?;
        (known.namespaced() || self.namespace.is_empty()).then_some(known)
    }

    pub(crate) fn key(&self) -> Key {
        (self.namespace.clone(), self.name.clone())
    }

    /// The resource as roles spell it: `pods/log`.
    pub(crate) fn full_resource(&self) -> String {
        if self.subresource.is_empty() {
            self.resource.clone()
        } else {
            format!("{}/{}", self.resource, self.subresource)
        }
    }
}

fn verb(method: &Method, name: &str, query: &Query) -> &'static str {
    match (method.as_str(), name.is_empty()) {
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "deletecollection",
        ("DELETE", false) => "delete",
        (_, true) if query.is("watch") => "watch",
        (_, true) => "list",
        (_, false) => "get",
    }
}

/// A list of one object by its name is authorised as if it named it.
fn named_by_selector(query: &Query) -> String {
    let selector = query.get("fieldSelector").unwrap_or_default();
    selector
        .strip_prefix("metadata.name=")
        .filter(|it| !it.contains([',', '=']))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &str, path: &str, query: &str) -> String {
        let it = Attributes::of(&method.parse().unwrap(), path, &Query::parse(query));
        format!(
            "{} {}.{} {}/{}",
            it.verb,
            it.full_resource(),
            it.group,
            it.namespace,
            it.name
        )
    }

    #[test]
    fn a_path_is_read_as_rbac_reads_it() {
        let jobs = "/apis/batch/v1/namespaces/runs/jobs";
        assert_eq!(of("POST", jobs, ""), "create jobs.batch runs/");
        assert_eq!(of("GET", jobs, ""), "list jobs.batch runs/");
        assert_eq!(of("GET", jobs, "watch=true"), "watch jobs.batch runs/");
        assert_eq!(
            of("GET", jobs, "watch=1&fieldSelector=metadata.name%3Dx"),
            "watch jobs.batch runs/x"
        );
        assert_eq!(of("DELETE", jobs, ""), "deletecollection jobs.batch runs/");
        assert_eq!(
            of("PATCH", &format!("{jobs}/a"), ""),
            "patch jobs.batch runs/a"
        );
        assert_eq!(
            of("GET", "/api/v1/namespaces/runs/pods/a/log", ""),
            "get pods/log. runs/a"
        );
        assert_eq!(of("GET", "/apis/batch/v1/jobs", ""), "list jobs.batch /");
        assert_eq!(
            of("GET", "/api/v1/namespaces/runs", ""),
            "get namespaces. /runs"
        );
        let other = Attributes::of(&Method::GET, "/version", &Query::default());
        assert_eq!(other.other.as_deref(), Some("/version"));
    }
}

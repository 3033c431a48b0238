//! What the API server says when it refuses: the codes, reasons and texts that a real 1.36 was recorded with.
//!
//! A dispatcher branches on code and reason and shows the text to people, so both are kept word for word.

use serde_json::{Map, Value, json};

use crate::{object::Key, resource::Resource};

/// A request that was not done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) code: u16,
    reason: &'static str,
    pub(crate) message: String,
    details: Option<Value>,
    /// A continue token that comes with it.
    resume: Option<String>,
    pub(crate) retry_after: Option<u64>,
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) reason: &'static str,
    pub(crate) field: String,
    pub(crate) message: String,
}

impl Cause {
    pub(crate) fn required(field: impl Into<String>, note: &str) -> Self {
        let message = if note.is_empty() {
            "Required value".to_owned()
        } else {
            format!("Required value: {note}")
        };
        Self {
            reason: "FieldValueRequired",
            field: field.into(),
            message,
        }
    }

    pub(crate) fn invalid(field: impl Into<String>, value: &Value, note: &str) -> Self {
        Self {
            reason: "FieldValueInvalid",
            field: field.into(),
            message: format!("Invalid value: {value}: {note}"),
        }
    }

    pub(crate) fn too_long(field: impl Into<String>, limit: usize) -> Self {
        let message = format!("Too long: may not be more than {limit} bytes");
        Self {
            reason: "FieldValueTooLong",
            field: field.into(),
            message,
        }
    }

    fn line(&self) -> String {
        format!("{}: {}", self.field, self.message)
    }
}

fn named(resource: Resource, name: &str) -> Value {
    let mut details = Map::new();
    if !name.is_empty() {
        details.insert("name".to_owned(), name.into());
    }
    if !resource.group().is_empty() {
        details.insert("group".to_owned(), resource.group().into());
    }
    details.insert("kind".to_owned(), resource.plural().into());
    Value::Object(details)
}

impl Failure {
    pub(crate) fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            details: None,
            resume: None,
            retry_after: None,
        }
    }

    pub(crate) fn with(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// The `Status` object.
    pub(crate) fn body(&self) -> Value {
        let mut metadata = json!({});
        if let Some(token) = &self.resume {
            metadata["continue"] = token.as_str().into();
        }
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure",
            "message": self.message, "code": self.code,
        });
        if !self.reason.is_empty() {
            body["reason"] = self.reason.into();
        }
        if let Some(details) = &self.details {
            body["details"] = details.clone();
        }
        body
    }

    pub(crate) fn not_found(resource: Resource, name: &str) -> Self {
        Self::new(
            404,
            "NotFound",
            format!("{} \"{name}\" not found", resource.qualified()),
        )
        .with(named(resource, name))
    }

    pub(crate) fn unknown_path() -> Self {
        Self::new(
            404,
            "NotFound",
            "the server could not find the requested resource",
        )
        .with(json!({}))
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// By RBAC or admission. `name` may be empty.
    pub(crate) fn forbidden(resource: Resource, name: &str, why: &str) -> Self {
        let what = if name.is_empty() {
            resource.qualified()
        } else {
            format!("{} \"{name}\"", resource.qualified())
        };
        Self::new(403, "Forbidden", format!("{what} is forbidden: {why}"))
            .with(named(resource, name))
    }

    pub(crate) fn terminating(resource: Resource, (namespace, name): &Key) -> Self {
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        let mut failure = Self::forbidden(resource, name, &why);
        if let Some(details) = &mut failure.details {
            details["causes"] = json!([{
                "reason": "NamespaceTerminating",
                "message": format!("namespace {namespace} is being terminated"),
                "field": "metadata.namespace",
            }]);
        }
        failure
    }

    pub(crate) fn already_exists(resource: Resource, name: &str, deleting: bool) -> Self {
        let before = if deleting {
            "object is being deleted: "
        } else {
            ""
        };
        let message = format!("{before}{} \"{name}\" already exists", resource.qualified());
        Self::new(409, "AlreadyExists", message).with(named(resource, name))
    }

    pub(crate) fn conflict(resource: Resource, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} \"{name}\": {why}",
            resource.qualified()
        );
        Self::new(409, "Conflict", message).with(named(resource, name))
    }

    pub(crate) fn modified(resource: Resource, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        Self::conflict(resource, name, why)
    }

    /// A precondition of a delete: here the kind is spoken of, not the resource.
    pub(crate) fn precondition(resource: Resource, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} \"{name}\": {why}",
            resource.qualified_kind()
        );
        let mut details = named(resource, name);
        details["kind"] = resource.kind().into();
        Self::new(409, "Conflict", message).with(details)
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn media_type() -> Self {
        let message = "the body of the request was in an unknown format - accepted media types include: \
                       application/json, application/yaml, application/vnd.kubernetes.protobuf";
        Self::new(415, "UnsupportedMediaType", message)
    }

    pub(crate) fn body_too_large(limit: usize) -> Self {
        let message = format!("Request entity too large: limit is {limit}");
        Self::new(413, "RequestEntityTooLarge", message)
    }

    pub(crate) fn invalid(resource: Resource, name: &str, causes: &[Cause]) -> Self {
        let mut lines: Vec<String> = Vec::new();
        for line in causes.iter().map(Cause::line) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let text = if lines.len() == 1 {
            lines.concat()
        } else {
            format!("[{}]", lines.join(", "))
        };
        let mut details = named(resource, name);
        details["kind"] = resource.kind().into();
        details["causes"] = causes
            .iter()
            .map(|it| json!({ "reason": it.reason, "message": it.message, "field": it.field }))
            .collect();
        let message = format!(
            "{} \"{name}\" is invalid: {text}",
            resource.qualified_kind()
        );
        Self::new(422, "Invalid", message).with(details)
    }

    pub(crate) fn patch_rejected() -> Self {
        Self::new(
            422,
            "Invalid",
            "the server rejected our request due to an error in our request",
        )
        .with(json!({}))
    }

    /// The ERROR event of a watch.
    pub(crate) fn watch_too_old(asked: u64, oldest: u64) -> Self {
        Self::new(
            410,
            "Expired",
            format!("too old resource version: {asked} ({oldest})"),
        )
    }

    pub(crate) fn list_too_old() -> Self {
        Self::new(
            410,
            "Expired",
            "The resourceVersion for the provided list is too old.",
        )
    }

    /// A continue token of a time that is forgotten; it comes with one that takes what there is now.
    pub(crate) fn continue_too_old(resume: String) -> Self {
        let message = "The provided continue parameter is too old to display a consistent list result. You can start \
                       a new list without the continue parameter, or use the continue token in this response to \
                       retrieve the remainder of the results. Continuing with the provided token results in an \
                       inconsistent list - objects that were created, modified, or deleted between the time the \
                       first chunk was returned and now may show up in the list.";
        Self {
            resume: Some(resume),
            ..Self::new(410, "Expired", message)
        }
    }

    pub(crate) fn from_the_future(asked: u64, current: u64) -> Self {
        let message = format!("Timeout: Too large resource version: {asked}, current: {current}");
        Self::new(504, "Timeout", message).with(json!({
            "causes": [{ "reason": "ResourceVersionTooLarge", "message": "Too large resource version" }],
            "retryAfterSeconds": 1,
        }))
    }

    /// 500, and no reason: as recorded.
    pub(crate) fn garbage_version(asked: &str) -> Self {
        let quoted = Value::from(asked);
        let message = format!(
            "resourceVersion: Invalid value: {quoted}: strconv.ParseUint: parsing {quoted}: invalid syntax"
        );
        Self::new(500, "", message)
    }

    /// What a server that is in trouble answers, for faults that tests order.
    pub(crate) fn trouble(code: u16, retry_after: Option<u64>) -> Self {
        let (reason, message) = match code {
            429 => (
                "TooManyRequests",
                "too many requests, please try again later",
            ),
            500 => (
                "InternalError",
                "Internal error occurred: etcdserver: leader changed",
            ),
            503 => (
                "ServiceUnavailable",
                "the server is currently unable to handle the request",
            ),
            504 => (
                "Timeout",
                "Timeout: request did not complete within the allotted timeout",
            ),
            _ => ("Unknown", "unknown"),
        };
        let failure = Self {
            retry_after,
            ..Self::new(code, reason, message)
        };
        match retry_after {
            Some(seconds) => failure.with(json!({ "retryAfterSeconds": seconds })),
            None => failure,
        }
    }
}

/// The answer to a delete that is done.
pub(crate) fn deleted(resource: Resource, name: &str, uid: &str) -> Value {
    let mut details = named(resource, name);
    details["uid"] = uid.into();
    json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details })
}

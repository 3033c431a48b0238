//! What a test may ask afterwards: what was called, and what really ran.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// One request as the server saw it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its number, from 0 on, in the order of arrival.
    pub seq: usize,
    /// When it arrived.
    pub at: Timestamp,
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The raw query.
    pub query: String,
    /// The user of the token; `system:anonymous` without one; empty for a token that nobody has.
    pub account: String,
    /// The verb as roles know it.
    pub verb: &'static str,
    /// API group.
    pub group: String,
    /// Resource with its subresource: `pods/log`. Empty for paths such as `/version`.
    pub resource: String,
    /// Namespace, if the path has one.
    pub namespace: String,
    /// Name, if the path has one.
    pub name: String,
    /// The answer's status; `None` while there is none and when the connection was cut instead.
    pub status: Option<u16>,
    /// The body of a write, if it was JSON.
    pub body: Value,
}

/// One life of one container: the truth, whatever the API said of it.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// Uid of the pod.
    pub pod_uid: String,
    /// Name of the container.
    pub container: String,
    /// Name of the Job that the pod had when it began; empty without one.
    pub job: String,
    /// Uid of that Job.
    pub job_uid: String,
    /// The labels of the pod.
    pub labels: Map<String, Value>,
    /// The node.
    pub node: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; `None` while it runs.
    pub ended: Option<Timestamp>,
    /// With which exit code.
    pub exit_code: Option<i32>,
    /// When the pod's object went away under the running container, as a forced delete does it.
    pub forgotten: Option<Timestamp>,
}

impl Ran {
    /// Whether both ran at one time.
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.ended.is_some_and(|end| end <= b.started);
        !before(self, other) && !before(other, self)
    }

    /// A label of the pod.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key).and_then(Value::as_str)
    }
}

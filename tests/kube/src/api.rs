//! What the API server does with a request that may be done: one function per verb, none of them waits.

mod change;
mod create;
mod discovery;
pub(crate) mod remove;
mod view;

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::{
    kubelet::LogQuery,
    resource::Resource,
    route::{Attributes, Query},
    status::Failure,
    watch::Plan,
    world::World,
};

/// How long the server waits for a revision of the future.
const FUTURE_WAIT: Duration = Duration::from_secs(3);

/// A request, read.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) attributes: Attributes,
    pub(crate) query: Query,
    pub(crate) content_type: String,
    pub(crate) accept: String,
    pub(crate) body: Bytes,
    /// The body as JSON, null if it is none.
    pub(crate) json: Value,
}

/// What comes of it.
#[derive(Debug)]
pub(crate) enum Content {
    Json(Bytes),
    Watch(Box<Plan>),
    Log(Box<LogQuery>),
    /// A failure that the server takes its time for.
    Late(Duration, Failure),
}

/// An answer that is none of the failures.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content: Content,
    pub(crate) warnings: Vec<String>,
    pub(crate) retry_after: Option<u64>,
}

impl Reply {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        let bytes = serde_json::to_vec(value).expect("JSON values serialise");
        Self::of(status, Content::Json(bytes.into()))
    }

    fn of(status: u16, content: Content) -> Self {
        Self {
            status,
            content,
            warnings: Vec::new(),
            retry_after: None,
        }
    }
}

impl World {
    pub(crate) fn serve(&mut self, call: &Call) -> Result<Reply, Failure> {
        let it = &call.attributes;
        if let Some(path) = &it.other {
            return discovery::answer(path);
        }
        let resource = it.known().ok_or_else(Failure::unknown_path)?;
        match (it.verb, it.subresource.as_str()) {
            ("create", "") => self.create(resource, call),
            ("create", "eviction") if resource == Resource::Pods => self.evict(call),
            ("get", "" | "status") => self.get(resource, call),
            ("get", "log") if resource == Resource::Pods => {
                let log = self.open_log(&it.key(), &call.query)?;
                Ok(Reply::of(200, Content::Log(Box::new(log))))
            }
            ("list", "") => self.list(resource, call),
            ("watch", "") => self.watch(resource, call),
            ("update" | "patch", "" | "status") => self.change(resource, call),
            ("delete", "") => self.delete_one(resource, call),
            ("deletecollection", "") => self.delete_all(resource, call),
            _ => Err(Failure::unknown_path()),
        }
    }
}

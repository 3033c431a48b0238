//! GET: one object, a list in pages, a watch.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    api::{Call, Content, FUTURE_WAIT, Reply},
    object::{Key, Meta},
    resource::Resource,
    selector::Selector,
    status::Failure,
    store::{Stored, TooOld},
    watch::Plan,
    world::World,
};

/// Whether only the metadata of objects is wanted.
fn partial(call: &Call) -> bool {
    call.accept
        .split(',')
        .next()
        .unwrap_or_default()
        .contains("as=PartialObjectMetadata")
}

fn metadata_only(stored: &Stored) -> Value {
    json!({
        "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": stored.value["metadata"],
    })
}

/// One object as an answer.
pub(super) fn object(status: u16, stored: &Stored, call: &Call) -> Reply {
    if partial(call) {
        return Reply::json(status, &metadata_only(stored));
    }
    let mut out = Vec::new();
    stored.whole(&mut out);
    Reply::of(status, Content::Json(out.into()))
}

/// A list as an answer.
pub(super) fn list(
    resource: Resource,
    metadata: &Value,
    items: &[Arc<Stored>],
    call: &Call,
) -> Reply {
    let (kind, version) = if partial(call) {
        (
            "PartialObjectMetadataList".to_owned(),
            "meta.k8s.io/v1".to_owned(),
        )
    } else {
        (format!("{}List", resource.kind()), resource.api_version())
    };
    let head = format!(
        "{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":{metadata},\"items\":["
    );
    let mut out = head.into_bytes();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        if partial(call) {
            out.extend_from_slice(metadata_only(item).to_string().as_bytes());
        } else {
            out.extend_from_slice(item.item());
        }
    }
    out.extend_from_slice(b"]}");
    Reply::of(200, Content::Json(out.into()))
}

/// Where a list goes on: at a revision (none after it was forgotten), after a key.
fn token(revision: Option<u64>, key: &Key) -> String {
    let revision = revision.map_or_else(|| "-1".to_owned(), |it| it.to_string());
    format!("v1.{revision}.{}/{}", key.0, key.1)
}

fn parse_token(token: &str) -> Option<(Option<u64>, Key)> {
    let mut parts = token.splitn(3, '.');
    let version = parts.next()?;
    let revision = parts.next()?;
    let (namespace, name) = parts.next()?.split_once('/')?;
    let revision = if revision == "-1" {
        None
    } else {
        Some(revision.parse().ok()?)
    };
    (version == "v1").then(|| (revision, (namespace.to_owned(), name.to_owned())))
}

/// A resource version, if it is one.
fn revision(call: &Call) -> Result<Option<u64>, Failure> {
    let Some(text) = call.query.get("resourceVersion") else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_not_a_number| Failure::garbage_version(text))
}

impl World {
    pub(super) fn get(&mut self, resource: Resource, call: &Call) -> Result<Reply, Failure> {
        let key = call.attributes.key();
        match self.store.get(resource, &key) {
            Some(stored) => Ok(object(200, &stored, call)),
            None => Err(Failure::not_found(resource, &key.1)),
        }
    }

    pub(super) fn list(&mut self, resource: Resource, call: &Call) -> Result<Reply, Failure> {
        let selector = Selector::of(resource, &call.query)?;
        let current = self.store.revision();
        let asked = revision(call)?.unwrap_or(0);
        if asked > current {
            let failure = Failure::from_the_future(asked, current);
            return Ok(Reply::of(504, Content::Late(FUTURE_WAIT, failure)));
        }
        let exact = call.query.get("resourceVersionMatch") == Some("Exact");
        let mut at = if exact { asked } else { current };
        let mut after = None;
        if let Some(text) = call.query.get("continue") {
            let bad = || Failure::bad_request("continue key is not valid");
            let (revision, key) = parse_token(text).ok_or_else(bad)?;
            at = revision.unwrap_or(current);
            after = Some(key);
        }
        let namespace = Some(call.attributes.namespace.as_str()).filter(|it| !it.is_empty());
        let all = self
            .store
            .snapshot(resource, namespace, at, after.as_ref())
            .map_err(|TooOld { .. }| match &after {
                Some(key) => Failure::continue_too_old(token(None, key)),
                None => Failure::list_too_old(),
            })?;
        let max = call
            .query
            .number("limit")
            .and_then(|it| usize::try_from(it).ok())
            .filter(|it| *it > 0);
        let mut found = all.iter().filter(|it| selector.matches(&it.value)).cloned();
        let items: Vec<_> = found.by_ref().take(max.unwrap_or(usize::MAX)).collect();
        let mut metadata = json!({ "resourceVersion": at.to_string() });
        let left = found.count();
        if let Some(last) = items.last().filter(|_| left > 0) {
            metadata["continue"] = token(Some(at), &last.value.key()).into();
            if selector.is_empty() {
                metadata["remainingItemCount"] = left.into();
            }
        }
        Ok(list(resource, &metadata, &items, call))
    }

    pub(super) fn watch(&mut self, resource: Resource, call: &Call) -> Result<Reply, Failure> {
        let selector = Selector::of(resource, &call.query)?;
        let current = self.store.revision();
        let asked = revision(call)?;
        let namespace = Some(call.attributes.namespace.clone()).filter(|it| !it.is_empty());
        let initial = call.query.is("sendInitialEvents");
        let mut plan = Plan {
            resource,
            namespace,
            selector,
            cursor: 0,
            seen: asked.unwrap_or(0),
            bookmarks: call.query.is("allowWatchBookmarks"),
            timeout: call.query.number("timeoutSeconds"),
            initial: Vec::new(),
            gone: None,
        };
        let fresh = initial || asked.unwrap_or(0) == 0;
        let from = if fresh { current } else { asked.unwrap_or(0) };
        match self.store.cursor(resource, from) {
            Ok(cursor) => plan.cursor = cursor,
            Err(TooOld { oldest }) => plan.gone = Some(Failure::watch_too_old(from, oldest)),
        }
        if fresh {
            plan.seen = current;
            for stored in self.store.all(resource, plan.namespace.as_deref()) {
                if plan.selector.matches(&stored.value) {
                    plan.initial
                        .push(crate::store::line(crate::store::What::Added, stored));
                }
            }
            if initial {
                plan.initial.push(plan.bookmark(current, true));
            }
        }
        Ok(Reply::of(200, Content::Watch(Box::new(plan))))
    }
}

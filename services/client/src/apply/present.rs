//! What is configured, object by object, and which record a change of each is written over.

use std::collections::BTreeMap;

use weir_core::{
    cell::{CellState, ConfigObject, Deletion, Held, NamedLimitConfig, TagLimitConfig},
    ids::{LimitName, Revision, Tag},
};

use crate::Configured;

/// All objects, those that are being deleted included.
pub(super) fn all(cell: &CellState) -> BTreeMap<Configured, ConfigObject> {
    let pools = cell.pools().map(|held| {
        let what = Configured::Pool(held.value.name.clone());
        (what, ConfigObject::Pool(held.value.clone()))
    });
    let queues = cell.queues().map(|held| {
        let what = Configured::Queue(held.value.key.clone());
        (what, ConfigObject::Queue(held.value.clone()))
    });
    let tag_limits = cell.tag_limits().map(|held| {
        let what = Configured::TagLimit(held.value.tag.clone());
        (what, ConfigObject::TagLimit(held.value.clone()))
    });
    let named_limits = cell.named_limits().map(|held| {
        let what = Configured::NamedLimit(held.value.name.clone());
        (what, ConfigObject::NamedLimit(held.value.clone()))
    });
    let deployments = cell.deployments().map(|held| {
        let what = Configured::Deployment(held.value.name.clone());
        let object = ConfigObject::Deployment(Box::new(held.value.clone()));
        (what, object)
    });
    pools
        .chain(queues)
        .chain(tag_limits)
        .chain(named_limits)
        .chain(deployments)
        .collect()
}

/// One of them.
pub(super) fn one(cell: &CellState, what: &Configured) -> Option<ConfigObject> {
    match what {
        Configured::Pool(name) => {
            let held = cell.pool(name)?;
            Some(ConfigObject::Pool(held.value.clone()))
        }
        Configured::Queue(key) => {
            let held = cell.queue(key)?;
            Some(ConfigObject::Queue(held.value.clone()))
        }
        Configured::TagLimit(tag) => {
            let held = tag_limit(cell, tag)?;
            Some(ConfigObject::TagLimit(held.value.clone()))
        }
        Configured::NamedLimit(name) => {
            let held = named_limit(cell, name)?;
            Some(ConfigObject::NamedLimit(held.value.clone()))
        }
        Configured::Deployment(name) => {
            let held = cell.deployment(name)?;
            Some(ConfigObject::Deployment(Box::new(held.value.clone())))
        }
    }
}

/// Whether it is being deleted and still there.
pub(super) fn is_going(cell: &CellState, what: &Configured) -> bool {
    match what {
        Configured::Pool(name) => cell.deleting_pool(name).is_some(),
        Configured::Queue(key) => cell.deleting(key).is_some(),
        Configured::TagLimit(_) | Configured::NamedLimit(_) | Configured::Deployment(_) => false,
    }
}

/// The last record on an object's own subject; 0: none.
pub(super) fn last_written(cell: &CellState, what: &Configured) -> Revision {
    let limit = |held: Option<Revision>| held.unwrap_or_default();
    match what {
        Configured::Pool(name) => cell.last_written(&Deletion::Pool(name.clone())),
        Configured::Queue(key) => cell.last_written(&Deletion::Queue(key.clone())),
        Configured::Deployment(name) => cell.last_written(&Deletion::Deployment(name.clone())),
        Configured::TagLimit(tag) => limit(cell.tag_limit(tag).map(|held| held.revision)),
        Configured::NamedLimit(name) => limit(cell.named_limit(name).map(|held| held.revision)),
    }
}

/// A tag's limit, unless it was deleted.
fn tag_limit<'a>(cell: &'a CellState, tag: &Tag) -> Option<&'a Held<TagLimitConfig>> {
    let held = cell.tag_limit(tag)?;
    let limits = held.value.concurrency_limit.is_some() || held.value.start_rate.is_some();
    limits.then_some(held)
}

/// A limit of a name, unless it was deleted.
fn named_limit<'a>(cell: &'a CellState, name: &LimitName) -> Option<&'a Held<NamedLimitConfig>> {
    let held = cell.named_limit(name)?;
    held.value.concurrency_limit.is_some().then_some(held)
}

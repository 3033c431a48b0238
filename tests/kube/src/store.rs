//! What etcd is to a cluster: objects by key, one revision for all, and the history that watches and old lists live on.
//!
//! Objects are shared and serialised at most once, however many watchers and lists there are.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    object::{Key, Meta},
    resource::Resource,
};

/// Where the revisions begin: a cluster is never seen from its first one on.
const FIRST: u64 = 1000;

/// One state of one object. The value has no `kind` and no `apiVersion`, since items of lists have none either.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) resource: Resource,
    pub(crate) value: Value,
    pub(crate) revision: u64,
    item: OnceLock<Bytes>,
}

impl Stored {
    fn new(resource: Resource, mut value: Value, revision: u64) -> Arc<Self> {
        value["metadata"]["resourceVersion"] = revision.to_string().into();
        Arc::new(Self {
            resource,
            value,
            revision,
            item: OnceLock::new(),
        })
    }

    /// As an item of a list.
    pub(crate) fn item(&self) -> &Bytes {
        self.item.get_or_init(|| {
            serde_json::to_vec(&self.value)
                .expect("JSON values serialise")
                .into()
        })
    }

    /// As the answer to a GET.
    pub(crate) fn whole(&self, out: &mut Vec<u8>) {
        let head = format!(
            "{{\"kind\":\"{}\",\"apiVersion\":\"{}\",",
            self.resource.kind(),
            self.resource.api_version()
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(self.item().get(1..).unwrap_or_default());
    }
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Added,
    Modified,
    Deleted,
}

impl What {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// One entry of the history.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) what: What,
    pub(crate) object: Arc<Stored>,
    pub(crate) before: Option<Arc<Stored>>,
    line: OnceLock<Bytes>,
}

impl Change {
    /// The line of a watch that sees this change as what it is.
    pub(crate) fn line(&self) -> Bytes {
        self.line
            .get_or_init(|| line(self.what, &self.object))
            .clone()
    }
}

/// One line of a watch.
pub(crate) fn line(what: What, object: &Stored) -> Bytes {
    let mut out = Vec::with_capacity(object.item().len() + 96);
    out.extend_from_slice(format!("{{\"type\":\"{}\",\"object\":", what.word()).as_bytes());
    object.whole(&mut out);
    out.extend_from_slice(b"}\n");
    out.into()
}

#[derive(Debug, Default)]
struct Table {
    objects: BTreeMap<Key, Arc<Stored>>,
    history: VecDeque<Arc<Change>>,
    /// How many changes were ever dropped from the front of the history.
    dropped: u64,
    /// Nothing at or before this revision can be read any more (etcd was compacted).
    compacted: u64,
    /// Watches cannot begin before this revision (the API server's cache begins here).
    cached: u64,
}

/// Why a list or watch at a revision cannot be had.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooOld {
    /// The oldest revision that can.
    pub(crate) oldest: u64,
}

/// All objects of one cluster.
#[derive(Debug)]
pub(crate) struct Store {
    revision: u64,
    tables: BTreeMap<Resource, Table>,
    history_max: usize,
}

impl Store {
    /// Keeps so many changes per resource.
    pub(crate) fn new(history_max: usize) -> Self {
        let tables = Resource::ALL
            .into_iter()
            .map(|it| (it, Table::default()))
            .collect();
        let mut store = Self {
            revision: FIRST,
            tables,
            history_max,
        };
        store.forget(true);
        store
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    fn table(&self, resource: Resource) -> &Table {
        &self.tables[&resource]
    }

    fn table_mut(&mut self, resource: Resource) -> &mut Table {
        self.tables
            .get_mut(&resource)
            .expect("there is a table for each resource")
    }

    pub(crate) fn get(&self, resource: Resource, key: &Key) -> Option<Arc<Stored>> {
        self.table(resource).objects.get(key).cloned()
    }

    /// All objects now, of one namespace or of all, in the order of their keys.
    pub(crate) fn all(
        &self,
        resource: Resource,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = &Arc<Stored>> {
        let from = (namespace.unwrap_or_default().to_owned(), String::new());
        let namespace = namespace.map(str::to_owned);
        self.table(resource)
            .objects
            .range(from..)
            .take_while(move |(key, _)| namespace.as_ref().is_none_or(|it| *it == key.0))
            .map(|(_, object)| object)
    }

    /// Writes an object, new or changed.
    pub(crate) fn put(
        &mut self,
        resource: Resource,
        value: Value,
    ) -> (Option<Arc<Stored>>, Arc<Stored>) {
        self.revision += 1;
        let key = value.key();
        let object = Stored::new(resource, value, self.revision);
        let before = self.table_mut(resource).objects.insert(key, object.clone());
        let what = if before.is_some() {
            What::Modified
        } else {
            What::Added
        };
        self.remember(resource, what, object.clone(), before.clone());
        (before, object)
    }

    /// Takes an object away. Its last state carries the revision of its end, as in etcd.
    pub(crate) fn remove(&mut self, resource: Resource, key: &Key) -> Option<Arc<Stored>> {
        let before = self.table_mut(resource).objects.remove(key)?;
        self.revision += 1;
        let object = Stored::new(resource, before.value.clone(), self.revision);
        self.remember(resource, What::Deleted, object.clone(), Some(before));
        Some(object)
    }

    fn remember(
        &mut self,
        resource: Resource,
        what: What,
        object: Arc<Stored>,
        before: Option<Arc<Stored>>,
    ) {
        let max = self.history_max;
        let table = self.table_mut(resource);
        table.history.push_back(Arc::new(Change {
            what,
            object,
            before,
            line: OnceLock::new(),
        }));
        while table.history.len() > max {
            if let Some(old) = table.history.pop_front() {
                table.dropped += 1;
                table.compacted = old.object.revision;
                table.cached = table.cached.max(old.object.revision);
            }
        }
    }

    /// Where a watch from this revision begins in the history.
    pub(crate) fn cursor(&self, resource: Resource, revision: u64) -> Result<u64, TooOld> {
        let table = self.table(resource);
        if revision < table.cached {
            return Err(TooOld {
                oldest: table.cached,
            });
        }
        let skipped = table
            .history
            .partition_point(|it| it.object.revision <= revision);
        Ok(table.dropped + u64::try_from(skipped).unwrap_or(u64::MAX))
    }

    /// Up to `max` changes from a cursor on; none at all if they were dropped meanwhile.
    pub(crate) fn changes(
        &self,
        resource: Resource,
        cursor: u64,
        max: usize,
    ) -> Option<Vec<Arc<Change>>> {
        let table = self.table(resource);
        let at = usize::try_from(cursor.checked_sub(table.dropped)?).ok()?;
        Some(
            table
                .history
                .range(at.min(table.history.len())..)
                .take(max)
                .cloned()
                .collect(),
        )
    }

    /// How far a cursor is behind.
    pub(crate) fn behind(&self, resource: Resource, cursor: u64) -> u64 {
        let table = self.table(resource);
        let end = table.dropped + u64::try_from(table.history.len()).unwrap_or(u64::MAX);
        end.saturating_sub(cursor)
    }

    /// All objects as they were at a revision, after the given key, in the order of their keys.
    pub(crate) fn snapshot(
        &self,
        resource: Resource,
        namespace: Option<&str>,
        revision: u64,
        after: Option<&Key>,
    ) -> Result<Vec<Arc<Stored>>, TooOld> {
        let table = self.table(resource);
        if revision < table.compacted {
            return Err(TooOld {
                oldest: table.compacted,
            });
        }
        let mut undone: BTreeMap<Key, Option<Arc<Stored>>> = BTreeMap::new();
        let later = table
            .history
            .partition_point(|it| it.object.revision <= revision);
        for change in table.history.range(later..) {
            undone
                .entry(change.object.value.key())
                .or_insert_with(|| change.before.clone());
        }
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut all: BTreeMap<&Key, &Arc<Stored>> = table
            .objects
            .range::<Key, _>((from, Bound::Unbounded))
            .collect();
        for (key, before) in &undone {
            match before {
                Some(object) if after.is_none_or(|it| key > it) => drop(all.insert(key, object)),
                Some(_) => {}
                None => drop(all.remove(key)),
            }
        }
        let within = |key: &Key| namespace.is_none_or(|it| it == key.0);
        Ok(all
            .into_iter()
            .filter(|(key, _)| within(key))
            .map(|(_, object)| object.clone())
            .collect())
    }

    /// The API server starts anew: its cache, and with `compact` etcd's history too, begins at the present.
    pub(crate) fn forget(&mut self, compact: bool) {
        self.revision += 1;
        let revision = self.revision;
        for table in self.tables.values_mut() {
            table.cached = revision;
            if compact {
                table.compacted = revision;
            }
        }
    }
}

#[cfg(test)]
mod tests;

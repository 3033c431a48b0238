//! From what is configured to what files want: a list of changes, in the order in which they have to be done. Nothing here
//! reads or writes.

use std::collections::BTreeMap;

use weir_core::{
    cell::{
        CellState, ConfigObject, NamedLimitConfig, PoolConfig, QueueConfig, TagLimitConfig,
        default_queue,
    },
    ids::{PoolName, QueueKey, Revision},
};

use super::{
    check::{self, Problem},
    desired::{Desired, Wanted},
    difference::{FieldChange, differences},
    form::{Form, as_in_file, whole},
    present,
};
use crate::Configured;

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
}

/// The change of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedChange {
    /// Which object.
    pub what: Configured,
    /// What becomes of it.
    pub action: Action,
    /// The fields that change. Of a new object: what it says that is not the default.
    pub fields: Vec<FieldChange>,
    /// What is written; `None` for a deletion that is a process.
    pub(super) object: Option<ConfigObject>,
    /// The record that it is written over.
    pub(super) over: Revision,
    /// The queues that go with a pool.
    pub(super) queues: Vec<QueueKey>,
}

/// What has to be done so that everything is as it is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// In this order: pools, queues, limits, deployments, then deletions the other way round.
    pub changes: Vec<PlannedChange>,
    /// What is there, is not wanted, and stays because nothing is to be pruned.
    pub unnamed: Vec<Configured>,
}

/// What is wanted cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{}", told(.0))]
pub struct PlanError(pub Vec<Problem>);

fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    match lines.as_slice() {
        [one] => one.clone(),
        many => format!("{} problems\n{}", many.len(), many.join("\n")),
    }
}

/// Everything that a plan is made of.
pub(super) struct Views<'a> {
    pub(super) cell: &'a CellState,
    pub(super) present: BTreeMap<Configured, ConfigObject>,
    pub(super) wanted: BTreeMap<Configured, Wanted>,
    pub(super) prune: bool,
}

/// What has to be done so that `cell` is as `desired`. With `prune`, what is not wanted is deleted.
///
/// # Errors
/// With everything that is wrong, each with its place.
pub fn plan(cell: &CellState, desired: &Desired, prune: bool) -> Result<Plan, PlanError> {
    let mut views = Views {
        cell,
        present: present::all(cell),
        wanted: desired.wanted.clone(),
        prune,
    };
    views.want_default_queues();
    let mut plan = Plan::default();
    let mut problems = Vec::new();
    for (what, wanted) in &views.wanted {
        match views.change(what, wanted) {
            Ok(change) => plan.changes.extend(change),
            Err(error) => problems.push(Problem {
                place: wanted.place.clone(),
                what: what.clone(),
                error,
            }),
        }
    }
    if !problems.is_empty() {
        return Err(PlanError(problems));
    }
    let unwanted = views.unwanted();
    if prune {
        let deletions = unwanted.rev().map(|what| views.deletion(what));
        plan.changes.extend(deletions);
    } else {
        let stay = unwanted.filter(|what| !present::is_going(cell, what));
        plan.unnamed = stay.cloned().collect();
    }
    Ok(plan)
}

impl Views<'_> {
    /// A pool always has its queue `default`. Where no file names it, it stays as it is; with what is not named to be
    /// deleted, it takes its defaults back instead.
    fn want_default_queues(&mut self) {
        let pools: Vec<(PoolName, String)> = self
            .wanted
            .iter()
            .filter_map(|(what, wanted)| match what {
                Configured::Pool(name) => Some((name.clone(), wanted.place.clone())),
                Configured::Queue(_)
                | Configured::TagLimit(_)
                | Configured::NamedLimit(_)
                | Configured::Deployment(_) => None,
            })
            .collect();
        for (pool, place) in pools {
            let key = QueueKey::new(pool, default_queue());
            let what = Configured::Queue(key.clone());
            let stays = self.present.contains_key(&what)
                && !present::is_going(self.cell, &what)
                && !self.prune;
            if !stays {
                self.wanted.entry(what).or_insert_with(|| Wanted {
                    object: ConfigObject::Queue(QueueConfig::new(key)),
                    paused: None,
                    place,
                });
            }
        }
    }

    fn change(
        &self,
        what: &Configured,
        wanted: &Wanted,
    ) -> Result<Option<PlannedChange>, check::ProblemCause> {
        let is = self.present.get(what);
        let object = paused(wanted, is);
        let object = check::checked(self, what, &object)?;
        let after = whole(&object);
        let (action, fields) = match is {
            Some(is) => (Action::Update, differences(&whole(is), &after)),
            None => (Action::Create, said(&object)),
        };
        if action == Action::Update && fields.is_empty() {
            return Ok(None);
        }
        Ok(Some(PlannedChange {
            what: what.clone(),
            action,
            fields,
            object: Some(object),
            over: present::last_written(self.cell, what),
            queues: Vec::new(),
        }))
    }

    /// What is there and not wanted. The queues of a pool that is not wanted go with it.
    fn unwanted(&self) -> impl DoubleEndedIterator<Item = &Configured> {
        self.present.keys().filter(|what| {
            !self.wanted.contains_key(what)
                && match what {
                    Configured::Queue(key) => {
                        let pool = Configured::Pool(key.pool.clone());
                        let default = key.queue == default_queue();
                        self.wanted.contains_key(&pool) && !default
                    }
                    Configured::Pool(_)
                    | Configured::TagLimit(_)
                    | Configured::NamedLimit(_)
                    | Configured::Deployment(_) => true,
                }
        })
    }

    fn deletion(&self, what: &Configured) -> PlannedChange {
        let queues = match what {
            Configured::Pool(name) => queues_of(self.cell, name),
            Configured::Queue(_)
            | Configured::TagLimit(_)
            | Configured::NamedLimit(_)
            | Configured::Deployment(_) => Vec::new(),
        };
        let names: Vec<&str> = queues.iter().map(|key| key.queue.as_str()).collect();
        let fields = (!names.is_empty()).then(|| FieldChange {
            field: "work_queues".to_owned(),
            before: Some(names.into()),
            after: None,
        });
        PlannedChange {
            what: what.clone(),
            action: Action::Delete,
            fields: fields.into_iter().collect(),
            object: nothing(what),
            over: present::last_written(self.cell, what),
            queues,
        }
    }
}

pub(super) fn queues_of(cell: &CellState, pool: &PoolName) -> Vec<QueueKey> {
    let queues = cell.queues().map(|held| &held.value.key);
    queues.filter(|key| key.pool == *pool).cloned().collect()
}

/// What an object says that is not the default, as changes from nothing.
fn said(object: &ConfigObject) -> Vec<FieldChange> {
    let mut form = as_in_file(object);
    for name in ["name", "tag"] {
        form.remove(name);
    }
    let paused = whole(object).remove_entry("paused");
    form.extend(paused.filter(|(_, paused)| *paused == true));
    let mut said = Vec::new();
    spell_out("", &form, &mut said);
    said
}

/// Each field of each mapping, but for what is long and of one piece.
fn spell_out(path: &str, form: &Form, said: &mut Vec<FieldChange>) {
    for (key, value) in form {
        let field = format!("{path}{key}");
        match value.as_object() {
            Some(fields) if !["base_job_template", "parameter_schema"].contains(&key.as_str()) => {
                spell_out(&format!("{field}."), fields, said);
            }
            Some(_) | None => said.push(FieldChange {
                field,
                before: None,
                after: Some(value.clone()),
            }),
        }
    }
}

/// A limit is deleted by a record of it that limits nothing.
fn nothing(what: &Configured) -> Option<ConfigObject> {
    match what {
        Configured::TagLimit(tag) => Some(ConfigObject::TagLimit(TagLimitConfig {
            tag: tag.clone(),
            concurrency_limit: None,
            start_rate: None,
        })),
        Configured::NamedLimit(name) => Some(ConfigObject::NamedLimit(NamedLimitConfig {
            name: name.clone(),
            concurrency_limit: None,
        })),
        Configured::Pool(_) | Configured::Queue(_) | Configured::Deployment(_) => None,
    }
}

/// The object that is wanted, paused as it is said or else as it is.
fn paused(wanted: &Wanted, is: Option<&ConfigObject>) -> ConfigObject {
    let mut object = wanted.object.clone();
    match (&mut object, is) {
        (ConfigObject::Pool(pool), is) => {
            let is = matches!(
                is,
                Some(ConfigObject::Pool(PoolConfig { paused: true, .. }))
            );
            pool.paused = wanted.paused.unwrap_or(is);
        }
        (ConfigObject::Queue(queue), is) => {
            let is = matches!(
                is,
                Some(ConfigObject::Queue(QueueConfig { paused: true, .. }))
            );
            queue.paused = wanted.paused.unwrap_or(is);
        }
        (ConfigObject::Deployment(deployment), is) => {
            let is = match is {
                Some(ConfigObject::Deployment(is)) => Some(is),
                _ => None,
            };
            let was = is.is_some_and(|is| is.paused);
            deployment.paused = wanted.paused.unwrap_or(was);
            // Why it is paused is known of the pause that is there, not of one that is said now.
            deployment.paused_reason = is
                .filter(|_| deployment.paused && was)
                .and_then(|is| is.paused_reason.clone());
        }
        (
            ConfigObject::TagLimit(_) | ConfigObject::NamedLimit(_) | ConfigObject::Deletion(_),
            _,
        ) => {}
    }
    object
}

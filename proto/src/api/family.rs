//! What a run belongs to, as a folded state knows it.

use weir_core::{
    api::FamilyView,
    ids::{QueueKey, RunKey},
};

use super::{all, answerer};
use crate::{error::Wrong, family, field, wire};

pub(super) fn run_key_to_wire(key: &RunKey) -> wire::RunKey {
    let RunKey {
        queue: QueueKey { pool, queue },
        run_id,
    } = key;
    wire::RunKey {
        pool: pool.to_string(),
        queue: queue.to_string(),
        run_id: run_id.to_string(),
    }
}

pub(super) fn run_key_from_wire(field: &str, key: &wire::RunKey) -> Result<RunKey, Wrong> {
    let wire::RunKey {
        pool,
        queue,
        run_id,
    } = key;
    let read = || {
        Ok(RunKey {
            queue: answerer::queue_key(pool, queue)?,
            run_id: field::name("runId", run_id)?,
        })
    };
    read().map_err(|wrong: Wrong| {
        if field.is_empty() {
            wrong
        } else {
            wrong.under(field)
        }
    })
}

pub(super) fn to_wire(family: &FamilyView, view: &mut wire::RunView) {
    let FamilyView {
        parent,
        on_parent_end,
        on_failure,
        children,
        after,
        after_outcome,
    } = family;
    view.parent = parent.as_ref().map(run_key_to_wire);
    view.on_parent_end = family::on_parent_end_to_wire(*on_parent_end);
    view.on_failure = family::on_failure_to_wire(*on_failure);
    view.children = *children;
    view.after = after.iter().map(run_key_to_wire).collect();
    view.after_outcome = family::after_outcome_to_wire(*after_outcome);
}

pub(super) fn from_wire(view: &wire::RunView) -> Result<FamilyView, Wrong> {
    let parent = view.parent.as_ref();
    Ok(FamilyView {
        parent: parent
            .map(|run| run_key_from_wire("parent", run))
            .transpose()?,
        on_parent_end: family::on_parent_end("onParentEnd", view.on_parent_end)?,
        on_failure: family::on_failure("onFailure", view.on_failure)?,
        children: view.children,
        after: all("after", view.after.iter().collect(), |run| {
            run_key_from_wire("", run)
        })?,
        after_outcome: family::after_outcome("afterOutcome", view.after_outcome)?,
    })
}

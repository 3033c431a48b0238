//! What of a run's needs can block it.

use crate::{
    cell::{CellState, CollisionStrategy},
    class::Class,
    ids::QueueKey,
    limit::LimitKey,
    rate::StartRate,
    time::Timestamp,
};

/// A limit that is in force for a run, or something that is paused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) limit: LimitKey,
    pub(super) weight: u32,
    pub(super) value: Option<u32>,
    /// Its start rate, and since when it has been just this.
    pub(super) rate: Option<(StartRate, Timestamp)>,
    /// The pool, queue or deployment is paused.
    pub(super) paused: bool,
    /// What becomes of a run that only this limit blocks.
    pub(super) strategy: CollisionStrategy,
}

/// The names of needs: runs whose needs have the same names are blocked together.
pub(super) type Names = Vec<(LimitKey, u32)>;

/// What can block runs of a class, by configuration as it is now: what is paused first, then a deployment's limit
/// that runs do not wait for.
pub(super) fn of(cell: &CellState, queue: &QueueKey, class: &Class) -> Vec<Need> {
    let slots = class.slots(cell, queue).into_iter();
    let mut needs: Vec<Need> = slots
        .map(|slot| {
            let deployment = match &slot.limit {
                LimitKey::Deployment(name) => cell.deployment(name),
                LimitKey::Pool(_) | LimitKey::Queue(_) | LimitKey::Tag(_) | LimitKey::Named(_) => {
                    None
                }
            };
            let deployment = deployment.map(|held| &held.value);
            let paused = match &slot.limit {
                LimitKey::Pool(pool) => cell.pool(pool).is_some_and(|held| held.value.paused),
                LimitKey::Queue(key) => cell.queue(key).is_some_and(|held| held.value.paused),
                LimitKey::Deployment(_) => deployment.is_some_and(|deployment| deployment.paused),
                LimitKey::Tag(_) | LimitKey::Named(_) => false,
            };
            Need {
                rate: cell.start_rate(&slot.limit),
                limit: slot.limit,
                weight: slot.weight,
                value: slot.value,
                paused,
                strategy: deployment
                    .map(|deployment| deployment.collision_strategy)
                    .unwrap_or_default(),
            }
        })
        .filter(|need| need.value.is_some() || need.rate.is_some() || need.paused)
        .collect();
    needs.sort_by_key(|need| (!need.paused, need.strategy == CollisionStrategy::Enqueue));
    needs
}

pub(super) fn names(needs: &[Need]) -> Names {
    needs
        .iter()
        .map(|need| (need.limit.clone(), need.weight))
        .collect()
}

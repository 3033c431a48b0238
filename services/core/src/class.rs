//! Which limits a run needs: runs of one class wait for the same ones.

use crate::{
    cell::CellState,
    ids::{DeploymentName, QueueKey, Tag},
    limit::{LimitKey, Slot},
};

/// What of a run decides which limits it needs, beside its queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// Its deployment.
    pub deployment: Option<DeploymentName>,
    /// Its own tags, sorted and each once.
    pub tags: Vec<Tag>,
}

impl Class {
    /// Every slot that a run of this class needs, by configuration as it is now: of its pool, its queue, its deployment
    /// and each of its tags, its deployment's and its own joined. What is not limited now has a slot all the same, so
    /// that a limit that is set later knows who holds it already.
    pub fn slots(&self, cell: &CellState, queue: &QueueKey) -> Vec<Slot> {
        let deployment = self.deployment.as_ref();
        let mut tags: Vec<&Tag> = deployment
            .and_then(|name| cell.deployment(name))
            .map(|held| held.value.tags.iter().collect())
            .unwrap_or_default();
        tags.extend(&self.tags);
        tags.sort_unstable();
        tags.dedup();
        let limits = [
            LimitKey::Pool(queue.pool.clone()),
            LimitKey::Queue(queue.clone()),
        ];
        limits
            .into_iter()
            .chain(deployment.cloned().map(LimitKey::Deployment))
            .chain(tags.into_iter().cloned().map(LimitKey::Tag))
            .map(|limit| Slot {
                value: cell.limit(&limit),
                limit,
                weight: 1,
            })
            .collect()
    }
}

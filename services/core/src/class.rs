//! Which limits a run needs: runs of one class wait for the same ones.

use std::collections::BTreeMap;

use crate::{
    cell::CellState,
    ids::{DeploymentName, FairnessKey, LimitName, QueueKey, Tag},
    limit::{LimitKey, Slot},
    request::RunRequest,
};

/// What of a run decides which limits it needs and whose turn it takes, beside its queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// Its deployment.
    pub deployment: Option<DeploymentName>,
    /// Its own tags, sorted and each once.
    pub tags: Vec<Tag>,
    /// Slots of named limits that it asks for itself, by name; 0 asks for none.
    pub limits: Vec<(LimitName, u32)>,
    /// Whose run it is.
    pub fairness_key: Option<FairnessKey>,
}

impl Class {
    /// The class of a request's run.
    pub fn of(request: &RunRequest) -> Self {
        let mut tags = request.tags.clone();
        tags.sort_unstable();
        tags.dedup();
        let limits = request.limits.iter();
        Self {
            deployment: request.deployment.clone(),
            tags,
            limits: limits
                .map(|(name, weight)| (name.clone(), *weight))
                .collect(),
            fairness_key: request.fairness_key.clone(),
        }
    }

    /// Every slot that a run of this class needs, by configuration as it is now: of its pool, its queue, its deployment,
    /// each of its tags and each of its named limits, its deployment's and its own joined. What is not limited now has a
    /// slot all the same, so that a limit that is set later knows who holds it already. Start rates are not counted yet.
    pub fn slots(&self, cell: &CellState, queue: &QueueKey) -> Vec<Slot> {
        let deployment = self.deployment.as_ref();
        let deployed = deployment.and_then(|name| cell.deployment(name));
        let deployed = deployed.map(|held| &held.value);
        let mut tags: Vec<&Tag> = deployed
            .map(|deployment| deployment.tags.iter().collect())
            .unwrap_or_default();
        tags.extend(&self.tags);
        tags.sort_unstable();
        tags.dedup();
        let mut named: BTreeMap<&LimitName, u32> = deployed
            .map(|deployment| {
                let limits = deployment.limits.iter();
                limits.map(|(name, weight)| (name, weight.get())).collect()
            })
            .unwrap_or_default();
        named.extend(self.limits.iter().map(|(name, weight)| (name, *weight)));
        let limits = [
            LimitKey::Pool(queue.pool.clone()),
            LimitKey::Queue(queue.clone()),
        ];
        let named = named.into_iter().filter(|(_, weight)| *weight > 0);
        limits
            .into_iter()
            .chain(deployment.cloned().map(LimitKey::Deployment))
            .chain(tags.into_iter().cloned().map(LimitKey::Tag))
            .map(|limit| (limit, 1))
            .chain(named.map(|(name, weight)| (LimitKey::Named(name.clone()), weight)))
            .map(|(limit, weight)| Slot {
                value: cell.limit(&limit),
                limit,
                weight,
                pace: None,
            })
            .collect()
    }
}

//! The use of limits, counted from the runs and not by the code under test.

use std::collections::BTreeMap;

use proptest::prelude::*;
use weir_core::{
    cell::{DeploymentConfig, Held},
    ids::{QueueKey, RunId, RunKey},
    limit::LimitKey,
};

use crate::{model::Model, steps::queues};

/// A limit, its value and how many of its slots are needed.
pub(crate) type Need = (LimitKey, Option<u32>, u32);

impl Model {
    /// Runs that hold slots: all, or those whose attempt has been taken, or has not.
    pub(crate) fn live(&self, taken: Option<bool>) -> Vec<RunKey> {
        let mut live = Vec::new();
        for (key, queue) in &self.state.queues {
            for (id, run) in queue.runs() {
                if let Some(attempt) = &run.live
                    && taken.is_none_or(|taken| attempt.holder.is_some() == taken)
                {
                    live.push(RunKey {
                        queue: key.clone(),
                        run_id: id.clone(),
                    });
                }
            }
        }
        live
    }

    /// What a waiting run needs, written here a second time: slots of its pool, queue and deployment, of all tags of
    /// deployment and request, each once, and of named limits.
    pub(crate) fn needs(
        &self,
        key: &QueueKey,
        id: &RunId,
    ) -> (Vec<Need>, Option<&Held<DeploymentConfig>>) {
        let cell = &self.state.cell;
        let request = self.state.queues[key]
            .run(id)
            .unwrap()
            .request
            .clone()
            .unwrap();
        let deployed = request
            .deployment
            .as_ref()
            .and_then(|name| cell.deployment(name));
        let mut needs: Vec<(LimitKey, Option<u32>, u32)> = vec![
            (
                LimitKey::Pool(key.pool.clone()),
                cell.pool(&key.pool).unwrap().value.concurrency_limit,
                1,
            ),
            (
                LimitKey::Queue(key.clone()),
                cell.queue(key).unwrap().value.concurrency_limit,
                1,
            ),
        ];
        for (name, slots) in &request.limits {
            let held = cell.named_limit(name);
            let value = held.and_then(|held| held.value.concurrency_limit);
            needs.push((LimitKey::Named(name.clone()), value, *slots));
        }
        if let Some(name) = &request.deployment {
            let value = deployed.and_then(|held| held.value.concurrency_limit);
            needs.push((LimitKey::Deployment(name.clone()), value, 1));
        }
        let own = deployed.map_or(&[][..], |held| &held.value.tags);
        for tag in own.iter().chain(&request.tags) {
            let value = cell
                .tag_limit(tag)
                .and_then(|held| held.value.concurrency_limit);
            needs.push((LimitKey::Tag(tag.clone()), value, 1));
        }
        needs.sort();
        needs.dedup();
        (needs, deployed)
    }

    /// Whether a waiting run finds every limit that it needs free, counted from the runs.
    pub(crate) fn finds_room(&self, key: &QueueKey, id: &RunId) -> bool {
        let cell = &self.state.cell;
        let (needs, deployed) = self.needs(key, id);
        let paused =
            cell.queue(key).unwrap().value.paused || deployed.is_some_and(|held| held.value.paused);
        let uses = self.uses();
        !paused
            && needs.iter().all(|(limit, value, slots)| {
                let held = uses.get(limit).copied().unwrap_or(0);
                value.is_none_or(|value| held + u64::from(*slots) <= u64::from(value))
            })
    }

    /// Where the use of a limit has grown, it is within the value in force.
    pub(crate) fn check(&self, before: &BTreeMap<LimitKey, u64>) -> Result<(), TestCaseError> {
        for (limit, used) in self.uses() {
            let grew = used > before.get(&limit).copied().unwrap_or(0);
            if let (true, Some((_, Some(value)))) = (grew, self.in_force.get(&limit)) {
                prop_assert!(used <= u64::from(*value), "{limit:?}: {used} of {value}");
            }
        }
        Ok(())
    }
    pub(crate) fn uses(&self) -> BTreeMap<LimitKey, u64> {
        let mut limits = vec![LimitKey::Pool("pool".parse().unwrap())];
        limits.extend(queues().into_iter().map(LimitKey::Queue));
        // Counted from the runs, not by the code under test.
        let mut uses: BTreeMap<LimitKey, u64> =
            limits.into_iter().map(|limit| (limit, 0)).collect();
        for queue in self.state.queues.values() {
            for (_, run) in queue.runs() {
                for slot in run.live.iter().flat_map(|live| live.slots.iter()) {
                    *uses.entry(slot.limit.clone()).or_default() += u64::from(slot.weight);
                }
            }
        }
        uses
    }
}

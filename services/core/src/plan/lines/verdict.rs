//! What becomes of the first run of a group that may have come free to go on.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    cell::{CellState, CollisionStrategy},
    ids::RunKey,
    plan::{
        Eviction,
        lines::{
            Lines,
            step::{Step, Verdict},
        },
        needs::Need,
        order::{Order, Rank},
    },
    wait::WaitCause,
};

impl Lines {
    pub(super) fn judge(
        &mut self,
        step: &mut Step<'_>,
        rank: Rank,
        order: Order,
        class: u64,
    ) -> Verdict {
        let Some(group) = self.groups.get(&rank.group) else {
            return Verdict::Queue(WaitCause::QueueNotReady);
        };
        let (needs, queue) = (Arc::clone(&group.needs), group.queue.clone());
        for need in needs.iter() {
            let Some(cause) = self.blocked_by(step, rank, need) else {
                continue;
            };
            if matches!(cause, WaitCause::Limit(..)) && need.strategy != CollisionStrategy::Enqueue
            {
                // Whatever else it would have to wait for: the run that holds the slot may hold that too, the pool's last
                // slot or the only place at a worker.
                if need.strategy == CollisionStrategy::CancelRunning {
                    self.evict(step, need, order, class);
                } else if step.has_lane(&queue) {
                    return Verdict::Refuse;
                } else {
                    self.evicting.insert(need.limit.clone()); // looked at again with the next plan
                }
            }
            return Verdict::Limit(need.clone(), cause);
        }
        step.gate(&queue).map_or(Verdict::Start, Verdict::Queue)
    }

    fn blocked_by(&mut self, step: &mut Step<'_>, rank: Rank, need: &Need) -> Option<WaitCause> {
        let limit = || need.limit.clone();
        if need.paused {
            return Some(WaitCause::Paused(limit()));
        }
        if !step.budget.knows(&need.limit) {
            return Some(WaitCause::QueueNotReady);
        }
        if let Some(value) = need.value {
            let (left, weight) = (step.budget.left(&need.limit, value), u64::from(need.weight));
            if left < weight {
                // Where only what is kept for others keeps it from its slots, nobody has to end.
                return Some(if step.budget.is_only_kept(&need.limit, value, weight) {
                    WaitCause::Kept(limit())
                } else {
                    WaitCause::Limit(limit(), value)
                });
            }
            if left
                - self
                    .kept_from(&step.basis.state.cell, &need.limit, rank)
                    .min(left)
                < weight
            {
                return Some(WaitCause::Kept(limit()));
            }
        }
        if let Some((rate, since)) = need.rate {
            let opens = step.budget.pace(&need.limit, rate, since).opens_at();
            if opens > step.basis.now {
                self.timers.insert((opens, limit()));
                return Some(WaitCause::Rate(limit()));
            }
        }
        None
    }

    /// Whoever is first in a line of which runs are to be cancelled is looked at, though nothing is free for it.
    pub(super) fn open_evicting(&mut self, cell: &CellState) {
        let lines = self
            .evicting
            .iter()
            .filter_map(|limit| self.limits.get(limit));
        let firsts = lines.flat_map(BTreeMap::values).flat_map(BTreeMap::values);
        let firsts: Vec<_> = firsts.filter_map(|ranks| ranks.first()).copied().collect();
        self.evicting.clear();
        for rank in firsts {
            self.lift(rank.group);
            self.put_open(cell, rank.group);
        }
    }

    /// Names runs to cancel until enough slots of a deployment's limit are on their way to be free.
    fn evict(&mut self, step: &mut Step<'_>, need: &Need, order: Order, class: u64) {
        let state = step.basis.state;
        let waiting = self.classes.get(&class).and_then(|members| {
            Some(RunKey {
                queue: members.queue.clone(),
                run_id: members.runs.get(&order)?.run_id.clone(),
            })
        });
        let (Some(by), Some(value)) = (waiting, need.value) else {
            return;
        };
        if value < need.weight {
            return; // it could not start even alone
        }
        let holders = state.queues.iter().flat_map(|(key, queue)| {
            let ids = queue.use_of(&need.limit).into_iter();
            let ids = ids.flat_map(|used| used.holders.keys());
            ids.filter_map(move |id| Some((key, id, queue.run(id)?)))
        });
        let (mut leaving, mut staying) = (step.budget.left(&need.limit, value), Vec::new());
        // A limit that was lowered is passed by as much.
        let held = state.used(&need.limit) + step.basis.overlay.reserved(&need.limit);
        let passed = held.saturating_sub(u64::from(value));
        // What is on its way about a holder takes it its slot, if it is stored.
        let mut ordered = 0;
        for (key, id, run) in holders {
            let Some(live) = run.live.as_deref() else {
                continue;
            };
            if run.cancel.is_some() || live.stop.is_some() || live.finished.is_some() {
                leaving += 1;
            } else if step.basis.overlay.has(key, id) {
                ordered += 1;
            } else {
                staying.push((live.claimed_at, key, id, live.attempt));
            }
        }
        staying.sort_unstable();
        let wanted = (u64::from(need.weight) + passed).saturating_sub(leaving);
        if wanted > 0 {
            // Looked at again with the next plan, until enough of them are leaving: who was named may not have been
            // ordered, and a claim in flight has no holder yet.
            self.evicting.insert(need.limit.clone());
        }
        for (_, key, id, attempt) in staying
            .into_iter()
            .take(usize::try_from(wanted.saturating_sub(ordered)).unwrap_or(0))
        {
            let run = RunKey {
                queue: key.clone(),
                run_id: id.clone(),
            };
            let by = by.clone();
            step.plan.evictions.push(Eviction { run, attempt, by });
        }
    }
}

//! Why a run waits: each cause that stands between it and its claim.

use std::cmp::Reverse;

use weir_core::{
    api::{Why, WhyClause},
    ids::{QueueKey, RunKey},
    limit::LimitKey,
    plan::{Overlay, Room},
    state::{QueueState, Run, Stage, run_view},
};
use weir_log::Log;

use crate::service::Scheduler;

/// Holders that `why` names.
const HOLDERS_MAX: usize = 20;

impl<L: Log> Scheduler<L> {
    pub(crate) fn why(&self, key: RunKey, run: &Run) -> Why {
        let clauses = match &run.stage {
            Stage::Waiting { due: Some(due), .. } if *due > self.now() => {
                vec![WhyClause::Due { at: *due }]
            }
            Stage::Waiting { .. } => self.why_waiting(&key, run),
            Stage::Unreadable(_) | Stage::RetryOwed => vec![WhyClause::Now],
            Stage::Live | Stage::Ended(_) => Vec::new(),
        };
        Why {
            run: run_view(key, run),
            clauses,
            from: self.answerer(),
        }
    }

    fn why_waiting(&self, key: &RunKey, run: &Run) -> Vec<WhyClause> {
        let mut clauses = Vec::new();
        if let Some(reason) = self
            .queue_status(&key.queue)
            .filter(|status| !status.starts_with("past"))
        {
            clauses.push(WhyClause::Closed { reason });
        }
        let deployment = run.class.deployment.as_ref();
        if let Some(what) = self.state.cell.paused(&key.queue, deployment) {
            clauses.push(WhyClause::Paused { what });
        }
        for slot in run.class.slots(&self.state.cell, &key.queue) {
            let view = self.limit(slot.limit);
            if view
                .value
                .is_some_and(|value| view.used >= u64::from(value))
            {
                let holders = self.holders(&view.limit);
                clauses.push(WhyClause::Limit {
                    limit: view,
                    holders,
                });
            }
        }
        if let Some(pool) = self.state.cell.pool(&key.queue.pool) {
            let room = Room::of(&self.state, &Overlay::default(), pool, self.now());
            if room.of_queue(&key.queue) == 0 {
                clauses.push(WhyClause::NoWorker {
                    online: room.online(&key.queue),
                });
            }
        }
        let behind = self.behind(key, run);
        if behind > 0 {
            clauses.push(WhyClause::Behind { runs: behind });
        }
        if clauses.is_empty() {
            clauses.push(WhyClause::Now);
        }
        clauses
    }

    /// Runs that are planned before this one: those before it in its queue, and all of the pool's higher queues.
    fn behind(&self, key: &RunKey, run: &Run) -> u64 {
        let ready = (Reverse(run.priority), run.request_seq);
        let own = self
            .state
            .queues
            .get(&key.queue)
            .map_or(0, |queue| queue.ready_before(&ready));
        let queues = self.state.cell.queues_of(&key.queue.pool);
        let higher = queues
            .iter()
            .take_while(|queue| queue.value.key != key.queue);
        let higher = higher
            .filter_map(|queue| self.state.queues.get(&queue.value.key))
            .map(QueueState::ready_len);
        (own + higher.sum::<usize>()) as u64
    }

    fn holders(&self, limit: &LimitKey) -> Vec<RunKey> {
        let of_queue = |(key, queue): (&QueueKey, &QueueState)| -> Vec<RunKey> {
            let used = queue.use_of(limit);
            let ids = used.into_iter().flat_map(|used| used.holders.keys());
            ids.take(HOLDERS_MAX)
                .map(|id| RunKey {
                    queue: key.clone(),
                    run_id: id.clone(),
                })
                .collect()
        };
        self.state
            .queues
            .iter()
            .flat_map(of_queue)
            .take(HOLDERS_MAX)
            .collect()
    }
}

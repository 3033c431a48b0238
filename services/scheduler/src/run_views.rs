//! Runs as they are shown: what their own records say, and what only the rest of the state knows.

use weir_core::{
    api::RunView,
    cell::OnLostWorker,
    ids::{PoolName, RunKey, WorkerName},
    state::{Holder, Live, QueueState, Run, run_view_by},
    time::Timestamp,
};
use weir_log::Log;

use crate::service::Scheduler;

impl<L: Log> Scheduler<L> {
    /// A run, with what keeps it where its own records do not tell.
    pub(crate) fn run_view(&self, key: RunKey, run: &Run) -> RunView {
        let mut view = run_view_by(&self.state.cell, key, run);
        view.family.children = self.state.kin.children_len(&view.key) as u64;
        if let Some(queue) = self.state.queues.get(&view.key.queue) {
            view.state_name = queue.name_of(run);
        }
        if view.message.is_empty()
            && let Some(live) = run.live.as_deref()
            && let Some(words) = self.held_by_the_lost(&view.key.queue.pool, live)
        {
            view.message = words;
        }
        view
    }

    /// Why an attempt of a lost worker keeps its slots, if so.
    fn held_by_the_lost(&self, pool: &PoolName, live: &Live) -> Option<String> {
        let holder = live.holder.as_ref()?;
        let holds = self.state.cell.pool(pool)?.value.on_lost_worker == OnLostWorker::Hold;
        if !holds || live.outlives_worker || self.is_present(holder) {
            return None;
        }
        let worker = &holder.worker;
        Some(format!(
            "its worker {worker} is lost, and pool {pool} holds what a lost worker held: when nothing of it is left, say \
             `weir worker forget {worker} --pool {pool}`"
        ))
    }

    fn is_present(&self, holder: &Holder) -> bool {
        let presence = self.state.sessions.get(&holder.session);
        presence.is_some_and(|presence| {
            !presence.session.ended && presence.believed_until(Timestamp::MIN) > self.now()
        })
    }

    /// How many attempts are held for a worker by sessions of it that are over.
    pub(crate) fn lost_with(&self, pool: &PoolName, worker: &WorkerName) -> u32 {
        let of_queue = |queue: &QueueState| {
            let sessions = queue.held_by_session();
            let lost = sessions.filter_map(|(_, runs)| {
                let runs: Vec<_> = runs.collect();
                let first = queue.run(runs.first()?)?;
                let holder = first.live.as_deref()?.holder.as_ref()?;
                (holder.worker == *worker && !self.is_present(holder)).then_some(runs.len())
            });
            lost.sum::<usize>()
        };
        let lost = self.state.queues_of(pool).map(|(_, queue)| of_queue(queue));
        u32::try_from(lost.sum::<usize>()).unwrap_or(u32::MAX)
    }
}

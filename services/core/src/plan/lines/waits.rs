//! How the wait of a run was spent: in the groups that its class was in, one after another.

use crate::{
    ids::{QueueKey, RunId, RunKey},
    plan::{
        lines::{Lines, Member, in_queue},
        spent,
    },
    state::{Ready, Run, Stage, State},
    wait::{Wait, WaitCause},
};

impl Lines {
    /// How the wait of a run was spent so far; empty where it does not stand here.
    pub fn spent(&self, key: &RunKey, run: &Run, ready: &Ready) -> Vec<Wait> {
        let class = self
            .ids
            .get(&key.queue)
            .and_then(|ids| ids.get(&ready.class));
        let order = self.order(&key.queue, ready);
        let member = class.and_then(|class| {
            let members = self.classes.get(class)?;
            Some((*class, members.group, members.runs.get(&order)?))
        });
        member.map_or_else(Vec::new, |(class, group, member)| {
            self.waits(&key.queue, run, class, member, group)
        })
    }

    /// How a run has waited so far, by its name.
    pub(super) fn waited(
        &self,
        state: &State,
        queue: &QueueKey,
        run_id: &RunId,
        ready: &Ready,
    ) -> Vec<Wait> {
        let run = state
            .queues
            .get(queue)
            .and_then(|folded| folded.run(run_id));
        let key = RunKey {
            queue: queue.clone(),
            run_id: run_id.clone(),
        };
        run.map(|run| self.spent(&key, run, ready))
            .unwrap_or_default()
    }

    /// How the wait was spent of a run that leaves because somebody cancels it.
    pub(super) fn keep_waits(
        &mut self,
        state: &State,
        queue: &QueueKey,
        run_id: &RunId,
        ready: &Ready,
    ) {
        let run = state
            .queues
            .get(queue)
            .and_then(|folded| folded.run(run_id));
        let Some(run) = run.filter(|run| run.cancel.is_some() && is_waiting(run)) else {
            return;
        };
        let key = RunKey {
            queue: queue.clone(),
            run_id: run_id.clone(),
        };
        let waits = self.spent(&key, run, ready);
        if !waits.is_empty() {
            self.cancelled.insert(key, waits);
        }
    }

    /// Nothing is being decided about a run any more: if it waits no longer, its wait has been told.
    pub(super) fn forget_waits(&mut self, state: &State, key: &RunKey) {
        let folded = state.queues.get(&key.queue);
        let run = folded.and_then(|folded| folded.run(&key.run_id));
        if !run.is_some_and(is_waiting) {
            self.cancelled.remove(key);
        }
    }

    /// How the wait of a run was spent that is to be cancelled before it was claimed.
    pub fn of_cancelled(&self, key: &RunKey, run: &Run) -> Vec<Wait> {
        if let Some(waits) = self.cancelled.get(key) {
            return waits.clone();
        }
        match &run.stage {
            Stage::Waiting { since, from, due } => {
                let cause = match due {
                    _ if run.comes_after() => WaitCause::After,
                    Some(_) => WaitCause::NotDue,
                    None => WaitCause::BeforeLeader,
                };
                vec![Wait {
                    cause,
                    from: in_queue(&key.queue, *from, *since),
                    merged: None,
                }]
            }
            Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed | Stage::Ended(_) => Vec::new(),
        }
    }

    /// How a run's wait was spent so far.
    pub(super) fn waits(
        &self,
        queue: &QueueKey,
        run: &Run,
        class: u64,
        member: &Member,
        id: u64,
    ) -> Vec<Wait> {
        let mut parts = member.prior.clone();
        let start = match &run.stage {
            Stage::Waiting { since, from, due } if parts.is_empty() => {
                let start = in_queue(queue, *from, *since);
                let same = (&start.log, start.seq) == (&member.joined.log, member.joined.seq);
                let cause = if run.comes_after() {
                    (!same).then_some(WaitCause::After)
                } else if due.is_some() {
                    Some(WaitCause::NotDue)
                } else {
                    (!same).then_some(WaitCause::BeforeLeader)
                };
                parts.extend(cause.map(|cause| Wait {
                    cause,
                    from: start.clone(),
                    merged: None,
                }));
                Some(start)
            }
            Stage::Waiting { .. }
            | Stage::Unreadable(_)
            | Stage::Live
            | Stage::RetryOwed
            | Stage::Ended(_) => None,
        };
        let members = self.classes.get(&class);
        let past = members.map(|members| members.past.as_slice());
        let mut entered = (&member.mark, &member.joined);
        for (n, stretch) in past
            .unwrap_or_default()
            .iter()
            .enumerate()
            .skip(member.stretch)
        {
            if n > member.stretch {
                entered = (&stretch.entered.0, &stretch.entered.1);
            }
            parts.extend(stretch.history.spent(entered.0, entered.1));
        }
        if let Some(members) = members.filter(|members| members.past.len() > member.stretch) {
            entered = (&members.entered.0, &members.entered.1);
        }
        if let Some(group) = self.groups.get(&id) {
            parts.extend(group.history.spent(entered.0, entered.1));
        }
        // Stamps of other logs may be ahead of its own; the wait begins with its own all the same.
        if let (Some(start), Some(first)) = (start, parts.first_mut()) {
            first.from = start;
        }
        spent::squeeze(parts)
    }
}

fn is_waiting(run: &Run) -> bool {
    matches!(run.stage, Stage::Waiting { .. })
}

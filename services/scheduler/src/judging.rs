//! Whether requests can be run: each is judged once in the order of the log, and again where the config has changed.

use weir_core::{
    event::Decision,
    ids::{Lane, QueueKey, RunId, RunKey, Seq},
    judge::Judged,
    request::{Fault, FaultCode},
    state::{QueueState, Run, Stage, State},
};

use crate::{
    decide::{Moment, Saying},
    impediment::Health,
    leader::Leader,
};

/// Requests that are judged in one step, so that a long log never blocks the reading of what comes.
const JUDGED_AT_ONCE: usize = 1_000;

impl Leader {
    /// Judges requests that nobody has judged in this leadership, in the order of the log.
    pub(crate) fn judge_new(
        &mut self,
        moment: &Moment<'_>,
        key: &QueueKey,
        folded: &QueueState,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        if moment.state.cell.deleting(key).is_some() {
            return self.doom(moment, key, folded, most, sayings);
        }
        let cursor = self.cursors.get(key).copied().unwrap_or_default();
        let waiting: Vec<(Seq, RunId)> = folded
            .waiting_after(cursor)
            .take(JUDGED_AT_ONCE)
            .map(|(seq, id)| (seq, id.clone()))
            .collect();
        // What was requested before this leadership may have been accepted by the one before.
        let ours = folded.lane(Lane(0)).map_or(Seq(u64::MAX), |(_, seq)| seq);
        let full = over_bound(moment.state, moment.health, key);
        for (seq, run_id) in waiting {
            if sayings.len() >= most {
                return;
            }
            self.cursors.insert(key.clone(), seq);
            // What ends in this step anyway is not rejected as well; should it be claimed after all, it is judged then.
            if !self.is_undecided(key, &run_id, sayings) {
                continue;
            }
            let fault = match &full {
                Some(full) if seq > ours => Some(full.clone()),
                Some(_) | None => self.fault(moment.state, key, folded, &run_id),
            };
            match fault {
                Some(fault) if fault.code.may_heal() => {
                    let run = RunKey {
                        queue: key.clone(),
                        run_id,
                    };
                    // Nobody may claim it while it waits for the barrier.
                    self.overlay.reserve(&run, &[]);
                    self.barrier.suspect(run);
                }
                Some(fault) => sayings.push((run_id, Saying::Decision(Decision::Rejected(fault)))),
                None => {
                    let run = RunKey {
                        queue: key.clone(),
                        run_id,
                    };
                    if let Some(fault) = self.doubt(moment.state, &run) {
                        let rejected = Saying::Decision(Decision::Rejected(fault));
                        sayings.push((run.run_id, rejected));
                    }
                }
            }
        }
    }

    /// A suspect whose barrier has been folded: it is judged again, by config that cannot be too old any more.
    pub(crate) fn rejudge(&mut self, state: &State, run: RunKey) {
        let fault = state.queues.get(&run.queue).and_then(|folded| {
            let waits = folded
                .run(&run.run_id)
                .is_some_and(|run| matches!(run.stage, Stage::Waiting { .. }));
            if waits {
                self.fault(state, &run.queue, folded, &run.run_id)
            } else {
                None
            }
        });
        match fault {
            Some(fault) => self.convict(run, fault),
            None => self.disown_or_settle(state, run),
        }
    }

    /// It stays reserved until its rejection has been read back.
    pub(crate) fn convict(&mut self, run: RunKey, fault: Fault) {
        let condemned = self.condemned.entry(run.queue).or_default();
        condemned.push((run.run_id, fault));
    }

    pub(crate) fn condemn(
        &mut self,
        key: &QueueKey,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        if let Some(condemned) = self.condemned.get_mut(key) {
            let now = condemned.len().min(most);
            let rejected = condemned.drain(..now);
            sayings.extend(
                rejected.map(|(id, fault)| (id, Saying::Decision(Decision::Rejected(fault)))),
            );
        }
    }

    /// What is wrong with a waiting request, if anything; if nothing, what is in force for it is remembered.
    fn fault(
        &mut self,
        state: &State,
        key: &QueueKey,
        folded: &QueueState,
        run_id: &RunId,
    ) -> Option<Fault> {
        let request = folded.run(run_id)?.request.as_deref()?;
        match self.judge.judge(&state.cell, key, request) {
            Ok(judged) => {
                self.judged
                    .entry(key.clone())
                    .or_default()
                    .insert(run_id.clone(), judged);
                None
            }
            Err(fault) => Some(fault),
        }
    }

    /// What is in force for a run that is about to be claimed: by configuration as it is now.
    pub(crate) fn in_force(&mut self, state: &State, run: &RunKey) -> Option<Judged> {
        let folded = state.queues.get(&run.queue)?;
        let known = self
            .judged
            .get_mut(&run.queue)
            .and_then(|judged| judged.remove(&run.run_id));
        if let Some(known) =
            known.filter(|known| is_current(state, &run.queue, known, folded.run(&run.run_id)))
        {
            return Some(known);
        }
        if self.fault(state, &run.queue, folded, &run.run_id).is_some() {
            self.overlay.reserve(run, &[]);
            self.barrier.suspect(run.clone());
            return None;
        }
        self.judged
            .get_mut(&run.queue)
            .and_then(|judged| judged.remove(&run.run_id))
    }
}

/// Past its request bound a queue takes no new request, so that what it has accepted can end.
fn over_bound(state: &State, health: &Health, key: &QueueKey) -> Option<Fault> {
    let bound = state.cell.queue(key)?.value.max_bytes;
    let bytes = health.get(key)?.usage?.bytes;
    (bytes > bound).then(|| {
        let text = format!(
            "queue full: its stream holds {bytes} bytes and its bound is {bound}: raise it with `weir work-queue update {} --pool {} --max-bytes BYTES`",
            key.queue, key.pool
        );
        Fault::new(FaultCode::QueueFull, "", text)
    })
}

fn is_current(state: &State, key: &QueueKey, judged: &Judged, run: Option<&Run>) -> bool {
    let deployment = run
        .and_then(|run| run.request.as_deref())
        .and_then(|request| request.deployment.as_ref())
        .and_then(|name| state.cell.deployment(name))
        .map(|held| held.revision);
    state
        .cell
        .pool(&key.pool)
        .is_some_and(|pool| pool.revision == judged.pool_revision)
        && state
            .cell
            .queue(key)
            .is_some_and(|queue| queue.revision == judged.queue_revision)
        && deployment == judged.deployment_revision
}

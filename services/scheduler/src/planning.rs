//! What may start: the plan, made into decisions.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use weir_core::{
    bounds,
    event::{CancelCause, Claim, Claimed, Decision, RequestCopy},
    ids::{QueueKey, RunKey},
    plan::{Basis, Eviction, Openings, Proposal, Refusal},
    state::{Run, Stage, State},
    template::run_name,
};

use crate::{
    basis::Vector,
    decide::{Desk, Moment, Saying},
    leader::Leader,
    work::Work,
};

/// Claims that turn out not to be possible free what they would have taken: so often it is planned anew in one step.
const PLANS_AT_ONCE: usize = 8;

impl Leader {
    #[tracing::instrument(level = "debug", skip_all, fields(queues = desks.len()))]
    pub(crate) fn plan(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        known: BTreeSet<QueueKey>,
        desks: &mut BTreeMap<QueueKey, Desk>,
        work: &mut Vec<Work>,
    ) {
        let mut lines = std::mem::take(&mut self.lines);
        let mut openings = Openings {
            known,
            ..Openings::default()
        };
        openings.kept = self.regrant(moment, vector, &openings, desks, work);
        for _ in 0..PLANS_AT_ONCE {
            for (run, slots) in std::mem::take(&mut self.unsettled) {
                lines.restore(moment.state, &run, moment.place);
                self.forget_judged(moment.state, &run);
                lines.stir(&slots);
            }
            openings.lanes = desks
                .iter()
                .filter(|(key, _)| moment.state.cell.deleting(key).is_none())
                .map(|(key, desk)| (key.clone(), desk.lanes.len()))
                .collect();
            let plan = lines.plan(&Basis {
                state: moment.state,
                overlay: &self.overlay,
                openings: &openings,
                now: moment.now,
                place: moment.place,
            });
            self.paced_until = plan.wake;
            for proposal in plan.claims {
                if let Some(desk) = desks.get_mut(&proposal.run.queue) {
                    self.claim(moment, vector, desk, proposal, work);
                }
            }
            for refusal in plan.refusals {
                if let Some(desk) = desks.get_mut(&refusal.run.queue) {
                    self.refuse(moment, vector, desk, refusal, work);
                }
            }
            for eviction in plan.evictions {
                if let Some(desk) = desks.get_mut(&eviction.run.queue) {
                    self.evict(moment, vector, desk, eviction, work);
                }
            }
            if self.unsettled.is_empty() {
                break;
            }
        }
        self.lines = lines;
    }

    /// What was in force for a run that waits no longer.
    fn forget_judged(&mut self, state: &State, run: &RunKey) {
        let folded = state.queues.get(&run.queue);
        let folded = folded.and_then(|queue| queue.run(&run.run_id));
        let waits = folded.is_some_and(|run| matches!(run.stage, Stage::Waiting { .. }));
        if !waits && let Some(judged) = self.judged.get_mut(&run.queue) {
            judged.remove(&run.run_id);
        }
    }

    fn claim(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desk: &mut Desk,
        proposal: Proposal,
        work: &mut Vec<Work>,
    ) {
        let Proposal {
            run,
            attempt,
            request,
            slots,
            waits,
        } = proposal;
        let Some(judged) = self.in_force(moment.state, &run) else {
            // It is suspect: nobody claims it before the barrier, and others may have its slots.
            self.unsettled.push((run, slots));
            return;
        };
        let folded = moment.state.queues.get(&run.queue);
        let folded = folded.and_then(|queue| queue.run(&run.run_id));
        let claimed = Claimed {
            attempt,
            request,
            slots: slots.clone(),
            pool_revision: judged.pool_revision,
            queue_revision: judged.queue_revision,
            deployment_revision: judged.deployment_revision,
            retries: judged.retries,
            retry_delay: judged.retry_delay,
            retry_policy: judged.retry_policy,
            submit_within: Some(judged.submit_within),
            start_within: Some(judged.start_within),
            name: folded.and_then(|folded| name_of(moment.state, &run, folded)),
            outlives_worker: judged.outlives_worker,
            timeout: judged.timeout,
            take_within: self.config.take_within,
            copy: folded
                .and_then(|run| RequestCopy::of(run.request.as_ref()?, run.traceparent.as_deref())),
            waits,
        };
        let saying = Saying::Claim(Claim::Claimed(claimed), slots);
        self.say(moment, vector, desk, run, saying, work);
    }

    fn refuse(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desk: &mut Desk,
        refusal: Refusal,
        work: &mut Vec<Work>,
    ) {
        let Refusal { run, waits } = refusal;
        let cancelled = Decision::Cancelled {
            reason: "the concurrency limit of its deployment is reached, and its collision strategy is CANCEL_NEW"
                .to_owned(),
            cause: CancelCause::Collision,
            waits,
        };
        self.say(moment, vector, desk, run, Saying::Decision(cancelled), work);
    }

    fn evict(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desk: &mut Desk,
        eviction: Eviction,
        work: &mut Vec<Work>,
    ) {
        let Eviction { run, attempt, by } = eviction;
        if self.overlay.has(&run.queue, &run.run_id) {
            return; // something else is being decided about it: the next plan tells again
        }
        let ordered = Decision::CancelOrdered {
            attempt,
            grace: bounds::GRACE_DEFAULT,
            reason: format!(
                "run {by} takes its place: the collision strategy of its deployment is CANCEL_RUNNING"
            ),
            cause: CancelCause::Collision,
        };
        self.say(moment, vector, desk, run, Saying::Decision(ordered), work);
    }
}

/// The name that the run's deployment gives it, by the configuration that the claim rests on.
fn name_of(state: &State, key: &RunKey, run: &Run) -> Option<String> {
    let request = run.request.as_deref()?;
    let deployment = state.cell.deployment(request.deployment.as_ref()?)?;
    run_name::given(key, request, &deployment.value)
}

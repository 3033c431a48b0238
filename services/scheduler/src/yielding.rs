//! What runs that wait for other runs are told: that they have their slots again, or that they wait for each other.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use weir_core::{
    event::Decision,
    ids::QueueKey,
    knot::Knot,
    limit::LimitKey,
    plan::{Basis, Openings, Regrant, regrants},
    state::State,
    wait::Place,
};

use crate::{
    basis::Vector,
    decide::{Desk, Moment, Saying},
    leader::Leader,
    work::Work,
};

/// How often the logs are looked through for runs that wait for each other, at most; named within a second, it costs
/// little where many wait.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// After so long they are looked through again though nothing was folded: a run may have become due.
const LOOK_ANYWAY: Duration = Duration::from_secs(5);

/// Runs that wait for each other, as they were when they were last looked for.
#[derive(Debug, Default)]
pub(crate) struct Knots {
    pub(crate) knot: Knot,
    /// The last record that was folded then.
    seen: Option<Place>,
    /// Monotonic time before which nobody looks again.
    not_before: Duration,
    /// Something has been folded since.
    stale: bool,
}

impl Knots {
    /// When somebody has to look again, though nothing else happens.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.stale.then_some(self.not_before)
    }

    /// Looks, where something may have changed and it is time to.
    fn look(&mut self, moment: &Moment<'_>) {
        if !anybody_waits(moment.state) {
            *self = Self {
                not_before: self.not_before,
                ..Self::default()
            };
            return;
        }
        let since = moment.monotonic.saturating_sub(self.not_before);
        self.stale = self.seen.as_ref() != Some(moment.place) || since > LOOK_ANYWAY;
        if !self.stale || moment.monotonic < self.not_before {
            return;
        }
        self.knot = Knot::of(moment.state);
        self.seen = Some(moment.place.clone());
        self.stale = false;
        self.not_before = moment.monotonic.saturating_add(LOOK_EVERY);
    }
}

fn anybody_waits(state: &State) -> bool {
    let mut queues = state.queues.values();
    queues.any(|folded| folded.awaiting().next().is_some())
}

impl Leader {
    /// Gives back what is free to attempts that had given it back; returned is what is kept for the others.
    pub(crate) fn regrant(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        openings: &Openings,
        desks: &mut BTreeMap<QueueKey, Desk>,
        work: &mut Vec<Work>,
    ) -> BTreeMap<LimitKey, u64> {
        let lanes = desks
            .iter()
            .map(|(key, desk)| (key.clone(), desk.lanes.len()));
        let basis = Basis {
            state: moment.state,
            overlay: &self.overlay,
            openings,
            now: moment.now,
            place: moment.place,
        };
        let regrants = regrants(&basis, &lanes.collect());
        for regrant in regrants.now {
            let Regrant {
                run,
                attempt,
                k,
                slots,
            } = regrant;
            if let Some(desk) = desks.get_mut(&run.queue) {
                let regranted = Decision::Regranted {
                    attempt,
                    k,
                    slots: slots.clone(),
                };
                let saying = Saying::Regrant(regranted, slots);
                self.say(moment, vector, desk, run, saying, work);
            }
        }
        regrants.kept
    }

    /// Says of runs that wait for each other that they do, once of each wait.
    pub(crate) fn name_cycles(
        &mut self,
        moment: &Moment<'_>,
        vector: &Arc<Vector>,
        desks: &mut BTreeMap<QueueKey, Desk>,
        work: &mut Vec<Work>,
    ) {
        self.knots.look(moment);
        if self.knots.knot.is_empty() {
            return;
        }
        let knot = std::mem::take(&mut self.knots.knot);
        let mut warned = false;
        for run in knot.under_way() {
            let folded = moment.state.queues.get(&run.queue);
            let live = folded.and_then(|queue| queue.run(&run.run_id)?.live.as_deref());
            let Some(live) = live.filter(|live| live.awaiting().is_some_and(|held| !held.told))
            else {
                continue;
            };
            let desk = desks.get_mut(&run.queue);
            let Some(desk) = desk.filter(|desk| !desk.lanes.is_empty()) else {
                continue;
            };
            if self.overlay.has(&run.queue, &run.run_id) {
                continue;
            }
            let (links, runs) = (knot.links(moment.state, run), knot.len());
            if !warned {
                warned = true;
                tracing::warn!(
                    weir.run = %run, runs,
                    "runs wait for each other and none can go on; `weir why` names them"
                );
            }
            let found = Decision::FoundInCycle {
                attempt: live.attempt,
                k: live.last_k,
                links,
                runs: u32::try_from(runs).unwrap_or(u32::MAX),
            };
            self.say(
                moment,
                vector,
                desk,
                run.clone(),
                Saying::Decision(found),
                work,
            );
        }
        self.knots.knot = knot;
    }
}

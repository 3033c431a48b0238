//! What must be true of it.

use std::collections::BTreeMap;

use weir_core::{
    event::{Outcome, OutcomeClass, Reported},
    ids::{QueueKey, RunKey},
    limit::LimitKey,
    plan::{Lines, Proposal},
    request::Request,
    state::{QueueState, Run, State},
};

use crate::{model::Model, steps::Step};

impl Model {
    fn limits() -> [LimitKey; 2] {
        let (pool, tag) = ("pool".parse().unwrap(), "db".parse().unwrap());
        [LimitKey::Pool(pool), LimitKey::Tag(tag)]
    }
    pub(crate) fn use_of_limits(&self) -> Vec<(LimitKey, u64, u64)> {
        let limits = Self::limits().into_iter().filter_map(|limit| {
            let value = u64::from(self.state.value(&limit)?);
            let used = self.state.used(&limit) + self.overlay.reserved(&limit);
            Some((limit, used, value))
        });
        limits.collect()
    }

    /// A limit of which the last plan has claimed slots that are to be given back to somebody first.
    pub(crate) fn taken_from_those_who_wait(&self) -> Option<String> {
        for (limit, used, value) in self.use_of_limits() {
            let claims =
                |proposal: &Proposal| proposal.slots.iter().any(|slot| slot.limit == limit);
            let kept = self.wanted_of(&limit);
            if self.claimed.iter().any(claims) && value - used < kept {
                return Some(format!("{used} of {value} of {limit}, {kept} wanted"));
            }
        }
        // Who is not given back what he gave lacks a slot of one of his limits.
        let more = self.regrants().now;
        more.first()
            .map(|regrant| format!("{regrant:?} could go on"))
    }

    /// How many slots of a limit attempts are to have again that are not on their way to them.
    fn wanted_of(&self, limit: &LimitKey) -> u64 {
        let queues = self.state.queues.iter();
        let wanting = queues.flat_map(|(queue, folded)| {
            folded.wanting().filter(move |(run_id, _)| {
                let (queue, run_id) = (queue.clone(), (*run_id).clone());
                !self.overlay.regrants(&RunKey { queue, run_id })
            })
        });
        let slots = wanting.flat_map(|(_, run)| run.live.as_deref().unwrap().slots.iter());
        let of = slots.filter(|slot| slot.limit == *limit);
        of.map(|slot| u64::from(slot.weight)).sum()
    }

    /// What a plan would still claim that is made from the state as it is.
    pub(crate) fn left_idle(&self) -> Vec<String> {
        let mut lines = Lines::of(&self.state, &self.place());
        let claims = self.plan_with(&mut lines).claims;
        claims.iter().map(|claim| claim.run.to_string()).collect()
    }

    /// What goes on ends. `all`: all programs say that they go on, or none says anything any more.
    pub(crate) fn finish(&mut self, all: bool) {
        for _ in 0..4 * self.runs + 16 {
            self.step(&Step::Owed);
            for run in self.live().into_iter().filter(|_| all) {
                let id = self.wait_id(&run, 0).unwrap();
                self.request(&run, Request::GoesOn(id));
            }
            self.plan();
            while !self.flights.is_empty() {
                self.land(0, true);
            }
            for run in self.live() {
                let folded = self.state.queues[&run.queue].run(&run.run_id).unwrap();
                if !folded.live.as_deref().unwrap().has_given() {
                    let outcome = Outcome::of(OutcomeClass::Completed);
                    self.report(
                        &run,
                        3,
                        Reported::Finished {
                            outcome,
                            gone: true,
                        },
                    );
                }
            }
        }
    }
    pub(crate) fn unended(&self) -> Vec<String> {
        let runs = self.state.queues.values().flat_map(QueueState::runs);
        let unended = runs.filter(|(_, run)| !run.is_ended() || run.live.is_some());
        unended.map(|(run_id, _)| run_id.to_string()).collect()
    }
    /// What the first that is under way waits for.
    pub(crate) fn awaited(&self) -> Vec<String> {
        let first = self.live().remove(0);
        let live = self.state.run(&first).unwrap().live.as_deref().unwrap();
        let awaited = live.awaits.iter().flat_map(|awaits| &awaits.waits.runs);
        awaited
            .map(|run| run.seen_from(&first.queue).run_id.to_string())
            .collect()
    }
    /// Those that have nothing, though all that they wait for has ended.
    pub(crate) fn left_with_nothing(&self) -> Vec<String> {
        let given = self.live().into_iter().filter(|run| {
            let folded = self.state.run(run).unwrap();
            let live = folded.live.as_deref().unwrap();
            let awaited = live.awaits.iter().flat_map(|awaits| &awaits.waits.runs);
            let mut awaited = awaited.map(|other| self.state.run(&other.seen_from(&run.queue)));
            live.has_given() && awaited.all(|other| other.is_some_and(Run::is_ended))
        });
        given.map(|run| run.to_string()).collect()
    }
    pub(crate) fn replayed(&self) -> BTreeMap<QueueKey, QueueState> {
        let folded = self.records.iter().map(|(key, records)| {
            let mut queue = QueueState::default();
            for record in records {
                queue.apply(record.clone());
            }
            (key.clone(), queue)
        });
        let mut state = State {
            queues: folded.collect(),
            ..State::default()
        };
        let _moved = state.relate_all();
        state.queues
    }
}

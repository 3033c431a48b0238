//! What must be true of it.

use std::collections::BTreeMap;

use weir_core::{
    event::{Outcome, OutcomeClass, Reported},
    ids::QueueKey,
    limit::LimitKey,
    plan::{Lines, Proposal},
    request::Request,
    state::QueueState,
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
            let kept = self.kept.get(&limit).copied().unwrap_or(0);
            if self.claimed.iter().any(claims) && value - used < kept {
                return Some(format!("{used} of {value} of {limit}, {kept} wanted"));
            }
        }
        // Who is not given back what he gave lacks a slot of one of his limits.
        let more = self.regrants().now;
        more.first()
            .map(|regrant| format!("{regrant:?} could go on"))
    }

    /// What a plan would still claim that is made from the state as it is.
    pub(crate) fn left_idle(&self) -> Vec<String> {
        let mut lines = Lines::of(&self.state, &self.place());
        let claims = self.plan_with(&mut lines).claims;
        claims.iter().map(|claim| claim.run.to_string()).collect()
    }

    /// All programs go on, and what goes on ends.
    pub(crate) fn finish(&mut self) {
        for _ in 0..4 * self.runs + 16 {
            self.step(&Step::Owed);
            for run in self.live() {
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
    pub(crate) fn replayed(&self) -> BTreeMap<QueueKey, QueueState> {
        let folded = self.records.iter().map(|(key, records)| {
            let mut queue = QueueState::default();
            for record in records {
                queue.apply(record.clone());
            }
            (key.clone(), queue)
        });
        folded.collect()
    }
}

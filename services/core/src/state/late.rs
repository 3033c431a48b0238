//! Who is late, and who is too late: what waits past its time, and what never starts because it has not started by then.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crate::{
    ids::{DeploymentName, RunId},
    state::{index::Facets, name::StateName, queue::QueueState, run::Run},
    time::Timestamp,
};

impl QueueState {
    /// From here on late is what waits and was to start before this. Changes nothing but what it is called.
    pub fn call_late(&mut self, before: Timestamp) {
        if before <= self.late {
            return;
        }
        let late = std::mem::replace(&mut self.late, before);
        let least = RunId::least();
        let expected = self
            .index
            .expected
            .range((late, least.clone())..(before, least));
        let run_ids: Vec<RunId> = expected.map(|(_, run_id)| run_id.clone()).collect();
        for run_id in run_ids {
            if let Some(run) = self.runs.get(&run_id) {
                let was = Facets::of(run, self.woken, late);
                let is = Facets::of(run, self.woken, before);
                self.index.shift(&run_id, Some(&was), Some(&is));
            }
        }
    }
    /// The name of a run's state for people: what waits is late when its time is past by so much.
    pub fn name_of(&self, run: &Run) -> StateName {
        let late = run.could_start().is_some_and(|from| from < self.late);
        if late {
            StateName::Late
        } else {
            run.state_name()
        }
    }
    /// Of those that wait for their first attempt, the one that could have started first.
    pub fn first_expected(&self) -> Option<&Run> {
        let (_, run_id) = self.index.expected.first()?;
        self.runs.get(run_id)
    }
    /// Runs that have not started by `now` and had to, each with the point in time by which. `lateness` is how late runs
    /// of deployments may start that do not say so themselves.
    pub fn lapsed(
        &self,
        now: Timestamp,
        lateness: &BTreeMap<DeploymentName, Duration>,
    ) -> impl Iterator<Item = (&RunId, &Run, Timestamp)> {
        let own = self.index.lapses.iter();
        let own = own.map(|(by, run_id)| (*by, run_id));
        let own = own.take_while(move |(by, _)| *by <= now);
        let of = self.late_by_deployment(lateness).into_iter();
        let of = of.flat_map(move |(expected, lateness)| {
            let all = expected.iter();
            let all = all.map(move |(at, run_id)| (at.after(lateness), run_id));
            all.take_while(move |(by, _)| *by <= now)
        });
        own.chain(of)
            .filter_map(|(by, run_id)| Some((run_id, self.runs.get(run_id)?, by)))
    }
    /// The next point after `now` at which a run lapses that has not started by then.
    pub fn next_lapse(
        &self,
        now: Timestamp,
        lateness: &BTreeMap<DeploymentName, Duration>,
    ) -> Option<Timestamp> {
        let first = |all: &BTreeSet<(Timestamp, RunId)>, lateness: Duration| {
            let late = i64::try_from(lateness.as_nanos()).unwrap_or(i64::MAX);
            let from = now.0.saturating_sub(late).saturating_add(1);
            let mut later = all.range((Timestamp(from), RunId::least())..);
            later.next().map(|(at, _)| at.after(lateness))
        };
        let own = first(&self.index.lapses, Duration::ZERO);
        let of = self.late_by_deployment(lateness).into_iter();
        let of = of.filter_map(|(expected, lateness)| first(expected, lateness));
        own.into_iter().chain(of).min()
    }
    /// Runs that may lapse as their deployments say, by when they were to start. It costs as much as there are deployments
    /// that say so, or that have such runs here, whichever are fewer.
    fn late_by_deployment(
        &self,
        lateness: &BTreeMap<DeploymentName, Duration>,
    ) -> Vec<(&BTreeSet<(Timestamp, RunId)>, Duration)> {
        let of = &self.index.lapses_of;
        if lateness.len() < of.len() {
            let both = lateness.iter();
            both.filter_map(|(name, late)| Some((of.get(name)?, *late)))
                .collect()
        } else {
            let both = of.iter();
            both.filter_map(|(name, runs)| Some((runs, *lateness.get(name)?)))
                .collect()
        }
    }
}

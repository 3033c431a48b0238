//! Runs that hold nothing while their programs wait for others, and those others.
//!
//! A program that is killed while it waits says no more that it goes on, and another of the same run may go on in its
//! place. So it is found out from the runs themselves when such a wait is over.

use std::collections::{BTreeMap, BTreeSet};

use super::{Standing, debt};
use crate::{
    ids::{QueueKey, RunKey},
    state::{Awaiting, Run, State},
    time::Timestamp,
};

/// Who waits for whom, among those that hold nothing meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Awaited {
    /// For which runs each waits.
    by: BTreeMap<RunKey, Vec<RunKey>>,
    /// Who waits for each of those.
    of: BTreeMap<RunKey, BTreeSet<RunKey>>,
}

impl Awaited {
    pub(super) fn is_empty(&self) -> bool {
        self.by.is_empty()
    }

    /// Those that wait for a run.
    pub(super) fn by(&self, run: &RunKey) -> impl Iterator<Item = &RunKey> {
        self.of.get(run).into_iter().flatten()
    }

    /// Enters what a run waits for, in the place of what it waited for before. Whether there is anything of that.
    pub(super) fn enter(&mut self, key: &RunKey, run: &Run) -> bool {
        let awaited = run.given().map(|awaits| runs(awaits, &key.queue));
        let any = awaited.is_some() || self.by.contains_key(key);
        if self.by.get(key) == awaited.as_ref() {
            return any;
        }
        for other in self.by.remove(key).into_iter().flatten() {
            if let Some(waiting) = self.of.get_mut(&other) {
                waiting.remove(key);
                if waiting.is_empty() {
                    self.of.remove(&other);
                }
            }
        }
        if let Some(awaited) = awaited {
            for other in &awaited {
                let waiting = self.of.entry(other.clone()).or_default();
                waiting.insert(key.clone());
            }
            self.by.insert(key.clone(), awaited);
        }
        any
    }
}

fn runs(awaits: &Awaiting, queue: &QueueKey) -> Vec<RunKey> {
    let runs = awaits.waits.runs.iter();
    runs.map(|run| run.seen_from(queue)).collect()
}

impl State {
    /// When the last of those has ended that a run waits for and holds nothing meanwhile; `None`: not all have, as far as
    /// their logs are folded.
    pub(super) fn outwaited(&self, key: &RunKey, run: &Run) -> Option<Timestamp> {
        let mut last = None;
        for other in runs(run.given()?, &key.queue) {
            let other = self.run(&other)?;
            let Standing::Ended(_) = other.standing() else {
                return None;
            };
            last = last.max(Some(debt::end_of(other)?.at));
        }
        last
    }
}

//! The one way in which a run changes: as the table of transitions allows, and with its place in the indexes.

use crate::{
    ids::RunId,
    state::{
        Touched,
        index::Facets,
        past::{Before, Past},
        queue::QueueState,
        run::Run,
        transition::{Word, counts, leads},
    },
    time::Timestamp,
};

impl QueueState {
    /// Changes one run by a word about it, and moves it to its new place in the indexes. `change` says whether the word
    /// has counted; where the table says that it cannot in the run's state, it is not asked. `None` if there is no such
    /// run.
    pub(super) fn change(
        &mut self,
        run_id: &RunId,
        word: Word,
        change: impl FnOnce(&mut Run) -> bool,
    ) -> Option<bool> {
        let run = self.runs.get_mut(run_id)?;
        let (from, open) = (run.state_name(), !run.is_ended());
        if !counts(from, word) {
            return Some(false);
        }
        let before = if self.looks_back {
            if self.before == Before::Untouched {
                self.before = Before::Was(Past::of(run));
            }
            None
        } else {
            Some(Facets::of(run, self.woken, self.late))
        };
        let counted = change(run);
        let to = run.state_name();
        if from != to {
            run.since = self.applied_at;
        }
        if from != to && !leads(from, word, to) {
            debug_assert!(false, "{word:?} has led from {from} to {to}");
            self.illegal.get_or_insert((from, word, to));
        }
        let ended = run.schedule().filter(|_| open && run.is_ended());
        if let Some(before) = before {
            let after = Facets::of(run, self.woken, self.late);
            self.index.shift(run_id, Some(&before), Some(&after));
            self.note(run_id, before, after);
        }
        if let Some(schedule) = ended {
            self.on_schedule_ended(&schedule);
        }
        Some(counted)
    }

    /// Changes what of a run is told from outside its log, and moves it to its place in the indexes.
    pub(super) fn shift(&mut self, run_id: &RunId, change: impl FnOnce(&mut Run)) -> Touched {
        debug_assert!(!self.looks_back, "nothing is told to who has no indexes");
        if let Some(run) = self.runs.get_mut(run_id) {
            let was = Facets::of(run, self.woken, self.late);
            change(run);
            let is = Facets::of(run, self.woken, self.late);
            self.index.shift(run_id, Some(&was), Some(&is));
            self.note(run_id, was, is);
        }
        std::mem::take(&mut self.touched)
    }

    /// Changes what of a run no state depends on.
    pub(super) fn amend(&mut self, run_id: &RunId, change: impl FnOnce(&mut Run)) {
        if let Some(run) = self.runs.get_mut(run_id) {
            change(run);
        }
    }

    pub(super) fn note(&mut self, run_id: &RunId, before: Facets, after: Facets) {
        if before.kin != after.kin {
            self.touched.kin.push(run_id.clone());
        }
        if before.ready != after.ready {
            let moved = (run_id.clone(), before.ready, after.ready);
            self.touched.runs.push(moved);
        }
        if let Some((_, slots)) = before
            .slots
            .filter(|before| after.slots.as_ref() != Some(before))
        {
            self.touched.freed.push(slots);
        }
        // What was kept free for it is not any more.
        if let Some((_, slots)) = before.wanting.filter(|_| after.wanting.is_none()) {
            self.touched.unkept.push(slots);
        }
    }

    /// Adds a run.
    pub(super) fn add(&mut self, run_id: RunId, run: Run) {
        if let Some(after) = self.facets(&run) {
            self.index.shift(&run_id, None, Some(&after));
            self.touched.kin.push(run_id.clone());
            if let Some(ready) = after.ready {
                self.touched.runs.push((run_id.clone(), None, Some(ready)));
            }
        } else {
            self.before = Before::New;
        }
        self.runs.insert(run_id, run);
    }
}

/// What is told from outside, as the time is.
impl QueueState {
    /// The runs that this one comes after have ended as it asked, the last of them then, or have not after all. Changes
    /// where it stands in the indexes and nothing else.
    pub fn reach(&mut self, run_id: &RunId, reached: Option<Timestamp>) -> Touched {
        self.shift(run_id, |run| run.reached = reached)
    }

    /// Nothing of it is unended, so nothing comes after anything: in a life that is over nobody is told of it any more.
    pub(super) fn unreach(&mut self) {
        for run in self.runs.values_mut() {
            (run.reached, run.outwaited) = (None, None);
        }
    }
}

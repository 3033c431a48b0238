//! What users ask for about families: parents, and runs to come after. Drawn apart, so that the histories of older seeds
//! stay what they were.

use weir_core::{
    family::{After, AfterOutcome, OnFailure, OnParentEnd, Parent, RunName},
    ids::RunKey,
};

#[derive(Debug)]
pub(super) struct Families {
    random: fastrand::Rng,
    /// Whether this history has any of it.
    on: bool,
}

impl Families {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x0fa3_111e5);
        // Seeds that have found something are played as they were.
        let on = seed > 100_000 && random.bool();
        Self { random, on }
    }

    /// A parent among the runs that are on the log.
    pub(super) fn parent(&mut self, known: &[RunKey]) -> Option<Parent> {
        if !self.on || self.random.u32(0..3) > 0 {
            return None;
        }
        let run = self.some(known)?;
        let detached = self.random.u32(0..4) == 0;
        let fatal = self.random.u32(0..3) == 0;
        Some(Parent {
            run,
            on_parent_end: if detached {
                OnParentEnd::Detach
            } else {
                OnParentEnd::Propagate
            },
            on_failure: if fatal {
                OnFailure::FailParent
            } else {
                OnFailure::Detach
            },
        })
    }

    /// Some of them to come after.
    pub(super) fn after(&mut self, known: &[RunKey]) -> Option<After> {
        if !self.on || self.random.u32(0..5) > 0 {
            return None;
        }
        let count = self.random.usize(1..=2);
        let runs: Vec<RunName> = (0..count).filter_map(|_| self.some(known)).collect();
        let outcome = AfterOutcome::ALL[self.random.usize(0..AfterOutcome::ALL.len())];
        (!runs.is_empty()).then_some(After { runs, outcome })
    }

    /// Young runs more often.
    fn some(&mut self, known: &[RunKey]) -> Option<RunName> {
        let young = known.len().min(6);
        let span = if self.random.bool() {
            young
        } else {
            known.len()
        };
        let back = self.random.usize(0..span.max(1));
        known.iter().rev().nth(back).cloned().map(RunName::from)
    }
}

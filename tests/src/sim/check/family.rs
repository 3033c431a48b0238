//! Whether a run may end, or begin, on account of others: by the policies' own words, and by how the others have stood at
//! any time. A leader may have read less than there is, never more.

use weir_core::{
    event::{Body, CancelCause, Decision},
    family::{AfterOutcome, OnFailure, OnParentEnd},
    ids::{QueueKey, RunKey},
};

use super::{
    Checker,
    run::{RunCheck, Stands},
};

/// Whether a run ends for others' sake by this.
pub(super) fn for_others(cause: CancelCause) -> bool {
    match cause {
        CancelCause::ParentEnded | CancelCause::ChildFailed | CancelCause::NotReached => true,
        CancelCause::Asked | CancelCause::Collision | CancelCause::Lapsed => false,
    }
}

/// How a run ends that was stopped for somebody's sake, or because it came too late.
pub(super) fn ending(sake: Option<CancelCause>) -> &'static str {
    match sake {
        Some(CancelCause::ChildFailed) => "ChildFailed",
        Some(CancelCause::NotReached) => "NotReached",
        Some(CancelCause::Lapsed) => "Lapsed",
        Some(CancelCause::Asked | CancelCause::Collision | CancelCause::ParentEnded) | None => {
            "Cancelled"
        }
    }
}

impl Checker {
    /// A record about a run is folded.
    pub(super) fn note(&mut self, key: &QueueKey, body: &Body) {
        let run_id = match body {
            Body::Request { run_id, .. }
            | Body::Claim { run_id, .. }
            | Body::Decision { run_id, .. }
            | Body::Report { run_id, .. } => run_id,
            Body::Epoch(_) | Body::Malformed { .. } => return,
        };
        let log = self.logs.get_mut(key);
        if let Some(run) = log.and_then(|log| log.runs.get_mut(run_id)) {
            run.note();
        }
    }

    /// Whether the log has such a run.
    pub(in crate::sim) fn knows(&self, run: &RunKey) -> bool {
        self.known(run)
            .is_some_and(|check| check.stands != Stands::Unknown)
    }

    fn known(&self, run: &RunKey) -> Option<&RunCheck> {
        self.logs.get(&run.queue)?.runs.get(&run.run_id)
    }

    /// What is wrong with a decision for others' sake.
    pub(super) fn without_cause(&self, run: &RunKey, decision: &Decision) -> Option<String> {
        let (Decision::Cancelled { cause, .. } | Decision::CancelOrdered { cause, .. }) = decision
        else {
            return None;
        };
        let asked = self.known(run)?.asked.as_ref();
        let founded = match cause {
            // Whether it lapses is a matter of its time.
            CancelCause::Asked | CancelCause::Collision | CancelCause::Lapsed => true,
            CancelCause::ParentEnded => {
                let parent = asked.and_then(|asked| asked.parent.as_ref());
                let parent = parent.filter(|parent| parent.on_parent_end == OnParentEnd::Propagate);
                let other = parent.and_then(|parent| self.known(&parent.run.seen_from(&run.queue)));
                other.is_some_and(|other| other.fell)
            }
            CancelCause::ChildFailed => self.logs.iter().any(|(queue, log)| {
                log.runs.values().any(|child| {
                    let parent = child.asked.as_ref().and_then(|asked| asked.parent.as_ref());
                    child.ends.1
                        && parent.is_some_and(|parent| {
                            parent.on_failure == OnFailure::FailParent
                                && parent.run.seen_from(queue) == *run
                        })
                })
            }),
            CancelCause::NotReached => {
                self.after(run, |wanted, (completed, failed)| match wanted {
                    AfterOutcome::Success => failed,
                    AfterOutcome::Failure => completed,
                    AfterOutcome::Any => false,
                })
            }
        };
        (!founded).then(|| format!("{run}: {cause:?}, and nobody has given cause for it"))
    }

    /// Whether this holds for one of the runs that it comes after, by whether it has ever completed, and ever failed.
    fn after(&self, run: &RunKey, holds: impl Fn(AfterOutcome, (bool, bool)) -> bool) -> bool {
        let asked = self.known(run).and_then(|check| check.asked.as_ref());
        let after = asked.and_then(|asked| asked.after.as_ref());
        after.is_some_and(|after| {
            let mut runs = after.runs.iter().map(|other| other.seen_from(&run.queue));
            runs.any(|other| {
                let ends = self
                    .known(&other)
                    .map_or((false, false), |other| other.ends);
                holds(after.outcome, ends)
            })
        })
    }

    /// Whether a run waits for others that have not ended, or have been asked for once more.
    pub(super) fn follows(&self, run: &RunKey) -> bool {
        let tried = self.known(run).is_none_or(RunCheck::was_tried);
        let asked = self.known(run).and_then(|check| check.asked.as_ref());
        let after = asked.and_then(|asked| asked.after.as_ref());
        let mut others = after.into_iter().flat_map(|after| &after.runs);
        let open = others.any(|other| {
            let other = self.known(&other.seen_from(&run.queue));
            other.is_none_or(|other| !matches!(other.stands, Stands::Ended(_)))
        });
        open && !tried
    }

    /// Whether a run waits for others that have not ended as it asked, at any time.
    pub(super) fn is_held(&self, run: &RunKey) -> bool {
        let tried = self.known(run).is_none_or(RunCheck::was_tried);
        !tried
            && self.after(run, |wanted, (completed, failed)| match wanted {
                AfterOutcome::Success => !completed,
                AfterOutcome::Failure => !failed,
                AfterOutcome::Any => !completed && !failed,
            })
    }
}

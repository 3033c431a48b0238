//! How a run stood before the record that has just been folded, for whoever tells of changes and plans nothing.
//!
//! A state that looks back keeps this instead of the indexes, which cost more than the rest of the fold. What is kept is
//! what somebody tells by, so that no run has to be copied to be compared.

use crate::{
    ids::{Attempt, Seq},
    state::{
        index::Facets,
        live::Live,
        name::StateName,
        queue::QueueState,
        run::{Run, Stage},
    },
    time::Timestamp,
};

/// The run of the record that has just been folded, before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Before {
    /// The record is about no run, or counts for nothing.
    #[default]
    Untouched,
    /// There was none.
    New,
    /// It stood so.
    Was(Past),
}

/// How a run stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) name: StateName,
    pub(crate) then: Then,
    /// Since when it was in that state.
    pub(crate) since: Timestamp,
    pub(crate) attempt: Attempt,
    pub(crate) again: u32,
    pub(crate) priority: i32,
    /// Somebody had asked for its end.
    pub(crate) cancelled: bool,
    pub(crate) live: Option<PastLive>,
}

/// Where a run stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Waiting {
        since: Timestamp,
        due: Option<Timestamp>,
    },
    RetryOwed,
    Ended,
    /// An attempt was under way, or nothing that can be run.
    Other,
}

/// How an attempt stood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that a record may change"
)]
pub(crate) struct PastLive {
    pub(crate) fence: Seq,
    pub(crate) taken: bool,
    pub(crate) started: bool,
    pub(crate) waiting: Option<(String, String)>,
    pub(crate) finished: bool,
    /// Its program waited for other runs.
    pub(crate) awaits: bool,
    /// A cycle of theirs had been told.
    pub(crate) cycle: bool,
    /// It had given its slots back.
    pub(crate) has_given: bool,
}

impl QueueState {
    /// The same records, for whoever tells of them: each leaves behind how its run stood before it. Nothing can be planned
    /// by it, since no run has a place in an index.
    pub(crate) fn looking_back(mut self) -> Self {
        self.looks_back = true;
        self
    }

    /// What the last record has found, if it looks back.
    pub(crate) fn take_before(&mut self) -> Before {
        std::mem::take(&mut self.before)
    }

    /// Where a run belongs in the indexes; nowhere where there are none.
    pub(super) fn facets(&self, run: &Run) -> Option<Facets> {
        (!self.looks_back).then(|| Facets::of(run, self.woken, self.late))
    }
}

impl Past {
    pub(crate) fn of(run: &Run) -> Self {
        Self {
            name: run.state_name(),
            then: match run.stage {
                Stage::Waiting { since, due, .. } => Then::Waiting { since, due },
                Stage::RetryOwed => Then::RetryOwed,
                Stage::Ended(_) => Then::Ended,
                Stage::Live | Stage::Unreadable(_) => Then::Other,
            },
            since: run.since,
            attempt: run.attempt,
            again: run.again,
            priority: run.priority,
            cancelled: run.cancel.is_some(),
            live: run.live.as_deref().map(PastLive::of),
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.then == Then::Ended
    }
}

impl PastLive {
    fn of(live: &Live) -> Self {
        let awaits = live.awaits.as_deref();
        Self {
            fence: live.fence,
            taken: live.holder.is_some(),
            started: live.started_at.is_some(),
            waiting: live.waiting.clone(),
            finished: live.finished.is_some(),
            awaits: awaits.is_some(),
            cycle: awaits.is_some_and(|awaits| awaits.told),
            has_given: live.has_given(),
        }
    }
}

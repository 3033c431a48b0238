//! What a run's own program says of its waits for other runs, and what is said of waits that never end.

use crate::{
    family::RunName,
    ids::{Attempt, RunKey, SessionId},
    limit::LimitKey,
};

/// Which wait of which attempt.
///
/// The attempt and its worker's session are told to the run's program by its environment. Whoever may publish requests to
/// a queue can guess an attempt, but the session is known only to those who may read the workers' reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitId {
    /// Which attempt.
    pub attempt: Attempt,
    /// The session of the worker that holds it.
    pub session: SessionId,
    /// Which wait of it; each is larger than those before.
    pub k: u32,
}

/// A run waits for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Which wait this is.
    pub id: WaitId,
    /// The runs that it waits for, all of them; at most [`crate::bounds::AWAITED_MAX`].
    pub runs: Vec<RunName>,
    /// It gives its slots back meanwhile.
    pub yields: bool,
}

/// Who waits for whom, or for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleLink {
    /// Who waits.
    pub run: RunKey,
    /// For what.
    pub waits_for: WaitsFor,
}

/// What a run waits for that is part of a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// The end of another run.
    Run(RunKey),
    /// Slots of a limit.
    Slots {
        /// Which.
        limit: LimitKey,
        /// Who holds them, or is to have them before it, and waits too; at most [`crate::bounds::CYCLE_LINKS_MAX`].
        held_by: Vec<RunKey>,
    },
}

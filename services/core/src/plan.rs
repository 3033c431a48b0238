//! What may be claimed now, and why the rest waits.
//!
//! Waiting runs stand in [`Lines`]: those that need the same limited slots stand together, each such group in one
//! place. A group that a limit blocks stands in that limit's line and costs nothing until a slot of the limit comes
//! free; then the first of the line is looked at first. So a claim costs steps that grow with the logarithm of the
//! number of waiting runs, whatever blocks them.

mod budget;
mod lines;
mod needs;
mod order;
mod overlay;
mod regrant;
mod room;
mod spent;

use std::collections::{BTreeMap, BTreeSet};

pub use lines::{Lines, PATIENCE};
pub use overlay::Overlay;
pub use regrant::{Regrant, Regrants, regrants};
pub use room::Room;

use crate::{
    ids::{Attempt, QueueKey, RunKey, Seq},
    limit::{LimitKey, Slot},
    state::State,
    time::Timestamp,
    wait::{Place, Wait},
};

/// A run that may start, and what it would hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Which run.
    pub run: RunKey,
    /// The attempt to claim.
    pub attempt: Attempt,
    /// The position of its request.
    pub request: Seq,
    /// The slots that it needs, all of which are free.
    pub slots: Vec<Slot>,
    /// How its wait was spent.
    pub waits: Vec<Wait>,
}

/// A run that ends instead of waiting: its deployment's limit is reached and new runs are to be cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which run.
    pub run: RunKey,
    /// How its wait was spent.
    pub waits: Vec<Wait>,
}

/// A run that is to be cancelled so that another of its deployment can take its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eviction {
    /// Which run.
    pub run: RunKey,
    /// Its attempt that holds the slot.
    pub attempt: Attempt,
    /// For whom.
    pub by: RunKey,
}

/// What the planner is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings {
    /// Queues that are fenced and folded, so that what their runs hold is known; with what is reserved in the overlay
    /// nothing more can come. A queue that is not here closes every limit that its runs may hold a slot of.
    pub known: BTreeSet<QueueKey>,
    /// How many appends each of them can take now. One with an unknown append takes none, and all others go on.
    pub lanes: BTreeMap<QueueKey, usize>,
    /// Slots that no claim gets, because attempts that had given theirs back are to have them first ([`regrants`]).
    pub kept: BTreeMap<LimitKey, u64>,
}

/// What a plan rests on.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// The folded logs.
    pub state: &'a State,
    /// What has been decided and not been read back.
    pub overlay: &'a Overlay,
    /// What may be decided.
    pub openings: &'a Openings,
    /// By the broker's clock.
    pub now: Timestamp,
    /// The last record that was folded, of any log.
    pub place: &'a Place,
}

/// What to decide. A claim is true once it is read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Runs to claim.
    pub claims: Vec<Proposal>,
    /// Runs to cancel instead of letting them wait.
    pub refusals: Vec<Refusal>,
    /// Runs to cancel so that others can take their place. Told again with each plan until their cancel is folded.
    pub evictions: Vec<Eviction>,
    /// When a start rate allows more.
    pub wake: Option<Timestamp>,
}

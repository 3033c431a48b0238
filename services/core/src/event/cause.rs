//! Why the scheduler ends a run, or has it stopped.

use crate::state::StateName;

/// Why a run ends without another attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CancelCause {
    /// A user asked for it.
    #[default]
    Asked,
    /// Its deployment's limit was reached, and the deployment's collision strategy is to cancel the new run.
    Collision,
    /// It has not started by the time by which it was to.
    Lapsed,
    /// Its parent is being cancelled, or has ended without success.
    ParentEnded,
    /// A child of it has ended without success, whose parent fails with it.
    ChildFailed,
    /// A run that it was to come after has ended in another way than it asked for.
    NotReached,
}

impl CancelCause {
    /// The state in which a run ends for it.
    pub const fn end(self) -> StateName {
        match self {
            Self::Asked | Self::Collision | Self::ParentEnded => StateName::Cancelled,
            Self::Lapsed => StateName::Lapsed,
            Self::ChildFailed => StateName::ChildFailed,
            Self::NotReached => StateName::NotReached,
        }
    }
    /// Every cause.
    pub const ALL: [Self; 6] = [
        Self::Asked,
        Self::Collision,
        Self::Lapsed,
        Self::ParentEnded,
        Self::ChildFailed,
        Self::NotReached,
    ];
    /// The reason as a code, as the run's end shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "",
            Self::Collision => "Collision",
            Self::Lapsed => "Lapsed",
            Self::ParentEnded => "ParentEnded",
            Self::ChildFailed => "ChildFailed",
            Self::NotReached => "NotReached",
        }
    }
}

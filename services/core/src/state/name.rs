//! The states of a run, in Prefect's words: a type for programs and a finer name for people.

use std::{fmt, str::FromStr};

/// The type of a run's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateType {
    /// It waits to be claimed.
    Scheduled,
    /// It is claimed, and does not run yet.
    Pending,
    /// It runs.
    Running,
    /// It ended with exit code 0.
    Completed,
    /// It ended otherwise by itself, or its request was rejected.
    Failed,
    /// Its infrastructure ended it, or could not start it.
    Crashed,
    /// It is being stopped.
    Cancelling,
    /// It was cancelled.
    Cancelled,
    /// It waits for somebody to resume it.
    Paused,
}

impl StateType {
    /// Every type, in the order of a life.
    pub const ALL: [Self; 9] = [
        Self::Scheduled,
        Self::Pending,
        Self::Running,
        Self::Cancelling,
        Self::Paused,
        Self::Completed,
        Self::Failed,
        Self::Crashed,
        Self::Cancelled,
    ];
    /// Whether a run in it has ended.
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Completed | Self::Failed | Self::Crashed | Self::Cancelled => true,
            Self::Scheduled | Self::Pending | Self::Running | Self::Cancelling | Self::Paused => {
                false
            }
        }
    }
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Crashed => "Crashed",
            Self::Cancelling => "Cancelling",
            Self::Cancelled => "Cancelled",
            Self::Paused => "Paused",
        }
    }
}
impl fmt::Display for StateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A state that weir does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown state {given:?}: use {}", StateType::ALL.map(StateType::as_str).join(", "))]
pub struct UnknownState {
    /// The text that was given.
    pub given: String,
}
impl FromStr for StateType {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownState {
                given: text.to_owned(),
            })
    }
}

/// The finer name of a run's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateName {
    /// Waits to be claimed for the first time.
    Scheduled,
    /// Waits for its next attempt.
    AwaitingRetry,
    /// Claimed; no worker has taken it.
    Pending,
    /// Taken by a worker; its infrastructure is being made.
    Submitting,
    /// Its infrastructure is made and does not run yet.
    InfrastructurePending,
    /// It runs.
    Running,
    /// It is being stopped because a user asked for it.
    Cancelling,
    /// It is being stopped because it was taken back from its worker.
    Revoking,
    /// Ended with exit code 0.
    Completed,
    /// Ended with another exit code.
    Failed,
    /// Ended because its time was up.
    TimedOut,
    /// The request could not be run.
    Rejected,
    /// Ended by a signal that was not ours.
    Crashed,
    /// Could not be started.
    StartFailed,
    /// Its worker was lost.
    WorkerLost,
    /// Its worker stopped it, and nobody had cancelled it.
    WorkerStopped,
    /// Cancelled by a user, or for another run's sake.
    Cancelled,
    /// Cancelled before it was tried, because a run that it comes after has ended otherwise than it asked.
    NotReached,
    /// Stopped, or not tried any more, because a child of it has ended without success.
    ChildFailed,
    /// Cancelled because it had not started in time.
    Lapsed,
    /// It waits to be claimed, and was to start some time ago. The fold looks at no clock: only views know this name.
    Late,
}

impl StateName {
    /// Every name.
    pub const ALL: [Self; 21] = [
        Self::Scheduled,
        Self::AwaitingRetry,
        Self::Pending,
        Self::Submitting,
        Self::InfrastructurePending,
        Self::Running,
        Self::Cancelling,
        Self::Revoking,
        Self::Completed,
        Self::Failed,
        Self::TimedOut,
        Self::Rejected,
        Self::Crashed,
        Self::StartFailed,
        Self::WorkerLost,
        Self::WorkerStopped,
        Self::Cancelled,
        Self::NotReached,
        Self::ChildFailed,
        Self::Lapsed,
        Self::Late,
    ];
    /// The type that it is a name of.
    pub const fn state(self) -> StateType {
        match self {
            Self::Scheduled | Self::AwaitingRetry | Self::Late => StateType::Scheduled,
            Self::Pending | Self::Submitting | Self::InfrastructurePending => StateType::Pending,
            Self::Running | Self::Revoking => StateType::Running,
            Self::Cancelling => StateType::Cancelling,
            Self::Completed => StateType::Completed,
            Self::Failed | Self::TimedOut | Self::Rejected | Self::ChildFailed => StateType::Failed,
            Self::Crashed | Self::StartFailed | Self::WorkerLost | Self::WorkerStopped => {
                StateType::Crashed
            }
            Self::Cancelled | Self::NotReached | Self::Lapsed => StateType::Cancelled,
        }
    }
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::AwaitingRetry => "AwaitingRetry",
            Self::Pending => "Pending",
            Self::Submitting => "Submitting",
            Self::InfrastructurePending => "InfrastructurePending",
            Self::Running => "Running",
            Self::Cancelling => "Cancelling",
            Self::Revoking => "Revoking",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::TimedOut => "TimedOut",
            Self::Rejected => "Rejected",
            Self::Crashed => "Crashed",
            Self::StartFailed => "StartFailed",
            Self::WorkerLost => "WorkerLost",
            Self::WorkerStopped => "WorkerStopped",
            Self::Cancelled => "Cancelled",
            Self::NotReached => "NotReached",
            Self::ChildFailed => "ChildFailed",
            Self::Lapsed => "Lapsed",
            Self::Late => "Late",
        }
    }
}
impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

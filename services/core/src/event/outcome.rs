//! How attempts end.

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The kind of ending, on which retries and states depend.
    pub class: OutcomeClass,
    /// The exit code, where there was one.
    pub exit_code: Option<i32>,
    /// The signal that ended it, where one did.
    pub signal: Option<i32>,
    /// A reason as a code, such as `CommandNotFound`; empty for none.
    pub reason: String,
    /// The reason for people.
    pub message: String,
}

impl Outcome {
    /// An ending of this class with nothing else to tell.
    pub fn of(class: OutcomeClass) -> Self {
        Self {
            class,
            exit_code: None,
            signal: None,
            reason: String::new(),
            message: String::new(),
        }
    }
}

/// The kinds of endings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeClass {
    /// Exit code 0.
    Completed,
    /// Another exit code.
    Failed,
    /// A signal that was not ours.
    Signaled,
    /// Its time was up and it was stopped for that.
    TimedOut,
    /// It could not be started: no such command, no such directory, a template that does not render.
    StartFailed,
    /// It was stopped by our signal because it was cancelled or revoked.
    Stopped,
    /// What became of it cannot be told: its worker or keeper is gone.
    Lost,
    /// Its infrastructure ended it; the reason says how, such as `OOMKilled` or `Evicted`.
    Crashed,
}

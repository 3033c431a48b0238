//! What kind of failure an ending was, and the patterns that retries go by.

use std::{fmt, str::FromStr};

use crate::event::{Outcome, OutcomeClass};

/// What kind of failure it was. A function of the outcome alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureClass {
    /// It ended by itself with this exit code, which is not 0.
    Exit(i32),
    /// A signal that was not ours ended it.
    Signal(i32),
    /// It used more memory than it may.
    OomKilled,
    /// Its node put it out.
    Evicted,
    /// Its image could not be pulled, or has no legal name.
    ImagePull,
    /// It could not be started for another reason.
    SubmissionError,
    /// Its time was up.
    Timeout,
    /// Its worker was lost, and with it what became of it.
    WorkerLost,
    /// Its worker ended it, because it was being stopped itself.
    WorkerStopped,
    /// Its infrastructure ended it in another way.
    Crashed,
}

/// Reasons, as the kubelet spells them, that come of an image.
const IMAGE_REASONS: [&str; 6] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
];

impl FailureClass {
    /// The failure that an outcome is; `None` if it is none.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        let failure = match outcome.class {
            OutcomeClass::Completed => return None,
            OutcomeClass::Failed => Self::Exit(outcome.exit_code.unwrap_or(1)),
            OutcomeClass::Signaled => Self::Signal(outcome.signal.unwrap_or(0)),
            OutcomeClass::TimedOut => Self::Timeout,
            OutcomeClass::StartFailed => Self::SubmissionError,
            OutcomeClass::Stopped => Self::WorkerStopped,
            OutcomeClass::Lost => Self::WorkerLost,
            OutcomeClass::Crashed => Self::Crashed,
        };
        // The infrastructure's own word tells more than how it looked from outside: a container that was killed for its
        // memory shows exit code 137, and one whose image is missing could not be started.
        Some(match (failure, outcome.reason.as_str()) {
            (Self::Exit(_) | Self::Signal(_) | Self::Crashed, "OOMKilled") => Self::OomKilled,
            (Self::Exit(_) | Self::Signal(_) | Self::Crashed, "Evicted") => Self::Evicted,
            (Self::SubmissionError, reason) if IMAGE_REASONS.contains(&reason) => Self::ImagePull,
            (failure, _) => failure,
        })
    }
}

impl fmt::Display for FailureClass {
    /// As patterns name it: `exit:2`, `signal:9`, `OOMKilled`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match *self {
            Self::Exit(code) => return write!(f, "exit:{code}"),
            Self::Signal(signal) => return write!(f, "signal:{signal}"),
            Self::OomKilled => FailureKind::OomKilled,
            Self::Evicted => FailureKind::Evicted,
            Self::ImagePull => FailureKind::ImagePull,
            Self::SubmissionError => FailureKind::SubmissionError,
            Self::Timeout => FailureKind::Timeout,
            Self::WorkerLost => FailureKind::WorkerLost,
            Self::WorkerStopped => FailureKind::WorkerStopped,
            Self::Crashed => FailureKind::Crashed,
        };
        f.pad(kind.as_str())
    }
}

/// Which failures are meant: of one kind, or of one kind with a number in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailurePattern {
    /// Exit codes from the first to the second, 0 never included.
    Exit(i32, i32),
    /// Signals from the first to the second.
    Signal(i32, i32),
    /// The failure without a number of this kind.
    Is(FailureKind),
}

/// The kinds of failures that have no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// See [`FailureClass::OomKilled`].
    OomKilled,
    /// See [`FailureClass::Evicted`].
    Evicted,
    /// See [`FailureClass::ImagePull`].
    ImagePull,
    /// See [`FailureClass::SubmissionError`].
    SubmissionError,
    /// See [`FailureClass::Timeout`].
    Timeout,
    /// See [`FailureClass::WorkerLost`].
    WorkerLost,
    /// See [`FailureClass::WorkerStopped`].
    WorkerStopped,
    /// See [`FailureClass::Crashed`].
    Crashed,
}

impl FailureKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::OomKilled,
        Self::Evicted,
        Self::ImagePull,
        Self::SubmissionError,
        Self::Timeout,
        Self::WorkerLost,
        Self::WorkerStopped,
        Self::Crashed,
    ];
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OomKilled => "OOMKilled",
            Self::Evicted => "Evicted",
            Self::ImagePull => "ImagePull",
            Self::SubmissionError => "SubmissionError",
            Self::Timeout => "Timeout",
            Self::WorkerLost => "WorkerLost",
            Self::WorkerStopped => "WorkerStopped",
            Self::Crashed => "Crashed",
        }
    }
}

impl FailurePattern {
    /// Whether this failure is meant.
    pub fn matches(self, failure: FailureClass) -> bool {
        match failure {
            FailureClass::Exit(code) => {
                matches!(self, Self::Exit(from, to) if (from..=to).contains(&code))
            }
            FailureClass::Signal(signal) => {
                matches!(self, Self::Signal(from, to) if (from..=to).contains(&signal))
            }
            FailureClass::OomKilled => self == Self::Is(FailureKind::OomKilled),
            FailureClass::Evicted => self == Self::Is(FailureKind::Evicted),
            FailureClass::ImagePull => self == Self::Is(FailureKind::ImagePull),
            FailureClass::SubmissionError => self == Self::Is(FailureKind::SubmissionError),
            FailureClass::Timeout => self == Self::Is(FailureKind::Timeout),
            FailureClass::WorkerLost => self == Self::Is(FailureKind::WorkerLost),
            FailureClass::WorkerStopped => self == Self::Is(FailureKind::WorkerStopped),
            FailureClass::Crashed => self == Self::Is(FailureKind::Crashed),
        }
    }
}

/// Every exit code.
const ANY_EXIT: FailurePattern = FailurePattern::Exit(i32::MIN, i32::MAX);
/// Every signal.
const ANY_SIGNAL: FailurePattern = FailurePattern::Signal(0, i32::MAX);

impl fmt::Display for FailurePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, from, to) = match *self {
            pattern if pattern == ANY_EXIT => return f.pad("exit"),
            pattern if pattern == ANY_SIGNAL => return f.pad("signal"),
            Self::Is(kind) => return f.pad(kind.as_str()),
            Self::Exit(from, to) => ("exit", from, to),
            Self::Signal(from, to) => ("signal", from, to),
        };
        if from == to {
            write!(f, "{word}:{from}")
        } else {
            write!(f, "{word}:{from}-{to}")
        }
    }
}

/// A pattern that weir does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown failure {given:?}: use exit, exit:CODE, exit:FROM-TO, signal, signal:NUMBER or one of {}",
    FailureKind::ALL.map(FailureKind::as_str).join(", ")
)]
pub struct UnknownFailure {
    /// The text that was given.
    pub given: String,
}

impl FromStr for FailurePattern {
    type Err = UnknownFailure;
    /// Words in any case. Exit codes are 1 to 255 and signals 1 to 64, as the kernel has them.
    fn from_str(text: &str) -> Result<Self, UnknownFailure> {
        let unknown = || UnknownFailure {
            given: text.to_owned(),
        };
        let word = text.trim();
        if word.eq_ignore_ascii_case("exit") {
            return Ok(ANY_EXIT);
        }
        if word.eq_ignore_ascii_case("signal") {
            return Ok(ANY_SIGNAL);
        }
        if let Some((word, range)) = word.split_once(':') {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            let number = |text: &str| text.trim().parse::<i32>().ok();
            let (from, to) = number(from).zip(number(to)).ok_or_else(unknown)?;
            let pattern = if word.eq_ignore_ascii_case("exit") && to <= 255 {
                Self::Exit(from, to)
            } else if word.eq_ignore_ascii_case("signal") && to <= 64 {
                Self::Signal(from, to)
            } else {
                return Err(unknown());
            };
            return if from >= 1 && from <= to {
                Ok(pattern)
            } else {
                Err(unknown())
            };
        }
        let kind = FailureKind::ALL.into_iter();
        let mut kind = kind.filter(|kind| kind.as_str().eq_ignore_ascii_case(word));
        kind.next().map(Self::Is).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests;

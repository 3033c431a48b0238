//! What belongs together: runs that have a parent, and runs that come after others.

use std::{fmt, str::FromStr};

use crate::ids::{NameError, PoolName, QueueKey, QueueName, RunId, RunKey};

/// A run as others name it: by its id within its own queue, or in full as `POOL/QUEUE/RUN_ID`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunName {
    /// Its id.
    pub run_id: RunId,
    /// Its queue; `None`: that of whoever names it.
    pub queue: Option<QueueKey>,
}

/// Why a text names no run. `Display` fits after "illegal …: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunNameError {
    /// It has neither one part nor three.
    #[error("{0:?} is no name of a run: write the run's id, or POOL/QUEUE/ID")]
    Parts(String),
    /// A part of it is no legal name.
    #[error(transparent)]
    Part(#[from] NameError),
}

impl RunName {
    /// Which run is meant by somebody who is in this queue.
    pub fn seen_from(&self, own: &QueueKey) -> RunKey {
        RunKey {
            queue: self.queue.clone().unwrap_or_else(|| own.clone()),
            run_id: self.run_id.clone(),
        }
    }

    fn len(&self) -> usize {
        let queue = self.queue.as_ref();
        self.run_id.as_str().len()
            + queue.map_or(0, |key| {
                key.pool.as_str().len() + key.queue.as_str().len() + 2
            })
    }
}

impl From<RunKey> for RunName {
    fn from(RunKey { queue, run_id }: RunKey) -> Self {
        Self {
            run_id,
            queue: Some(queue),
        }
    }
}

impl FromStr for RunName {
    type Err = RunNameError;
    fn from_str(text: &str) -> Result<Self, RunNameError> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [id] => Ok(Self {
                run_id: id.parse()?,
                queue: None,
            }),
            [pool, queue, id] => {
                let queue = QueueKey::new(pool.parse::<PoolName>()?, queue.parse::<QueueName>()?);
                Ok(Self {
                    run_id: id.parse()?,
                    queue: Some(queue),
                })
            }
            _ => Err(RunNameError::Parts(text.chars().take(160).collect())),
        }
    }
}

impl fmt::Display for RunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.queue {
            Some(queue) => write!(f, "{queue}/{}", self.run_id),
            None => self.run_id.fmt(f),
        }
    }
}

/// The run that has asked for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Which.
    pub run: RunName,
    /// What becomes of the child where the parent ends without success.
    pub on_parent_end: OnParentEnd,
    /// What becomes of the parent where the child ends without success.
    pub on_failure: OnFailure,
}

impl Parent {
    /// A parent whose child ends with it, and that goes on without its child.
    pub fn new(run: RunName) -> Self {
        Self {
            run,
            on_parent_end: OnParentEnd::default(),
            on_failure: OnFailure::default(),
        }
    }
    /// The size of its texts, in bytes.
    pub fn bytes(&self) -> usize {
        self.run.len()
    }
}

/// What becomes of a child where its parent ends without success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnParentEnd {
    /// It is cancelled, as soon as its parent is being cancelled, or has ended.
    #[default]
    Propagate,
    /// Nothing.
    Detach,
}

/// What becomes of a parent where its child ends without success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnFailure {
    /// Nothing.
    #[default]
    Detach,
    /// It is stopped and fails, without another try.
    FailParent,
}

/// What a run comes after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Which runs; at least one, at most [`crate::bounds::AFTER_MAX`].
    pub runs: Vec<RunName>,
    /// How each of them has to end.
    pub outcome: AfterOutcome,
}

impl After {
    /// The size of its texts, in bytes.
    pub fn bytes(&self) -> usize {
        self.runs.iter().map(RunName::len).sum()
    }
}

/// How a run has to end for another one to come after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AfterOutcome {
    /// Completed.
    #[default]
    Success,
    /// In any other way.
    Failure,
    /// Somehow.
    Any,
}

macro_rules! spelled {
    ($name:ident, $count:literal, $($variant:ident => $text:literal),+) => {
        impl $name {
            /// All of them.
            pub const ALL: [Self; $count] = [$(Self::$variant),+];
            /// Its spelling, as in a request's JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

spelled!(OnParentEnd, 2, Propagate => "PROPAGATE", Detach => "DETACH");
spelled!(OnFailure, 2, Detach => "DETACH", FailParent => "FAIL_PARENT");
spelled!(AfterOutcome, 3, Success => "SUCCESS", Failure => "FAILURE", Any => "ANY");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_named_by_its_id_or_in_full() {
        let own = QueueKey::new("local".parse().unwrap(), "high".parse().unwrap());
        let short: RunName = "r1".parse().unwrap();
        assert_eq!(short.seen_from(&own).to_string(), "local/high/r1");
        let full: RunName = "other/low/r1".parse().unwrap();
        assert_eq!(full.seen_from(&own).to_string(), "other/low/r1");
        assert_eq!(
            (full.to_string(), short.to_string()),
            ("other/low/r1".to_owned(), "r1".to_owned())
        );
        for wrong in ["", "low/r1", "a/b/c/d", "UPPER/low/r1", "a/b/-"] {
            assert!(wrong.parse::<RunName>().is_err(), "{wrong}");
        }
    }
}

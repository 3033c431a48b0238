//! The kubelets of all nodes: they start what was scheduled, tell how it goes and stop what is deleted.
//!
//! A kubelet goes by what it holds, not by the objects: a container whose pod's object was forced away runs until the
//! kubelet has stopped it, and a lost node runs what it had.

mod again;
mod life;
mod log;
mod report;
mod start;
mod stop;

use std::time::Duration;

use serde_json::Value;

use crate::{object::Key, script::Script};

pub(crate) use log::LogQuery;

/// What a container is doing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    /// Not started, with reason and message.
    Waiting(&'static str, String),
    Running {
        since: Duration,
    },
    Ended(End),
}

/// How a container ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct End {
    pub(crate) code: i32,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) started: Option<Duration>,
    pub(crate) at: Duration,
}

/// One container of a pod.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) image: String,
    /// The tail of the log is its termination message if it failed without one.
    log_is_message: bool,
    script: Script,
    pub(crate) state: State,
    /// How often it started again, and how it ended before.
    restarts: u32,
    last: Option<End>,
    /// Its entry in the record of what ran.
    ran: Option<usize>,
    /// What it wrote: when, after its start, and what. Lines of the future are not written yet.
    lines: Vec<(Duration, String)>,
}

/// What the pod is told to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Pending,
    Running,
    Succeeded,
    Failed,
}

impl Phase {
    fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }

    fn over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// A pod in the hands of a kubelet.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) key: Key,
    pub(crate) uid: String,
    pub(crate) node: String,
    pub(crate) containers: Vec<Container>,
    pod: Value,
    phase: Phase,
    sandbox: bool,
    /// Reason and message of the pod itself: evicted, or over its own deadline.
    why: Option<(&'static str, String)>,
    /// Steps of earlier epochs are void.
    epoch: u32,
    admitted: Duration,
    /// SIGKILL comes at this moment.
    kill_at: Option<Duration>,
    /// The object is gone or marked: the kubelet finishes the pod off.
    removing: bool,
}

impl Held {
    fn running(&self) -> bool {
        self.containers
            .iter()
            .any(|it| matches!(it.state, State::Running { .. }))
    }

    fn ended(&self) -> bool {
        self.containers
            .iter()
            .all(|it| matches!(it.state, State::Ended(_)))
    }

    fn failed(&self) -> bool {
        self.why.is_some()
            || self
                .containers
                .iter()
                .any(|it| matches!(&it.state, State::Ended(end) if end.code != 0))
    }

    pub(crate) fn container(&self, name: Option<&str>) -> Option<&Container> {
        match name {
            None => self.containers.first(),
            Some(name) => self.containers.iter().find(|it| it.name == name),
        }
    }
}

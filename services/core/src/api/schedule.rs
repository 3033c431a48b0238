//! Schedules as a folded state knows them: what comes next, and why nothing comes.

use super::Answerer;
use crate::{
    ids::{DeploymentName, PoolName, QueueKey, QueueName, RunId},
    schedule::{Overlap, PassedOver, ScheduleKey},
    time::Timestamp,
};

/// Which schedules to list. Empty filters let everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleFilter {
    /// Only of this deployment.
    pub deployment: Option<DeploymentName>,
    /// Only of deployments whose runs go to this pool.
    pub pool: Option<PoolName>,
    /// Only of deployments whose runs go to this queue.
    pub queue: Option<QueueName>,
}

/// A schedule of a deployment as a folded state knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleView {
    /// Its deployment.
    pub deployment: DeploymentName,
    /// Which of its schedules.
    pub key: ScheduleKey,
    /// Where its runs go.
    pub queue: QueueKey,
    /// Whether it makes runs: it and its deployment are not paused, and it can be read.
    pub active: bool,
    /// Why it cannot be read; empty: it can be.
    pub fault: String,
    /// What becomes of a time at which a run has not ended.
    pub overlap: Overlap,
    /// When it is due next; `None`: never again, or it makes no runs.
    pub next: Option<Timestamp>,
    /// It was due then, and a run for it has not come yet: it waits for those of `unended`, or for the leader.
    pub waits: Option<Timestamp>,
    /// Its runs that have not ended; at most 20.
    pub unended: Vec<RunId>,
    /// The last time for which it has made a run.
    pub last: Option<Timestamp>,
    /// The last time that made no run, and why.
    pub passed_over: Option<PassedOver>,
}

/// An answer to a list of schedules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleList {
    /// The schedules, by deployment and in the order of its configuration.
    pub schedules: Vec<ScheduleView>,
    /// Who answers, and how far it has folded.
    pub from: Answerer,
}

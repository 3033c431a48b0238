//! What is still to happen, by the time at which it does.

use std::{collections::BTreeMap, time::Duration};

use crate::object::Key;

/// What a controller or the kubelet does when its time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The Job controller looks at a Job.
    SyncJob(Key),
    /// A Job is to be looked at now, however often it was meanwhile: a deadline or a wait is over.
    WakeJob(Key),
    /// The garbage collector looks at a Job that is being deleted.
    Collect(Key),
    /// The pods of a Job that is gone, by its uid.
    Orphaned(String),
    /// The TTL of a Job, by its uid, is over.
    Expire(Key, String),
    /// The scheduler looks at a pod.
    Schedule(Key),
    /// A step of the kubelet in a pod, by its uid. An epoch that is over makes it void.
    Pod { uid: String, epoch: u32, step: Step },
    /// The node controller has not heard of a node; the number tells which loss it was.
    NodeUnreachable(String, u32),
    /// The toleration of a pod on a lost node is over.
    Taint {
        pod: Key,
        uid: String,
        node: String,
        loss: u32,
    },
    /// The namespace controller looks at a namespace that is being deleted.
    EmptyNamespace(String),
}

/// What the kubelet does next in one pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Admit,
    Sandbox,
    Start,
    PullBackOff,
    /// The container of this number starts again after it failed.
    Again(usize),
    /// The container of this number ends by itself.
    End(usize),
    /// The phase is told.
    Settle,
    /// The pod's own deadline is over.
    Deadline,
    /// SIGTERM.
    Terminate,
    /// The container of this number ends after SIGTERM.
    Stopped(usize),
    /// SIGKILL.
    Kill,
    /// The pod's object goes.
    Remove,
}

/// Actions in the order of their times; those of one time in the order in which they were planned.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    planned: u64,
    queue: BTreeMap<(Duration, u64), Action>,
}

impl Timers {
    pub(crate) fn add(&mut self, at: Duration, action: Action) {
        self.planned += 1;
        self.queue.insert((at, self.planned), action);
    }

    /// When the next one is due.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.queue.keys().next().map(|it| it.0)
    }

    /// The next one that is due by now, with its time.
    pub(crate) fn pop(&mut self, now: Duration) -> Option<(Duration, Action)> {
        let entry = self.queue.first_entry().filter(|it| it.key().0 <= now)?;
        let at = entry.key().0;
        Some((at, entry.remove()))
    }
}

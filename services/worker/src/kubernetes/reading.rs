//! What to report of an attempt, from what is seen of its Job and of its pods. No IO and no clock.
//!
//! Kubernetes tells an attempt's story in two objects and many small steps, some of them twice, some late, and in no
//! order between the two. So nothing here goes by events: a reading is a function of the last state of each object, and
//! what is once said stays true. The rules come from recordings of Kubernetes 1.36 (`services/worker/tests/data`) and
//! from <https://kubernetes.io/docs/concepts/workloads/controllers/job/> and
//! <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/>.
//!
//! Three of them are easily got wrong:
//! - A pod's end is believed when its kubelet says that the pod has ended, not when a container has: the reason (an
//!   eviction, a deadline) comes with the former.
//! - A pod that was deleted before it had ended says nothing about its Job: the Job may have been suspended, and a new
//!   pod comes when it is resumed. Only the Job's own word, or its absence, makes that an end.
//! - A pod's object that went without its end having been seen may have left a container behind on an unreachable node.

mod job;
mod marks;
mod meta;
mod outcome;
mod pod;
#[cfg(test)]
mod tests;

use weir_core::{event::Outcome, time::Timestamp};

use self::outcome::{PodEnd, end_of};
pub use self::{
    job::{JobEnd, JobSeen, Told},
    marks::Marks,
    pod::{ContainerEnd, PodPhase, PodSeen},
};

/// What is known of an attempt's Job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState<'a> {
    /// No event and no list has shown it yet. A pod may be seen before its Job.
    Unseen,
    /// Its last state.
    Seen(&'a JobSeen),
    /// It is no more, by a consistent list or a 404, with its last state where one was seen. A `DELETED` event is not
    /// enough: a Job that has lost its label looks the same.
    Gone(Option<&'a JobSeen>),
}

impl<'a> JobState<'a> {
    fn last(self) -> Option<&'a JobSeen> {
        match self {
            Self::Unseen => None,
            Self::Seen(job) => Some(job),
            Self::Gone(last) => last,
        }
    }
}

/// What to report of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its Job was made.
    pub submitted: bool,
    /// The pod that stands for the attempt now: the newest that has not ended, else the newest.
    pub pod: Option<String>,
    /// The node of that pod.
    pub node: Option<String>,
    /// Why that pod cannot start yet.
    pub waiting: Option<Told>,
    /// When the first container of the attempt started, by its node's clock.
    pub started: Option<Timestamp>,
    /// How it ended. Said once nothing that may still come can change it.
    pub outcome: Option<Outcome>,
    /// What may be left of it.
    pub left: Left,
}

/// What may be left of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// A pod of it runs or may run, or its Job may make one.
    Something,
    /// Nothing that is known of. But pods may not have been seen yet, or one went without its end having been seen; only
    /// a consistent list, begun after this was read, can say. What that list does not have is over: an object that
    /// somebody removed by force is that somebody's word.
    Unseen,
    /// Nothing.
    Nothing,
}

/// Reads an attempt. `pods` are those of this Job by its uid, each in its last state, also those that are no more.
/// `listed`: a consistent list of pods that was begun after `job` was seen as it is has been worked into `pods`.
pub fn read(job: JobState<'_>, pods: &[&PodSeen], listed: bool) -> Reading {
    let ends: Vec<_> = pods.iter().map(|pod| end_of(pod)).collect();
    let current = pods
        .iter()
        .zip(&ends)
        .max_by_key(|(pod, end)| (end.is_none(), pod.created, pod.name.as_str()))
        .map(|(pod, _)| *pod);
    let started = pods.iter().filter_map(|pod| pod.started).min();
    let outcome = outcome::of_attempt(job, &ends, listed);
    let waits = outcome.is_none() && started.is_none();
    Reading {
        submitted: job != JobState::Unseen || !pods.is_empty(),
        pod: current.map(|pod| pod.name.clone()),
        node: current.and_then(|pod| pod.node.clone()),
        waiting: current
            .filter(|pod| waits && pod.deletion.is_none() && !pod.absent)
            .and_then(|pod| pod.waiting.clone()),
        started,
        outcome,
        left: left(job, pods, &ends, listed),
    }
}

fn left(job: JobState<'_>, pods: &[&PodSeen], ends: &[Option<PodEnd>], listed: bool) -> Left {
    let single = job.last().is_some_and(|job| job.single);
    let own = ends
        .iter()
        .flatten()
        .any(|end| matches!(end, PodEnd::Own { .. }));
    let makes_no_more = match job {
        JobState::Unseen => false,
        JobState::Seen(job) => job.end.is_some() || (single && own),
        JobState::Gone(_) => true,
    };
    if !makes_no_more || ends.iter().any(Option::is_none) {
        return Left::Something;
    }
    // A pod that was never put on a node has never run anything.
    let unseen_end = |pod: &&PodSeen| !pod.terminal() && pod.node.is_some();
    let ended = job.last().is_some_and(|job| job.end.is_some());
    let all_seen = single && (own || ended) && !pods.is_empty() && !pods.iter().any(unseen_end);
    if listed || all_seen {
        Left::Nothing
    } else {
        Left::Unseen
    }
}

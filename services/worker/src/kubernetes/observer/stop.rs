//! How an attempt is stopped: because the log says so, or because it has run for too long.

use std::time::Duration;

use weir_core::event::{Outcome, OutcomeClass};

use super::{
    decide::{ASK_AGAIN, Call, Step, View},
    scene::Job,
    standing::Stand,
};
use crate::{
    executor::{StopCause, stopped},
    kubernetes::reading::PodSeen,
};

/// How long after its grace a pod is killed for.
const KILL_AFTER: Duration = Duration::from_secs(3);
/// The least grace of a pod.
const GRACE_MIN: Duration = Duration::from_secs(1);
/// Between SIGTERM and SIGKILL of what has run for too long.
const TIMEOUT_GRACE: Duration = weir_core::bounds::GRACE_DEFAULT;

/// Why an attempt is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StopWhy {
    /// The log says so.
    Ordered(StopCause),
    /// It has run for this long.
    TimedOut(Duration),
}

impl View<'_> {
    /// The order to stop, and when its time will be up where it is not yet.
    pub(super) fn stop(&self, stand: &Stand) -> (Option<(StopWhy, Duration)>, Option<Duration>) {
        if let Some((cause, grace)) = stand.stop {
            return (Some((StopWhy::Ordered(cause), grace)), None);
        }
        let (Some(timeout), Some(started)) = (stand.timeout, stand.started_at) else {
            return (None, None);
        };
        let left = started.after(timeout).since(self.wall);
        if left.is_zero() {
            (Some((StopWhy::TimedOut(timeout), TIMEOUT_GRACE)), None)
        } else {
            (None, Some(self.now.saturating_add(left)))
        }
    }

    /// What ended by our deletion ended as it was ordered; what ended by itself, by itself.
    pub(super) fn judged(&self, outcome: Outcome, stop: Option<(StopWhy, Duration)>) -> Outcome {
        let outcome = plain(outcome);
        let Some((why, _)) = stop else {
            return outcome;
        };
        let deleted = matches!(outcome.reason.as_str(), "PodDeleted" | "JobDeleted");
        let asked_before = self
            .seen
            .pods_of_job()
            .iter()
            .any(|pod| pod.deletion.is_some());
        let by_itself = match outcome.class {
            OutcomeClass::Crashed => !deleted,
            OutcomeClass::Completed | OutcomeClass::Failed | OutcomeClass::Signaled => {
                !asked_before
            }
            OutcomeClass::TimedOut
            | OutcomeClass::StartFailed
            | OutcomeClass::Stopped
            | OutcomeClass::Lost => true,
        };
        if by_itself {
            return outcome;
        }
        match why {
            StopWhy::Ordered(cause) => stopped(cause, outcome.exit_code, outcome.signal),
            StopWhy::TimedOut(timeout) => Outcome {
                exit_code: outcome.exit_code,
                signal: outcome.signal,
                reason: "TimedOut".to_owned(),
                message: format!("stopped when its timeout of {timeout:?} was over"),
                ..Outcome::of(OutcomeClass::TimedOut)
            },
        }
    }

    /// Deletes the Job, then its pods with the grace that was ordered, then with one second: never with none, which
    /// would forget a container that may still run.
    pub(super) fn stopping(&self, grace: Duration) -> Step {
        let grace = grace.max(GRACE_MIN);
        let job = match &self.seen.job {
            Job::Seen(job) => job,
            Job::Unseen | Job::Gone(_) => return self.confirm(),
        };
        if !job.deleting && job.end.is_none() {
            return Step::call(Call::DeleteJob {
                uid: job.uid.clone(),
            });
        }
        let pods = self.seen.pods_of_job();
        let left = || pods.iter().filter(|pod| !pod.terminal() && !pod.absent);
        let fresh: Vec<_> = left()
            .filter(|pod| {
                self.doing
                    .stopping
                    .grace_of(&pod.uid)
                    .is_none_or(|had| had > grace)
            })
            .map(|pod| named(pod))
            .collect();
        if !fresh.is_empty() {
            return Step::call(Call::DeletePods { pods: fresh, grace });
        }
        let kill_at = |pod: &&&PodSeen| {
            let killed = self
                .doing
                .stopping
                .kill_at(&pod.uid, grace.saturating_add(KILL_AFTER));
            (killed, named(pod))
        };
        let next = left().map(|pod| kill_at(&pod)).min();
        match next {
            Some((at, pod)) if at <= self.now => Step::call(Call::DeletePods {
                pods: vec![pod],
                grace: GRACE_MIN,
            }),
            Some((at, _)) => Step::wake(at),
            None => self.confirm_slowly(),
        }
    }

    /// Its pods are going, or none has been seen: the watch tells when the Job is gone, unless it was missed.
    fn confirm_slowly(&self) -> Step {
        let asked = self.doing.asked_at.unwrap_or(self.doing.since);
        let at = asked.saturating_add(ASK_AGAIN);
        if self.now < at {
            Step::wake(at)
        } else {
            Step::call(Call::Confirm)
        }
    }
}

fn named(pod: &PodSeen) -> (String, String) {
    (pod.name.clone(), pod.uid.clone())
}

/// That a run has completed needs no reason.
fn plain(mut outcome: Outcome) -> Outcome {
    if outcome.class == OutcomeClass::Completed {
        outcome.reason.clear();
    }
    outcome
}

//! What an observer does about one attempt: a function of how it stands in the log, what is seen of it in the cluster, and
//! what has been done about it already. No IO.
//!
//! Level, not edge: it is asked again whenever one of the three has changed, and whoever takes over asks the same.

use std::time::Duration;

use weir_core::{
    event::{Outcome, Reported},
    time::Timestamp,
};

use super::{
    doing::Doing,
    scene::{Job, Seen},
    standing::{Stand, Standing},
    stop::StopWhy,
};
use crate::kubernetes::reading::{JobSeen, Left, Reading};

/// How long whoever has submitted a Job has to un-suspend it before the observer does.
const START_BY_OTHERS: Duration = Duration::from_secs(3);
/// How long events have to show what a list or a report speaks of, before the server is asked.
const SHOWN_WITHIN: Duration = Duration::from_secs(2);
/// Between two questions about one attempt.
pub(super) const ASK_AGAIN: Duration = Duration::from_secs(2);
/// How long a Job may have no pod before its events are looked at, and between two looks.
const NO_POD: Duration = Duration::from_secs(4);
/// How long the last output may keep the end from being told.
const OUTPUT_FIRST: Duration = Duration::from_millis(250);

/// All that is looked at.
pub(super) struct View<'a> {
    pub(super) standing: &'a Standing,
    pub(super) seen: &'a Seen,
    pub(super) doing: &'a Doing,
    /// By the monotonic clock.
    pub(super) now: Duration,
    /// By the wall's.
    pub(super) wall: Timestamp,
}

/// A call to the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Let the Job make its pod.
    Unsuspend {
        uid: String,
        resource_version: String,
    },
    /// With the pods going first.
    DeleteJob { uid: String },
    /// Pods by name and uid.
    DeletePods {
        pods: Vec<(String, String)>,
        grace: Duration,
    },
    /// Write to the Job that its output is in the log, and have the cluster remove it some time after its end.
    MarkStored { uid: String, ttl_s: Option<u32> },
    /// Ask what there is.
    Confirm,
    /// Ask why there is no pod.
    Events { uid: String },
}

/// What to do now, and when to ask again at the latest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) tell: Option<Reported>,
    pub(super) call: Option<Call>,
    pub(super) wake: Option<Duration>,
    /// There is nothing more to be done about it, ever.
    pub(super) settled: bool,
}

impl Step {
    pub(super) fn call(call: Call) -> Self {
        Self {
            call: Some(call),
            ..Self::default()
        }
    }
    fn tell(what: Reported) -> Self {
        Self {
            tell: Some(what),
            ..Self::default()
        }
    }
    pub(super) fn wake(at: Duration) -> Self {
        Self {
            wake: Some(at),
            ..Self::default()
        }
    }
    fn settled() -> Self {
        Self {
            settled: true,
            ..Self::default()
        }
    }
}

impl View<'_> {
    pub(super) fn step(&self) -> Step {
        match self.standing {
            // Not for us to touch, unless the log comes to know it: a Job may be seen before its claim is read.
            Standing::Unknown if self.seen.suspect => Step::settled(),
            // Or its worker is about it.
            Standing::Unknown | Standing::Taken => Step::default(),
            Standing::Over => self.over(),
            Standing::Submitted(stand) => self.submitted(stand),
        }
    }

    /// The log says that nothing of it is left: what is there all the same was never started, or is waste.
    fn over(&self) -> Step {
        let job = match &self.seen.job {
            Job::Seen(job) if !self.seen.suspect => job,
            // Should it be there all the same, the next list shows it again.
            Job::Seen(_) | Job::Unseen | Job::Gone(_) => return Step::settled(),
        };
        let reading = self.seen.reading();
        if job.end.is_some() || reading.left == Left::Nothing {
            return if job.is_marked() {
                Step::settled()
            } else {
                self.marked(job)
            };
        }
        if job.deleting {
            return Step::default();
        }
        // What was seen may be old: its pod may have ended well since, and that is no waste.
        if !self.seen.listed {
            return self.confirm();
        }
        Step::call(Call::DeleteJob {
            uid: job.uid.clone(),
        })
    }

    /// The cluster may remove it when its output is in the log, which goes with it. So a Job that has no mark yet is one
    /// whose output whoever takes over has to look for.
    fn marked(&self, job: &JobSeen) -> Step {
        if !self.doing.output_is_done() {
            return Step::default();
        }
        if self.seen.pods.is_empty() && !self.seen.listed {
            return self.confirm();
        }
        Step::call(Call::MarkStored {
            uid: job.uid.clone(),
            ttl_s: self.seen.ttl_s,
        })
    }

    fn submitted(&self, stand: &Stand) -> Step {
        let reading = self.seen.reading();
        let (order, deadline) = self.stop(stand);
        let outcome = reading
            .outcome
            .clone()
            .map(|outcome| self.judged(outcome, order));
        let gone = reading.left == Left::Nothing && self.is_sure();
        let mut next = match (outcome, gone) {
            (Some(outcome), true) => self.end(stand, outcome),
            (Some(outcome), false) => {
                let mut next = self.cleared(&reading, order);
                if !stand.finished && !stand.revoked {
                    let gone = false;
                    next.tell = Some(Reported::Finished { outcome, gone });
                }
                next
            }
            (None, _) => {
                let mut next = self.alive(stand, &reading, order);
                if next.tell.is_none() && order.is_none() && !stand.revoked {
                    next.tell = self.progress(stand, &reading);
                }
                next
            }
        };
        next.wake = next.wake.into_iter().chain(deadline).min();
        next
    }

    /// A controller that has not heard of the deletion yet may still make a pod for a Job that was let start and of which
    /// none was seen. So the answer that there is none must be given twice.
    fn is_sure(&self) -> bool {
        let started = match &self.seen.job {
            Job::Gone(Some(last)) => !last.suspended,
            Job::Gone(None) => true,
            Job::Seen(_) | Job::Unseen => return true,
        };
        !started || !self.seen.pods.is_empty() || self.doing.absent >= 2
    }

    /// The last word, in whatever way the attempt stands.
    fn end(&self, stand: &Stand, outcome: Outcome) -> Step {
        let waited = self.doing.output_ends_by(self.now, OUTPUT_FIRST);
        if let Some(until) = waited {
            return Step::wake(until);
        }
        let gone = true;
        Step::tell(match (stand.revoked, stand.finished) {
            (_, true) => Reported::Gone { outcome: None },
            (true, false) => Reported::Gone {
                outcome: Some(outcome),
            },
            (false, false) => Reported::Finished { outcome, gone },
        })
    }

    /// It has ended; what may be left of it goes.
    fn cleared(&self, reading: &Reading, stop: Option<(StopWhy, Duration)>) -> Step {
        match (reading.left, stop) {
            (Left::Something, Some((_, grace))) => self.stopping(grace),
            (Left::Something, None) if self.seen.suspect => self.confirm(),
            // The Job controller and the kubelet are about it; they tell when it is done.
            (Left::Something, None) => Step::default(),
            (Left::Unseen | Left::Nothing, _) => self.confirm(),
        }
    }

    fn alive(&self, stand: &Stand, reading: &Reading, stop: Option<(StopWhy, Duration)>) -> Step {
        let job = match &self.seen.job {
            Job::Seen(job) if !self.seen.suspect => job,
            Job::Unseen if self.doing.unlisted => return Step::default(),
            // Events may be on their way.
            Job::Unseen if self.now < self.doing.since.saturating_add(SHOWN_WITHIN) => {
                return Step::wake(self.doing.since.saturating_add(SHOWN_WITHIN));
            }
            Job::Seen(_) | Job::Unseen | Job::Gone(_) => return self.confirm(),
        };
        if let Some((_, grace)) = stop {
            return self.stopping(grace);
        }
        if job.suspended && stand.started_at.is_none() && !job.deleting {
            return self.unsuspend(job);
        }
        let idle = !job.suspended && reading.pod.is_none() && !job.deleting;
        if idle {
            self.no_pod(job)
        } else {
            Step::default()
        }
    }

    fn unsuspend(&self, job: &JobSeen) -> Step {
        let at = self.doing.since.saturating_add(START_BY_OTHERS);
        if self.now < at {
            return Step::wake(at);
        }
        Step::call(Call::Unsuspend {
            uid: job.uid.clone(),
            resource_version: job.resource_version.clone(),
        })
    }

    /// Only events say that a quota or an admission keeps the pods of a Job out.
    fn no_pod(&self, job: &JobSeen) -> Step {
        let at = self
            .doing
            .events_at
            .unwrap_or(self.doing.since)
            .saturating_add(NO_POD);
        if self.now < at {
            return Step::wake(at);
        }
        Step::call(Call::Events {
            uid: job.uid.clone(),
        })
    }

    pub(super) fn confirm(&self) -> Step {
        match self
            .doing
            .asked_at
            .map(|asked| asked.saturating_add(ASK_AGAIN))
        {
            Some(at) if self.now < at => Step::wake(at),
            Some(_) | None => Step::call(Call::Confirm),
        }
    }

    /// What there is to be told of an attempt that goes on.
    fn progress(&self, stand: &Stand, reading: &Reading) -> Option<Reported> {
        if stand.finished {
            return None;
        }
        let place = reading.node.as_ref().zip(reading.pod.as_ref());
        let place = place.map(|(node, pod)| format!("pod {pod} on node {node}"));
        if reading.started.is_some() {
            // It may have come up faster than its being put there was told.
            return stand.started_at.is_none().then(|| Reported::Started {
                infrastructure: place.unwrap_or_default(),
            });
        }
        let waiting = reading.waiting.as_ref().or(self.doing.no_pod.as_ref());
        let waiting = match (waiting, place) {
            (Some(told), _) => (told.reason.clone(), told.message.clone()),
            (None, Some(place)) => (Reported::SCHEDULED.to_owned(), place),
            (None, None) => return None,
        };
        // The message of a back-off counts up; its reason is the news.
        let known = stand
            .waiting
            .as_ref()
            .is_some_and(|(reason, _)| *reason == waiting.0);
        (!known && stand.started_at.is_none()).then_some(Reported::Waiting {
            reason: waiting.0,
            message: waiting.1,
        })
    }
}

#[cfg(test)]
mod tests;

//! Which end an attempt has had.

use std::time::Duration;

use weir_core::{
    event::{Outcome, OutcomeClass},
    time::Timestamp,
};

use super::{
    JobState,
    job::{JobEnd, Told},
    pod::{ContainerEnd, PodPhase, PodSeen},
};

/// Reasons of containers that were never started, as containerd, CRI-O and the kubelet spell them.
const NOT_STARTED: [&str; 4] = [
    "StartError",
    "ContainerCannotRun",
    "CreateContainerError",
    "RunContainerError",
];

/// What one pod's end says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PodEnd {
    /// It ended by itself, or its node ended it: that counts, whatever else becomes of its Job.
    Own {
        outcome: Outcome,
        at: Option<Timestamp>,
    },
    /// It was deleted. Why is its Job's business.
    Deleted {
        name: String,
        exit_code: Option<i32>,
        signal: Option<i32>,
        /// What a container that was restarted in it had ended with before.
        before: Option<Outcome>,
        /// What had kept it from its start.
        kept: Option<Told>,
        at: Option<Timestamp>,
    },
}

impl PodEnd {
    fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Own { at, .. } | Self::Deleted { at, .. } => *at,
        }
    }
}

/// The end of a pod; `None` while it may still run.
pub(super) fn end_of(pod: &PodSeen) -> Option<PodEnd> {
    let terminal = pod.terminal();
    if !terminal && !pod.absent {
        return None;
    }
    let failure = pod.failure.as_deref();
    let at = failure.and_then(|end| end.finished).or(pod.deletion);
    let own = |outcome| Some(PodEnd::Own { outcome, at });
    if pod.phase == PodPhase::Succeeded {
        return own(completed());
    }
    if let Some(told) = &pod.reason {
        return own(by_node(pod, told));
    }
    let killed = !terminal || was_killed(pod);
    match &pod.disruption {
        Some(told) if killed => own(disrupted(told, failure)),
        _ if killed => Some(PodEnd::Deleted {
            name: pod.name.clone(),
            exit_code: failure.and_then(|end| end.exit_code),
            signal: failure.and_then(|end| end.signal),
            before: pod.restarted.as_deref().map(by_container),
            kept: kept(pod),
            at,
        }),
        _ => own(failure.map_or_else(unexplained, by_container)),
    }
}

/// How long after its end the kubelet has a pod removed that was deleted while it ran.
const LAST_RITES: Duration = Duration::from_secs(2);

/// Whether its deletion ended a pod, and not a container that had failed before. Kubernetes' times have whole seconds, and
/// where only the kubelet's own deletion was seen, which follows the end, the time of the first one is not known any
/// more. There an exit code that SIGTERM or SIGKILL leaves behind tells.
fn was_killed(pod: &PodSeen) -> bool {
    let Some(deletion) = pod.deletion else {
        return false;
    };
    let Some(end) = pod.failure.as_deref() else {
        return true;
    };
    let by_signal = match end.told.reason.as_str() {
        "OOMKilled" => false,
        // Nobody saw its end, only that it was not there any more when the pod was taken down.
        "ContainerStatusUnknown" => true,
        _ => matches!(end.exit_code, Some(137 | 143)),
    };
    end.finished.is_none_or(|finished| {
        finished > deletion || (by_signal && finished.after(LAST_RITES) >= deletion)
    })
}

/// The outcome of an attempt, once no event that may still come can change it.
pub(super) fn of_attempt(
    job: JobState<'_>,
    ends: &[Option<PodEnd>],
    listed: bool,
) -> Option<Outcome> {
    let last = job.last();
    if last.is_some_and(|job| job.end == Some(JobEnd::Complete)) {
        return Some(completed());
    }
    let ends: Vec<&PodEnd> = ends.iter().map(Option::as_ref).collect::<Option<_>>()?;
    // A Job that is gone makes no more pods, so the one that it has made stands for it.
    let alone = matches!(job, JobState::Gone(None)) && ends.len() == 1;
    let single = last.is_some_and(|job| job.single) || alone;
    if single
        && let Some(outcome) = ends.iter().find_map(|end| match end {
            PodEnd::Own { outcome, .. } => Some(outcome.clone()),
            PodEnd::Deleted { .. } => None,
        })
    {
        return Some(outcome);
    }
    // Of several pods, some may not have been seen yet.
    if !single && !listed {
        return None;
    }
    // Once it is going to fail, a Job makes no more pods.
    let failed = last.and_then(|job| match &job.end {
        Some(JobEnd::Failed(told)) => Some(told),
        Some(JobEnd::Complete) | None => job.failing.as_ref(),
    });
    let latest = ends.iter().copied().max_by_key(|end| end.at());
    match (failed, latest) {
        (Some(told), None) => listed.then(|| by_job(told)),
        (Some(told), Some(latest)) => Some(failed_by(told, single, latest, &ends)),
        (None, latest) => {
            let over = matches!(job, JobState::Gone(_)) || last.is_some_and(|job| job.deleting);
            let known = listed || latest.is_some();
            (over && known).then(|| job_deleted(latest))
        }
    }
}

/// What kept a pod from its start, if it never had one.
fn kept(pod: &PodSeen) -> Option<Told> {
    pod.waiting.clone().filter(|_| pod.started.is_none())
}

/// The outcome of a Job that failed, by the pod that decided it.
fn failed_by(told: &Told, single: bool, latest: &PodEnd, ends: &[&PodEnd]) -> Outcome {
    if told.reason == "DeadlineExceeded" {
        // The deadline only ended the wait for a start that could not be.
        if let PodEnd::Deleted {
            kept: Some(kept), ..
        } = latest
        {
            return kept.start_failed();
        }
        let (exit_code, signal) = codes(single.then_some(latest));
        return Outcome {
            exit_code,
            signal,
            ..outcome(OutcomeClass::TimedOut, told)
        };
    }
    let failure = |end: &&&PodEnd| match end {
        PodEnd::Own { outcome, .. } => outcome.class != OutcomeClass::Completed,
        PodEnd::Deleted { .. } => true,
    };
    match ends.iter().filter(failure).max_by_key(|end| end.at()) {
        None => by_job(told),
        Some(PodEnd::Own { outcome, .. }) => outcome.clone(),
        Some(PodEnd::Deleted {
            before: Some(before),
            ..
        }) => before.clone(),
        Some(PodEnd::Deleted {
            name,
            exit_code,
            signal,
            ..
        }) => Outcome {
            exit_code: *exit_code,
            signal: *signal,
            reason: "PodDeleted".to_owned(),
            message: format!("its pod {name} was deleted before it had ended"),
            ..Outcome::of(OutcomeClass::Crashed)
        },
    }
}

fn codes(end: Option<&PodEnd>) -> (Option<i32>, Option<i32>) {
    match end {
        None => (None, None),
        Some(PodEnd::Own { outcome, .. }) => (outcome.exit_code, outcome.signal),
        Some(PodEnd::Deleted {
            exit_code, signal, ..
        }) => (*exit_code, *signal),
    }
}

fn job_deleted(latest: Option<&PodEnd>) -> Outcome {
    let (exit_code, signal) = codes(latest);
    Outcome {
        exit_code,
        signal,
        reason: "JobDeleted".to_owned(),
        message: "its Job was deleted before it had ended".to_owned(),
        ..Outcome::of(OutcomeClass::Crashed)
    }
}

/// A Job that failed and no pod of which says why.
fn by_job(told: &Told) -> Outcome {
    match told.reason.as_str() {
        "DeadlineExceeded" => outcome(OutcomeClass::TimedOut, told),
        _ => outcome(OutcomeClass::Crashed, told),
    }
}

fn completed() -> Outcome {
    Outcome {
        exit_code: Some(0),
        reason: "Completed".to_owned(),
        ..Outcome::of(OutcomeClass::Completed)
    }
}

fn unexplained() -> Outcome {
    Outcome {
        reason: "PodFailed".to_owned(),
        message: "its pod failed, and neither the pod nor a container of it says why".to_owned(),
        ..Outcome::of(OutcomeClass::Crashed)
    }
}

/// The kubelet gives a pod a reason when it ends it (`Evicted`, `DeadlineExceeded`, `Terminated`, `Preempting`), or when
/// it does not even take it (`OutOfcpu`, `NodeAffinity`, `UnexpectedAdmissionError`).
fn by_node(pod: &PodSeen, told: &Told) -> Outcome {
    if let Some(kept) = kept(pod).filter(|_| told.reason == "DeadlineExceeded") {
        return kept.start_failed();
    }
    let taken = pod.started.is_some() || pod.failure.is_some();
    let class = match told.reason.as_str() {
        "DeadlineExceeded" => OutcomeClass::TimedOut,
        "Evicted" | "Preempting" | "Terminated" | "NodeLost" => OutcomeClass::Crashed,
        _ if taken => OutcomeClass::Crashed,
        _ => OutcomeClass::StartFailed,
    };
    let end = pod.failure.as_deref();
    Outcome {
        exit_code: end.and_then(|end| end.exit_code),
        signal: end.and_then(|end| end.signal),
        ..outcome(class, told)
    }
}

/// <https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions>
fn disrupted(told: &Told, end: Option<&ContainerEnd>) -> Outcome {
    let reason = match told.reason.as_str() {
        "EvictionByEvictionAPI" | "TerminationByKubelet" => "Evicted",
        "PreemptionByScheduler" => "Preempted",
        // The node does not answer, or is no more.
        "DeletionByTaintManager" | "DeletionByPodGC" => "NodeLost",
        other => other,
    };
    let message = format!("{}: {}", told.reason, told.message);
    Outcome {
        exit_code: end.and_then(|end| end.exit_code),
        signal: end.and_then(|end| end.signal),
        ..outcome(OutcomeClass::Crashed, &Told::new(reason, message))
    }
}

/// The outcome that a container's own end is.
fn by_container(end: &ContainerEnd) -> Outcome {
    let reason = end.told.reason.as_str();
    let class = match reason {
        "OOMKilled" | "ContainerStatusUnknown" => OutcomeClass::Crashed,
        reason if NOT_STARTED.contains(&reason) => OutcomeClass::StartFailed,
        _ if end.signal.is_some() => OutcomeClass::Signaled,
        _ => OutcomeClass::Failed,
    };
    let text = match (end.told.message.as_str(), end.signal, end.exit_code) {
        ("", Some(signal), _) => format!("ended by signal {signal}"),
        ("", None, Some(code)) => format!("exit code {code}"),
        ("", None, None) => "its program was not started".to_owned(),
        (message, ..) => message.to_owned(),
    };
    let message = if end.alone {
        text
    } else {
        format!("container {}: {text}", end.container)
    };
    Outcome {
        exit_code: end.exit_code,
        signal: end.signal,
        ..outcome(class, &Told::new(reason, message))
    }
}

fn outcome(class: OutcomeClass, told: &Told) -> Outcome {
    Outcome {
        reason: told.reason.clone(),
        message: told.message.clone(),
        ..Outcome::of(class)
    }
}

impl Told {
    /// The outcome of an attempt that was given up while it waited for this: an image that cannot be pulled, a node
    /// that there is none of.
    pub fn start_failed(&self) -> Outcome {
        outcome(OutcomeClass::StartFailed, self)
    }
}

//! Attempts, Jobs and pods as the table's rows have them.

use weir_core::{
    ids::{Seq, SessionId},
    kubernetes::identity,
};

use super::super::*;
use crate::{
    executor::StopCause,
    kubernetes::reading::{ContainerEnd, JobEnd, Marks, PodPhase, PodSeen, Told},
};

pub(super) const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// When the attempts of this table came to be followed.
pub(super) const SINCE: Duration = s(100);

pub(super) fn session() -> SessionId {
    "s1".parse().expect("it is a legal id")
}

pub(super) fn stand() -> Stand {
    Stand {
        fence: Seq(7),
        session: session(),
        last_n: 2,
        started_at: None,
        waiting: None,
        finished: false,
        revoked: false,
        stop: None,
        timeout: None,
        infrastructure: "c:runs:weir-a".to_owned(),
    }
}

pub(super) fn running() -> Stand {
    Stand {
        started_at: Some(Timestamp(0)),
        ..stand()
    }
}

pub(super) fn cancelled(grace: Duration) -> Stand {
    Stand {
        stop: Some((StopCause::Cancelled, grace)),
        ..running()
    }
}

pub(super) fn submitted(stand: Stand) -> Standing {
    Standing::Submitted(Box::new(stand))
}

pub(super) fn job() -> JobSeen {
    JobSeen {
        namespace: "runs".to_owned(),
        name: "weir-a".to_owned(),
        uid: "j".to_owned(),
        resource_version: "5".to_owned(),
        annotations: Marks::default(),
        suspended: false,
        deleting: false,
        end: None,
        failing: None,
        single: true,
    }
}

pub(super) fn mark_stored(ttl_s: Option<u32>) -> Call {
    Call::MarkStored {
        uid: "j".to_owned(),
        ttl_s,
    }
}

/// It says that its output is in the log.
pub(super) fn marked(job: JobSeen) -> JobSeen {
    let mark = (
        identity::OUTPUT.to_owned(),
        identity::OUTPUT_STORED.to_owned(),
    );
    JobSeen {
        annotations: Marks::of(Some(&[mark].into())),
        ..job
    }
}

pub(super) fn pod() -> PodSeen {
    PodSeen {
        namespace: "runs".to_owned(),
        name: "weir-a-x".to_owned(),
        uid: "p".to_owned(),
        resource_version: "6".to_owned(),
        job_uid: Some("j".to_owned()),
        job: Some("weir-a".to_owned()),
        annotations: Marks::default(),
        created: Some(Timestamp(0)),
        node: Some("node-0".to_owned()),
        containers: vec!["main".to_owned()],
        phase: PodPhase::Running,
        deletion: None,
        waiting: None,
        started: Some(Timestamp(1)),
        reason: None,
        disruption: None,
        failure: None,
        restarted: None,
        running: true,
        absent: false,
    }
}

pub(super) fn pending() -> PodSeen {
    PodSeen {
        phase: PodPhase::Pending,
        started: None,
        running: false,
        ..pod()
    }
}

pub(super) fn failed_pod() -> PodSeen {
    let failure = ContainerEnd {
        container: "main".to_owned(),
        alone: true,
        exit_code: Some(3),
        signal: None,
        told: Told::new("Error", ""),
        finished: Some(Timestamp(2)),
    };
    PodSeen {
        phase: PodPhase::Failed,
        failure: Some(Box::new(failure)),
        running: false,
        ..pod()
    }
}

pub(super) fn failed_job() -> JobSeen {
    JobSeen {
        end: Some(JobEnd::Failed(Told::new("BackoffLimitExceeded", ""))),
        ..job()
    }
}

pub(super) fn suspended() -> JobSeen {
    JobSeen {
        suspended: true,
        ..job()
    }
}

pub(super) fn seen(job: JobSeen, pods: Vec<PodSeen>) -> Seen {
    let mut seen = Seen::default();
    seen.see_job(job);
    for pod in pods {
        seen.see_pod(pod);
    }
    seen
}

/// The server has said that the Job is no more, and which pods are.
pub(super) fn gone(last: Option<JobSeen>, pods: Vec<PodSeen>) -> Seen {
    let mut seen = Seen::default();
    if let Some(last) = last {
        seen.see_job(last);
    }
    seen.confirm(None, pods);
    seen
}

pub(super) fn suspect(mut seen: Seen) -> Seen {
    seen.suspect = true;
    seen
}

pub(super) fn doing() -> Doing {
    Doing::since(SINCE)
}

pub(super) fn step_with(standing: &Standing, seen: &Seen, doing: &Doing, after: Duration) -> Step {
    View {
        standing,
        seen,
        doing,
        now: SINCE + after,
        wall: Timestamp(1_000_000_000),
    }
    .step()
}

pub(super) fn step(standing: &Standing, seen: &Seen, after: Duration) -> Step {
    step_with(standing, seen, &doing(), after)
}

pub(super) fn delete_job() -> Call {
    Call::DeleteJob {
        uid: "j".to_owned(),
    }
}

pub(super) fn delete_pod(grace: Duration) -> Call {
    let pods = vec![("weir-a-x".to_owned(), "p".to_owned())];
    Call::DeletePods { pods, grace }
}

/// What a step calls for, where it does nothing else.
#[track_caller]
pub(super) fn only_calls(step: Step) -> Option<Call> {
    let Step {
        tell,
        call,
        wake: _,
        settled,
    } = step;
    assert_eq!((tell, settled), (None, false));
    call
}

#[track_caller]
pub(super) fn tells(step: Step) -> Reported {
    step.tell.expect("there is something to tell")
}

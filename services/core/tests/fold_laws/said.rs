//! What can be said in a queue, by whomever, and the records of it.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use weir_core::{
    event::{
        Basis, Body, Claim, Claimed, Decided, Decision, Outcome, OutcomeClass, Report, Reported,
        RevokeCause, Revoked,
    },
    family::{After, AfterOutcome},
    ids::{Attempt, DecisionId, Epoch, QueueKey, RunId, Seq, SessionId},
    limit::{LimitKey, Slot},
    request::{CancelRequest, Fault, FaultCode, Request, RunRequest},
    time::Timestamp,
};

pub(crate) fn run_id(n: u8) -> RunId {
    format!("run-{n}").parse().unwrap()
}
pub(crate) fn session(n: u8) -> SessionId {
    format!("session-{n}").parse().unwrap()
}
pub(crate) fn queue() -> QueueKey {
    QueueKey::new("pool".parse().unwrap(), "queue".parse().unwrap())
}
pub(crate) fn slots() -> Vec<Slot> {
    vec![
        Slot {
            limit: LimitKey::Pool("pool".parse().unwrap()),
            weight: 1,
            value: Some(3),
            pace: None,
        },
        Slot {
            limit: LimitKey::Queue(queue()),
            weight: 1,
            value: None,
            pace: None,
        },
    ]
}

/// What is said about one run; the runs and the epoch come beside it.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Request(u64),
    Cancel(bool),
    Bad,
    SetPriority(i32),
    /// Once more, though it has ended.
    Again,
    Claimed {
        attempt: u32,
        request: Option<u64>,
        retries: u32,
        outlives_worker: bool,
    },
    NotTaken(u32),
    RevokedForCancel(u32),
    Lost {
        attempt: u32,
        session: u8,
    },
    Rejected,
    Retry {
        attempt: u32,
        due: u32,
    },
    Ordered(u32),
    /// Ordered to stop because it is late.
    OrderedLate(u32),
    Cancelled,
    Lapsed,
    Taken {
        attempt: u32,
        session: u8,
        n: u32,
    },
    Submitted {
        attempt: u32,
        session: u8,
        n: u32,
    },
    Waiting {
        attempt: u32,
        session: u8,
        n: u32,
    },
    HandedBack {
        attempt: u32,
        session: u8,
        n: u32,
    },
    Started {
        attempt: u32,
        session: u8,
        n: u32,
    },
    Finished {
        attempt: u32,
        session: u8,
        n: u32,
        class: OutcomeClass,
        gone: bool,
    },
    Gone {
        attempt: u32,
        session: u8,
        n: u32,
    },
}

pub(crate) fn class() -> impl Strategy<Value = OutcomeClass> {
    prop_oneof![
        Just(OutcomeClass::Completed),
        Just(OutcomeClass::Failed),
        Just(OutcomeClass::Signaled),
        Just(OutcomeClass::TimedOut),
        Just(OutcomeClass::StartFailed),
        Just(OutcomeClass::Stopped),
        Just(OutcomeClass::Lost),
    ]
}

pub(crate) fn said() -> impl Strategy<Value = Said> {
    let attempt = 1..4u32;
    let who = 0..2u8;
    let n = 1..5u32;
    prop_oneof![
        4 => (0..2u64).prop_map(Said::Request),
        2 => any::<bool>().prop_map(Said::Cancel),
        1 => Just(Said::Bad),
        1 => (-2..3i32).prop_map(Said::SetPriority),
        8 => (attempt.clone(), 0..3u32, any::<bool>()).prop_map(|(attempt, retries, outlives_worker)| {
            Said::Claimed { attempt, request: None, retries, outlives_worker }
        }),
        1 => (attempt.clone(), 1..40u64).prop_map(|(attempt, seq)| {
            Said::Claimed { attempt, request: Some(seq), retries: 0, outlives_worker: false }
        }),
        2 => attempt.clone().prop_map(Said::NotTaken),
        1 => attempt.clone().prop_map(Said::RevokedForCancel),
        2 => (attempt.clone(), who.clone()).prop_map(|(attempt, session)| Said::Lost { attempt, session }),
        1 => Just(Said::Rejected),
        3 => (attempt.clone(), 0..100u32).prop_map(|(attempt, due)| Said::Retry { attempt, due }),
        1 => attempt.clone().prop_map(Said::Ordered),
        1 => attempt.clone().prop_map(Said::OrderedLate),
        1 => Just(Said::Cancelled),
        1 => Just(Said::Lapsed),
        8 => (attempt.clone(), who.clone(), n.clone())
            .prop_map(|(attempt, session, n)| Said::Taken { attempt, session, n }),
        3 => (attempt.clone(), who.clone(), n.clone())
            .prop_map(|(attempt, session, n)| Said::Submitted { attempt, session, n }),
        1 => (attempt.clone(), who.clone(), n.clone())
            .prop_map(|(attempt, session, n)| Said::Waiting { attempt, session, n }),
        1 => (attempt.clone(), who.clone(), n.clone())
            .prop_map(|(attempt, session, n)| Said::HandedBack { attempt, session, n }),
        4 => (attempt.clone(), who.clone(), n.clone())
            .prop_map(|(attempt, session, n)| Said::Started { attempt, session, n }),
        6 => (attempt.clone(), who.clone(), n.clone(), class(), any::<bool>())
            .prop_map(|(attempt, session, n, class, gone)| Said::Finished { attempt, session, n, class, gone }),
        4 => (attempt, who, n).prop_map(|(attempt, session, n)| Said::Gone { attempt, session, n }),
    ]
}

pub(crate) fn decided<T>(n: u64, epoch: u64, what: T) -> Decided<T> {
    let id = DecisionId {
        epoch: Epoch(epoch),
        n,
    };
    Decided {
        id,
        at: Timestamp(0),
        basis: Basis::default(),
        what,
    }
}

fn claim(request: Seq, attempt: u32, retries: u32, outlives_worker: bool) -> Claim {
    Claim::Claimed(Claimed {
        slots: slots(),
        retries,
        outlives_worker,
        retry_delay: Duration::from_secs(1),
        submit_within: Some(Duration::from_secs(2)),
        start_within: Some(Duration::from_secs(3)),
        timeout: Some(Duration::from_secs(4)),
        ..Claimed::bare(Attempt(attempt), request)
    })
}

pub(crate) fn report(attempt: u32, who: u8, n: u32, what: Reported) -> Report {
    Report {
        attempt: Attempt(attempt),
        session: session(who),
        n,
        what,
    }
}

/// A record of this content. `requests` tells where each run's first request stands, as an honest leader would know.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each thing that can be said"
)]
pub(crate) fn body(seq: u64, run: u8, epoch: u64, said: &Said, requested: Option<Seq>) -> Body {
    let run_id = run_id(run);
    let revoked = |attempt, cause| {
        Claim::Revoked(Revoked {
            attempt: Attempt(attempt),
            cause,
            grace: Duration::ZERO,
        })
    };
    let request = |request, digest| Body::Request {
        run_id: run_id.clone(),
        request,
        digest,
        traceparent: None,
    };
    let claims = |what| Body::Claim {
        run_id: run_id.clone(),
        decided: decided(seq, epoch, what),
    };
    let decides = |what| Body::Decision {
        run_id: run_id.clone(),
        decided: decided(seq, epoch, what),
    };
    let reports = |report| Body::Report {
        run_id: run_id.clone(),
        report,
    };
    match said.clone() {
        Said::Request(digest) => {
            // One in two is for later, and may lapse, by itself or by its deployment, or comes after another.
            let other = After {
                runs: vec!["run-1".parse().unwrap()],
                outcome: AfterOutcome::Any,
            };
            let timed = RunRequest {
                scheduled_time: Some(Timestamp(40)),
                max_lateness: (run == 1).then(|| Duration::from_nanos(30)),
                deployment: (run == 2).then(|| "etl/nightly".parse().unwrap()),
                after: (run == 0).then_some(other),
                ..RunRequest::default()
            };
            let asked = if digest == 0 {
                RunRequest::default()
            } else {
                timed
            };
            request(Request::Run(Arc::new(asked)), digest)
        }
        Said::Cancel(force) => request(
            Request::Cancel(CancelRequest {
                force,
                ..CancelRequest::default()
            }),
            9,
        ),
        Said::SetPriority(priority) => request(Request::SetPriority(priority), 7),
        Said::Again => request(Request::Retry(None), 6),
        Said::Bad => request(
            Request::Bad(Fault::new(FaultCode::Undecodable, "", "no")),
            8,
        ),
        Said::Claimed {
            attempt,
            request,
            retries,
            outlives_worker,
        } => {
            let at = request.map(Seq).or(requested).unwrap_or_default();
            claims(claim(at, attempt, retries, outlives_worker))
        }
        Said::NotTaken(attempt) => claims(revoked(attempt, RevokeCause::NotTaken)),
        Said::RevokedForCancel(attempt) => claims(revoked(attempt, RevokeCause::Cancel)),
        Said::Lost {
            attempt,
            session: who,
        } => claims(revoked(
            attempt,
            RevokeCause::WorkerLost {
                session: session(who),
            },
        )),
        Said::Rejected => decides(Decision::Rejected(Fault::new(
            FaultCode::UnknownVariable,
            "x",
            "no",
        ))),
        Said::Retry { attempt, due } => decides(Decision::RetryScheduled {
            attempt: Attempt(attempt),
            due: Timestamp(i64::from(due)),
        }),
        Said::Ordered(attempt) => decides(Decision::CancelOrdered {
            attempt: Attempt(attempt),
            grace: Duration::ZERO,
            reason: String::new(),
            cause: weir_core::event::CancelCause::Asked,
        }),
        Said::OrderedLate(attempt) => decides(Decision::CancelOrdered {
            attempt: Attempt(attempt),
            grace: Duration::ZERO,
            reason: "late".to_owned(),
            cause: weir_core::event::CancelCause::Lapsed,
        }),
        Said::Lapsed => decides(Decision::Cancelled {
            reason: "late".to_owned(),
            cause: weir_core::event::CancelCause::Lapsed,
            waits: Vec::new(),
        }),
        Said::Cancelled => decides(Decision::Cancelled {
            reason: String::new(),
            cause: weir_core::event::CancelCause::Asked,
            waits: Vec::new(),
        }),
        Said::Taken {
            attempt,
            session,
            n,
        } => {
            let (worker, lease) = ("worker".parse().unwrap(), Duration::from_secs(15));
            reports(report(
                attempt,
                session,
                n,
                Reported::Taken { worker, lease },
            ))
        }
        Said::Submitted {
            attempt,
            session,
            n,
        } => {
            let infrastructure = "cluster:runs:job".to_owned();
            let what = Reported::Submitted { infrastructure };
            reports(report(attempt, session, n, what))
        }
        Said::Waiting {
            attempt,
            session,
            n,
        } => {
            let (reason, message) = ("ImagePullBackOff".to_owned(), String::new());
            let what = Reported::Waiting { reason, message };
            reports(report(attempt, session, n, what))
        }
        Said::HandedBack {
            attempt,
            session,
            n,
        } => reports(report(attempt, session, n, Reported::HandedBack)),
        Said::Started {
            attempt,
            session,
            n,
        } => reports(report(
            attempt,
            session,
            n,
            Reported::Started {
                infrastructure: String::new(),
            },
        )),
        Said::Finished {
            attempt,
            session,
            n,
            class,
            gone,
        } => reports(report(
            attempt,
            session,
            n,
            Reported::Finished {
                outcome: Outcome::of(class),
                gone,
            },
        )),
        Said::Gone {
            attempt,
            session,
            n,
        } => reports(report(
            attempt,
            session,
            n,
            Reported::Gone { outcome: None },
        )),
    }
}

//! The transition table is what the fold does: every history of a run is walked, and each row of the table is found, and
//! nothing else.

#![expect(
    clippy::unwrap_used,
    reason = "what is made here is legal, or the test is wrong"
)]

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use weir_core::{
    awaits::{WaitId, Waits},
    event::{
        Basis, Body, CancelCause, Claim, Claimed, Decided, Decision, EpochRecord, Outcome,
        OutcomeClass, Record, Report, Reported, RevokeCause, Revoked,
    },
    ids::{Attempt, DecisionId, Epoch, Lane, RunId, Seq},
    request::{CancelRequest, Fault, FaultCode, Request, RunRequest},
    state::{Hold, QueueState, Run, Stage, StateName, Word, leads},
    time::Timestamp,
};

fn run_id() -> RunId {
    "run".parse().unwrap()
}

fn decided<T>(what: T) -> Decided<T> {
    Decided {
        id: DecisionId {
            epoch: Epoch(1),
            n: 1,
        },
        at: Timestamp(0),
        basis: Basis::default(),
        what,
    }
}

fn claim(what: Claim) -> Body {
    Body::Claim {
        run_id: run_id(),
        decided: decided(what),
    }
}

fn decision(what: Decision) -> Body {
    Body::Decision {
        run_id: run_id(),
        decided: decided(what),
    }
}

fn request(request: Request) -> Body {
    Body::Request {
        run_id: run_id(),
        request,
        digest: 1,
        traceparent: None,
    }
}

/// Every class of ending, with which nothing else is told.
fn outcomes() -> Vec<Outcome> {
    [
        OutcomeClass::Completed,
        OutcomeClass::Failed,
        OutcomeClass::Signaled,
        OutcomeClass::TimedOut,
        OutcomeClass::StartFailed,
        OutcomeClass::Stopped,
        OutcomeClass::Lost,
        OutcomeClass::Crashed,
    ]
    .map(Outcome::of)
    .to_vec()
}

/// Everything that a worker could say.
fn reports() -> Vec<Reported> {
    let mut reports = vec![
        Reported::Taken {
            worker: "worker".parse().unwrap(),
            lease: Duration::ZERO,
        },
        Reported::Submitted {
            infrastructure: String::new(),
        },
        Reported::Started {
            infrastructure: String::new(),
        },
        Reported::Waiting {
            reason: "ImagePullBackOff".to_owned(),
            message: String::new(),
        },
        Reported::Gone { outcome: None },
        Reported::HandedBack,
    ];
    for outcome in outcomes() {
        for gone in [false, true] {
            let outcome = outcome.clone();
            reports.push(Reported::Finished { outcome, gone });
        }
        let outcome = Some(outcome);
        reports.push(Reported::Gone { outcome });
    }
    reports
}

fn decisions(attempt: u32) -> Vec<Body> {
    let mut all = vec![
        decision(Decision::Rejected(Fault::new(
            FaultCode::QueueFull,
            "",
            "no",
        ))),
        decision(Decision::RetryScheduled {
            attempt: Attempt(attempt),
            due: Timestamp(0),
        }),
    ];
    for cause in [
        CancelCause::Asked,
        CancelCause::ChildFailed,
        CancelCause::Lapsed,
    ] {
        all.push(decision(Decision::CancelOrdered {
            attempt: Attempt(attempt),
            grace: Duration::ZERO,
            reason: String::new(),
            cause,
        }));
    }
    for cause in CancelCause::ALL {
        all.push(decision(Decision::Cancelled {
            reason: String::new(),
            cause,
            waits: Vec::new(),
        }));
    }
    all
}

/// All that can be said about waits for other runs, of which the last had this number.
fn waits(attempt: Attempt, k: u32) -> Vec<Body> {
    let id = |k| WaitId {
        attempt,
        session: "session".parse().unwrap(),
        k,
    };
    // One that holds its slots all along goes through fewer of the same states.
    let waits = Waits {
        id: id(k + 1),
        runs: vec!["child".parse().unwrap()],
        yields: true,
    };
    vec![
        request(Request::Waits(Arc::new(waits))),
        request(Request::GoesOn(id(k))),
        decision(Decision::Yielded { attempt, k }),
        decision(Decision::Regranted {
            attempt,
            k,
            slots: Vec::new(),
        }),
        decision(Decision::FoundInCycle {
            attempt,
            k,
            links: Vec::new(),
            runs: 2,
        }),
    ]
}

/// Everything that anybody could say about a run whose last attempt is this one.
fn words(attempt: u32, n: u32, k: u32) -> Vec<Body> {
    let mut all = vec![
        request(Request::Run(Arc::default())),
        request(Request::Bad(Fault::new(FaultCode::Undecodable, "", "no"))),
        request(Request::Cancel(CancelRequest::default())),
        request(Request::Cancel(CancelRequest {
            force: true,
            ..CancelRequest::default()
        })),
        request(Request::Retry(None)),
        request(Request::SetPriority(1)),
    ];
    all.extend(decisions(attempt));
    all.extend(waits(Attempt(attempt), k));
    for (retries, outlives_worker) in [(0, false), (1, false), (0, true), (1, true)] {
        all.push(claim(Claim::Claimed(Claimed {
            retries,
            outlives_worker,
            ..Claimed::bare(Attempt(attempt + 1), Seq(2))
        })));
    }
    let session = || "session".parse().unwrap();
    let causes = [
        RevokeCause::NotTaken,
        RevokeCause::Cancel,
        RevokeCause::WorkerLost { session: session() },
        RevokeCause::WorkerLost {
            session: "other".parse().unwrap(),
        },
        RevokeCause::NotSubmitted,
        RevokeCause::NotStarted,
        RevokeCause::RanTooLong,
    ];
    all.extend(causes.map(|cause| {
        claim(Claim::Revoked(Revoked {
            attempt: Attempt(attempt),
            cause,
            grace: Duration::ZERO,
        }))
    }));
    all.extend(reports().into_iter().map(|what| Body::Report {
        run_id: run_id(),
        report: Report {
            attempt: Attempt(attempt),
            session: session(),
            n,
            what,
        },
    }));
    all
}

/// What of a run decides what further words do to it; numbers that only grow are cut short, and what no word asks for any
/// more is left out: the waits of what is being stopped or has ended, its retries where it is cancelled.
fn kind(run: &Run) -> String {
    let stage = match &run.stage {
        Stage::Waiting { .. } => "waiting".to_owned(),
        Stage::Ended(end) => format!("ended {}", end.name),
        Stage::Unreadable(_) => "unreadable".to_owned(),
        Stage::Live => "live".to_owned(),
        Stage::RetryOwed => "retry owed".to_owned(),
    };
    let cancelled = run.cancel.is_some();
    let live = run.live.as_deref().map(|live| {
        (
            !cancelled && run.tries < live.retries,
            live.outlives_worker,
            live.holder.is_some(),
            live.submitted_at.is_some(),
            live.started_at.is_some(),
            live.finished.as_ref().map(|outcome| outcome.class),
            live.stop,
            live.overdue,
            live.awaiting().filter(|_| !cancelled).map(|awaits| {
                (
                    awaits.hold != Hold::Held,
                    run.wants().is_some(),
                    awaits.told,
                )
            }),
        )
    });
    let cancel = run.cancel.as_ref().map(|_| run.cancel_cause);
    // What is cancelled, or asked for once more, lapses no more, whether it has started or not.
    let lapses = !cancelled && run.again == 0 && !run.has_started;
    format!(
        "{stage} {live:?} {cancel:?} lapses {lapses} tries {} again {} owed {} attempts {} request {}",
        run.tries.min(1),
        run.again.min(1),
        run.again_owed,
        run.attempt.0.min(1),
        run.request.is_some()
    )
}

type Row = (StateName, Word, StateName);

/// Every step that any history of one run can take.
fn walked() -> BTreeSet<Row> {
    let epoch = Body::Epoch(EpochRecord {
        lane: Lane(0),
        epoch: Epoch(1),
        leader: "leader".parse().unwrap(),
    });
    let mut rows = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut next = VecDeque::new();
    for first in [
        Request::Run(Arc::new(RunRequest::default())),
        Request::Bad(Fault::new(FaultCode::Undecodable, "", "no")),
    ] {
        let mut state = QueueState::default();
        for (seq, body) in [(1, epoch.clone()), (2, request(first))] {
            state.apply(Record {
                seq: Seq(seq),
                at: Timestamp(0),
                body,
            });
        }
        next.push_back(state);
    }
    while let Some(state) = next.pop_front() {
        let run = state.run(&run_id()).unwrap();
        if !seen.insert(kind(run)) {
            continue;
        }
        let n = run.live.as_deref().map_or(1, |live| live.last_n + 1);
        let k = run.live.as_deref().map_or(0, |live| live.last_k);
        for body in words(run.attempt.0, n, k) {
            let word = Word::of(&body).unwrap();
            rows.extend(step(&state, word, &mut next, |state| {
                state.apply(Record {
                    seq: Seq(state.applied().0 + 1),
                    at: Timestamp(0),
                    body,
                });
            }));
        }
        rows.extend(step(&state, Word::Closed, &mut next, |state| {
            state.close(Timestamp(0), &Fault::new(FaultCode::UnknownQueue, "", "no"));
        }));
    }
    rows
}

/// Takes one step, and tells the row that it is where it has changed anything.
fn step(
    state: &QueueState,
    word: Word,
    next: &mut VecDeque<QueueState>,
    by: impl FnOnce(&mut QueueState),
) -> Option<Row> {
    let mut after = state.clone();
    by(&mut after);
    assert_eq!(after.violation(), None);
    let (was, is) = (state.run(&run_id()).unwrap(), after.run(&run_id()).unwrap());
    let row = (was.state_name(), word, is.state_name());
    let changed = was != is;
    if changed {
        next.push_back(after);
    }
    changed.then_some(row)
}

#[test]
fn every_row_of_the_table_is_walked_and_no_step_is_missing_from_it() {
    let walked = walked();
    let mut table = BTreeSet::new();
    for from in StateName::ALL {
        for word in Word::ALL {
            let to = StateName::ALL.into_iter();
            table.extend(
                to.filter(|to| leads(from, word, *to))
                    .map(|to| (from, word, to)),
            );
        }
    }
    let missing: Vec<_> = walked.difference(&table).collect();
    let dead: Vec<_> = table.difference(&walked).collect();
    assert!(
        missing.is_empty(),
        "the fold takes steps that the table does not have: {missing:?}"
    );
    assert!(
        dead.is_empty(),
        "no history takes these steps of the table: {dead:?}"
    );
}

//! Laws of the fold, on random histories: whoever managed to store whatever, in whatever order.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use std::{sync::Arc, time::Duration};

use proptest::{collection::vec, prelude::*};
use weir_core::{
    event::{
        Basis, Body, Claim, Claimed, Decided, Decision, EpochRecord, Outcome, OutcomeClass, Record,
        Report, Reported, RevokeCause, Revoked,
    },
    ids::{Attempt, DecisionId, Epoch, LANES, Lane, QueueKey, Revision, RunId, Seq, SessionId},
    limit::{LimitKey, Slot},
    request::{CancelRequest, Fault, FaultCode, Request, RunRequest},
    state::{QueueState, Stage},
    time::Timestamp,
};

fn run_id(n: u8) -> RunId {
    format!("run-{n}").parse().unwrap()
}
fn session(n: u8) -> SessionId {
    format!("session-{n}").parse().unwrap()
}
fn queue() -> QueueKey {
    QueueKey::new("pool".parse().unwrap(), "queue".parse().unwrap())
}
fn slots() -> Vec<Slot> {
    vec![
        Slot {
            limit: LimitKey::Pool("pool".parse().unwrap()),
            weight: 1,
            value: Some(3),
        },
        Slot {
            limit: LimitKey::Queue(queue()),
            weight: 1,
            value: None,
        },
    ]
}

/// What is said about one run; the runs and the epoch come beside it.
#[derive(Clone, Debug)]
enum Said {
    Request(u64),
    Cancel(bool),
    Bad,
    Claimed {
        attempt: u32,
        request: Option<u64>,
        retries: u32,
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
    Cancelled,
    Taken {
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

fn class() -> impl Strategy<Value = OutcomeClass> {
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

fn said() -> impl Strategy<Value = Said> {
    let attempt = 1..4u32;
    let who = 0..2u8;
    let n = 1..5u32;
    prop_oneof![
        4 => (0..2u64).prop_map(Said::Request),
        2 => any::<bool>().prop_map(Said::Cancel),
        1 => Just(Said::Bad),
        8 => (attempt.clone(), 0..3u32)
            .prop_map(|(attempt, retries)| Said::Claimed { attempt, request: None, retries }),
        1 => (attempt.clone(), 1..40u64)
            .prop_map(|(attempt, seq)| Said::Claimed { attempt, request: Some(seq), retries: 0 }),
        2 => attempt.clone().prop_map(Said::NotTaken),
        1 => attempt.clone().prop_map(Said::RevokedForCancel),
        2 => (attempt.clone(), who.clone()).prop_map(|(attempt, session)| Said::Lost { attempt, session }),
        1 => Just(Said::Rejected),
        3 => (attempt.clone(), 0..100u32).prop_map(|(attempt, due)| Said::Retry { attempt, due }),
        1 => attempt.clone().prop_map(Said::Ordered),
        1 => Just(Said::Cancelled),
        8 => (attempt.clone(), who.clone(), n.clone())
            .prop_map(|(attempt, session, n)| Said::Taken { attempt, session, n }),
        4 => (attempt.clone(), who.clone(), n.clone())
            .prop_map(|(attempt, session, n)| Said::Started { attempt, session, n }),
        6 => (attempt.clone(), who.clone(), n.clone(), class(), any::<bool>())
            .prop_map(|(attempt, session, n, class, gone)| Said::Finished { attempt, session, n, class, gone }),
        4 => (attempt, who, n).prop_map(|(attempt, session, n)| Said::Gone { attempt, session, n }),
    ]
}

fn decided<T>(n: u64, epoch: u64, what: T) -> Decided<T> {
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

fn claim(request: Seq, attempt: u32, retries: u32) -> Claim {
    Claim::Claimed(Claimed {
        attempt: Attempt(attempt),
        request,
        slots: slots(),
        pool_revision: Revision(1),
        queue_revision: Revision(2),
        deployment_revision: None,
        retries,
        retry_delay: Duration::from_secs(1),
        timeout: None,
        take_within: Duration::from_secs(5),
        copy: None,
    })
}

fn report(attempt: u32, who: u8, n: u32, what: Reported) -> Report {
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
fn body(seq: u64, run: u8, epoch: u64, said: &Said, requested: Option<Seq>) -> Body {
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
        Said::Request(digest) => request(Request::Run(Arc::new(RunRequest::default())), digest),
        Said::Cancel(force) => request(
            Request::Cancel(CancelRequest {
                force,
                ..CancelRequest::default()
            }),
            9,
        ),
        Said::Bad => request(
            Request::Bad(Fault::new(FaultCode::Undecodable, "", "no")),
            8,
        ),
        Said::Claimed {
            attempt,
            request,
            retries,
        } => {
            let at = request.map(Seq).or(requested).unwrap_or_default();
            claims(claim(at, attempt, retries))
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
        }),
        Said::Cancelled => decides(Decision::Cancelled {
            reason: String::new(),
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

/// A queue with our epoch on every lane, then what is said.
fn history(said: &[(u8, bool, Said)]) -> Vec<Record> {
    let leader: weir_core::ids::SchedulerName = "leader".parse().unwrap();
    let mut records: Vec<Record> = (0..LANES)
        .map(|lane| {
            let epoch = EpochRecord {
                lane: Lane(lane),
                epoch: Epoch(1),
                leader: leader.clone(),
            };
            Record {
                seq: Seq(u64::from(lane) + 1),
                at: Timestamp(0),
                body: Body::Epoch(epoch),
            }
        })
        .collect();
    let mut requested = std::collections::BTreeMap::new();
    for (run, honest, said) in said {
        let seq = records.len() as u64 + 1;
        if matches!(said, Said::Request(_) | Said::Bad) {
            requested.entry(*run).or_insert(Seq(seq));
        }
        let epoch = if *honest { 1 } else { 7 };
        let body = body(seq, *run, epoch, said, requested.get(run).copied());
        records.push(Record {
            seq: Seq(seq),
            at: Timestamp(i64::try_from(seq).unwrap()),
            body,
        });
    }
    records
}

fn fold(records: &[Record]) -> QueueState {
    let mut state = QueueState::default();
    for record in records {
        state.apply(record.clone());
    }
    state
}

fn histories() -> impl Strategy<Value = Vec<Record>> {
    vec((0..3u8, prop::bool::weighted(0.95), said()), 0..60).prop_map(|said| history(&said))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_history_breaks_an_invariant_at_any_position(records in histories()) {
        let mut state = QueueState::default();
        for record in records {
            let seq = record.seq;
            state.apply(record);
            prop_assert_eq!(state.violation(), None, "after {:?}", seq);
        }
    }

    #[test]
    fn a_replay_gives_what_was_lived_through(records in histories(), wakes in vec((0..100usize, 0..200i64), 0..8)) {
        let mut live = QueueState::default();
        for (at, record) in records.iter().enumerate() {
            live.apply(record.clone());
            for (_, now) in wakes.iter().filter(|(when, _)| *when == at) {
                live.wake(Timestamp(*now));
                prop_assert_eq!(live.violation(), None);
            }
        }
        let mut replayed = fold(&records);
        live.wake(Timestamp(1_000));
        replayed.wake(Timestamp(1_000));
        prop_assert_eq!(live, replayed);
    }

    #[test]
    fn a_record_seen_twice_changes_nothing(records in histories(), again in vec(0..100usize, 0..20)) {
        let mut state = QueueState::default();
        for (at, record) in records.iter().enumerate() {
            state.apply(record.clone());
            for earlier in again.iter().filter(|earlier| **earlier <= at) {
                let before = state.clone();
                state.apply(records[*earlier].clone());
                prop_assert_eq!(&before, &state);
            }
        }
    }

    #[test]
    fn what_is_said_about_one_run_does_not_touch_another(records in histories()) {
        let whole = fold(&records);
        for run in 0..3u8 {
            let id = run_id(run);
            let own: Vec<Record> = records.iter().filter(|record| match &record.body {
                Body::Request { run_id, .. } | Body::Claim { run_id, .. } | Body::Decision { run_id, .. }
                | Body::Report { run_id, .. } => *run_id == id,
                Body::Epoch(_) | Body::Malformed { .. } => true,
            }).cloned().collect();
            let alone = fold(&own);
            prop_assert_eq!(whole.run(&id), alone.run(&id));
        }
    }

    #[test]
    fn a_run_that_has_ended_keeps_its_end(records in histories()) {
        let mut state = QueueState::default();
        let mut ends = std::collections::BTreeMap::new();
        for record in records {
            state.apply(record);
            for (id, run) in state.runs() {
                if let Stage::Ended(end) = &run.stage {
                    let first = ends.entry(id.clone()).or_insert_with(|| end.clone());
                    prop_assert_eq!(&*first, end);
                }
            }
        }
    }

    #[test]
    fn only_a_claim_takes_slots_and_only_an_end_or_an_untaken_revocation_frees_them(records in histories()) {
        let mut state = QueueState::default();
        let pool = LimitKey::Pool("pool".parse().unwrap());
        for record in records {
            let before = state.clone();
            let body = record.body.clone();
            state.apply(record);
            let (was, is) = (before.used(&pool), state.used(&pool));
            match &body {
                Body::Claim { decided, .. } => match &decided.what {
                    Claim::Claimed(_) => prop_assert!(is == was || is == was + 1),
                    Claim::Revoked(_) => prop_assert!(is == was || is + 1 == was),
                },
                Body::Report { report, .. } => {
                    let frees = matches!(report.what, Reported::Gone { .. } | Reported::Finished { gone: true, .. });
                    prop_assert!(is == was || (frees && is + 1 == was), "{:?}", report);
                }
                Body::Request { .. } | Body::Decision { .. } | Body::Epoch(_) | Body::Malformed { .. } => {
                    prop_assert_eq!(is, was);
                }
            }
        }
    }
}

//! The counting, tried on logs whose truth is known.

use weir_core::{
    event::{Basis, Decided, OutcomeClass, RevokeCause, Revoked},
    ids::DecisionId,
    limit::Slot,
};

use super::*;

fn queue() -> QueueKey {
    QueueKey::new("p".parse().unwrap(), "q".parse().unwrap())
}

fn claim(run_id: &str, what: Claim) -> Body {
    let decided = Decided {
        id: DecisionId::default(),
        at: Timestamp(0),
        basis: Basis::default(),
        what,
    };
    Body::Claim {
        run_id: run_id.parse().unwrap(),
        decided,
    }
}

fn claimed(run_id: &str, attempt: u32) -> Body {
    let slot = |limit| Slot {
        limit,
        weight: 1,
        value: None,
        pace: None,
    };
    claim(
        run_id,
        Claim::Claimed(Claimed {
            slots: vec![
                slot(LimitKey::Queue(queue())),
                slot(LimitKey::Pool(queue().pool)),
            ],
            ..Claimed::bare(Attempt(attempt), Seq(1))
        }),
    )
}

fn revoked(run_id: &str, attempt: u32, cause: RevokeCause) -> Body {
    claim(
        run_id,
        Claim::Revoked(Revoked {
            attempt: Attempt(attempt),
            cause,
            grace: Duration::ZERO,
        }),
    )
}

fn report(run_id: &str, session: &str, attempt: u32, what: Reported) -> Body {
    let report = Report {
        attempt: Attempt(attempt),
        session: session.parse().unwrap(),
        n: 1,
        what,
    };
    Body::Report {
        run_id: run_id.parse().unwrap(),
        report,
    }
}

fn taken() -> Reported {
    Reported::Taken {
        worker: "w".parse().unwrap(),
        lease: Duration::ZERO,
    }
}

fn finished(gone: bool) -> Reported {
    Reported::Finished {
        outcome: Outcome::of(OutcomeClass::Completed),
        gone,
    }
}

fn peak(bodies: Vec<Body>) -> usize {
    let record = |(at, body)| {
        let at = i64::try_from(at).unwrap();
        Record {
            seq: Seq(at.unsigned_abs() + 1),
            at: Timestamp(at),
            body,
        }
    };
    let records = bodies.into_iter().enumerate().map(record).collect();
    History {
        pool: queue().pool,
        queues: [(queue(), records)].into(),
    }
    .peak()
    .pool
}

#[test]
fn slots_are_held_until_the_log_says_that_nothing_is_left() {
    let end = |run_id| report(run_id, "s", 1, finished(true));
    let take = |run_id| report(run_id, "s", 1, taken());
    assert_eq!(
        peak(vec![
            claimed("a", 1),
            take("a"),
            end("a"),
            claimed("b", 1),
            take("b"),
            end("b")
        ]),
        1
    );
    assert_eq!(
        peak(vec![
            claimed("a", 1),
            take("a"),
            claimed("b", 1),
            end("a"),
            take("b"),
            end("b")
        ]),
        2
    );
    // An end that leaves something behind holds on until `Gone`.
    let half = vec![
        claimed("a", 1),
        take("a"),
        report("a", "s", 1, finished(false)),
        claimed("b", 1),
    ];
    let gone = [
        report("a", "s", 1, Reported::Gone { outcome: None }),
        take("b"),
        end("b"),
    ];
    assert_eq!(peak(half.into_iter().chain(gone).collect()), 2);
    // The word of who does not hold it counts for nothing.
    let other = vec![
        claimed("a", 1),
        take("a"),
        report("a", "t", 1, finished(true)),
        claimed("b", 1),
    ];
    assert_eq!(
        peak(
            other
                .into_iter()
                .chain([end("a"), take("b"), end("b")])
                .collect()
        ),
        2
    );
}

#[test]
fn a_revocation_frees_what_nobody_took_or_what_was_lost_with_its_worker() {
    let untaken = vec![
        claimed("a", 1),
        revoked("a", 1, RevokeCause::NotTaken),
        claimed("b", 1),
    ];
    let rest = || {
        [
            report("b", "s", 1, taken()),
            report("b", "s", 1, finished(true)),
        ]
    };
    assert_eq!(peak(untaken.into_iter().chain(rest()).collect()), 1);
    let lost = RevokeCause::WorkerLost {
        session: "s".parse().unwrap(),
    };
    let lost = vec![
        claimed("a", 1),
        report("a", "s", 1, taken()),
        revoked("a", 1, lost),
        claimed("b", 1),
    ];
    assert_eq!(peak(lost.into_iter().chain(rest()).collect()), 1);
    let gone = report("a", "s", 1, Reported::Gone { outcome: None });
    let asked = [
        claimed("a", 1),
        report("a", "s", 1, taken()),
        revoked("a", 1, RevokeCause::Cancel),
        claimed("b", 1),
    ];
    assert_eq!(
        peak(asked.into_iter().chain([gone]).chain(rest()).collect()),
        2
    );
}

#[test]
#[should_panic = "while it holds another"]
fn two_attempts_of_one_run_are_caught() {
    peak(vec![
        claimed("a", 1),
        report("a", "s", 1, taken()),
        claimed("a", 2),
    ]);
}

#[test]
#[should_panic = "still held at the end"]
fn a_slot_that_is_never_given_back_is_caught() {
    peak(vec![claimed("a", 1), report("a", "s", 1, taken())]);
}

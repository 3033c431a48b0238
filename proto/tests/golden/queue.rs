//! Samples of what stands in a queue: claims, decisions, reports.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_core::{
    event::{
        Basis, CancelCause, Claim, Claimed, Decided, Decision, Outcome, OutcomeClass, Report,
        Reported, RequestCopy, RevokeCause, Revoked,
    },
    ids::{Attempt, DecisionId, Epoch, QueueKey, Revision, Seq},
    json::JsonObject,
    limit::{LimitKey, Slot},
    rate::{Pace, StartRate},
    request::{Fault, FaultCode, RunRequest},
    retry::RetryPolicy,
    wait::{LogName, Place, Wait, WaitCause},
};
use weir_proto::{
    decode_claim, decode_decision, decode_report, encode_claim, encode_decision, encode_report,
};

use crate::{AT, Sample, queue_key as queue, sample};

pub(crate) fn decided<T>(what: T) -> Decided<T> {
    let basis = Basis {
        since: Some(41),
        cell: None,
        queues: vec![(Seq(7), Seq(1_200_345))],
    };
    Decided {
        id: DecisionId {
            epoch: Epoch(3),
            n: 42,
        },
        at: AT,
        basis,
        what,
    }
}

pub(crate) fn claimed() -> Claimed {
    let slot = |limit, value| Slot {
        limit,
        weight: 1,
        value: Some(value),
        pace: None,
    };
    Claimed {
        slots: vec![
            slot(LimitKey::Pool(queue().pool), 4),
            slot(LimitKey::Queue(queue()), 2),
        ],
        pool_revision: Revision(12),
        queue_revision: Revision(13),
        deployment_revision: Some(Revision(14)),
        retries: 2,
        retry_delay: Duration::from_millis(1500),
        timeout: Some(Duration::from_mins(1)),
        take_within: Duration::from_secs(5),
        ..Claimed::bare(Attempt(1), Seq(1_200_344))
    }
}

const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn copied_request() -> Arc<RunRequest> {
    Arc::new(RunRequest {
        deployment: Some("etl/nightly".parse().unwrap()),
        parameters: JsonObject::parse(r#"{"day":"2026-11-23"}"#).unwrap(),
        ..RunRequest::default()
    })
}

pub(crate) fn claims() -> Vec<Sample> {
    let revoked = |cause| {
        Claim::Revoked(Revoked {
            attempt: Attempt(2),
            cause,
            grace: Duration::from_secs(30),
        })
    };
    let far = Slot {
        limit: LimitKey::Pool("other".parse().unwrap()),
        weight: 3,
        value: None,
        pace: None,
    };
    let far_queue = QueueKey::new("other".parse().unwrap(), "q".parse().unwrap());
    let far_queue = Slot {
        limit: LimitKey::Queue(far_queue),
        weight: 1,
        value: Some(0),
        pace: None,
    };
    let lost = RevokeCause::WorkerLost {
        session: "s-1".parse().unwrap(),
    };
    let all = [
        ("claim.claimed", Claim::Claimed(claimed())),
        (
            "claim.claimed.far",
            Claim::Claimed(Claimed {
                slots: vec![far, far_queue],
                ..claimed()
            }),
        ),
        (
            "claim.claimed.copy",
            Claim::Claimed(Claimed {
                copy: Some(RequestCopy {
                    request: copied_request(),
                    traceparent: Some(TRACEPARENT.to_owned()),
                }),
                ..claimed()
            }),
        ),
        ("claim.claimed.tags", Claim::Claimed(tagged())),
        ("claim.claimed.paced", Claim::Claimed(paced())),
        ("claim.revoked.not-taken", revoked(RevokeCause::NotTaken)),
        ("claim.revoked.cancel", revoked(RevokeCause::Cancel)),
        ("claim.revoked.worker-lost", revoked(lost)),
        ("claim.claimed.retried", Claim::Claimed(retried())),
        (
            "claim.revoked.not-submitted",
            revoked(RevokeCause::NotSubmitted),
        ),
        (
            "claim.revoked.not-started",
            revoked(RevokeCause::NotStarted),
        ),
        (
            "claim.revoked.ran-too-long",
            revoked(RevokeCause::RanTooLong),
        ),
    ];
    let sampled = all.into_iter().map(|(name, claim)| {
        let claim = decided(claim);
        sample(name, encode_claim(&claim, &queue()), move |bytes| {
            decode_claim(bytes, &queue()) == Ok(claim.clone())
        })
    });
    sampled.collect()
}

/// Every field of a retry policy.
pub(crate) fn retry_policy() -> Arc<RetryPolicy> {
    Arc::new(RetryPolicy {
        delays: vec![Duration::from_secs(1), Duration::from_secs(10)],
        factor: NonZeroU32::new(2).unwrap(),
        jitter_percent: 20,
        delay_max: Some(Duration::from_mins(10)),
        on: vec!["exit:10-19".parse().unwrap(), "OOMKilled".parse().unwrap()],
        not_on: vec!["signal:9".parse().unwrap()],
    })
}

/// What endings brought to claims.
fn retried() -> Claimed {
    Claimed {
        retry_policy: Some(retry_policy()),
        submit_within: Some(Duration::from_mins(1)),
        start_within: Some(Duration::from_mins(10)),
        name: Some("etl 2026-11-23".into()),
        ..claimed()
    }
}

/// Slots of limits that span the cell.
fn tagged() -> Claimed {
    Claimed {
        slots: vec![
            Slot {
                limit: LimitKey::Deployment("etl/nightly".parse().unwrap()),
                weight: 1,
                value: Some(1),
                pace: None,
            },
            Slot {
                limit: LimitKey::Tag("db".parse().unwrap()),
                weight: 1,
                value: None,
                pace: None,
            },
        ],
        ..claimed()
    }
}

/// A slot of a named limit, one with a start rate, and a wait.
fn paced() -> Claimed {
    let rate = StartRate {
        starts: NonZeroU32::new(10).unwrap(),
        per: Duration::from_mins(1),
        burst: NonZeroU32::new(20).unwrap(),
    };
    let tag = LimitKey::Tag("customer:acme".parse().unwrap());
    let named = LimitKey::Named("db-connections".parse().unwrap());
    let slots = vec![
        Slot {
            limit: tag.clone(),
            weight: 1,
            value: None,
            pace: Some(Pace { rate, used_up: AT }),
        },
        Slot {
            limit: named.clone(),
            weight: 3,
            value: Some(20),
            pace: None,
        },
    ];
    Claimed {
        slots,
        waits: waits(tag, named),
        ..claimed()
    }
}

fn waits(tag: LimitKey, named: LimitKey) -> Vec<Wait> {
    let place = |log, seq| Place {
        log,
        seq: Seq(seq),
        at: AT,
    };
    let wait = |cause, from, merged| Wait {
        cause,
        from,
        merged,
    };
    let own = || LogName::Queue(queue());
    let far = QueueKey::new("other".parse().unwrap(), "q".parse().unwrap());
    let far = LogName::Queue(far);
    let merged = Some((Duration::from_secs(7), 3));
    vec![
        wait(WaitCause::BeforeLeader, place(own(), 1), None),
        wait(WaitCause::Limit(named, 20), place(own(), 7), merged),
        wait(WaitCause::Rate(tag), place(far, 8), None),
        wait(
            WaitCause::Paused(LimitKey::Pool(queue().pool)),
            place(LogName::Cell, 9),
            None,
        ),
        wait(
            WaitCause::Kept(LimitKey::Queue(queue())),
            place(own(), 10),
            None,
        ),
        wait(WaitCause::NoWorkers, place(own(), 11), None),
        wait(WaitCause::NotDue, place(own(), 12), None),
        wait(WaitCause::QueueNotReady, place(own(), 13), None),
        wait(WaitCause::Deciding, place(own(), 14), None),
    ]
}

pub(crate) fn decisions() -> Vec<Sample> {
    let fault = Fault::new(
        FaultCode::UnknownVariable,
        "jobVariables.imge",
        "did you mean image?",
    );
    let (attempt, grace) = (Attempt(1), Duration::from_secs(30));
    let all = [
        ("decision.rejected", Decision::Rejected(fault)),
        (
            "decision.rejected.parameter",
            Decision::Rejected(Fault::new(
                FaultCode::InvalidParameter,
                "parameters.day",
                "it is 3 and must be text",
            )),
        ),
        (
            "decision.retry-scheduled",
            Decision::RetryScheduled { attempt, due: AT },
        ),
        (
            "decision.cancel-ordered",
            Decision::CancelOrdered {
                attempt,
                grace,
                reason: "why".into(),
                cause: CancelCause::Asked,
            },
        ),
        (
            "decision.cancelled.collision",
            Decision::Cancelled {
                reason: "why".into(),
                cause: CancelCause::Collision,
                waits: waits(
                    LimitKey::Tag("customer:acme".parse().unwrap()),
                    LimitKey::Deployment("etl/nightly".parse().unwrap()),
                ),
            },
        ),
        (
            "decision.cancelled",
            Decision::Cancelled {
                reason: "why".into(),
                cause: CancelCause::Asked,
                waits: Vec::new(),
            },
        ),
    ];
    let all = all.into_iter().chain(crate::later::decisions());
    let sampled = all.map(|(name, decision)| {
        let decision = decided(decision);
        sample(name, encode_decision(&decision), move |bytes| {
            decode_decision(bytes) == Ok(decision.clone())
        })
    });
    sampled.collect()
}

pub(crate) fn reports() -> Vec<Sample> {
    let outcome = Outcome {
        exit_code: Some(1),
        signal: Some(9),
        reason: "CommandNotFound".into(),
        message: "no such command".into(),
        ..Outcome::of(OutcomeClass::Failed)
    };
    let (infrastructure, lease) = ("pid 4711 on host-3".to_owned(), Duration::from_secs(15));
    let all = [
        (
            "report.taken",
            Reported::Taken {
                worker: "w-1".parse().unwrap(),
                lease,
            },
        ),
        (
            "report.submitted",
            Reported::Submitted {
                infrastructure: infrastructure.clone(),
            },
        ),
        ("report.started", Reported::Started { infrastructure }),
        (
            "report.waiting",
            Reported::Waiting {
                reason: "ImagePullBackOff".into(),
                message: "m".into(),
            },
        ),
        (
            "report.finished",
            Reported::Finished {
                outcome: outcome.clone(),
                gone: true,
            },
        ),
        (
            "report.gone",
            Reported::Gone {
                outcome: Some(outcome),
            },
        ),
        ("report.gone.untold", Reported::Gone { outcome: None }),
        (
            "report.finished.crashed",
            Reported::Finished {
                outcome: Outcome {
                    reason: "OOMKilled".into(),
                    ..Outcome::of(OutcomeClass::Crashed)
                },
                gone: false,
            },
        ),
        ("report.handed-back", Reported::HandedBack),
    ];
    let sampled = all.into_iter().map(|(name, what)| {
        let session = "s-1".parse().unwrap();
        let report = Report {
            attempt: Attempt(1),
            session,
            n: 3,
            what,
        };
        sample(name, encode_report(&report), move |bytes| {
            decode_report(bytes) == Ok(report.clone())
        })
    });
    sampled.collect()
}

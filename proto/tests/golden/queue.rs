//! Samples of what stands in a queue: claims, decisions, reports.

use std::{sync::Arc, time::Duration};

use weir_core::{
    event::{
        Basis, Claim, Claimed, Decided, Decision, Outcome, OutcomeClass, Report, Reported,
        RequestCopy, RevokeCause, Revoked,
    },
    ids::{Attempt, DecisionId, Epoch, QueueKey, Revision, Seq},
    json::JsonObject,
    limit::{LimitKey, Slot},
    request::{Fault, FaultCode, RunRequest},
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
    };
    Claimed {
        attempt: Attempt(1),
        request: Seq(1_200_344),
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
        copy: None,
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
    };
    let far_queue = QueueKey::new("other".parse().unwrap(), "q".parse().unwrap());
    let far_queue = Slot {
        limit: LimitKey::Queue(far_queue),
        weight: 1,
        value: Some(0),
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
        (
            "claim.claimed.tags",
            Claim::Claimed(Claimed {
                slots: vec![
                    Slot {
                        limit: LimitKey::Deployment("etl/nightly".parse().unwrap()),
                        weight: 1,
                        value: Some(1),
                    },
                    Slot {
                        limit: LimitKey::Tag("db".parse().unwrap()),
                        weight: 1,
                        value: None,
                    },
                ],
                ..claimed()
            }),
        ),
        ("claim.revoked.not-taken", revoked(RevokeCause::NotTaken)),
        ("claim.revoked.cancel", revoked(RevokeCause::Cancel)),
        ("claim.revoked.worker-lost", revoked(lost)),
    ];
    let sampled = all.into_iter().map(|(name, claim)| {
        let claim = decided(claim);
        sample(name, encode_claim(&claim, &queue()), move |bytes| {
            decode_claim(bytes, &queue()) == Ok(claim.clone())
        })
    });
    sampled.collect()
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
            "decision.retry-scheduled",
            Decision::RetryScheduled { attempt, due: AT },
        ),
        (
            "decision.cancel-ordered",
            Decision::CancelOrdered {
                attempt,
                grace,
                reason: "why".into(),
            },
        ),
        (
            "decision.cancelled",
            Decision::Cancelled {
                reason: "why".into(),
            },
        ),
    ];
    let sampled = all.into_iter().map(|(name, decision)| {
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

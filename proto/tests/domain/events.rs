//! Records of a queue, sessions, leases and output of every shape.

use std::collections::BTreeSet;

use bytes::Bytes;
use proptest::{collection::vec, option::of, prelude::*};
use weir_core::{
    event::{
        Basis, CancelCause, Claim, Claimed, Decided, Decision, EpochRecord, Outcome, OutcomeClass,
        Report, Reported, RequestCopy, RevokeCause, Revoked,
    },
    ids::{DecisionId, Lane, QueueKey, Revision},
    limit::{LimitKey, Slot},
    request::{Fault, FaultCode},
    session::{LeaseRecord, Session},
};
use weir_proto::{OutputLine, OutputLines, OutputStreamKind};

use crate::{
    basic::{at, attempt, epoch, label, seq, span, text, token},
    limits::{slot, waits},
    requests::{any_cycle, any_run},
    retries::retry_policy,
};

fn decided<T: std::fmt::Debug>(
    what: impl Strategy<Value = T>,
) -> impl Strategy<Value = Decided<T>> {
    let basis = (of(any::<u64>()), of(seq()), vec((seq(), seq()), 0..4)).prop_map(
        |(since, cell, queues)| Basis {
            since,
            cell,
            queues,
        },
    );
    (epoch(), 1..=u64::MAX, at(), basis, what).prop_map(|(epoch, n, at, basis, what)| Decided {
        id: DecisionId { epoch, n },
        at,
        basis,
        what,
    })
}
fn claimed() -> impl Strategy<Value = Claimed> {
    let revisions = (any::<u64>(), any::<u64>(), of(any::<u64>()));
    let spans = (span(), of(span()), span(), of(span()), of(span()));
    (
        attempt(),
        seq(),
        vec(slot(), 0..4),
        revisions,
        (any::<u32>(), of(retry_policy()), of("[a-z ]{1,20}")),
        spans,
        of((any_run(), of("[a-z0-9-]{1,60}"))).boxed(),
        waits(),
    )
        .prop_map(
            |(
                attempt,
                request,
                slots,
                (pool, queue, deployment),
                (retries, retry_policy, name),
                (retry_delay, timeout, take_within, submit_within, start_within),
                copy,
                waits,
            )| Claimed {
                attempt,
                request,
                slots,
                pool_revision: Revision(pool),
                queue_revision: Revision(queue),
                deployment_revision: deployment.map(Revision),
                retries,
                retry_delay,
                retry_policy,
                timeout,
                take_within,
                submit_within,
                start_within,
                name,
                outlives_worker: retries % 2 == 1,
                copy: copy.map(|(request, traceparent)| RequestCopy {
                    request,
                    traceparent,
                }),
                waits,
            },
        )
}
fn revoked() -> impl Strategy<Value = Revoked> {
    let cause = prop_oneof![
        Just(RevokeCause::NotTaken),
        Just(RevokeCause::Cancel),
        token().prop_map(|session| RevokeCause::WorkerLost { session }),
        Just(RevokeCause::NotSubmitted),
        Just(RevokeCause::NotStarted),
        Just(RevokeCause::RanTooLong),
    ];
    (attempt(), cause, span()).prop_map(|(attempt, cause, grace)| Revoked {
        attempt,
        cause,
        grace,
    })
}
pub(crate) fn any_claim() -> impl Strategy<Value = Decided<Claim>> {
    decided(prop_oneof![
        claimed().boxed().prop_map(Claim::Claimed),
        revoked().prop_map(Claim::Revoked)
    ])
}
/// The same claim with two slots more, of this queue and its pool.
pub(crate) fn own(mut claim: Decided<Claim>, queue: &QueueKey) -> Decided<Claim> {
    if let Claim::Claimed(claimed) = &mut claim.what {
        claimed.slots.push(Slot {
            limit: LimitKey::Pool(queue.pool.clone()),
            weight: 1,
            value: Some(4),
            pace: None,
        });
        claimed.slots.push(Slot {
            limit: LimitKey::Queue(queue.clone()),
            weight: 2,
            value: None,
            pace: None,
        });
    }
    claim
}
fn fault() -> impl Strategy<Value = Fault> {
    (
        proptest::sample::select(&FaultCode::ALL[..]),
        text(),
        text(),
    )
        .prop_map(|(code, field, message)| Fault::new(code, field, message))
}
fn cause() -> impl Strategy<Value = CancelCause> {
    proptest::sample::select(&CancelCause::ALL[..])
}
pub(crate) fn any_decision() -> impl Strategy<Value = Decided<Decision>> {
    decided(prop_oneof![
        fault().prop_map(Decision::Rejected),
        (attempt(), at()).prop_map(|(attempt, due)| Decision::RetryScheduled { attempt, due }),
        (attempt(), span(), text(), cause()).prop_map(|(attempt, grace, reason, cause)| {
            Decision::CancelOrdered {
                attempt,
                grace,
                reason,
                cause,
            }
        }),
        (text(), cause(), waits()).prop_map(|(reason, cause, waits)| Decision::Cancelled {
            reason,
            cause,
            waits,
        }),
        (attempt(), 1..=u32::MAX).prop_map(|(attempt, k)| Decision::Yielded { attempt, k }),
        (attempt(), 1..=u32::MAX, vec(slot(), 0..4))
            .prop_map(|(attempt, k, slots)| Decision::Regranted { attempt, k, slots }),
        (attempt(), 1..=u32::MAX, any_cycle(), any::<u32>()).prop_map(
            |(attempt, k, links, runs)| Decision::FoundInCycle {
                attempt,
                k,
                links,
                runs,
            }
        ),
    ])
}
fn outcome() -> impl Strategy<Value = Outcome> {
    let class = proptest::sample::select(vec![
        OutcomeClass::Completed,
        OutcomeClass::Failed,
        OutcomeClass::Signaled,
        OutcomeClass::TimedOut,
        OutcomeClass::StartFailed,
        OutcomeClass::Stopped,
        OutcomeClass::Lost,
        OutcomeClass::Crashed,
    ]);
    (class, of(any::<i32>()), of(any::<i32>()), text(), text()).prop_map(
        |(class, exit_code, signal, reason, message)| Outcome {
            class,
            exit_code,
            signal,
            reason,
            message,
        },
    )
}
pub(crate) fn any_report() -> impl Strategy<Value = Report> {
    let what = prop_oneof![
        (token(), span()).prop_map(|(worker, lease)| Reported::Taken { worker, lease }),
        text().prop_map(|infrastructure| Reported::Submitted { infrastructure }),
        text().prop_map(|infrastructure| Reported::Started { infrastructure }),
        (text(), text()).prop_map(|(reason, message)| Reported::Waiting { reason, message }),
        (outcome(), any::<bool>()).prop_map(|(outcome, gone)| Reported::Finished { outcome, gone }),
        of(outcome()).prop_map(|outcome| Reported::Gone { outcome }),
        Just(Reported::HandedBack),
    ];
    (attempt(), token(), 1..=u32::MAX, what).prop_map(|(attempt, session, n, what)| Report {
        attempt,
        session,
        n,
        what,
    })
}
pub(crate) fn any_epoch() -> impl Strategy<Value = EpochRecord> {
    (0..32_u8, epoch(), token()).prop_map(|(lane, epoch, leader)| EpochRecord {
        lane: Lane(lane),
        epoch,
        leader,
    })
}
pub(crate) fn any_lease() -> impl Strategy<Value = LeaseRecord> {
    (token(), epoch()).prop_map(|(leader, epoch)| LeaseRecord { leader, epoch })
}
pub(crate) fn any_session() -> impl Strategy<Value = Session> {
    let names = (token(), token(), label(), vec(label(), 0..4));
    let numbers = (any::<u32>(), any::<u32>(), span(), at());
    (names, numbers, text(), text(), any::<bool>(), any::<bool>()).prop_map(
        |(
            (worker, session, pool, queues),
            (capacity, in_use, lease, started_at),
            kind,
            version,
            draining,
            ended,
        )| {
            let queues = queues.into_iter().collect::<BTreeSet<_>>();
            Session {
                worker,
                session,
                pool,
                queues,
                kind,
                capacity,
                in_use,
                lease,
                version,
                started_at,
                draining,
                ended,
            }
        },
    )
}
pub(crate) fn any_output() -> impl Strategy<Value = OutputLines> {
    let stream = proptest::sample::select(vec![
        OutputStreamKind::Stdout,
        OutputStreamKind::Stderr,
        OutputStreamKind::Weir,
    ]);
    let line = (stream, at(), vec(any::<u8>(), 0..40)).prop_map(|(stream, at, bytes)| OutputLine {
        stream,
        at,
        bytes: Bytes::from(bytes),
    });
    (vec(line, 0..5), any::<bool>()).prop_map(|(lines, last)| OutputLines { lines, last })
}

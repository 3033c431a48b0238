//! The scheduler's word on `.claim`. On the hot path, so it is kept small: the limits of the subject's own pool and
//! queue are not spelled out.

use bytes::Bytes;
use prost::Message;
use weir_core::{
    event::{Claim, Claimed, Decided, RequestCopy, RevokeCause, Revoked},
    ids::{QueueKey, Revision, Seq},
    request::Request,
};

use crate::{
    decided,
    error::{DecodeError, Wrong, decode},
    field, limit, request, retry, wait, wire,
};

/// The bytes of a claim that stands on a subject of `queue`.
pub fn encode_claim(claim: &Decided<Claim>, queue: &QueueKey) -> Bytes {
    let Decided {
        id,
        at,
        basis,
        what,
    } = claim;
    let what = match what {
        Claim::Claimed(claimed) => wire::claim::What::Claimed(claimed_to_wire(claimed, queue)),
        Claim::Revoked(revoked) => wire::claim::What::Revoked(revoked_to_wire(revoked)),
    };
    wire::Claim {
        by: Some(decided::to_wire(*id, *at, basis)),
        what: Some(what),
    }
    .encode_to_vec()
    .into()
}

/// The claim in the bytes of a record on a subject of `queue`.
pub fn decode_claim(payload: &[u8], queue: &QueueKey) -> Result<Decided<Claim>, DecodeError> {
    decode("claim", payload, |wire::Claim { by, what }| {
        let what = match field::required("what", what)? {
            wire::claim::What::Claimed(claimed) => Claim::Claimed(
                claimed_from_wire(claimed, queue).map_err(|wrong| wrong.under("claimed"))?,
            ),
            wire::claim::What::Revoked(revoked) => {
                Claim::Revoked(revoked_from_wire(revoked).map_err(|wrong| wrong.under("revoked"))?)
            }
        };
        decided::from_wire(by, what)
    })
}

fn claimed_to_wire(claimed: &Claimed, queue: &QueueKey) -> wire::Claimed {
    let Claimed {
        attempt,
        request,
        slots,
        pool_revision,
        queue_revision,
        deployment_revision,
        retries,
        retry_delay,
        retry_policy,
        timeout,
        take_within,
        submit_within,
        start_within,
        name,
        outlives_worker,
        copy,
        waits,
    } = claimed;
    wire::Claimed {
        attempt: attempt.0,
        request: request.0,
        slots: slots
            .iter()
            .map(|slot| limit::slot_to_wire(slot, Some(queue)))
            .collect(),
        pool_revision: pool_revision.0,
        queue_revision: queue_revision.0,
        deployment_revision: deployment_revision.map(|revision| revision.0),
        retries: *retries,
        retry_delay: field::span_to_wire(*retry_delay),
        timeout: timeout.map(Into::into),
        take_within: field::span_to_wire(*take_within),
        retry_policy: retry_policy.as_deref().map(retry::to_wire),
        submit_within: submit_within.map(Into::into),
        start_within: start_within.map(Into::into),
        name: name.clone().unwrap_or_default(),
        outlives_worker: *outlives_worker,
        copy: copy.as_ref().map(copy_to_wire),
        waits: wait::waits_to_wire(waits, Some(queue)),
    }
}

fn claimed_from_wire(claimed: wire::Claimed, queue: &QueueKey) -> Result<Claimed, Wrong> {
    let wire::Claimed {
        attempt,
        request,
        slots,
        pool_revision,
        queue_revision,
        deployment_revision,
        retries,
        retry_delay,
        retry_policy,
        timeout,
        take_within,
        submit_within,
        start_within,
        name,
        outlives_worker,
        copy,
        waits,
    } = claimed;
    let slots = slots.into_iter().enumerate().map(|(at, slot)| {
        limit::slot_from_wire(slot, Some(queue))
            .map_err(|wrong| wrong.under(&format!("slots[{at}]")))
    });
    Ok(Claimed {
        attempt: field::attempt(attempt)?,
        request: Seq(field::counted("request", request)?),
        slots: slots.collect::<Result<_, _>>()?,
        pool_revision: Revision(pool_revision),
        queue_revision: Revision(queue_revision),
        deployment_revision: deployment_revision.map(Revision),
        retries,
        retry_delay: field::span("retryDelay", retry_delay)?,
        timeout: field::optional_span("timeout", timeout)?,
        take_within: field::span("takeWithin", take_within)?,
        retry_policy: retry::optional_from_wire(retry_policy)?,
        submit_within: field::optional_span("submitWithin", submit_within)?,
        start_within: field::optional_span("startWithin", start_within)?,
        name: Some(name).filter(|name| !name.is_empty()),
        outlives_worker,
        copy: copy
            .map(copy_from_wire)
            .transpose()
            .map_err(|wrong| wrong.under("copy"))?,
        waits: wait::waits_from_wire(waits, Some(queue))?,
    })
}

fn copy_to_wire(copy: &RequestCopy) -> wire::RequestCopy {
    let RequestCopy {
        request,
        traceparent,
    } = copy;
    wire::RequestCopy {
        request: Some(request::run_to_wire(request)),
        traceparent: traceparent.clone().unwrap_or_default(),
    }
}

fn copy_from_wire(copy: wire::RequestCopy) -> Result<RequestCopy, Wrong> {
    let wire::RequestCopy {
        request,
        traceparent,
    } = copy;
    let request = match request::from_wire(field::required("request", request)?) {
        Ok(Request::Run(request)) => request,
        Ok(
            Request::Cancel(_)
            | Request::SetPriority(_)
            | Request::Retry(_)
            | Request::Waits(_)
            | Request::GoesOn(_)
            | Request::Bad(_),
        ) => {
            return Err(Wrong::new(
                "request",
                "it must be a request to run something",
            ));
        }
        Err(fault) => return Err(Wrong::new("request", fault)),
    };
    Ok(RequestCopy {
        request,
        traceparent: Some(traceparent).filter(|traceparent| !traceparent.is_empty()),
    })
}

fn revoked_to_wire(revoked: &Revoked) -> wire::Revoked {
    use wire::revoked::Cause;
    let Revoked {
        attempt,
        cause,
        grace,
    } = revoked;
    let cause = match cause {
        RevokeCause::NotTaken => Cause::NotTaken(wire::NotTaken {}),
        RevokeCause::Cancel => Cause::BeingCancelled(wire::BeingCancelled {}),
        RevokeCause::WorkerLost { session } => Cause::WorkerLost(wire::WorkerLost {
            session: session.to_string(),
        }),
        RevokeCause::NotSubmitted => Cause::NotSubmitted(wire::NotSubmitted {}),
        RevokeCause::NotStarted => Cause::NotStarted(wire::NotStarted {}),
        RevokeCause::RanTooLong => Cause::RanTooLong(wire::RanTooLong {}),
    };
    wire::Revoked {
        attempt: attempt.0,
        grace: field::span_to_wire(*grace),
        cause: Some(cause),
    }
}

fn revoked_from_wire(revoked: wire::Revoked) -> Result<Revoked, Wrong> {
    use wire::revoked::Cause;
    let wire::Revoked {
        attempt,
        grace,
        cause,
    } = revoked;
    let cause = match field::required("cause", cause)? {
        Cause::NotTaken(wire::NotTaken {}) => RevokeCause::NotTaken,
        Cause::BeingCancelled(wire::BeingCancelled {}) => RevokeCause::Cancel,
        Cause::WorkerLost(wire::WorkerLost { session }) => RevokeCause::WorkerLost {
            session: field::name("workerLost.session", &session)?,
        },
        Cause::NotSubmitted(wire::NotSubmitted {}) => RevokeCause::NotSubmitted,
        Cause::NotStarted(wire::NotStarted {}) => RevokeCause::NotStarted,
        Cause::RanTooLong(wire::RanTooLong {}) => RevokeCause::RanTooLong,
    };
    Ok(Revoked {
        attempt: field::attempt(attempt)?,
        cause,
        grace: field::span("grace", grace)?,
    })
}

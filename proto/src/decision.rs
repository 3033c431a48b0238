//! The scheduler's word on `.decision`, and its epoch.

use bytes::Bytes;
use prost::Message;
use weir_core::{
    event::{CancelCause, Decided, Decision, EpochRecord},
    ids::{LANES, Lane},
    request::{Fault, FaultCode},
};

use crate::{
    awaits, decided,
    error::{DecodeError, Wrong, decode},
    field, limit, wait, wire,
};

/// The bytes of a decision.
pub fn encode_decision(decision: &Decided<Decision>) -> Bytes {
    use wire::decision::What;
    let Decided {
        id,
        at,
        basis,
        what,
    } = decision;
    let what = match what {
        Decision::Rejected(fault) => What::Rejected(fault_to_wire(fault)),
        Decision::RetryScheduled { attempt, due } => What::RetryScheduled(wire::RetryScheduled {
            attempt: attempt.0,
            due: Some((*due).into()),
        }),
        Decision::CancelOrdered {
            attempt,
            grace,
            reason,
            cause,
        } => What::CancelOrdered(wire::CancelOrdered {
            attempt: attempt.0,
            grace: field::span_to_wire(*grace),
            reason: field::text(reason.clone()),
            cause: cause_to_wire(*cause).into(),
        }),
        Decision::Cancelled {
            reason,
            cause,
            waits,
        } => What::Cancelled(wire::Cancelled {
            reason: field::text(reason.clone()),
            cause: cause_to_wire(*cause).into(),
            waits: wait::waits_to_wire(waits, None),
        }),
        Decision::Yielded { attempt, k } => What::Yielded(wire::Yielded {
            attempt: attempt.0,
            k: *k,
        }),
        Decision::Regranted { attempt, k, slots } => What::Regranted(wire::Regranted {
            attempt: attempt.0,
            k: *k,
            slots: slots
                .iter()
                .map(|slot| limit::slot_to_wire(slot, None))
                .collect(),
        }),
        Decision::FoundInCycle {
            attempt,
            k,
            links,
            runs,
        } => What::FoundInCycle(wire::FoundInCycle {
            attempt: attempt.0,
            k: *k,
            links: links.iter().map(awaits::link_to_wire).collect(),
            runs: *runs,
        }),
    };
    wire::Decision {
        by: Some(decided::to_wire(*id, *at, basis)),
        what: Some(what),
    }
    .encode_to_vec()
    .into()
}

/// The decision in these bytes.
pub fn decode_decision(payload: &[u8]) -> Result<Decided<Decision>, DecodeError> {
    decode("decision", payload, |wire::Decision { by, what }| {
        decided::from_wire(by, decision_from_wire(what)?)
    })
}

fn decision_from_wire(what: Option<wire::decision::What>) -> Result<Decision, Wrong> {
    use wire::decision::What;
    match field::required("what", what)? {
        What::Rejected(fault) => Ok(Decision::Rejected(
            fault_from_wire(fault).map_err(|wrong| wrong.under("rejected"))?,
        )),
        What::RetryScheduled(wire::RetryScheduled { attempt, due }) => {
            let read = || {
                Ok(Decision::RetryScheduled {
                    attempt: field::attempt(attempt)?,
                    due: field::time("due", due)?,
                })
            };
            read().map_err(|wrong: Wrong| wrong.under("retryScheduled"))
        }
        What::CancelOrdered(wire::CancelOrdered {
            attempt,
            grace,
            reason,
            cause,
        }) => {
            let read = || {
                let (attempt, grace) = (field::attempt(attempt)?, field::span("grace", grace)?);
                Ok(Decision::CancelOrdered {
                    attempt,
                    grace,
                    reason: field::text(reason),
                    cause: cause_from_wire(cause)?,
                })
            };
            read().map_err(|wrong: Wrong| wrong.under("cancelOrdered"))
        }
        What::Cancelled(wire::Cancelled {
            reason,
            cause,
            waits,
        }) => {
            let read = || {
                Ok(Decision::Cancelled {
                    reason: field::text(reason),
                    cause: cause_from_wire(cause)?,
                    waits: wait::waits_from_wire(waits, None)?,
                })
            };
            read().map_err(|wrong: Wrong| wrong.under("cancelled"))
        }
        What::Yielded(wire::Yielded { attempt, k }) => {
            let read = || {
                let (attempt, k) = (field::attempt(attempt)?, field::counted("k", k)?);
                Ok(Decision::Yielded { attempt, k })
            };
            read().map_err(|wrong: Wrong| wrong.under("yielded"))
        }
        What::Regranted(regranted) => {
            regranted_from_wire(regranted).map_err(|wrong| wrong.under("regranted"))
        }
        What::FoundInCycle(found) => {
            found_from_wire(found).map_err(|wrong| wrong.under("foundInCycle"))
        }
    }
}

fn cause_to_wire(cause: CancelCause) -> wire::cancelled::Cause {
    use wire::cancelled::Cause;
    match cause {
        CancelCause::Asked => Cause::Asked,
        CancelCause::Collision => Cause::Collision,
        CancelCause::Lapsed => Cause::Lapsed,
        CancelCause::ParentEnded => Cause::ParentEnded,
        CancelCause::ChildFailed => Cause::ChildFailed,
        CancelCause::NotReached => Cause::NotReached,
    }
}

fn cause_from_wire(number: i32) -> Result<CancelCause, Wrong> {
    use wire::cancelled::Cause;
    let cause = match Cause::try_from(number) {
        Ok(Cause::Asked) => Some(CancelCause::Asked),
        Ok(Cause::Collision) => Some(CancelCause::Collision),
        Ok(Cause::Lapsed) => Some(CancelCause::Lapsed),
        Ok(Cause::ParentEnded) => Some(CancelCause::ParentEnded),
        Ok(Cause::ChildFailed) => Some(CancelCause::ChildFailed),
        Ok(Cause::NotReached) => Some(CancelCause::NotReached),
        Err(_) => None,
    };
    field::known("cause", number, cause)
}

fn regranted_from_wire(regranted: wire::Regranted) -> Result<Decision, Wrong> {
    let wire::Regranted { attempt, k, slots } = regranted;
    let slots = slots.into_iter().enumerate().map(|(at, slot)| {
        limit::slot_from_wire(slot, None).map_err(|wrong| wrong.under(&format!("slots[{at}]")))
    });
    Ok(Decision::Regranted {
        attempt: field::attempt(attempt)?,
        k: field::counted("k", k)?,
        slots: slots.collect::<Result<_, _>>()?,
    })
}

fn found_from_wire(found: wire::FoundInCycle) -> Result<Decision, Wrong> {
    let wire::FoundInCycle {
        attempt,
        k,
        links,
        runs,
    } = found;
    Ok(Decision::FoundInCycle {
        attempt: field::attempt(attempt)?,
        k: field::counted("k", k)?,
        links: links
            .into_iter()
            .map(|link| awaits::link_from_wire(link).map_err(|wrong| wrong.under("links")))
            .collect::<Result<_, _>>()?,
        runs,
    })
}

fn fault_to_wire(fault: &Fault) -> wire::Fault {
    use wire::fault::Code;
    let Fault {
        code,
        field,
        message,
    } = fault;
    let code = match code {
        FaultCode::Undecodable => Code::Undecodable,
        FaultCode::UnknownField => Code::UnknownField,
        FaultCode::InvalidField => Code::InvalidField,
        FaultCode::TooLarge => Code::TooLarge,
        FaultCode::UnknownDeployment => Code::UnknownDeployment,
        FaultCode::UnknownVariable => Code::UnknownVariable,
        FaultCode::InvalidVariable => Code::InvalidVariable,
        FaultCode::NothingToRun => Code::NothingToRun,
        FaultCode::UnknownQueue => Code::UnknownQueue,
        FaultCode::QueueFull => Code::QueueFull,
        FaultCode::InvalidParameter => Code::InvalidParameter,
    };
    wire::Fault {
        code: code.into(),
        field: field.clone(),
        message: message.clone(),
    }
}

fn fault_from_wire(fault: wire::Fault) -> Result<Fault, Wrong> {
    use wire::fault::Code;
    let wire::Fault {
        code: number,
        field,
        message,
    } = fault;
    let code = match Code::try_from(number) {
        Ok(Code::Undecodable) => Some(FaultCode::Undecodable),
        Ok(Code::UnknownField) => Some(FaultCode::UnknownField),
        Ok(Code::InvalidField) => Some(FaultCode::InvalidField),
        Ok(Code::TooLarge) => Some(FaultCode::TooLarge),
        Ok(Code::UnknownDeployment) => Some(FaultCode::UnknownDeployment),
        Ok(Code::UnknownVariable) => Some(FaultCode::UnknownVariable),
        Ok(Code::InvalidVariable) => Some(FaultCode::InvalidVariable),
        Ok(Code::NothingToRun) => Some(FaultCode::NothingToRun),
        Ok(Code::UnknownQueue) => Some(FaultCode::UnknownQueue),
        Ok(Code::QueueFull) => Some(FaultCode::QueueFull),
        Ok(Code::InvalidParameter) => Some(FaultCode::InvalidParameter),
        Ok(Code::Unspecified) | Err(_) => None,
    };
    Ok(Fault::new(
        field::known("code", number, code)?,
        field,
        message,
    ))
}

/// The bytes of an epoch on a lane.
pub fn encode_epoch(record: &EpochRecord) -> Bytes {
    let EpochRecord {
        lane,
        epoch,
        leader,
    } = record;
    wire::Epoch {
        lane: u32::from(lane.0),
        epoch: epoch.0,
        leader: leader.to_string(),
    }
    .encode_to_vec()
    .into()
}

/// The epoch in these bytes.
pub fn decode_epoch(payload: &[u8]) -> Result<EpochRecord, DecodeError> {
    decode(
        "epoch",
        payload,
        |wire::Epoch {
             lane: number,
             epoch,
             leader,
         }| {
            let lane = u8::try_from(number).ok().filter(|lane| *lane < LANES);
            let lane = lane.ok_or_else(|| {
                Wrong::new("lane", format_args!("{number} is not a lane: use 0 to 31"))
            })?;
            Ok(EpochRecord {
                lane: Lane(lane),
                epoch: field::epoch(epoch)?,
                leader: field::name("leader", &leader)?,
            })
        },
    )
}

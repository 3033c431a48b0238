//! How a wait was spent, on its way to and from the wire.

use weir_core::{
    bounds,
    ids::{QueueKey, Seq},
    limit::LimitKey,
    time::Timestamp,
    wait::{LogName, Place, Wait, WaitCause},
};

use crate::{error::Wrong, field, limit, wire};

/// `own`: the queue of the record's subject, where the record's reader knows it.
pub(crate) fn waits_to_wire(waits: &[Wait], own: Option<&QueueKey>) -> Vec<wire::Wait> {
    waits.iter().map(|wait| to_wire(wait, own)).collect()
}

pub(crate) fn waits_from_wire(
    waits: Vec<wire::Wait>,
    own: Option<&QueueKey>,
) -> Result<Vec<Wait>, Wrong> {
    if waits.len() > bounds::WAITS_MAX {
        let text = format_args!("{} parts: use at most {}", waits.len(), bounds::WAITS_MAX);
        return Err(Wrong::new("waits", text));
    }
    let waits = waits.into_iter().enumerate();
    waits
        .map(|(at, wait)| {
            from_wire(wait, own).map_err(|wrong| wrong.under(&format!("waits[{at}]")))
        })
        .collect()
}

pub(crate) fn to_wire(wait: &Wait, own: Option<&QueueKey>) -> wire::Wait {
    let Wait {
        cause,
        from,
        merged,
    } = wait;
    wire::Wait {
        cause: Some(cause_to_wire(cause, own)),
        from: Some(place_to_wire(from, own)),
        merged: merged.map(|(spent, _)| spent.into()),
        parts: merged.map_or(0, |(_, parts)| parts),
    }
}

pub(crate) fn from_wire(wait: wire::Wait, own: Option<&QueueKey>) -> Result<Wait, Wrong> {
    let wire::Wait {
        cause,
        from,
        merged,
        parts,
    } = wait;
    let merged = field::optional_span("merged", merged)?;
    Ok(Wait {
        cause: cause_from_wire(field::required("cause", cause)?, own)?,
        from: place_from_wire(field::required("from", from)?, own)?,
        merged: merged.map(|spent| (spent, parts.max(1))),
    })
}

fn place_to_wire(place: &Place, own: Option<&QueueKey>) -> wire::Place {
    use wire::place::Log;
    let Place { log, seq, at } = place;
    wire::Place {
        log: match log {
            LogName::Cell => Some(Log::Cell(wire::Own {})),
            LogName::Queue(queue) if own == Some(queue) => None,
            LogName::Queue(queue) => Some(Log::Queue(limit::queue_to_wire(queue))),
        },
        seq: seq.0,
        at_ns: at.as_nanos(),
    }
}

fn place_from_wire(place: wire::Place, own: Option<&QueueKey>) -> Result<Place, Wrong> {
    use wire::place::Log;
    let wire::Place { log, seq, at_ns } = place;
    let log = match log {
        Some(Log::Cell(wire::Own {})) => LogName::Cell,
        Some(Log::Queue(queue)) => LogName::Queue(limit::queue_from_wire(&queue)?),
        None => LogName::Queue(own.ok_or_else(|| Wrong::missing("from.log"))?.clone()),
    };
    Ok(Place {
        log,
        seq: Seq(seq),
        at: Timestamp(at_ns),
    })
}

pub(crate) fn cause_to_wire(cause: &WaitCause, own: Option<&QueueKey>) -> wire::WaitCause {
    use wire::wait_cause::Cause;
    let by = |key: &LimitKey, value: Option<u32>| wire::LimitedBy {
        slot: Some(wire::Slot {
            limit: Some(limit::limit_to_wire(key, own)),
            value,
            ..wire::Slot::default()
        }),
    };
    let cause = match cause {
        WaitCause::Limit(limit, value) => Cause::Limit(by(limit, Some(*value))),
        WaitCause::Rate(limit) => Cause::Rate(by(limit, None)),
        WaitCause::Paused(limit) => Cause::Paused(by(limit, None)),
        WaitCause::Kept(limit) => Cause::Kept(by(limit, None)),
        WaitCause::NoWorkers => Cause::NoWorkers(wire::NoWorkers {}),
        WaitCause::NotDue => Cause::NotDue(wire::NotDue {}),
        WaitCause::QueueNotReady => Cause::QueueNotReady(wire::QueueNotReady {}),
        WaitCause::Deciding => Cause::Deciding(wire::Deciding {}),
        WaitCause::BeforeLeader => Cause::BeforeLeader(wire::BeforeLeader {}),
        WaitCause::After => Cause::ComesAfter(wire::ComesAfter {}),
    };
    wire::WaitCause { cause: Some(cause) }
}

pub(crate) fn cause_from_wire(
    cause: wire::WaitCause,
    own: Option<&QueueKey>,
) -> Result<WaitCause, Wrong> {
    use wire::wait_cause::Cause;
    let key = |by: wire::LimitedBy| -> Result<(LimitKey, Option<u32>), Wrong> {
        let slot = field::required("slot", by.slot)?;
        Ok((limit::limit_from_wire(slot.limit, own)?, slot.value))
    };
    Ok(match field::required("cause", cause.cause)? {
        Cause::Limit(by) => {
            let (limit, value) = key(by)?;
            WaitCause::Limit(limit, field::required("value", value)?)
        }
        Cause::Rate(by) => WaitCause::Rate(key(by)?.0),
        Cause::Paused(by) => WaitCause::Paused(key(by)?.0),
        Cause::Kept(by) => WaitCause::Kept(key(by)?.0),
        Cause::NoWorkers(wire::NoWorkers {}) => WaitCause::NoWorkers,
        Cause::NotDue(wire::NotDue {}) => WaitCause::NotDue,
        Cause::QueueNotReady(wire::QueueNotReady {}) => WaitCause::QueueNotReady,
        Cause::Deciding(wire::Deciding {}) => WaitCause::Deciding,
        Cause::BeforeLeader(wire::BeforeLeader {}) => WaitCause::BeforeLeader,
        Cause::ComesAfter(wire::ComesAfter {}) => WaitCause::After,
    })
}

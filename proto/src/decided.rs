//! What every decision of the scheduler says of itself: whose it is, when, and what it rests on.

use weir_core::{
    event::{Basis, Decided},
    ids::{DecisionId, Seq},
    time::Timestamp,
};

use crate::{error::Wrong, field, wire};

pub(crate) fn to_wire(id: DecisionId, at: Timestamp, basis: &Basis) -> wire::DecidedBy {
    let DecisionId { epoch, n } = id;
    let Basis {
        since,
        cell,
        queues,
    } = basis;
    wire::DecidedBy {
        epoch: epoch.0,
        n,
        at_ns: at.as_nanos(),
        since: *since,
        cell: cell.map(|cell| cell.0),
        queues: queues
            .iter()
            .map(|&(opened, folded)| wire::QueuePosition {
                opened: opened.0,
                folded: folded.0,
            })
            .collect(),
    }
}

pub(crate) fn from_wire<T>(by: Option<wire::DecidedBy>, what: T) -> Result<Decided<T>, Wrong> {
    let wire::DecidedBy {
        epoch,
        n,
        at_ns,
        since,
        cell,
        queues,
    } = field::required("by", by)?;
    let epoch = field::epoch(epoch).map_err(|wrong| wrong.under("by"))?;
    let n = field::counted("by.n", n)?;
    let queues = queues
        .into_iter()
        .map(|wire::QueuePosition { opened, folded }| (Seq(opened), Seq(folded)))
        .collect();
    Ok(Decided {
        id: DecisionId { epoch, n },
        at: Timestamp(at_ns),
        basis: Basis {
            since,
            cell: cell.map(Seq),
            queues,
        },
        what,
    })
}

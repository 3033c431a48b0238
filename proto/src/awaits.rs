//! Waits of runs for other runs, and cycles of them.

use weir_core::{
    awaits::{CycleLink, WaitId, Waits, WaitsFor},
    bounds,
    family::RunName,
    ids::RunKey,
};

use crate::{error::Wrong, field, limit, wire};

pub(crate) fn waits_to_wire(waits: &Waits) -> wire::Waits {
    let Waits { id, runs, yields } = waits;
    wire::Waits {
        attempt: id.attempt.0,
        session: id.session.to_string(),
        k: id.k,
        runs: runs.iter().map(ToString::to_string).collect(),
        yield_slots: *yields,
    }
}

pub(crate) fn waits_from_wire(waits: wire::Waits) -> Result<Waits, Wrong> {
    let wire::Waits {
        attempt,
        session,
        k,
        runs,
        yield_slots,
    } = waits;
    let most = bounds::AWAITED_MAX;
    if runs.is_empty() || runs.len() > most {
        let text = format_args!("{} runs: name 1 to {most}", runs.len());
        return Err(Wrong::new("runs", text));
    }
    Ok(Waits {
        id: id_from_wire(attempt, &session, k)?,
        runs: field::names("runs", &runs)?,
        yields: yield_slots,
    })
}

pub(crate) fn goes_on_to_wire(id: &WaitId) -> wire::GoesOn {
    let WaitId {
        attempt,
        session,
        k,
    } = id;
    wire::GoesOn {
        attempt: attempt.0,
        session: session.to_string(),
        k: *k,
    }
}

pub(crate) fn goes_on_from_wire(id: wire::GoesOn) -> Result<WaitId, Wrong> {
    let wire::GoesOn {
        attempt,
        session,
        k,
    } = id;
    id_from_wire(attempt, &session, k)
}

fn id_from_wire(attempt: u32, session: &str, k: u32) -> Result<WaitId, Wrong> {
    Ok(WaitId {
        attempt: field::attempt(attempt)?,
        session: field::name("session", session)?,
        k: field::counted("k", k)?,
    })
}

pub(crate) fn link_to_wire(link: &CycleLink) -> wire::CycleLink {
    let CycleLink { run, waits_for } = link;
    let run = run.to_string();
    match waits_for {
        WaitsFor::Run(awaited) => wire::CycleLink {
            run,
            awaits: awaited.to_string(),
            limit: None,
            held_by: Vec::new(),
        },
        WaitsFor::Slots { limit, held_by } => wire::CycleLink {
            run,
            awaits: String::new(),
            limit: Some(wire::Slot {
                limit: Some(limit::limit_to_wire(limit, None)),
                ..wire::Slot::default()
            }),
            held_by: held_by.iter().map(ToString::to_string).collect(),
        },
    }
}

pub(crate) fn link_from_wire(link: wire::CycleLink) -> Result<CycleLink, Wrong> {
    let wire::CycleLink {
        run,
        awaits,
        limit,
        held_by,
    } = link;
    let waits_for = match limit {
        None => WaitsFor::Run(key("awaits", &awaits)?),
        Some(wire::Slot { limit, .. }) => WaitsFor::Slots {
            limit: limit::limit_from_wire(limit, None).map_err(|wrong| wrong.under("limit"))?,
            held_by: held_by
                .iter()
                .map(|holder| key("heldBy", holder))
                .collect::<Result<_, _>>()?,
        },
    };
    Ok(CycleLink {
        run: key("run", &run)?,
        waits_for,
    })
}

/// A run by its full name, for which no queue is the own one.
fn key(name: &str, text: &str) -> Result<RunKey, Wrong> {
    let RunName { queue, run_id } = field::name(name, text)?;
    let queue = queue.ok_or_else(|| Wrong::new(name, "write POOL/QUEUE/ID"))?;
    Ok(RunKey { queue, run_id })
}

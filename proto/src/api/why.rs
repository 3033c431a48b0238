//! Why a run waits.

use weir_core::{
    api::{RunView, Why, WhyClause},
    ids::{QueueKey, Seq},
    wait::{LogName, Place, Spent},
};

use super::{
    Wire, all, answerer,
    family::{run_key_from_wire, run_key_to_wire},
    run::state_name,
};
use crate::{awaits, error::Wrong, family, field, limit, wait, wire};

impl Wire for Why {
    type Message = wire::Why;
    const WHAT: &'static str = "answer to why";

    fn to_wire(&self) -> wire::Why {
        let Self {
            run,
            clauses,
            spent,
            until,
            before,
            from,
        } = self;
        wire::Why {
            run: Some(run.to_wire()),
            clauses: clauses.iter().map(clause_to_wire).collect(),
            from: Some(from.to_wire()),
            spent: spent.iter().map(spent_to_wire).collect(),
            until: until.as_ref().map(place_to_wire),
            before: *before,
        }
    }

    fn from_wire(message: wire::Why) -> Result<Self, Wrong> {
        let wire::Why {
            run,
            clauses,
            from,
            spent,
            until,
            before,
        } = message;
        let run =
            RunView::from_wire(field::required("run", run)?).map_err(|wrong| wrong.under("run"))?;
        Ok(Self {
            run,
            clauses: all("clauses", clauses, clause_from_wire)?,
            spent: all("spent", spent, spent_from_wire)?,
            until: until
                .map(place_from_wire)
                .transpose()
                .map_err(|wrong| wrong.under("until"))?,
            before,
            from: answerer::from(from)?,
        })
    }
}

fn spent_to_wire(part: &Spent) -> wire::Spent {
    let Spent {
        cause,
        from,
        lasted,
        parts,
    } = part;
    wire::Spent {
        cause: Some(wait::cause_to_wire(cause, None)),
        from: Some(place_to_wire(from)),
        spent: Some((*lasted).into()),
        parts: *parts,
    }
}

fn spent_from_wire(part: wire::Spent) -> Result<Spent, Wrong> {
    let wire::Spent {
        cause,
        from,
        spent,
        parts,
    } = part;
    Ok(Spent {
        cause: wait::cause_from_wire(field::required("cause", cause)?, None)?,
        from: place_from_wire(field::required("from", from)?)
            .map_err(|wrong| wrong.under("from"))?,
        lasted: field::span("spent", spent)?,
        parts: parts.max(1),
    })
}

fn place_to_wire(place: &Place) -> wire::WaitPlace {
    let Place { log, seq, at } = place;
    wire::WaitPlace {
        queue: match log {
            LogName::Cell => None,
            LogName::Queue(QueueKey { pool, queue }) => Some(wire::QueueKey {
                pool: pool.to_string(),
                queue: queue.to_string(),
            }),
        },
        seq: seq.0,
        at: Some((*at).into()),
    }
}

fn place_from_wire(place: wire::WaitPlace) -> Result<Place, Wrong> {
    let wire::WaitPlace { queue, seq, at } = place;
    let queue = queue.map(|wire::QueueKey { pool, queue }| answerer::queue_key(&pool, &queue));
    Ok(Place {
        log: queue.transpose()?.map_or(LogName::Cell, LogName::Queue),
        seq: Seq(seq),
        at: field::time("at", at)?,
    })
}

fn clause_to_wire(clause: &WhyClause) -> wire::WhyClause {
    use wire::why_clause::Clause;
    let clause = match clause {
        WhyClause::Limit {
            limit,
            holders,
            needs,
        } => Clause::Limit(wire::LimitFull {
            limit: Some(answerer::limit_to_wire(limit)),
            holders: holders.iter().map(run_key_to_wire).collect(),
            needs: *needs,
        }),
        WhyClause::Rate {
            limit,
            rate,
            opens_at,
        } => Clause::Rate(wire::RateReached {
            limit: Some(answerer::limit_key_to_wire(limit)),
            rate: Some(limit::rate_to_wire(rate)),
            opens_at: Some((*opens_at).into()),
        }),
        WhyClause::Kept { limit } => Clause::Kept(wire::SlotsKept {
            limit: Some(answerer::limit_key_to_wire(limit)),
        }),
        WhyClause::Awaits {
            runs,
            since,
            yielded,
            goes_on,
        } => Clause::Awaits(wire::AwaitsRuns {
            runs: runs.iter().map(run_key_to_wire).collect(),
            since: Some((*since).into()),
            yielded: *yielded,
            goes_on: *goes_on,
        }),
        WhyClause::Cycle { links, runs } => Clause::Cycle(wire::InCycle {
            links: links.iter().map(awaits::link_to_wire).collect(),
            runs: *runs,
        }),
        WhyClause::Behind { runs } => Clause::Behind(wire::Behind { runs: *runs }),
        WhyClause::NoWorker { online } => Clause::NoWorker(wire::NoWorker { online: *online }),
        WhyClause::After { run, state, wanted } => Clause::After(wire::ComesAfterRun {
            run: Some(run_key_to_wire(run)),
            state_name: state.map(|name| name.to_string()).unwrap_or_default(),
            wanted: family::after_outcome_to_wire(*wanted),
        }),
        WhyClause::Due { at } => Clause::Due(wire::Due {
            at: Some((*at).into()),
        }),
        WhyClause::Closed { reason } => Clause::Closed(wire::Closed {
            reason: reason.clone(),
        }),
        WhyClause::Paused { what, reason } => Clause::Paused(wire::Paused {
            what: Some(answerer::limit_key_to_wire(what)),
            reason: reason.clone(),
        }),
        WhyClause::Now => Clause::Now(wire::Now {}),
    };
    wire::WhyClause {
        clause: Some(clause),
    }
}

fn clause_from_wire(clause: wire::WhyClause) -> Result<WhyClause, Wrong> {
    use wire::why_clause::Clause;
    let wire::WhyClause { clause } = clause;
    Ok(match field::required("clause", clause)? {
        Clause::Rate(wire::RateReached {
            limit,
            rate,
            opens_at,
        }) => WhyClause::Rate {
            limit: answerer::limit_key_from_wire(field::required("rate.limit", limit)?)?,
            rate: limit::rate_from_wire(field::required("rate.rate", rate)?)?,
            opens_at: field::time("rate.opensAt", opens_at)?,
        },
        Clause::Kept(wire::SlotsKept { limit }) => WhyClause::Kept {
            limit: answerer::limit_key_from_wire(field::required("kept.limit", limit)?)?,
        },
        Clause::Limit(wire::LimitFull {
            limit,
            holders,
            needs,
        }) => WhyClause::Limit {
            needs: needs.max(1),
            limit: answerer::limit_from_wire(limit)?,
            holders: all("holders", holders, |run| run_key_from_wire("", &run))?,
        },
        Clause::Awaits(wire::AwaitsRuns {
            runs,
            since,
            yielded,
            goes_on,
        }) => WhyClause::Awaits {
            runs: all("awaits.runs", runs, |run| run_key_from_wire("", &run))?,
            since: field::time("awaits.since", since)?,
            yielded,
            goes_on,
        },
        Clause::Cycle(wire::InCycle { links, runs }) => WhyClause::Cycle {
            links: all("cycle.links", links, awaits::link_from_wire)?,
            runs,
        },
        Clause::Behind(wire::Behind { runs }) => WhyClause::Behind { runs },
        Clause::NoWorker(wire::NoWorker { online }) => WhyClause::NoWorker { online },
        Clause::After(wire::ComesAfterRun {
            run,
            state_name: name,
            wanted,
        }) => WhyClause::After {
            run: run_key_from_wire("after.run", &field::required("after.run", run)?)?,
            state: (!name.is_empty()).then(|| state_name(&name)).transpose()?,
            wanted: family::after_outcome("after.wanted", wanted)?,
        },
        Clause::Due(wire::Due { at }) => WhyClause::Due {
            at: field::time("due.at", at)?,
        },
        Clause::Closed(wire::Closed { reason }) => WhyClause::Closed { reason },
        Clause::Paused(wire::Paused { what, reason }) => WhyClause::Paused {
            reason,
            what: answerer::limit_key_from_wire(field::required("paused.what", what)?)
                .map_err(|wrong| wrong.under("paused.what"))?,
        },
        Clause::Now(wire::Now {}) => WhyClause::Now,
    })
}

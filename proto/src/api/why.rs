//! Why a run waits.

use weir_core::{
    api::{RunView, Why, WhyClause},
    ids::{QueueKey, RunKey},
};

use super::{Wire, all, answerer};
use crate::{error::Wrong, field, wire};

impl Wire for Why {
    type Message = wire::Why;
    const WHAT: &'static str = "answer to why";

    fn to_wire(&self) -> wire::Why {
        let Self { run, clauses, from } = self;
        wire::Why {
            run: Some(run.to_wire()),
            clauses: clauses.iter().map(clause_to_wire).collect(),
            from: Some(from.to_wire()),
        }
    }

    fn from_wire(message: wire::Why) -> Result<Self, Wrong> {
        let wire::Why { run, clauses, from } = message;
        let run =
            RunView::from_wire(field::required("run", run)?).map_err(|wrong| wrong.under("run"))?;
        Ok(Self {
            run,
            clauses: all("clauses", clauses, clause_from_wire)?,
            from: answerer::from(from)?,
        })
    }
}

fn clause_to_wire(clause: &WhyClause) -> wire::WhyClause {
    use wire::why_clause::Clause;
    let clause = match clause {
        WhyClause::Limit { limit, holders } => {
            let holders = holders.iter().map(
                |RunKey {
                     queue: QueueKey { pool, queue },
                     run_id,
                 }| wire::RunKey {
                    pool: pool.to_string(),
                    queue: queue.to_string(),
                    run_id: run_id.to_string(),
                },
            );
            Clause::Limit(wire::LimitFull {
                limit: Some(answerer::limit_to_wire(limit)),
                holders: holders.collect(),
            })
        }
        WhyClause::Behind { runs } => Clause::Behind(wire::Behind { runs: *runs }),
        WhyClause::NoWorker { online } => Clause::NoWorker(wire::NoWorker { online: *online }),
        WhyClause::Due { at } => Clause::Due(wire::Due {
            at: Some((*at).into()),
        }),
        WhyClause::Closed { reason } => Clause::Closed(wire::Closed {
            reason: reason.clone(),
        }),
        WhyClause::Paused { what } => Clause::Paused(wire::Paused {
            what: Some(answerer::limit_key_to_wire(what)),
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
        Clause::Limit(wire::LimitFull { limit, holders }) => WhyClause::Limit {
            limit: answerer::limit_from_wire(limit)?,
            holders: all(
                "holders",
                holders,
                |wire::RunKey {
                     pool,
                     queue,
                     run_id,
                 }| {
                    Ok(RunKey {
                        queue: answerer::queue_key(&pool, &queue)?,
                        run_id: field::name("runId", &run_id)?,
                    })
                },
            )?,
        },
        Clause::Behind(wire::Behind { runs }) => WhyClause::Behind { runs },
        Clause::NoWorker(wire::NoWorker { online }) => WhyClause::NoWorker { online },
        Clause::Due(wire::Due { at }) => WhyClause::Due {
            at: field::time("due.at", at)?,
        },
        Clause::Closed(wire::Closed { reason }) => WhyClause::Closed { reason },
        Clause::Paused(wire::Paused { what }) => WhyClause::Paused {
            what: answerer::limit_key_from_wire(field::required("paused.what", what)?)
                .map_err(|wrong| wrong.under("paused.what"))?,
        },
        Clause::Now(wire::Now {}) => WhyClause::Now,
    })
}

//! Who answers, and the limits that answers speak of.

use weir_core::{
    api::{Answerer, LimitView},
    ids::{Epoch, QueueKey, Seq},
    limit::LimitKey,
};

use super::{Wire, all};
use crate::{error::Wrong, field, wire};

impl Wire for Answerer {
    type Message = wire::Answerer;
    const WHAT: &'static str = "status of a scheduler";

    fn to_wire(&self) -> wire::Answerer {
        let Self {
            scheduler,
            leads,
            epoch,
            cell,
            queues,
            impediments,
        } = self;
        let queues = queues
            .iter()
            .map(|(QueueKey { pool, queue }, folded)| wire::FoldedQueue {
                pool: pool.to_string(),
                queue: queue.to_string(),
                folded: folded.0,
            });
        wire::Answerer {
            scheduler: scheduler.to_string(),
            leads: *leads,
            epoch: epoch.0,
            cell: cell.0,
            queues: queues.collect(),
            impediments: impediments.clone(),
        }
    }

    fn from_wire(message: wire::Answerer) -> Result<Self, Wrong> {
        let wire::Answerer {
            scheduler,
            leads,
            epoch,
            cell,
            queues,
            impediments,
        } = message;
        let queues = all(
            "queues",
            queues,
            |wire::FoldedQueue {
                 pool,
                 queue,
                 folded,
             }| { Ok((queue_key(&pool, &queue)?, Seq(folded))) },
        )?;
        Ok(Self {
            scheduler: field::name("scheduler", &scheduler)?,
            leads,
            epoch: Epoch(epoch),
            cell: Seq(cell),
            queues,
            impediments,
        })
    }
}

pub(super) fn from(message: Option<wire::Answerer>) -> Result<Answerer, Wrong> {
    Answerer::from_wire(field::required("from", message)?).map_err(|wrong| wrong.under("from"))
}

pub(super) fn queue_key(pool: &str, queue: &str) -> Result<QueueKey, Wrong> {
    Ok(QueueKey::new(
        field::name("pool", pool)?,
        field::name("queue", queue)?,
    ))
}

pub(super) fn limit_key_to_wire(limit: &LimitKey) -> wire::LimitKey {
    use wire::limit_key::Limit;
    let limit = match limit {
        LimitKey::Pool(pool) => Limit::Pool(pool.to_string()),
        LimitKey::Queue(QueueKey { pool, queue }) => Limit::Queue(wire::QueueKey {
            pool: pool.to_string(),
            queue: queue.to_string(),
        }),
        LimitKey::Deployment(deployment) => Limit::Deployment(deployment.to_string()),
        LimitKey::Tag(tag) => Limit::Tag(tag.to_string()),
        LimitKey::Named(name) => Limit::Named(name.to_string()),
    };
    wire::LimitKey { limit: Some(limit) }
}

pub(super) fn limit_key_from_wire(limit: wire::LimitKey) -> Result<LimitKey, Wrong> {
    use wire::limit_key::Limit;
    let wire::LimitKey { limit } = limit;
    Ok(match field::required("limit", limit)? {
        Limit::Pool(pool) => LimitKey::Pool(field::name("pool", &pool)?),
        Limit::Queue(wire::QueueKey { pool, queue }) => LimitKey::Queue(queue_key(&pool, &queue)?),
        Limit::Deployment(deployment) => {
            LimitKey::Deployment(field::name("deployment", &deployment)?)
        }
        Limit::Tag(tag) => LimitKey::Tag(field::name("tag", &tag)?),
        Limit::Named(name) => LimitKey::Named(field::name("named", &name)?),
    })
}

pub(super) fn limit_to_wire(limit: &LimitView) -> wire::LimitView {
    let LimitView { limit, used, value } = limit;
    wire::LimitView {
        limit: Some(limit_key_to_wire(limit)),
        used: *used,
        value: *value,
    }
}

pub(super) fn limit_from_wire(limit: Option<wire::LimitView>) -> Result<LimitView, Wrong> {
    let wire::LimitView { limit, used, value } = field::required("limit", limit)?;
    let limit = limit_key_from_wire(field::required("limit.limit", limit)?)
        .map_err(|wrong| wrong.under("limit"))?;
    Ok(LimitView { limit, used, value })
}

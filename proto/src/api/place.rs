//! Where runs go: pools, queues, workers.

use weir_core::{
    api::{PoolView, QueueView, StreamView, WorkerView},
    ids::QueueKey,
};

use super::{LimitList, PoolList, QueueList, Wire, WorkerList, all, answerer};
use crate::{config, error::Wrong, field, wire};

impl Wire for QueueView {
    type Message = wire::QueueView;
    const WHAT: &'static str = "queue";

    fn to_wire(&self) -> wire::QueueView {
        let Self {
            key: QueueKey { pool, queue },
            priority,
            limit,
            waiting,
            live,
            ended,
            oldest_waiting,
            stream,
            status,
            drained,
        } = self;
        let stream = stream.map(
            |StreamView {
                 bytes,
                 request_bound,
                 hard_bound,
             }| wire::StreamView {
                bytes,
                request_bound,
                hard_bound,
            },
        );
        wire::QueueView {
            pool: pool.to_string(),
            name: queue.to_string(),
            priority: *priority,
            limit: Some(answerer::limit_to_wire(limit)),
            waiting: *waiting,
            live: *live,
            ended: *ended,
            oldest_waiting: oldest_waiting.map(Into::into),
            stream,
            status: status.clone(),
            drained: *drained,
        }
    }

    fn from_wire(message: wire::QueueView) -> Result<Self, Wrong> {
        let wire::QueueView {
            pool,
            name,
            priority,
            limit,
            waiting,
            live,
            ended,
            oldest_waiting,
            stream,
            status,
            drained,
        } = message;
        let stream = stream.map(
            |wire::StreamView {
                 bytes,
                 request_bound,
                 hard_bound,
             }| StreamView {
                bytes,
                request_bound,
                hard_bound,
            },
        );
        Ok(Self {
            key: QueueKey::new(field::name("pool", &pool)?, field::name("name", &name)?),
            priority,
            limit: answerer::limit_from_wire(limit)?,
            waiting,
            live,
            ended,
            oldest_waiting: field::optional_time("oldestWaiting", oldest_waiting)?,
            stream,
            status,
            drained,
        })
    }
}

impl Wire for PoolView {
    type Message = wire::PoolView;
    const WHAT: &'static str = "pool";

    fn to_wire(&self) -> wire::PoolView {
        let Self {
            name,
            kind,
            limit,
            queues,
            workers,
            capacity,
        } = self;
        wire::PoolView {
            name: name.to_string(),
            r#type: config::pool_type_to_wire(*kind).into(),
            limit: Some(answerer::limit_to_wire(limit)),
            queues: queues.iter().map(Wire::to_wire).collect(),
            workers: *workers,
            capacity: *capacity,
        }
    }

    fn from_wire(message: wire::PoolView) -> Result<Self, Wrong> {
        let wire::PoolView {
            name,
            r#type,
            limit,
            queues,
            workers,
            capacity,
        } = message;
        Ok(Self {
            name: field::name("name", &name)?,
            kind: config::pool_type_from_wire("type", r#type)?,
            limit: answerer::limit_from_wire(limit)?,
            queues: all("queues", queues, QueueView::from_wire)?,
            workers,
            capacity,
        })
    }
}

impl Wire for WorkerView {
    type Message = wire::WorkerView;
    const WHAT: &'static str = "worker";

    fn to_wire(&self) -> wire::WorkerView {
        let Self {
            name,
            pool,
            queues,
            online,
            draining,
            capacity,
            in_use,
            version,
            seen_at,
            lease,
            lost,
        } = self;
        wire::WorkerView {
            name: name.to_string(),
            pool: pool.to_string(),
            queues: queues.iter().map(ToString::to_string).collect(),
            online: *online,
            draining: *draining,
            capacity: *capacity,
            in_use: *in_use,
            version: version.clone(),
            seen_at: Some((*seen_at).into()),
            lease: Some((*lease).into()),
            lost: *lost,
        }
    }

    fn from_wire(message: wire::WorkerView) -> Result<Self, Wrong> {
        let wire::WorkerView {
            name,
            pool,
            queues,
            online,
            draining,
            capacity,
            in_use,
            version,
            seen_at,
            lease,
            lost,
        } = message;
        Ok(Self {
            name: field::name("name", &name)?,
            pool: field::name("pool", &pool)?,
            queues: field::names("queues", &queues)?,
            online,
            draining,
            capacity,
            in_use,
            version,
            seen_at: field::time("seenAt", seen_at)?,
            lease: field::span("lease", lease)?,
            lost,
        })
    }
}

impl Wire for PoolList {
    type Message = wire::PoolList;
    const WHAT: &'static str = "list of pools";

    fn to_wire(&self) -> wire::PoolList {
        let Self { pools, from } = self;
        wire::PoolList {
            pools: pools.iter().map(Wire::to_wire).collect(),
            from: Some(from.to_wire()),
        }
    }

    fn from_wire(message: wire::PoolList) -> Result<Self, Wrong> {
        let wire::PoolList { pools, from } = message;
        Ok(Self {
            pools: all("pools", pools, PoolView::from_wire)?,
            from: answerer::from(from)?,
        })
    }
}

impl Wire for QueueList {
    type Message = wire::QueueList;
    const WHAT: &'static str = "list of queues";

    fn to_wire(&self) -> wire::QueueList {
        let Self { queues, from } = self;
        wire::QueueList {
            queues: queues.iter().map(Wire::to_wire).collect(),
            from: Some(from.to_wire()),
        }
    }

    fn from_wire(message: wire::QueueList) -> Result<Self, Wrong> {
        let wire::QueueList { queues, from } = message;
        Ok(Self {
            queues: all("queues", queues, QueueView::from_wire)?,
            from: answerer::from(from)?,
        })
    }
}

impl Wire for WorkerList {
    type Message = wire::WorkerList;
    const WHAT: &'static str = "list of workers";

    fn to_wire(&self) -> wire::WorkerList {
        let Self { workers, from } = self;
        wire::WorkerList {
            workers: workers.iter().map(Wire::to_wire).collect(),
            from: Some(from.to_wire()),
        }
    }

    fn from_wire(message: wire::WorkerList) -> Result<Self, Wrong> {
        let wire::WorkerList { workers, from } = message;
        Ok(Self {
            workers: all("workers", workers, WorkerView::from_wire)?,
            from: answerer::from(from)?,
        })
    }
}

impl Wire for LimitList {
    type Message = wire::LimitList;
    const WHAT: &'static str = "list of limits";

    fn to_wire(&self) -> wire::LimitList {
        let Self { limits, from } = self;
        wire::LimitList {
            limits: limits.iter().map(answerer::limit_to_wire).collect(),
            from: Some(from.to_wire()),
        }
    }

    fn from_wire(message: wire::LimitList) -> Result<Self, Wrong> {
        let wire::LimitList { limits, from } = message;
        Ok(Self {
            limits: all("limits", limits, |limit| {
                answerer::limit_from_wire(Some(limit))
            })?,
            from: answerer::from(from)?,
        })
    }
}

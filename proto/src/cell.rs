//! The cell log: configuration objects and facts of the cell.

use bytes::Bytes;
use prost::Message;
use weir_core::{
    cell::{CellBody, ConfigObject, Deletion},
    ids::{QueueKey, QueueStream, Seq},
};

use crate::{
    config,
    error::{DecodeError, Wrong, decode},
    field, wire,
};

/// The bytes of a record of the cell log. `Malformed`, which nobody says, becomes bytes that are refused when read.
pub fn encode_cell(body: &CellBody) -> Bytes {
    use wire::cell_record::Body;
    let body = match body {
        CellBody::Config { author, object } => {
            use wire::config_written::Object;
            let object = match object {
                ConfigObject::Pool(pool) => Object::Pool(config::pool_to_wire(pool, None)),
                ConfigObject::Queue(queue) => Object::Queue(config::queue_to_wire(queue, None)),
                ConfigObject::Deployment(deployment) => {
                    Object::Deployment(config::deployment_to_wire(deployment, None))
                }
                ConfigObject::TagLimit(limit) => {
                    Object::TagLimit(config::tag_limit_to_wire(limit, None))
                }
                ConfigObject::NamedLimit(limit) => {
                    Object::NamedLimit(config::named_limit_to_wire(limit, None))
                }
                ConfigObject::Deletion(deletion) => Object::Deletion(deletion_to_wire(deletion)),
            };
            Some(Body::Config(wire::ConfigWritten {
                author: field::text(author.clone()),
                object: Some(object),
            }))
        }
        CellBody::Epoch { epoch, leader } => Some(Body::Epoch(wire::EpochBegun {
            epoch: epoch.0,
            leader: leader.to_string(),
        })),
        CellBody::QueueOpened { queue, epoch } => Some(Body::QueueOpened(wire::QueueOpened {
            queue: Some(stream_to_wire(queue)),
            epoch: epoch.0,
        })),
        CellBody::QueueClosed { queue, epoch, last } => {
            Some(Body::QueueClosed(wire::QueueClosed {
                queue: Some(stream_to_wire(queue)),
                epoch: epoch.0,
                last: last.0,
            }))
        }
        CellBody::Barrier { epoch } => Some(Body::Barrier(wire::Barrier { epoch: epoch.0 })),
        CellBody::WorkerForgotten {
            pool,
            worker,
            author,
        } => Some(Body::WorkerForgotten(wire::WorkerForgotten {
            pool: pool.to_string(),
            worker: worker.to_string(),
            author: field::text(author.clone()),
        })),
        CellBody::Malformed { detail: _ } => None,
    };
    wire::CellRecord { body }.encode_to_vec().into()
}

/// The record of the cell log in these bytes.
pub fn decode_cell(payload: &[u8]) -> Result<CellBody, DecodeError> {
    decode("cell record", payload, |wire::CellRecord { body }| {
        use wire::cell_record::Body;
        Ok(match field::required("body", body)? {
            Body::Config(config) => {
                config_from_wire(config).map_err(|wrong| wrong.under("config"))?
            }
            Body::Epoch(wire::EpochBegun { epoch, leader }) => CellBody::Epoch {
                epoch: field::epoch(epoch)?,
                leader: field::name("epoch.leader", &leader)?,
            },
            Body::QueueOpened(wire::QueueOpened { queue, epoch }) => CellBody::QueueOpened {
                queue: stream_from_wire(queue).map_err(|wrong| wrong.under("queueOpened"))?,
                epoch: field::epoch(epoch)?,
            },
            Body::QueueClosed(wire::QueueClosed { queue, epoch, last }) => CellBody::QueueClosed {
                queue: stream_from_wire(queue).map_err(|wrong| wrong.under("queueClosed"))?,
                epoch: field::epoch(epoch)?,
                last: Seq(last),
            },
            Body::Barrier(wire::Barrier { epoch }) => CellBody::Barrier {
                epoch: field::epoch(epoch)?,
            },
            Body::WorkerForgotten(wire::WorkerForgotten {
                pool,
                worker,
                author,
            }) => CellBody::WorkerForgotten {
                pool: field::name("workerForgotten.pool", &pool)?,
                worker: field::name("workerForgotten.worker", &worker)?,
                author: field::text(author),
            },
        })
    })
}

fn config_from_wire(config: wire::ConfigWritten) -> Result<CellBody, Wrong> {
    use wire::config_written::Object;
    let wire::ConfigWritten { author, object } = config;
    let object = match field::required("object", object)? {
        Object::Pool(pool) => {
            ConfigObject::Pool(config::pool_from_wire(pool).map_err(|wrong| wrong.under("pool"))?)
        }
        Object::Queue(queue) => ConfigObject::Queue(
            config::queue_from_wire(queue).map_err(|wrong| wrong.under("queue"))?,
        ),
        Object::Deployment(deployment) => ConfigObject::Deployment(Box::new(
            config::deployment_from_wire(deployment).map_err(|wrong| wrong.under("deployment"))?,
        )),
        Object::TagLimit(limit) => ConfigObject::TagLimit(
            config::tag_limit_from_wire(limit).map_err(|wrong| wrong.under("tagLimit"))?,
        ),
        Object::NamedLimit(limit) => ConfigObject::NamedLimit(
            config::named_limit_from_wire(limit).map_err(|wrong| wrong.under("namedLimit"))?,
        ),
        Object::Deletion(deletion) => ConfigObject::Deletion(
            deletion_from_wire(deletion).map_err(|wrong| wrong.under("deletion"))?,
        ),
    };
    Ok(CellBody::Config {
        author: field::text(author),
        object,
    })
}

pub(crate) fn deletion_to_wire(deletion: &Deletion) -> wire::Deletion {
    use wire::deletion::What;
    wire::Deletion {
        what: Some(match deletion {
            Deletion::Pool(name) => What::Pool(name.to_string()),
            Deletion::Queue(QueueKey { pool, queue }) => What::Queue(wire::QueueKey {
                pool: pool.to_string(),
                queue: queue.to_string(),
            }),
            Deletion::Deployment(name) => What::Deployment(name.to_string()),
        }),
    }
}

fn deletion_from_wire(deletion: wire::Deletion) -> Result<Deletion, Wrong> {
    use wire::deletion::What;
    Ok(match field::required("what", deletion.what)? {
        What::Pool(name) => Deletion::Pool(field::name("pool", &name)?),
        What::Queue(wire::QueueKey { pool, queue }) => Deletion::Queue(QueueKey::new(
            field::name("queue.pool", &pool)?,
            field::name("queue.queue", &queue)?,
        )),
        What::Deployment(name) => Deletion::Deployment(field::name("deployment", &name)?),
    })
}

fn stream_to_wire(stream: &QueueStream) -> wire::QueueStream {
    let QueueStream {
        key: QueueKey { pool, queue },
        incarnation,
    } = stream;
    wire::QueueStream {
        pool: pool.to_string(),
        queue: queue.to_string(),
        incarnation: *incarnation,
    }
}

fn stream_from_wire(stream: Option<wire::QueueStream>) -> Result<QueueStream, Wrong> {
    let wire::QueueStream {
        pool,
        queue,
        incarnation,
    } = field::required("queue", stream)?;
    Ok(QueueStream {
        key: QueueKey::new(
            field::name("queue.pool", &pool)?,
            field::name("queue.queue", &queue)?,
        ),
        incarnation: field::counted("queue.incarnation", incarnation)?,
    })
}

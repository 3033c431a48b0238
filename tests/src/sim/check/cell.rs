//! The cell log: who leads, and every value of every limit by the position at which it was written.

use weir_core::{
    cell::{CellBody, CellRecord, ConfigObject, Deletion},
    ids::{Epoch, QueueKey, QueueStream, Seq},
    limit::LimitKey,
};

use super::Checker;

impl Checker {
    pub(in crate::sim) fn on_cell(&mut self, record: &CellRecord) {
        let seq = record.seq;
        self.on_schedules(record);
        match &record.body {
            CellBody::Config { object, author: _ } => self.on_config(seq, object),
            CellBody::Epoch { epoch, leader: _ } => {
                if *epoch <= self.cell_epoch {
                    self.breaks(format!(
                        "cell {seq:?}: {epoch:?} stands behind {:?}",
                        self.cell_epoch
                    ));
                }
                self.cell_epoch = *epoch;
            }
            CellBody::QueueClosed {
                queue: QueueStream { key, .. },
                epoch,
                last: _,
            } => {
                self.by_the_leader(seq, &key.to_string(), *epoch);
                self.on_closed(key);
            }
            CellBody::QueueOpened {
                queue: QueueStream { key, .. },
                epoch,
            } => self.by_the_leader(seq, &key.to_string(), *epoch),
            CellBody::Barrier { epoch } => self.by_the_leader(seq, "barrier", *epoch),
            CellBody::WorkerForgotten { .. } => {}
            CellBody::Malformed { detail } => {
                self.breaks(format!("cell {seq:?} is malformed: {detail}"));
            }
        }
    }

    /// A queue is closed: somebody wanted that, and nothing of it is unended.
    fn on_closed(&mut self, key: &QueueKey) {
        // Said twice where the answer to the first was lost: the fold counts the second as refused.
        if self.deleted.insert(key.clone(), true).is_none() {
            self.breaks(format!("queue {key} is closed and nobody deleted it"));
        }
        let unended: Vec<String> = self.unended_in(key).map(ToString::to_string).collect();
        if !unended.is_empty() {
            self.breaks(format!("queue {key} is closed over {unended:?}"));
        }
    }

    fn by_the_leader(&mut self, seq: Seq, what: &str, epoch: Epoch) {
        if epoch != self.cell_epoch {
            self.breaks(format!(
                "cell {seq:?}: {what} by {epoch:?} under {:?}",
                self.cell_epoch
            ));
        }
    }

    fn on_config(&mut self, seq: Seq, object: &ConfigObject) {
        let name = match object {
            ConfigObject::Pool(pool) => {
                let values = self.pools.entry(pool.name.clone()).or_default();
                values.insert(seq, pool.concurrency_limit);
                format!("pool {}", pool.name)
            }
            ConfigObject::Queue(queue) => {
                let values = self.queues.entry(queue.key.clone()).or_default();
                values.insert(seq, queue.concurrency_limit);
                format!("queue {}", queue.key)
            }
            ConfigObject::Deployment(deployment) => {
                let limit = LimitKey::Deployment(deployment.name.clone());
                let values = self.others.entry(limit).or_default();
                values.insert(seq, deployment.concurrency_limit);
                let lateness = self.lateness.entry(deployment.name.clone()).or_default();
                lateness.insert(seq, deployment.max_lateness);
                let tags = self.deployed.entry(deployment.name.clone()).or_default();
                tags.insert(seq, deployment.tags.clone());
                format!("deployment {}", deployment.name)
            }
            ConfigObject::TagLimit(limit) => {
                let values = self.others.entry(LimitKey::Tag(limit.tag.clone()));
                values.or_default().insert(seq, limit.concurrency_limit);
                format!("tag {}", limit.tag)
            }
            ConfigObject::NamedLimit(limit) => {
                let values = self.others.entry(LimitKey::Named(limit.name.clone()));
                values.or_default().insert(seq, limit.concurrency_limit);
                format!("limit {}", limit.name)
            }
            ConfigObject::Deletion(Deletion::Queue(key)) => {
                self.deleted.insert(key.clone(), false);
                format!("queue {key}")
            }
            ConfigObject::Deletion(what) => format!("deletion of {what:?}"),
        };
        self.written.insert(name, seq);
    }
}

//! A worker's presence: who is online, with how much room, and until when it may be believed.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    ids::{Epoch, PoolName, QueueName, SchedulerName, Seq, SessionId, WorkerName},
    time::Timestamp,
};

/// The record that a worker renews: its heartbeat and its lease in one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "the id of a session is called that everywhere"
)]
pub struct Session {
    /// The worker's name, unique among the workers of its pool that are online.
    pub worker: WorkerName,
    /// This start of it.
    pub session: SessionId,
    /// The pool that it serves.
    pub pool: PoolName,
    /// The queues that it serves; empty means all queues of the pool.
    pub queues: BTreeSet<QueueName>,
    /// The pool type that it can serve, such as `process`.
    pub kind: String,
    /// How many attempts it holds at most.
    pub capacity: u32,
    /// How many it held when it wrote this.
    pub in_use: u32,
    /// How long this record is to be believed, counted from its stamp.
    pub lease: Duration,
    /// The worker's version of weir.
    pub version: String,
    /// When the session began, by the worker's own clock: for people.
    pub started_at: Timestamp,
    /// It takes no new claims: it is being stopped.
    pub draining: bool,
    /// It has stopped in order and holds nothing any more.
    pub ended: bool,
}

/// A session as it stands in the lease stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its position.
    pub seq: Seq,
    /// When the broker stored it.
    pub at: Timestamp,
    /// What the worker said.
    pub session: Session,
}

/// The leader's lease. It decides who tries; the epoch fence decides who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRecord {
    /// Who leads.
    pub leader: SchedulerName,
    /// Its number.
    pub epoch: Epoch,
}

/// The lease of the worker that follows the Kubernetes Jobs of a pool. Two that overlap do no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObserverRecord {
    /// Which worker.
    pub worker: WorkerName,
    /// Which start of it.
    pub session: SessionId,
}

/// The lease of the scheduler that makes the runs' traces. Two that overlap do no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracerRecord {
    /// Which scheduler.
    pub scheduler: SchedulerName,
    /// Which start of it.
    pub session: SessionId,
}

/// How far the traces of one life of a queue have been handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TracedRecord {
    /// All spans that the records up to here end have been accepted. 0: none.
    pub up_to: Seq,
    /// So have those that the queue's end has ended: nothing more is to come.
    pub closed: bool,
}

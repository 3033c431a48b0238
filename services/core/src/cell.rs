//! The cell log: configuration and facts of the whole installation, and the state that they fold into.

mod config;
mod deletion;
mod leadership;
mod limits;
mod schedules;

use std::collections::BTreeMap;

pub use config::{
    CollisionStrategy, ConfigObject, DeploymentConfig, FairShare, NamedLimitConfig, OnLostWorker,
    PoolConfig, PoolType, QUEUE_MAX_BYTES_DEFAULT, QUEUE_MAX_BYTES_MIN, QueueConfig,
    TagLimitConfig, UnknownCollisionStrategy, UnknownOnLostWorker, UnknownPoolType, default_queue,
    hard_bound,
};
pub use deletion::{Deleted, Deletion};

use crate::{
    ids::{
        DeploymentName, Epoch, InstallationId, LimitName, PoolName, QueueKey, QueueStream,
        Revision, SchedulerName, Seq, Tag, WorkerName,
    },
    limit::LimitKey,
    rate::StartRate,
    time::Timestamp,
};

/// One record of the cell log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellRecord {
    /// Its position. For a configuration object this is its revision.
    pub seq: Seq,
    /// When the broker stored it.
    pub at: Timestamp,
    /// What it says.
    pub body: CellBody,
}

/// What a record of the cell log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellBody {
    /// A configuration object has a new value.
    Config {
        /// Who wrote it, as the client states it: a claim, not a proof.
        author: String,
        /// The value.
        object: ConfigObject,
    },
    /// A leader speaks from here on.
    Epoch {
        /// Its number.
        epoch: Epoch,
        /// Who leads.
        leader: SchedulerName,
    },
    /// A queue exists. Fenced by the epoch in this log.
    QueueOpened {
        /// Which queue, in which of its lives.
        queue: QueueStream,
        /// By whose decision.
        epoch: Epoch,
    },
    /// A queue's life is over. Fenced by the epoch in this log.
    QueueClosed {
        /// Which queue, in which of its lives.
        queue: QueueStream,
        /// By whose decision.
        epoch: Epoch,
        /// The last position in its sealed stream.
        last: Seq,
    },
    /// A leader reads up to here before it rejects for what config lacks.
    Barrier {
        /// By whose decision.
        epoch: Epoch,
    },
    /// Nothing is left of what a lost worker held.
    WorkerForgotten {
        /// The worker's pool.
        pool: PoolName,
        /// The worker.
        worker: WorkerName,
        /// Who says so, as the client states it: a claim, not a proof.
        author: String,
    },
    /// Not to be understood: counted, shown, ignored.
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
}

/// A configuration object as it is in force, with what is known of its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The value.
    pub value: T,
    /// The position in the cell log at which it was written.
    pub revision: Revision,
    /// When.
    pub at: Timestamp,
    /// By whom, as the client stated it.
    pub author: String,
}

/// What is known of the change that is being folded.
struct Written {
    revision: Revision,
    at: Timestamp,
    author: String,
}

impl Written {
    fn of<T>(self, value: T) -> Held<T> {
        let Self {
            revision,
            at,
            author,
        } = self;
        Held {
            value,
            revision,
            at,
            author,
        }
    }
}

/// A queue that has been opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedQueue {
    /// The stream of its present life.
    pub stream: QueueStream,
    /// The position of its `QueueOpened`, which names it in decisions.
    pub opened: Seq,
}

/// The end of a queue's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// When.
    pub at: Timestamp,
    /// The last position in its sealed stream.
    pub last: Seq,
}

/// What the cell log folds into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellState {
    applied: Seq,
    config: Seq,
    lives: Seq,
    epoch: Epoch,
    epoch_seq: Seq,
    leader: Option<SchedulerName>,
    installation: Option<InstallationId>,
    barrier: Seq,
    pools: BTreeMap<PoolName, Held<PoolConfig>>,
    queues: BTreeMap<QueueKey, Held<QueueConfig>>,
    deployments: BTreeMap<DeploymentName, Held<DeploymentConfig>>,
    tag_limits: BTreeMap<Tag, Held<TagLimitConfig>>,
    named_limits: BTreeMap<LimitName, Held<NamedLimitConfig>>,
    /// Start rates, each with the stamp since which it has been just this.
    rates: BTreeMap<LimitKey, (StartRate, Timestamp)>,
    schedules: BTreeMap<DeploymentName, schedules::Active>,
    opened: BTreeMap<QueueKey, OpenedQueue>,
    incarnations: BTreeMap<QueueKey, u32>,
    /// The lives of queues that are over.
    closed: BTreeMap<QueueStream, Closed>,
    deletions: BTreeMap<Deletion, Deleted>,
    /// When nothing was left of what a worker had held, as somebody said last.
    forgotten: BTreeMap<(PoolName, WorkerName), (Seq, Timestamp)>,
    malformed: u64,
    refused: u64,
}

impl CellState {
    /// Folds one record. A record seen twice changes nothing.
    pub fn apply(&mut self, record: CellRecord) {
        let CellRecord { seq, at, body } = record;
        if seq <= self.applied {
            return;
        }
        self.applied = seq;
        match body {
            CellBody::Config { author, object } => self.on_config(seq, at, author, object),
            CellBody::Epoch { epoch, leader } => {
                self.installation
                    .get_or_insert_with(|| crate::kubernetes::installation_id(at, &leader));
                if epoch > self.epoch {
                    self.epoch = epoch;
                    self.leader = Some(leader);
                    self.epoch_seq = seq;
                } else {
                    self.refused += 1;
                }
            }
            CellBody::QueueOpened { queue, epoch } => self.on_opened(seq, queue, epoch),
            CellBody::QueueClosed { queue, epoch, last } => {
                self.on_closed(seq, Closed { at, last }, queue, epoch);
            }
            CellBody::Barrier { epoch } => {
                if epoch == self.epoch {
                    self.barrier = seq;
                }
            }
            CellBody::WorkerForgotten {
                pool,
                worker,
                author: _,
            } => {
                self.forgotten.insert((pool, worker), (seq, at));
            }
            CellBody::Malformed { detail: _ } => self.malformed += 1,
        }
    }

    fn on_config(&mut self, seq: Seq, at: Timestamp, author: String, object: ConfigObject) {
        if self.is_going(seq, &object) {
            return;
        }
        let revision = Revision(seq.0);
        self.config = seq;
        self.note_rate(at, &object);
        let held = Written {
            revision,
            at,
            author,
        };
        match object {
            ConfigObject::Deletion(what) => self.on_deletion(seq, at, held.author, what),
            ConfigObject::Pool(value) => {
                self.pools.insert(value.name.clone(), held.of(value));
            }
            ConfigObject::Queue(value) => {
                self.queues.insert(value.key.clone(), held.of(value));
            }
            ConfigObject::Deployment(value) => {
                self.note_schedules(at, &value);
                let name = value.name.clone();
                self.deployments.insert(name, held.of(*value));
            }
            ConfigObject::TagLimit(value) => {
                self.tag_limits.insert(value.tag.clone(), held.of(value));
            }
            ConfigObject::NamedLimit(value) => {
                self.named_limits.insert(value.name.clone(), held.of(value));
            }
        }
    }

    fn on_opened(&mut self, seq: Seq, stream: QueueStream, epoch: Epoch) {
        let last = self.incarnations.get(&stream.key).copied().unwrap_or(0);
        if epoch != self.epoch
            || self.opened.contains_key(&stream.key)
            || stream.incarnation <= last
        {
            self.refused += 1;
            return;
        }
        self.lives = seq;
        self.incarnations
            .insert(stream.key.clone(), stream.incarnation);
        self.opened.insert(
            stream.key.clone(),
            OpenedQueue {
                stream,
                opened: seq,
            },
        );
    }

    fn on_closed(&mut self, seq: Seq, closed: Closed, stream: QueueStream, epoch: Epoch) {
        let open = self
            .opened
            .get(&stream.key)
            .is_some_and(|open| open.stream == stream);
        if epoch != self.epoch || !open {
            self.refused += 1;
            return;
        }
        self.lives = seq;
        self.opened.remove(&stream.key);
        self.end_queue(seq, closed.at, &stream.key);
        self.closed.insert(stream, closed);
    }

    /// How far the log has been folded.
    pub fn applied(&self) -> Seq {
        self.applied
    }
    /// The position of the last configuration that was written.
    pub fn config_revision(&self) -> Seq {
        self.config
    }
    /// The position at which a queue was last opened or closed.
    pub fn lives_revision(&self) -> Seq {
        self.lives
    }
    /// The position of the leader's last barrier.
    pub fn barrier(&self) -> Seq {
        self.barrier
    }
    /// A pool as configured.
    pub fn pool(&self, name: &PoolName) -> Option<&Held<PoolConfig>> {
        self.pools.get(name)
    }
    /// All pools by name.
    pub fn pools(&self) -> impl Iterator<Item = &Held<PoolConfig>> {
        self.pools.values()
    }
    /// A queue as configured.
    pub fn queue(&self, key: &QueueKey) -> Option<&Held<QueueConfig>> {
        self.queues.get(key)
    }
    /// All queues by pool and name.
    pub fn queues(&self) -> impl Iterator<Item = &Held<QueueConfig>> {
        self.queues.values()
    }
    /// The queues of a pool, in the order in which they are planned: by priority, then name.
    pub fn queues_of(&self, pool: &PoolName) -> Vec<&Held<QueueConfig>> {
        let mut queues: Vec<_> = self
            .queues
            .values()
            .filter(|q| q.value.key.pool == *pool)
            .collect();
        queues.sort_by_key(|q| (q.value.priority, q.value.key.queue.clone()));
        queues
    }
    /// A deployment as it is now.
    pub fn deployment(&self, name: &DeploymentName) -> Option<&Held<DeploymentConfig>> {
        self.deployments.get(name)
    }
    /// All deployments by name.
    pub fn deployments(&self) -> impl Iterator<Item = &Held<DeploymentConfig>> {
        self.deployments.values()
    }
    /// A queue's present life.
    pub fn opened(&self, key: &QueueKey) -> Option<&OpenedQueue> {
        self.opened.get(key)
    }
    /// All queues that are open.
    pub fn all_opened(&self) -> impl Iterator<Item = &OpenedQueue> {
        self.opened.values()
    }
    /// The lives of queues that are over, by queue and incarnation. Their streams are sealed.
    pub fn all_closed(&self) -> impl Iterator<Item = (&QueueStream, &Closed)> {
        self.closed.iter()
    }
    /// The end of a life that is over.
    pub fn closed(&self, stream: &QueueStream) -> Option<&Closed> {
        self.closed.get(stream)
    }
    /// A queue's lives that have begun, the present or last one first.
    pub fn lives(&self, key: &QueueKey) -> Vec<QueueStream> {
        let open = self.opened.get(key).map(|open| open.stream.clone());
        let closed = self.closed.keys().filter(|stream| stream.key == *key);
        open.into_iter().chain(closed.rev().cloned()).collect()
    }
    /// Queues that are configured and not yet open, with the life that each would begin.
    pub fn unopened(&self) -> impl Iterator<Item = QueueStream> {
        self.queues
            .keys()
            .filter(|key| !self.opened.contains_key(key))
            .map(|key| QueueStream {
                key: key.clone(),
                incarnation: self.incarnations.get(key).copied().unwrap_or(0) + 1,
            })
    }
    /// The stream of a queue's present life; for one that is not open, that of the life that it would begin.
    pub fn present_life(&self, key: &QueueKey) -> QueueStream {
        let next = || QueueStream {
            key: key.clone(),
            incarnation: self.incarnations.get(key).copied().unwrap_or(0) + 1,
        };
        self.opened
            .get(key)
            .map_or_else(next, |open| open.stream.clone())
    }
    /// Until when nothing is left of what a worker took, if somebody has said so, and where.
    pub fn forgotten(&self, pool: &PoolName, worker: &WorkerName) -> Option<(Seq, Timestamp)> {
        self.forgotten.get(&(pool.clone(), worker.clone())).copied()
    }
    /// Records that could not be understood, and records that the fence should have kept out.
    pub fn anomalies(&self) -> (u64, u64) {
        (self.malformed, self.refused)
    }
}

//! What configuration was: each revision of an object, and what was in force at a position of a queue's log.

use std::fmt;

use weir_core::{
    cell::{CellBody, CellState, ConfigObject, Deletion},
    event::Record,
    ids::{
        DecisionId, DeploymentName, LimitName, PoolName, QueueKey, QueueStream, Revision, Seq, Tag,
    },
    in_force::Bases,
    time::Timestamp,
};
use weir_log::{
    LogError, TailEvent,
    traits::{Log, Tail},
};

use crate::{Client, ReadCellError};

/// A configuration object by its name. What others rest on comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Configured {
    /// A work pool.
    Pool(PoolName),
    /// A work queue.
    Queue(QueueKey),
    /// The limit of a tag.
    TagLimit(Tag),
    /// A limit of a name.
    NamedLimit(LimitName),
    /// A deployment.
    Deployment(DeploymentName),
}

impl fmt::Display for Configured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(name) => write!(f, "work pool {name}"),
            Self::Queue(key) => write!(f, "work queue {key}"),
            Self::TagLimit(tag) => write!(f, "concurrency limit of tag {tag}"),
            Self::NamedLimit(name) => write!(f, "global concurrency limit {name}"),
            Self::Deployment(name) => write!(f, "deployment {name}"),
        }
    }
}

impl Configured {
    fn is(&self, object: &ConfigObject) -> bool {
        match (self, object) {
            (Self::Pool(name), ConfigObject::Pool(pool)) => pool.name == *name,
            (Self::Queue(key), ConfigObject::Queue(queue)) => queue.key == *key,
            (Self::Deployment(name), ConfigObject::Deployment(deployment)) => {
                deployment.name == *name
            }
            (Self::TagLimit(tag), ConfigObject::TagLimit(limit)) => limit.tag == *tag,
            (Self::NamedLimit(name), ConfigObject::NamedLimit(limit)) => limit.name == *name,
            // With a pool its queues are deleted.
            (Self::Queue(key), ConfigObject::Deletion(Deletion::Pool(name))) => key.pool == *name,
            (Self::Pool(name), ConfigObject::Deletion(Deletion::Pool(of))) => of == name,
            (Self::Queue(key), ConfigObject::Deletion(Deletion::Queue(of))) => of == key,
            (Self::Deployment(name), ConfigObject::Deletion(Deletion::Deployment(of))) => {
                of == name
            }
            (
                Self::Pool(_)
                | Self::Queue(_)
                | Self::Deployment(_)
                | Self::TagLimit(_)
                | Self::NamedLimit(_),
                _,
            ) => false,
        }
    }
}

/// One revision of a configuration object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its position in the cell log.
    pub revision: Revision,
    /// When the broker stored it.
    pub at: Timestamp,
    /// By whom, as the client stated it: a claim, not a proof.
    pub author: String,
    /// The whole value, or its deletion.
    pub object: ConfigObject,
}

/// The configuration in force at a position of a queue's log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InForce {
    /// The latest decision up to there.
    pub decision: DecisionId,
    /// How far the cell log had been folded when it was made.
    pub folded: Seq,
    /// The configuration as of then.
    pub cell: CellState,
}

/// Why it cannot be told what was in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InForceError {
    /// The queue is not known.
    #[error("there is no work queue {0}: list them with `weir work-queue ls`")]
    UnknownQueue(QueueKey),
    /// Nothing had been decided by then.
    #[error(
        "nothing was in force at {queue}:{at}: the first decision of the queue stands behind it"
    )]
    NoDecision {
        /// Which queue.
        queue: QueueKey,
        /// Where.
        at: Seq,
    },
    /// A decision that it builds on is not in the logs any more.
    #[error("the logs do not tell any more what decision {epoch}.{n} rests on")]
    Lost {
        /// Its leadership.
        epoch: u64,
        /// Its number.
        n: u64,
    },
    /// The configuration could not be read.
    #[error("the configuration could not be read")]
    Cell(#[source] ReadCellError),
    /// A queue's log could not be read.
    #[error("the log of work queue {queue} could not be read")]
    Log {
        /// Which queue.
        queue: QueueKey,
        /// What went wrong.
        #[source]
        source: LogError,
    },
}

impl<L: Log> Client<L> {
    /// Every revision of an object, the first one first.
    ///
    /// # Errors
    /// When the cell log cannot be read.
    pub async fn history(&self, of: &Configured) -> Result<Vec<Written>, ReadCellError> {
        let records = self.cell_records(Seq(0)).await?;
        let written = records.into_iter().filter_map(|record| match record.body {
            CellBody::Config { author, object } if of.is(&object) => Some(Written {
                revision: Revision(record.seq.0),
                at: record.at,
                author,
                object,
            }),
            CellBody::Config { .. }
            | CellBody::Epoch { .. }
            | CellBody::QueueOpened { .. }
            | CellBody::QueueClosed { .. }
            | CellBody::Barrier { .. }
            | CellBody::WorkerForgotten { .. }
            | CellBody::Malformed { .. } => None,
        });
        Ok(written.collect())
    }

    /// The configuration in force at a position of a queue's log (of its present or last life): that on which the latest
    /// decision stored up to there rests. No scheduler is needed; the logs are read.
    ///
    /// # Errors
    /// When the queue is not known, when nothing had been decided by then, or when a log cannot be read.
    pub async fn in_force(&self, queue: &QueueKey, at: Seq) -> Result<InForce, InForceError> {
        let lives = self.lives_of(queue).await.map_err(InForceError::Cell)?;
        let life = lives
            .first()
            .ok_or_else(|| InForceError::UnknownQueue(queue.clone()))?;
        let mut bases = Bases::default();
        let mut latest: Option<DecisionId> = None;
        self.each_record(life, |record| {
            let noted = bases.note(record);
            if record.seq <= at {
                latest = latest.max(noted);
            }
        })
        .await?;
        let decision = latest.ok_or_else(|| InForceError::NoDecision {
            queue: queue.clone(),
            at,
        })?;
        if bases.cell_of(decision).is_none() {
            // It is told as a change since decisions in other queues.
            let cell = self.cell().await.map_err(InForceError::Cell)?;
            let others = cell.all_opened().map(|open| &open.stream);
            let closed = cell.all_closed().map(|(stream, _)| stream);
            for other in others.chain(closed).filter(|other| *other != life) {
                self.each_record(other, |record| {
                    bases.note(record);
                })
                .await?;
            }
        }
        let folded = bases.cell_of(decision).ok_or(InForceError::Lost {
            epoch: decision.epoch.0,
            n: decision.n,
        })?;
        let mut cell = CellState::default();
        let records = self
            .cell_records(Seq(0))
            .await
            .map_err(InForceError::Cell)?;
        for record in records.into_iter().filter(|record| record.seq <= folded) {
            cell.apply(record);
        }
        Ok(InForce {
            decision,
            folded,
            cell,
        })
    }

    async fn each_record(
        &self,
        life: &QueueStream,
        mut each: impl FnMut(&Record),
    ) -> Result<(), InForceError> {
        let read = async {
            let mut tail = self.log.tail(life, Seq(0)).await?;
            loop {
                match tail.next().await? {
                    TailEvent::Records(records) => records.iter().for_each(&mut each),
                    TailEvent::CaughtUp => return Ok(()),
                }
            }
        };
        match read.await {
            // A sealed stream that was deleted since.
            Ok(()) | Err(LogError::NoStream { .. }) => Ok(()),
            Err(source) => Err(InForceError::Log {
                queue: life.key.clone(),
                source,
            }),
        }
    }
}

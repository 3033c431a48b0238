//! Deleting pools, queues and deployments: refused while runs have not ended, or with their cancellation.
//!
//! The mark comes first, so that nothing new slips in; then the runs are brought to their end; a queue is gone when the
//! leader has closed it. Whoever is interrupted in between has lost nothing: the deletion stands in the log and goes on
//! by itself, and to say it again waits for its end.

mod outcome;

use std::{collections::BTreeSet, fmt};

use futures::{StreamExt, TryStreamExt, future, stream};
use weir_core::{
    cell::{CellBody, CellState, ConfigObject, Deletion},
    ids::{DeploymentName, QueueKey, QueueStream, RunId, RunKey, Seq},
    request::CancelRequest,
    state::{QueueState, Run},
};
use weir_log::{
    LogError, TailEvent,
    traits::{Log, Tail},
};

pub use self::outcome::{DeleteError, DeleteOptions, Removed};
use crate::{CancelError, Client, ConfigError, ReadCellError, Saved, config::Wish};

/// Cancels that are under way at once.
const AT_ONCE: usize = 64;

/// What is deleted, in words.
struct Named<'a>(&'a Deletion);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Deletion::Pool(name) => write!(f, "work pool {name}"),
            Deletion::Queue(key) => write!(f, "work queue {key}"),
            Deletion::Deployment(name) => write!(f, "deployment {name}"),
        }
    }
}

/// Runs that a deletion is about.
fn concerns(what: &Deletion, run: &Run) -> bool {
    match what {
        Deletion::Pool(_) | Deletion::Queue(_) => true,
        Deletion::Deployment(name) => run.class.deployment.as_ref() == Some(name),
    }
}

fn unended<'a>(
    what: &'a Deletion,
    folded: &'a QueueState,
) -> impl Iterator<Item = (&'a RunId, &'a Run)> {
    folded
        .runs()
        .filter(move |(_, run)| (!run.is_ended() || run.live.is_some()) && concerns(what, run))
}

impl<L: Log> Client<L> {
    /// Deletes a pool with its queues, a queue, or a deployment, and waits until it is gone. What has ended can still be
    /// inspected. To delete what is being deleted waits for its end.
    ///
    /// # Errors
    /// When there is no such thing, when runs have not ended and are not to be cancelled, when it is not gone in time,
    /// or when the broker refuses.
    pub async fn delete(
        &self,
        what: &Deletion,
        options: &DeleteOptions,
    ) -> Result<Removed, DeleteError> {
        self.delete_if(what, options, |_| Ok(())).await
    }

    /// The same, if the configuration is as `may` wants it when the mark is written. What is marked already is waited for.
    pub(crate) async fn delete_if(
        &self,
        what: &Deletion,
        options: &DeleteOptions,
        may: impl Fn(&CellState) -> Result<(), ConfigError>,
    ) -> Result<Removed, DeleteError> {
        let cell = self.cell().await.map_err(ConfigError::Cell)?;
        exists(&cell, what)?;
        let lives = self.lives_with(&cell, what).await?;
        let runs = self.count_unended(what, &lives).await?;
        let marked = cell.deletion(what).is_some();
        if runs > 0 && options.cancel_runs.is_none() && !marked {
            let what = Named(what).to_string();
            return Err(DeleteError::Unended { what, runs });
        }
        let name = Named(what).to_string();
        let saved = self.save(&name, |cell| {
            exists(cell, what)?;
            if let Some(deleted) = cell.deletion(what) {
                return Ok(Wish::Keep(deleted.revision));
            }
            may(cell)?;
            let object = ConfigObject::Deletion(what.clone());
            Ok(Wish::Write(Box::new(object), cell.last_written(what)))
        });
        let (Saved::Created(revision) | Saved::Updated(revision) | Saved::Unchanged(revision)) =
            saved.await?;
        let gone = self.until_gone(what, &lives, options.cancel_runs.as_ref());
        match tokio::time::timeout(options.within, gone).await {
            Ok(ended) => ended?,
            Err(_elapsed) => {
                return Err(DeleteError::NotInTime {
                    what: Named(what).to_string(),
                    within: options.within,
                    runs: self.count_unended(what, &lives).await?,
                });
            }
        }
        Ok(Removed {
            revision,
            unended: runs,
        })
    }

    /// The streams in which unended runs may be.
    async fn lives_with(
        &self,
        cell: &CellState,
        what: &Deletion,
    ) -> Result<Vec<QueueStream>, ConfigError> {
        let queues: BTreeSet<QueueKey> = match what {
            Deletion::Pool(name) => {
                let queues = cell.queues_of(name);
                queues.iter().map(|held| held.value.key.clone()).collect()
            }
            Deletion::Queue(key) => [key.clone()].into(),
            // Its runs stay in the queue that it named when they were requested.
            Deletion::Deployment(name) => self.queues_ever_of(name).await?,
        };
        let there = queues.iter().filter(|key| cell.queue(key).is_some());
        Ok(there.map(|key| cell.present_life(key)).collect())
    }

    async fn queues_ever_of(
        &self,
        name: &DeploymentName,
    ) -> Result<BTreeSet<QueueKey>, ConfigError> {
        let records = self.cell_records(Seq(0)).await.map_err(ConfigError::Cell)?;
        let queues = records.into_iter().filter_map(|record| {
            if let CellBody::Config { object, .. } = record.body
                && let ConfigObject::Deployment(deployment) = object
                && deployment.name == *name
            {
                return Some(deployment.queue);
            }
            None
        });
        Ok(queues.collect())
    }

    async fn count_unended(
        &self,
        what: &Deletion,
        lives: &[QueueStream],
    ) -> Result<u64, DeleteError> {
        let mut count = 0;
        for life in lives {
            let mut folded = QueueState::default();
            let counted = async {
                let mut tail = self.log.tail(life, Seq(0)).await?;
                loop {
                    match tail.next().await? {
                        TailEvent::Records(records) => {
                            for record in records {
                                folded.apply(record);
                            }
                        }
                        TailEvent::CaughtUp => return Ok(()),
                    }
                }
            };
            match counted.await {
                Ok(()) => count += unended(what, &folded).count() as u64,
                // A queue that was configured and never had a stream.
                Err(LogError::NoStream { .. }) => {}
                Err(source) => return Err(log_error(life, source)),
            }
        }
        Ok(count)
    }

    async fn until_gone(
        &self,
        what: &Deletion,
        lives: &[QueueStream],
        cancel: Option<&CancelRequest>,
    ) -> Result<(), DeleteError> {
        let ending = async {
            if let Some(cancel) = cancel {
                let all = lives.iter().map(|life| self.cancel_all(what, life, cancel));
                future::try_join_all(all).await?;
            }
            Ok(())
        };
        match what {
            Deletion::Deployment(_) => ending.await,
            // Closed is closed, whatever is still unended by then.
            Deletion::Pool(_) | Deletion::Queue(_) => tokio::select! {
                closed = self.until_closed(lives, what) => Ok(closed?),
                Err(error) = ending => Err(error),
            },
        }
    }

    /// Cancels what the leader does not end by itself, until nothing is unended any more.
    async fn cancel_all(
        &self,
        what: &Deletion,
        life: &QueueStream,
        cancel: &CancelRequest,
    ) -> Result<(), DeleteError> {
        let mut folded = QueueState::default();
        let mut asked: BTreeSet<RunId> = BTreeSet::new();
        let mut caught_up = false;
        let mut tail = match self.log.tail(life, Seq(0)).await {
            Ok(tail) => tail,
            Err(LogError::NoStream { .. }) => return Ok(()),
            Err(source) => return Err(log_error(life, source)),
        };
        loop {
            match tail
                .next()
                .await
                .map_err(|source| log_error(life, source))?
            {
                TailEvent::Records(records) => {
                    for record in records {
                        folded.apply(record);
                    }
                }
                TailEvent::CaughtUp => caught_up = true,
            }
            if !caught_up {
                continue;
            }
            if unended(what, &folded).next().is_none() {
                return Ok(());
            }
            let whole_queue = !matches!(what, Deletion::Deployment(_));
            let wanted: Vec<RunId> = unended(what, &folded)
                .filter(|(run_id, run)| !asked.contains(*run_id) && !run.is_ended())
                // What waits in a deleted queue the leader cancels without being asked.
                .filter(|(_, run)| !(whole_queue && run.live.is_none()))
                .map(|(run_id, _)| run_id.clone())
                .collect();
            asked.extend(wanted.iter().cloned());
            stream::iter(wanted)
                .map(|run_id| {
                    let queue = life.key.clone();
                    async move { self.cancel(&RunKey { queue, run_id }, cancel.clone()).await }
                })
                .buffer_unordered(AT_ONCE)
                .map(|cancelled| match cancelled {
                    // It has ended in the same moment, and the queue's door is shut already.
                    Err(CancelError::NotAcknowledged { .. } | CancelError::UnknownQueue { .. })
                        if whole_queue =>
                    {
                        Ok(())
                    }
                    settled => settled.map(drop),
                })
                .try_for_each(future::ok)
                .await
                .map_err(DeleteError::Cancel)?;
        }
    }

    /// Waits until these lives are over and their pool, if it goes too, is gone.
    async fn until_closed(
        &self,
        lives: &[QueueStream],
        what: &Deletion,
    ) -> Result<(), ConfigError> {
        self.until(|cell| {
            let over = lives.iter().all(|life| cell.closed(life).is_some());
            over && match what {
                Deletion::Pool(name) => cell.deleting_pool(name).is_none(),
                Deletion::Queue(key) => cell.deleting(key).is_none(),
                Deletion::Deployment(_) => true,
            }
        })
        .await
        .map_err(ConfigError::Cell)
    }

    /// Waits until the configuration is so.
    async fn until(&self, is_so: impl Fn(&CellState) -> bool) -> Result<(), ReadCellError> {
        let mut cell = self.cell().await?;
        let mut tail = self.log.tail_cell(cell.applied()).await?;
        while !is_so(&cell) {
            if let TailEvent::Records(records) = tail.next().await? {
                for record in records {
                    cell.apply(record);
                }
            }
        }
        Ok(())
    }
}

fn log_error(life: &QueueStream, source: LogError) -> DeleteError {
    let queue = life.key.clone();
    DeleteError::Log { queue, source }
}

fn exists(cell: &CellState, what: &Deletion) -> Result<(), ConfigError> {
    match what {
        Deletion::Pool(name) if cell.pool(name).is_none() => {
            Err(ConfigError::UnknownPool(name.clone()))
        }
        Deletion::Queue(key) if cell.queue(key).is_none() => {
            Err(ConfigError::UnknownQueue(key.clone()))
        }
        Deletion::Deployment(name) if cell.deployment(name).is_none() => {
            Err(ConfigError::UnknownDeployment(name.clone()))
        }
        Deletion::Pool(_) | Deletion::Queue(_) | Deletion::Deployment(_) => Ok(()),
    }
}

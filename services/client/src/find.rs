//! Finding a run by its id alone: which queue it is in.

use futures::{StreamExt, stream};
use weir_core::{
    api::RunFilter,
    ids::{PoolName, QueueKey, QueueName, RunId, RunKey},
};
use weir_log::{LogError, traits::Log};

use crate::{Client, ReadCellError};

/// How many streams are asked at once.
const AT_ONCE: usize = 16;

/// What is known of where a run is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindScope {
    /// Its pool.
    pub pool: Option<PoolName>,
    /// Its queue.
    pub queue: Option<QueueName>,
}

impl FindScope {
    fn holds(&self, key: &QueueKey) -> bool {
        self.pool.as_ref().is_none_or(|pool| *pool == key.pool)
            && self.queue.as_ref().is_none_or(|queue| *queue == key.queue)
    }
}

/// Why a run was not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// No queue knows the id.
    #[error("there is no run {run_id}: list runs with `weir run ls`")]
    UnknownRun {
        /// Which id.
        run_id: RunId,
    },
    /// More than one queue has a run of that id.
    #[error("run id {run_id} is in {} queues ({}): say which with --pool and --queue", queues.len(), list(queues))]
    Ambiguous {
        /// Which id.
        run_id: RunId,
        /// The queues that have it.
        queues: Vec<QueueKey>,
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

fn list(queues: &[QueueKey]) -> String {
    queues
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

impl<L: Log> Client<L> {
    /// Finds the run of this id. Where pool and queue are both known nothing is asked; else a scheduler is, and where
    /// none is online, or it does not know the run, the queues' streams are.
    ///
    /// # Errors
    /// When no queue in the scope has such a run, when several have one, or when a log cannot be read.
    pub async fn find(&self, run_id: &RunId, scope: &FindScope) -> Result<RunKey, FindError> {
        if let (Some(pool), Some(queue)) = (&scope.pool, &scope.queue) {
            return Ok(RunKey {
                queue: QueueKey::new(pool.clone(), queue.clone()),
                run_id: run_id.clone(),
            });
        }
        let filter = RunFilter {
            pool: scope.pool.clone(),
            queue: scope.queue.clone(),
            run_id: Some(run_id.clone()),
            ..RunFilter::default()
        };
        let mut queues: Vec<QueueKey> = match self.runs(&filter).await {
            Ok(list) => list.runs.into_iter().map(|run| run.key.queue).collect(),
            Err(_no_answer) => Vec::new(),
        };
        if queues.is_empty() {
            queues = self.find_in_streams(run_id, scope).await?;
        }
        queues.sort();
        queues.dedup();
        if queues.len() > 1 {
            return Err(FindError::Ambiguous {
                run_id: run_id.clone(),
                queues,
            });
        }
        match queues.pop() {
            Some(queue) => Ok(RunKey {
                queue,
                run_id: run_id.clone(),
            }),
            None => Err(FindError::UnknownRun {
                run_id: run_id.clone(),
            }),
        }
    }

    async fn find_in_streams(
        &self,
        run_id: &RunId,
        scope: &FindScope,
    ) -> Result<Vec<QueueKey>, FindError> {
        let cell = match self.cell().await {
            Ok(cell) => cell,
            Err(ReadCellError::NoCell) => return Ok(Vec::new()),
            Err(error) => return Err(FindError::Cell(error)),
        };
        let present = cell.queues().map(|held| cell.present_life(&held.value.key));
        let streams: Vec<_> = present
            .chain(cell.all_closed().map(|(stream, _)| stream.clone()))
            .filter(|stream| scope.holds(&stream.key))
            .collect();
        let mut found = Vec::new();
        let mut asked = stream::iter(streams)
            .map(|stream| async move {
                let records = self.log.run_records(&stream, run_id).await;
                (stream.key, records)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((key, records)) = asked.next().await {
            match records {
                Ok(records) if records.is_empty() => {}
                Ok(_some) => found.push(key),
                Err(LogError::NoStream { .. }) => {}
                Err(source) => return Err(FindError::Log { queue: key, source }),
            }
        }
        Ok(found)
    }
}

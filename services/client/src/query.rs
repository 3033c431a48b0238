//! What only a folded state can answer: questions to a scheduler, any of them, standbys too.

use std::time::Duration;

use bytes::Bytes;
use weir_core::{
    api::{Answerer, RunFilter, RunList, ScheduleFilter, ScheduleList, Why},
    ids::{PoolName, QueueKey, RunKey},
};
use weir_log::{
    LogError, Usage,
    traits::{ApiFault, Log},
};
use weir_proto::{
    DecodeError,
    api::{self, LimitList, ListFilter, PoolList, QueueList, RunRef, WorkerList},
};

use crate::Client;

/// How long an answer may take.
const WAIT: Duration = Duration::from_secs(5);

/// Why a question was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// No scheduler answers on this broker.
    #[error("no scheduler is online")]
    NoScheduler,
    /// The scheduler refuses the question.
    #[error("the scheduler answers: {message}")]
    Refused {
        /// As HTTP uses it: 400 for a bad question, 404 for something that does not exist, 503 for not yet.
        code: usize,
        /// What is wrong and what to do.
        message: String,
    },
    /// The broker does not answer.
    #[error("the scheduler could not be asked")]
    Log(#[source] LogError),
    /// The answer cannot be understood: the scheduler is of another version.
    #[error("the scheduler's answer cannot be understood: is it of another version?")]
    Decode {
        /// What is wrong with it.
        detail: String,
    },
}

impl<L: Log> Client<L> {
    /// Lists runs, the newest requests first.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn runs(&self, filter: &RunFilter) -> Result<RunList, QueryError> {
        self.ask(
            "run.list",
            api::encode_run_filter(filter),
            api::decode_run_list,
        )
        .await
    }

    /// Says what a run waits for: the limit and its holders, a worker, a time.
    ///
    /// # Errors
    /// When there is no such run, when no scheduler is online, or the broker does not answer.
    pub async fn why(&self, run: &RunKey) -> Result<Why, QueryError> {
        let QueueKey { pool, queue } = run.queue.clone();
        let question = RunRef {
            pool: Some(pool),
            queue: Some(queue),
            run_id: run.run_id.clone(),
        };
        self.ask("run.why", api::encode_run_ref(&question), api::decode_why)
            .await
    }

    /// The pools with their slots in use, of one pool or of all.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn pools(&self, pool: Option<&PoolName>) -> Result<PoolList, QueryError> {
        let mut list = self
            .ask("pool.list", of_pool(pool), api::decode_pool_list)
            .await?;
        list.pools
            .retain(|view| pool.is_none_or(|pool| *pool == view.name));
        Ok(list)
    }

    /// The queues with their depths and slots in use, of one pool or of all.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn queues(&self, pool: Option<&PoolName>) -> Result<QueueList, QueryError> {
        self.ask("queue.list", of_pool(pool), api::decode_queue_list)
            .await
    }

    /// The workers that are or were lately online, of one pool or of all.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn workers(&self, pool: Option<&PoolName>) -> Result<WorkerList, QueryError> {
        self.ask("worker.list", of_pool(pool), api::decode_worker_list)
            .await
    }

    /// The limits on tags, with their slots in use.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn limits(&self) -> Result<LimitList, QueryError> {
        self.ask("limit.list", of_pool(None), api::decode_limit_list)
            .await
    }

    /// The schedules of deployments: what comes next, what waits, and what has made no run.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn schedules(&self, filter: &ScheduleFilter) -> Result<ScheduleList, QueryError> {
        self.ask(
            "schedule.list",
            api::encode_schedule_filter(filter),
            api::decode_schedule_list,
        )
        .await
    }

    /// Says which scheduler answers, whether it leads, and how far it has folded.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer.
    pub async fn status(&self) -> Result<Answerer, QueryError> {
        self.ask("cell.status", Bytes::new(), api::decode_answerer)
            .await
    }

    /// How full a queue's stream is, by the broker's own word; no scheduler is needed.
    ///
    /// # Errors
    /// When the queue has no stream, or the broker does not answer.
    pub async fn queue_usage(&self, queue: &QueueKey) -> Result<Usage, QueryError> {
        let cell = self
            .cell()
            .await
            .map_err(|error| QueryError::Log(error.into_log_error()))?;
        self.log
            .usage(&cell.present_life(queue))
            .await
            .map_err(QueryError::Log)
    }

    async fn ask<T>(
        &self,
        endpoint: &str,
        question: Bytes,
        decode: impl Fn(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<T, QueryError> {
        let answer = match self.log.call(endpoint, question, WAIT).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(ApiFault { code, message })) => {
                return Err(QueryError::Refused { code, message });
            }
            Err(LogError::NoResponders) => return Err(QueryError::NoScheduler),
            Err(error) => return Err(QueryError::Log(error)),
        };
        decode(&answer).map_err(|error| QueryError::Decode {
            detail: error.to_string(),
        })
    }
}

fn of_pool(pool: Option<&PoolName>) -> Bytes {
    api::encode_list_filter(&ListFilter {
        pool: pool.cloned(),
    })
}

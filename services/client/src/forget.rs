//! Giving a lost worker up: somebody has made sure that nothing is left of what it held.

use weir_core::{
    cell::CellBody,
    ids::{PoolName, Seq, WorkerName},
};
use weir_log::{AppendError, CellAppend, CellFence, traits::Log};

use crate::{
    Client, QueryError, RandomError, ReadCellError,
    retry::{append_surely, message_id},
};

/// Why a worker was not given up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForgetError {
    /// It is alive.
    #[error(
        "worker {worker} of pool {pool} is online: stop it first, then it says itself what is left"
    )]
    Online {
        /// Its pool.
        pool: PoolName,
        /// The worker.
        worker: WorkerName,
    },
    /// Nobody knows it.
    #[error(
        "there is no worker {worker} in pool {pool}: list them with `weir worker ls --pool {pool}`"
    )]
    Unknown {
        /// Its pool.
        pool: PoolName,
        /// The worker.
        worker: WorkerName,
    },
    /// Nobody could be asked whether it is alive.
    #[error("whether the worker is online could not be asked")]
    Query(#[source] QueryError),
    /// Somebody else gave it up in the same moment.
    #[error("somebody else gave worker {0} up in the same moment: look with `weir worker ls`")]
    Contended(WorkerName),
    /// The record could not be appended.
    #[error("it was not saved: try again, it does no harm to say it twice")]
    Append(#[source] AppendError),
    /// The configuration could not be read.
    #[error("the configuration could not be read")]
    Cell(#[source] ReadCellError),
    /// No message id could be made.
    #[error("no message id could be made")]
    Random(#[source] RandomError),
}

impl<L: Log> Client<L> {
    /// Says that nothing is left of what a lost worker held, so that a pool that would hold it lets it go: what it took
    /// until now is taken as gone. Returned is how many attempts that are.
    ///
    /// # Errors
    /// When the worker is online or unknown, when no scheduler answers, or when the broker refuses.
    pub async fn forget_worker(
        &self,
        pool: &PoolName,
        worker: &WorkerName,
    ) -> Result<u32, ForgetError> {
        let listed = self.workers(Some(pool)).await.map_err(ForgetError::Query)?;
        let known = listed.workers.into_iter().find(|view| view.name == *worker);
        let named = || (pool.clone(), worker.clone());
        let lost = match known {
            Some(view) if view.online => {
                let (pool, worker) = named();
                return Err(ForgetError::Online { pool, worker });
            }
            Some(view) => view.lost,
            None => {
                let (pool, worker) = named();
                return Err(ForgetError::Unknown { pool, worker });
            }
        };
        let config = self.cell().await.map_err(ForgetError::Cell)?;
        let last_said = config
            .forgotten(pool, worker)
            .map_or(Seq(0), |(seq, _)| seq);
        let append = CellAppend {
            body: CellBody::WorkerForgotten {
                pool: pool.clone(),
                worker: worker.clone(),
                author: self.author.to_string(),
            },
            fence: CellFence::Own(last_said),
            msg_id: Some(message_id().map_err(ForgetError::Random)?),
        };
        match append_surely(|| self.log.append_cell(append.clone())).await {
            Ok(_) => Ok(lost),
            Err(AppendError::Fenced { .. }) => Err(ForgetError::Contended(worker.clone())),
            Err(source) => Err(ForgetError::Append(source)),
        }
    }
}

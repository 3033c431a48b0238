//! Cancelling a run, changing its priority, asking for another attempt: requests like any other, which survive every
//! restart.

use weir_core::{
    ids::{Attempt, QueueKey, RunKey, Seq},
    request::{CancelRequest, Request},
};
use weir_log::{Append, AppendError, Appended, Entry, traits::Log};

use crate::{
    Client, RandomError, ReadCellError,
    retry::{append_surely, message_id},
};

/// Why a cancel, or another priority, was not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CancelError {
    /// There is no such queue.
    #[error("there is no work queue {queue}: list them with `weir work-queue ls`")]
    UnknownQueue {
        /// Which queue.
        queue: QueueKey,
    },
    /// The publish was not acknowledged. To ask twice does no harm.
    #[error(
        "what was asked about run {run} was not acknowledged: ask again, it does no harm to ask twice"
    )]
    NotAcknowledged {
        /// Which run.
        run: RunKey,
        /// What the broker said.
        #[source]
        source: AppendError,
    },
    /// The configuration could not be read.
    #[error("the configuration could not be read")]
    Cell(#[source] ReadCellError),
    /// No message id could be made.
    #[error("no message id could be made")]
    Random(#[source] RandomError),
}

impl<L: Log> Client<L> {
    /// Asks for the end of a run. `Ok` means that the wish is stored, at this position of the queue's log; what becomes
    /// of it is told by [`Client::watch`]. A run that is requested only later, within the hour, is cancelled then.
    ///
    /// # Errors
    /// When there is no such queue, or the publish was not acknowledged.
    pub async fn cancel(&self, run: &RunKey, cancel: CancelRequest) -> Result<Seq, CancelError> {
        self.ask_about(run, Request::Cancel(cancel)).await
    }

    /// Asks for another priority of a run, in force from where the wish stands in the log on; larger goes first within
    /// the queue, at most ±1,000,000. For a run that has ended it means nothing.
    ///
    /// # Errors
    /// When there is no such queue, or the publish was not acknowledged.
    pub async fn set_priority(&self, run: &RunKey, priority: i32) -> Result<Seq, CancelError> {
        self.ask_about(run, Request::SetPriority(priority)).await
    }

    /// Asks for another attempt of a run that has ended. With its last attempt, as the caller knows it, the wish may be
    /// sent twice: where there has been another since, it means nothing. Nor does it for a run that has not ended.
    ///
    /// # Errors
    /// When there is no such queue, or the publish was not acknowledged.
    pub async fn retry(&self, run: &RunKey, last: Option<Attempt>) -> Result<Seq, CancelError> {
        self.ask_about(run, Request::Retry(last)).await
    }

    pub(crate) async fn ask_about(
        &self,
        run: &RunKey,
        request: Request,
    ) -> Result<Seq, CancelError> {
        let stream = self
            .stream_of(&run.queue)
            .await
            .map_err(CancelError::Cell)?;
        let Some(stream) = stream else {
            return Err(CancelError::UnknownQueue {
                queue: run.queue.clone(),
            });
        };
        let payload = weir_proto::encode_request(&request);
        let append = Append {
            entry: Entry::Request {
                run_id: run.run_id.clone(),
                payload,
                traceparent: None,
            },
            fence: None,
            msg_id: Some(message_id().map_err(CancelError::Random)?),
        };
        match append_surely(|| self.log.append(&stream, append.clone())).await {
            Ok(Appended { seq, .. }) => Ok(seq),
            Err(source) => Err(CancelError::NotAcknowledged {
                run: run.clone(),
                source,
            }),
        }
    }
}

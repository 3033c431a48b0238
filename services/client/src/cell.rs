//! Reading the cell log: the configuration as it is now.

use weir_core::{
    cell::{CellRecord, CellState, Closed},
    ids::{QueueKey, QueueStream, Seq},
};
use weir_log::{LogError, traits::Log};

use crate::Client;

/// Why the configuration could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadCellError {
    /// Nobody has configured anything on this broker yet.
    #[error("there is no weir installation on this broker yet: create a work pool first")]
    NoCell,
    /// The cell log could not be read.
    #[error("the cell log could not be read")]
    Log(#[source] LogError),
}

impl From<LogError> for ReadCellError {
    fn from(error: LogError) -> Self {
        if matches!(error, LogError::NoStream { .. }) {
            Self::NoCell
        } else {
            Self::Log(error)
        }
    }
}

impl ReadCellError {
    pub(crate) fn into_log_error(self) -> LogError {
        match self {
            Self::NoCell => LogError::NoStream {
                stream: "weir_cell".to_owned(),
            },
            Self::Log(error) => error,
        }
    }
}

impl<L: Log> Client<L> {
    /// The configuration as it is now: everything that was acknowledged before this was called is in it.
    ///
    /// # Errors
    /// When there is no cell log yet, or it cannot be read.
    pub async fn cell(&self) -> Result<CellState, ReadCellError> {
        let mut state = self.cell.lock().await;
        for record in self.log.read_cell(state.applied()).await? {
            state.apply(record);
        }
        Ok(state.clone())
    }

    /// The records of the cell log behind `after`, as they are now.
    pub(crate) async fn cell_records(&self, after: Seq) -> Result<Vec<CellRecord>, ReadCellError> {
        Ok(self.log.read_cell(after).await?)
    }

    /// The end of a queue's life, if it is over.
    pub(crate) async fn closed(
        &self,
        stream: &QueueStream,
    ) -> Result<Option<Closed>, ReadCellError> {
        Ok(self.cell().await?.closed(stream).copied())
    }

    /// The streams in which a queue's runs may be: its present life, then its earlier ones.
    pub(crate) async fn lives_of(
        &self,
        queue: &QueueKey,
    ) -> Result<Vec<QueueStream>, ReadCellError> {
        let cell = self.cell().await?;
        let mut lives = cell.lives(queue);
        if cell.queue(queue).is_some() && cell.opened(queue).is_none() {
            lives.insert(0, cell.present_life(queue));
        }
        Ok(lives)
    }

    /// The stream of a queue that is configured, in its present life.
    pub(crate) async fn stream_of(
        &self,
        queue: &QueueKey,
    ) -> Result<Option<QueueStream>, ReadCellError> {
        let cell = self.cell().await?;
        Ok(cell.queue(queue).map(|_| cell.present_life(queue)))
    }
}

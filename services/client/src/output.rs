//! A run's output, from the stream that keeps it.

use std::{collections::VecDeque, fmt};

use weir_core::ids::{Attempt, RunKey};
use weir_log::{
    JetStream, LogError, OutputChunk, OutputLine, TailEvent,
    traits::{Log, Outputs, Tail},
};

use crate::Client;

/// Why output could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the output of run {run} could not be read")]
pub struct OutputError {
    /// Of which run.
    pub run: RunKey,
    /// What went wrong.
    #[source]
    pub source: LogError,
}

/// What following a run's output brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputEvent {
    /// Some lines of one attempt.
    Lines(OutputChunk),
    /// All that was stored when the reading began has been brought; what follows is new. Once.
    CaughtUp,
}

/// A run's output being read.
pub struct Output<L: Log = JetStream> {
    run: RunKey,
    tail: <L as Outputs>::Output,
    pending: VecDeque<OutputEvent>,
}

impl<L: Log> fmt::Debug for Output<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}

impl<L: Log> Output<L> {
    /// What comes next. It waits for more when everything has been brought: the output's end is told by the run's, and
    /// by [`OutputChunk::last`]. Cancel safe.
    ///
    /// # Errors
    /// When the output cannot be read any further.
    pub async fn next(&mut self) -> Result<OutputEvent, OutputError> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Ok(event);
            }
            let event = self.tail.next().await;
            match event.map_err(|source| OutputError {
                run: self.run.clone(),
                source,
            })? {
                TailEvent::Records(chunks) => self
                    .pending
                    .extend(chunks.into_iter().map(OutputEvent::Lines)),
                TailEvent::CaughtUp => self.pending.push_back(OutputEvent::CaughtUp),
            }
        }
    }
}

impl<L: Log> Output<L> {
    /// Ends it: the broker keeps nothing for it any more. One that is dropped costs the broker a consumer for a minute.
    pub async fn close(self) {
        self.tail.close().await;
    }
}

impl<L: Log> Client<L> {
    /// Reads a run's output from its beginning, of one attempt or of all, and follows it.
    ///
    /// # Errors
    /// When the stream of outputs cannot be read.
    pub async fn output(
        &self,
        run: &RunKey,
        attempt: Option<Attempt>,
    ) -> Result<Output<L>, OutputError> {
        let tail = self.log.output(run, attempt).await;
        let tail = tail.map_err(|source| OutputError {
            run: run.clone(),
            source,
        })?;
        Ok(Output {
            run: run.clone(),
            tail,
            pending: VecDeque::new(),
        })
    }

    /// The last lines of a run's output that are stored now, of one attempt or of all.
    ///
    /// # Errors
    /// When the stream of outputs cannot be read.
    pub async fn last_output(
        &self,
        run: &RunKey,
        attempt: Option<Attempt>,
        lines: usize,
    ) -> Result<Vec<OutputLine>, OutputError> {
        let mut output = self.output(run, attempt).await?;
        let mut last: VecDeque<OutputLine> = VecDeque::new();
        while let OutputEvent::Lines(chunk) = output.next().await? {
            last.extend(chunk.lines);
            let surplus = last.len().saturating_sub(lines);
            last.drain(..surplus);
        }
        output.close().await;
        Ok(last.into())
    }
}

//! Following one run: its stored records first, then what is republished live, without a hole between them.

use std::{collections::VecDeque, fmt, time::Duration};

use weir_core::{
    api::RunView,
    event::{Body, Record},
    ids::{Attempt, InstallationId, QueueStream, RunKey},
    request::Request,
    state::{StateName, StateType},
    trace::{TraceId, run_trace_id},
};
use weir_log::{
    JetStream, LogError,
    traits::{LiveFeed, Log, QueueLog},
};

use crate::{Client, ReadCellError, fold::RunFold, retry::pause_for};

/// After so long without news the stored records are read again, because the live feed may lose some.
const READ_AGAIN: Duration = Duration::from_secs(5);
/// How often a broken reading is begun anew before its error is handed on.
const TRIES: u32 = 30;
/// The pause between such tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Why a run could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// There is no such run, or its history has been cut away.
    #[error("there is no run {run}: list runs with `weir run ls`")]
    UnknownRun {
        /// Which run.
        run: RunKey,
    },
    /// The configuration could not be read.
    #[error("the configuration could not be read")]
    Cell(#[source] ReadCellError),
    /// The run's log could not be read.
    #[error("the log of run {run} could not be read")]
    Log {
        /// Which run.
        run: RunKey,
        /// What went wrong.
        #[source]
        source: LogError,
    },
}

/// Why a run could not be followed (any further).
pub type WatchError = InspectError;

/// A run with all that its log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunDetail {
    /// The run as its log has it.
    pub view: RunView,
    /// Its records in order.
    pub records: Vec<Record>,
    /// The trace that its spans are in.
    pub trace_id: TraceId,
}

impl<L: Log> Client<L> {
    /// Reads one run from its queue's stream; no scheduler is needed, but to call it late.
    ///
    /// # Errors
    /// When there is no such run, or its log cannot be read.
    pub async fn inspect(&self, run: &RunKey) -> Result<RunDetail, InspectError> {
        let lives = self
            .lives_of(&run.queue)
            .await
            .map_err(InspectError::Cell)?;
        let cell = self.cell().await.map_err(InspectError::Cell)?;
        let installation = cell.installation().cloned();
        for stream in lives {
            let records = match self.log.run_records(&stream, &run.run_id).await {
                Ok(records) => records,
                // A deleted queue's stream is not kept for ever.
                Err(LogError::NoStream { .. }) => continue,
                Err(source) => return Err(log_error(run, source)),
            };
            let mut fold = RunFold::new(run.clone());
            drop(fold.take(records));
            fold.close(self.closed(&stream).await.map_err(InspectError::Cell)?);
            if let Some(mut view) = fold.view() {
                if view.name.is_none() && view.attempt == Attempt(0) {
                    let cell = self.cell().await.map_err(InspectError::Cell)?;
                    view = fold.view_by(&cell).unwrap_or(view);
                }
                if view.state_name == StateName::Scheduled && self.is_late(&view).await {
                    view.state_name = StateName::Late;
                }
                let records: Vec<Record> = fold.records().cloned().collect();
                return Ok(RunDetail {
                    view,
                    trace_id: trace_of(installation.as_ref(), &stream, run, &records),
                    records,
                });
            }
        }
        Err(InspectError::UnknownRun { run: run.clone() })
    }

    /// Whether a scheduler calls a waiting run late: by its settings and by the broker's clock, of which the run's log knows
    /// nothing. Where none answers nobody does.
    async fn is_late(&self, view: &RunView) -> bool {
        let told = self.run_view(&view.key).await.ok().flatten();
        told.is_some_and(|told| {
            told.request_seq == view.request_seq && told.state_name == StateName::Late
        })
    }

    /// Follows a run from its request to its end; no scheduler is needed to watch. A run that is not requested yet is
    /// waited for. Where the queue was deleted, its last life is followed.
    ///
    /// # Errors
    /// When there is no such queue, or it cannot be read.
    pub async fn watch(&self, run: &RunKey) -> Result<Watch<L>, WatchError> {
        let stream = self.stream_for(run).await?;
        // First the live feed, then the stored records: what falls between is then in both.
        let live = self
            .log
            .live(&run.queue, Some(&run.run_id))
            .await
            .map_err(|source| log_error(run, source))?;
        let mut watch = Watch {
            client: self.clone(),
            fold: RunFold::new(run.clone()),
            run: run.clone(),
            stream,
            live,
            pending: VecDeque::new(),
            told: None,
            ended: false,
        };
        watch
            .read_stored()
            .await
            .map_err(|source| log_error(run, source))?;
        Ok(watch)
    }

    async fn stream_for(&self, run: &RunKey) -> Result<QueueStream, InspectError> {
        let lives = self
            .lives_of(&run.queue)
            .await
            .map_err(InspectError::Cell)?;
        let first = lives.into_iter().next();
        first.ok_or_else(|| InspectError::UnknownRun { run: run.clone() })
    }
}

/// The publisher's trace, or the run's own: the first body wins.
fn trace_of(
    installation: Option<&InstallationId>,
    stream: &QueueStream,
    run: &RunKey,
    records: &[Record],
) -> TraceId {
    let first = records.iter().find_map(|record| match &record.body {
        Body::Request {
            request: Request::Run(_) | Request::Bad(_),
            traceparent,
            ..
        } => Some(traceparent.as_deref()),
        Body::Request { .. }
        | Body::Claim { .. }
        | Body::Decision { .. }
        | Body::Report { .. }
        | Body::Epoch(_)
        | Body::Malformed { .. } => None,
    });
    run_trace_id(installation, stream, &run.run_id, first.flatten())
}

fn log_error(run: &RunKey, source: LogError) -> InspectError {
    if matches!(source, LogError::NoStream { .. }) {
        return InspectError::UnknownRun { run: run.clone() };
    }
    InspectError::Log {
        run: run.clone(),
        source,
    }
}

/// What makes a view news: the rest changes only with one of these.
type Told = (StateName, Attempt, bool, u32);

/// A run being followed.
pub struct Watch<L: Log = JetStream> {
    client: Client<L>,
    run: RunKey,
    stream: QueueStream,
    live: <L as QueueLog>::Live,
    fold: RunFold,
    pending: VecDeque<RunView>,
    told: Option<Told>,
    ended: bool,
}

impl<L: Log> fmt::Debug for Watch<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("run", &self.run)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl<L: Log> Watch<L> {
    /// The run as it was when its state changed next; `None` when its end has been told. Each state is told once and
    /// in order, unless the broker was away: then only where the run stands. Cancel safe.
    ///
    /// # Errors
    /// When the run's log could not be read for half a minute.
    pub async fn next(&mut self) -> Result<Option<RunView>, WatchError> {
        loop {
            while let Some(view) = self.pending.pop_front() {
                if self.is_news(&view) {
                    self.ended = view.state.is_terminal();
                    return Ok(Some(view));
                }
            }
            if self.ended {
                return Ok(None);
            }
            match tokio::time::timeout(READ_AGAIN, self.live.next()).await {
                Ok(Some((_, record))) => self.pending.extend(self.fold.take(vec![record])),
                Ok(None) => self.begin_anew().await?,
                Err(_elapsed) => self.read_patiently().await?,
            }
        }
    }

    /// The run that is followed.
    pub fn run(&self) -> &RunKey {
        &self.run
    }

    fn is_news(&mut self, view: &RunView) -> bool {
        let news = Some((
            view.state_name,
            view.attempt,
            view.cancel_requested,
            view.other_requests,
        ));
        std::mem::replace(&mut self.told, news) != news
    }

    async fn read_stored(&mut self) -> Result<(), LogError> {
        let log = &self.client.log;
        let records = log.run_records(&self.stream, &self.run.run_id).await?;
        self.pending.extend(self.fold.take(records));
        // What has not started may never: its queue may have been closed without a word about it.
        let view = self.fold.view();
        if view.is_none_or(|view| view.state == StateType::Scheduled) {
            let closed = self.client.closed(&self.stream).await;
            self.fold
                .close(closed.map_err(ReadCellError::into_log_error)?);
            self.pending.extend(self.fold.view());
        }
        Ok(())
    }

    async fn read_patiently(&mut self) -> Result<(), WatchError> {
        for _ in 1..TRIES {
            match self.read_stored().await {
                Err(LogError::Unavailable { .. }) => pause_for(PAUSE).await,
                settled => return settled.map_err(|source| log_error(&self.run, source)),
            }
        }
        self.read_stored()
            .await
            .map_err(|source| log_error(&self.run, source))
    }

    async fn begin_anew(&mut self) -> Result<(), WatchError> {
        pause_for(PAUSE).await;
        let log = &self.client.log;
        let live = log.live(&self.run.queue, Some(&self.run.run_id)).await;
        self.live = live.map_err(|source| log_error(&self.run, source))?;
        self.read_patiently().await
    }
}

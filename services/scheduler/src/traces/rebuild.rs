//! The traces of a past period once more, from the log into whoever takes them: for a back end that was new, or that has
//! lost something. It moves no position and needs no lease, since what it makes is what was made then.

use std::time::Duration;

use weir_core::{
    cell::CellState,
    event::Record,
    ids::{QueueStream, Seq},
    time::Timestamp,
    trace::Span,
};
use weir_log::{Log, LogError, Tail, TailEvent};
use weir_runtime::{Backoff, Clock};

use super::{NotAccepted, SpanSink, batch::SPANS_MAX, handing::Handing, line::Line};

/// Tries to hand one batch over.
const TRIES: u32 = 5;
/// Between two of them.
const RETRY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Which spans: those that came out with a record of this period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From this point on.
    pub from: Timestamp,
    /// Up to this point, which is not in it.
    pub to: Timestamp,
}

impl Period {
    fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// What was made once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Lives of queues that were read.
    pub queues: u64,
    /// Spans that were accepted.
    pub spans: u64,
    /// Spans that are refused for good because of what is in them.
    pub dropped: u64,
    /// Root spans: runs that ended in the period.
    pub runs: u64,
    /// Records at the beginnings of logs that have been cut away, so that what they began is not told.
    pub lost_records: u64,
}

/// Why it stopped.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A log cannot be read.
    #[error("cannot read {what}")]
    Log {
        /// Which log.
        what: String,
        /// Why not.
        #[source]
        source: LogError,
    },
    /// The spans were not accepted, however often they were handed over.
    #[error("the spans were not accepted")]
    Sink(#[source] NotAccepted),
}

/// Makes the spans of a period again and hands them over.
///
/// # Errors
/// See [`RebuildError`]; what was accepted before stays.
pub async fn rebuild_traces<L: Log>(
    log: &L,
    clock: &Clock,
    sink: &dyn SpanSink,
    period: Period,
) -> Result<Rebuilt, RebuildError> {
    let cell = cell(log).await.map_err(|source| RebuildError::Log {
        what: "the cell log".to_owned(),
        source,
    })?;
    let closed = cell.all_closed().map(|(stream, _)| stream.clone());
    let opened = cell.all_opened().map(|open| open.stream.clone());
    let mut rebuild = Rebuild {
        clock,
        sink,
        period,
        spans: Vec::new(),
        told: Rebuilt::default(),
    };
    for stream in closed.chain(opened) {
        rebuild.queue(log, &cell, stream).await?;
    }
    rebuild.hand_over().await?;
    Ok(rebuild.told)
}

async fn cell<L: Log>(log: &L) -> Result<CellState, LogError> {
    let mut state = CellState::default();
    let mut tail = log.tail_cell(Seq(0)).await?;
    while let TailEvent::Records(records) = tail.next().await? {
        for record in records {
            state.apply(record);
        }
    }
    tail.close().await;
    Ok(state)
}

struct Rebuild<'a> {
    clock: &'a Clock,
    sink: &'a dyn SpanSink,
    period: Period,
    spans: Vec<Span>,
    told: Rebuilt,
}

impl Rebuild<'_> {
    async fn queue<L: Log>(
        &mut self,
        log: &L,
        cell: &CellState,
        stream: QueueStream,
    ) -> Result<(), RebuildError> {
        let unread = |source| RebuildError::Log {
            what: format!("the log of queue {}", stream.key),
            source,
        };
        let mut tail = match log.tail(&stream, Seq(0)).await {
            Ok(tail) => tail,
            Err(LogError::Cut { first, .. }) => {
                let before = Seq(first.0.saturating_sub(1));
                self.told.lost_records += before.0;
                log.tail(&stream, before).await.map_err(unread)?
            }
            Err(error) => return Err(unread(error)),
        };
        self.told.queues += 1;
        let mut line = Line::new(cell.installation().cloned(), stream.clone(), None);
        while let TailEvent::Records(records) = tail.next().await.map_err(unread)? {
            for record in records {
                // Whatever comes later is not of the period.
                if record.at >= self.period.to {
                    return Ok(());
                }
                self.fold(&mut line, record).await?;
            }
        }
        tail.close().await;
        if let Some(closed) = cell.closed(&stream)
            && self.period.holds(closed.at)
        {
            self.spans
                .extend(line.close(&stream, closed).unwrap_or_default());
        }
        Ok(())
    }

    async fn fold(&mut self, line: &mut Line, record: Record) -> Result<(), RebuildError> {
        let told = self.period.holds(record.at);
        let spans = line.apply(record);
        if told {
            self.spans.extend(spans);
        }
        if self.spans.len() >= SPANS_MAX {
            self.hand_over().await?;
        }
        Ok(())
    }

    async fn hand_over(&mut self) -> Result<(), RebuildError> {
        if self.spans.is_empty() {
            return Ok(());
        }
        let spans = std::mem::take(&mut self.spans);
        let mut backoff = Backoff::new(RETRY.0, RETRY.1);
        let (mut handing, mut tries) = (Handing::of(&spans), 0);
        while let Some(part) = handing.next() {
            let Err(error) = self.sink.export(part).await else {
                handing.accepted();
                tries = 0;
                continue;
            };
            if !handing.refused(error.because) {
                continue;
            }
            tries += 1;
            if tries >= TRIES {
                return Err(RebuildError::Sink(error));
            }
            tracing::debug!(%error, "spans are not accepted; trying again");
            let delay = backoff.next_delay().max(error.after.unwrap_or_default());
            self.clock.sleep(delay).await;
        }
        let dropped = handing.told();
        let roots = spans.iter().filter(|span| span.is_root()).count();
        self.told.spans += spans.len() as u64 - dropped;
        self.told.dropped += dropped;
        self.told.runs += roots as u64;
        Ok(())
    }
}

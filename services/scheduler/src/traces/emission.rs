//! One turn at making the traces: read, fold, hand over, write down how far.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
    vec,
};

use tokio::sync::{mpsc, watch};
use weir_core::{
    cell::CellState,
    event::Record,
    ids::{QueueStream, Seq},
    session::TracedRecord,
};
use weir_log::{AppendError, Log, LogError, TailEvent};
use weir_runtime::{Backoff, Clock};

use super::{
    Because, NotAccepted, SpanSink, TraceProgress, batch::Batch, handing::Handing, line::Line,
};
use crate::follow::{Followed, Followers, Tap};

/// How long a span waits for others, at most.
const LINGER: Duration = Duration::from_millis(500);
/// Between two looks at the logs, once everything there has been read. What comes meanwhile is read in large batches: to be
/// woken for every few records costs more than the records do, and what waits for spans waits for [`LINGER`] anyway.
const STRIDE: Duration = Duration::from_millis(50);
/// How long one try to hand a batch over may take.
const EXPORT_WITHIN: Duration = Duration::from_secs(30);
/// Between two looks how much more is stored, while nobody accepts.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Between two tries to read or write what the log keeps of the traces.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// Between two tries to hand a batch over.
const EXPORT_RETRY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));

/// Why a turn is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The task is to stop.
    Told,
    /// Somebody else's turn has begun.
    Overtaken,
    /// The broker's client has given up.
    Disconnected,
}

/// One turn.
#[derive(Debug)]
pub(super) struct Emission<L> {
    log: L,
    clock: Clock,
    sink: Arc<dyn SpanSink>,
    progress: watch::Sender<TraceProgress>,
    followers: Followers<L>,
    brought: mpsc::Receiver<Followed>,
    cell: CellState,
    lines: BTreeMap<QueueStream, Line>,
    /// Lives of queues of which nothing more is to come.
    over: BTreeSet<QueueStream>,
    /// Read and not folded: a turn that ends in the middle leaves nothing out.
    unfolded: VecDeque<(QueueStream, vec::IntoIter<Record>)>,
    batch: Batch,
    /// When the batch is handed over though it is not full.
    due: Option<Duration>,
}

impl<L: Log> Emission<L> {
    pub(super) fn new(
        log: L,
        clock: Clock,
        sink: Arc<dyn SpanSink>,
        progress: watch::Sender<TraceProgress>,
        tap: Option<Tap>,
    ) -> Self {
        let (followers, brought) = Followers::skipping(log.clone(), clock.clone(), tap);
        Self {
            log,
            clock,
            sink,
            progress,
            followers,
            brought,
            cell: CellState::default(),
            lines: BTreeMap::new(),
            over: BTreeSet::new(),
            unfolded: VecDeque::new(),
            batch: Batch::default(),
            due: None,
        }
    }

    /// Goes on until somebody else is seen to do the same.
    pub(super) async fn run(&mut self) -> Left {
        self.followers.cell();
        loop {
            let due = self.due;
            let brought = tokio::select! {
                biased;
                // Even where there is always more to read.
                () = wait_until(&self.clock, due) => {
                    if let Err(left) = self.hand_over().await {
                        return left;
                    }
                    continue;
                }
                brought = self.brought.recv() => brought,
            };
            let Some(brought) = brought else {
                return Left::Disconnected;
            };
            if let Err(left) = self.on_brought(brought).await {
                return left;
            }
            if self.brought.is_empty() {
                self.clock.sleep(STRIDE).await;
            }
        }
    }

    /// Hands over what is in hand.
    pub(super) async fn finish(&mut self) {
        if self.fold().await.is_err() {
            return;
        }
        while let Ok(brought) = self.brought.try_recv() {
            if self.on_brought(brought).await.is_err() {
                return;
            }
        }
        if let Err(left) = self.hand_over().await {
            tracing::debug!(?left, "the last spans are left to the next one");
        }
    }

    async fn on_brought(&mut self, brought: Followed) -> Result<(), Left> {
        match brought {
            Followed::Cell(TailEvent::Records(records)) => {
                for record in records {
                    self.cell.apply(record);
                }
                self.follow_queues().await?;
            }
            Followed::Queue(stream, TailEvent::Records(records)) => {
                self.unfolded.push_back((stream, records.into_iter()));
                self.fold().await?;
            }
            // One that is empty has no record to go by.
            Followed::Queue(stream, TailEvent::CaughtUp) => self.close(&stream).await?,
            Followed::Cell(TailEvent::CaughtUp) | Followed::Sessions(_) => {}
            Followed::Failed(Some(stream), LogError::Cut { first, wanted, .. }) => {
                self.on_cut(&stream, first, wanted);
            }
            Followed::Failed(_, error) => {
                tracing::debug!(%error, "a log cannot be read for the traces; trying again");
            }
        }
        Ok(())
    }

    /// Follows every life of every queue of which something may be to come.
    async fn follow_queues(&mut self) -> Result<(), Left> {
        let closed = self.cell.all_closed().map(|(stream, _)| stream.clone());
        let opened = self.cell.all_opened().map(|open| open.stream.clone());
        let all: BTreeSet<QueueStream> = closed.chain(opened).collect();
        for stream in all {
            if self.over.contains(&stream) {
                continue;
            }
            if self.lines.contains_key(&stream) {
                self.close(&stream).await?;
                continue;
            }
            let held = self.position(&stream).await;
            if held.is_some_and(|(_, done)| done.closed) {
                self.over.insert(stream);
                continue;
            }
            self.followers.queue(&stream);
            let installation = self.cell.installation().cloned();
            let line = Line::new(installation, stream.clone(), held);
            self.lines.insert(stream, line);
        }
        Ok(())
    }

    /// The durable position of a queue, as soon as it can be read.
    async fn position(&self, stream: &QueueStream) -> Option<(Seq, TracedRecord)> {
        let mut backoff = Backoff::new(RETRY.0, RETRY.1);
        loop {
            match self.log.traced(stream).await {
                Ok(held) => return held,
                Err(error) => {
                    tracing::debug!(weir.queue = %stream.key, %error, "the position of its traces cannot be read; trying again");
                }
            }
            self.clock.sleep(backoff.next_delay()).await;
        }
    }

    async fn fold(&mut self) -> Result<(), Left> {
        while let Some((stream, records)) = self.unfolded.front_mut() {
            if let Some(line) = self.lines.get_mut(stream) {
                line.fold_into(&mut self.batch, stream, records);
            } else {
                self.unfolded.pop_front();
                continue;
            }
            if records.as_slice().is_empty() {
                let stream = stream.clone();
                self.unfolded.pop_front();
                self.close(&stream).await?;
            }
            self.look().await?;
        }
        Ok(())
    }

    /// What the queue's end has ended, if it is at its end.
    async fn close(&mut self, stream: &QueueStream) -> Result<(), Left> {
        let Some(closed) = self.cell.closed(stream) else {
            return Ok(());
        };
        let Some(line) = self.lines.get_mut(stream) else {
            return Ok(());
        };
        let Some(spans) = line.close(stream, closed) else {
            return Ok(());
        };
        let applied = line.applied();
        self.batch.close(stream, applied, closed.at, spans);
        self.look().await
    }

    /// Hands the batch over if it is full; else not before its time.
    async fn look(&mut self) -> Result<(), Left> {
        if self.batch.is_full() {
            return self.hand_over().await;
        }
        if !self.batch.is_empty() && self.due.is_none() {
            self.due = Some(self.clock.monotonic().saturating_add(LINGER));
            self.tell();
        }
        Ok(())
    }

    fn on_cut(&self, stream: &QueueStream, first: Seq, wanted: Seq) {
        let Some(line) = self.lines.get(stream) else {
            return;
        };
        // Those up to the durable position have been told.
        let from = wanted.0.max(line.done.up_to.0.saturating_add(1));
        let lost = first.0.saturating_sub(from);
        if lost > 0 {
            tracing::warn!(weir.queue = %stream.key, lost, "records were cut away before their traces were made");
            self.progress
                .send_modify(|progress| progress.lost_records += lost);
        }
    }

    /// Hands the batch over, for as long as it takes, and writes down how far the queues have come.
    async fn hand_over(&mut self) -> Result<(), Left> {
        self.due = None;
        if self.batch.is_empty() {
            return Ok(());
        }
        self.tell();
        let dropped = self.until_accepted().await;
        let accepted = self.batch.spans().len() as u64 - dropped;
        for (stream, up_to) in self.batch.empty() {
            self.write(&stream, up_to).await?;
        }
        self.progress.send_modify(|progress| {
            progress.accepted += accepted;
            progress.dropped += dropped;
        });
        self.tell();
        Ok(())
    }

    /// Returns how many spans are left out, which are never taken.
    async fn until_accepted(&self) -> u64 {
        let mut handing = Handing::of(self.batch.spans());
        let mut backoff = Backoff::new(EXPORT_RETRY.0, EXPORT_RETRY.1);
        let (mut failed, mut looked) = (None, self.clock.monotonic());
        while let Some(part) = handing.next() {
            let sending = self.sink.export(part);
            let NotAccepted {
                detail,
                because,
                after,
            } = match self.clock.timeout(EXPORT_WITHIN, sending).await {
                Ok(Ok(())) => {
                    handing.accepted();
                    continue;
                }
                Ok(Err(refused)) => refused,
                Err(late) => NotAccepted {
                    detail: late.to_string(),
                    because: Because::NotNow,
                    after: None,
                },
            };
            self.progress.send_modify(|progress| progress.refused += 1);
            if !handing.refused(because) {
                continue;
            }
            tell_trouble(&detail, because, failed.replace(because));
            if self.clock.monotonic().saturating_sub(looked) >= LOOK_EVERY {
                self.look_behind().await;
                looked = self.clock.monotonic();
            }
            let delay = backoff.next_delay().max(after.unwrap_or_default());
            self.clock.sleep(delay).await;
        }
        if failed.is_some() {
            tracing::info!("spans of runs are accepted again");
        }
        handing.told()
    }

    /// Counts what is stored and has not even been read.
    async fn look_behind(&self) {
        let mut behind = 0_u64;
        for (stream, line) in &self.lines {
            if let Ok(usage) = self.log.usage(stream).await {
                behind = behind.saturating_add(usage.last.0.saturating_sub(line.applied().0));
            }
        }
        let lag = self.batch.records().saturating_add(behind);
        self.progress
            .send_modify(|progress| progress.lag_records = lag);
    }

    /// Writes a queue's position over the one before it. Where another has written meanwhile, it is that one's turn.
    async fn write(&mut self, stream: &QueueStream, up_to: TracedRecord) -> Result<(), Left> {
        let mut backoff = Backoff::new(RETRY.0, RETRY.1);
        loop {
            let Some(line) = self.lines.get_mut(stream) else {
                return Ok(());
            };
            match self.log.put_traced(stream, up_to, line.done_at).await {
                Ok(seq) => {
                    (line.done, line.done_at) = (up_to, seq);
                    break;
                }
                // Or it is a write of ours whose answer was lost: the next turn begins behind it.
                Err(AppendError::Fenced { .. }) => return Err(Left::Overtaken),
                Err(error) => {
                    tracing::debug!(weir.queue = %stream.key, %error, "the position of its traces cannot be written; trying again");
                }
            }
            self.clock.sleep(backoff.next_delay()).await;
        }
        if up_to.closed {
            self.lines.remove(stream);
            self.over.insert(stream.clone());
        }
        Ok(())
    }

    fn tell(&self) {
        let (lag_records, oldest) = if self.batch.is_empty() {
            (0, None)
        } else {
            (self.batch.records(), self.batch.oldest())
        };
        self.progress.send_if_modified(|progress| {
            let changed = (progress.lag_records, progress.oldest) != (lag_records, oldest);
            (progress.lag_records, progress.oldest) = (lag_records, oldest);
            changed
        });
    }
}

/// Once for each kind of trouble.
fn tell_trouble(why: &str, because: Because, before: Option<Because>) {
    if before == Some(because) {
        tracing::debug!(why, "spans of runs are still not accepted");
        return;
    }
    match because {
        Because::NotNow => {
            tracing::warn!(why, "spans of runs are not accepted; trying until they are");
        }
        Because::SetUp | Because::TooLarge | Because::Content => tracing::error!(
            why,
            "spans of runs are refused: [telemetry] or the collector is set up wrongly; none is lost, and none is shown until it is set right"
        ),
    }
}

async fn wait_until(clock: &Clock, due: Option<Duration>) {
    match due {
        Some(due) => clock.sleep_until_monotonic(due).await,
        None => std::future::pending().await,
    }
}

//! Following the logs: one task per stream reads and decodes, and hands its batches to the one task that folds.

use std::time::Duration;

use tokio::{sync::mpsc, task::JoinSet};
use weir_core::{
    cell::CellRecord,
    event::Record,
    ids::{QueueStream, Seq},
    session::SessionRecord,
};
use weir_log::{Log, LogError, Tail, TailEvent};
use weir_runtime::{Backoff, Clock};

/// What the followers bring.
#[derive(Debug)]
pub(crate) enum Followed {
    Cell(TailEvent<CellRecord>),
    Queue(QueueStream, TailEvent<Record>),
    Sessions(TailEvent<SessionRecord>),
    /// A stream cannot be read at the moment; it is tried again.
    Failed(Option<QueueStream>, LogError),
}

/// Batches on their way to the fold. Each holds at most 1,024 records.
const BATCHES_MAX: usize = 64;
/// Of those who read in strides.
const STRIDE_BATCHES_MAX: usize = 4;

/// All followers. Dropped, they stop.
#[derive(Debug)]
pub(crate) struct Followers<L> {
    log: L,
    clock: Clock,
    tasks: JoinSet<()>,
    brought: mpsc::Sender<Followed>,
    /// Whether they go on behind what has been cut away. A fold that decides never may.
    skips: bool,
}

impl<L: Log> Followers<L> {
    pub(crate) fn new(log: L, clock: Clock) -> (Self, mpsc::Receiver<Followed>) {
        Self::with(log, clock, BATCHES_MAX, false)
    }

    /// Followers for whoever reads in strides: they tell where a log has been cut and go on behind that, and while nobody
    /// takes what they bring, little of it is on its way, so that the next batches are large.
    pub(crate) fn skipping(log: L, clock: Clock) -> (Self, mpsc::Receiver<Followed>) {
        Self::with(log, clock, STRIDE_BATCHES_MAX, true)
    }

    fn with(log: L, clock: Clock, batches: usize, skips: bool) -> (Self, mpsc::Receiver<Followed>) {
        let (brought, receiver) = mpsc::channel(batches);
        (
            Self {
                log,
                clock,
                tasks: JoinSet::new(),
                brought,
                skips,
            },
            receiver,
        )
    }

    pub(crate) fn cell(&mut self) {
        let log = self.log.clone();
        let follow = follow(
            self.clock.clone(),
            self.brought.clone(),
            (None, self.skips),
            move |after| {
                let log = log.clone();
                async move { log.tail_cell(after).await }
            },
            Followed::Cell,
            |record: &CellRecord| record.seq,
        );
        self.tasks.spawn(follow);
    }

    pub(crate) fn queue(&mut self, queue: &QueueStream) {
        let (log, stream, brings) = (self.log.clone(), queue.clone(), queue.clone());
        let follow = follow(
            self.clock.clone(),
            self.brought.clone(),
            (Some(queue.clone()), self.skips),
            move |after| {
                let (log, stream) = (log.clone(), stream.clone());
                async move { log.tail(&stream, after).await }
            },
            move |event| Followed::Queue(brings.clone(), event),
            |record: &Record| record.seq,
        );
        self.tasks.spawn(follow);
    }

    pub(crate) fn sessions(&mut self) {
        let log = self.log.clone();
        let follow = follow(
            self.clock.clone(),
            self.brought.clone(),
            (None, self.skips),
            move |_| {
                let log = log.clone();
                async move { log.sessions().await }
            },
            Followed::Sessions,
            |record: &SessionRecord| record.seq,
        );
        self.tasks.spawn(follow);
    }
}

/// Reads on for ever. A tail heals itself; what it reports is tried again from behind the last record that was brought.
async fn follow<R, T, F, Fut>(
    clock: Clock,
    brought: mpsc::Sender<Followed>,
    (queue, skips): (Option<QueueStream>, bool),
    open: F,
    bring: impl Fn(TailEvent<R>) -> Followed + Send,
    seq: impl Fn(&R) -> Seq + Send,
) where
    R: Send,
    T: Tail<R>,
    F: Fn(Seq) -> Fut + Send,
    Fut: Future<Output = Result<T, LogError>> + Send,
{
    let mut after = Seq(0);
    let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
    loop {
        let failed = match open(after).await {
            Err(error) => error,
            Ok(mut tail) => loop {
                match tail.next().await {
                    Err(error) => break error,
                    Ok(event) => {
                        if let TailEvent::Records(records) = &event {
                            after = records.last().map_or(after, &seq);
                        }
                        backoff.reset();
                        if brought.send(bring(event)).await.is_err() {
                            return;
                        }
                    }
                }
            },
        };
        if let LogError::Cut { first, .. } = &failed
            && skips
        {
            after = Seq(first.0.saturating_sub(1));
        }
        if brought
            .send(Followed::Failed(queue.clone(), failed))
            .await
            .is_err()
        {
            return;
        }
        clock.sleep(backoff.next_delay()).await;
    }
}

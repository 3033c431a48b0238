//! Following the logs: one task per stream reads and decodes, and hands its batches to the one task that folds.

mod tap;

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

pub use tap::Tap;
use tap::{Stopped, read};

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
    tap: Option<Tap>,
}

impl<L: Log> Followers<L> {
    /// Followers that hand on there what they read of queues.
    pub(crate) fn new(log: L, clock: Clock, tap: Tap) -> (Self, mpsc::Receiver<Followed>) {
        Self::with(log, clock, BATCHES_MAX, false, Some(tap))
    }

    /// Followers for whoever reads in strides: they tell where a log has been cut and go on behind that, and while nobody
    /// takes what they bring, little of it is on its way, so that the next batches are large. What is handed on at the tap
    /// they do not read themselves.
    pub(crate) fn skipping(
        log: L,
        clock: Clock,
        tap: Option<Tap>,
    ) -> (Self, mpsc::Receiver<Followed>) {
        Self::with(log, clock, STRIDE_BATCHES_MAX, true, tap)
    }

    fn with(
        log: L,
        clock: Clock,
        batches: usize,
        skips: bool,
        tap: Option<Tap>,
    ) -> (Self, mpsc::Receiver<Followed>) {
        let (brought, receiver) = mpsc::channel(batches);
        (
            Self {
                log,
                clock,
                tasks: JoinSet::new(),
                brought,
                skips,
                tap,
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
            |_, event| Followed::Cell(event),
            |record: &CellRecord| record.seq,
        );
        self.tasks.spawn(follow);
    }

    pub(crate) fn queue(&mut self, queue: &QueueStream) {
        let (log, stream, brings) = (self.log.clone(), queue.clone(), queue.clone());
        let offering = self.tap.as_ref().map(|tap| tap.of(queue));
        if self.skips
            && let Some(offering) = offering
        {
            let (clock, brought) = (self.clock.clone(), self.brought.clone());
            self.tasks
                .spawn(follow_tapped(clock, brought, log, stream, offering));
            return;
        }
        let follow = follow(
            self.clock.clone(),
            self.brought.clone(),
            (Some(queue.clone()), self.skips),
            move |after| {
                let (log, stream) = (log.clone(), stream.clone());
                async move { log.tail(&stream, after).await }
            },
            move |follows, event| {
                if let Some(offering) = &offering {
                    offering.offer(follows, &event);
                }
                Followed::Queue(brings.clone(), event)
            },
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
            |_, event| Followed::Sessions(event),
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
    bring: impl Fn(Seq, TailEvent<R>) -> Followed + Send,
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
                        let follows = after;
                        if let TailEvent::Records(records) = &event {
                            after = records.last().map_or(after, &seq);
                        }
                        backoff.reset();
                        if brought.send(bring(follows, event)).await.is_err() {
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

/// The same for one that takes what others of the program have read, and goes on behind what has been cut away.
async fn follow_tapped<L: Log>(
    clock: Clock,
    brought: mpsc::Sender<Followed>,
    log: L,
    stream: QueueStream,
    offering: tap::Offering,
) {
    let mut after = Seq(0);
    let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
    loop {
        let before = after;
        let stopped = read(&log, &stream, &offering, &mut after, &brought).await;
        let Stopped::Failed(error) = stopped else {
            return;
        };
        if after != before {
            backoff.reset();
        }
        if let LogError::Cut { first, .. } = &error {
            after = Seq(first.0.saturating_sub(1));
        }
        let failed = Followed::Failed(Some(stream.clone()), error);
        if brought.send(failed).await.is_err() {
            return;
        }
        clock.sleep(backoff.next_delay()).await;
    }
}

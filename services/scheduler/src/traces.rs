//! The runs' traces, handed over: a reader of the queues' logs of its own, so that nothing that takes spans is ever in the
//! way of what decides.
//!
//! Each scheduler has one of these tasks; a lease says which of them reads. It folds every queue's log from its first
//! record, lets go of the spans up to the queue's **durable position** and hands those behind it over in batches. The
//! position is written when a batch has been accepted, and never before: whoever stops anywhere, the next one begins there.
//! What is handed over twice then is the same bytes under the same ids.
//!
//! While nobody accepts, it does not read on: a batch and what is on its way are all that it holds, the log keeps the rest,
//! and [`TraceProgress`] tells how far it is behind. Its fold is that of every run that the log knows, as a leader's is.

mod batch;
mod emission;
mod handing;
mod lease;
mod line;
mod rebuild;
mod sink;

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use weir_core::{
    ids::{SchedulerName, SessionId},
    session::TracerRecord,
    time::Timestamp,
};
use weir_log::Log;
use weir_runtime::{
    Clock, Meter,
    lease::{gained, keep, lost},
};

pub use rebuild::{Period, RebuildError, Rebuilt, rebuild_traces};
pub use sink::{Because, NotAccepted, Sending, SpanSink};

use self::{
    emission::{Emission, Left},
    lease::Lease,
};
use crate::{follow::Tap, measure, service::Error};

/// How the runs' traces come along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceProgress {
    /// This process is the one that hands them over.
    pub active: bool,
    /// Records that have been read and of which the spans have not been accepted; while nobody accepts, those that are
    /// stored behind them count too, as of the last look.
    pub lag_records: u64,
    /// When the oldest of them was stored.
    pub oldest: Option<Timestamp>,
    /// Spans that have been accepted since this process began.
    pub accepted: u64,
    /// Tries that were not accepted since this process began.
    pub refused: u64,
    /// Spans that are refused for good because of what is in them, since this process began.
    pub dropped: u64,
    /// Records that were cut away before their spans were made.
    pub lost_records: u64,
}

/// Makes the runs' traces, whenever it is this process' turn.
#[derive(Debug)]
pub struct Tracer<L> {
    log: L,
    own: TracerRecord,
    sink: Arc<dyn SpanSink>,
    clock: Clock,
    progress: watch::Sender<TraceProgress>,
    tap: Option<Tap>,
}

/// Between two turns of one process.
const BETWEEN_TURNS: Duration = Duration::from_secs(1);
/// How long it goes on for what it has in hand when it is told to stop.
const LAST_TRY: Duration = Duration::from_secs(2);

impl<L: Log> Tracer<L> {
    /// One that is still to be run. `sink` is who takes the spans.
    ///
    /// # Errors
    /// The system gives no random bits.
    pub fn new(
        log: L,
        scheduler: SchedulerName,
        sink: Arc<dyn SpanSink>,
        clock: Clock,
    ) -> Result<Self, Error> {
        let session: SessionId = crate::service::random_session(&clock)?;
        Ok(Self {
            log,
            own: TracerRecord { scheduler, session },
            sink,
            clock,
            progress: watch::Sender::default(),
            tap: None,
        })
    }

    /// Takes from there what a scheduler of this program has read, and does not read it itself.
    #[must_use]
    pub fn fed_by(self, tap: Tap) -> Self {
        Self {
            tap: Some(tap),
            ..self
        }
    }

    /// Shows there how it comes along.
    #[must_use]
    pub fn measured(self, meter: &Meter) -> Self {
        measure::traces::show(meter, self.progress(), self.clock.clone());
        self
    }

    /// How it comes along, as that changes.
    pub fn progress(&self) -> watch::Receiver<TraceProgress> {
        self.progress.subscribe()
    }

    /// Runs until `stop`; then it hands over what it has, if that is quickly done, and gives its lease up.
    ///
    /// # Errors
    /// None that another try could mend.
    pub async fn run(self, stop: CancellationToken) -> Result<(), Error> {
        let (until, held) = watch::channel(None);
        let lease = Lease {
            log: self.log.clone(),
            own: self.own.clone(),
        };
        // The lease is kept until the last batch is through, whatever it takes, so that nobody begins meanwhile.
        let done = CancellationToken::new();
        let emitting = async {
            let _done = done.clone().drop_guard();
            self.emit(held, &stop).await
        };
        let ((), ended) = tokio::join!(
            keep(lease, self.clock.clone(), until, done.clone()),
            emitting
        );
        ended
    }

    async fn emit(
        &self,
        mut held: watch::Receiver<Option<Duration>>,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                () = gained(&mut held, &self.clock) => {}
            }
            tracing::info!("makes the runs' traces");
            self.progress.send_modify(|progress| progress.active = true);
            let mut emission = Emission::new(
                self.log.clone(),
                self.clock.clone(),
                Arc::clone(&self.sink),
                self.progress.clone(),
                self.tap.clone(),
            );
            let left = tokio::select! {
                biased;
                () = stop.cancelled() => Left::Told,
                () = lost(&mut held, &self.clock) => Left::Overtaken,
                left = emission.run() => left,
            };
            if left == Left::Told {
                // What is not accepted by then is made again by the next one.
                let _late = self.clock.timeout(LAST_TRY, emission.finish()).await;
            }
            drop(emission);
            self.progress.send_modify(|progress| {
                *progress = TraceProgress {
                    active: false,
                    lag_records: 0,
                    oldest: None,
                    ..*progress
                };
            });
            match left {
                Left::Told => return Ok(()),
                Left::Overtaken => tracing::info!("another scheduler makes the runs' traces"),
                Left::Disconnected => return Err(Error::Disconnected),
            }
            // A turn begins with a replay: not over and over while a replica of the positions lags.
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                () = self.clock.sleep(BETWEEN_TURNS) => {}
            }
        }
    }
}

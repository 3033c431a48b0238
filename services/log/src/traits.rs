//! What the log promises, apart from how it is kept.

use std::{collections::BTreeSet, fmt, future::Future, time::Duration};

use bytes::Bytes;
use weir_core::{
    cell::CellRecord,
    event::Record,
    ids::{Attempt, PoolName, QueueKey, QueueStream, RunId, RunKey, Seq, WorkerName},
    session::{LeaseRecord, ObserverRecord, Session, SessionRecord, TracedRecord, TracerRecord},
    time::Timestamp,
};

use crate::{
    error::{AppendError, LogError},
    types::{ApiRequest, Append, Appended, CellAppend, ClaimItem, OutputChunk, TailEvent, Usage},
};

/// All of the log.
pub trait Log: QueueLog + CellLog + Leases + Outputs + Api {}
impl<T: QueueLog + CellLog + Leases + Outputs + Api> Log for T {}

/// Records in order, as they are stored.
///
/// It heals itself: after a lost connection, a missed heartbeat or a gap it reads again from the record behind the last
/// one that it has brought. `Err` is returned only for what does not heal (no such stream, cut away, refused).
pub trait Tail<R>: Send + 'static {
    /// The next batch. Cancel safe: a batch is either returned or still to come.
    fn next(&mut self) -> impl Future<Output = Result<TailEvent<R>, LogError>> + Send;

    /// Ends it, and has whoever keeps something for it let go of that at once. One that is dropped is let go of after a while.
    fn close(self) -> impl Future<Output = ()> + Send
    where
        Self: Sized,
    {
        async {}
    }
}

/// A queue's work list: the durable consumer `workers` on its claims.
pub trait WorkList: Send + 'static {
    /// To answer a claim with.
    type Ack: ClaimAck;
    /// Pulls up to `max` claims. Returns as soon as there is one, with those that are there by then; an empty list when
    /// `wait` has passed without one. Cancel safe: what was delivered and not returned comes again.
    fn pull(
        &mut self,
        max: usize,
        wait: Duration,
    ) -> impl Future<Output = Result<Vec<ClaimItem<Self::Ack>>, LogError>> + Send;
}

/// The answer to one delivered claim.
pub trait ClaimAck: fmt::Debug + Send + Sync + 'static {
    /// It is dealt with: it will not be delivered again. A lost ack only means that it is.
    fn done(self) -> impl Future<Output = ()> + Send;
    /// No room here: offer it again, to anybody, after `delay`.
    fn back(self, delay: Duration) -> impl Future<Output = ()> + Send;
}

/// The streams of the queues.
pub trait QueueLog: Clone + fmt::Debug + Send + Sync + 'static {
    /// See [`Tail`].
    type Records: Tail<Record>;
    /// See [`WorkList`].
    type Claims: WorkList;

    /// Makes the queue's stream and its durable consumer if they are not there. `bytes_max` is the hard bound of a new
    /// stream (the request bound and the reserve); an existing one keeps its own. A later life of a queue takes the
    /// subjects over from its earlier ones, whose streams must be sealed; they keep what they hold.
    fn create_queue(
        &self,
        queue: &QueueStream,
        bytes_max: u64,
    ) -> impl Future<Output = Result<(), LogError>> + Send;
    /// Shuts the door: when this is acknowledged, requests are refused as if there was no stream, while the scheduler and
    /// the workers can still bring everything to its end. Done already, or sealed: nothing happens.
    fn shut_queue(&self, queue: &QueueStream) -> impl Future<Output = Result<(), LogError>> + Send;
    /// Seals the stream for ever: nothing more is stored, everybody is told so ([`AppendError::Sealed`]), and everything
    /// can still be read. Done already: nothing happens.
    fn seal_queue(&self, queue: &QueueStream) -> impl Future<Output = Result<(), LogError>> + Send;
    /// Sets the stream's hard bound.
    fn resize_queue(
        &self,
        queue: &QueueStream,
        bytes_max: u64,
    ) -> impl Future<Output = Result<(), LogError>> + Send;
    /// How full it is.
    fn usage(&self, queue: &QueueStream) -> impl Future<Output = Result<Usage, LogError>> + Send;
    /// The queues that have a stream, by name: what there is without anybody who has folded the cell log.
    fn queue_streams(&self) -> impl Future<Output = Result<Vec<QueueStream>, LogError>> + Send;
    /// Appends one entry. Each stands alone: no order is promised among those in flight together.
    fn append(
        &self,
        queue: &QueueStream,
        append: Append,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send;
    /// All records behind `after`.
    fn tail(
        &self,
        queue: &QueueStream,
        after: Seq,
    ) -> impl Future<Output = Result<Self::Records, LogError>> + Send;
    /// The scheduler's records (`.claim` and `.decision`) from now on: orders to those who hold attempts.
    fn orders(
        &self,
        queue: &QueueStream,
    ) -> impl Future<Output = Result<Self::Records, LogError>> + Send;
    /// The work list.
    fn claims(
        &self,
        queue: &QueueStream,
    ) -> impl Future<Output = Result<Self::Claims, LogError>> + Send;
    /// One record, if it is (still) there. May be answered by a replica that lags.
    fn record(
        &self,
        queue: &QueueStream,
        seq: Seq,
    ) -> impl Future<Output = Result<Option<Record>, LogError>> + Send;
    /// The first report on this run behind `after`, if any. May be answered by a replica that lags.
    fn first_report(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
        after: Seq,
    ) -> impl Future<Output = Result<Option<Record>, LogError>> + Send;
    /// The last record on this run's `.claim`, if any. May be answered by a replica that lags.
    fn last_claim(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> impl Future<Output = Result<Option<Record>, LogError>> + Send;
    /// Everything that is stored about one run, in order.
    fn run_records(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> impl Future<Output = Result<Vec<Record>, LogError>> + Send;
    /// What is stored about a run from now on, as it is republished (`weir.live`); lossy, for watching only. `None`
    /// watches every run of the queue.
    fn live(
        &self,
        queue: &QueueKey,
        run_id: Option<&RunId>,
    ) -> impl Future<Output = Result<Self::Live, LogError>> + Send;
    /// See [`QueueLog::live`]: yields the run and its record, `None` when the connection is gone for good.
    type Live: LiveFeed;
}

/// Republished records as they come.
pub trait LiveFeed: Send + 'static {
    /// The next one. Cancel safe.
    fn next(&mut self) -> impl Future<Output = Option<(RunKey, Record)>> + Send;
}

/// The cell log.
pub trait CellLog: Clone + fmt::Debug + Send + Sync + 'static {
    /// See [`Tail`].
    type CellRecords: Tail<CellRecord>;

    /// Makes the streams of the cell (cell log, leases, output) if they are not there.
    fn create_cell(&self) -> impl Future<Output = Result<(), LogError>> + Send;
    /// Appends one record.
    fn append_cell(
        &self,
        append: CellAppend,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send;
    /// All records behind `after`.
    fn tail_cell(
        &self,
        after: Seq,
    ) -> impl Future<Output = Result<Self::CellRecords, LogError>> + Send;
    /// The records behind `after` up to now, all at once: everything that was acknowledged before is among them. For
    /// whoever reads once; unlike a tail it leaves nothing behind on the broker.
    fn read_cell(
        &self,
        after: Seq,
    ) -> impl Future<Output = Result<Vec<CellRecord>, LogError>> + Send {
        async move {
            let mut all = Vec::new();
            let mut tail = self.tail_cell(after).await?;
            loop {
                match tail.next().await? {
                    TailEvent::Records(records) => all.extend(records),
                    TailEvent::CaughtUp => return Ok(all),
                }
            }
        }
    }
    /// One record, such as the revision of a configuration object.
    fn cell_record(
        &self,
        seq: Seq,
    ) -> impl Future<Output = Result<Option<CellRecord>, LogError>> + Send;
}

/// The leader's lease and the workers' sessions: one message per subject.
pub trait Leases: Clone + fmt::Debug + Send + Sync + 'static {
    /// See [`Tail`]. Brings the last record of each session first. A record may be missing in between: only each
    /// session's last counts.
    type Sessions: Tail<SessionRecord>;

    /// Writes the leader's lease by compare-and-set on the last one (0: there is none); it vanishes by itself after
    /// `ttl`, in whole seconds. Returns its position and the broker's stamp of it.
    fn put_lease(
        &self,
        lease: &LeaseRecord,
        ttl: Duration,
        last: Seq,
    ) -> impl Future<Output = Result<(Seq, Timestamp), AppendError>> + Send;
    /// The lease as it stands: position, stamp, record.
    fn lease(
        &self,
    ) -> impl Future<Output = Result<Option<(Seq, Timestamp, LeaseRecord)>, LogError>> + Send;
    /// Gives the lease up, if it is still the one at `last`.
    fn drop_lease(&self, last: Seq) -> impl Future<Output = Result<(), LogError>> + Send;
    /// Writes the observer's lease of a pool by compare-and-set on the last one (0: there is none); it vanishes by
    /// itself after `ttl`, in whole seconds.
    fn put_observer(
        &self,
        pool: &PoolName,
        observer: &ObserverRecord,
        ttl: Duration,
        last: Seq,
    ) -> impl Future<Output = Result<Seq, AppendError>> + Send;
    /// The observer's lease of a pool as it stands. May be answered by a replica that lags.
    fn observer(
        &self,
        pool: &PoolName,
    ) -> impl Future<Output = Result<Option<(Seq, ObserverRecord)>, LogError>> + Send;
    /// Gives the observer's lease up, if it is still the one at `last`.
    fn drop_observer(
        &self,
        pool: &PoolName,
        last: Seq,
    ) -> impl Future<Output = Result<(), LogError>> + Send;
    /// Writes the lease of the scheduler that makes the runs' traces by compare-and-set on the last one (0: there is
    /// none); it vanishes by itself after `ttl`, in whole seconds.
    fn put_tracer(
        &self,
        tracer: &TracerRecord,
        ttl: Duration,
        last: Seq,
    ) -> impl Future<Output = Result<Seq, AppendError>> + Send;
    /// That lease as it stands. May be answered by a replica that lags.
    fn tracer(&self) -> impl Future<Output = Result<Option<(Seq, TracerRecord)>, LogError>> + Send;
    /// Gives that lease up, if it is still the one at `last`.
    fn drop_tracer(&self, last: Seq) -> impl Future<Output = Result<(), LogError>> + Send;
    /// Writes how far the traces of one life of a queue have been handed over, by compare-and-set on the last one (0:
    /// there is none). It stays until it is written over.
    fn put_traced(
        &self,
        queue: &QueueStream,
        traced: TracedRecord,
        last: Seq,
    ) -> impl Future<Output = Result<Seq, AppendError>> + Send;
    /// How far they have been handed over. May be answered by a replica that lags.
    fn traced(
        &self,
        queue: &QueueStream,
    ) -> impl Future<Output = Result<Option<(Seq, TracedRecord)>, LogError>> + Send;
    /// Writes a session's record by compare-and-set on the worker's last one (0: there is none). `Ok` means stored.
    fn put_session(
        &self,
        session: &Session,
        last: Seq,
    ) -> impl Future<Output = Result<Seq, AppendError>> + Send;
    /// A worker's last session record.
    fn session(
        &self,
        pool: &PoolName,
        worker: &WorkerName,
    ) -> impl Future<Output = Result<Option<SessionRecord>, LogError>> + Send;
    /// All sessions.
    fn sessions(&self) -> impl Future<Output = Result<Self::Sessions, LogError>> + Send;
}

/// The runs' output.
pub trait Outputs: Clone + fmt::Debug + Send + Sync + 'static {
    /// See [`Tail`].
    type Output: Tail<OutputChunk>;

    /// Appends a chunk. `Ok` means stored; a full stream drops its oldest.
    fn put_output(
        &self,
        chunk: &OutputChunk,
    ) -> impl Future<Output = Result<(), AppendError>> + Send;
    /// The output of a run from its beginning, of one attempt or of all; goes on with what is still to come.
    fn output(
        &self,
        run: &RunKey,
        attempt: Option<Attempt>,
    ) -> impl Future<Output = Result<Self::Output, LogError>> + Send;
}

/// Request/reply: the service `weir`, endpoints `weir.api.v1.<noun>.<verb>`, by the NATS micro convention (ADR-32).
pub trait Api: Clone + fmt::Debug + Send + Sync + 'static {
    /// See [`Service`].
    type Service: Service;

    /// Serves these endpoints (`<noun>.<verb>`) until the service is dropped. Several may serve; one of them answers.
    fn serve(
        &self,
        endpoints: BTreeSet<String>,
    ) -> impl Future<Output = Result<Self::Service, LogError>> + Send;
    /// Asks. [`LogError::NoResponders`] when nobody serves.
    fn call(
        &self,
        endpoint: &str,
        payload: Bytes,
        wait: Duration,
    ) -> impl Future<Output = Result<Result<Bytes, ApiFault>, LogError>> + Send;
}

/// A served API.
pub trait Service: Send + 'static {
    /// To answer with.
    type Reply: Reply;
    /// The next request; `None` when the connection is gone for good. Cancel safe.
    fn next(&mut self) -> impl Future<Output = Option<ApiRequest<Self::Reply>>> + Send;
}

/// The answer to one API request.
pub trait Reply: Send + 'static {
    /// Answers. Nobody may be waiting any more; that is no error.
    fn answer(self, answer: Result<Bytes, ApiFault>) -> impl Future<Output = ()> + Send;
}

/// An API request that was refused: the micro convention's error code and description.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiFault {
    /// As HTTP uses it: 400 for a bad request, 404 for something that does not exist, 503 for not yet.
    pub code: usize,
    /// What is wrong and what to do.
    pub message: String,
}

//! One program's line to the broker: latency, lost acknowledgements, late arrivals, cuts, readers that stand still and
//! replicas that lag. All draws come from the program's own seeded source.

mod leases;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::FutureExt as _;
use weir_core::{
    cell::CellRecord,
    event::Record,
    ids::{Attempt, QueueKey, QueueStream, RunId, RunKey, Seq},
    time::Timestamp,
};
use weir_log::{
    Append, AppendError, Appended, CellAppend, LogError, OutputChunk, Usage,
    memory::{MemoryLive, MemoryService, MemoryTail},
    traits::{Api, ApiFault, CellLog, Outputs, QueueLog},
};
use weir_runtime::Clock;

use super::{
    net::{Answer, CELL, LEASE, Net, Packet},
    reader::{WireClaims, WireTail},
};

/// How long a program waits for an acknowledgement.
const PATIENCE: Duration = Duration::from_secs(5);

/// How bad the line is at the moment.
#[derive(Clone, Debug)]
pub(super) struct Weather {
    /// Draws everything about this line.
    pub(super) random: fastrand::Rng,
    /// The most that one way takes.
    pub(super) latency: Duration,
    /// Of 1,000 appends, so many are answered with 10164.
    pub(super) busy: u32,
    /// Of 1,000 appends, so many are never acknowledged.
    pub(super) lost: u32,
    /// Of 1,000 reads, so many are answered by a replica that lags.
    pub(super) lags: u32,
    /// Nothing goes through until then.
    pub(super) cut_until: Timestamp,
    /// Readers of these streams stand still until then.
    pub(super) stalls: BTreeMap<String, Timestamp>,
}

/// What becomes of an append.
enum Fate {
    Arrives,
    Busy,
    /// No acknowledgement: never stored, stored at once, or stored so much later.
    Silent(Option<Duration>),
}

impl Weather {
    pub(super) fn fair(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            latency: Duration::ZERO,
            busy: 0,
            lost: 0,
            lags: 0,
            cut_until: Timestamp::MIN,
            stalls: BTreeMap::new(),
        }
    }

    /// From now on all is well.
    pub(super) fn clear(&mut self) {
        (self.busy, self.lost, self.lags, self.cut_until) = (0, 0, 0, Timestamp::MIN);
        self.stalls.clear();
    }

    fn leg(&mut self) -> Duration {
        let most = u64::try_from(self.latency.as_micros()).unwrap_or(u64::MAX);
        if most == 0 {
            Duration::ZERO
        } else {
            Duration::from_micros(self.random.u64(0..=most))
        }
    }

    fn one_of_thousand(&mut self, n: u32) -> bool {
        n > 0 && self.random.u32(0..1_000) < n
    }

    fn fate(&mut self, now: Timestamp) -> Fate {
        if now < self.cut_until {
            return Fate::Silent(self.late());
        }
        if self.one_of_thousand(self.busy) {
            return Fate::Busy;
        }
        if self.one_of_thousand(self.lost) {
            return Fate::Silent(self.late());
        }
        Fate::Arrives
    }

    fn late(&mut self) -> Option<Duration> {
        match self.random.u32(0..3) {
            0 => None,
            1 => Some(Duration::ZERO),
            _ => Some(Duration::from_millis(self.random.u64(50..15_000))),
        }
    }
}

/// A program's log. Clones share the line.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    pub(super) net: Net,
    pub(super) clock: Clock,
    weather: Arc<Mutex<Weather>>,
}

impl Wire {
    pub(super) fn new(net: Net, clock: Clock, weather: Arc<Mutex<Weather>>) -> Self {
        Self {
            net,
            clock,
            weather,
        }
    }
    pub(super) fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One way over the line.
    pub(super) async fn leg(&self) {
        let span = self.weather().leg();
        if !span.is_zero() {
            self.clock.sleep(span).await;
        }
    }

    /// How long a reader of this stream stands still yet.
    pub(super) fn stalled(&self, stream: &str) -> Option<Duration> {
        let now = self.net.now();
        let weather = self.weather();
        let until = weather
            .stalls
            .get(stream)
            .copied()
            .unwrap_or(Timestamp::MIN)
            .max(weather.cut_until);
        (until > now).then(|| until.since(now).max(Duration::from_millis(1)))
    }

    async fn send(&self, packet: Packet) -> Answer {
        self.leg().await;
        let fate = self.weather().fate(self.net.now());
        match fate {
            Fate::Arrives => {
                let answer = self.net.deliver(&packet);
                self.leg().await;
                answer
            }
            Fate::Busy => Err(AppendError::Busy {
                detail: "10164 by a fault".to_owned(),
            }),
            Fate::Silent(late) => {
                let words = packet.words();
                self.net.state().say(format_args!(
                    "an append gets no answer: {words}, stored {late:?}"
                ));
                match late {
                    None => {}
                    // What became of it is what its author does not learn.
                    Some(Duration::ZERO) => drop(self.net.deliver(&packet)),
                    Some(late) => self.net.deliver_after(late, packet),
                }
                self.clock.sleep(PATIENCE).await;
                Err(AppendError::Unacknowledged { waited: PATIENCE })
            }
        }
    }

    /// A question to the broker.
    async fn ask<T>(
        &self,
        answer: impl Future<Output = Result<T, LogError>>,
    ) -> Result<T, LogError> {
        self.leg().await;
        let cut = self.weather().cut_until > self.net.now();
        if cut {
            self.clock.sleep(PATIENCE).await;
            return Err(LogError::Unavailable {
                detail: "the line is cut".to_owned(),
            });
        }
        let answer = answer
            .now_or_never()
            .expect("the log in memory answers at once");
        self.leg().await;
        answer
    }

    fn lags(&self) -> bool {
        let mut weather = self.weather();
        let lags = weather.lags;
        weather.one_of_thousand(lags)
    }
}

impl QueueLog for Wire {
    type Records = WireTail<Record>;
    type Claims = WireClaims;
    type Live = MemoryLive;

    async fn create_queue(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        self.ask(async { self.net.create_queue(queue, bytes_max) })
            .await
    }
    async fn shut_queue(&self, queue: &QueueStream) -> Result<(), LogError> {
        self.ask(self.net.memory().shut_queue(queue)).await
    }
    async fn seal_queue(&self, queue: &QueueStream) -> Result<(), LogError> {
        self.ask(self.net.memory().seal_queue(queue)).await
    }
    async fn resize_queue(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        self.ask(self.net.memory().resize_queue(queue, bytes_max))
            .await
    }
    async fn usage(&self, queue: &QueueStream) -> Result<Usage, LogError> {
        self.ask(self.net.memory().usage(queue)).await
    }
    async fn queue_streams(&self) -> Result<Vec<QueueStream>, LogError> {
        self.ask(self.net.memory().queue_streams()).await
    }
    async fn append(&self, queue: &QueueStream, append: Append) -> Result<Appended, AppendError> {
        self.send(Packet::Queue(queue.clone(), append))
            .await
            .map(|(appended, _)| appended)
    }
    async fn tail(&self, queue: &QueueStream, after: Seq) -> Result<WireTail<Record>, LogError> {
        let tail = self.ask(self.net.memory().tail(queue, after)).await?;
        Ok(WireTail::new(
            self.clone(),
            tail,
            &queue.stream_name(),
            &queue.stream_name(),
        ))
    }
    async fn orders(&self, queue: &QueueStream) -> Result<WireTail<Record>, LogError> {
        let tail = self.ask(self.net.memory().orders(queue)).await?;
        let name = format!("orders of {}", queue.stream_name());
        Ok(WireTail::new(
            self.clone(),
            tail,
            &queue.stream_name(),
            &name,
        ))
    }
    async fn claims(&self, queue: &QueueStream) -> Result<WireClaims, LogError> {
        let list = self.ask(self.net.memory().claims(queue)).await?;
        Ok(WireClaims::new(self.clone(), list, queue.stream_name()))
    }
    async fn record(&self, queue: &QueueStream, seq: Seq) -> Result<Option<Record>, LogError> {
        let record = self.ask(self.net.memory().record(queue, seq)).await?;
        Ok(record.filter(|_| !self.lags()))
    }
    async fn first_report(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
        after: Seq,
    ) -> Result<Option<Record>, LogError> {
        let record = self
            .ask(self.net.memory().first_report(queue, run_id, after))
            .await?;
        Ok(record.filter(|_| !self.lags()))
    }
    async fn last_claim(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> Result<Option<Record>, LogError> {
        if !self.lags() {
            return self.ask(self.net.memory().last_claim(queue, run_id)).await;
        }
        let records = self
            .ask(self.net.memory().run_records(queue, run_id))
            .await?;
        let mut claims: Vec<Record> = records
            .into_iter()
            .filter(|record| matches!(record.body, weir_core::event::Body::Claim { .. }))
            .collect();
        claims.pop();
        Ok(claims.pop())
    }
    async fn run_records(
        &self,
        queue: &QueueStream,
        run_id: &RunId,
    ) -> Result<Vec<Record>, LogError> {
        self.ask(self.net.memory().run_records(queue, run_id)).await
    }
    async fn live(&self, queue: &QueueKey, run_id: Option<&RunId>) -> Result<MemoryLive, LogError> {
        self.ask(self.net.memory().live(queue, run_id)).await
    }
}

impl CellLog for Wire {
    type CellRecords = WireTail<CellRecord>;

    async fn create_cell(&self) -> Result<(), LogError> {
        self.ask(self.net.memory().create_cell()).await
    }
    async fn append_cell(&self, append: CellAppend) -> Result<Appended, AppendError> {
        self.send(Packet::Cell(append))
            .await
            .map(|(appended, _)| appended)
    }
    async fn tail_cell(&self, after: Seq) -> Result<WireTail<CellRecord>, LogError> {
        let tail = self.ask(self.net.memory().tail_cell(after)).await?;
        Ok(WireTail::new(self.clone(), tail, CELL, CELL))
    }
    async fn cell_record(&self, seq: Seq) -> Result<Option<CellRecord>, LogError> {
        let record = self.ask(self.net.memory().cell_record(seq)).await?;
        Ok(record.filter(|_| !self.lags()))
    }
}

impl Outputs for Wire {
    type Output = MemoryTail<OutputChunk>;

    async fn put_output(&self, chunk: &OutputChunk) -> Result<(), AppendError> {
        self.net.memory().put_output(chunk).await
    }
    async fn output(
        &self,
        run: &RunKey,
        attempt: Option<Attempt>,
    ) -> Result<MemoryTail<OutputChunk>, LogError> {
        self.ask(self.net.memory().output(run, attempt)).await
    }
}

impl Api for Wire {
    type Service = MemoryService;

    async fn serve(&self, endpoints: BTreeSet<String>) -> Result<MemoryService, LogError> {
        self.ask(self.net.memory().serve(endpoints)).await
    }
    async fn call(
        &self,
        endpoint: &str,
        payload: Bytes,
        wait: Duration,
    ) -> Result<Result<Bytes, ApiFault>, LogError> {
        self.net.memory().call(endpoint, payload, wait).await
    }
}

//! The leases and the sessions, over the faulty wire.

use std::time::Duration;

use weir_core::{
    ids::{PoolName, QueueStream, Seq, WorkerName},
    session::{LeaseRecord, ObserverRecord, Session, SessionRecord, TracedRecord, TracerRecord},
    time::Timestamp,
};
use weir_log::{AppendError, Leases, LogError};

use super::{LEASE, Packet, Wire, WireTail};

impl Leases for Wire {
    type Sessions = WireTail<SessionRecord>;

    async fn put_lease(
        &self,
        lease: &LeaseRecord,
        ttl: Duration,
        last: Seq,
    ) -> Result<(Seq, Timestamp), AppendError> {
        let answer = self.send(Packet::Lease(lease.clone(), ttl, last)).await;
        answer.map(|(appended, at)| (appended.seq, at))
    }
    async fn lease(&self) -> Result<Option<(Seq, Timestamp, LeaseRecord)>, LogError> {
        self.ask(self.net.memory().lease()).await
    }
    async fn drop_lease(&self, last: Seq) -> Result<(), LogError> {
        self.ask(self.net.memory().drop_lease(last)).await
    }
    /// Only Kubernetes workers have observers, and there are none in a simulation.
    async fn put_observer(
        &self,
        pool: &PoolName,
        observer: &ObserverRecord,
        ttl: Duration,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        self.net
            .memory()
            .put_observer(pool, observer, ttl, last)
            .await
    }
    async fn observer(&self, pool: &PoolName) -> Result<Option<(Seq, ObserverRecord)>, LogError> {
        self.ask(self.net.memory().observer(pool)).await
    }
    async fn drop_observer(&self, pool: &PoolName, last: Seq) -> Result<(), LogError> {
        self.ask(self.net.memory().drop_observer(pool, last)).await
    }
    /// The traces are no part of a simulation: they decide nothing.
    async fn put_tracer(
        &self,
        tracer: &TracerRecord,
        ttl: Duration,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        self.net.memory().put_tracer(tracer, ttl, last).await
    }
    async fn tracer(&self) -> Result<Option<(Seq, TracerRecord)>, LogError> {
        self.ask(self.net.memory().tracer()).await
    }
    async fn drop_tracer(&self, last: Seq) -> Result<(), LogError> {
        self.ask(self.net.memory().drop_tracer(last)).await
    }
    async fn put_traced(
        &self,
        queue: &QueueStream,
        traced: TracedRecord,
        last: Seq,
    ) -> Result<Seq, AppendError> {
        self.net.memory().put_traced(queue, traced, last).await
    }
    async fn traced(&self, queue: &QueueStream) -> Result<Option<(Seq, TracedRecord)>, LogError> {
        self.ask(self.net.memory().traced(queue)).await
    }
    async fn put_session(&self, session: &Session, last: Seq) -> Result<Seq, AppendError> {
        let answer = self
            .send(Packet::Session(Box::new(session.clone()), last))
            .await;
        answer.map(|(appended, _)| appended.seq)
    }
    async fn session(
        &self,
        pool: &PoolName,
        worker: &WorkerName,
    ) -> Result<Option<SessionRecord>, LogError> {
        self.ask(self.net.memory().session(pool, worker)).await
    }
    async fn sessions(&self) -> Result<WireTail<SessionRecord>, LogError> {
        let tail = self.ask(self.net.memory().sessions()).await?;
        Ok(WireTail::new(self.clone(), tail, LEASE, LEASE))
    }
}

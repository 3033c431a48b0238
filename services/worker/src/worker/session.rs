//! The worker's session: its heartbeat and its lease in one record, renewed by compare-and-set.
//!
//! A renewal counts from the moment when it was *sent*, and only once it is acknowledged. When a whole lease has passed
//! without one the session is over for good, whatever the broker's record says: the leader may have given its attempts
//! to others. Then another session begins, under another id.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use weir_core::{
    cell::PoolType,
    ids::{Seq, SessionId},
    session::{Session, SessionRecord},
    time::Timestamp,
};
use weir_log::{AppendError, Leases, LogError};
use weir_runtime::{Backoff, Clock};

use super::{
    WorkerError,
    lease::{Live, deadlines},
    measure::{Measures, measured},
};
use crate::{config::WorkerConfig, executor::LeaseDeadlines};

/// How often the record of an earlier session is looked at while it may still be alive.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How long the last record of an ending session may take.
const FAREWELL: Duration = Duration::from_secs(3);

/// The task that owns the session.
#[derive(Debug)]
pub(super) struct Keeping<L> {
    pub(super) log: L,
    pub(super) clock: Clock,
    pub(super) config: WorkerConfig,
    pub(super) kind: PoolType,
    pub(super) measures: Measures,
    pub(super) room: Arc<Semaphore>,
    /// What the others see; `None` while there is no session.
    pub(super) view: watch::Sender<Option<Arc<Live>>>,
    /// Shown in the record at once.
    pub(super) draining: CancellationToken,
    /// The session ends in order.
    pub(super) end: CancellationToken,
}

/// What one session knows of itself.
struct Held {
    id: SessionId,
    started_at: Timestamp,
    last: Seq,
    /// When the last acknowledged renewal was sent, by `CLOCK_BOOTTIME`.
    sent: Duration,
    deadlines: watch::Sender<LeaseDeadlines>,
}

/// The last record of one's own session, as it stands.
enum Own {
    At(Seq),
    Closed,
    Unread,
}

enum Over {
    Ended,
    Lost,
}

impl<L: Leases> Keeping<L> {
    /// Keeps a session until `end`, beginning another one whenever one is lost.
    pub(super) async fn run(self) -> Result<(), WorkerError> {
        let mut own = Vec::new();
        loop {
            let begun = tokio::select! {
                biased;
                begun = self.begin(&own) => begun?,
                () = self.end.cancelled() => return Ok(()),
            };
            own.push(begun.id.clone());
            if own.len() > 16 {
                own.remove(0); // the record holds the last one anyway
            }
            tracing::info!(weir.session = %begun.id, weir.pool = %self.config.pool, "session begun");
            self.view.send_replace(Some(Arc::new(Live {
                id: begun.id.clone(),
                deadlines: begun.deadlines.subscribe(),
                clock: self.clock.clone(),
            })));
            self.measures.session.add(1);
            let over = self.keep(begun).await;
            self.measures.session.subtract(1);
            self.view.send_replace(None);
            match over? {
                Over::Ended => return Ok(()),
                Over::Lost => self.measures.sessions_lost.increment(),
            }
        }
    }

    /// Writes the first record of a new session, once no other worker of this name is alive.
    async fn begin(&self, own: &[SessionId]) -> Result<Held, WorkerError> {
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
        let mut rival: Option<(SessionRecord, Duration)> = None;
        let (id, started_at) = (new_id(&self.clock), self.clock.now());
        loop {
            let last = match self.log.session(&self.config.pool, &self.config.name).await {
                Ok(None) => Seq(0),
                Ok(Some(record)) => {
                    if !self.is_over(&record, own, &mut rival)? {
                        self.clock.sleep(LOOK_AGAIN).await;
                        continue;
                    }
                    record.seq
                }
                Err(error) => {
                    self.note_trouble(&error);
                    self.clock.sleep(backoff.next_delay()).await;
                    continue;
                }
            };
            let sent = self.clock.boottime();
            let record = self.record(&id, started_at, false);
            let put = Box::pin(self.log.put_session(&record, last));
            let put = measured(&self.measures.renewals, &self.clock, put);
            match self.clock.timeout(self.config.lease() / 2, put).await {
                Ok(Ok(last)) => {
                    let (deadlines, _) = watch::channel(deadlines(sent, self.config.lease()));
                    return Ok(Held {
                        id,
                        started_at,
                        last,
                        sent,
                        deadlines,
                    });
                }
                Ok(Err(AppendError::Fenced { .. })) => {} // read again who it was; perhaps this very record
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the worker's session cannot be written");
                    self.clock.sleep(backoff.next_delay()).await;
                }
                Err(_elapsed) => {}
            }
        }
    }

    /// Whether the session of this record is over. Its lease is waited out if it cannot be told otherwise; if it is
    /// renewed meanwhile, the name is taken.
    fn is_over(
        &self,
        record: &SessionRecord,
        own: &[SessionId],
        rival: &mut Option<(SessionRecord, Duration)>,
    ) -> Result<bool, WorkerError> {
        let Session {
            session,
            lease,
            ended,
            ..
        } = &record.session;
        if *ended || own.contains(session) || self.clock.now() >= record.at.after(*lease) {
            return Ok(true);
        }
        match rival {
            Some((seen, since)) if seen.session.session == *session => {
                if seen.seq != record.seq {
                    return Err(WorkerError::NameTaken {
                        name: self.config.name.clone(),
                        session: session.clone(),
                        lease: *lease,
                    });
                }
                Ok(self.clock.boottime().saturating_sub(*since) >= *lease)
            }
            Some(_) | None => {
                tracing::info!(
                    weir.session = %session, ?lease,
                    "a worker of this name was here within its lease; waiting to see whether it still is"
                );
                *rival = Some((record.clone(), self.clock.boottime()));
                Ok(false)
            }
        }
    }

    async fn keep(&self, mut held: Held) -> Result<Over, WorkerError> {
        let lease = self.config.lease();
        let mut backoff = Backoff::new(Duration::from_millis(20), lease / 8);
        let mut wait = self.config.renewal_interval();
        let mut draining = self.draining.is_cancelled();
        loop {
            tokio::select! {
                biased;
                () = self.clock.sleep(wait) => {}
                () = self.draining.cancelled(), if !draining => draining = true,
                () = self.end.cancelled() => {
                    self.say_farewell(&held).await;
                    return Ok(Over::Ended);
                }
            }
            let sent = self.clock.boottime();
            if sent >= held.sent + lease {
                tracing::warn!(
                    weir.session = %held.id, unacknowledged = ?sent.saturating_sub(held.sent),
                    "the session could not be renewed within its lease and is over; another one begins"
                );
                return Ok(Over::Lost);
            }
            let record = self.record(&held.id, held.started_at, false);
            let put = Box::pin(self.log.put_session(&record, held.last));
            let put = measured(&self.measures.renewals, &self.clock, put);
            match self.clock.timeout(lease / 3, put).await {
                Ok(Ok(last)) => {
                    held.last = last;
                    held.sent = sent;
                    held.deadlines.send_replace(deadlines(sent, lease));
                    backoff.reset();
                    wait = self.config.renewal_interval();
                }
                Ok(Err(AppendError::Fenced { .. })) => {
                    match self.own_last(&held).await? {
                        Own::At(last) => held.last = last,
                        Own::Unread => {}
                        Own::Closed => {
                            tracing::warn!(
                                weir.session = %held.id,
                                "the scheduler has closed the session, which was not renewed in time; another one begins"
                            );
                            return Ok(Over::Lost);
                        }
                    }
                    wait = backoff.next_delay();
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the worker's session was not renewed; trying again");
                    wait = backoff.next_delay();
                }
                Err(_elapsed) => wait = backoff.next_delay(),
            }
        }
    }

    /// After a refused renewal: an earlier one of ours that was stored unseen, the leader's word that the session is
    /// over, or somebody else under our name.
    async fn own_last(&self, held: &Held) -> Result<Own, WorkerError> {
        match self.log.session(&self.config.pool, &self.config.name).await {
            Ok(Some(record)) if record.session.session != held.id => Err(WorkerError::NameLost {
                name: self.config.name.clone(),
                session: record.session.session,
            }),
            Ok(Some(record)) if record.session.ended => Ok(Own::Closed),
            Ok(Some(record)) => Ok(Own::At(record.seq)),
            Ok(None) => Ok(Own::At(Seq(0))),
            Err(error) => {
                self.note_trouble(&error);
                Ok(Own::Unread)
            }
        }
    }

    async fn say_farewell(&self, held: &Held) {
        let record = self.record(&held.id, held.started_at, true);
        let said = self
            .clock
            .timeout(FAREWELL, self.log.put_session(&record, held.last))
            .await;
        match said {
            Ok(Ok(_)) => tracing::info!(weir.session = %held.id, "session ended"),
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(weir.session = %held.id, "the end of the session could not be told; its lease will run out");
            }
        }
    }

    fn record(&self, id: &SessionId, started_at: Timestamp, ended: bool) -> Session {
        let capacity = self.config.settings.limit.get();
        let free = u32::try_from(self.room.available_permits()).unwrap_or(capacity);
        Session {
            worker: self.config.name.clone(),
            session: id.clone(),
            pool: self.config.pool.clone(),
            queues: self.config.queues.clone(),
            kind: self.kind.as_str().to_owned(),
            capacity,
            in_use: capacity.saturating_sub(free),
            lease: self.config.lease(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at,
            draining: ended || self.draining.is_cancelled(),
            ended,
        }
    }

    fn note_trouble(&self, error: &LogError) {
        tracing::warn!(weir.pool = %self.config.pool, %error, "the worker's session cannot be read; trying again");
    }
}

/// 128 random bits: the ids of this worker's messages begin with it, so that nobody can guess and squat them.
fn new_id(clock: &Clock) -> SessionId {
    let bits = clock
        .random_bits()
        .expect("the operating system has randomness");
    let text = format!("{bits:032x}");
    text.parse()
        .expect("32 hexadecimal digits are a legal session id")
}

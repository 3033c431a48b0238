//! Follows the attempts of a pool in its cluster, from `Submitted` until nothing of them is left.
//!
//! ```text
//! the queues' logs ──► folded here ──► standing ─┐
//! Jobs and pods, listed and watched ──► seen ────┼──► decide ──► reports (fenced by the claim)
//! what was done already ─────────────► doing ────┘          └──► calls (tied to a uid)
//! ```
//! Every worker of the pool folds the logs, so that each knows when its own attempts are over and can take over at once.
//! The one that holds the pool's lease looks at the cluster, reports and acts. All of it is level-triggered: a worker that
//! begins to observe needs nothing of the one before it. It reports in the name of the session that took the attempt, and
//! numbers on from the last report that counted: of two that overlap, the log takes the first.

mod act;
mod decide;
mod doing;
mod fold;
mod follow;
mod held;
mod lease;
mod look;
mod output;
mod round;
mod scene;
mod standing;
mod stop;
mod tell;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{Semaphore, mpsc, oneshot, watch},
    task::JoinSet,
};
use weir_core::{
    ids::{QueueStream, SessionId},
    kubernetes::identity,
    session::ObserverRecord,
    state::QueueState,
};
use weir_log::Log;
use weir_runtime::{Clock, lease::keep, metrics::Gauge};

pub(crate) use self::scene::Key;
use self::{doing::Doing, fold::Folded, follow::Sight, lease::Lease, scene::Seen};
use super::{
    connect::Cluster,
    executor::Known,
    measure::Hearing,
    reading::{JobSeen, PodSeen},
};
use crate::{executor::Serving, metrics};

/// Sights that may wait. A watch that has to wait for us is closed by the server and opened again.
const SIGHTS_MAX: usize = 4_096;
/// Batches of records that may wait.
const RECORDS_MAX: usize = 256;
/// How many pods' logs are followed at once, each over a connection of its own. The logs of others are read at their end.
const STREAMS_MAX: usize = 1_000;
/// How many sights, records and answers are worked in before what they ask for is done.
const BATCH_MAX: usize = 1_024;

/// Somebody who waits for an attempt to be over.
#[derive(Debug)]
pub(crate) struct Attendance {
    pub(crate) key: Key,
    pub(crate) over: oneshot::Sender<()>,
}

/// What an attempt's tasks have to say.
#[derive(Debug)]
enum Done {
    Told(Key, tell::Told),
    Called(Key, act::Called),
    Output(Key, String),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Observer<L> {
    cluster: Cluster,
    log: L,
    clock: Clock,
    serving: Serving,
    known: watch::Sender<Known>,
    queues: BTreeMap<QueueStream, QueueState>,
    /// Queues whose log has been read up to its end once.
    caught_up: BTreeSet<QueueStream>,
    waiting: BTreeMap<Key, Vec<oneshot::Sender<()>>>,
    /// Which cluster it is, once that is known.
    uid: Option<String>,
    /// This observer's voice; begins the ids of its messages.
    id: SessionId,
    told: u64,
    scene: BTreeMap<Key, (Seen, Doing)>,
    dirty: BTreeSet<Key>,
    timers: BTreeSet<(Duration, Key)>,
    tasks: JoinSet<Done>,
    streams: Arc<Semaphore>,
    /// Until when this worker holds the lease, by the monotonic clock.
    held: watch::Receiver<Option<Duration>>,
    /// This worker is the one that observes.
    observing: bool,
    /// Namespaces whose Jobs have been listed since this worker observes.
    listed: BTreeSet<String>,
    /// Jobs of this installation that the log does not know.
    strangers: BTreeSet<(String, String)>,
    hearing: Hearing,
    observes: Gauge,
    followed: Gauge,
}

/// One thing that has come in.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and the large ones are the many"
)]
enum Event {
    Folded(Folded),
    Sight(Sight),
    Done(Done),
    Attendance(Attendance),
    Served,
    Time,
}

impl<L: Log> Observer<L> {
    pub(super) fn new(
        cluster: Cluster,
        log: L,
        clock: Clock,
        serving: Serving,
        known: watch::Sender<Known>,
    ) -> Self {
        let (meter, pool) = (&cluster.meter, serving.pool.as_str());
        let hearing = Hearing::show(meter, pool, &clock);
        let observes = meter.family(&metrics::OBSERVES).with(&[pool]);
        let followed = meter.family(&metrics::FOLLOWED).with(&[pool]);
        let bits = clock.random_bits().unwrap_or_default();
        let id = format!("{bits:032x}");
        Self {
            cluster,
            log,
            clock,
            serving,
            known,
            queues: BTreeMap::new(),
            caught_up: BTreeSet::new(),
            waiting: BTreeMap::new(),
            uid: None,
            id: id
                .parse()
                .expect("hexadecimal digits are a legal session id"),
            told: 0,
            scene: BTreeMap::new(),
            dirty: BTreeSet::new(),
            timers: BTreeSet::new(),
            tasks: JoinSet::new(),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            held: watch::channel(None).1,
            observing: false,
            listed: BTreeSet::new(),
            strangers: BTreeSet::new(),
            hearing,
            observes,
            followed,
        }
    }

    /// Observes for as long as it is polled.
    pub(super) async fn run(
        mut self,
        uid: impl Future<Output = String>,
        mut attended: mpsc::UnboundedReceiver<Attendance>,
    ) {
        let own = ObserverRecord {
            worker: self.serving.worker.clone(),
            session: self.id.clone(),
        };
        let pool = self.serving.pool.clone();
        let mut leases = JoinSet::new();
        let (until, mut held) = watch::channel(None);
        self.held = held.clone();
        let lease = Lease {
            log: self.log.clone(),
            pool,
            own,
        };
        let mut lease = Some((lease, until));
        let (records, mut folded) = mpsc::channel(RECORDS_MAX);
        let (sights, mut seen) = mpsc::channel(SIGHTS_MAX);
        let mut tails = fold::Tails::new(self.log.clone(), self.clock.clone(), records);
        let mut followers: BTreeMap<String, JoinSet<()>> = BTreeMap::new();
        let mut served = self.serving.served.clone();
        served.mark_changed();
        let stop = self.serving.stop.clone();
        let mut uid = std::pin::pin!(uid);
        loop {
            let next = self.timers.first().map(|(at, _)| *at);
            let wake = sleep_until(&self.clock, next.filter(|_| self.observing));
            let event = tokio::select! {
                biased;
                Some(attendance) = attended.recv() => Some(Event::Attendance(attendance)),
                Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => done.ok().map(Event::Done),
                Some(folded) = folded.recv() => Some(Event::Folded(folded)),
                Ok(()) = served.changed() => Some(Event::Served),
                // Nobody observes who does not know what.
                found = &mut uid, if self.uid.is_none() => {
                    self.uid = Some(found);
                    if let Some((lease, until)) = lease.take() {
                        leases.spawn(keep(lease, self.clock.clone(), until, stop.clone()));
                    }
                    None
                }
                Ok(()) = held.changed() => None,
                Some(sight) = seen.recv() => Some(Event::Sight(sight)),
                () = wake => Some(Event::Time),
            };
            if let Some(event) = event {
                self.take(event, &mut tails);
            }
            for _ in 0..BATCH_MAX {
                let more = (folded.try_recv().ok().map(Event::Folded))
                    .or_else(|| seen.try_recv().ok().map(Event::Sight))
                    .or_else(|| self.tasks.try_join_next()?.ok().map(Event::Done));
                match more {
                    Some(event) => self.take(event, &mut tails),
                    None => break,
                }
            }
            let until = *held.borrow_and_update();
            let holds = until.is_some_and(|until| self.clock.monotonic() < until);
            let ready = self.observing || self.has_caught_up();
            let observes = holds && ready && !stop.is_cancelled();
            if observes != self.observing {
                self.turn(observes, &mut followers);
            }
            if self.observing {
                self.follow(&mut followers, &sights);
                self.look_after();
            }
        }
    }

    /// Every queue's log has been read up to its end once: nothing is judged by half a log.
    fn has_caught_up(&self) -> bool {
        let served = self.serving.served.borrow();
        let known = served.installation.is_some();
        known
            && served
                .pool_queues
                .iter()
                .all(|queue| self.caught_up.contains(queue))
    }

    /// Begins or ends to observe.
    fn turn(&mut self, observing: bool, followers: &mut BTreeMap<String, JoinSet<()>>) {
        followers.clear();
        self.observing = observing;
        self.observes.set_flag(observing);
        self.followed.set(0);
        self.tasks = JoinSet::new();
        self.scene.clear();
        self.timers.clear();
        self.dirty.clear();
        self.strangers.clear();
        self.listed.clear();
        self.streams = Arc::new(Semaphore::new(STREAMS_MAX));
        if !observing {
            tracing::info!(weir.pool = %self.serving.pool, "another worker follows the pool's Jobs now, or none");
            return;
        }
        tracing::info!(weir.pool = %self.serving.pool, cluster = self.cluster.url(), "following the pool's Jobs");
        let held: Vec<Key> = self
            .queues
            .iter()
            .flat_map(|(stream, queue)| fold::followed(stream, queue))
            .collect();
        for key in held {
            self.touch(key.clone());
            if let Some((_, doing)) = self.scene.get_mut(&key) {
                doing.inherited = true;
                doing.unlisted = true;
            }
        }
    }

    /// Follows the namespaces in which Jobs may be.
    fn follow(&self, followers: &mut BTreeMap<String, JoinSet<()>>, sights: &mpsc::Sender<Sight>) {
        let Some(installation) = self.serving.served.borrow().installation.clone() else {
            return;
        };
        let namespaces = self.known.borrow().namespaces.clone();
        for namespace in namespaces {
            if followers.contains_key(&namespace) {
                continue;
            }
            let selector = identity::selector(&installation, Some(&self.serving.pool));
            let mut both = JoinSet::new();
            both.spawn(follow::follow::<JobSeen>(
                self.cluster.clone(),
                namespace.clone(),
                selector.clone(),
                sights.clone(),
                self.hearing.ear(self.clock.monotonic()),
            ));
            both.spawn(follow::follow::<PodSeen>(
                self.cluster.clone(),
                namespace.clone(),
                selector,
                sights.clone(),
                self.hearing.ear(self.clock.monotonic()),
            ));
            followers.insert(namespace, both);
        }
    }

    fn take(&mut self, event: Event, tails: &mut fold::Tails<L>) {
        match event {
            Event::Attendance(Attendance { key, over }) => {
                self.waiting.entry(key.clone()).or_default().push(over);
                self.release(&key);
            }
            Event::Folded(folded) => self.on_folded(folded),
            Event::Served => self.on_served(tails),
            Event::Sight(sight) => self.on_sight(sight),
            Event::Done(done) => self.on_done(done),
            Event::Time => {}
        }
    }

    /// It is to be looked after.
    fn touch(&mut self, key: Key) -> &mut Seen {
        let now = self.clock.monotonic();
        self.dirty.insert(key.clone());
        let entry = self.scene.entry(key);
        &mut entry
            .or_insert_with(|| (Seen::default(), Doing::since(now)))
            .0
    }
}

async fn sleep_until(clock: &Clock, at: Option<Duration>) {
    match at {
        Some(at) => clock.sleep_until_monotonic(at).await,
        None => std::future::pending().await,
    }
}

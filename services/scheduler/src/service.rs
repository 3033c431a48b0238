//! The scheduler's one task: it reads, folds, decides and hands out work, in this order and at its own pace.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use weir_core::{
    ids::{Epoch, QueueStream, SchedulerName, Seq, SessionId},
    plan::Lines,
    state::State,
    time::Timestamp,
    wait::{LogName, Place},
};
use weir_log::{
    Api, ApiRequest, Log, LogError,
    traits::{Reply as _, Service},
};
use weir_runtime::{BrokerClock, Clock, Meter};

use crate::{
    answer,
    config::SchedulerConfig,
    decide::Moment,
    follow::{Followed, Followers, Tap},
    impediment::Health,
    leader::Leader,
    lease::{Change, Lease},
    measure::Measures,
    status::Status,
    work::{Done, Work},
};

/// How long a standby waits for the leader's answer to a question that it passes on.
const LEADER_ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// Why a scheduler cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The streams of the cell cannot be made.
    #[error("cannot make the streams of the cell")]
    Cell(#[source] LogError),
    /// The control API cannot be served.
    #[error("cannot serve the control API")]
    Api(#[source] LogError),
    /// The broker's client has given up.
    #[error("the connection to the broker is gone for good")]
    Disconnected,
    /// No random bits for message ids.
    #[error("the system gives no random bits: {0}")]
    Random(String),
}

/// A scheduler: leads, or stands by.
#[derive(Debug)]
pub struct Scheduler<L: Log> {
    pub(crate) log: L,
    pub(crate) name: SchedulerName,
    config: SchedulerConfig,
    pub(crate) clock: Clock,
    pub(crate) state: State,
    pub(crate) health: Health,
    pub(crate) broker: Option<BrokerClock>,
    /// The latest point in time that the logs know: a clock of ours never stands before it.
    pub(crate) floor: Timestamp,
    pub(crate) leader: Option<Leader>,
    /// The last record that was folded.
    pub(crate) place: Place,
    pub(crate) lease: Lease,
    pub(crate) followers: Followers<L>,
    tap: Tap,
    brought: mpsc::Receiver<Followed>,
    pub(crate) following: BTreeSet<QueueStream>,
    pub(crate) caught_up: BTreeSet<QueueStream>,
    pub(crate) cell_caught_up: bool,
    pub(crate) sessions_caught_up: bool,
    pub(crate) failures: BTreeMap<&'static str, String>,
    /// Work on its way, with the leadership under which it was begun.
    doing: JoinSet<(Option<Epoch>, Done)>,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) measures: Measures,
}

/// Batches that are folded between two decisions.
const BATCHES_AT_ONCE: usize = 16;

impl<L: Log> Scheduler<L> {
    /// A scheduler that is still to be run. `name` is for people; two of one name do no harm.
    pub fn new(log: L, name: SchedulerName, config: SchedulerConfig, clock: Clock) -> Self {
        let tap = Tap::default();
        let (followers, brought) = Followers::new(log.clone(), clock.clone(), tap.clone());
        Self {
            tap,
            lease: Lease::new(name.clone(), config.lease_in_force()),
            log,
            name,
            config,
            clock,
            state: State::default(),
            health: Health::default(),
            broker: None,
            floor: Timestamp::default(),
            leader: None,
            place: Place {
                log: LogName::Cell,
                seq: Seq(0),
                at: Timestamp(0),
            },
            followers,
            brought,
            following: BTreeSet::new(),
            caught_up: BTreeSet::new(),
            cell_caught_up: false,
            sessions_caught_up: false,
            failures: BTreeMap::new(),
            doing: JoinSet::new(),
            status: watch::Sender::default(),
            measures: Measures::of(&Meter::new()),
        }
    }

    /// Counts and measures there; without it, nowhere that anybody reads.
    #[must_use]
    pub fn measured(mut self, meter: &Meter) -> Self {
        self.measures = Measures::of(meter);
        self
    }

    /// Where it hands on what it reads of queues.
    pub fn tap(&self) -> Tap {
        self.tap.clone()
    }

    /// What it says of itself, as it changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Runs until `stop`; then it gives the lease up, so that a standby takes over at once.
    pub async fn run(self, stop: CancellationToken) -> Result<(), Error> {
        self.run_to_state(stop).await.map(drop)
    }

    /// Like [`Scheduler::run`], and gives back what it has folded, so that simulations can compare schedulers.
    pub async fn run_to_state(mut self, stop: CancellationToken) -> Result<State, Error> {
        self.log.create_cell().await.map_err(Error::Cell)?;
        let mut api = Api::serve(&self.log, answer::endpoints(&self.name))
            .await
            .map_err(Error::Api)?;
        self.followers.cell();
        self.followers.sessions();
        loop {
            let wake = self.next_wake();
            // In a fixed order, so that a simulation is the same every time. Nobody starves: whatever has woken the loop,
            // what was brought and what was done is looked at below.
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                brought = self.brought.recv() => self.on_brought(brought.ok_or(Error::Disconnected)?),
                Some(done) = self.doing.join_next() => self.on_joined(done)?,
                request = api.next() => self.answer(request.ok_or(Error::Disconnected)?),
                () = self.clock.sleep_until_monotonic(wake) => {}
            }
            let round = self.measures.step.timer(&self.clock);
            for _ in 0..BATCHES_AT_ONCE {
                let Ok(brought) = self.brought.try_recv() else {
                    break;
                };
                self.on_brought(brought);
            }
            while let Some(done) = self.doing.try_join_next() {
                self.on_joined(done)?;
            }
            self.step()?;
            self.tell();
            self.show(self.clock.monotonic());
            round.stop();
        }
        if let Some(last) = self.lease.held_at() {
            tracing::info!("gives the lease up");
            if let Err(error) = self.log.drop_lease(last).await {
                tracing::debug!(%error, "could not give the lease up");
            }
        }
        Ok(self.state)
    }

    /// By the broker's clock while leading, by this machine's otherwise: then it serves for display only.
    pub(crate) fn now(&self) -> Timestamp {
        match &self.broker {
            Some(broker) if self.leader.is_some() => broker.now(self.clock.monotonic()),
            Some(_) | None => self.clock.now(),
        }
    }

    fn now_of_broker(&self) -> Timestamp {
        self.broker
            .as_ref()
            .map_or(self.floor, |broker| broker.now(self.clock.monotonic()))
    }

    fn step(&mut self) -> Result<(), Error> {
        let monotonic = self.clock.monotonic();
        let change = self.lease.expired(monotonic);
        self.on_lease(change)?;
        let deposed = self
            .leader
            .as_ref()
            .and_then(|leader| leader.deposed(&self.state));
        if let Some(deposed) = deposed {
            self.stop_leading(&deposed.0);
        }
        if self.cell_caught_up
            && self.sessions_caught_up
            && let Some(work) = self.lease.step(monotonic)
        {
            self.start(work);
        }
        // Nothing is decided before what it rests on was stored: between renewals this clock is late by a round trip.
        if let Some(broker) = &mut self.broker {
            broker.not_before(self.floor);
        }
        let now = self.now();
        if self.leader.is_some() {
            self.wake(now);
        }
        self.call_late(now, self.config.late_after);
        self.look_at_usage(monotonic);
        let Self {
            leader,
            state,
            health,
            caught_up,
            place,
            ..
        } = self;
        if let Some(leader) = leader {
            let moment = Moment {
                state,
                health,
                now,
                monotonic,
                place,
            };
            let work = leader.step(&moment, |queue| caught_up.contains(queue));
            let told = leader.schedules.take_told();
            for work in work {
                self.start(work);
            }
            self.measures.on_schedules(told);
        }
        Ok(())
    }

    pub(crate) fn on_lease(&mut self, change: Change) -> Result<(), Error> {
        match change {
            Change::None => {}
            Change::Lost(why) => self.stop_leading(&why),
            Change::Won(epoch) => {
                let since = self.now_of_broker();
                tracing::info!(weir.epoch = %epoch, "leads");
                let session = random_session(&self.clock)?;
                // The lines are made of what there is; from here on they are told of each change.
                let _all = self.state.relate_all();
                self.leader = Some(Leader::new(
                    self.name.clone(),
                    epoch,
                    session,
                    self.config.clone(),
                    since,
                    Lines::of(&self.state, &self.place),
                ));
            }
        }
        Ok(())
    }

    fn stop_leading(&mut self, why: &str) {
        if let Some(leader) = self.leader.take() {
            tracing::warn!(weir.epoch = %leader.epoch, why, "leads no longer");
            self.lease.forget(self.clock.monotonic());
        }
    }

    /// When the clock alone gives work again. What is due already has been acted on, or waits for an answer that wakes
    /// this task: only points to come count, so that it never spins.
    fn next_wake(&self) -> Duration {
        let monotonic = self.clock.monotonic();
        let mut wake = monotonic + Duration::from_secs(1);
        if let Some(lease) = self.lease.next().filter(|at| *at > monotonic) {
            wake = wake.min(lease);
        }
        if let Some(leader) = &self.leader {
            let now = self.now();
            let timers = self
                .state
                .queues
                .values()
                .filter_map(|queue| queue.next_timer(now));
            let sessions = self
                .state
                .sessions
                .workers()
                .map(|presence| presence.believed_until(leader.since));
            let rates = leader.paced_until;
            let queues = self.state.queues.values();
            let lapses = queues.filter_map(|queue| leader.lateness.next(queue, now));
            let schedules = leader.schedules.next();
            let next = timers.chain(sessions).chain(rates);
            let next = next.chain(lapses).chain(schedules);
            let next = next.filter(|at| *at > now).min();
            if let Some(at) = next {
                // A millisecond more, so that rounding never makes it wake just before the time.
                wake = wake.min(monotonic + at.since(now) + Duration::from_millis(1));
            }
            if leader.has_more_due(now) {
                wake = wake.min(monotonic + Duration::from_millis(1));
            }
            if let Some(at) = leader.next_monotonic(monotonic) {
                wake = wake.min(at);
            }
        }
        wake
    }

    fn answer(&mut self, request: ApiRequest<<L::Service as Service>::Reply>) {
        let ApiRequest {
            endpoint,
            payload,
            reply,
        } = request;
        let answer = answer::answer(self, &endpoint, &payload);
        self.measures.answered(answer::noun(&endpoint));
        let elsewhere = self.knows_better(&endpoint);
        let log = self.log.clone();
        self.doing.spawn(async move {
            // Of the leader, whatever it says; where it does not answer, what is known here.
            let answer = match elsewhere {
                Some(endpoint) => match log.call(&endpoint, payload, LEADER_ANSWERS_WITHIN).await {
                    Ok(told) => told,
                    Err(_none) => answer,
                },
                None => answer,
            };
            reply.answer(answer).await;
            (None, Done::Answered)
        });
    }

    /// The endpoint of the leader, for a question that it can answer better than a standby.
    fn knows_better(&self, endpoint: &str) -> Option<String> {
        if endpoint != answer::WHY || self.leader.is_some() {
            return None;
        }
        self.state.cell.leader().map(answer::why_of)
    }

    pub(crate) fn start(&mut self, work: Work) {
        let (log, clock) = (self.log.clone(), self.clock.clone());
        let appends = self.measures.appends.clone();
        let epoch = self.leader.as_ref().map(|leader| leader.epoch);
        self.doing.spawn(async move {
            (
                epoch,
                crate::work::carry_out(log, clock, &appends, work).await,
            )
        });
    }
    pub(crate) fn usage_interval(&self) -> Duration {
        self.config.usage_interval
    }
    pub(crate) fn queue_disk_bytes_max(&self) -> u64 {
        self.config.queue_disk_bytes_max
    }
}

pub(crate) fn random_session(clock: &Clock) -> Result<SessionId, Error> {
    let bits = clock
        .random_bits()
        .map_err(|error| Error::Random(error.to_string()))?;
    let text = format!("{bits:032x}");
    text.parse()
        .map_err(|error: weir_core::ids::NameError| Error::Random(error.to_string()))
}

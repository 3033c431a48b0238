//! The world: it lets time pass for everybody, starts and restarts programs, and lets faults strike.

mod ending;

use std::time::Duration;

use weir_core::time::Timestamp;
use weir_scheduler::SchedulerConfig;

use super::{
    faults::{Faults, Strike},
    net::{CELL, LEASE, Net},
    node::{End, Kind, Node, worker},
    trace::BEGINNING,
    users::{Users, stream},
};

/// How far everybody lives before the next one does.
pub(super) const TICK: Duration = Duration::from_millis(10);
/// How long nothing may be stored while something is left to do and nothing goes wrong any more.
const IDLE_MAX: Duration = Duration::from_mins(2);
/// How long all may take to end then. It is much: the longest line behind the smallest limit.
const SETTLES_WITHIN: Duration = Duration::from_mins(30);
/// How long nothing may be left to do before the end: longer than a call waits for an answer that was cut off, so that
/// everybody has read all of it.
const QUIET: Duration = Duration::from_secs(8);

/// A place for a program: it runs there, or starts again at some time.
#[derive(Debug)]
struct Place {
    name: String,
    kind: Kind,
    node: Option<Node>,
    again: Timestamp,
}

/// All there is.
#[derive(Debug)]
pub(super) struct World {
    pub(super) net: Net,
    seed: u64,
    random: fastrand::Rng,
    faults: Faults,
    users: Users,
    places: Vec<Place>,
    started: u64,
    /// Until when each stream is full.
    full: Vec<(Timestamp, String)>,
    healthy: bool,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let net = Net::new();
        let mut random = fastrand::Rng::with_seed(seed);
        let faults = Faults::draw(&mut random);
        let mut users = Users::new(net.clone(), seed, random.u64(..));
        net.state().say(format_args!("seed {seed} {faults:?}"));
        users.set_up();
        let mut world = Self {
            net,
            seed,
            random,
            faults,
            users,
            places: Vec::new(),
            started: 0,
            full: Vec::new(),
            healthy: false,
        };
        world.draw_places();
        world
    }

    fn draw_places(&mut self) {
        let scheduler = SchedulerConfig {
            lease: Duration::from_secs(self.random.u64(2..=4)),
            take_within: Duration::from_millis(self.random.u64(500..=5_000)),
            ..SchedulerConfig::default()
        };
        for n in 1..=self.random.u32(1..=3) {
            self.place(format!("s{n}"), Kind::Scheduler(scheduler.clone()));
        }
        for n in 1..=self.random.u32(1..=4) {
            let lease = Duration::from_millis(self.random.u64(1_000..=4_000));
            self.place_worker(format!("w{n}"), lease, false);
        }
    }

    fn place_worker(&mut self, name: String, lease: Duration, everything: bool) {
        let at = self.random.usize(0..self.users.pools.len());
        let pool = self.users.pools.get(at).cloned().unwrap_or_default();
        let of_pool = self
            .users
            .queues
            .iter()
            .filter(|key| key.pool.as_str() == pool);
        let mut queues: Vec<String> = of_pool.map(|key| key.queue.to_string()).collect();
        if everything || self.random.u32(0..3) > 0 {
            queues.clear();
        } else {
            self.random.shuffle(&mut queues);
            queues.truncate(1);
        }
        let limit = self.random.u32(1..=4);
        let config = worker(&name, &pool, &queues, limit, lease);
        self.place(name, Kind::Worker(Box::new(config)));
    }

    fn place(&mut self, name: String, kind: Kind) {
        let again = self
            .net
            .now()
            .after(Duration::from_millis(self.random.u64(0..=500)));
        self.places.push(Place {
            name,
            kind,
            node: None,
            again,
        });
    }

    /// Lives through the time of faults, then through the time until all has ended.
    pub(super) fn run(&mut self) {
        let faulty = BEGINNING.after(Duration::from_secs(self.random.u64(8..=25)));
        let pace = [1, 3, 8].get(self.random.usize(0..3)).copied().unwrap_or(1);
        while self.net.now() < faulty && !self.is_broken() {
            if self.random.u32(0..100) < pace {
                self.users.act();
            }
            if self.ticks().is_multiple_of(10)
                && let Some(strike) = self.faults.strike(&mut self.random)
            {
                self.suffer(strike);
            }
            self.tick();
        }
        self.heal();
        let deadline = self.net.now().after(SETTLES_WITHIN);
        let mut stored = (0, self.net.now());
        let mut busy = self.net.now();
        while !self.is_broken() && self.net.now() < busy.after(QUIET) {
            self.tick();
            if self.users.end_schedules(self.net.now()) || !self.is_quiet() {
                busy = self.net.now();
            }
            let records = self.net.state().check.stored;
            if records != stored.0 {
                stored = (records, busy);
            }
            if busy > deadline || busy > stored.1.after(IDLE_MAX) {
                let left = self.net.state().check.unfinished();
                let text = format!("not all has ended: {left:?}");
                self.net.state().broken(text);
            }
        }
        if !self.is_broken() {
            let folded = self.stop_schedulers();
            super::finale::compare(&self.net, folded);
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        !self.net.state().check.broken.is_empty()
    }

    fn is_quiet(&self) -> bool {
        let state = self.net.state();
        self.places.iter().all(|place| place.node.is_some())
            && state.late.is_empty()
            && state.procs.running() == 0
            && state.check.unfinished().is_empty()
    }

    fn ticks(&self) -> u128 {
        self.net.now().since(BEGINNING).as_nanos() / TICK.as_nanos()
    }

    fn tick(&mut self) {
        let now = self.net.now();
        let full = std::mem::take(&mut self.full);
        for (until, stream) in full {
            if until <= now {
                self.net.state().full.remove(&stream);
                self.net
                    .state()
                    .say(format_args!("stream {stream} has room"));
            } else {
                self.full.push((until, stream));
            }
        }
        self.net.deliver_late();
        self.start_again();
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        self.random.shuffle(&mut order);
        for at in order {
            if let Some(node) = self
                .places
                .get_mut(at)
                .and_then(|place| place.node.as_mut())
            {
                node.live(now, TICK);
            }
        }
        let mut state = self.net.state();
        let told = state.procs.pass(now);
        for ((run, attempt), what) in told {
            state.say(format_args!("{run} {attempt:?} {what}"));
        }
        drop(state);
        self.notice_ends();
        self.net.set_now(now.after(TICK));
    }

    fn start_again(&mut self) {
        let now = self.net.now();
        for at in 0..self.places.len() {
            let Some(place) = self.places.get_mut(at) else {
                continue;
            };
            if place.node.is_some() || place.again > now {
                continue;
            }
            self.started += 1;
            let seed = (self.seed << 32) | self.started;
            let mut weather = self.faults.weather(self.random.u64(..));
            if self.healthy {
                weather.clear();
            }
            let skew = match place.kind {
                Kind::Scheduler(_) if self.faults.skew > 0 => {
                    self.random.i64(-self.faults.skew..=self.faults.skew)
                }
                Kind::Scheduler(_) | Kind::Worker(_) => 0,
            };
            place.node = Some(Node::start(
                &self.net,
                &place.name,
                place.kind.clone(),
                weather,
                seed,
                skew,
            ));
        }
    }

    fn notice_ends(&mut self) {
        for place in &mut self.places {
            let Some(end) = place.node.as_mut().and_then(Node::ended) else {
                continue;
            };
            let mut state = self.net.state();
            match end {
                Ok(End::Scheduler(Ok(_)) | End::Worker(Ok(()))) => {
                    state.say(format_args!("{} has ended", place.name));
                }
                // Whoever starts them starts them again.
                Ok(End::Scheduler(Err(error)) | End::Worker(Err(error))) => {
                    state.say(format_args!(
                        "{} has failed: {}",
                        place.name,
                        without_ids(&error)
                    ));
                }
                Err(error) => state.broken(format!("{} has panicked: {error}", place.name)),
            }
            drop(state);
            place.node = None;
            place.again = self
                .net
                .now()
                .after(Duration::from_millis(self.random.u64(0..=3_000)));
        }
    }

    fn suffer(&mut self, strike: Strike) {
        let now = self.net.now();
        let at = self.random.usize(0..self.places.len());
        let queue = self.random.usize(0..self.users.queues.len());
        let Some(queue) = self.users.queues.get(queue).map(stream) else {
            return;
        };
        let Some(place) = self.places.get_mut(at) else {
            return;
        };
        let name = place.name.clone();
        match (strike, &mut place.node) {
            (Strike::Full(span), _) => {
                let stream = queue.stream_name();
                self.net
                    .state()
                    .say(format_args!("stream {stream} is full for {span:?}"));
                self.net.state().full.insert(stream.clone());
                self.full.push((now.after(span), stream));
            }
            (Strike::Redeliver, _) => {
                self.net
                    .state()
                    .say(format_args!("claims of {} are offered again", queue.key));
                self.net.memory().faults().redeliver_claims(&queue);
                self.net.ring(&queue.stream_name());
            }
            (_, None) => {}
            (Strike::Kill, node) => {
                self.net.state().say(format_args!("{name} is killed"));
                *node = None;
                place.again = now.after(Duration::from_millis(self.random.u64(0..=5_000)));
            }
            (Strike::Freeze(span), Some(node)) => {
                self.net
                    .state()
                    .say(format_args!("{name} is frozen for {span:?}"));
                node.frozen_until = now.after(span);
            }
            (Strike::Cut(span), Some(node)) => {
                self.net
                    .state()
                    .say(format_args!("{name} is cut off for {span:?}"));
                node.weather().cut_until = now.after(span);
            }
            (Strike::Stall(span), Some(node)) => {
                let name_of = queue.stream_name();
                let orders = format!("orders of {name_of}");
                let streams = [CELL.to_owned(), LEASE.to_owned(), name_of, orders];
                let stream = streams
                    .get(self.random.usize(0..streams.len()))
                    .cloned()
                    .unwrap_or_default();
                self.net.state().say(format_args!(
                    "{name}'s reader of {stream} stands still for {span:?}"
                ));
                node.weather().stalls.insert(stream, now.after(span));
            }
            (Strike::StopInOrder, Some(node)) => {
                self.net
                    .state()
                    .say(format_args!("{name} is stopped in order"));
                node.stop.cancel();
            }
        }
    }
}

/// Errors of workers name sessions in full; their ids say nothing to a reader.
fn without_ids(error: &str) -> String {
    error.split("(session").next().unwrap_or(error).to_owned()
}

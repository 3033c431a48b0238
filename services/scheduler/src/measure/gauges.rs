//! What is a property of the folded state, computed at a pace and not with each record.

use std::time::Duration;

use weir_core::{
    ids::QueueKey,
    limit::LimitKey,
    state::{QueueState, Stage},
    time::Timestamp,
};
use weir_log::Log;
use weir_runtime::metrics::Gauge;

use super::GAUGES_EVERY;
use crate::{metrics, service::Scheduler};

/// Values of a gauge, each with its labels.
type Values = Vec<(Vec<String>, u64)>;

/// How far down the line somebody is looked for who could be claimed: before him are only those that are not due.
const OLDEST_LOOKED_AT: usize = 1_000;

impl<L: Log> Scheduler<L> {
    /// Shows how it stands, once in a second.
    pub(crate) fn show(&mut self, monotonic: Duration) {
        if monotonic < self.measures.next_gauges {
            return;
        }
        self.measures.next_gauges = monotonic + GAUGES_EVERY;
        let leads = self.leader.as_ref();
        self.measures.leads.set_flag(leads.is_some());
        self.measures.epoch.set(self.state.cell.epoch().0.0);
        self.measures.ready.set_flag(self.status.borrow().ready);
        let flights = leads.map_or(0, |leader| leader.flights.iter().count());
        self.measures.flights.set(count(flights));
        self.show_lags();
        if self.leader.is_some() {
            self.show_cell();
        } else if std::mem::take(&mut self.measures.shows_cell) {
            self.hide_cell();
        }
    }

    fn show_lags(&self) {
        let lags = self.following.iter().filter_map(|stream| {
            let key = &stream.key;
            let usage = self.health.get(key)?.usage?;
            let open = self.state.cell.opened(key)?;
            let folded = self
                .state
                .queues
                .get(key)
                .filter(|_| open.stream == *stream)?;
            let lag = usage.last.0.saturating_sub(folded.applied().0);
            Some((vec![key.to_string()], lag))
        });
        self.measures.meter.family(&metrics::LAG).replace(lags);
    }

    fn show_cell(&mut self) {
        self.measures.shows_cell = true;
        for key in self.state.queues.keys() {
            self.measures.queue(key);
        }
        self.show_queues();
        self.show_limits();
        self.show_waits();
        self.show_workers();
    }

    fn hide_cell(&mut self) {
        for metric in GAUGES {
            self.measures.meter.family(metric).clear();
        }
        self.measures.freed.clear();
    }

    fn show_queues(&self) {
        let (now, cell) = (self.now(), &self.state.cell);
        let (mut runs, mut depth, mut oldest) = (Values::new(), Values::new(), Values::new());
        let (mut paused, mut impeded) = (Values::new(), Values::new());
        let (mut bytes, mut bytes_max) = (Values::new(), Values::new());
        for (key, queue) in &self.state.queues {
            let labels = || vec![key.pool.to_string(), key.queue.to_string()];
            for (name, number) in queue.states() {
                let mut labels = labels();
                labels.extend([name.state().to_string(), name.to_string()]);
                runs.push((labels, number));
            }
            depth.push((labels(), count(queue.ready_len())));
            oldest.push((labels(), nanos(waits_for(queue, now))));
            paused.push((labels(), cell.paused(key, None).is_some().into()));
            impeded.push((labels(), self.queue_status(key).is_some().into()));
            if let Some(usage) = self.usage_of(key) {
                bytes.push((labels(), usage.bytes));
                bytes_max.push((labels(), usage.bytes_max));
            }
        }
        let meter = &self.measures.meter;
        meter.family(&metrics::RUNS).replace(runs);
        meter.family(&metrics::DEPTH).replace(depth);
        meter.family(&metrics::OLDEST).replace(oldest);
        meter.family(&metrics::PAUSED).replace(paused);
        meter.family(&metrics::IMPEDED).replace(impeded);
        meter.family(&metrics::STREAM).replace(bytes);
        meter.family(&metrics::STREAM_MAX).replace(bytes_max);
    }

    fn show_waits(&self) {
        let yielded = self.state.queues.iter().map(|(key, queue)| {
            let awaiting = queue.awaiting().filter_map(|(_, run)| run.live.as_deref());
            let given = awaiting.filter(|live| live.has_given()).count();
            let labels = vec![key.pool.to_string(), key.queue.to_string()];
            (labels, count(given))
        });
        let family = self.measures.meter.family(&metrics::YIELDED);
        family.replace(yielded);
        let knot = self.leader.as_ref().map(|leader| &leader.knots.knot);
        let cycles = self.state.queues.keys().map(|key| {
            let stuck = knot.map_or(0, |knot| knot.len_of(key));
            let labels = vec![key.pool.to_string(), key.queue.to_string()];
            (labels, count(stuck))
        });
        let family = self.measures.meter.family(&metrics::IN_CYCLES);
        family.replace(cycles);
    }

    fn usage_of(&self, key: &QueueKey) -> Option<weir_log::Usage> {
        self.health.get(key)?.usage
    }

    fn show_limits(&self) {
        let cell = &self.state.cell;
        let pools = cell
            .pools()
            .map(|held| LimitKey::Pool(held.value.name.clone()));
        let queues = cell
            .queues()
            .map(|held| LimitKey::Queue(held.value.key.clone()));
        let deployments = cell
            .deployments()
            .map(|held| LimitKey::Deployment(held.value.name.clone()))
            .filter(|limit| cell.limit(limit).is_some());
        let own = pools
            .chain(queues)
            .chain(deployments)
            .map(|limit| self.limit(limit));
        let (mut used, mut slots) = (Values::new(), Values::new());
        for view in own.chain(self.limits()) {
            let (kind, name) = named(&view.limit);
            let labels = vec![kind.to_owned(), name];
            if let Some(value) = view.value {
                slots.push((labels.clone(), value.into()));
            }
            used.push((labels, view.used));
        }
        self.measures.meter.family(&metrics::USED).replace(used);
        self.measures.meter.family(&metrics::SLOTS).replace(slots);
    }

    fn show_workers(&self) {
        let now = self.now();
        let (mut online, mut capacity) = (Values::new(), Values::new());
        for held in self.state.cell.pools() {
            let pool = &held.value.name;
            let workers = self.state.sessions.workers().filter(|presence| {
                let session = &presence.session;
                let takes = !session.ended && !session.draining;
                takes && session.pool == *pool && presence.believed_until(Timestamp::MIN) > now
            });
            let (number, room) = workers.fold((0, 0), |(number, room), presence| {
                (number + 1, room + u64::from(presence.session.capacity))
            });
            let lost = self.measures.meter.family(&metrics::WORKERS_LOST);
            drop(lost.with(&[pool.as_str()]));
            online.push((vec![pool.to_string()], number));
            capacity.push((vec![pool.to_string()], room));
        }
        self.measures
            .meter
            .family(&metrics::WORKERS)
            .replace(online);
        self.measures
            .meter
            .family(&metrics::CAPACITY)
            .replace(capacity);
    }
}

/// What only a leader shows.
const GAUGES: [&weir_runtime::metrics::Metric<Gauge>; 13] = [
    &metrics::RUNS,
    &metrics::DEPTH,
    &metrics::OLDEST,
    &metrics::PAUSED,
    &metrics::IMPEDED,
    &metrics::STREAM,
    &metrics::STREAM_MAX,
    &metrics::USED,
    &metrics::SLOTS,
    &metrics::IN_CYCLES,
    &metrics::YIELDED,
    &metrics::WORKERS,
    &metrics::CAPACITY,
];

/// How long the first in the order of requests that could be claimed has waited for it.
fn waits_for(queue: &QueueState, now: Timestamp) -> Duration {
    let waiting = queue.waiting_after(weir_core::ids::Seq(0));
    let first = waiting.take(OLDEST_LOOKED_AT).find_map(|(_, run_id)| {
        let run = queue.run(run_id)?;
        let Stage::Waiting { since, due, .. } = run.stage else {
            return None;
        };
        run.ready(now)?;
        let later = due.into_iter().chain(run.reached);
        Some(later.fold(since, Timestamp::max))
    });
    // Those that are scheduled for later, or come after others, may be many, and stand before it.
    let expected = queue
        .first_expected()
        .and_then(|run| Some(run.could_start()?.max(run.requested_at)));
    let expected = expected.filter(|since| *since <= now);
    let first = first.into_iter().chain(expected).min();
    first.map_or(Duration::ZERO, |since| now.since(since))
}

fn named(limit: &LimitKey) -> (&'static str, String) {
    match limit {
        LimitKey::Pool(pool) => ("pool", pool.to_string()),
        LimitKey::Queue(key) => ("queue", key.to_string()),
        LimitKey::Deployment(name) => ("deployment", name.to_string()),
        LimitKey::Tag(tag) => ("tag", tag.to_string()),
        LimitKey::Named(name) => ("named", name.to_string()),
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

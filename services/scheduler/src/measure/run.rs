//! What a record does to its run, counted.

use weir_core::{
    event::{Body, Claim, Record, RevokeCause},
    ids::{Attempt, QueueKey, RunId},
    limit::{LimitKey, Slot},
    state::{Live, QueueState, Run, Stage, StateName, Touched},
    time::Timestamp,
};

use super::{FREED_MAX, Measures};
use crate::metrics;

/// How a record's run stood before it was folded.
#[derive(Debug)]
pub(crate) struct Before {
    run_id: RunId,
    at: Timestamp,
    cause: Option<&'static str>,
    run: Option<Was>,
}

#[derive(Debug)]
struct Was {
    name: StateName,
    attempt: Attempt,
    /// Since when it could have been claimed, as far as it is known.
    since: Option<Timestamp>,
    retry_owed: bool,
    live: Option<WasLive>,
}

/// An attempt, as far as it had come.
#[derive(Debug)]
struct WasLive {
    taken: bool,
    submitted: Option<Timestamp>,
    started: Option<Timestamp>,
    finished: bool,
    stopped: bool,
}

impl Before {
    /// `None`: the record is about no run.
    pub(crate) fn of(queue: &QueueState, record: &Record) -> Option<Self> {
        let (run_id, cause) = match &record.body {
            Body::Request { run_id, .. }
            | Body::Decision { run_id, .. }
            | Body::Report { run_id, .. } => (run_id, None),
            Body::Claim { run_id, decided } => match &decided.what {
                Claim::Claimed(_) => (run_id, None),
                Claim::Revoked(revoked) => (run_id, Some(word(&revoked.cause))),
            },
            Body::Epoch(_) | Body::Malformed { .. } => return None,
        };
        Some(Self {
            run_id: run_id.clone(),
            at: record.at,
            cause,
            run: queue.run(run_id).map(Was::of),
        })
    }
}

impl Was {
    fn of(run: &Run) -> Self {
        let since = match run.stage {
            Stage::Waiting { since, due, .. } => Some(due.map_or(since, |due| since.max(due))),
            Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed | Stage::Ended(_) => None,
        };
        Self {
            name: run.state_name(),
            attempt: run.attempt,
            since,
            retry_owed: matches!(run.stage, Stage::RetryOwed),
            live: run.live.as_deref().map(WasLive::of),
        }
    }
}

impl WasLive {
    fn of(live: &Live) -> Self {
        Self {
            taken: live.holder.is_some(),
            submitted: live.submitted_at,
            started: live.started_at,
            finished: live.finished.is_some(),
            stopped: live.stop.is_some(),
        }
    }
}

/// Every word that [`word`] has.
pub(super) const CAUSES: [&str; 6] = [
    "not-taken",
    "cancel",
    "worker-lost",
    "not-submitted",
    "not-started",
    "ran-too-long",
];

fn word(cause: &RevokeCause) -> &'static str {
    match cause {
        RevokeCause::NotTaken => "not-taken",
        RevokeCause::Cancel => "cancel",
        RevokeCause::WorkerLost { .. } => "worker-lost",
        RevokeCause::NotSubmitted => "not-submitted",
        RevokeCause::NotStarted => "not-started",
        RevokeCause::RanTooLong => "ran-too-long",
    }
}

impl Measures {
    /// Counts what a record has done. Nothing is counted twice: where a record is void, its run is as it was.
    pub(crate) fn after(
        &mut self,
        key: &QueueKey,
        queue: &QueueState,
        before: &Before,
        touched: &Touched,
    ) {
        let Some(run) = queue.run(&before.run_id) else {
            return;
        };
        self.on_freed(queue, touched, before.at);
        let Some(was) = &before.run else {
            self.queue(key).requests.increment();
            return;
        };
        if run.attempt > was.attempt
            && let Some(live) = run.live.as_deref()
        {
            self.on_claimed(key, was, live);
        }
        if let Some(was_live) = &was.live {
            self.on_further(key, was_live, run, before);
        }
        if was.retry_owed && matches!(run.stage, Stage::Waiting { .. }) {
            self.queue(key).retries.increment();
        }
        let name = run.state_name();
        if name.state().is_terminal() && !was.name.state().is_terminal() {
            self.on_ended(key, run, name);
        }
    }

    fn on_claimed(&mut self, key: &QueueKey, was: &Was, live: &Live) {
        let handed = self.handed_over(&live.slots);
        let queue = self.queue(key);
        queue.claims.increment();
        if let Some(since) = was.since {
            queue.waited.record(live.claimed_at.since(since));
        }
        // Who came later, or with it, has not waited for it.
        let waited = |freed: &Timestamp| was.since.is_some_and(|since| since < *freed);
        if let Some(freed) = handed.filter(waited) {
            queue.handover.record(live.claimed_at.since(freed));
        }
    }

    /// An attempt that had been claimed came further, or was taken back.
    fn on_further(&mut self, key: &QueueKey, was: &WasLive, run: &Run, before: &Before) {
        let live = run.live.as_deref();
        let stops = live.is_none_or(|live| live.stop.is_some());
        if let Some(cause) = before.cause
            && stops
            && !was.stopped
            && !was.finished
        {
            let labels = [key.pool.as_str(), key.queue.as_str(), cause];
            self.meter
                .family(&metrics::REVOCATIONS)
                .with(&labels)
                .increment();
        }
        let queue = self.queue(key);
        if let Some(started) = was.started
            && !was.finished
            && live.is_none_or(|live| live.finished.is_some())
        {
            queue.execution.record(before.at.since(started));
        }
        // One that is over in one word with its start is found where over attempts are kept.
        let Some(live) = live.or(run.last.as_deref()) else {
            return;
        };
        let taken = live.holder.as_ref().map(|holder| holder.taken_at);
        if let Some(taken) = taken.filter(|_| !was.taken) {
            queue.take.record(taken.since(live.claimed_at));
        }
        if let Some(submitted) = live.submitted_at.filter(|_| was.submitted.is_none()) {
            queue.submit.record(submitted.since(live.claimed_at));
        }
        if was.started.is_none()
            && let (Some(started), Some(made)) = (live.started_at, live.submitted_at.or(taken))
        {
            queue.start.record(started.since(made));
        }
    }

    fn on_ended(&mut self, key: &QueueKey, run: &Run, name: StateName) {
        let (pool, queue) = (key.pool.as_str(), key.queue.as_str());
        let state = name.state().as_str();
        self.meter
            .family(&metrics::ENDED)
            .with(&[pool, queue, state])
            .increment();
        let Stage::Ended(end) = &run.stage else {
            return;
        };
        if name == StateName::Rejected {
            self.meter
                .family(&metrics::REJECTIONS)
                .with(&[pool, queue, &end.reason])
                .increment();
        }
        if name == StateName::Lapsed {
            self.queue(key).lapsed.increment();
        }
        let duration = end.at.since(run.in_line_since());
        self.queue(key).duration.record(duration);
    }

    /// Remembers when slots came free that somebody may have waited for.
    fn on_freed(&mut self, queue: &QueueState, touched: &Touched, at: Timestamp) {
        if queue.ready_len() == 0 {
            return;
        }
        let freed = touched.freed.iter().flat_map(|slots| slots.iter());
        for slot in freed.filter(|slot| slot.value.is_some()) {
            let of_limit = self.freed.entry(slot.limit.clone()).or_default();
            if of_limit.len() < FREED_MAX {
                of_limit.push_back(at);
            }
        }
    }

    /// When the last of the slots came free that a claim has waited for.
    fn handed_over(&mut self, slots: &[Slot]) -> Option<Timestamp> {
        let mut last = None;
        for slot in slots {
            let limit: &LimitKey = &slot.limit;
            let freed = self
                .freed
                .get_mut(limit)
                .and_then(std::collections::VecDeque::pop_front);
            last = last.max(freed);
        }
        last
    }
}

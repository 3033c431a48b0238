//! What this scheduler counts and measures, kept ready so that a record costs a few additions.
//!
//! What is true of the whole cell is told while it leads, and forgotten when it does not: two schedulers that told the same
//! would be added up. It counts what a record *does*, by looking at its run before and after the fold, so that a word that
//! is void counts as nothing.

mod gauges;
mod run;
mod schedules;
pub(crate) mod traces;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use weir_core::{
    ids::{PoolName, QueueKey},
    limit::LimitKey,
    time::Timestamp,
};
use weir_log::AppendError;
use weir_runtime::{
    Clock, Meter,
    metrics::{Counter, Family, Gauge, Histogram, process::Appends},
};

pub(crate) use run::Before;

use crate::metrics;

/// How often what is a property of the folded state is computed.
const GAUGES_EVERY: Duration = Duration::from_secs(1);
/// The most slots that came free of one limit and are remembered until somebody claims them.
const FREED_MAX: usize = 4_096;

/// The instruments of one scheduler.
#[derive(Debug)]
pub(crate) struct Measures {
    meter: Meter,
    leads: Gauge,
    epoch: Gauge,
    ready: Gauge,
    folded: Counter,
    flights: Gauge,
    pub(crate) step: Histogram,
    delays: Family<Gauge>,
    api: Family<Counter>,
    pub(crate) appends: AppendMeasures,
    queues: BTreeMap<QueueKey, QueueMeasures>,
    /// Slots that came free while somebody waited for them, by limit, the oldest first.
    freed: BTreeMap<LimitKey, VecDeque<Timestamp>>,
    shows_cell: bool,
    next_gauges: Duration,
}

/// Those of one queue.
#[derive(Debug)]
struct QueueMeasures {
    requests: Counter,
    claims: Counter,
    retries: Counter,
    lapsed: Counter,
    waited: Histogram,
    take: Histogram,
    submit: Histogram,
    start: Histogram,
    execution: Histogram,
    duration: Histogram,
    handover: Histogram,
}

impl QueueMeasures {
    fn of(meter: &Meter, key: &QueueKey) -> Self {
        let labels = [key.pool.as_str(), key.queue.as_str()];
        for cause in run::CAUSES {
            let [pool, queue] = labels;
            drop(
                meter
                    .family(&metrics::REVOCATIONS)
                    .with(&[pool, queue, cause]),
            );
        }
        for reason in schedules::REASONS {
            let [pool, queue] = labels;
            let passed_over = Meter::family::<Counter>(meter, &metrics::PASSED_OVER);
            drop(passed_over.with(&[pool, queue, reason]));
        }
        let scheduled = Meter::family::<Counter>(meter, &metrics::SCHEDULED);
        drop(scheduled.with(&labels));
        let counter = |metric| Meter::family::<Counter>(meter, metric).with(&labels);
        let spans = |metric| Meter::family::<Histogram>(meter, metric).with(&labels);
        Self {
            requests: counter(&metrics::REQUESTS),
            claims: counter(&metrics::CLAIMS),
            retries: counter(&metrics::RETRIES),
            lapsed: counter(&metrics::LAPSED),
            waited: spans(&metrics::WAITED),
            take: spans(&metrics::TAKE),
            submit: spans(&metrics::SUBMIT),
            start: spans(&metrics::START),
            execution: spans(&metrics::EXECUTION),
            duration: spans(&metrics::DURATION),
            handover: spans(&metrics::HANDOVER),
        }
    }
}

/// The scheduler's appends, by what is appended. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct AppendMeasures {
    pub(crate) claim: Appends,
    pub(crate) decision: Appends,
    pub(crate) fence: Appends,
    pub(crate) cell: Appends,
    pub(crate) lease: Appends,
}

impl AppendMeasures {
    fn of(meter: &Meter) -> Self {
        let of = |kind| Appends::of(meter, kind, &AppendError::CODES);
        Self {
            claim: of("claim"),
            decision: of("decision"),
            fence: of("fence"),
            cell: of("cell"),
            lease: of("lease"),
        }
    }
}

/// Waits for the answer to an append, and measures it.
#[tracing::instrument(name = "append", level = "debug", skip_all, fields(weir.kind = appends.kind()))]
pub(crate) async fn measured<T>(
    appends: &Appends,
    clock: &Clock,
    append: impl Future<Output = Result<T, AppendError>>,
) -> Result<T, AppendError> {
    let sent = clock.monotonic();
    let result = append.await;
    let span = clock.monotonic().saturating_sub(sent);
    appends.answered(span, result.as_ref().err().map(AppendError::code));
    result
}

impl Measures {
    pub(crate) fn of(meter: &Meter) -> Self {
        for metric in [
            &metrics::TRACE_EMITS,
            &metrics::TRACE_LAG,
            &metrics::TRACE_BEHIND,
        ] {
            drop(meter.single(metric));
        }
        drop(meter.single(&metrics::TRACE_DROPPED));
        drop(meter.single(&metrics::TRACE_GAP));
        Self {
            leads: meter.single(&metrics::LEADS),
            epoch: meter.single(&metrics::EPOCH),
            ready: meter.single(&metrics::READY),
            folded: meter.single(&metrics::FOLDED),
            flights: meter.single(&metrics::FLIGHTS),
            step: meter.single(&metrics::STEP),
            delays: meter.family(&metrics::DELAY),
            api: meter.family(&metrics::API),
            appends: AppendMeasures::of(meter),
            queues: BTreeMap::new(),
            freed: BTreeMap::new(),
            shows_cell: false,
            next_gauges: Duration::ZERO,
            meter: meter.clone(),
        }
    }

    /// A question was answered. `endpoint` is one of those that are served.
    pub(crate) fn answered(&self, endpoint: &str) {
        self.api.with(&[endpoint]).increment();
    }

    /// Records of a log were folded, the last of which was stored then.
    pub(crate) fn on_folded(&self, log: &str, records: usize, stored: Timestamp, now: Timestamp) {
        self.folded.add(u64::try_from(records).unwrap_or(u64::MAX));
        self.delays.with(&[log]).set_span(now.since(stored));
    }

    /// A worker's session is over that had not been ended.
    pub(crate) fn on_worker_lost(&self, pool: &PoolName) {
        self.meter
            .family(&metrics::WORKERS_LOST)
            .with(&[pool.as_str()])
            .increment();
    }

    /// The queue's life is over.
    pub(crate) fn forget_queue(&mut self, key: &QueueKey) {
        self.queues.remove(key);
        self.freed.remove(&LimitKey::Queue(key.clone()));
        let log = key.to_string();
        self.delays.keep(|labels| labels.first() != Some(&log));
        let of_it = |labels: &[String]| {
            labels.first().map(String::as_str) == Some(key.pool.as_str())
                && labels.get(1).map(String::as_str) == Some(key.queue.as_str())
        };
        for metric in [
            &metrics::REQUESTS,
            &metrics::CLAIMS,
            &metrics::ENDED,
            &metrics::SCHEDULED,
            &metrics::PASSED_OVER,
            &metrics::RETRIES,
            &metrics::LAPSED,
            &metrics::REJECTIONS,
            &metrics::REVOCATIONS,
        ] {
            self.meter.family(metric).keep(|labels| !of_it(labels));
        }
        for metric in [
            &metrics::WAITED,
            &metrics::TAKE,
            &metrics::SUBMIT,
            &metrics::START,
            &metrics::EXECUTION,
            &metrics::DURATION,
            &metrics::HANDOVER,
        ] {
            self.meter.family(metric).keep(|labels| !of_it(labels));
        }
    }

    /// Those of a queue; they show from now on.
    fn queue(&mut self, key: &QueueKey) -> &QueueMeasures {
        let Self { queues, meter, .. } = self;
        queues
            .entry(key.clone())
            .or_insert_with(|| QueueMeasures::of(meter, key))
    }
}

//! What this worker counts and measures, kept ready.

use weir_core::{event::OutcomeClass, ids::PoolName};
use weir_log::AppendError;
use weir_runtime::{
    Clock, Meter,
    metrics::{Counter, Family, Gauge, process::Appends},
};

use crate::metrics;

/// The instruments of one worker. Several workers of one program and pool add theirs up.
#[derive(Clone, Debug)]
pub(super) struct Measures {
    pool: String,
    pub(super) attempts: Gauge,
    pub(super) attempts_max: Gauge,
    pub(super) session: Gauge,
    pub(super) sessions_lost: Counter,
    pub(super) reports: Appends,
    pub(super) renewals: Appends,
    ended: Family<Counter>,
}

impl Measures {
    pub(super) fn of(meter: &Meter, pool: &PoolName) -> Self {
        let labels = [pool.as_str()];
        let measures = Self {
            attempts: meter.family(&metrics::ATTEMPTS).with(&labels),
            attempts_max: meter.family(&metrics::ATTEMPTS_MAX).with(&labels),
            session: meter.family(&metrics::SESSION).with(&labels),
            sessions_lost: meter.family(&metrics::SESSIONS_LOST).with(&labels),
            reports: Appends::of(meter, "report", &AppendError::CODES),
            renewals: Appends::of(meter, "session", &AppendError::CODES),
            ended: meter.family(&metrics::ENDED),
            pool: pool.to_string(),
        };
        drop(measures.outcome(class(OutcomeClass::Completed)));
        measures
    }

    /// An attempt is over for this worker.
    pub(super) fn ended(&self, outcome: &str) {
        self.outcome(outcome).increment();
    }

    fn outcome(&self, outcome: &str) -> Counter {
        self.ended.with(&[&self.pool, outcome])
    }
}

/// A class of endings in one word.
pub(super) fn class(class: OutcomeClass) -> &'static str {
    match class {
        OutcomeClass::Completed => "completed",
        OutcomeClass::Failed => "failed",
        OutcomeClass::Signaled => "signaled",
        OutcomeClass::TimedOut => "timed-out",
        OutcomeClass::StartFailed => "start-failed",
        OutcomeClass::Stopped => "stopped",
        OutcomeClass::Lost => "lost",
        OutcomeClass::Crashed => "crashed",
    }
}

/// Waits for the answer to an append, and measures it. Given up, it counts as nothing.
#[tracing::instrument(name = "append", level = "debug", skip_all, fields(weir.kind = appends.kind()))]
pub(super) async fn measured<T>(
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

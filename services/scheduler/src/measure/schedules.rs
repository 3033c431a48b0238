//! What schedules have done.

use weir_core::schedule::{Civil, PassedReason};
use weir_runtime::{Meter, metrics::Counter};

use super::Measures;
use crate::{
    metrics,
    schedules::{Told, What},
};

/// Why a time that was due made no run.
pub(super) const REASONS: [&str; 3] = [
    PassedReason::Overlap.as_str(),
    PassedReason::Missed.as_str(),
    PassedReason::Late.as_str(),
];

impl Measures {
    /// Counts what schedules have made and passed over, and says the latter.
    pub(crate) fn on_schedules(&mut self, told: Vec<Told>) {
        for Told {
            queue,
            schedule: (deployment, key),
            what,
        } in told
        {
            let labels = [queue.pool.as_str(), queue.queue.as_str()];
            let passed = match what {
                What::Made => {
                    Meter::family::<Counter>(&self.meter, &metrics::SCHEDULED)
                        .with(&labels)
                        .increment();
                    continue;
                }
                What::Passed(passed) => passed,
            };
            let [pool, queue] = labels;
            let counts = [
                (passed.overlapping, passed.overlapped),
                (passed.missed, passed.last_missed),
                (passed.late, passed.last_late),
            ];
            for (reason, (count, last)) in REASONS.into_iter().zip(counts) {
                let Some(last) = last else { continue };
                let family = Meter::family::<Counter>(&self.meter, &metrics::PASSED_OVER);
                family.with(&[pool, queue, reason]).add(count);
                let last = Civil::of(last).compact();
                // A run that lasts keeps its schedule silent for as long, which inspect shows; what nobody was there for is
                // news.
                if reason == PassedReason::Overlap.as_str() {
                    tracing::debug!(weir.deployment = %deployment, weir.schedule = %key, count, last, "a schedule passes over times that were due");
                } else {
                    tracing::info!(weir.deployment = %deployment, weir.schedule = %key, reason, count, last, "a schedule has missed times that were due");
                }
            }
        }
    }
}

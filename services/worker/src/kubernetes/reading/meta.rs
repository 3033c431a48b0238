//! What Jobs and pods have in common: versions, and Kubernetes' times.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use weir_core::time::Timestamp;

/// Whether `one` is a later version than `other`. Versions that are no numbers cannot be compared; then whatever
/// comes later in time is believed.
pub(super) fn later(one: &str, other: &str) -> bool {
    match (one.parse::<u128>(), other.parse::<u128>()) {
        (Ok(one), Ok(other)) => one > other,
        _ => false,
    }
}

/// A time of Kubernetes, which has whole seconds; outside of what a [`Timestamp`] holds it is taken for its start.
pub(super) fn timestamp(time: &Time) -> Timestamp {
    Timestamp(i64::try_from(time.0.as_nanosecond()).unwrap_or_default())
}

/// When the deletion of an object was asked for; `None` if it was not. The server keeps this point when the grace is
/// made shorter later: it moves the deletion's time along with the grace.
pub(super) fn deletion(metadata: &ObjectMeta) -> Option<Timestamp> {
    let at = timestamp(metadata.deletion_timestamp.as_ref()?);
    let grace = metadata.deletion_grace_period_seconds.unwrap_or_default();
    Some(Timestamp(
        at.0.saturating_sub(grace.saturating_mul(1_000_000_000)),
    ))
}

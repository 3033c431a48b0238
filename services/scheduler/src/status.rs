//! What a scheduler says of itself to its health endpoint.

use weir_log::Log;

use crate::service::Scheduler;

/// A scheduler's readiness. It is ready when it follows every log; whether it leads is not a matter of health.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// It leads, as far as it knows.
    pub leads: bool,
    /// Every log is followed to its end.
    pub ready: bool,
    /// Why it is not ready, or what impedes it; one sentence each.
    pub reasons: Vec<String>,
}

impl<L: Log> Scheduler<L> {
    /// Tells how it stands, if that has changed.
    pub(crate) fn tell(&self) {
        let mut reasons: Vec<String> = self.failures.values().cloned().collect();
        reasons.extend(self.health.sentences());
        let behind = self
            .following
            .iter()
            .filter(|stream| !self.caught_up.contains(*stream))
            .count();
        if behind > 0 || !self.cell_caught_up {
            reasons.push(format!("still reading the logs ({behind} queues to go)"));
        }
        let status = Status {
            leads: self.leader.is_some(),
            ready: reasons.is_empty(),
            reasons,
        };
        self.status.send_if_modified(|held| {
            let changed = *held != status;
            if changed {
                *held = status;
            }
            changed
        });
    }
}

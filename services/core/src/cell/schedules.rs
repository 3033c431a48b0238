//! Since when each schedule has been what it is: what was due before is never made up for.

use std::collections::BTreeMap;

use super::{CellState, DeploymentConfig};
use crate::{
    ids::{DeploymentName, QueueKey},
    schedule::Form,
    time::Timestamp,
};

/// The schedules of a deployment that make runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Active {
    queue: QueueKey,
    since: BTreeMap<Form, Timestamp>,
}

impl CellState {
    /// A deployment is written: schedules that are as they were go on, others begin here. One that is paused, or whose
    /// deployment is, makes no runs and begins anew when it goes on.
    pub(super) fn note_schedules(&mut self, at: Timestamp, deployment: &DeploymentConfig) {
        let before = self.schedules.remove(&deployment.name);
        if deployment.paused || deployment.schedules.is_empty() {
            return;
        }
        let before = before.filter(|before| before.queue == deployment.queue);
        let since = |form: &Form| -> Timestamp {
            let kept = before.as_ref().and_then(|before| before.since.get(form));
            kept.copied().unwrap_or(at)
        };
        let active = deployment.schedules.iter().map(Form::of);
        let active = active.filter(|form| form.active);
        let active = Active {
            queue: deployment.queue.clone(),
            since: active.map(|form| (form.clone(), since(&form))).collect(),
        };
        self.schedules.insert(deployment.name.clone(), active);
    }

    pub(super) fn forget_schedules(&mut self, deployment: &DeploymentName) {
        self.schedules.remove(deployment);
    }

    /// Since when a schedule of a deployment has made runs in this form; `None`: it makes none.
    pub fn schedule_since(&self, deployment: &DeploymentName, form: &Form) -> Option<Timestamp> {
        self.schedules.get(deployment)?.since.get(form).copied()
    }
}

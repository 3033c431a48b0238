//! The brake: a deployment whose attempts cannot be started is paused, where it asks for that.
//!
//! The pause is a revision of the deployment like any other, written by compare-and-set on the one under which the
//! attempts failed: a leader that is late with it, or one that was deposed, writes nothing over what a user has said since.

use weir_core::{
    bounds::bounded_text,
    cell::{CellBody, ConfigObject, DeploymentConfig, Held},
    ids::Seq,
    state::FailedStarts,
};
use weir_log::CellFence;

use crate::{
    decide::Moment,
    leader::Leader,
    work::{CellWork, Work},
};

impl Leader {
    /// Pauses deployments whose last attempts could not be started.
    pub(crate) fn brake(&mut self, moment: &Moment<'_>, work: &mut Vec<Work>) {
        let state = moment.state;
        for (key, folded) in &state.queues {
            if folded.epoch() != self.epoch {
                continue;
            }
            for (name, starts) in folded.failed_starts() {
                let Some(held) = state.cell.deployment(name) else {
                    continue;
                };
                if held.value.queue != *key || !is_to_be_paused(held, starts) {
                    continue;
                }
                let what = CellWork::Pause(name.clone());
                let body = CellBody::Config {
                    author: format!("scheduler {}", self.name),
                    object: ConfigObject::Deployment(Box::new(paused(&held.value, starts))),
                };
                let fence = CellFence::Own(Seq(held.revision.0));
                self.push_fact(what, body, fence, moment.monotonic, work);
            }
        }
    }
}

fn is_to_be_paused(held: &Held<DeploymentConfig>, starts: &FailedStarts) -> bool {
    let enough = held.value.pause_after_failed_starts;
    !held.value.paused
        && held.revision == starts.revision
        && enough.is_some_and(|enough| starts.count >= enough.get())
}

fn paused(deployment: &DeploymentConfig, starts: &FailedStarts) -> DeploymentConfig {
    let FailedStarts {
        revision: _,
        count,
        run_id,
        why: (reason, message),
    } = starts;
    let last = if reason.is_empty() {
        message.clone()
    } else {
        format!("{reason}: {message}")
    };
    let text = format!(
        "its last {count} attempts could not be started; the last one, of run {run_id}: {last}"
    );
    DeploymentConfig {
        paused: true,
        paused_reason: Some(bounded_text(&text)),
        ..deployment.clone()
    }
}

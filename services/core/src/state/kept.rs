//! What a queue keeps beside its runs: cancels that came before their request, and how far start rates are used up.

use crate::{
    bounds,
    ids::{DecisionId, RunId, Seq},
    limit::LimitKey,
    rate::Pace,
    request::CancelRequest,
    state::queue::QueueState,
    time::Timestamp,
};

impl QueueState {
    /// A claim counts. A leader's decisions each know of those before them, so the latest number is the one to go by.
    pub(super) fn keep_paces(&mut self, id: DecisionId, paced: Vec<(LimitKey, Pace)>) {
        for (limit, pace) in paced {
            let held = self.paces.entry(limit).or_insert((id, pace));
            if held.0 < id {
                *held = (id, pace);
            }
        }
    }

    pub(super) fn keep_early_cancel(
        &mut self,
        seq: Seq,
        at: Timestamp,
        run_id: RunId,
        cancel: CancelRequest,
    ) {
        let kept = bounds::EARLY_CANCEL_KEPT;
        let before = self.early_cancels.len();
        self.early_cancels
            .retain(|_, (_, since, _)| at.since(*since) < kept);
        if self.early_cancels.len() >= bounds::EARLY_CANCELS_MAX
            && let Some(oldest) = self
                .early_cancels
                .iter()
                .min_by_key(|(_, (seq, ..))| *seq)
                .map(|(id, _)| id.clone())
        {
            self.early_cancels.remove(&oldest);
        }
        self.anomalies.early_cancels_dropped += (before - self.early_cancels.len()) as u64;
        self.early_cancels
            .entry(run_id)
            .or_insert((seq, at, cancel));
    }
}

//! What must hold at the end, when nothing goes wrong any more.

use weir_core::{
    ids::{QueueKey, RunId, RunKey, Seq},
    state::QueueState,
};

use super::{Checker, Values, run::Stands};

/// What the world knows of a request of its own.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sim) struct Expected {
    /// There is something wrong with it, or was when it was stored.
    pub(in crate::sim) may_be_rejected: bool,
}

fn is_zero(values: Option<&Values>) -> bool {
    values
        .and_then(|values| values.last_key_value())
        .is_some_and(|(_, value)| *value == Some(0))
}

impl Checker {
    /// Runs that should still come to their end, with where they stand.
    pub(in crate::sim) fn unfinished(&self) -> Vec<String> {
        let mut unfinished = Vec::new();
        for (key, log) in &self.logs {
            let limited = is_zero(self.pools.get(&key.pool)) || is_zero(self.queues.get(key));
            let blocked = limited && !self.deleted.contains_key(key);
            for (run_id, run) in &log.runs {
                let lateness = self.lateness(run.asked.as_deref(), Seq(u64::MAX));
                let rests = match &run.stands {
                    Stands::Ended(_) => run.live.is_none(),
                    Stands::Waits => {
                        (blocked || self.awaits(key, run_id))
                            && !run.cancelled
                            && !run.time.lapses(lateness)
                    }
                    Stands::Unknown | Stands::Unreadable | Stands::RetryOwed | Stands::Live => {
                        false
                    }
                };
                if !rests {
                    let live = run
                        .live
                        .as_ref()
                        .map(|live| (live.attempt, live.holder.clone(), live.revoked));
                    unfinished.push(format!("{key}/{run_id} {:?} {live:?}", run.stands));
                }
            }
        }
        let open = self.deleted.iter().filter(|(_, closed)| !**closed);
        unfinished.extend(open.map(|(key, _)| format!("{key} is deleted and not closed")));
        unfinished.extend(self.limits.held().map(|run| format!("{run} holds slots")));
        unfinished
    }

    /// Whether a run waits for one that does not come to its end.
    fn awaits(&self, key: &QueueKey, run_id: &RunId) -> bool {
        self.follows(&RunKey {
            queue: key.clone(),
            run_id: run_id.clone(),
        })
    }

    /// How many runs have been asked for, and how many have ended.
    pub(in crate::sim) fn counts(&self) -> (usize, usize) {
        let runs = || self.logs.values().flat_map(|log| log.runs.values());
        (
            runs().count(),
            runs()
                .filter(|run| matches!(run.stands, Stands::Ended(_)))
                .count(),
        )
    }

    /// Whether a queue's fold says of each run what the records say.
    pub(in crate::sim) fn differs(&self, run: &RunKey, folded: &QueueState) -> Option<String> {
        let expected = self
            .logs
            .get(&run.queue)
            .and_then(|log| log.runs.get(&run.run_id))?;
        let name = folded.run(&run.run_id).map(|run| run.state_name().as_str());
        let agrees = match &expected.stands {
            Stands::Ended(wanted) => name == Some(wanted.as_str()),
            Stands::Waits | Stands::Unreadable | Stands::RetryOwed => {
                matches!(name, Some("Scheduled" | "AwaitingRetry"))
            }
            Stands::Live => !matches!(name, None | Some("Scheduled" | "AwaitingRetry")),
            Stands::Unknown => name.is_none(),
        };
        (!agrees).then(|| {
            format!(
                "{run} is folded as {name:?} and its records say {:?}",
                expected.stands
            )
        })
    }

    /// Runs of a queue that have not ended, or of which something is left.
    pub(super) fn unended_in<'a>(&'a self, key: &'a QueueKey) -> impl Iterator<Item = &'a RunId> {
        let runs = self.logs.get(key).into_iter().flat_map(|log| &log.runs);
        runs.filter(|(_, run)| !matches!(run.stands, Stands::Ended(_)) || run.live.is_some())
            .map(|(run_id, _)| run_id)
    }

    /// The runs of a queue.
    pub(in crate::sim) fn runs_of<'a>(
        &'a self,
        key: &'a QueueKey,
    ) -> impl Iterator<Item = &'a RunId> {
        self.logs
            .get(key)
            .into_iter()
            .flat_map(|log| log.runs.keys())
    }
}

//! Runs that come too late: what has not started by its time and the lateness that it may have never starts.

use std::{collections::BTreeMap, time::Duration};

use weir_core::{
    bounds,
    cell::CellState,
    event::{CancelCause, Decision},
    ids::{DeploymentName, QueueKey, RunId, Seq},
    state::{QueueState, Run, Stage},
    time::Timestamp,
};

use crate::{
    decide::{Moment, Saying},
    leader::Leader,
};

/// How late runs of deployments may start that do not say so themselves: by configuration as it is now.
#[derive(Debug, Default)]
pub(crate) struct Lateness {
    config: Option<Seq>,
    of: BTreeMap<DeploymentName, Duration>,
}

impl Lateness {
    /// Looks at the configuration where it has changed.
    pub(crate) fn follow(&mut self, cell: &CellState) {
        let config = Some(cell.config_revision());
        if self.config != config {
            self.config = config;
            let held = cell.deployments().map(|held| &held.value);
            self.of = held
                .filter_map(|of| Some((of.name.clone(), of.max_lateness?)))
                .collect();
        }
    }

    /// The next point in time at which a run of a queue lapses, if it has not started by then.
    pub(crate) fn next(&self, queue: &QueueState, now: Timestamp) -> Option<Timestamp> {
        queue.next_lapse(now, &self.of)
    }
}

impl Leader {
    /// Runs that have not started in time: what waits ends, and whoever holds an attempt is ordered to stop it. Nothing that
    /// is said here may be claimed in this step, because whatever is said takes its lane first.
    pub(crate) fn lapsed(
        &self,
        moment: &Moment<'_>,
        key: &QueueKey,
        folded: &QueueState,
        most: usize,
        sayings: &mut Vec<(RunId, Saying)>,
    ) {
        for (run_id, run, by) in folded.lapsed(moment.now, &self.lateness.of) {
            if sayings.len() >= most {
                return;
            }
            if !self.is_undecided(key, run_id, sayings) {
                continue;
            }
            let (reason, cause) = (too_late(run, by), CancelCause::Lapsed);
            let decision = match run.stage {
                Stage::Live => Decision::CancelOrdered {
                    attempt: run.attempt,
                    grace: bounds::GRACE_DEFAULT,
                    reason,
                    cause,
                },
                Stage::Waiting { .. }
                | Stage::RetryOwed
                | Stage::Unreadable(_)
                | Stage::Ended(_) => Decision::Cancelled {
                    reason,
                    cause,
                    waits: self.waits_of(key, folded, run_id),
                },
            };
            sayings.push((run_id.clone(), Saying::Decision(decision)));
        }
    }
}

/// The reason for people.
fn too_late(run: &Run, by: Timestamp) -> String {
    let expected = run.expected_start();
    let scheduled = run
        .request
        .as_deref()
        .is_some_and(|request| request.scheduled_time.is_some());
    let what = if scheduled {
        "scheduled for"
    } else {
        "requested at"
    };
    let late = by.since(expected);
    format!("not started by {by} ({what} {expected}, at most {late:?} late)")
}

//! One run's records, folded as they come, in whatever order and however often they come.

use std::collections::BTreeMap;

use weir_core::{
    api::RunView,
    cell::{CellState, Closed},
    event::Record,
    ids::{RunKey, Seq},
    judge::queue_closed,
    state::{QueueState, run_view, run_view_by},
};

/// The fold of one run.
///
/// Records arrive from two sides, the stored ones and the live feed, and the live feed may lose some. A record that
/// comes later than one behind it makes the fold begin anew.
#[derive(Debug)]
pub(crate) struct RunFold {
    run: RunKey,
    records: BTreeMap<Seq, Record>,
    state: QueueState,
}

impl RunFold {
    pub(crate) fn new(run: RunKey) -> Self {
        Self {
            run,
            records: BTreeMap::new(),
            state: QueueState::of_one_run(),
        }
    }

    /// Takes records, and tells each view that the run had on the way and did not have before.
    pub(crate) fn take(&mut self, mut records: Vec<Record>) -> Vec<RunView> {
        records.retain(|record| !self.records.contains_key(&record.seq));
        records.sort_by_key(|record| record.seq);
        let in_order = match (self.records.last_key_value(), records.first()) {
            (Some((last, _)), Some(first)) => first.seq > *last,
            (None, _) | (_, None) => true,
        };
        self.records
            .extend(records.iter().map(|record| (record.seq, record.clone())));
        if !in_order {
            // The views between are of a past that has been told; only where the run stands now is news.
            self.state = QueueState::of_one_run();
            for record in self.records.values() {
                self.state.apply(record.clone());
            }
            return self.view().into_iter().collect();
        }
        let mut views: Vec<RunView> = Vec::new();
        for record in records {
            self.state.apply(record);
            if let Some(view) = self.view() {
                views.push(view);
            }
        }
        views
    }

    /// The run's queue is closed, if it is, and all of its records are here.
    pub(crate) fn close(&mut self, closed: Option<Closed>) {
        if let Some(closed) = closed {
            self.state.close(closed.at, &queue_closed(&self.run.queue));
        }
    }

    /// The run as it is now; `None` if nothing is known of it.
    pub(crate) fn view(&self) -> Option<RunView> {
        self.state
            .run(&self.run.run_id)
            .map(|run| run_view(self.run.clone(), run))
    }

    /// The same, with the name that the configuration would give it, as long as it was never claimed.
    pub(crate) fn view_by(&self, cell: &CellState) -> Option<RunView> {
        self.state
            .run(&self.run.run_id)
            .map(|run| run_view_by(cell, self.run.clone(), run))
    }

    /// The records that are known.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use weir_core::{
        event::{Basis, Body, Decided, Decision},
        ids::{DecisionId, QueueKey, RunId},
        request::{CancelRequest, Request, RunRequest},
        state::StateName,
        time::Timestamp,
    };

    use super::*;

    fn run_id() -> RunId {
        "r1".parse().expect("a legal id")
    }
    fn record(seq: u64, body: Body) -> Record {
        Record {
            seq: Seq(seq),
            at: Timestamp(1),
            body,
        }
    }
    fn request(seq: u64, request: Request) -> Record {
        record(
            seq,
            Body::Request {
                run_id: run_id(),
                request,
                digest: seq,
                traceparent: None,
            },
        )
    }
    fn cancelled(seq: u64) -> Record {
        let what = Decision::Cancelled {
            reason: String::new(),
            cause: weir_core::event::CancelCause::Asked,
            waits: Vec::new(),
        };
        let decided = Decided {
            id: DecisionId::default(),
            at: Timestamp(1),
            basis: Basis::default(),
            what,
        };
        record(
            seq,
            Body::Decision {
                run_id: run_id(),
                decided,
            },
        )
    }

    #[test]
    fn a_record_that_the_live_feed_lost_is_folded_at_its_place() {
        let queue = QueueKey::new(
            "local".parse().expect("legal"),
            "high".parse().expect("legal"),
        );
        let mut fold = RunFold::new(RunKey {
            queue,
            run_id: run_id(),
        });
        let first = fold.take(vec![
            request(1, Request::Run(Arc::new(RunRequest::default()))),
            cancelled(3),
        ]);
        assert_eq!(first.len(), 2, "each state on the way is told");
        assert!(fold.view().is_some_and(|view| !view.cancel_requested));
        let again = fold.take(vec![
            cancelled(3),
            request(2, Request::Cancel(CancelRequest::default())),
        ]);
        assert_eq!(again.len(), 1, "only where it stands now is told");
        let view = fold.view().expect("the run is known");
        assert!(view.cancel_requested);
        assert_eq!(view.state_name, StateName::Cancelled);
        assert_eq!(fold.records().count(), 3);
    }
}

//! The demo's runs as they stand: a table, a progress line, and what has changed since the last look.

use std::collections::BTreeMap;

use weir_client::{RunId, RunView, StateName, StateType, Timestamp};

use super::plan::Planned;
use crate::{
    table::{Cell, Table, Tone},
    view::{self, run::ending},
};

/// How many characters the progress bar has.
const BAR: usize = 24;

/// The runs of the demo, as far as they are known.
#[derive(Debug)]
pub(super) struct Board {
    planned: Vec<Planned>,
    views: BTreeMap<RunId, RunView>,
}

impl Board {
    pub(super) fn new(planned: Vec<Planned>) -> Self {
        Self {
            planned,
            views: BTreeMap::new(),
        }
    }

    /// Takes what is known now, and tells the runs whose state has changed.
    pub(super) fn update(&mut self, views: Vec<RunView>) -> Vec<RunView> {
        let mut changed = Vec::new();
        for view in views {
            let known = self.views.get(&view.key.run_id);
            if known.is_none_or(|known| {
                (known.state_name, known.attempt) != (view.state_name, view.attempt)
            }) {
                changed.push(view.clone());
            }
            self.views.insert(view.key.run_id.clone(), view);
        }
        changed.sort_by_key(|view| (view.ended_at.or(view.started_at), view.request_seq));
        changed
    }

    pub(super) fn view(&self, id: &RunId) -> Option<&RunView> {
        self.views.get(id)
    }

    pub(super) fn planned(&self) -> &[Planned] {
        &self.planned
    }

    /// Whether every run has ended.
    pub(super) fn is_over(&self) -> bool {
        self.count(StateType::is_terminal) == self.planned.len()
    }

    fn count(&self, which: impl Fn(StateType) -> bool) -> usize {
        self.views.values().filter(|view| which(view.state)).count()
    }

    /// How many runs are in each state.
    pub(super) fn states(&self) -> BTreeMap<StateName, usize> {
        let mut states = BTreeMap::new();
        for view in self.views.values() {
            *states.entry(view.state_name).or_default() += 1;
        }
        states
    }

    /// One line that tells how far it is.
    pub(super) fn progress(&self, colour: bool) -> String {
        let (all, ended) = (self.planned.len(), self.count(StateType::is_terminal));
        let under_way = self.count(|state| {
            matches!(
                state,
                StateType::Pending | StateType::Running | StateType::Cancelling
            )
        });
        let waiting = all - ended - under_way;
        let done = BAR * ended / all.max(1);
        let bar = format!(
            "{}{}",
            Tone::Good.paint(&"█".repeat(done), colour),
            "░".repeat(BAR - done)
        );
        format!("{bar}  {ended} of {all} ended, {under_way} under way, {waiting} waiting")
    }

    /// The table, a line for each run in the order of publishing.
    pub(super) fn table(&self, now: Timestamp) -> Table {
        let mut table = Table::new(&[
            "RUN", "WHAT", "QUEUE", "STATE", "ATTEMPT", "WAIT", "DURATION", "NOTE",
        ]);
        for planned in &self.planned {
            let (id, queue) = (planned.id.as_str(), planned.queue.queue.as_str());
            let what = planned.request.name.as_deref().unwrap_or_default();
            match self.views.get(&planned.id) {
                Some(run) => table.row([
                    id.into(),
                    what.into(),
                    queue.into(),
                    view::run::state(run),
                    if run.attempt.0 == 0 {
                        "-".into()
                    } else {
                        run.attempt.to_string().into()
                    },
                    view::run::waited(run, now).into(),
                    view::run::ran(run, now).into(),
                    ending(run).into(),
                ]),
                None => table.row([
                    id.into(),
                    what.into(),
                    queue.into(),
                    Cell::toned("Published", Tone::Faint),
                    "-".into(),
                    "-".into(),
                    "-".into(),
                    "".into(),
                ]),
            }
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use weir_client::{Attempt, FamilyView, Seq};

    use super::*;
    use crate::up::demo::plan;

    fn view(planned: &Planned, state_name: StateName) -> RunView {
        let second = |n: i64| Timestamp(n * 1_000_000_000);
        let started = state_name.state() != StateType::Scheduled;
        RunView {
            key: weir_client::RunKey {
                queue: planned.queue.clone(),
                run_id: planned.id.clone(),
            },
            deployment: None,
            name: planned.request.name.clone(),
            tags: Vec::new(),
            priority: 0,
            state: state_name.state(),
            state_name,
            reason: String::new(),
            message: String::new(),
            attempt: Attempt(u32::from(started)),
            requested_at: second(100),
            request_seq: Seq(1),
            claimed_at: started.then(|| second(101)),
            started_at: started.then(|| second(102)),
            ended_at: state_name.state().is_terminal().then(|| second(105)),
            due: None,
            exit_code: None,
            signal: None,
            worker: None,
            infrastructure: String::new(),
            holds: Vec::new(),
            other_requests: 0,
            cancel_requested: false,
            state_since: Timestamp(0),
            family: FamilyView::default(),
            scheduled_time: None,
            start_by: None,
        }
    }

    fn board() -> Board {
        Board::new(plan::runs("1a").unwrap().into_iter().take(3).collect())
    }

    #[test]
    fn the_table_shows_state_attempt_wait_and_duration() {
        let mut board = board();
        let states = [StateName::Completed, StateName::Running];
        let views = board
            .planned()
            .iter()
            .zip(states)
            .map(|(planned, state)| view(planned, state))
            .collect();
        drop(board.update(views));
        let text = board.table(Timestamp(110_000_000_000)).render(false);
        assert_eq!(
            text,
            "RUN         WHAT            QUEUE    STATE      ATTEMPT  WAIT  DURATION  NOTE\n\
             demo-1a-01  extract-orders  default  Completed  1        1.0s  3.0s\n\
             demo-1a-02  train-model     default  Running    1        1.0s  8.0s\n\
             demo-1a-03  flaky-upload    default  Published  -        -     -\n"
        );
        assert_eq!(
            board.progress(false),
            "████████░░░░░░░░░░░░░░░░  1 of 3 ended, 1 under way, 1 waiting"
        );
    }

    #[test]
    fn a_change_is_told_once_and_the_board_is_over_when_all_have_ended() {
        let mut board = board();
        let views = |board: &Board, state| {
            board
                .planned()
                .iter()
                .map(|planned| view(planned, state))
                .collect::<Vec<_>>()
        };
        let running = views(&board, StateName::Running);
        assert_eq!(board.update(running.clone()).len(), 3);
        assert_eq!(board.update(running).len(), 0);
        assert!(!board.is_over());
        let ended = views(&board, StateName::Failed);
        assert_eq!(board.update(ended).len(), 3);
        assert!(board.is_over());
        assert_eq!(board.states(), [(StateName::Failed, 3)].into());
    }
}

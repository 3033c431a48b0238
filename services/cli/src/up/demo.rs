//! `weir up --demo`: twenty real runs, shown as they go, and whether all became what was meant.

mod board;
mod limits;
mod plan;
mod screen;
mod summary;

use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

use anyhow::{Context as _, bail};
use weir_client::{
    CancelRequest, Client, RunFilter, RunId, RunKey, RunView, StateType, Submission, SubmitError,
    Tag, Timestamp,
};
use weir_runtime::Clock;

use self::{
    board::Board,
    plan::{CANCEL_AFTER, Planned},
    screen::Screen,
};
use super::pool;
use crate::{context::Context, exit::Exit, local_stack::LocalStack, value::one_line, view};

/// How often the runs are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long the demo may take. It takes a tenth of that.
const OVER_WITHIN: Duration = Duration::from_mins(3);
/// How long the cancelled run may take to end when told to.
const CANCEL_GRACE: Duration = Duration::from_secs(5);

pub(super) async fn run(
    context: &Context,
    client: &Client,
    stack: &LocalStack,
) -> anyhow::Result<Exit> {
    let series = series(context.clock.now());
    let mut board = Board::new(plan::runs(&series)?);
    let began = context.clock.monotonic();
    publish(client, board.planned()).await?;
    tell(
        context,
        &format!(
            "published {} runs to the queues `high` and `default` of the pool `local`",
            plan::RUNS
        ),
    )?;
    let mut show = Show {
        context,
        screen: Screen::of(context.out),
        began,
    };
    let tag = plan::tag(&series)?;
    let followed = follow(client, &mut board, &mut show, &tag, &context.clock);
    let in_time = context.clock.timeout(OVER_WITHIN, followed).await;
    show.end(&board)?;
    if let Ok(followed) = in_time {
        followed?;
    }
    let took = context.clock.monotonic().saturating_sub(began);
    let queues = summary::records(client, &pool::name()).await?;
    let summary = summary::Summary::of(&board, &queues, took);
    if context.out.is_json() {
        context.out.json(&serde_json::to_string(&summary)?)?;
    } else {
        context.out.text(&summary.text(stack))?;
    }
    if summary.is_as_intended() {
        return Ok(Exit::Ok);
    }
    bail!(
        "the demo did not go as intended: {}",
        summary.differences().join("; ")
    )
}

/// What tells the runs of this demo from those of others on the same data: the second at which it began.
fn series(now: Timestamp) -> String {
    format!("{:x}", now.as_nanos() / 1_000_000_000)
}

/// Data goes to standard output unless that is for a program.
fn tell(context: &Context, line: &str) -> anyhow::Result<()> {
    if context.out.is_json() {
        context.out.note(line)?;
    } else {
        context.out.line(line)?;
    }
    Ok(())
}

async fn publish(client: &Client, runs: &[Planned]) -> anyhow::Result<()> {
    for run in runs {
        let submission = Submission::to_queue(run.queue.clone(), run.request.clone());
        let submitted = client
            .submit(submission.run_id(run.id.clone()).wait(Duration::ZERO))
            .await;
        match submitted {
            // Refused within the moment: that is an end like any other, and it is told as one.
            Ok(_) | Err(SubmitError::Rejected { .. }) => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot publish run {}", run.id));
            }
        }
    }
    Ok(())
}

/// Looks at the runs until all have ended, and cancels the one that is to be.
async fn follow(
    client: &Client,
    board: &mut Board,
    show: &mut Show<'_>,
    tag: &Tag,
    clock: &Clock,
) -> anyhow::Result<()> {
    let filter = RunFilter {
        pool: Some(pool::name()),
        tags: vec![tag.clone()],
        limit: 100,
        ..RunFilter::default()
    };
    let mut cancelled = BTreeSet::new();
    let mut look = clock.ticks(LOOK_EVERY);
    loop {
        match client.runs(&filter).await {
            Ok(list) => {
                let changed = board.update(list.runs);
                show.changes(board, &changed)?;
            }
            // The broker or the scheduler may be away for a moment.
            Err(error) => tracing::debug!(error = one_line(&error), "cannot list the runs"),
        }
        if board.is_over() {
            return Ok(());
        }
        cancel_due(client, board, &mut cancelled, clock.now()).await;
        look.tick().await;
    }
}

async fn cancel_due(
    client: &Client,
    board: &Board,
    cancelled: &mut BTreeSet<RunId>,
    now: Timestamp,
) {
    let due = |view: &RunView| {
        view.state == StateType::Running
            && view
                .started_at
                .is_some_and(|at| now.since(at) >= CANCEL_AFTER)
    };
    for planned in board.planned().iter().filter(|planned| planned.cancelled) {
        if !cancelled.contains(&planned.id) && board.view(&planned.id).is_some_and(due) {
            let run = RunKey {
                queue: planned.queue.clone(),
                run_id: planned.id.clone(),
            };
            let cancel = CancelRequest {
                grace: Some(CANCEL_GRACE),
                force: false,
                reason: "the demo cancels it".to_owned(),
            };
            match client.cancel(&run, cancel).await {
                Ok(_) => drop(cancelled.insert(planned.id.clone())),
                Err(error) => {
                    tracing::warn!(error = one_line(&error), "cannot cancel; trying again");
                }
            }
        }
    }
}

/// How the demo is shown: a table that is drawn again in place on a terminal, a line for each change elsewhere.
struct Show<'a> {
    context: &'a Context,
    screen: Option<Screen>,
    began: Duration,
}

impl Show<'_> {
    fn changes(&mut self, board: &Board, changed: &[RunView]) -> anyhow::Result<()> {
        let out = self.context.out;
        if let Some(screen) = &mut self.screen {
            let table = board.table(self.context.clock.now()).render(out.colour());
            let mut lines: Vec<String> = vec![board.progress(out.colour())];
            lines.extend(table.lines().map(str::to_owned));
            screen.draw(&lines)?;
            return Ok(());
        }
        let at = self
            .context
            .clock
            .monotonic()
            .saturating_sub(self.began)
            .as_secs_f64();
        for run in changed {
            let mut line = format!(
                "{at:5.1}s  {}  {:<14}  {}",
                run.key.run_id,
                name(run),
                run.state_name
            );
            if run.attempt.0 > 1 {
                write!(line, ", attempt {}", run.attempt)?;
            }
            let ending = view::run::ending(run);
            if !ending.is_empty() {
                write!(line, " ({})", crate::table::printable(&ending))?;
            }
            tell(self.context, &line)?;
        }
        if changed.iter().any(|run| run.state.is_terminal()) {
            tell(
                self.context,
                &format!("{at:5.1}s  {}", board.progress(false)),
            )?;
        }
        Ok(())
    }

    /// The last word: the table as it stands, to stay.
    fn end(&mut self, board: &Board) -> anyhow::Result<()> {
        if let Some(screen) = &mut self.screen {
            screen.erase()?;
        }
        if !self.context.out.is_json() {
            let table = board.table(self.context.clock.now());
            self.context
                .out
                .text(&format!("\n{}\n", table.render(self.context.out.colour())))?;
        }
        Ok(())
    }
}

fn name(run: &RunView) -> &str {
    run.name.as_deref().unwrap_or_default()
}

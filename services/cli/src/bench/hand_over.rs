//! `weir bench --hand-over`: how much of a limit is in use while many wait for it.
//!
//! A slot that has come free and is not given on yet is capacity that nobody has. It is counted from the log alone, so
//! what a claim waits for its worker counts as held, as it does for the limit.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use weir_client::{LimitChange, QueueKey, QueueSpec, QueueUpdate};

use super::{
    held::{average, peaks, steps},
    lives::Lives,
    percentiles::median,
    report::{Latency, per_second, round},
    stand::{Stand, pool},
};
use crate::{context::Context, table::Table};

/// The pool's limit.
pub(super) const LIMIT: u32 = 10;
/// Runs that wait at the beginning of each round.
const RUNS: u32 = 10_000;
/// The last claim that counts: behind it fewer wait than the limit lets through.
const LAST: usize = 9_990;
const RUN_MS: u64 = 5;
const REQUEST: &[u8] = br#"{"jobVariables":{"sleep":5}}"#;
/// The share of the limit that is to be held.
const GOAL: f64 = 0.9;

/// Medians of all rounds, but for what is called least.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    runs: u32,
    run_ms: u64,
    limit: u32,
    rounds: u32,
    /// Folded holders between the first and the 9,990th claim, each count weighed by how long it lasted, over the limit.
    held_by_time: f64,
    held_by_time_least: f64,
    /// The same with each count weighed by the records under it.
    held_by_position: f64,
    held_by_position_least: f64,
    goal: f64,
    lives_per_s: f64,
    /// The share of the limit that does the runs' own work: what is held less what the steps of a life take.
    at_work: f64,
    /// From a slot's release to the claim that got it.
    handover_ms: Option<Latency>,
}

#[derive(Debug, Default)]
struct Rounds {
    by_time: Vec<f64>,
    by_position: Vec<f64>,
    lives_per_s: Vec<f64>,
    handovers: Vec<Duration>,
}

pub(super) async fn run(context: &Context, stand: &Stand, rounds: u32) -> anyhow::Result<Report> {
    stand.queue("warm-up", None).await?;
    let mut all = Rounds::default();
    for n in 1..=rounds {
        one_round(stand, n, &mut all).await?;
        let last = |figures: &[f64]| figures.last().copied().unwrap_or_default();
        context.out.note(&format!(
            "round {n}: {:.3} of the limit is held by time, {:.3} by position",
            last(&all.by_time),
            last(&all.by_position)
        ))?;
    }
    Ok(all.report(rounds))
}

async fn one_round(stand: &Stand, n: u32, all: &mut Rounds) -> anyhow::Result<()> {
    let key = QueueKey::new(pool(), format!("round-{n}").parse()?);
    // A limit of 0 holds them back until all are there.
    let mut spec = QueueSpec::new(key.clone());
    spec.concurrency_limit = Some(0);
    stand.client().create_queue(spec).await?;
    let stream = stand.client().cell().await?.present_life(&key);
    let request = |n| {
        let payload = Bytes::from_static(REQUEST);
        (stream.clone(), format!("run-{n:05}"), payload)
    };
    stand.publish_all((0..RUNS).map(request)).await?;
    stand.all_wait(&stream, RUNS.into()).await?;
    let go = QueueUpdate {
        concurrency_limit: LimitChange::Clear,
        ..QueueUpdate::default()
    };
    stand.client().update_queue(&key, &go).await?;
    stand.all_ended(&stream, RUNS.into()).await?;
    let records = stand.records(&stream).await?;
    let steps = steps(&records)?;
    let peak = peaks(&steps, |_| vec!["pool"]).remove("pool");
    anyhow::ensure!(
        peak == Some(LIMIT),
        "{peak:?} runs held slots at once under a limit of {LIMIT}"
    );
    let Some(average) = average(&steps, LAST) else {
        anyhow::bail!("there are fewer than {LAST} claims");
    };
    let mut lives = Lives::under(LIMIT);
    for record in &records {
        lives.take(record);
    }
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        anyhow::bail!("there are no claims");
    };
    let span = last.at.since(first.at);
    all.by_time.push(average.by_time / f64::from(LIMIT));
    all.by_position.push(average.by_position / f64::from(LIMIT));
    all.lives_per_s.push(per_second(RUNS.into(), span));
    all.handovers.extend(lives.handovers());
    Ok(())
}

impl Rounds {
    fn report(self, rounds: u32) -> Report {
        let least = |figures: &[f64]| figures.iter().copied().fold(f64::INFINITY, f64::min);
        let lives_per_s = median(self.lives_per_s);
        Report {
            runs: RUNS,
            run_ms: RUN_MS,
            limit: LIMIT,
            rounds,
            held_by_time_least: round(least(&self.by_time), 4),
            held_by_time: round(median(self.by_time), 4),
            held_by_position_least: round(least(&self.by_position), 4),
            held_by_position: round(median(self.by_position), 4),
            goal: GOAL,
            lives_per_s: round(lives_per_s, 1),
            at_work: round(
                lives_per_s * Duration::from_millis(RUN_MS).as_secs_f64() / f64::from(LIMIT),
                4,
            ),
            handover_ms: Latency::of(self.handovers),
        }
    }
}

impl Report {
    /// The goal is about time: that is what a slot's owner pays for.
    pub(super) fn short_of(&self) -> Option<String> {
        (self.held_by_time < GOAL).then(|| {
            format!(
                "{:.3} of the limit was held, less than {GOAL}",
                self.held_by_time
            )
        })
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::of_fields();
        table.field(
            "runs",
            format!(
                "{} × {} of {} ms, limit {}",
                self.rounds, self.runs, self.run_ms, self.limit
            ),
        );
        table.field(
            "held, by time",
            format!(
                "{:.3} of the limit, least {:.3}; goal {GOAL}",
                self.held_by_time, self.held_by_time_least
            ),
        );
        table.field(
            "held, by position",
            format!(
                "{:.3} of the limit, least {:.3}",
                self.held_by_position, self.held_by_position_least
            ),
        );
        table.field(
            "complete lives",
            format!(
                "{:.0} /s: {:.3} of the limit is at work",
                self.lives_per_s, self.at_work
            ),
        );
        if let Some(Latency { p50, p99, max }) = self.handover_ms {
            let words = format!("p50 {p50:.2} ms   p99 {p99:.2} ms   max {max:.2} ms");
            table.field("slot free → next claimed", words);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(by_time: f64) -> Report {
        let rounds = Rounds {
            by_time: vec![by_time, 0.95, 0.5],
            by_position: vec![0.8, 0.7, 0.9],
            lives_per_s: vec![1200.0],
            handovers: Vec::new(),
        };
        rounds.report(3)
    }

    #[test]
    fn less_than_the_goal_is_told_by_time() {
        assert_eq!(report(0.9).short_of(), None);
        assert!(report(0.899).short_of().unwrap().contains("0.899"));
    }

    #[test]
    fn the_two_averages_are_told_apart() {
        let text = report(0.93).table().render(false);
        assert!(text.contains("0.930 of the limit, least 0.500"), "{text}");
        assert!(text.contains("0.800 of the limit, least 0.700"), "{text}");
        // 1,200 runs of 5 ms per second are six of ten slots.
        assert!(text.contains("0.600 of the limit is at work"), "{text}");
    }
}

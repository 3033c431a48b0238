//! What the demo has shown, read back from the log.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    time::Duration,
};

use serde::Serialize;
use weir_client::{Client, PoolName, QueueKey, Record, RunId, StateName, StateType};
use weir_log::{QueueLog as _, Tail as _, TailEvent};

use super::{board::Board, limits};
use crate::{
    bench::{lives::Lives, percentiles::Samples},
    local_stack::LocalStack,
    up::words,
    view::time,
};

/// What the demo has shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    runs: usize,
    took_ms: u64,
    /// Runs by state.
    states: BTreeMap<&'static str, usize>,
    /// The median wait from the request to the first claim, by queue.
    wait_p50_ms: BTreeMap<String, u64>,
    limits: Vec<Limit>,
    /// Runs that did not become what was meant.
    differences: Vec<String>,
    #[serde(skip)]
    shown: Option<RunId>,
}

/// What the log shows of one limit, since its first record.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Limit {
    name: String,
    value: Option<u32>,
    held_max: u64,
    exceeded: u64,
}

/// All records of all queues of the pool.
pub(super) async fn records(
    client: &Client,
    pool: &PoolName,
) -> anyhow::Result<Vec<(QueueKey, Vec<Record>)>> {
    let cell = client.cell().await?;
    let mut queues = Vec::new();
    for held in cell.queues_of(pool) {
        let key = held.value.key.clone();
        let mut tail = client
            .log()
            .tail(&cell.present_life(&key), weir_client::Seq(0))
            .await?;
        let mut records = Vec::new();
        while let TailEvent::Records(batch) = tail.next().await? {
            records.extend(batch);
        }
        queues.push((key, records));
    }
    Ok(queues)
}

impl Summary {
    pub(super) fn of(board: &Board, queues: &[(QueueKey, Vec<Record>)], took: Duration) -> Self {
        let ids: BTreeSet<&RunId> = board.planned().iter().map(|planned| &planned.id).collect();
        let mut wait_p50_ms = BTreeMap::new();
        for (queue, records) in queues {
            let mut lives = Lives::default();
            let ours = |record: &&Record| lives_of(record).is_some_and(|id| ids.contains(id));
            records
                .iter()
                .filter(ours)
                .for_each(|record| lives.take(record));
            if let Some(p50) = Samples::new(lives.request_to_claimed()).percentile(50) {
                wait_p50_ms.insert(queue.queue.to_string(), millis(p50));
            }
        }
        let pool = super::pool::name();
        let peaks = limits::peaks(&pool, queues).into_iter();
        let limits = peaks.map(|(limit, peak)| Limit {
            name: limit.to_string(),
            value: peak.value,
            held_max: peak.held,
            exceeded: peak.exceeded,
        });
        let differences = board
            .planned()
            .iter()
            .filter_map(|planned| planned.differs(board.view(&planned.id)));
        let failed = board
            .planned()
            .iter()
            .find(|planned| planned.end.state() == StateType::Failed);
        Self {
            runs: board.planned().len(),
            took_ms: millis(took),
            states: board
                .states()
                .into_iter()
                .map(|(state, count)| (StateName::as_str(state), count))
                .collect(),
            wait_p50_ms,
            limits: limits.collect(),
            differences: differences.collect(),
            shown: failed.map(|planned| planned.id.clone()),
        }
    }

    /// Every run became what was meant, and no limit was exceeded.
    pub(super) fn is_as_intended(&self) -> bool {
        self.differences.is_empty() && self.limits.iter().all(|limit| limit.exceeded == 0)
    }

    /// What did not go as it was meant to.
    pub(super) fn differences(&self) -> Vec<String> {
        let exceeded = self.limits.iter().filter(|limit| limit.exceeded > 0);
        let exceeded =
            exceeded.map(|limit| format!("{} was exceeded {} times", limit.name, limit.exceeded));
        self.differences.iter().cloned().chain(exceeded).collect()
    }

    /// For people, with what to try next.
    pub(super) fn text(&self, stack: &LocalStack) -> String {
        let mut text = String::new();
        let states: Vec<String> = self
            .states
            .iter()
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        let took = time::span(Duration::from_millis(self.took_ms));
        let waits: Vec<String> = self
            .wait_p50_ms
            .iter()
            .map(|(queue, ms)| format!("{queue} {}", time::span(Duration::from_millis(*ms))))
            .collect();
        let peaks: Vec<String> = self
            .limits
            .iter()
            .map(|limit| match limit.value {
                Some(value) => format!("{} at most {} of {value}", limit.name, limit.held_max),
                None => format!("{} at most {} (unlimited)", limit.name, limit.held_max),
            })
            .collect();
        let never = if self.limits.iter().all(|limit| limit.exceeded == 0) {
            "never exceeded"
        } else {
            "EXCEEDED"
        };
        let mut line =
            |name: &str, words: String| writeln!(text, "{name:<12}{words}").unwrap_or_default();
        line(
            "summary:",
            format!("{} runs in {took}: {}", self.runs, states.join(", ")),
        );
        line(
            "limits:",
            format!("{never}, counted from the log: {}", peaks.join(", ")),
        );
        line("waits p50:", waits.join(", "));
        if self.differences.is_empty() {
            line("intended:", "every run ended as it was meant to".to_owned());
        }
        let run = self.shown.as_ref().map(RunId::as_str);
        let data = stack.data.display();
        let up = if crate::local_stack::default_data_dir().is_some_and(|usual| usual == stack.data)
        {
            format!("{} up", words::program())
        } else {
            format!("{} up --data {data}", words::program())
        };
        format!(
            "{text}\nThe demo is over and its stack stops; the runs are kept in {data}.\n\
             Try next, in one terminal:\n  {up}\nand in another:\n{}",
            indented(&words::next_steps(&stack.url, run)),
        )
    }
}

fn lives_of(record: &Record) -> Option<&RunId> {
    use weir_client::Body;
    match &record.body {
        Body::Request { run_id, .. }
        | Body::Claim { run_id, .. }
        | Body::Decision { run_id, .. }
        | Body::Report { run_id, .. } => Some(run_id),
        Body::Epoch(_) | Body::Malformed { .. } => None,
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn indented(text: &str) -> String {
    let mut indented = String::new();
    for line in text.lines() {
        writeln!(indented, "  {line}").unwrap_or_default();
    }
    indented
}

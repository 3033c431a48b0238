//! The runs of the demo, and what is meant to become of each.

use std::time::Duration;

use serde_json::json;
use weir_client::{Attempt, JsonObject, QueueKey, RunId, RunRequest, RunView, StateName, Tag};

use crate::up::pool;

/// How many runs there are.
pub(super) const RUNS: usize = 20;
/// How long the run that is cancelled has run by then.
pub(super) const CANCEL_AFTER: Duration = Duration::from_secs(2);

/// One run of the demo.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) id: RunId,
    pub(super) queue: QueueKey,
    pub(super) request: RunRequest,
    /// The state that it is meant to end in, and after how many attempts.
    pub(super) end: StateName,
    pub(super) attempts: u32,
    /// It is cancelled while it runs.
    pub(super) cancelled: bool,
}

/// What is special about a run; most are [`Kind::Plain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Fails,
    Killed,
    NotThere,
    Retried,
    TimesOut,
    Cancelled,
    Parameters,
}

const HIGH: bool = true;
const DEFAULT: bool = false;

/// Name, whether it goes to the queue `high`, what is special, command.
type Row = (&'static str, bool, Kind, &'static str);

const ROWS: [Row; RUNS] = [
    (
        "extract-orders",
        DEFAULT,
        Kind::Plain,
        r#"sh -c 'for page in 1 2 3 4; do echo "page $page of 4"; sleep 0.8; done'"#,
    ),
    (
        "train-model",
        DEFAULT,
        Kind::Plain,
        r#"python3 -c 'import time
for epoch in range(1, 6):
    time.sleep(0.8)
    print("epoch", epoch, "loss", round(1 / epoch, 3), flush=True)'"#,
    ),
    (
        "flaky-upload",
        DEFAULT,
        Kind::Retried,
        r#"sh -c 'sleep 1; if [ "$WEIR_ATTEMPT" = 1 ]; then echo "attempt 1: the other side hung up" >&2; exit 7; fi; echo "attempt $WEIR_ATTEMPT: 3 files uploaded"'"#,
    ),
    (
        "stuck-query",
        DEFAULT,
        Kind::TimesOut,
        r#"sh -c 'echo "waiting for a lock that nobody gives back"; sleep 60'"#,
    ),
    (
        "endless-poll",
        DEFAULT,
        Kind::Cancelled,
        r#"sh -c 'trap "echo told to stop, tidying up; exit 0" TERM; n=0; while :; do n=$((n+1)); echo "poll $n"; sleep 0.2; done'"#,
    ),
    (
        "broken-parser",
        DEFAULT,
        Kind::Fails,
        r#"python3 -c 'import time
print("parsing line 41")
time.sleep(2)
raise ValueError("line 42 is not a date: 2026-13-01")'"#,
    ),
    (
        "sync-customers",
        DEFAULT,
        Kind::Plain,
        r#"sh -c 'sleep 2; echo "512 customers"; sleep 2; echo "in step"'"#,
    ),
    (
        "export-report",
        DEFAULT,
        Kind::Plain,
        r#"sh -c 'sleep 3.5; echo "day;sum" > report.csv; echo "2026-11-23;1042" >> report.csv; wc -l report.csv'"#,
    ),
    (
        "invoice-1",
        HIGH,
        Kind::Plain,
        r#"sh -c 'sleep 2; echo "invoice 1 is sent"'"#,
    ),
    (
        "invoice-2",
        HIGH,
        Kind::Plain,
        r#"sh -c 'sleep 2; echo "invoice 2 is sent"'"#,
    ),
    (
        "invoice-3",
        HIGH,
        Kind::Plain,
        r#"sh -c 'sleep 2; echo "invoice 3 is sent"'"#,
    ),
    (
        "invoice-4",
        HIGH,
        Kind::Fails,
        r#"sh -c 'sleep 1.5; echo "invoice 4 has no address" >&2; exit 3'"#,
    ),
    (
        "invoice-5",
        HIGH,
        Kind::Plain,
        r#"sh -c 'sleep 2; echo "invoice 5 is sent"'"#,
    ),
    (
        "invoice-6",
        HIGH,
        Kind::Plain,
        r#"sh -c 'sleep 2; echo "invoice 6 is sent"'"#,
    ),
    (
        "count-primes",
        DEFAULT,
        Kind::Plain,
        r#"python3 -c 'print(sum(all(n % d for d in range(2, int(n ** 0.5) + 1)) for n in range(2, 100000)), "primes")'"#,
    ),
    (
        "backup",
        DEFAULT,
        Kind::Plain,
        r#"sh -c 'sleep 3; echo "42 files, nothing changed"'"#,
    ),
    (
        "word-count",
        DEFAULT,
        Kind::Plain,
        "sh -c 'seq 1 20000 | wc -l; sleep 3'",
    ),
    ("typo", DEFAULT, Kind::NotThere, "no-such-command --help"),
    (
        "out-of-memory",
        DEFAULT,
        Kind::Killed,
        r#"sh -c 'sleep 2; echo "about to be killed"; kill -KILL $$'"#,
    ),
    (
        "nightly",
        DEFAULT,
        Kind::Parameters,
        r#"python3 -c 'import json, os, time
print("day", json.loads(os.environ["WEIR_PARAMETERS"])["day"])
time.sleep(2)'"#,
    ),
];

/// The runs of the demo that is told from others by `series`, a part of a run id.
pub(super) fn runs(series: &str) -> anyhow::Result<Vec<Planned>> {
    (1..)
        .zip(ROWS)
        .map(|(n, row)| planned(series, n, row))
        .collect()
}

/// The tag that all runs of a demo carry.
pub(super) fn tag(series: &str) -> anyhow::Result<Tag> {
    Ok(format!("demo-{series}").parse()?)
}

fn planned(series: &str, n: u32, row: Row) -> anyhow::Result<Planned> {
    let (name, high, kind, command) = row;
    let (end, attempts) = match kind {
        Kind::Plain | Kind::Parameters => (StateName::Completed, 1),
        Kind::Retried => (StateName::Completed, 2),
        Kind::Fails => (StateName::Failed, 1),
        Kind::Killed => (StateName::Crashed, 1),
        Kind::NotThere => (StateName::StartFailed, 1),
        Kind::TimesOut => (StateName::TimedOut, 1),
        Kind::Cancelled => (StateName::Cancelled, 1),
    };
    let mut request = RunRequest {
        name: Some(name.to_owned()),
        job_variables: JsonObject::parse(&json!({ "command": command }).to_string())?,
        tags: vec![tag(series)?],
        ..RunRequest::default()
    };
    match kind {
        Kind::Retried => {
            request.retries = Some(2);
            request.retry_delay = Some(Duration::from_secs(1));
        }
        Kind::TimesOut => request.timeout = Some(Duration::from_secs(3)),
        Kind::Parameters => request.parameters = JsonObject::parse(r#"{"day":"2026-11-23"}"#)?,
        Kind::Plain | Kind::Fails | Kind::Killed | Kind::NotThere | Kind::Cancelled => {}
    }
    Ok(Planned {
        id: format!("demo-{series}-{n:02}").parse()?,
        queue: if high { pool::high() } else { pool::default() },
        request,
        end,
        attempts,
        cancelled: kind == Kind::Cancelled,
    })
}

impl Planned {
    /// In what a run's end differs from what was meant; `None` if in nothing.
    pub(super) fn differs(&self, view: Option<&RunView>) -> Option<String> {
        let name = self.request.name.as_deref().unwrap_or_default();
        let Some(view) = view else {
            return Some(format!("{} ({name}) is not there", self.id));
        };
        if view.state_name == self.end && view.attempt == Attempt(self.attempts) {
            return None;
        }
        let told = [view.reason.as_str(), view.message.as_str()].join(" ");
        Some(format!(
            "{} ({name}) was to be {} after {} attempts and is {} after {} {}",
            self.id,
            self.end,
            self.attempts,
            view.state_name,
            view.attempt,
            told.trim(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use weir_client::{FamilyView, RunKey, Seq, Timestamp};
    use weir_core::template::process::split_command;

    use super::*;

    fn view(planned: &Planned, state_name: StateName, attempt: u32) -> RunView {
        RunView {
            key: RunKey {
                queue: planned.queue.clone(),
                run_id: planned.id.clone(),
            },
            deployment: None,
            name: None,
            tags: Vec::new(),
            priority: 0,
            state: state_name.state(),
            state_name,
            reason: "CommandNotFound".to_owned(),
            message: String::new(),
            attempt: Attempt(attempt),
            requested_at: Timestamp(0),
            request_seq: Seq(1),
            claimed_at: None,
            started_at: None,
            ended_at: None,
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

    #[test]
    fn there_are_runs_of_every_kind() {
        let runs = runs("1a").unwrap();
        let ids: BTreeSet<_> = runs.iter().map(|run| run.id.clone()).collect();
        assert_eq!(ids.len(), RUNS);
        let count = |end| runs.iter().filter(|run| run.end == end).count();
        assert!(count(StateName::Completed) >= 10 && count(StateName::Failed) >= 2);
        assert_eq!(
            (count(StateName::TimedOut), count(StateName::Cancelled)),
            (1, 1)
        );
        assert_eq!(runs.iter().filter(|run| run.attempts == 2).count(), 1);
        assert_eq!(runs.iter().filter(|run| run.cancelled).count(), 1);
        assert!(
            runs.iter().filter(|run| run.queue == pool::high()).count() > 2,
            "the limit of `high` is never reached"
        );
    }

    #[test]
    fn every_command_can_be_split() {
        for (name, _, _, command) in ROWS {
            let words = split_command(command).unwrap();
            assert!(matches!(words.len(), 2 | 3), "{name}: {words:?}");
        }
    }

    #[test]
    fn a_run_that_ended_otherwise_is_named_with_both_ends() {
        let planned = runs("1a").unwrap().remove(0);
        assert_eq!(
            planned.differs(Some(&view(&planned, StateName::Completed, 1))),
            None
        );
        let words = planned
            .differs(Some(&view(&planned, StateName::StartFailed, 1)))
            .unwrap();
        assert!(
            words.contains("demo-1a-01 (extract-orders)") && words.contains("Completed after 1"),
            "{words}"
        );
        assert!(
            words.ends_with("is StartFailed after 1 CommandNotFound"),
            "{words}"
        );
        assert!(
            planned
                .differs(Some(&view(&planned, StateName::Completed, 2)))
                .is_some()
        );
        assert!(planned.differs(None).is_some());
    }
}

//! Two hundred runs on their way, over two queues of one pool: what is killed in their middle is up to the test.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{
    history::{History, Peak},
    marks::{MarkKind, Marks},
    stack::Stack,
    wait::until,
    wire::Wire,
};

/// How many runs.
const RUNS: usize = 200;

/// The runs, by id with the exit code that each is to end with.
#[derive(Debug)]
pub struct Crowd {
    pool: String,
    marks: Marks,
    codes: BTreeMap<String, i32>,
}

impl Crowd {
    /// The pool's limit.
    pub const POOL_LIMIT: usize = 8;
    /// The limit of the queue `high`.
    pub const HIGH_LIMIT: usize = 3;
    /// How many runs a worker must serve at least.
    pub const CAPACITY: usize = 2 * Self::POOL_LIMIT;

    /// Makes the pool with its queues, and publishes all requests. Without retries the runs end with different exit codes,
    /// and each must have its own; with retries all would end well, if only they are let.
    pub fn publish(stack: &Stack, wire: &Wire, pool: &str, retries: u32) -> Self {
        stack
            .weir(&format!(
                "work-pool create {pool} --type process --concurrency-limit {}",
                Self::POOL_LIMIT
            ))
            .ok();
        stack
            .weir(&format!(
                "work-queue create high --pool {pool} --limit {} --priority 1",
                Self::HIGH_LIMIT
            ))
            .ok();
        stack
            .weir(&format!(
                "work-queue update default --pool {pool} --priority 2"
            ))
            .ok();
        let marks = stack.marks(pool);
        let mut codes = BTreeMap::new();
        let mut requests = Vec::new();
        for number in 0..RUNS {
            let run_id = format!("{pool}-{number}");
            // A retry is for lost attempts here, and would try again what fails by its own exit code.
            let code = if retries == 0 {
                i32::try_from(number % 4).unwrap_or_default()
            } else {
                0
            };
            let queue = if number % 4 == 0 { "high" } else { "default" };
            let nap = 0.15 + 0.05 * f64::from(u8::try_from(number % 5).unwrap_or_default());
            let request = json!({
                "jobVariables": marks.job(nap, code),
                "retries": retries,
                "retryDelay": "0.1s",
            });
            let subject = format!("weir.run.{pool}.{queue}.{run_id}.request");
            requests.push((subject, request.to_string().into_bytes()));
            codes.insert(run_id, code);
        }
        for published in wire.publish_all(requests) {
            published.stored();
        }
        Self {
            pool: pool.to_owned(),
            marks,
            codes,
        }
    }

    /// Waits until so many of them have ended by themselves.
    #[track_caller]
    pub fn under_way(&self, ended: usize) {
        until(
            &format!("{ended} runs have ended"),
            Duration::from_mins(1),
            || {
                let all = self.marks.all();
                let done = all
                    .values()
                    .filter(|marks| marks.iter().any(|mark| mark.kind == MarkKind::End));
                (done.count() >= ended).then_some(())
            },
        );
    }

    /// Waits until all have ended, then looks at everything that must hold.
    #[track_caller]
    pub fn assert_all_ended_well(&self, stack: &Stack, within: Duration) {
        let runs = stack.all_ended(&self.pool, self.codes.len(), within);
        assert_eq!(runs.len(), self.codes.len());
        for run in &runs {
            let id = run["runId"].as_str().unwrap_or_default();
            let code = self.codes.get(id).copied();
            assert_eq!(
                run["exitCode"].as_i64(),
                code.map(i64::from),
                "run {id} ended otherwise: {run:#}"
            );
            let state = if code == Some(0) {
                "COMPLETED"
            } else {
                "FAILED"
            };
            assert_eq!(run["state"], state, "run {id}: {run:#}");
            assert_eq!(
                self.marks.of(id).last().map(|mark| mark.kind),
                Some(MarkKind::End),
                "run {id} has not run"
            );
        }
        self.marks.assert_never_twice();
        let Peak { pool, queues } = History::read(stack.url(), &self.pool).peak();
        let high = queues.get("high").copied().unwrap_or_default();
        let limits = (Self::POOL_LIMIT, Self::HIGH_LIMIT);
        assert!(
            pool <= limits.0 && high <= limits.1,
            "the limits of {limits:?} were exceeded: {pool}, {high}"
        );
        assert_eq!((pool, high), limits, "the limits were never reached");
    }

    /// Each of them was started exactly once: nothing was lost, so nothing had to be tried again.
    #[track_caller]
    pub fn assert_each_ran_once(&self) {
        for run_id in self.codes.keys() {
            let marks = self.marks.of(run_id);
            let starts = marks.iter().filter(|mark| mark.kind == MarkKind::Start);
            assert_eq!(starts.count(), 1, "starts of {run_id}: {marks:?}");
        }
    }

    /// How many attempts were made more than there are runs.
    pub fn retried(&self, stack: &Stack) -> usize {
        let again = |run: &Value| run["attempt"].as_u64().unwrap_or_default() > 1;
        stack
            .runs(&self.pool)
            .iter()
            .filter(|run| again(run))
            .count()
    }
}

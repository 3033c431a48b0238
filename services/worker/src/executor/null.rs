//! The executor that does nothing: for benchmarks, for tests of everything around a run, and for trying out limits.
//!
//! Job variables: `sleep` (milliseconds until it ends, 0 when absent) and `exit_code` (0 when absent).

use std::time::Duration;

use serde_json::Value;
use weir_core::{
    cell::PoolType,
    event::{Outcome, OutcomeClass},
};
use weir_runtime::Clock;

use super::{Control, Ended, Ending, Executor, Job, News, StopCause, stopped};

/// See the module.
#[derive(Clone, Debug)]
pub struct NullExecutor {
    clock: Clock,
}

impl NullExecutor {
    /// Takes its time from `clock`.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }

    async fn sleep(&self, job: &Job, sleep: Duration, control: &mut Control) -> Outcome {
        let (span, timed_out) = match job.timeout {
            Some(timeout) if timeout < sleep => (timeout, true),
            Some(_) | None => (sleep, false),
        };
        if span.is_zero() && !timed_out {
            return exited(job);
        }
        tokio::select! {
            () = self.clock.sleep(span) => if timed_out { Outcome::of(OutcomeClass::TimedOut) } else { exited(job) },
            cause = told_to_stop(control) => stopped(cause, None, None),
        }
    }
}

impl Executor for NullExecutor {
    fn supports(&self, kind: PoolType) -> bool {
        kind == PoolType::Null
    }

    async fn run(&self, job: Job, mut control: Control) -> Ending {
        let stop = *control.stop.borrow();
        if let Some(stop) = stop {
            return Ended::stopped_before_start(stop.cause).into();
        }
        control.tell(News::Started {
            infrastructure: String::new(),
        });
        let sleep = job
            .rendered
            .get("sleep")
            .and_then(Value::as_u64)
            .unwrap_or(0);
        let outcome = self
            .sleep(&job, Duration::from_millis(sleep), &mut control)
            .await;
        Ending::Ended(Ended {
            outcome,
            gone: true,
        })
    }
}

fn exited(job: &Job) -> Outcome {
    let code = job
        .rendered
        .get("exit_code")
        .and_then(Value::as_i64)
        .and_then(|code| i32::try_from(code).ok());
    let code = code.unwrap_or(0);
    let class = if code == 0 {
        OutcomeClass::Completed
    } else {
        OutcomeClass::Failed
    };
    Outcome {
        exit_code: Some(code),
        ..Outcome::of(class)
    }
}

async fn told_to_stop(control: &mut Control) -> StopCause {
    loop {
        let stop = *control.stop.borrow_and_update();
        if let Some(stop) = stop {
            return stop.cause;
        }
        if control.stop.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

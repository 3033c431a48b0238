//! How a run is to have ended, as people are shown it.

use serde_json::Value;

/// An end: state, finer name, reason, message, exit code, signal and attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    /// The finer name of its state.
    pub name: &'static str,
    state: &'static str,
    reason: &'static str,
    message: &'static str,
    exit_code: Option<i32>,
    signal: Option<i32>,
    attempts: u32,
}

impl Fate {
    /// This state under this finer name, after one attempt, with nothing else to tell.
    pub const fn of(state: &'static str, name: &'static str) -> Self {
        Self {
            name,
            state,
            reason: "",
            message: "",
            exit_code: None,
            signal: None,
            attempts: 1,
        }
    }
    /// It ended well.
    pub const fn completed() -> Self {
        Self::of("COMPLETED", "Completed").code(0)
    }
    /// It ended with this exit code, which the message tells.
    pub const fn failed(code: i32, message: &'static str) -> Self {
        Self::of("FAILED", "Failed").because("", message).code(code)
    }
    /// It was cancelled and somebody had to stop it, by this signal.
    pub const fn cancelled(signal: i32, message: &'static str) -> Self {
        Self::of("CANCELLED", "Cancelled")
            .because("Cancelled", message)
            .signal(signal)
    }
    /// Its worker was lost, and what became of it with that.
    pub const fn worker_lost() -> Self {
        Self::of("CRASHED", "WorkerLost").because("WorkerLost", "stopped renewing its lease")
    }
    /// The reason as a code, and words of the message; without words there is no message.
    #[must_use]
    pub const fn because(self, reason: &'static str, message: &'static str) -> Self {
        Self {
            reason,
            message,
            ..self
        }
    }
    /// Its exit code.
    #[must_use]
    pub const fn code(self, code: i32) -> Self {
        Self {
            exit_code: Some(code),
            ..self
        }
    }
    /// The signal that ended it.
    #[must_use]
    pub const fn signal(self, signal: i32) -> Self {
        Self {
            signal: Some(signal),
            ..self
        }
    }
    /// The number of its last attempt; 0 where there was none.
    #[must_use]
    pub const fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// It is what a run shows.
    #[track_caller]
    pub fn is_of(&self, run: &Value) {
        let Self {
            name,
            state,
            reason,
            message,
            exit_code,
            signal,
            attempts,
        } = self;
        let shown = |field: &str| &run[field];
        let numbers = (
            shown("attempt").as_u64().unwrap_or_default(),
            shown("exitCode").as_i64(),
            shown("signal").as_i64(),
        );
        let texts =
            ["state", "stateName", "reason"].map(|field| shown(field).as_str().unwrap_or_default());
        assert_eq!(
            (texts, numbers),
            (
                [*state, *name, *reason],
                (
                    u64::from(*attempts),
                    exit_code.map(i64::from),
                    signal.map(i64::from)
                )
            ),
            "{run:#}"
        );
        let told = shown("message").as_str().unwrap_or_default();
        assert!(
            told.contains(message) && told.is_empty() == message.is_empty(),
            "the message is {told:?} and should say {message:?}: {run:#}"
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_field_is_looked_at() {
        let run = json!({
            "state": "FAILED", "stateName": "Failed", "message": "exit code 3", "exitCode": 3, "attempt": 1,
        });
        Fate::failed(3, "exit code 3").is_of(&run);
        let others = [
            Fate::failed(4, "exit code 3"),
            Fate::failed(3, "exit code 4"),
            Fate::failed(3, ""),
            Fate::failed(3, "exit code 3").attempts(2),
            Fate::failed(3, "exit code 3").signal(9),
            Fate::of("FAILED", "TimedOut")
                .because("", "exit code 3")
                .code(3),
            Fate::of("CRASHED", "Failed")
                .because("", "exit code 3")
                .code(3),
            Fate::of("FAILED", "Failed")
                .because("Why", "exit code 3")
                .code(3),
        ];
        for other in others {
            std::panic::catch_unwind(|| other.is_of(&run)).unwrap_err();
        }
    }
}

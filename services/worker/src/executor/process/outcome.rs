//! How an ended process is told: as its own end, or as the end of whatever we did to it.

use weir_core::event::{Outcome, OutcomeClass};

use crate::{
    executor::{StopCause, stopped},
    keeper::frame::{self, End},
};

/// The outcome of an ended command. What ended before our signal was sent has ended by itself, whatever was ordered.
pub(super) fn outcome(
    end: End,
    ordered: Option<StopCause>,
    timeout: Option<std::time::Duration>,
) -> Outcome {
    let End {
        exit_code,
        signal,
        stopped: cause,
    } = end;
    let told = |class, reason: &str, message: String| Outcome {
        class,
        exit_code,
        signal,
        reason: reason.to_owned(),
        message,
    };
    match cause {
        None => itself(exit_code, signal),
        Some(frame::StopCause::Ordered) => {
            stopped(ordered.unwrap_or(StopCause::Revoked), exit_code, signal)
        }
        Some(frame::StopCause::Timeout) => {
            let after = timeout.map_or_else(String::new, |timeout| format!(" of {timeout:?}"));
            told(
                OutcomeClass::TimedOut,
                "TimedOut",
                format!("stopped when its timeout{after} was over"),
            )
        }
        Some(frame::StopCause::Lease | frame::StopCause::PipeClosed) => {
            stopped(StopCause::SessionLost, exit_code, signal)
        }
        Some(frame::StopCause::KeeperSignaled) => told(
            OutcomeClass::Signaled,
            "KeeperSignaled",
            "stopped because its keeper was told to end by a signal from outside of weir"
                .to_owned(),
        ),
    }
}

fn itself(exit_code: Option<i32>, signal: Option<i32>) -> Outcome {
    let (class, message) = match (exit_code, signal) {
        (Some(0), _) => (OutcomeClass::Completed, String::new()),
        (Some(code), _) => (OutcomeClass::Failed, format!("exit code {code}")),
        (None, Some(signal)) => (
            OutcomeClass::Signaled,
            format!("ended by signal {signal}, which weir did not send"),
        ),
        (None, None) => (
            OutcomeClass::Lost,
            "it ended with neither exit code nor signal".to_owned(),
        ),
    };
    Outcome {
        class,
        exit_code,
        signal,
        reason: String::new(),
        message,
    }
}

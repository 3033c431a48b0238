//! Exit codes that scripts can rely on, and what an error means as one.

use std::process::ExitCode;

use weir_client::{
    CancelError, ConfigError, ConnectError, FaultCode, FindError, ForgetError, InForceError,
    InspectError, LogError, QueryError, ReadCellError, StateType, SubmitError,
};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It is done.
    Ok,
    /// Something else went wrong.
    Error,
    /// Something would change.
    Changes,
    /// The run that was watched failed or crashed.
    RunFailed,
    /// The run that was watched was cancelled.
    RunCancelled,
    /// No scheduler answers.
    NoScheduler,
    /// The run was rejected, or would be.
    Rejected,
    /// There is no such run, pool, queue or deployment.
    NotFound,
    /// The broker cannot be reached, or refuses.
    Broker,
    /// A second signal ended it.
    Signal(u8),
}

/// The table of exit codes for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something else went wrong
  2  the command line is wrong; or something would change (apply --detailed-exitcode)
  3  the watched run failed or crashed
  4  the watched run was cancelled
  5  no scheduler is online
  6  the run was rejected, or would be (then it was not published)
  7  there is no such run, pool, queue or deployment
  8  the NATS server cannot be reached, or refuses";

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Error => 1,
            Self::Changes => 2,
            Self::RunFailed => 3,
            Self::RunCancelled => 4,
            Self::NoScheduler => 5,
            Self::Rejected => 6,
            Self::NotFound => 7,
            Self::Broker => 8,
            Self::Signal(code) => code,
        }
    }

    /// What the end of a watched run means.
    pub(crate) const fn of_run(state: StateType) -> Self {
        match state {
            StateType::Failed | StateType::Crashed => Self::RunFailed,
            StateType::Cancelled => Self::RunCancelled,
            StateType::Completed
            | StateType::Scheduled
            | StateType::Pending
            | StateType::Running
            | StateType::Cancelling
            | StateType::Paused => Self::Ok,
        }
    }

    /// What an error means: the most telling of its causes decides.
    pub(crate) fn of_error(error: &anyhow::Error) -> Self {
        error
            .chain()
            .map(of_cause)
            .find(|exit| *exit != Self::Error)
            .unwrap_or(Self::Error)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error that a verb raises by itself, with the code that it ends with.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Told {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

/// What does not exist.
pub(crate) fn not_found(message: impl Into<String>) -> anyhow::Error {
    Told {
        exit: Exit::NotFound,
        message: message.into(),
    }
    .into()
}

/// What would be rejected if it were submitted.
pub(crate) fn rejected(error: &dyn std::error::Error) -> anyhow::Error {
    Told {
        exit: Exit::Rejected,
        message: error.to_string(),
    }
    .into()
}

type Cause = dyn std::error::Error + 'static;

fn of_cause(cause: &Cause) -> Exit {
    if let Some(told) = cause.downcast_ref::<Told>() {
        told.exit
    } else if let Some(error) = cause.downcast_ref::<QueryError>() {
        of_query(error)
    } else if let Some(error) = cause.downcast_ref::<SubmitError>() {
        of_submit(error)
    } else if cause.downcast_ref::<ConnectError>().is_some() {
        Exit::Broker
    } else if let Some(error) = cause.downcast_ref::<LogError>() {
        of_log(error)
    } else {
        of_unknown_thing(cause)
    }
}

fn of_query(error: &QueryError) -> Exit {
    match error {
        QueryError::NoScheduler => Exit::NoScheduler,
        QueryError::Refused { code: 404, .. } => Exit::NotFound,
        QueryError::Refused { .. } | QueryError::Log(_) | QueryError::Decode { .. } => Exit::Error,
    }
}

fn of_submit(error: &SubmitError) -> Exit {
    match error {
        SubmitError::Invalid { fault } if fault.code == FaultCode::UnknownDeployment => {
            Exit::NotFound
        }
        SubmitError::Invalid { .. } | SubmitError::Rejected { .. } | SubmitError::Full { .. } => {
            Exit::Rejected
        }
        SubmitError::UnknownQueue { .. } => Exit::NotFound,
        SubmitError::NoTarget
        | SubmitError::NotAcknowledged { .. }
        | SubmitError::Cell(_)
        | SubmitError::Log(_)
        | SubmitError::Random(_) => Exit::Error,
    }
}

const fn of_log(error: &LogError) -> Exit {
    match error {
        LogError::Unavailable { .. } | LogError::Refused { .. } => Exit::Broker,
        LogError::NoResponders => Exit::NoScheduler,
        LogError::NoStream { .. } => Exit::NotFound,
        LogError::Cut { .. } | LogError::Decode { .. } => Exit::Error,
    }
}

fn of_unknown_thing(cause: &Cause) -> Exit {
    let unknown = matches!(cause.downcast_ref(), Some(FindError::UnknownRun { .. }))
        || matches!(cause.downcast_ref(), Some(InspectError::UnknownRun { .. }))
        || matches!(cause.downcast_ref(), Some(CancelError::UnknownQueue { .. }))
        || matches!(cause.downcast_ref(), Some(ForgetError::Unknown { .. }))
        || matches!(
            cause.downcast_ref(),
            Some(
                ConfigError::UnknownPool(_)
                    | ConfigError::UnknownQueue(_)
                    | ConfigError::UnknownDeployment(_)
                    | ConfigError::UnknownTagLimit(_)
                    | ConfigError::UnknownNamedLimit(_)
            )
        )
        || matches!(cause.downcast_ref(), Some(InForceError::UnknownQueue(_)))
        || matches!(cause.downcast_ref(), Some(ReadCellError::NoCell));
    if unknown { Exit::NotFound } else { Exit::Error }
}

/// What to do about an error, where its own words do not say so.
pub(crate) fn hint(error: &anyhow::Error) -> Option<String> {
    match Exit::of_error(error) {
        Exit::NoScheduler => Some(START_SCHEDULER.to_owned()),
        Exit::Broker => Some(
            "start a local stack with `weir up`, or say where the broker is with --nats-url or NATS_URL \
             (and --creds or NATS_CREDS)"
                .to_owned(),
        ),
        Exit::Ok
        | Exit::Error
        | Exit::Changes
        | Exit::RunFailed
        | Exit::RunCancelled
        | Exit::Rejected
        | Exit::NotFound
        | Exit::Signal(_) => None,
    }
}

/// How to get a scheduler.
pub(crate) const START_SCHEDULER: &str = "start one with `weir up` (a whole local stack) or `weir scheduler start` (against this broker)";

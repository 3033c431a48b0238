//! The workers' word on `.report`.

use bytes::Bytes;
use prost::Message;
use weir_core::event::{Outcome, OutcomeClass, Report, Reported};

use crate::{
    error::{DecodeError, Wrong, decode},
    field, wire,
};

/// The bytes of a report.
pub fn encode_report(report: &Report) -> Bytes {
    use wire::report::What;
    let Report {
        attempt,
        session,
        n,
        what,
    } = report;
    let what = match what {
        Reported::Taken { worker, lease } => What::Taken(wire::Taken {
            worker: worker.to_string(),
            lease: field::span_to_wire(*lease),
        }),
        Reported::Submitted { infrastructure } => What::Submitted(wire::Submitted {
            infrastructure: field::text(infrastructure.clone()),
        }),
        Reported::Started { infrastructure } => What::Started(wire::Started {
            infrastructure: field::text(infrastructure.clone()),
        }),
        Reported::Waiting { reason, message } => What::Waiting(wire::Waiting {
            reason: field::text(reason.clone()),
            message: field::text(message.clone()),
        }),
        Reported::Finished { outcome, gone } => What::Finished(wire::Finished {
            outcome: Some(outcome_to_wire(outcome)),
            gone: *gone,
        }),
        Reported::Gone { outcome } => What::Gone(wire::Gone {
            outcome: outcome.as_ref().map(outcome_to_wire),
        }),
        Reported::HandedBack => What::HandedBack(wire::HandedBack {}),
    };
    wire::Report {
        attempt: attempt.0,
        session: session.to_string(),
        n: *n,
        what: Some(what),
    }
    .encode_to_vec()
    .into()
}

/// The report in these bytes.
pub fn decode_report(payload: &[u8]) -> Result<Report, DecodeError> {
    decode(
        "report",
        payload,
        |wire::Report {
             attempt,
             session,
             n,
             what,
         }| {
            Ok(Report {
                attempt: field::attempt(attempt)?,
                session: field::name("session", &session)?,
                n: field::counted("n", n)?,
                what: reported_from_wire(what)?,
            })
        },
    )
}

fn reported_from_wire(what: Option<wire::report::What>) -> Result<Reported, Wrong> {
    use wire::report::What;
    Ok(match field::required("what", what)? {
        What::Taken(wire::Taken { worker, lease }) => Reported::Taken {
            worker: field::name("taken.worker", &worker)?,
            lease: field::span("taken.lease", lease)?,
        },
        What::Submitted(wire::Submitted { infrastructure }) => Reported::Submitted {
            infrastructure: field::text(infrastructure),
        },
        What::Started(wire::Started { infrastructure }) => Reported::Started {
            infrastructure: field::text(infrastructure),
        },
        What::Waiting(wire::Waiting { reason, message }) => Reported::Waiting {
            reason: field::text(reason),
            message: field::text(message),
        },
        What::Finished(wire::Finished { outcome, gone }) => {
            let outcome = field::required("outcome", outcome).and_then(outcome_from_wire);
            Reported::Finished {
                outcome: outcome.map_err(|wrong| wrong.under("finished"))?,
                gone,
            }
        }
        What::Gone(wire::Gone { outcome }) => {
            let outcome = outcome.map(outcome_from_wire).transpose();
            Reported::Gone {
                outcome: outcome.map_err(|wrong| wrong.under("gone"))?,
            }
        }
        What::HandedBack(wire::HandedBack {}) => Reported::HandedBack,
    })
}

fn outcome_to_wire(outcome: &Outcome) -> wire::Outcome {
    use wire::outcome::Class;
    let Outcome {
        class,
        exit_code,
        signal,
        reason,
        message,
    } = outcome;
    let class = match class {
        OutcomeClass::Completed => Class::Completed,
        OutcomeClass::Failed => Class::Failed,
        OutcomeClass::Signaled => Class::Signaled,
        OutcomeClass::TimedOut => Class::TimedOut,
        OutcomeClass::StartFailed => Class::StartFailed,
        OutcomeClass::Stopped => Class::Stopped,
        OutcomeClass::Lost => Class::Lost,
        OutcomeClass::Crashed => Class::Crashed,
    };
    wire::Outcome {
        class: class.into(),
        exit_code: *exit_code,
        signal: *signal,
        reason: field::text(reason.clone()),
        message: field::text(message.clone()),
    }
}

fn outcome_from_wire(outcome: wire::Outcome) -> Result<Outcome, Wrong> {
    use wire::outcome::Class;
    let wire::Outcome {
        class: number,
        exit_code,
        signal,
        reason,
        message,
    } = outcome;
    let class = match Class::try_from(number) {
        Ok(Class::Completed) => Some(OutcomeClass::Completed),
        Ok(Class::Failed) => Some(OutcomeClass::Failed),
        Ok(Class::Signaled) => Some(OutcomeClass::Signaled),
        Ok(Class::TimedOut) => Some(OutcomeClass::TimedOut),
        Ok(Class::StartFailed) => Some(OutcomeClass::StartFailed),
        Ok(Class::Stopped) => Some(OutcomeClass::Stopped),
        Ok(Class::Lost) => Some(OutcomeClass::Lost),
        Ok(Class::Crashed) => Some(OutcomeClass::Crashed),
        Ok(Class::Unspecified) | Err(_) => None,
    };
    Ok(Outcome {
        class: field::known("outcome.class", number, class)?,
        exit_code,
        signal,
        reason: field::text(reason),
        message: field::text(message),
    })
}

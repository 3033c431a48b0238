//! A run's records as a history that people can read.

use weir_client::Record;
use weir_core::{
    event::{Body, CancelCause, Claim, Decision, Outcome, Reported, RevokeCause},
    request::Request,
};

use super::{cycle, time};
use crate::table::Table;

/// Each record on a line: when, who, what.
pub(crate) fn table(records: &[Record]) -> Table {
    let mut table = Table::new(&["SEQ", "TIME", "WHO", "WHAT"]);
    for record in records {
        let (who, what) = words(&record.body);
        table.row([
            record.seq.to_string().into(),
            time::utc(record.at).into(),
            who.into(),
            what.into(),
        ]);
    }
    table
}

fn words(body: &Body) -> (&'static str, String) {
    match body {
        Body::Request { request, .. } => ("user", requested(request)),
        Body::Claim { decided, .. } => ("scheduler", claimed(&decided.what)),
        Body::Decision { decided, .. } => ("scheduler", decision(&decided.what)),
        Body::Report { report, .. } => (
            "worker",
            format!("attempt {}: {}", report.attempt, reported(&report.what)),
        ),
        Body::Epoch(epoch) => ("scheduler", format!("epoch {} begins", epoch.epoch)),
        Body::Malformed { voice, detail } => ("unknown", format!("malformed {voice:?}: {detail}")),
    }
}

fn requested(request: &Request) -> String {
    match request {
        Request::Run(_) => "requested".to_owned(),
        Request::Cancel(cancel) if cancel.reason.is_empty() => "cancel asked for".to_owned(),
        Request::Cancel(cancel) => format!("cancel asked for: {}", cancel.reason),
        Request::SetPriority(priority) => format!("priority {priority} asked for"),
        Request::Retry(_) => "another attempt asked for".to_owned(),
        Request::Waits(waits) => {
            let runs = waits.runs.len();
            let first = waits.runs.first().map(ToString::to_string);
            let first = first.unwrap_or_default();
            let more = if runs > 1 {
                format!(" and {} more", runs - 1)
            } else {
                String::new()
            };
            let slots = if waits.yields {
                ", and gives its slots back meanwhile"
            } else {
                ""
            };
            format!("waits for run {first}{more}{slots}")
        }
        Request::GoesOn(_) => "what it waited for has ended".to_owned(),
        Request::Bad(fault) => format!("a request that cannot be read: {fault}"),
    }
}

fn claimed(claim: &Claim) -> String {
    match claim {
        Claim::Claimed(claimed) => format!("attempt {} claimed", claimed.attempt),
        Claim::Revoked(revoked) => {
            let cause = match &revoked.cause {
                RevokeCause::NotTaken => "nobody took it in time".to_owned(),
                RevokeCause::Cancel => "the run is cancelled".to_owned(),
                RevokeCause::WorkerLost { session } => {
                    format!("its worker was lost (session {session})")
                }
                RevokeCause::NotSubmitted => "its worker did not start it in time".to_owned(),
                RevokeCause::NotStarted => "it did not start in time".to_owned(),
                RevokeCause::RanTooLong => "its time was up and nobody had ended it".to_owned(),
            };
            format!("attempt {} revoked: {cause}", revoked.attempt)
        }
    }
}

fn decision(decision: &Decision) -> String {
    match decision {
        Decision::Rejected(fault) => format!("rejected ({}): {fault}", fault.code.as_str()),
        Decision::RetryScheduled { attempt, due } => {
            format!(
                "attempt {attempt} has failed; the next is due {}",
                time::utc(*due)
            )
        }
        Decision::CancelOrdered {
            attempt,
            grace,
            reason,
            cause,
        } => {
            let order = format!(
                "attempt {attempt} is told to stop within {}",
                time::span(*grace)
            );
            match cause {
                CancelCause::Lapsed => format!("{order}: {reason}"),
                CancelCause::Asked
                | CancelCause::Collision
                | CancelCause::ParentEnded
                | CancelCause::ChildFailed
                | CancelCause::NotReached => order,
            }
        }
        Decision::Cancelled {
            reason,
            cause: CancelCause::Lapsed,
            ..
        } => format!("lapsed: {reason}"),
        Decision::Cancelled { reason, .. } if reason.is_empty() => "cancelled".to_owned(),
        Decision::Cancelled { reason, .. } => format!("cancelled: {reason}"),
        Decision::Yielded { attempt, .. } => {
            format!("attempt {attempt} holds no slots while it waits")
        }
        Decision::Regranted { attempt, .. } => {
            format!("attempt {attempt} has its slots again and goes on")
        }
        Decision::FoundInCycle { links, runs, .. } => {
            format!("{runs} runs wait for each other: {}", cycle::line(links))
        }
    }
}

fn reported(reported: &Reported) -> String {
    match reported {
        Reported::Taken { worker, .. } => format!("taken by {worker}"),
        Reported::Submitted { infrastructure } => format!("submitted as {infrastructure}"),
        Reported::Started { infrastructure } if infrastructure.is_empty() => "started".to_owned(),
        Reported::Started { infrastructure } => format!("started as {infrastructure}"),
        Reported::Waiting { reason, message } => format!("waits: {reason} {message}"),
        Reported::Finished {
            outcome,
            gone: true,
        } => ended(outcome),
        Reported::Finished {
            outcome,
            gone: false,
        } => format!("{}; something of it is left", ended(outcome)),
        Reported::Gone {
            outcome: Some(outcome),
        } => format!("gone: {}", ended(outcome)),
        Reported::Gone { outcome: None } => "gone".to_owned(),
        Reported::HandedBack => "handed back: its worker is being stopped".to_owned(),
    }
}

fn ended(outcome: &Outcome) -> String {
    let mut words = format!("{:?}", outcome.class);
    if let Some(code) = outcome.exit_code {
        words = format!("{words}, exit code {code}");
    }
    if let Some(signal) = outcome.signal {
        words = format!("{words}, signal {signal}");
    }
    for more in [&outcome.reason, &outcome.message] {
        if !more.is_empty() {
            words = format!("{words}, {more}");
        }
    }
    words
}

//! Records in few words, for the trace.

use weir_core::{
    cell::{CellBody, ConfigObject},
    event::{
        Body, CancelCause, Claim, Claimed, Decision, Outcome, Record, Reported, RevokeCause,
        Revoked,
    },
    ids::{QueueStream, SessionId},
    request::{Request, RunRequest},
};

/// The last digits of a session's id.
pub(super) fn short(session: &SessionId) -> &str {
    let id = session.as_str();
    id.get(id.len().saturating_sub(6)..).unwrap_or(id)
}

pub(super) fn outcome(outcome: &Outcome) -> String {
    let Outcome {
        class,
        exit_code,
        signal,
        reason,
        message: _,
    } = outcome;
    format!("{class:?} {exit_code:?} {signal:?} {reason}")
}

pub(super) fn record(queue: &QueueStream, record: &Record) -> String {
    let Record { seq, at: _, body } = record;
    let what = match body {
        Body::Request {
            run_id, request, ..
        } => format!("{run_id} request {}", asked(request)),
        Body::Claim { run_id, decided } => {
            format!("{run_id} {:?} {}", decided.id, granted(&decided.what))
        }
        Body::Decision { run_id, decided } => {
            format!("{run_id} {:?} {}", decided.id, said(&decided.what))
        }
        Body::Report { run_id, report } => {
            let (session, n) = (short(&report.session), report.n);
            format!(
                "{run_id} {:?} {session}.{n} {}",
                report.attempt,
                reported(&report.what)
            )
        }
        Body::Epoch(epoch) => format!("epoch {:?} {:?} {}", epoch.epoch, epoch.lane, epoch.leader),
        Body::Malformed { voice, detail } => format!("malformed {voice:?} {detail}"),
    };
    format!("{} {seq:?} {what}", queue.key)
}

fn asked(request: &Request) -> String {
    match request {
        Request::Run(run) => run_asked(run),
        Request::Cancel(cancel) => format!("cancel {:?}", cancel.grace_in_force()),
        Request::SetPriority(priority) => format!("priority {priority}"),
        Request::Retry(attempt) => format!("retry after {attempt:?}"),
        Request::Waits(waits) => format!(
            "waits {:?} k={} yields={}",
            waits.id.attempt, waits.id.k, waits.yields
        ),
        Request::GoesOn(id) => format!("goes on {:?} k={}", id.attempt, id.k),
        Request::Bad(fault) => format!("bad {:?}", fault.code),
    }
}

fn run_asked(run: &RunRequest) -> String {
    let mut words = vec![format!(
        "run priority={} retries={:?} timeout={:?} deployment={:?}",
        run.priority, run.retries, run.timeout, run.deployment
    )];
    if let Some(parent) = &run.parent {
        let (ends, fails) = (parent.on_parent_end, parent.on_failure);
        words.push(format!("of {} ({ends}, {fails})", parent.run));
    }
    if let Some(after) = &run.after {
        let outcome = after.outcome;
        let others = after.runs.iter();
        words.extend(others.map(|other| format!("after {other} ({outcome})")));
    }
    words.extend(run.scheduled_time.map(|at| format!("at {at:?}")));
    words.extend(run.max_lateness.map(|late| format!("late {late:?}")));
    words.join(" ")
}

fn granted(claim: &Claim) -> String {
    match claim {
        Claim::Claimed(Claimed { attempt, slots, .. }) => {
            let values: Vec<_> = slots.iter().map(|slot| slot.value).collect();
            format!("claimed {attempt:?} {values:?}")
        }
        Claim::Revoked(Revoked { attempt, cause, .. }) => match cause {
            RevokeCause::NotTaken => format!("revoked {attempt:?} not taken"),
            RevokeCause::Cancel => format!("revoked {attempt:?} cancel"),
            RevokeCause::WorkerLost { session } => {
                format!("revoked {attempt:?} lost {}", short(session))
            }
            RevokeCause::NotSubmitted => format!("revoked {attempt:?} not submitted"),
            RevokeCause::NotStarted => format!("revoked {attempt:?} not started"),
            RevokeCause::RanTooLong => format!("revoked {attempt:?} ran too long"),
        },
    }
}

fn said(decision: &Decision) -> String {
    match decision {
        Decision::Rejected(fault) => format!("rejected {:?}", fault.code),
        Decision::RetryScheduled { attempt, .. } => format!("retry after {attempt:?}"),
        Decision::CancelOrdered {
            attempt,
            grace,
            cause,
            ..
        } => {
            let late = if *cause == CancelCause::Lapsed {
                " for being late"
            } else {
                ""
            };
            format!("cancel ordered {attempt:?} {grace:?}{late}")
        }
        Decision::Cancelled {
            cause: CancelCause::Lapsed,
            ..
        } => "lapsed".to_owned(),
        Decision::Cancelled { .. } => "cancelled".to_owned(),
        Decision::Yielded { attempt, k } => format!("yielded {attempt:?} k={k}"),
        Decision::Regranted { attempt, k, slots } => {
            let values: Vec<_> = slots.iter().map(|slot| slot.value).collect();
            format!("regranted {attempt:?} k={k} {values:?}")
        }
        Decision::FoundInCycle {
            attempt, k, runs, ..
        } => format!("in a cycle {attempt:?} k={k} runs={runs}"),
    }
}

fn reported(what: &Reported) -> String {
    match what {
        Reported::Taken { worker, lease } => format!("taken by {worker} lease {lease:?}"),
        Reported::Submitted { .. } => "submitted".to_owned(),
        Reported::Started { .. } => "started".to_owned(),
        Reported::Waiting { .. } => "waiting".to_owned(),
        Reported::Finished { outcome: how, gone } => {
            format!("finished gone={gone} {}", outcome(how))
        }
        Reported::Gone { outcome: how } => {
            format!("gone {}", how.as_ref().map(outcome).unwrap_or_default())
        }
        Reported::HandedBack => "handed back".to_owned(),
    }
}

pub(super) fn cell(body: &CellBody) -> String {
    match body {
        CellBody::Config { object, .. } => match object {
            ConfigObject::Pool(pool) => {
                format!("pool {} limit {:?}", pool.name, pool.concurrency_limit)
            }
            ConfigObject::Queue(queue) => {
                format!(
                    "queue {} limit {:?} priority {}",
                    queue.key, queue.concurrency_limit, queue.priority
                )
            }
            ConfigObject::Deployment(deployment) => format!("deployment {}", deployment.name),
            ConfigObject::TagLimit(limit) => {
                format!("tag {} limit {:?}", limit.tag, limit.concurrency_limit)
            }
            ConfigObject::NamedLimit(limit) => {
                format!("limit {} {:?}", limit.name, limit.concurrency_limit)
            }
            ConfigObject::Deletion(what) => format!("deletion of {what:?}"),
        },
        CellBody::Epoch { epoch, leader } => format!("epoch {epoch:?} {leader}"),
        CellBody::QueueOpened { queue, epoch } => format!("opened {} {epoch:?}", queue.key),
        CellBody::QueueClosed { queue, epoch, last } => {
            format!("closed {} {epoch:?} at {last:?}", queue.key)
        }
        CellBody::Barrier { epoch } => format!("barrier {epoch:?}"),
        CellBody::WorkerForgotten { pool, worker, .. } => format!("forgotten {pool} {worker}"),
        CellBody::Malformed { detail } => format!("malformed {detail}"),
    }
}

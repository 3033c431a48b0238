//! Schedules of a deployment as a table, and why nothing comes.

use weir_calendar::Schedule;
use weir_client::{DeploymentConfig, Held, RunId, ScheduleView, Timestamp};
use weir_core::schedule::{Form, Overlap, PassedReason};

use super::time;
use crate::table::{Table, printable};

/// The times that are shown of each schedule.
const NEXT: usize = 5;

/// When a schedule is due next, as text; nothing where it makes no runs.
pub(crate) fn next(
    schedule: &Schedule,
    active: bool,
    now: Timestamp,
) -> impl Iterator<Item = String> {
    let most = if active { NEXT } else { 0 };
    schedule.dues(now).take(most).map(time::utc)
}

/// The schedules of a deployment; what no scheduler has told of them stays empty.
pub(crate) fn table(
    held: &Held<DeploymentConfig>,
    views: &[ScheduleView],
    now: Timestamp,
) -> Table {
    let heads = [
        "SCHEDULE",
        "WHEN",
        "OVERLAP",
        "STATUS",
        "LAST",
        "PASSED OVER",
        "NEXT",
    ];
    let mut table = Table::new(&heads);
    for text in &held.value.schedules {
        let key = Form::of(text).key;
        let view = views.iter().find(|view| view.key == key);
        let last = view.and_then(|view| view.last).map(time::utc);
        let passed = view.and_then(|view| view.passed_over).map(|passed| {
            let (at, reason) = (time::utc(passed.at), passed.reason.as_str());
            format!("{at} ({reason})")
        });
        let (when, overlap, status, next) = match Schedule::parse(text) {
            Ok(read) => {
                let active = read.active && !held.value.paused;
                let next: Vec<String> = next(&read, active, now).collect();
                let status = if active { "active" } else { "paused" };
                (
                    read.described(),
                    read.overlap.as_str(),
                    status,
                    next.join(", "),
                )
            }
            Err(fault) => (text.as_str().to_owned(), "", "unusable", fault.to_string()),
        };
        let row = [
            key.to_string(),
            printable(&when),
            overlap.to_owned(),
            status.to_owned(),
            last.unwrap_or_default(),
            passed.unwrap_or_default(),
            printable(&next),
        ];
        table.row(row.map(Into::into));
    }
    table
}

/// Why a time that was due has made no run yet, or will make none; `None`: nothing is in the way.
pub(crate) fn why(view: &ScheduleView) -> Option<String> {
    let ScheduleView {
        key,
        overlap,
        waits,
        unended,
        passed_over,
        ..
    } = view;
    let policy = overlap.as_str();
    if unended.is_empty() || *overlap == Overlap::AllowAll {
        let due = time::utc((*waits)?);
        return Some(format!(
            "{key}: due at {due}, and the scheduler is about to make its run"
        ));
    }
    let runs = runs(unended);
    match (overlap, waits) {
        (Overlap::CancelOther, Some(due)) => Some(format!(
            "{key}: due at {}: it comes when {runs} ended, being cancelled for it ({policy})",
            time::utc(*due)
        )),
        (_, Some(due)) => Some(format!(
            "{key}: due at {}: it comes when {runs} ended ({policy})",
            time::utc(*due)
        )),
        (Overlap::Skip, None) => {
            let passed = passed_over.filter(|passed| passed.reason == PassedReason::Overlap)?;
            Some(format!(
                "{key}: passed over {}: until {runs} ended, what is due makes no run ({policy})",
                time::utc(passed.at)
            ))
        }
        (_, None) => None,
    }
}

fn runs(unended: &[RunId]) -> String {
    match unended {
        [one] => format!("run {one} has"),
        [first, others @ ..] => format!("run {first} and {} more have", others.len()),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests;

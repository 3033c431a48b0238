//! What becomes of a schedule's times: the overlap policy and the catch-up window, as a function of the log.
//!
//! Nothing here remembers anything. How far the schedule has come, whether a run of it has not ended and when one ended
//! last are facts of the folded log, so a leader that takes over decides as the one before would have. A point in time is
//! treated as it would have been at its own time, also when nobody was there: one at which a run had not ended is passed
//! over (or waits), however late it is looked at.

use std::time::Duration;

use weir_core::{
    schedule::{Overlap, PassedOver, PassedReason, ScheduleCursor},
    time::Timestamp,
};

use crate::Schedule;

/// Times that are counted one by one in one look; of more it is only said that there were as many.
const COUNTED_MAX: u64 = 1_000;

/// How a schedule stands, by the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Since when it has been what it is.
    pub since: Timestamp,
    /// How far it has come; `None`: it has made no run.
    pub cursor: Option<ScheduleCursor>,
    /// A run of it has not ended.
    pub running: bool,
    /// How late its runs may start; `None`: as late as they will. Of its deployment, as that is now.
    pub max_lateness: Option<Duration>,
}

impl Standing {
    /// Up to here every point in time has been decided on.
    pub fn settled(&self) -> Timestamp {
        let settled = self.cursor.map_or(Timestamp::MIN, |cursor| cursor.settled);
        self.since.max(settled)
    }
    fn ended_at(&self) -> Timestamp {
        self.cursor.map_or(Timestamp::MIN, |cursor| cursor.ended_at)
    }
    /// A run for a time up to here would lapse as soon as it is made.
    fn too_late(&self, now: Timestamp) -> Timestamp {
        let back = |lateness| long_before(now, lateness);
        self.max_lateness.map_or(Timestamp::MIN, back)
    }
}

/// What to do about a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing before this; `None`: nothing any more.
    Until(Option<Timestamp>),
    /// This is due, and comes when the runs that have not ended have.
    Waits(Timestamp),
    /// This is due, and the runs that have not ended are to be cancelled for it.
    Cancels(Timestamp),
    /// Make a run.
    Make {
        /// For this.
        due: Timestamp,
        /// With it everything up to here has been decided on.
        settled: Timestamp,
    },
}

impl Verdict {
    /// Up to here what was passed over has been told with it, looked at at `now`: what lies behind a run that is to be made
    /// is another look's.
    pub fn told(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Make { settled, .. } => *settled,
            Self::Until(_) | Self::Waits(_) | Self::Cancels(_) => now,
        }
    }
}

/// Times that make no run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Because an earlier run had not ended, or a later one would have cancelled it: how many, and the last of them.
    pub overlapping: u64,
    /// The last of them.
    pub overlapped: Option<Timestamp>,
    /// Because they were missed by more than the catch-up window.
    pub missed: u64,
    /// The last of them.
    pub last_missed: Option<Timestamp>,
    /// Because a run for them would be too late to start: by more than its deployment lets them be.
    pub late: u64,
    /// The last of them.
    pub last_late: Option<Timestamp>,
}

impl Passed {
    /// The last of all.
    pub fn last(&self) -> Option<PassedOver> {
        let told = |at: Option<Timestamp>, reason| at.map(|at| PassedOver { at, reason });
        let overlapped = told(self.overlapped, PassedReason::Overlap);
        let missed = told(self.last_missed, PassedReason::Missed);
        let late = told(self.last_late, PassedReason::Late);
        overlapped.max(missed).max(late)
    }

    /// Those behind `after` and up to `until` were due while a run had not ended.
    fn overlap(&mut self, schedule: &Schedule, after: Timestamp, until: Timestamp) {
        let (count, last) = counted(schedule, after, until);
        self.overlapping += count;
        self.overlapped = last.or(self.overlapped);
    }

    /// Those behind `after` and up to `until` were missed.
    fn miss(&mut self, schedule: &Schedule, after: Timestamp, until: Timestamp) {
        let (count, last) = counted(schedule, after, until);
        self.missed += count;
        self.last_missed = last.or(self.last_missed);
    }
}

/// How many times are behind `after` and up to `until`, and the last of them.
fn counted(schedule: &Schedule, after: Timestamp, until: Timestamp) -> (u64, Option<Timestamp>) {
    let (mut count, mut last) = (0, None);
    if after >= until {
        return (count, last);
    }
    let dues = schedule.dues(after).take_while(|due| *due <= until);
    for due in dues.take(usize::try_from(COUNTED_MAX).unwrap_or(usize::MAX)) {
        count += 1;
        last = Some(due);
    }
    if count == COUNTED_MAX {
        last = last.map(|due| latest(schedule, due, until));
    }
    (count, last)
}

/// What to do about a schedule that stands so, and which times behind `told` it passes over with that.
pub fn verdict(
    schedule: &Schedule,
    standing: &Standing,
    now: Timestamp,
    told: Timestamp,
) -> (Verdict, Passed) {
    let mut passed = Passed::default();
    let settled = standing.settled();
    let told = told.max(settled);
    if standing.running {
        // What waits too long for a run to end makes room for what comes behind it.
        let waits_from = settled.max(standing.too_late(now));
        let first = schedule.next_after(waits_from).filter(|due| *due <= now);
        let verdict = match (schedule.overlap, first) {
            (Overlap::AllowAll, _) => {
                return idle(schedule, standing, (settled, told), now, passed);
            }
            (_, None) | (Overlap::Skip, Some(_)) => Verdict::Until(schedule.next_after(now)),
            (Overlap::BufferOne | Overlap::BufferAll, Some(due)) => Verdict::Waits(due),
            (Overlap::CancelOther, Some(_)) => Verdict::Cancels(latest(schedule, waits_from, now)),
        };
        match (schedule.overlap, first) {
            (Overlap::Skip, _) => passed.overlap(schedule, settled.max(told), now),
            // Where the first may become too late, which of them found no room is known in the end.
            (Overlap::BufferOne, Some(first)) if standing.max_lateness.is_none() => {
                passed.overlap(schedule, first.max(told), now);
            }
            _ => {}
        }
        return (verdict, passed);
    }
    if schedule.overlap == Overlap::Skip {
        let ended = standing.ended_at().min(now);
        passed.overlap(schedule, settled.max(told), ended);
        return idle(schedule, standing, (settled.max(ended), told), now, passed);
    }
    idle(schedule, standing, (settled, told), now, passed)
}

/// Nothing is in the way: the next time behind `from` comes when it is due, or should have come, and was not missed.
fn idle(
    schedule: &Schedule,
    standing: &Standing,
    (mut from, told): (Timestamp, Timestamp),
    now: Timestamp,
    mut passed: Passed,
) -> (Verdict, Passed) {
    // What waited for a run to end should have come when that did.
    let ended = match schedule.overlap {
        Overlap::BufferOne | Overlap::BufferAll | Overlap::CancelOther => {
            standing.ended_at().min(now)
        }
        Overlap::Skip | Overlap::AllowAll => Timestamp::MIN,
    };
    let horizon = before(now, schedule);
    if from < horizon {
        // All up to the horizon should have come before it, unless it waited for longer.
        let lost = if ended > horizon {
            Timestamp::MIN
        } else {
            horizon
        };
        let told_behind = standing.max_lateness.is_none() && before(told, schedule) < ended;
        if schedule.overlap == Overlap::BufferOne && told_behind {
            // The one in the buffer was left out when those behind it were told.
            let first = schedule.next_after(from).filter(|due| *due <= told);
            if let Some(first) = first.filter(|first| *first <= lost) {
                passed.miss(schedule, from, first);
            }
        }
        passed.miss(schedule, from.max(told), lost);
        from = from.max(lost);
    }
    let too_late = standing.too_late(now);
    if from < too_late {
        (passed.late, passed.last_late) = counted(schedule, from.max(told), too_late);
        from = too_late;
    }
    let Some(due) = schedule.next_after(from) else {
        return (Verdict::Until(None), passed);
    };
    if due > now {
        return (Verdict::Until(Some(due)), passed);
    }
    let (due, settled) = match schedule.overlap {
        Overlap::Skip | Overlap::AllowAll | Overlap::BufferAll => (due, due),
        // It stood in the buffer until then, and what came meanwhile found no room there.
        Overlap::BufferOne => {
            passed.overlap(schedule, due.max(told), ended);
            (due, due.max(ended))
        }
        Overlap::CancelOther => {
            let latest = latest(schedule, from, now);
            let before = Timestamp(latest.as_nanos().saturating_sub(1));
            passed.overlap(schedule, from.max(told), before);
            (latest, latest)
        }
    };
    (Verdict::Make { due, settled }, passed)
}

/// Before this everything was missed.
fn before(now: Timestamp, schedule: &Schedule) -> Timestamp {
    let horizon = long_before(now, schedule.catchup_window);
    Timestamp(horizon.as_nanos().saturating_sub(1))
}

fn long_before(now: Timestamp, span: Duration) -> Timestamp {
    let span = i64::try_from(span.as_nanos()).unwrap_or(i64::MAX);
    Timestamp(now.as_nanos().saturating_sub(span))
}

/// The last time behind `after` that is not behind `now`; there is one. It would cancel those before it.
fn latest(schedule: &Schedule, after: Timestamp, now: Timestamp) -> Timestamp {
    let mut span = now.since(after);
    // Close to now first: a schedule that was away for long has many.
    let mut near = after;
    while span > Duration::from_secs(1) {
        span /= 2;
        let try_from = Timestamp(now.as_nanos() - i64::try_from(span.as_nanos()).unwrap_or(0));
        match schedule.next_after(try_from) {
            Some(due) if due <= now => near = try_from,
            Some(_) | None => break,
        }
    }
    let dues = schedule.dues(near).take_while(|due| *due <= now);
    dues.last().unwrap_or(near)
}

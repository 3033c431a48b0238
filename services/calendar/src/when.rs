//! The three ways to say when, and the next point in time of each.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use weir_core::time::Timestamp;

use crate::{
    cron::Cron,
    interval::Interval,
    rule::Rule,
    zone::{self, Meaning},
};

/// After this nothing is due: nanoseconds end in 2262, and a search has to end somewhere.
const HORIZON: Timestamp = Timestamp(7_258_118_400_000_000_000);
/// Wall clock times that are looked at for one answer. One suffices but near a change of the clocks.
const TRIES: usize = 20_000;

/// A schedule's times.
#[derive(Clone, Debug)]
pub(crate) enum When {
    Cron(Box<Cron>),
    Interval(Interval),
    Rule(Rule),
}

impl When {
    /// The first point in time behind `after`.
    pub(crate) fn next_after(&self, zone: Tz, after: Timestamp) -> Option<Timestamp> {
        let next = match self {
            Self::Interval(interval) if !interval.is_of_days() => interval.elapsed(zone, after),
            Self::Cron(cron) if cron.elapses() => elapsing(zone, after, |shown| cron.next(shown)),
            Self::Cron(cron) => fixed(zone, after, |shown| cron.next(shown)),
            Self::Interval(interval) => fixed(zone, after, |shown| interval.next(shown)),
            Self::Rule(rule) => fixed(zone, after, |shown| rule.next(shown)),
        };
        next.filter(|at| *at > after && *at < HORIZON)
    }
}

/// Times of the wall clock that each mean one point in time.
fn fixed(
    zone: Tz,
    after: Timestamp,
    next: impl Fn(NaiveDateTime) -> Option<NaiveDateTime>,
) -> Option<Timestamp> {
    // What the clock was put forward over may still lie ahead: it is taken by the clock as it was.
    let earlier = Timestamp(after.as_nanos().saturating_sub(DAY_AND_MORE));
    let moved = zone::offset(zone, after) - zone::offset(zone, earlier);
    let mut shown = zone::wall(zone, after).checked_sub_signed(TimeDelta::seconds(moved.max(0)))?;
    for _ in 0..TRIES {
        shown = next(shown)?;
        let meant = zone::meaning(zone, shown)?;
        if meant.one() <= after {
            continue;
        }
        let Meaning::Never(at, resumes) = meant else {
            return Some(meant.one());
        };
        // One that the clock leaves out may come behind one that it shows.
        let last_gone = resumes.checked_sub_signed(TimeDelta::seconds(1))?;
        let behind = next(last_gone.max(zone::wall(zone, after)));
        let behind = behind.and_then(|shown| zone::meaning(zone, shown));
        let behind = behind.map(Meaning::one).filter(|at| *at > after);
        return Some(behind.map_or(at, |behind| behind.min(at)));
    }
    None
}

const DAY_AND_MORE: i64 = 25 * 3_600 * 1_000_000_000;
/// Clocks are never put back by more.
const LOOK_AHEAD: i64 = 25 * 3_600 * 1_000_000_000;

/// Times of the wall clock each time that it shows them.
fn elapsing(
    zone: Tz,
    after: Timestamp,
    next: impl Fn(NaiveDateTime) -> Option<NaiveDateTime>,
) -> Option<Timestamp> {
    let mut from = after;
    let mut shown = zone::wall(zone, after);
    for _ in 0..TRIES {
        let held = zone::offset(zone, from);
        let found = next(shown)?;
        let at = zone::at_offset(found, held)?;
        let ahead = Timestamp(from.as_nanos().saturating_add(LOOK_AHEAD));
        match zone::change(zone, from, at.min(ahead)) {
            // The clocks change first: what they show from then on counts.
            Some(change) => {
                from = change;
                shown = zone::wall(zone, change).checked_sub_signed(TimeDelta::seconds(1))?;
            }
            None if at <= ahead => return Some(at),
            None => match zone::meaning(zone, found)? {
                Meaning::Once(at) | Meaning::Twice(at) => return Some(at),
                Meaning::Never(..) => shown = found,
            },
        }
    }
    None
}

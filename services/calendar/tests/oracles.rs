//! What croniter and python-dateutil say, by vectors that `tests/python/calendar_vectors.py` has made.
//!
//! Where weir differs, the difference has a name here, and the documentation says it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::collections::BTreeSet;

use weir_calendar::Schedule;
use weir_core::{json::JsonObject, time::Timestamp};

/// Cron expressions that croniter takes and weir does not: it says so, and how to write them.
const REFUSED: [&str; 3] = [
    // Ranges that go on behind their end: write 22-23,0-2 and 0,1,5,6.
    "0 22-2 * * *",
    "0 9 * * fri-mon",
    // The last Friday of the month: write 5L.
    "0 9 * * L5",
];
/// After this a schedule is not due any more: the year 2200.
const HORIZON: i64 = 7_258_118_400;

/// What is due at another time within hours of a change of the clocks, and nowhere else.
const NEAR_CHANGES: [(&str, &str); 10] = [
    ("30 0 * * *", SHIFTED),
    ("30 1 * * *", ONCE),
    ("30 2 * * *", SHIFTED_AND_ONCE),
    ("0 2 * * *", ONCE),
    ("15 0,1,2,3 * * *", SHIFTED_AND_ONCE),
    ("45 1-3 * * *", SHIFTED_AND_ONCE),
    ("*/20 2 * * *", SHIFTED_AND_ONCE),
    ("0 */2 * * *", LEFT_OUT),
    ("FREQ=MINUTELY;INTERVAL=7;BYHOUR=2,3", IN_ORDER),
    ("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", NEVER),
];
/// The clock is put back over it: croniter is due at both times, weir at the first.
const ONCE: &str = "once";
/// The clock is put forward over it: croniter is due when that happens, weir as long after as it would have been.
const SHIFTED: &str = "shifted";
const SHIFTED_AND_ONCE: &str = "shifted, and once";
/// The clock is put forward over it: croniter is due when that happens, weir leaves out what any hour will do for.
const LEFT_OUT: &str = "left out";
/// dateutil brings what the clock was put forward over before what comes earlier; weir brings times in their order.
const IN_ORDER: &str = "in order";
/// With a start in an odd year it is never due: dateutil has no dates, and weir refuses it.
const NEVER: &str = "never";

#[derive(Debug)]
struct Case<'a> {
    oracle: &'a str,
    zone: &'a str,
    text: &'a str,
    start: i64,
    dues: Vec<i64>,
}

fn cases() -> impl Iterator<Item = Case<'static>> {
    include_str!("data/vectors.txt").lines().map(|line| {
        let [oracle, zone, text, start, dues] = *line.split('\t').collect::<Vec<_>>() else {
            panic!("{line}")
        };
        let dues = dues.split(',').filter(|due| !due.is_empty());
        Case {
            oracle,
            zone,
            text,
            start: start.parse().unwrap(),
            dues: dues.map(|due| due.parse().unwrap()).collect(),
        }
    })
}

fn schedule(case: &Case<'_>) -> Result<Schedule, String> {
    let mut fields = serde_json::Map::new();
    fields.insert("timezone".into(), case.zone.into());
    match case.oracle {
        "cron" | "clocks" => {
            fields.insert("cron".into(), case.text.into());
        }
        "cron-and" => {
            fields.insert("cron".into(), case.text.into());
            fields.insert("day_or".into(), false.into());
        }
        "rule" => {
            fields.insert("rrule".into(), case.text.replace(' ', "\n").into());
        }
        "interval" => {
            let (seconds, anchor) = case.text.split_once(' ').unwrap();
            fields.insert("interval".into(), seconds.parse::<i64>().unwrap().into());
            fields.insert("anchor_date".into(), anchor.into());
        }
        other => panic!("{other}"),
    }
    Schedule::parse(&JsonObject::from(&fields)).map_err(|fault| fault.to_string())
}

fn ours(case: &Case<'_>, schedule: &Schedule) -> Vec<i64> {
    let start = Timestamp(case.start * 1_000_000_000);
    let dues = schedule.dues(start).map(|at| at.as_nanos() / 1_000_000_000);
    dues.take(case.dues.len()).collect()
}

#[test]
fn cron_expressions_are_due_when_croniter_says() {
    let (mut same, mut refused) = (0, BTreeSet::new());
    for case in cases().filter(|case| case.oracle.starts_with("cron")) {
        let theirs = case.dues.iter().copied().take_while(|due| *due < HORIZON);
        match schedule(&case).map(|schedule| ours(&case, &schedule)) {
            Ok(ours) => {
                assert!(ours.iter().copied().eq(theirs), "{ours:?} {case:?}");
                same += 1;
            }
            Err(_fault) => {
                refused.insert(case.text);
            }
        }
    }
    assert!(same > 400, "{same}");
    assert_eq!(refused, REFUSED.into());
}

/// Times that only one of them has, up to where the shorter list ends.
fn differences(ours: &[i64], theirs: &[i64]) -> Vec<i64> {
    let end = |dues: &[i64]| dues.iter().max().copied().unwrap_or(i64::MAX);
    let end = end(ours).min(end(theirs));
    let of = |dues: &[i64]| -> BTreeSet<i64> {
        dues.iter().copied().filter(|due| *due <= end).collect()
    };
    of(ours)
        .symmetric_difference(&of(theirs))
        .copied()
        .collect()
}

#[test]
fn near_changes_of_the_clocks_only_what_is_named_differs() {
    let (mut same, mut named) = (0, BTreeSet::new());
    for case in cases().filter(|case| !case.oracle.starts_with("cron")) {
        let name = case.text.rsplit("RRULE:").next().unwrap();
        let ours = match schedule(&case).map(|schedule| ours(&case, &schedule)) {
            Ok(ours) => ours,
            Err(fault) => {
                assert!(case.dues.is_empty(), "{fault} {case:?}");
                named.insert(name);
                continue;
            }
        };
        if ours == case.dues {
            same += 1;
            continue;
        }
        // The start of each case lies 3 to 5 hours before the day on which the clocks are changed.
        for due in differences(&ours, &case.dues) {
            let after = due - case.start;
            assert!((0..12 * 3_600).contains(&after), "{due} {ours:?} {case:?}");
        }
        named.insert(name);
    }
    assert!(same > 1_700, "{same}");
    assert_eq!(named, NEAR_CHANGES.map(|(name, _)| name).into());
}

//! Recurrence rules of RFC 5545, with an end to every search.
//!
//! The iterator of the rrule crate begins at the rule's start each time. A rule without a count gives the same dates from
//! any of its own periods on, so the search begins shortly before where it has to; one with a count is worked out once.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, RRuleSet, Unvalidated};
use weir_core::request::Fault;

use crate::rule_text::{Lines, fault};

/// Where a rule begins that does not say: as in Prefect.
const START: i64 = 1_577_836_800;
/// The most repetitions that a rule may count to, and the most single dates.
const COUNT_MAX: u32 = 10_000;
/// Dates that are looked at for one answer. The crate itself gives up after 100,000 periods without a date.
const TRIES: usize = 20_000;

/// A set of rules and dates on the wall clock.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    start: NaiveDateTime,
    rules: Vec<RRule<Unvalidated>>,
    /// In order: single dates, and what rules with a count give.
    dates: Arc<[NaiveDateTime]>,
    exceptions: Arc<[NaiveDateTime]>,
}

impl Rule {
    /// Reads a rule; `named` is the zone that the schedule names. Returned is the zone that counts.
    pub(crate) fn parse(text: &str, named: Option<Tz>) -> Result<(Self, Tz), Fault> {
        let (lines, zone) = Lines::parse(text, named)?;
        let start = lines.start.or_else(|| naive(START)).unwrap_or_default();
        let (mut rules, mut dates) = (Vec::new(), lines.dates);
        if dates.len() > COUNT_MAX as usize || lines.exceptions.len() > COUNT_MAX as usize {
            return Err(fault(format!(
                "it lists too many dates: use at most {COUNT_MAX}"
            )));
        }
        for text in &lines.rules {
            let rule = checked(text, start)?;
            match rule.get_count() {
                None => rules.push(rule),
                Some(count) if count <= COUNT_MAX => {
                    let set = set(&rule, start).map_err(|error| unreadable(text, &error))?;
                    dates.extend(set.into_iter().take(TRIES).map(|at| at.naive_utc()));
                }
                Some(count) => {
                    return Err(fault(format!(
                        "COUNT={count} is too many: use at most {COUNT_MAX}, or UNTIL"
                    )));
                }
            }
        }
        dates.sort_unstable();
        dates.dedup();
        let mut exceptions = lines.exceptions;
        exceptions.sort_unstable();
        let rule = Self {
            start,
            rules,
            dates: dates.into(),
            exceptions: exceptions.into(),
        };
        let before = start - TimeDelta::seconds(1);
        if rule
            .next(before.min(rule.dates.first().copied().unwrap_or(before)))
            .is_none()
        {
            return Err(fault("it is never due: no date fits all of what it says"));
        }
        Ok((rule, zone))
    }

    /// The first wall clock time behind `shown`.
    pub(crate) fn next(&self, shown: NaiveDateTime) -> Option<NaiveDateTime> {
        let excepted = |at: &NaiveDateTime| self.exceptions.binary_search(at).is_ok();
        let single = self.dates.partition_point(|date| *date <= shown);
        let single = self
            .dates
            .get(single..)?
            .iter()
            .find(|date| !excepted(date));
        let repeated = self.rules.iter().filter_map(|rule| {
            let start = near(rule, self.start, shown);
            let set = set(rule, start).ok()?;
            let dates = set.into_iter().take(TRIES).map(|at| at.naive_utc());
            dates.into_iter().find(|at| *at > shown && !excepted(at))
        });
        repeated.chain(single.copied()).min()
    }
}

fn naive(seconds: i64) -> Option<NaiveDateTime> {
    DateTime::<Utc>::from_timestamp(seconds, 0).map(|at| at.naive_utc())
}

fn set(rule: &RRule<Unvalidated>, start: NaiveDateTime) -> Result<RRuleSet, rrule::RRuleError> {
    let start = start.and_utc().with_timezone(&rrule::Tz::UTC);
    rule.clone().build(start).map(RRuleSet::limit)
}

fn unreadable(text: &str, error: &rrule::RRuleError) -> Fault {
    fault(format!(
        "{text:?} is no recurrence rule ({error}): use one such as \"FREQ=WEEKLY;BYDAY=MO;BYHOUR=6\""
    ))
}

fn checked(text: &str, start: NaiveDateTime) -> Result<RRule<Unvalidated>, Fault> {
    let rule: RRule<Unvalidated> = text.parse().map_err(|error| unreadable(text, &error))?;
    if start < naive(0).unwrap_or_default() {
        return Err(fault("it begins before 1970: use a later DTSTART"));
    }
    let parts: Vec<&str> = text
        .split(';')
        .filter_map(|part| part.split('=').next())
        .collect();
    // The search for the next date steps through every period: what leaves long gaps is said by a longer period.
    let fine: &[&str] = match rule.get_freq() {
        Frequency::Secondly => &["BYHOUR", "BYMINUTE", "BYSECOND"],
        Frequency::Minutely => &["BYHOUR", "BYMINUTE", "BYSECOND", "BYDAY", "BYMONTHDAY"],
        Frequency::Hourly
        | Frequency::Daily
        | Frequency::Weekly
        | Frequency::Monthly
        | Frequency::Yearly => &parts,
    };
    let coarse = parts
        .iter()
        .find(|part| part.starts_with("BY") && **part != "BYSETPOS" && !fine.contains(part));
    if let Some(part) = coarse {
        return Err(fault(format!(
            "{part} with FREQ={}: use FREQ=DAILY or longer, with BYHOUR, BYMINUTE and BYSECOND",
            rule.get_freq()
        )));
    }
    set(&rule, start).map_err(|error| unreadable(text, &error))?;
    Ok(rule)
}

/// A start of the rule shortly before `shown` that gives the same dates from then on.
fn near(rule: &RRule<Unvalidated>, start: NaiveDateTime, shown: NaiveDateTime) -> NaiveDateTime {
    let unit = match rule.get_freq() {
        Frequency::Secondly => 1,
        Frequency::Minutely => 60,
        Frequency::Hourly => 3_600,
        Frequency::Daily => 86_400,
        Frequency::Weekly => 604_800,
        // Few periods, and what their start leaves open (the day of the month) rests on it.
        Frequency::Monthly | Frequency::Yearly => return start,
    };
    let period = unit * i64::from(rule.get_interval().max(1));
    let passed = shown.signed_duration_since(start).num_seconds();
    let periods = passed.div_euclid(period) - 1;
    if periods <= 0 {
        return start;
    }
    start + TimeDelta::seconds(periods * period)
}

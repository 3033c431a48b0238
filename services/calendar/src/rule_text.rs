//! The lines of a recurrence rule, with every date in them as the wall clock of the schedule's zone shows it.
//!
//! The rule itself is computed on the wall clock, as dateutil does it for Prefect, and the zone comes in afterwards. So
//! dates that are points in time (`…Z`, `TZID=`) are turned into what that clock shows then.

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use weir_core::request::{Fault, FaultCode};

use crate::zone;

/// Longer texts are refused, as Prefect does.
const BYTES_MAX: usize = 6_500;

/// What the lines of a rule say.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) start: Option<NaiveDateTime>,
    /// `FREQ=…`, with `UNTIL` as the wall clock shows it.
    pub(crate) rules: Vec<String>,
    pub(crate) dates: Vec<NaiveDateTime>,
    pub(crate) exceptions: Vec<NaiveDateTime>,
}

pub(crate) fn fault(message: impl Into<String>) -> Fault {
    Fault::new(FaultCode::InvalidField, "rrule", message.into())
}

impl Lines {
    /// Reads the lines; `named` is the zone that the schedule names. Returned is the zone that counts.
    pub(crate) fn parse(text: &str, named: Option<Tz>) -> Result<(Self, Tz), Fault> {
        if text.len() > BYTES_MAX {
            let size = text.len();
            return Err(fault(format!(
                "it has {size} bytes: use at most {BYTES_MAX}"
            )));
        }
        let written: Vec<(String, Vec<String>, &str)> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(split)
            .collect();
        let zone = zone_of(&written, named)?;
        let mut lines = Self::default();
        for (name, parameters, value) in written {
            let own = own_zone(&parameters)?;
            let dates = || -> Result<Vec<NaiveDateTime>, Fault> {
                value
                    .split(',')
                    .map(|date| shown(date, own, zone))
                    .collect()
            };
            match name.as_str() {
                "DTSTART" if lines.start.is_none() => lines.start = dates()?.first().copied(),
                "RRULE" => lines.rules.push(rule(value, zone)?),
                "RDATE" => lines.dates.extend(dates()?),
                "EXDATE" => lines.exceptions.extend(dates()?),
                "EXRULE" => {
                    return Err(fault(
                        "EXRULE was taken out of the standard and is not supported: use EXDATE, or a second schedule",
                    ));
                }
                other => {
                    return Err(fault(format!(
                        "unexpected {other}: use one DTSTART, and RRULE, RDATE and EXDATE"
                    )));
                }
            }
        }
        if lines.rules.is_empty() && lines.dates.is_empty() {
            return Err(fault(
                "it says nothing: use a rule such as \"FREQ=WEEKLY;BYDAY=MO\"",
            ));
        }
        Ok((lines, zone))
    }
}

/// `NAME;PARAMETER;…:VALUE`; a line without a name is a rule.
fn split(line: &str) -> (String, Vec<String>, &str) {
    let Some((head, value)) = line.split_once(':') else {
        return ("RRULE".to_owned(), Vec::new(), line);
    };
    let mut parts = head.split(';').map(|part| part.trim().to_owned());
    let name = parts.next().unwrap_or_default().to_ascii_uppercase();
    (name, parts.collect(), value.trim())
}

fn own_zone(parameters: &[String]) -> Result<Option<Tz>, Fault> {
    let named = parameters
        .iter()
        .filter_map(|parameter| parameter.split_once('='));
    let mut named = named.filter(|(key, _)| key.eq_ignore_ascii_case("TZID"));
    named
        .next()
        .map(|(_, name)| zone::named(Some(name)))
        .transpose()
}

/// The zone that the schedule names, else that of its start.
fn zone_of(lines: &[(String, Vec<String>, &str)], named: Option<Tz>) -> Result<Tz, Fault> {
    if let Some(named) = named {
        return Ok(named);
    }
    let start = lines.iter().find(|(name, _, _)| name == "DTSTART");
    let own = start
        .map(|(_, parameters, _)| own_zone(parameters))
        .transpose()?;
    Ok(own.flatten().unwrap_or(Tz::UTC))
}

/// What the clocks of `zone` show at a date, which may be one of another zone, or of UTC.
fn shown(text: &str, own: Option<Tz>, zone: Tz) -> Result<NaiveDateTime, Fault> {
    let text = text.trim();
    let wrong = || {
        fault(format!(
            "{text:?} is no date: use one such as 20270131T060000, with Z behind it for UTC"
        ))
    };
    let (digits, utc) = match text.strip_suffix(['Z', 'z']) {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let date = NaiveDateTime::parse_from_str(digits, "%Y%m%dT%H%M%S").or_else(|_| {
        NaiveDate::parse_from_str(digits, "%Y%m%d").map(|day| day.and_time(chrono::NaiveTime::MIN))
    });
    let date = date.map_err(|_unreadable| wrong())?;
    let of = if utc { Some(Tz::UTC) } else { own };
    match of.filter(|of| *of != zone) {
        None => Ok(date),
        Some(of) => {
            let at = zone::meaning(of, date).ok_or_else(wrong)?;
            Ok(zone::wall(zone, at.one()))
        }
    }
}

/// A rule with its end as the wall clock shows it, spelled as UTC, by which rules are computed here.
fn rule(value: &str, zone: Tz) -> Result<String, Fault> {
    let mut parts = Vec::new();
    for part in value
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        match part.split_once('=') {
            Some((key, until)) if key.eq_ignore_ascii_case("UNTIL") => {
                let until = shown(until, None, zone)?;
                parts.push(format!("UNTIL={}Z", until.format("%Y%m%dT%H%M%S")));
            }
            Some(_) | None => parts.push(part.to_ascii_uppercase()),
        }
    }
    Ok(parts.join(";"))
}

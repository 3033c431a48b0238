//! A schedule of a deployment, read from the form in which the configuration holds it.

use std::time::Duration;

use chrono_tz::Tz;
use weir_core::{
    json::JsonObject,
    request::Fault,
    schedule::{Form, Overlap, ScheduleKey},
    time::Timestamp,
};

use crate::{
    cron::Cron,
    fields::{Fields, NAMES, fault},
    interval::Interval,
    memo::Memo,
    rule::Rule,
    text,
    when::When,
    zone,
};

/// How long a point in time that nobody was there for is made up for, where the schedule does not say: as Temporal's.
pub const CATCHUP_DEFAULT: Duration = Duration::from_hours(365 * 24);
/// The shortest window: leaders change within seconds.
pub const CATCHUP_MIN: Duration = Duration::from_secs(10);
/// Where an interval is anchored that does not say: then it is due at round times.
const ANCHOR: &str = "2020-01-01";
/// The longest interval, in seconds: ten years.
const INTERVAL_MAX: i64 = 10 * 366 * 86_400;

/// A schedule of a deployment.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Which it is.
    pub key: ScheduleKey,
    /// Whether it makes runs.
    pub active: bool,
    /// Parameters of its runs, over those of the deployment.
    pub parameters: JsonObject,
    /// What becomes of a point in time at which an earlier run has not ended.
    pub overlap: Overlap,
    /// How long a point in time is made up for that nobody was there for; at least [`CATCHUP_MIN`].
    pub catchup_window: Duration,
    zone: Tz,
    when: When,
    described: String,
    memo: Memo,
}

impl Schedule {
    /// Reads a schedule: one of `cron`, `interval` and `rrule`, with `timezone`, `day_or`, `anchor_date`, `active`,
    /// `slug`, `parameters`, `overlap_policy` and `catchup_window`.
    ///
    /// # Errors
    /// The fault names the field and what would be right.
    pub fn parse(schedule: &JsonObject) -> Result<Self, Fault> {
        let fields = Fields(schedule.to_map());
        if let Some(other) = fields.0.keys().find(|key| !NAMES.contains(&key.as_str())) {
            let names = NAMES.join(", ");
            return Err(fault(other, format!("unknown field: use {names}")));
        }
        let named = fields.text("timezone")?;
        let named = named.map(|name| zone::named(Some(name))).transpose()?;
        let (when, zone, described) = when(&fields, named)?;
        if let Some(slug) = fields.text("slug")? {
            slug.parse::<ScheduleKey>()
                .map_err(|error| fault("slug", error.to_string()))?;
            if slug.starts_with('~') {
                return Err(fault("slug", "it begins with `~`: use another beginning"));
            }
        }
        let overlap = fields.text("overlap_policy")?;
        let overlap = overlap.map(str::parse::<Overlap>).transpose();
        let overlap = overlap.map_err(|error| fault("overlap_policy", error.to_string()))?;
        let parameters = match fields.get("parameters") {
            None => JsonObject::empty(),
            Some(serde_json::Value::Object(map)) => JsonObject::from(map),
            Some(_) => {
                return Err(fault(
                    "parameters",
                    "use an object such as {\"key\": \"value\"}",
                ));
            }
        };
        Ok(Self {
            key: Form::of(schedule).key,
            active: fields.flag("active", true)?,
            parameters,
            overlap: overlap.unwrap_or_default(),
            catchup_window: catchup(&fields)?,
            zone,
            when,
            described,
            memo: Memo::default(),
        })
    }

    /// The first point in time behind `after` at which it is due, in whole seconds. `None`: never again before 2200.
    ///
    /// The work that this takes is bounded, whatever the schedule says.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let search = |after| self.when.next_after(self.zone, after);
        self.memo.next_after(after, search)
    }

    /// The points in time behind `after` at which it is due, without an end where it has none.
    pub fn dues(&self, after: Timestamp) -> impl Iterator<Item = Timestamp> {
        std::iter::successors(self.next_after(after), |at| self.next_after(*at))
    }

    /// What it says about time, for people: `cron 0 6 * * * (Europe/Berlin)`.
    pub fn described(&self) -> String {
        format!("{} ({})", self.described, self.zone.name())
    }
}

/// Reads all schedules of a deployment.
///
/// # Errors
/// The fault names the schedule by its place, its field and what would be right; two of one key are a fault as well.
pub fn all(schedules: &[JsonObject]) -> Result<Vec<Schedule>, Fault> {
    let mut read: Vec<Schedule> = Vec::new();
    for (n, schedule) in schedules.iter().enumerate() {
        let one = Schedule::parse(schedule).map_err(|fault| {
            let Fault {
                code,
                field,
                message,
            } = fault;
            Fault::new(code, format!("schedules[{n}].{field}"), message)
        })?;
        if read.iter().any(|other| other.key == one.key) {
            return Err(fault(
                &format!("schedules[{n}].slug"),
                "another schedule of the deployment has the same slug, or says the same and has none: give each a slug of its own",
            ));
        }
        read.push(one);
    }
    Ok(read)
}

fn when(fields: &Fields, named: Option<Tz>) -> Result<(When, Tz, String), Fault> {
    let (cron, rrule) = (fields.text("cron")?, fields.text("rrule")?);
    let interval = fields.seconds("interval")?;
    let zone = named.unwrap_or(Tz::UTC);
    if interval.is_none() && fields.get("anchor_date").is_some() {
        return Err(fault(
            "anchor_date",
            "only an interval has one: leave it out, or use `interval`",
        ));
    }
    if cron.is_none() && fields.get("day_or").is_some() {
        return Err(fault(
            "day_or",
            "only a cron expression has it: leave it out, or use `cron`",
        ));
    }
    match (cron, interval, rrule) {
        (Some(text), None, None) => {
            let cron = Cron::parse(text, fields.flag("day_or", true)?)?;
            Ok((When::Cron(Box::new(cron)), zone, format!("cron {text}")))
        }
        (None, Some(seconds), None) => {
            if !(1..=INTERVAL_MAX).contains(&seconds) {
                return Err(fault(
                    "interval",
                    format!("{seconds} s: use at least 1 s and at most ten years"),
                ));
            }
            let anchor = fields.text("anchor_date")?.unwrap_or(ANCHOR);
            let anchor = text::date(anchor).ok_or_else(|| {
                let message =
                    format!("{anchor:?} is no date: use one such as \"2027-01-31T06:00:00+01:00\"");
                fault("anchor_date", message)
            })?;
            let interval = Interval::new(seconds, anchor.shown(zone));
            Ok((When::Interval(interval), zone, format!("every {seconds} s")))
        }
        (None, None, Some(text)) => {
            let (read, zone) = Rule::parse(text, named)?;
            let line = text.lines().collect::<Vec<_>>().join(" ");
            Ok((When::Rule(read), zone, format!("rrule {line}")))
        }
        (None, None, None) => Err(fault(
            "cron",
            "it does not say when: write one of cron, interval and rrule",
        )),
        _ => Err(fault(
            "cron",
            "write one of cron, interval and rrule, not several",
        )),
    }
}

fn catchup(fields: &Fields) -> Result<Duration, Fault> {
    let Some(seconds) = fields.seconds("catchup_window")? else {
        return Ok(CATCHUP_DEFAULT);
    };
    let window = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    if !(CATCHUP_MIN..=weir_core::bounds::SPAN_MAX).contains(&window) {
        return Err(fault(
            "catchup_window",
            format!("{seconds} s: use at least 10 s and at most 366 days"),
        ));
    }
    Ok(window)
}

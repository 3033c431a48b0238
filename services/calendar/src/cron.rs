//! Cron expressions, as croner reads them and with what Prefect's users know from croniter.

use chrono::NaiveDateTime;
use croner::parser::{CronParser, Seconds, Year};
use weir_core::request::{Fault, FaultCode};

/// A cron expression.
#[derive(Clone, Debug)]
pub(crate) struct Cron {
    parsed: croner::Cron,
    elapses: bool,
}

impl Cron {
    /// Reads five fields, or six of which the last are the seconds (so croniter has it, and Prefect), or one of the
    /// words that begin with `@`. `day_or`: where day of the month and day of the week are both limited, one of them is
    /// enough.
    pub(crate) fn parse(text: &str, day_or: bool) -> Result<Self, Fault> {
        let fault = |message: String| Fault::new(FaultCode::InvalidField, "cron", message);
        let fields: Vec<&str> = text.split_whitespace().collect();
        let (ordered, hour) = match fields.as_slice() {
            [word] if word.starts_with('@') => (plain_words(word)?.to_owned(), word_hour(word)),
            [minute, hour, day, month, weekday] => (
                format!("0 {minute} {hour} {day} {month} {weekday}"),
                (*hour).to_owned(),
            ),
            [minute, hour, day, month, weekday, second] => (
                format!("{second} {minute} {hour} {day} {month} {weekday}"),
                (*hour).to_owned(),
            ),
            other => {
                return Err(fault(format!(
                    "{text:?} has {} fields: use five, minute, hour, day of the month, month and day of the week, such as \"0 6 * * *\"; a sixth is the seconds",
                    other.len()
                )));
            }
        };
        if fields
            .iter()
            .any(|field| field.to_ascii_uppercase().starts_with(['R', 'H']))
        {
            return Err(fault(format!(
                "{text:?} asks for a random or hashed time (R, H), which would be another one for each leader: say when"
            )));
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Required)
            .year(Year::Disallowed)
            .dom_and_dow(!day_or)
            .build();
        let parsed = parser.parse(&ordered).map_err(|error| {
            fault(format!(
                "{text:?} is no cron expression ({error}): use five fields such as \"0 6 * * *\" or \"*/5 * * * MON-FRI\""
            ))
        })?;
        let cron = Self {
            parsed,
            elapses: hour.starts_with('*'),
        };
        if cron.next(start()).is_none() {
            return Err(fault(format!(
                "{text:?} is never due: the day that it names is in no month that it names"
            )));
        }
        Ok(cron)
    }

    /// Whether it follows the time that passes, where clocks are put forward or back: any hour will do.
    pub(crate) fn elapses(&self) -> bool {
        self.elapses
    }

    /// The first wall clock time behind `shown`.
    pub(crate) fn next(&self, shown: NaiveDateTime) -> Option<NaiveDateTime> {
        let next = self.parsed.find_next_occurrence(&shown.and_utc(), false);
        next.ok().map(|next| next.naive_utc())
    }
}

/// From here on every day of every month and weekday comes within 40 years.
fn start() -> NaiveDateTime {
    chrono::DateTime::from_timestamp(946_684_800, 0)
        .unwrap_or_default()
        .naive_utc()
}

fn plain_words(word: &str) -> Result<&'static str, Fault> {
    match word.to_ascii_lowercase().as_str() {
        "@yearly" | "@annually" => Ok("0 0 0 1 1 *"),
        "@monthly" => Ok("0 0 0 1 * *"),
        "@weekly" => Ok("0 0 0 * * 0"),
        "@daily" | "@midnight" => Ok("0 0 0 * * *"),
        "@hourly" => Ok("0 0 * * * *"),
        _ => Err(Fault::new(
            FaultCode::InvalidField,
            "cron",
            format!("unknown word {word:?}: use @hourly, @daily, @weekly, @monthly or @yearly"),
        )),
    }
}

fn word_hour(word: &str) -> String {
    if word.eq_ignore_ascii_case("@hourly") {
        "*".to_owned()
    } else {
        "0".to_owned()
    }
}

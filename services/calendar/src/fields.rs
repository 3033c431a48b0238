//! The fields of a schedule as files and clients write them.

use serde_json::{Map, Value};
use weir_core::request::{Fault, FaultCode};

/// Every field that a schedule may have.
pub(crate) const NAMES: [&str; 13] = [
    "cron",
    "interval",
    "rrule",
    "timezone",
    "anchor_date",
    "day_or",
    "active",
    "slug",
    "parameters",
    "overlap_policy",
    "catchup_window",
    "replaces",
    "max_scheduled_runs",
];

/// The fields of one schedule. An absent one and null are the same.
pub(crate) struct Fields(pub(crate) Map<String, Value>);

pub(crate) fn fault(field: &str, message: impl Into<String>) -> Fault {
    Fault::new(FaultCode::InvalidField, field, message.into())
}

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Fault> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(fault(name, format!("{other} is not text"))),
        }
    }

    pub(crate) fn flag(&self, name: &str, absent: bool) -> Result<bool, Fault> {
        match self.get(name) {
            None => Ok(absent),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(fault(name, format!("{other}: use true or false"))),
        }
    }

    /// A span in whole seconds.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<i64>, Fault> {
        let seconds = match self.get(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64().or_else(|| whole(&number.to_string())),
            Some(Value::String(text)) => crate::text::seconds(text),
            Some(_) => None,
        };
        let wrong = || {
            let given = self.get(name).map(ToString::to_string).unwrap_or_default();
            fault(
                name,
                format!(
                    "{given}: use whole seconds, or a text such as \"10m\", \"1h30m\" or \"PT10M\""
                ),
            )
        };
        seconds.map(Some).ok_or_else(wrong)
    }
}

/// `3600.0`, as Prefect's own files have it.
fn whole(number: &str) -> Option<i64> {
    let (whole, fraction) = number.split_once('.')?;
    let none = fraction.chars().all(|c| c == '0');
    whole.parse().ok().filter(|_| none)
}

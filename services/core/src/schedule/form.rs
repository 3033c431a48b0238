//! What of a schedule's text decides when it is due and whether it makes runs.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::ScheduleKey;
use crate::json::JsonObject;

/// Begins the key of a schedule without a slug.
pub(super) const DIGEST_MARK: char = '~';
/// The fields that say when.
const TIMING: [&str; 6] = [
    "cron",
    "interval",
    "rrule",
    "timezone",
    "anchor_date",
    "day_or",
];

/// A schedule's form: as long as it is the same, the schedule goes on where it was; a new form begins anew, from when it
/// was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// Which schedule it is.
    pub key: ScheduleKey,
    /// What it says about time, in one spelling.
    pub timing: String,
    /// Whether it makes runs.
    pub active: bool,
}

impl Form {
    /// The form of a schedule as deployments hold it.
    pub fn of(schedule: &JsonObject) -> Self {
        let fields = schedule.to_map();
        let timing: Map<String, Value> = TIMING
            .iter()
            .filter_map(|field| Some(((*field).to_owned(), fields.get(*field)?.clone())))
            .filter(|(_, value)| !value.is_null())
            .collect();
        let timing = JsonObject::from(&timing).as_str().to_owned();
        let slug = fields.get("slug").and_then(Value::as_str);
        let key = slug.and_then(|slug| slug.parse().ok());
        let active = fields.get("active") != Some(&Value::Bool(false));
        Self {
            key: key.unwrap_or_else(|| digest(&timing)),
            timing,
            active,
        }
    }
}

fn digest(timing: &str) -> ScheduleKey {
    let digest = Sha256::digest(timing.as_bytes());
    let digest = data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default());
    format!("{DIGEST_MARK}{digest}")
        .parse()
        .expect("a digest is no longer than a key may be")
}

//! Schedules as the log knows them: which one a run is of, for which point in time, and how far it has come.
//!
//! When a schedule is due is a matter of calendars and time zones, which is no business of a fold: the leader works that
//! out and says it in the request. What is needed to go on from there, whoever leads, is here.

mod civil;
mod form;
mod passed;

use std::{fmt, str::FromStr, sync::Arc};

use sha2::{Digest as _, Sha256};

pub use civil::Civil;
pub use form::Form;
pub use passed::{PassedOver, PassedReason};

use crate::{
    ids::{DeploymentName, Epoch, NameError, RunId},
    time::Timestamp,
};

/// Which schedule of its deployment: its slug, else a digest of what it says about time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScheduleKey(Arc<str>);

impl ScheduleKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for ScheduleKey {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let legal =
            (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if legal {
            Ok(Self(text.into()))
        } else {
            let rule = "use 1 to 100 characters without control characters";
            Err(NameError::new("schedule", text, rule))
        }
    }
}
impl fmt::Display for ScheduleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
impl fmt::Debug for ScheduleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a run that a schedule has made says of that: the schedule's cursor, for it is kept nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRef {
    /// Which schedule of its deployment.
    pub key: ScheduleKey,
    /// For which point in time it was made.
    pub due: Timestamp,
    /// Every point up to here has been decided on, those that were passed over included; not before `due`.
    pub settled: Timestamp,
    /// The release of the time zone database by which `due` was worked out, such as `2026a`.
    pub database: String,
    /// Made by a command for a past period: it moves no cursor, and no overlap counts it.
    pub backfill: bool,
    /// The leader that made it; 0 for a back-fill.
    pub epoch: Epoch,
    /// The last point in time that was passed over up to `settled`, as far as this leader has seen.
    pub passed_over: Option<PassedOver>,
}

impl ScheduleRef {
    /// The size of its texts, in bytes.
    pub fn bytes(&self) -> usize {
        self.key.as_str().len() + self.database.len()
    }
}

/// How far a schedule has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleCursor {
    /// The last point in time for which it has made a run.
    pub last: Timestamp,
    /// Up to here every point in time has been decided on.
    pub settled: Timestamp,
    /// When a run of it ended last; [`Timestamp::MIN`] for never.
    pub ended_at: Timestamp,
    /// The last point in time that its runs say was passed over.
    pub passed_over: Option<PassedOver>,
}

impl ScheduleCursor {
    /// It has come nowhere.
    pub const START: Self = Self {
        last: Timestamp::MIN,
        settled: Timestamp::MIN,
        ended_at: Timestamp::MIN,
        passed_over: None,
    };

    /// The further of two: one may stand in each queue that the deployment has sent its runs to.
    #[must_use]
    pub fn further(self, other: Self) -> Self {
        Self {
            last: self.last.max(other.last),
            settled: self.settled.max(other.settled),
            ended_at: self.ended_at.max(other.ended_at),
            passed_over: self.passed_over.max(other.passed_over),
        }
    }
}

/// What becomes of a point in time at which an earlier run of the schedule has not ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Overlap {
    /// It is passed over.
    #[default]
    Skip,
    /// The first one waits until there is no such run any more; further ones are passed over.
    BufferOne,
    /// Each waits, and they come one after another.
    BufferAll,
    /// The earlier runs are cancelled, and it comes when they have ended.
    CancelOther,
    /// It comes at once.
    AllowAll,
}

impl Overlap {
    /// Every policy.
    pub const ALL: [Self; 5] = [
        Self::Skip,
        Self::BufferOne,
        Self::BufferAll,
        Self::CancelOther,
        Self::AllowAll,
    ];
    /// As it is written in commands and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::BufferOne => "buffer_one",
            Self::BufferAll => "buffer_all",
            Self::CancelOther => "cancel_other",
            Self::AllowAll => "allow_all",
        }
    }
}
impl FromStr for Overlap {
    type Err = UnknownOverlap;
    /// In any case, with `-`, a space or nothing for `_`, and as Temporal spells its constants.
    fn from_str(text: &str) -> Result<Self, UnknownOverlap> {
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(char::is_ascii_alphanumeric);
            letters.map(|c| c.to_ascii_lowercase()).collect()
        };
        let given = plain(text);
        let given = given
            .strip_prefix("scheduleoverlappolicy")
            .unwrap_or(&given);
        Self::ALL
            .into_iter()
            .find(|policy| plain(policy.as_str()) == given)
            .ok_or_else(|| UnknownOverlap {
                given: text.chars().take(80).collect(),
            })
    }
}
/// An overlap policy that weir does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown overlap policy {given:?}: use skip, buffer_one, buffer_all, cancel_other or allow_all"
)]
pub struct UnknownOverlap {
    /// The text that was given.
    pub given: String,
}

/// The id of the run that a schedule makes for a point in time: the same whoever makes it, so that it is one run.
///
/// `<deployment>-<schedule>-<YYYYMMDDTHHMMSSZ>-<digest>`: what is readable is cut, and the digest tells apart.
pub fn run_id(deployment: &DeploymentName, key: &ScheduleKey, due: Timestamp) -> RunId {
    let mut hash = Sha256::new();
    for part in [deployment.as_str(), key.as_str()] {
        // As long on every machine: the id must be the same.
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(due.as_nanos().to_be_bytes());
    let digest = data_encoding::HEXLOWER.encode(hash.finalize().get(..4).unwrap_or_default());
    let stamp = Civil::of(due).compact();
    let name = deployment.as_str().rsplit('/').next().unwrap_or_default();
    let mut readable = readable(name, 20);
    if !key.as_str().starts_with(form::DIGEST_MARK) {
        readable.push('-');
        readable.push_str(&self::readable(key.as_str(), 14));
    }
    let readable = readable.trim_matches('-');
    let id = if readable.is_empty() {
        format!("run-{stamp}-{digest}")
    } else {
        format!("{readable}-{stamp}-{digest}")
    };
    id.parse()
        .expect("letters, digits and dashes between a letter or digit and a digest, 63 at most")
}

/// What of a name may stand in an id, at most `most` characters of it.
fn readable(name: &str, most: usize) -> String {
    let mut out = String::new();
    for c in deunicode::deunicode(name).chars() {
        if out.len() >= most {
            break;
        }
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests;

//! When schedules are due: cron expressions, intervals and recurrence rules, in any time zone.
//!
//! A schedule is a function from a point in time to the next one at which it is due. Nothing here asks what time it is or
//! which zone this machine is in; the time zone database comes with the crate, and its release is told ([`DATABASE`]).
//! What weir promises around it (each point once, whoever leads) is none of this crate's business.
//!
//! **Clocks that are put forward or back.** A wall clock time that a zone leaves out is taken as if the clock had not been
//! put forward yet: 02:30 is 03:30 on that day. One that comes twice means the first. Cron expressions whose hour begins
//! with `*` follow the time that passes instead: what is left out is left out, and what comes twice is due twice.

mod cron;
mod fields;
mod interval;
mod memo;
mod rule;
mod rule_text;
mod schedule;
mod text;
mod verdict;
mod when;
mod zone;

pub use schedule::{CATCHUP_DEFAULT, CATCHUP_MIN, Schedule, all};
pub use text::instant;
pub use verdict::{Passed, Standing, Verdict, verdict};
pub use zone::DATABASE;

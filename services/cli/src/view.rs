//! What people see of pools, queues, runs and workers: views as tables. Nothing here asks or prints.

pub(crate) mod cycle;
pub(crate) mod deployment;
pub(crate) mod history;
pub(crate) mod limit;
pub(crate) mod pool;
pub(crate) mod queue;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod time;
pub(crate) mod tree;
pub(crate) mod why;
pub(crate) mod worker;

use weir_client::LimitView;

use crate::table::{Cell, Tone};

/// A limit for people.
pub(crate) fn limit(value: Option<u32>) -> String {
    value.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string())
}

/// Whether something is paused, in a list.
pub(crate) fn status(paused: bool) -> Cell {
    if paused {
        Cell::toned("paused", Tone::Bad)
    } else {
        "-".into()
    }
}

/// A limit and its use, such as `3/4`.
pub(crate) fn used(view: Option<&LimitView>, value: Option<u32>) -> String {
    let used = view.map_or_else(|| "-".to_owned(), |view| view.used.to_string());
    format!(
        "{used}/{}",
        value.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string())
    )
}

/// A number of bytes for people, such as `1.5 GiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut tenths = u128::from(bytes) * 10;
    let mut unit = "B";
    for next in UNITS {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1024;
        unit = next;
    }
    if tenths % 10 == 0 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests;

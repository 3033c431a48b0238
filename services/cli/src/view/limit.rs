//! Limits of tags and of names as tables.

use weir_client::{Held, LimitKey, LimitView, NamedLimitConfig, TagLimitConfig, Timestamp};

use super::{limit, time, used};
use crate::table::Table;

/// All limits of tags; `live` is what a scheduler knows of them.
pub(crate) fn list(
    limits: &[&Held<TagLimitConfig>],
    live: Option<&[LimitView]>,
    now: Timestamp,
) -> Table {
    let mut table = Table::new(&["TAG", "IN USE/LIMIT", "START RATE", "CHANGED", "BY"]);
    for held in limits {
        let tag = &held.value;
        let live = live.and_then(|live| find(live, &LimitKey::Tag(tag.tag.clone())));
        let used = match (of_each(tag), tag.concurrency_limit) {
            (Some(_), Some(limit)) => format!("{limit} each"),
            (Some(_), None) => "unlimited".to_owned(),
            (None, value) => used(live, value),
        };
        table.row([
            tag.tag.as_str().into(),
            used.into(),
            rate(tag).into(),
            time::utc_and_ago(held.at, now).into(),
            held.author.as_str().into(),
        ]);
    }
    table
}

/// One limit of a tag.
pub(crate) fn one(
    held: &Held<TagLimitConfig>,
    live: Option<&[LimitView]>,
    now: Timestamp,
) -> Table {
    let tag = &held.value;
    let mut table = Table::of_fields();
    table.field("tag", tag.tag.as_str());
    table.field("concurrency limit", limit(tag.concurrency_limit));
    table.field("start rate", rate(tag));
    match (of_each(tag), live) {
        (Some(prefix), Some(live)) => {
            let begins = |view: &&LimitView| match &view.limit {
                LimitKey::Tag(tag) => {
                    tag.as_str().starts_with(prefix) && !tag.as_str().ends_with('*')
                }
                LimitKey::Pool(_)
                | LimitKey::Queue(_)
                | LimitKey::Deployment(_)
                | LimitKey::Named(_) => false,
            };
            for view in live.iter().filter(begins) {
                table.field("slots in use", format!("{} by {}", view.used, view.limit));
            }
        }
        (None, Some(live)) => {
            if let Some(view) = find(live, &LimitKey::Tag(tag.tag.clone())) {
                table.field("slots in use", view.used.to_string());
            }
        }
        (_, None) => {}
    }
    changed(&mut table, held, now);
    table
}

/// All limits of a name.
pub(crate) fn list_named(
    limits: &[&Held<NamedLimitConfig>],
    live: Option<&[LimitView]>,
    now: Timestamp,
) -> Table {
    let mut table = Table::new(&["NAME", "IN USE/LIMIT", "CHANGED", "BY"]);
    for held in limits {
        let live = live.and_then(|live| find(live, &LimitKey::Named(held.value.name.clone())));
        table.row([
            held.value.name.as_str().into(),
            used(live, held.value.concurrency_limit).into(),
            time::utc_and_ago(held.at, now).into(),
            held.author.as_str().into(),
        ]);
    }
    table
}

/// One limit of a name.
pub(crate) fn one_named(
    held: &Held<NamedLimitConfig>,
    live: Option<&LimitView>,
    now: Timestamp,
) -> Table {
    let mut table = Table::of_fields();
    table.field("name", held.value.name.as_str());
    table.field("concurrency limit", limit(held.value.concurrency_limit));
    if let Some(view) = live {
        table.field("slots in use", view.used.to_string());
    }
    changed(&mut table, held, now);
    table
}

fn changed<T>(table: &mut Table, held: &Held<T>, now: Timestamp) {
    table.field("revision", held.revision.to_string());
    table.field("changed", time::utc_and_ago(held.at, now));
    table.field("by", held.author.as_str());
}

fn rate(tag: &TagLimitConfig) -> String {
    tag.start_rate
        .map_or_else(|| "-".to_owned(), |rate| rate.to_string())
}

/// How the tags begin that this limits one by one.
fn of_each(tag: &TagLimitConfig) -> Option<&str> {
    tag.tag
        .as_str()
        .strip_suffix('*')
        .filter(|prefix| prefix.ends_with(':'))
}

/// What a scheduler knows of a limit.
pub(crate) fn find<'a>(limits: &'a [LimitView], limit: &LimitKey) -> Option<&'a LimitView> {
    limits.iter().find(|view| view.limit == *limit)
}

//! Limits of tags as tables.

use weir_client::{Held, LimitKey, LimitView, Tag, TagLimitConfig, Timestamp};

use super::{limit, time, used};
use crate::table::Table;

/// All of these limits; `live` is what a scheduler knows of them.
pub(crate) fn list(
    limits: &[&Held<TagLimitConfig>],
    live: Option<&[LimitView]>,
    now: Timestamp,
) -> Table {
    let mut table = Table::new(&["TAG", "IN USE/LIMIT", "CHANGED", "BY"]);
    for held in limits {
        let live = live.and_then(|live| find(live, &held.value.tag));
        table.row([
            held.value.tag.as_str().into(),
            used(live, held.value.concurrency_limit).into(),
            time::utc_and_ago(held.at, now).into(),
            held.author.as_str().into(),
        ]);
    }
    table
}

/// One limit.
pub(crate) fn one(held: &Held<TagLimitConfig>, live: Option<&LimitView>, now: Timestamp) -> Table {
    let mut table = Table::of_fields();
    table.field("tag", held.value.tag.as_str());
    table.field("concurrency limit", limit(held.value.concurrency_limit));
    if let Some(view) = live {
        table.field("slots in use", view.used.to_string());
    }
    table.field("revision", held.revision.to_string());
    table.field("changed", time::utc_and_ago(held.at, now));
    table.field("by", held.author.as_str());
    table
}

/// What a scheduler knows of a tag's limit.
pub(crate) fn find<'a>(limits: &'a [LimitView], tag: &Tag) -> Option<&'a LimitView> {
    let key = LimitKey::Tag(tag.clone());
    limits.iter().find(|view| view.limit == key)
}
